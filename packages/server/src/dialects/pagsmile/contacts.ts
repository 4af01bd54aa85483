import type { Contact } from '@openissuer/core/contact/contact.ts'
import { Type } from 'typebox'
import { createContact } from '../../app/create-contact.ts'
import { IdNumber, TimeText } from './answers.ts'
import { changingCall, readingCall } from './call.ts'
import { formatDateTime } from './dates.ts'
import { DEFAULT_LANGUAGE } from './dictionary.ts'
import { email, Id, text } from './fields.ts'
import { idNumber } from './ids.ts'
import { LIST_FIELDS, windowOf } from './pagination.ts'

/** Fields and lengths (seed); the forms of mobile, email and language (proposed). */
export const CREATE_CONTACT = changingCall(
  {
    path: '/issuing/card/create-contact',
    summary: 'Create a card contact',
    data: Type.Object({ contact_id: IdNumber }),
    errors: [],
    bizData: Type.Object({
      first_name: text(64),
      last_name: text(64),
      mobile: Type.String({ pattern: '^\\+?[0-9]{5,20}$' }),
      email: email(128),
      language: Type.Optional(Type.String({ pattern: '^[a-zA-Z]{2}([-_][a-zA-Z]{2})?$', default: DEFAULT_LANGUAGE })),
    }),
  },
  (work, app, bizData) =>
    createContact(work, {
      partnerId: app.partnerId,
      firstName: bizData.first_name,
      lastName: bizData.last_name,
      mobile: bizData.mobile,
      email: bizData.email,
      language: bizData.language ?? DEFAULT_LANGUAGE,
    }),
  contact => ({ contact_id: idNumber(contact.contactId) }),
)

/** No range is too wide here: the page names no maximum and its own example spans twenty months (seed). */
export const QUERY_CONTACTS = readingCall(
  {
    path: '/issuing/card/query-contacts',
    summary: 'Query card contacts',
    data: Type.Array(
      Type.Object({
        contact_id: IdNumber,
        first_name: Type.String(),
        last_name: Type.String(),
        mobile: Type.String(),
        email: Type.String(),
        create_time: TimeText,
        language: Type.String(),
      }),
    ),
    errors: [],
    bizData: Type.Object({ contact_id: Type.Optional(Id), ...LIST_FIELDS }),
  },
  async (ports, app, bizData) => {
    const window = windowOf(bizData, null)
    const { rows, total } = await ports.storage.read.contacts({
      ...window,
      partnerId: app.partnerId,
      contactId: bizData.contact_id,
    })
    return { total, data: rows.map(encodeContact) }
  },
)

function encodeContact(contact: Contact) {
  return {
    contact_id: idNumber(contact.contactId),
    first_name: contact.firstName,
    last_name: contact.lastName,
    mobile: contact.mobile,
    email: contact.email,
    create_time: formatDateTime(contact.createdAt),
    language: contact.language,
  }
}
