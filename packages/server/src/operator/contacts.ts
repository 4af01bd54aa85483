import type { Contact } from '@openissuer/core/contact/contact.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import { createContact } from '../app/create-contact.ts'
import { documented, IdText, InstantText, pageSchema } from './answers.ts'
import { idParameter, knownPartner } from './ids.ts'
import type { OperatorContext } from './operator-api.ts'
import { PAGE, pageByTime } from './paging.ts'
import { EmailText, lineText, MobileText } from './people.ts'

const CLOSED = { additionalProperties: false }

const LANGUAGE_DEFAULT = 'en'

const NewContact = Type.Object(
  {
    firstName: lineText(64),
    lastName: lineText(64),
    mobile: MobileText,
    email: EmailText,
    language: Type.Optional(
      Type.String({ pattern: '^[a-zA-Z]{2}([-_][a-zA-Z]{2})?$', description: `${LANGUAGE_DEFAULT} unless given` }),
    ),
  },
  CLOSED,
)

const ListQuery = Type.Object({ mobile: Type.Optional(MobileText), email: Type.Optional(EmailText), ...PAGE }, CLOSED)

const ContactShown = Type.Object(
  {
    contactId: IdText,
    firstName: Type.String(),
    lastName: Type.String(),
    mobile: Type.String(),
    email: Type.String(),
    language: Type.String(),
    createdAt: InstantText,
  },
  { title: 'Contact' },
)

const described = documented('Contacts')

const PATH = '/partners/:partnerId/contacts'

type OfPartner = { Params: { partnerId: string } }

export const contactRoutes: FastifyPluginAsync<OperatorContext> = async (server, { ports, run }) => {
  const { read } = ports.storage

  server.get<OfPartner & { Querystring: Static<typeof ListQuery> }>(
    PATH,
    {
      schema: {
        ...described('listContacts', 'List the contacts of a partner', pageSchema('contacts', ContactShown)),
        querystring: ListQuery,
      },
    },
    async ({ params, query }) => {
      const filter = {
        partnerId: await knownPartner(ports, params.partnerId),
        mobile: query.mobile,
        email: query.email,
      }
      const { rows, nextCursor } = await pageByTime(
        query,
        page => read.listContacts({ ...filter, ...page }),
        ({ createdAt, contactId }) => ({ at: createdAt, id: contactId }),
      )
      return { contacts: rows.map(encodeContact), nextCursor }
    },
  )

  server.get<{ Params: { partnerId: string; contactId: string } }>(
    `${PATH}/:contactId`,
    { schema: described('showContact', 'Show a contact', ContactShown, ['contact-not-found']) },
    async ({ params }) => {
      const partnerId = idParameter(params.partnerId, 'partner-not-found')
      const contact = await read.contact(partnerId, idParameter(params.contactId, 'contact-not-found'))
      if (contact === undefined) throw new DomainError('contact-not-found')
      return encodeContact(contact)
    },
  )

  server.post<OfPartner & { Body: Static<typeof NewContact> }>(
    PATH,
    { schema: { ...described('createContact', 'Create a contact', ContactShown, [], 201), body: NewContact } },
    async (request, reply) => {
      const partnerId = await knownPartner(ports, request.params.partnerId)
      const { language = LANGUAGE_DEFAULT, ...named } = request.body
      const created = await run(
        request,
        partnerId,
        work => createContact(work, { partnerId, ...named, language }),
        encodeContact,
      )
      return reply.code(201).send(created)
    },
  )
}

function encodeContact({ partnerId: _partnerId, contactId, createdAt, ...contact }: Contact) {
  return { contactId: String(contactId), ...contact, createdAt: createdAt.toString() }
}
