/** Cardholders as operators register and change them, and the documents that they add for a partner. */
import type { Cardholder, Person } from '@openissuer/core/cardholder/cardholder.ts'
import type { CorporationTerms, Director } from '@openissuer/core/cardholder/corporation.ts'
import { DOCUMENT_BYTES_MAX, DOCUMENT_KINDS } from '@openissuer/core/cardholder/document.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import { addDocument } from '../app/add-document.ts'
import { createCardholder } from '../app/create-cardholder.ts'
import { createCorporation } from '../app/create-corporation.ts'
import type { Work } from '../app/ports.ts'
import { updateCardholder } from '../app/update-cardholder.ts'
import { documented } from './answers.ts'
import {
  CARDHOLDER_PATH,
  CardholderShown,
  DocumentShown,
  encodeDocument,
  encodeListed,
  namedBy,
  type OfCardholder,
} from './cardholders.ts'
import { knownPartner } from './ids.ts'
import { type OperatorContext, OperatorError } from './operator-api.ts'
import { AddressBody, addressOf, CountryText, countryOf, EmailText, lineText, MobileText } from './people.ts'

const CLOSED = { additionalProperties: false }

const Day = Type.String({ format: 'date' })

/** An identity document, and whose it is. */
const IDENTITY = {
  firstName: lineText(50),
  lastName: lineText(50),
  idNo: Type.String({ minLength: 6, maxLength: 20, pattern: '^[\\x21-\\x7e]+$' }),
  idType: Type.Integer({
    minimum: 1,
    maximum: 4,
    description: '1 national identity card, 2 passport, 3 driving licence, 4 residence permit',
  }),
  idIssuedOn: Type.Optional(Day),
  idExpiresOn: Type.Optional(Day),
  birthday: Day,
  gender: Type.Optional(Type.Integer({ minimum: 0, maximum: 2, description: '0 not stated, 1 male, 2 female' })),
  address: AddressBody,
}

const PERSON = { ...IDENTITY, mobile: MobileText, email: EmailText, nationality: CountryText }

const PersonBody = Type.Object(PERSON, CLOSED)

const DirectorBody = Type.Object(
  {
    ...IDENTITY,
    middleName: Type.Optional(lineText(50)),
    nationalName: Type.Optional(lineText(50)),
    citizenship: CountryText,
  },
  CLOSED,
)

const CompanyBody = Type.Object(
  {
    contactName: lineText(80),
    mobile: MobileText,
    email: EmailText,
    registrationName: lineText(100),
    registrationCode: lineText(32),
    registeredOn: Day,
    vatCode: Type.Optional(lineText(32)),
    expiresOn: Type.Optional(Day),
    businessScope: Type.Optional(lineText(300)),
    registrationAddress: AddressBody,
    director: DirectorBody,
  },
  CLOSED,
)

/** Exactly one of the two. */
const NewCardholder = Type.Object({ person: Type.Optional(PersonBody), company: Type.Optional(CompanyBody) }, CLOSED)

/** What is not named stays; null takes away what a person need not have. */
const Changes = Type.Object(
  {
    person: Type.Object(
      {
        ...Type.Partial(PersonBody).properties,
        idIssuedOn: Type.Optional(Type.Union([Day, Type.Null()])),
        idExpiresOn: Type.Optional(Type.Union([Day, Type.Null()])),
        gender: Type.Optional(Type.Union([PERSON.gender, Type.Null()])),
      },
      { ...CLOSED, minProperties: 1 },
    ),
  },
  CLOSED,
)

const NewDocument = Type.Object(
  {
    kind: Type.Enum([...DOCUMENT_KINDS]),
    fileName: Type.String({ minLength: 5, maxLength: 80, pattern: '^[^\\u0000-\\u001f/\\\\]+$' }),
    content: Type.String({ minLength: 1, contentEncoding: 'base64', description: 'PDF, JPEG, PNG, DOC or DOCX' }),
    description: Type.Optional(lineText(128)),
  },
  CLOSED,
)

/** The content is in Base64, and there are fields around it. */
const DOCUMENT_BODY_BYTES_MAX = Math.ceil((DOCUMENT_BYTES_MAX * 4) / 3) + 16 * 1024

const described = documented('Cardholders')

export const cardholderRecordRoutes: FastifyPluginAsync<OperatorContext> = async (server, { ports, run }) => {
  server.post<{ Params: { partnerId: string }; Body: Static<typeof NewCardholder> }>(
    '/partners/:partnerId/cardholders',
    {
      schema: {
        ...described(
          'createCardholder',
          'Register a person or a company as a cardholder',
          CardholderShown,
          ['invalid-field', 'duplicate-cardholder'],
          201,
        ),
        body: NewCardholder,
      },
    },
    async (request, reply) => {
      const partnerId = await knownPartner(ports, request.params.partnerId)
      const create = creationOf(request.body)
      const created = await run(
        request,
        partnerId,
        async work => asItStands(work, await create(work, partnerId)),
        encodeListed,
      )
      return reply.code(201).send(created)
    },
  )

  server.patch<OfCardholder & { Body: Static<typeof Changes> }>(
    CARDHOLDER_PATH,
    {
      schema: {
        ...described('updateCardholder', 'Change what is known of a person', CardholderShown, [
          'cardholder-not-found',
          'cardholder-rejected',
          'duplicate-cardholder',
          'invalid-field',
        ]),
        body: Changes,
      },
    },
    request => {
      const named = namedBy(request.params)
      return run(
        request,
        named.partnerId,
        async work => {
          const cardholder = await work.tx.lockCardholder(named.partnerId, named.cardholderId)
          if (cardholder?.person == null) throw new DomainError('cardholder-not-found')
          const person = changed(cardholder.person, request.body.person)
          return asItStands(work, await updateCardholder(work, { ...named, person }))
        },
        encodeListed,
      )
    },
  )

  server.post<OfCardholder & { Body: Static<typeof NewDocument> }>(
    `${CARDHOLDER_PATH}/documents`,
    {
      bodyLimit: DOCUMENT_BODY_BYTES_MAX,
      schema: {
        ...described(
          'addDocument',
          'Add a document of a cardholder',
          DocumentShown,
          ['cardholder-not-found', 'cardholder-rejected', 'invalid-field'],
          201,
        ),
        body: NewDocument,
      },
    },
    async (request, reply) => {
      const named = namedBy(request.params)
      const { kind, fileName, description = null } = request.body
      const content = bytesOf(request.body.content)
      const added = await run(
        request,
        named.partnerId,
        work => addDocument(work, { ...named, kind, fileName, content, description }),
        encodeDocument,
      )
      return reply.code(201).send(added)
    },
  )
}

/** The cardholder after the verification that a use case may have started. */
async function asItStands({ tx }: Work, { partnerId, cardholderId }: Cardholder): Promise<Cardholder> {
  const cardholder = await tx.cardholder(partnerId, cardholderId)
  if (cardholder === undefined) throw new Error(`cardholder ${cardholderId} was written and does not exist`)
  return cardholder
}

function creationOf({ person, company }: Static<typeof NewCardholder>) {
  if (person !== undefined && company === undefined) {
    const known = personOf(person)
    return (work: Work, partnerId: bigint) => createCardholder(work, { partnerId, person: known })
  }
  if (company !== undefined && person === undefined) {
    const corporation = corporationOf(company)
    return (work: Work, partnerId: bigint) => createCorporation(work, { partnerId, corporation })
  }
  throw new OperatorError(400, 'invalid-request', 'Give exactly one of person and company.', 'person')
}

function personOf(body: Static<typeof PersonBody>): Person {
  return {
    ...body,
    ...identityOf(body),
    nationality: countryOf(body.nationality, 'person.nationality'),
    address: addressOf(body.address, 'person.address'),
  }
}

function corporationOf(body: Static<typeof CompanyBody>): CorporationTerms {
  return {
    ...body,
    vatCode: body.vatCode ?? null,
    expiresOn: body.expiresOn ?? null,
    businessScope: body.businessScope ?? null,
    registrationAddress: addressOf(body.registrationAddress, 'company.registrationAddress'),
    director: directorOf(body.director),
  }
}

function directorOf(body: Static<typeof DirectorBody>): Director {
  return {
    ...body,
    ...identityOf(body),
    middleName: body.middleName ?? null,
    nationalName: body.nationalName ?? null,
    citizenship: countryOf(body.citizenship, 'company.director.citizenship'),
    address: addressOf(body.address, 'company.director.address'),
  }
}

/** What need not be said of an identity document and its holder. */
function identityOf({ idIssuedOn, idExpiresOn, gender }: Partial<Static<typeof PersonBody>>) {
  return { idIssuedOn: idIssuedOn ?? null, idExpiresOn: idExpiresOn ?? null, gender: gender ?? null }
}

/** An address is replaced as a whole. */
function changed(person: Person, { address, nationality, ...changes }: Static<typeof Changes>['person']): Person {
  return {
    ...person,
    ...changes,
    nationality: nationality === undefined ? person.nationality : countryOf(nationality, 'person.nationality'),
    address: address === undefined ? person.address : addressOf(address, 'person.address'),
  }
}

function bytesOf(base64: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(base64)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new DomainError('invalid-field', 'content')
  }
}
