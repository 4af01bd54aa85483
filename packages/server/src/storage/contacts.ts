import type { Contact } from '@openissuer/core/contact/contact.ts'
import type { Reader, Transaction } from '../app/ports.ts'
import { Conditions } from './conditions.ts'
import type { Queryable } from './database.ts'

type ContactRow = {
  partner_id: bigint
  contact_id: bigint
  first_name: string
  last_name: string
  mobile: string
  email: string
  language: string
  created_at: Temporal.Instant
}

export function contactOperations(
  database: Queryable,
): Pick<Reader & Transaction, 'contacts' | 'contact' | 'listContacts' | 'insertContact'> {
  return {
    async contacts(filter) {
      const where = `partner_id = $1 and created_at between $2 and $3 and ($4::bigint is null or contact_id = $4)`
      const values = [filter.partnerId, filter.from.toString(), filter.to.toString(), filter.contactId ?? null]
      const { rows } = await database.query<ContactRow>({
        name: 'contacts',
        text: `select * from contact where ${where}
               order by created_at desc, contact_id desc limit $5 offset $6`,
        values: [...values, filter.limit, filter.offset],
      })
      const counted = await database.query<{ total: bigint }>({
        name: 'contacts-total',
        text: `select count(*) as total from contact where ${where}`,
        values,
      })
      return {
        rows: rows.map(contactOf),
        total: Number(counted.rows[0]?.total),
      }
    },

    async contact(partnerId, contactId) {
      const { rows } = await database.query<ContactRow>(
        'select * from contact where partner_id = $1 and contact_id = $2',
        [partnerId, contactId],
      )
      return rows[0] && contactOf(rows[0])
    },

    async listContacts(filter) {
      const where = new Conditions('partner_id', filter.partnerId)
        .and(filter.mobile, value => `mobile = ${value}`)
        .and(filter.email, value => `email = ${value}`)
        .olderThan(filter.after, 'created_at', 'contact_id')
      const { rows } = await database.query<ContactRow>(
        `select * from contact where ${where.sql}
          order by created_at desc, contact_id desc limit ${where.add(filter.limit)}`,
        where.values,
      )
      return rows.map(contactOf)
    },

    async insertContact(contact) {
      await database.query({
        name: 'insert-contact',
        text: `insert into contact (partner_id, contact_id, first_name, last_name, mobile, email, language, created_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        values: [
          contact.partnerId,
          contact.contactId,
          contact.firstName,
          contact.lastName,
          contact.mobile,
          contact.email,
          contact.language,
          contact.createdAt.toString(),
        ],
      })
    },
  }
}

function contactOf(row: ContactRow): Contact {
  return {
    partnerId: row.partner_id,
    contactId: row.contact_id,
    firstName: row.first_name,
    lastName: row.last_name,
    mobile: row.mobile,
    email: row.email,
    language: row.language,
    createdAt: row.created_at,
  }
}
