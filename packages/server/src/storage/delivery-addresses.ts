import type { DeliveryAddress } from '@openissuer/core/contact/delivery-address.ts'
import type { Reader, Transaction } from '../app/ports.ts'
import type { Queryable } from './database.ts'

type DeliveryAddressRow = {
  partner_id: bigint
  delivery_address_id: bigint
  first_name: string
  last_name: string
  mobile: string
  email: string
  address_line1: string
  address_line2: string | null
  postal_code: string
  city: string
  state: string
  country: string
  created_at: Temporal.Instant
}

type DeliveryAddressOperations = Pick<
  Reader & Transaction,
  'deliveryAddress' | 'deliveryAddresses' | 'insertDeliveryAddress'
>

export function deliveryAddressOperations(database: Queryable): DeliveryAddressOperations {
  return {
    async deliveryAddress(partnerId, deliveryAddressId) {
      const { rows } = await database.query<DeliveryAddressRow>(
        'select * from delivery_address where partner_id = $1 and delivery_address_id = $2',
        [partnerId, deliveryAddressId],
      )
      return rows[0] && deliveryAddressOf(rows[0])
    },

    async deliveryAddresses(filter) {
      const where = `partner_id = $1 and created_at between $2 and $3
        and ($4::bigint is null or delivery_address_id = $4)`
      const values = [filter.partnerId, filter.from.toString(), filter.to.toString(), filter.deliveryAddressId ?? null]
      const { rows } = await database.query<DeliveryAddressRow>({
        name: 'delivery-addresses',
        text: `select * from delivery_address where ${where}
               order by created_at desc, delivery_address_id desc limit $5 offset $6`,
        values: [...values, filter.limit, filter.offset],
      })
      const counted = await database.query<{ total: bigint }>({
        name: 'delivery-addresses-total',
        text: `select count(*) as total from delivery_address where ${where}`,
        values,
      })
      return { rows: rows.map(deliveryAddressOf), total: Number(counted.rows[0]?.total) }
    },

    async insertDeliveryAddress({ address, ...to }) {
      await database.query(
        `insert into delivery_address (partner_id, delivery_address_id, first_name, last_name, mobile, email,
           address_line1, address_line2, postal_code, city, state, country, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
        [
          to.partnerId,
          to.deliveryAddressId,
          to.firstName,
          to.lastName,
          to.mobile,
          to.email,
          address.line1,
          address.line2,
          address.postalCode,
          address.city,
          address.state,
          address.country,
          to.createdAt.toString(),
        ],
      )
    },
  }
}

function deliveryAddressOf(row: DeliveryAddressRow): DeliveryAddress {
  return {
    partnerId: row.partner_id,
    deliveryAddressId: row.delivery_address_id,
    firstName: row.first_name,
    lastName: row.last_name,
    mobile: row.mobile,
    email: row.email,
    address: {
      line1: row.address_line1,
      line2: row.address_line2,
      postalCode: row.postal_code,
      city: row.city,
      state: row.state,
      country: row.country,
    },
    createdAt: row.created_at,
  }
}
