import type { Address, Cardholder, Person, Verification } from '@openissuer/core/cardholder/cardholder.ts'
import type { Corporation, Director } from '@openissuer/core/cardholder/corporation.ts'
import type { Reader, Transaction } from '../app/ports.ts'
import { type Queryable, sqlState, UNIQUE_VIOLATION } from './database.ts'

export type CardholderRow = {
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
  disabled: boolean
  rejection_codes: string[]
  created_at: Temporal.Instant
  /** null for a person */
  corporation: CorporationRow | null
}

/** A row of the corporation's table as JSON: dates as text, ids as numbers, which they fit. */
type CorporationRow = {
  corporation_id: number
  contact_name: string
  mobile: string
  email: string
  registration_name: string
  registration_code: string
  registered_on: string
  vat_code: string | null
  expires_on: string | null
  business_scope: string | null
  registration_address_id: number
  registration_address: Address
  director_id: number
  director: Director & { addressId: string }
}

type CardholderOperations = Pick<
  Reader & Transaction,
  | 'cardholder'
  | 'cardholders'
  | 'numberedCardholders'
  | 'cardholderByIdentity'
  | 'cardholderByRegistration'
  | 'lockCardholder'
  | 'insertCardholder'
  | 'setVerification'
  | 'insertCardholderReview'
  | 'setCardholderDisabled'
  | 'replacePerson'
>

export const CARDHOLDER_SELECT = `select h.*, to_json(f) as corporation from cardholder h
  left join corporation f on f.partner_id = h.partner_id and f.cardholder_id = h.cardholder_id`

export function cardholderOperations(database: Queryable): CardholderOperations {
  async function select(partnerId: bigint, cardholderId: bigint, lock: '' | 'for no key update of h') {
    const { rows } = await database.query<CardholderRow>(
      `${CARDHOLDER_SELECT} where h.partner_id = $1 and h.cardholder_id = $2 ${lock}`,
      [partnerId, cardholderId],
    )
    return rows[0] && cardholderOf(rows[0])
  }

  return {
    cardholder: (partnerId, cardholderId) => select(partnerId, cardholderId, ''),
    async cardholders(partnerId, cardholderIds) {
      const { rows } = await database.query<CardholderRow>({
        name: 'cardholders',
        text: `${CARDHOLDER_SELECT} where h.partner_id = $1 and h.cardholder_id = any($2::bigint[])`,
        values: [partnerId, cardholderIds],
      })
      return rows.map(cardholderOf)
    },

    async numberedCardholders(filter) {
      const { rows } = await database.query<CardholderRow>({
        name: 'numbered-cardholders',
        text: `${CARDHOLDER_SELECT}
                where h.partner_id = $1 and h.created_at between $2 and $3 and h.unique_no is not null
                  and ($4::bigint is null or h.cardholder_id = $4)
                  and ($5::text is null or h.unique_no = $5)
                order by h.created_at desc, h.cardholder_id desc limit $6 offset $7`,
        values: [
          filter.partnerId,
          filter.from.toString(),
          filter.to.toString(),
          filter.cardholderId ?? null,
          filter.uniqueNo ?? null,
          filter.limit,
          filter.offset,
        ],
      })
      return rows.map(cardholderOf)
    },

    lockCardholder: (partnerId, cardholderId) => select(partnerId, cardholderId, 'for no key update of h'),

    async cardholderByIdentity(partnerId, idType, idNo) {
      const { rows } = await database.query<CardholderRow>(
        `${CARDHOLDER_SELECT} where h.partner_id = $1 and h.id_type = $2 and h.id_no = $3`,
        [partnerId, idType, idNo],
      )
      return rows[0] && cardholderOf(rows[0])
    },

    async cardholderByRegistration(partnerId, country, code) {
      const { rows } = await database.query<CardholderRow>(
        `${CARDHOLDER_SELECT} where h.partner_id = $1 and f.registration_country = $2 and f.registration_code = $3`,
        [partnerId, country, code],
      )
      return rows[0] && cardholderOf(rows[0])
    },

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
      if (rowCount !== 1) return false
      return cardholder.corporation === null || insertCorporation(database, cardholder, cardholder.corporation)
    },

    async setVerification(partnerId, cardholderId, verification, rejection, codes = []) {
      await database.query(
        `update cardholder set verification = $3, rejection = $4, rejection_codes = $5
          where partner_id = $1 and cardholder_id = $2`,
        [partnerId, cardholderId, verification, rejection, codes],
      )
    },

    async insertCardholderReview(review) {
      await database.query(
        `insert into cardholder_review (partner_id, review_id, cardholder_id, previous, verification, codes, remark, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [
          review.partnerId,
          review.reviewId,
          review.cardholderId,
          review.previous,
          review.verification,
          review.codes,
          review.remark,
          review.at.toString(),
        ],
      )
    },

    async setCardholderDisabled(partnerId, cardholderId, disabled) {
      await database.query('update cardholder set disabled = $3 where partner_id = $1 and cardholder_id = $2', [
        partnerId,
        cardholderId,
        disabled,
      ])
    },

    async replacePerson(partnerId, cardholderId, person) {
      try {
        await database.query(
          `update cardholder
              set first_name = $3, last_name = $4, mobile = $5, email = $6, id_no = $7, id_type = $8, id_issued_on = $9,
                  id_expires_on = $10, birthday = $11, gender = $12, nationality = $13, address_line1 = $14,
                  address_line2 = $15, postal_code = $16, city = $17, state = $18, country = $19
            where partner_id = $1 and cardholder_id = $2`,
          [
            partnerId,
            cardholderId,
            person.firstName,
            person.lastName,
            person.mobile,
            person.email,
            person.idNo,
            person.idType,
            person.idIssuedOn,
            person.idExpiresOn,
            person.birthday,
            person.gender,
            person.nationality,
            person.address.line1,
            person.address.line2,
            person.address.postalCode,
            person.address.city,
            person.address.state,
            person.address.country,
          ],
        )
        return true
      } catch (error) {
        if (sqlState(error) === UNIQUE_VIOLATION) return false
        throw error
      }
    },
  }
}

async function insertCorporation(
  database: Queryable,
  { partnerId, cardholderId }: Cardholder,
  corporation: Corporation,
): Promise<boolean> {
  const { director, directorAddressId } = corporation
  const { rowCount } = await database.query(
    `insert into corporation (partner_id, cardholder_id, corporation_id, contact_name, mobile, email, registration_name,
       registration_code, registered_on, registration_country, vat_code, expires_on, business_scope,
       registration_address_id, registration_address, director_id, director)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) on conflict do nothing`,
    [
      partnerId,
      cardholderId,
      corporation.corporationId,
      corporation.contactName,
      corporation.mobile,
      corporation.email,
      corporation.registrationName,
      corporation.registrationCode,
      corporation.registeredOn,
      corporation.registrationAddress.country,
      corporation.vatCode,
      corporation.expiresOn,
      corporation.businessScope,
      corporation.registrationAddressId,
      JSON.stringify(corporation.registrationAddress),
      corporation.directorId,
      JSON.stringify({ ...director, addressId: String(directorAddressId) }),
    ],
  )
  return rowCount === 1
}

function corporationOf(row: CorporationRow): Corporation {
  const { addressId, ...director } = row.director
  return {
    corporationId: BigInt(row.corporation_id),
    contactName: row.contact_name,
    mobile: row.mobile,
    email: row.email,
    registrationName: row.registration_name,
    registrationCode: row.registration_code,
    registeredOn: row.registered_on,
    vatCode: row.vat_code,
    expiresOn: row.expires_on,
    businessScope: row.business_scope,
    registrationAddressId: BigInt(row.registration_address_id),
    registrationAddress: row.registration_address,
    directorId: BigInt(row.director_id),
    directorAddressId: BigInt(addressId),
    director,
  }
}

export function cardholderOf(row: CardholderRow): Cardholder {
  return {
    partnerId: row.partner_id,
    cardholderId: row.cardholder_id,
    uniqueNo: row.unique_no,
    verification: row.verification,
    rejection: row.rejection,
    rejectionCodes: row.rejection_codes,
    disabled: row.disabled,
    person: row.first_name === null ? null : personOf(row, row.first_name),
    corporation: row.corporation && corporationOf(row.corporation),
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
