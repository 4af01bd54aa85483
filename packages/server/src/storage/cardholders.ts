import type { Cardholder, Person, Verification } from '@openissuer/core/cardholder/cardholder.ts'
import type { Reader, Transaction } from '../app/ports.ts'
import type { Queryable } from './database.ts'

type CardholderRow = {
  partner_id: bigint
  cardholder_id: bigint
  unique_no: string | null
  verification: Verification
  rejection: string | null
  first_name: string | null
  last_name: string
  mobile: string
  email: string
  id_no: string
  id_type: number
  id_issued_on: string | null
  id_expires_on: string | null
  birthday: string
  gender: number | null
  nationality: string
  address_line1: string
  address_line2: string | null
  postal_code: string
  city: string
  state: string
  country: string
  created_at: Temporal.Instant
}

type CardholderOperations = Pick<
  Reader & Transaction,
  'cardholder' | 'cardholders' | 'lockCardholder' | 'insertCardholder' | 'setVerification'
>

export function cardholderOperations(database: Queryable): CardholderOperations {
  async function select(partnerId: bigint, cardholderId: bigint, lock: '' | 'for no key update') {
    const { rows } = await database.query<CardholderRow>(
      `select * from cardholder where partner_id = $1 and cardholder_id = $2 ${lock}`,
      [partnerId, cardholderId],
    )
    return rows[0] && cardholderOf(rows[0])
  }

  return {
    cardholder: (partnerId, cardholderId) => select(partnerId, cardholderId, ''),
    async cardholders(partnerId, cardholderIds) {
      const { rows } = await database.query<CardholderRow>({
        name: 'cardholders',
        text: 'select * from cardholder where partner_id = $1 and cardholder_id = any($2::bigint[])',
        values: [partnerId, cardholderIds],
      })
      return rows.map(cardholderOf)
    },

    lockCardholder: (partnerId, cardholderId) => select(partnerId, cardholderId, 'for no key update'),

    async insertCardholder(cardholder) {
      const { person } = cardholder
      const { rowCount } = await database.query(
        `insert into cardholder (partner_id, cardholder_id, unique_no, verification, rejection, first_name, last_name,
           mobile, email, id_no, id_type, id_issued_on, id_expires_on, birthday, gender, nationality, address_line1,
           address_line2, postal_code, city, state, country, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
         on conflict do nothing`,
        [
          cardholder.partnerId,
          cardholder.cardholderId,
          cardholder.uniqueNo,
          cardholder.verification,
          cardholder.rejection,
          person?.firstName,
          person?.lastName,
          person?.mobile,
          person?.email,
          person?.idNo,
          person?.idType,
          person?.idIssuedOn,
          person?.idExpiresOn,
          person?.birthday,
          person?.gender,
          person?.nationality,
          person?.address.line1,
          person?.address.line2,
          person?.address.postalCode,
          person?.address.city,
          person?.address.state,
          person?.address.country,
          cardholder.createdAt.toString(),
        ],
      )
      return rowCount === 1
    },

    async setVerification(partnerId, cardholderId, verification, rejection) {
      await database.query(
        'update cardholder set verification = $3, rejection = $4 where partner_id = $1 and cardholder_id = $2',
        [partnerId, cardholderId, verification, rejection],
      )
    },
  }
}

function cardholderOf(row: CardholderRow): Cardholder {
  return {
    partnerId: row.partner_id,
    cardholderId: row.cardholder_id,
    uniqueNo: row.unique_no,
    verification: row.verification,
    rejection: row.rejection,
    person: row.first_name === null ? null : personOf(row, row.first_name),
    createdAt: row.created_at,
  }
}

function personOf(row: CardholderRow, firstName: string): Person {
  return {
    firstName,
    lastName: row.last_name,
    mobile: row.mobile,
    email: row.email,
    idNo: row.id_no,
    idType: row.id_type,
    idIssuedOn: row.id_issued_on,
    idExpiresOn: row.id_expires_on,
    birthday: row.birthday,
    gender: row.gender,
    nationality: row.nationality,
    address: {
      line1: row.address_line1,
      line2: row.address_line2,
      postalCode: row.postal_code,
      city: row.city,
      state: row.state,
      country: row.country,
    },
  }
}
