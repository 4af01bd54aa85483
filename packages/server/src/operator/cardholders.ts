import { type Cardholder, nameOf, VERIFICATIONS } from '@openissuer/core/cardholder/cardholder.ts'
import { type CardholderDocument, DOCUMENT_KINDS } from '@openissuer/core/cardholder/document.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { openDocument } from '../app/add-document.ts'
import { approveCardholder } from '../app/approve-cardholder.ts'
import type { Work } from '../app/ports.ts'
import { rejectCardholder, setCardholderDisabled } from '../app/review-cardholder.ts'
import { documented, IdText, InstantText, nullable, pageSchema } from './answers.ts'
import { idParameter, knownPartner } from './ids.ts'
import type { OperatorContext } from './operator-api.ts'
import { PAGE, pageByTime } from './paging.ts'
import { oneOf } from './simulations.ts'

export type OfCardholder = { Params: { partnerId: string; cardholderId: string } }
type OfDocument = { Params: OfCardholder['Params'] & { documentId: string } }

/** `final`: nothing more may be sent. `codes` are those of the partner's dialect. */
const Rejection = Type.Object(
  {
    remark: Type.String({ minLength: 1, maxLength: 128 }),
    codes: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 16 }), { maxItems: 20 })),
    final: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)

const ListQuery = Type.Object(
  {
    verification: Type.Optional(oneOf(VERIFICATIONS)),
    disabled: Type.Optional(oneOf(['true', 'false'])),
    uniqueNo: Type.Optional(Type.String({ pattern: '^[\\x20-\\x7e]{1,64}$' })),
    ...PAGE,
  },
  { additionalProperties: false },
)

const described = documented('Cardholders')

const OUTCOME = {
  cardholderId: IdText,
  uniqueNo: nullable(Type.String(), { description: 'the number of the partner’s own' }),
  verification: oneOf(VERIFICATIONS),
  rejection: nullable(Type.String()),
  rejectionCodes: Type.Array(Type.String()),
  disabled: Type.Boolean(),
}

const Outcome = Type.Object(OUTCOME, { title: 'CardholderReview' })

const LISTED = {
  ...OUTCOME,
  name: nullable(Type.String()),
  kind: oneOf(['person', 'company']),
  createdAt: InstantText,
}

export const CardholderShown = Type.Object(LISTED, { title: 'Cardholder' })

const Address = Type.Object(
  {
    line1: Type.String(),
    line2: nullable(Type.String()),
    postalCode: Type.String(),
    city: Type.String(),
    state: Type.String(),
    country: Type.String(),
  },
  { title: 'Address' },
)

const Day = Type.String({ format: 'date' })

/** Who answers for a company. */
const Director = Type.Object(
  {
    firstName: Type.String(),
    lastName: Type.String(),
    middleName: nullable(Type.String()),
    nationalName: nullable(Type.String(), { description: 'in the writing of the own country' }),
    idNo: Type.String(),
    idType: Type.Integer(),
    idIssuedOn: nullable(Day),
    idExpiresOn: nullable(Day),
    birthday: Day,
    citizenship: Type.String(),
    gender: nullable(Type.Integer()),
    address: Address,
  },
  { title: 'Director' },
)

export const DocumentShown = Type.Object(
  {
    documentId: IdText,
    kind: oneOf(DOCUMENT_KINDS),
    fileName: Type.String(),
    fileType: Type.String(),
    byteCount: Type.Integer(),
    description: nullable(Type.String()),
    createdAt: InstantText,
  },
  { title: 'CardholderDocument' },
)

const ShownCardholder = Type.Object(
  {
    ...LISTED,
    person: nullable(
      Type.Object({
        firstName: Type.String(),
        lastName: Type.String(),
        mobile: Type.String(),
        email: Type.String(),
        idNo: Type.String(),
        idType: Type.Integer(),
        idIssuedOn: nullable(Day),
        idExpiresOn: nullable(Day),
        birthday: Day,
        gender: nullable(Type.Integer()),
        nationality: Type.String(),
        address: Address,
      }),
      { description: 'null for a company, and while only a KYC provider knows the person' },
    ),
    company: nullable(
      Type.Object({
        registrationName: Type.String(),
        registrationCode: Type.String(),
        registeredOn: Day,
        expiresOn: nullable(Day),
        vatCode: nullable(Type.String()),
        businessScope: nullable(Type.String()),
        contactName: Type.String(),
        mobile: Type.String(),
        email: Type.String(),
        registrationAddress: Address,
        director: Director,
      }),
    ),
    documents: Type.Array(DocumentShown),
  },
  { title: 'CardholderWithDetails' },
)

/** Bytes, not JSON. */
const File = Type.String({ contentMediaType: 'application/octet-stream' })

export const CARDHOLDER_PATH = '/partners/:partnerId/cardholders/:cardholderId'

export const cardholderRoutes: FastifyPluginAsync<OperatorContext> = async (server, { ports, run }) => {
  type Named = ReturnType<typeof namedBy>

  const act = (request: FastifyRequest<OfCardholder>, useCase: (work: Work, named: Named) => Promise<Cardholder>) => {
    const named = namedBy(request.params)
    return run(request, named.partnerId, work => useCase(work, named), encodeOutcome)
  }

  server.post<OfCardholder>(
    `${CARDHOLDER_PATH}/approve`,
    {
      schema: described('approveCardholder', 'Approve a cardholder', Outcome, [
        'cardholder-not-found',
        'cardholder-already-approved',
      ]),
    },
    request => act(request, approveCardholder),
  )

  server.post<OfCardholder & { Body: Static<typeof Rejection> }>(
    `${CARDHOLDER_PATH}/reject`,
    {
      schema: {
        ...described('rejectCardholder', 'Reject a cardholder, for now or for good', Outcome, [
          'cardholder-not-found',
          'cardholder-rejected',
        ]),
        body: Rejection,
      },
    },
    request => {
      const { remark, codes = [], final = false } = request.body
      return act(request, (work, named) => rejectCardholder(work, { ...named, remark, codes, final }))
    },
  )

  server.post<OfCardholder>(
    `${CARDHOLDER_PATH}/disable`,
    { schema: described('disableCardholder', 'Give a cardholder no more cards', Outcome, ['cardholder-not-found']) },
    request => act(request, (work, named) => setCardholderDisabled(work, { ...named, disabled: true })),
  )

  server.post<OfCardholder>(
    `${CARDHOLDER_PATH}/enable`,
    { schema: described('enableCardholder', 'Give a cardholder cards again', Outcome, ['cardholder-not-found']) },
    request => act(request, (work, named) => setCardholderDisabled(work, { ...named, disabled: false })),
  )

  server.get<{ Params: { partnerId: string }; Querystring: Static<typeof ListQuery> }>(
    '/partners/:partnerId/cardholders',
    {
      schema: {
        ...described(
          'listCardholders',
          'List the cardholders of a partner',
          pageSchema('cardholders', CardholderShown),
        ),
        querystring: ListQuery,
      },
    },
    async ({ params, query }) => {
      const { verification, disabled, uniqueNo } = query
      const filter = {
        partnerId: await knownPartner(ports, params.partnerId),
        verification,
        disabled: disabled === undefined ? undefined : disabled === 'true',
        uniqueNo,
      }
      const { rows, nextCursor } = await pageByTime(
        query,
        page => ports.storage.read.listCardholders({ ...filter, ...page }),
        ({ createdAt, cardholderId }) => ({ at: createdAt, id: cardholderId }),
      )
      return { cardholders: rows.map(encodeListed), nextCursor }
    },
  )

  server.get<OfCardholder>(
    CARDHOLDER_PATH,
    {
      schema: described('showCardholder', 'Show a cardholder with its documents', ShownCardholder, [
        'cardholder-not-found',
      ]),
    },
    async request => {
      const { partnerId, cardholderId } = namedBy(request.params)
      const cardholder = await ports.storage.read.cardholder(partnerId, cardholderId)
      if (cardholder === undefined) throw new DomainError('cardholder-not-found')
      const documents = await ports.storage.read.documents(partnerId, cardholderId)
      return { ...encodeListed(cardholder), ...encodeIdentity(cardholder), documents: documents.map(encodeDocument) }
    },
  )

  /** As a file to keep, never to show: what a partner sent is not to run in a reviewer's browser. */
  server.get<OfDocument>(
    `${CARDHOLDER_PATH}/documents/:documentId`,
    {
      config: { role: 'operator' },
      schema: described('downloadDocument', 'Download a document', File, [
        'cardholder-not-found',
        'document-not-found',
      ]),
    },
    async (request, reply) => {
      const named = namedBy(request.params)
      const documentId = idParameter(request.params.documentId, 'document-not-found')
      const { content, document } = await openDocument(ports, { ...named, documentId })
      await run(
        request,
        named.partnerId,
        async () => undefined,
        () => null,
      )
      return reply
        .type('application/octet-stream')
        .header('content-disposition', `attachment; filename="document-${documentId}.${document.fileType}"`)
        .header('x-content-type-options', 'nosniff')
        .header('cache-control', 'no-store')
        .send(Buffer.from(content))
    },
  )
}

export function namedBy({ partnerId, cardholderId }: OfCardholder['Params']) {
  return {
    partnerId: idParameter(partnerId, 'partner-not-found'),
    cardholderId: idParameter(cardholderId, 'cardholder-not-found'),
  }
}

function encodeOutcome(cardholder: Cardholder) {
  return {
    cardholderId: String(cardholder.cardholderId),
    uniqueNo: cardholder.uniqueNo,
    verification: cardholder.verification,
    rejection: cardholder.rejection,
    rejectionCodes: [...cardholder.rejectionCodes],
    disabled: cardholder.disabled,
  }
}

export function encodeListed(cardholder: Cardholder) {
  return {
    ...encodeOutcome(cardholder),
    name: nameOf(cardholder),
    kind: cardholder.corporation === null ? 'person' : 'company',
    createdAt: cardholder.createdAt.toString(),
  }
}

/** What a reviewer compares with the documents. */
function encodeIdentity({ person, corporation }: Cardholder) {
  return {
    person: person && { ...person, address: { ...person.address } },
    company: corporation && {
      registrationName: corporation.registrationName,
      registrationCode: corporation.registrationCode,
      registeredOn: corporation.registeredOn,
      expiresOn: corporation.expiresOn,
      vatCode: corporation.vatCode,
      businessScope: corporation.businessScope,
      contactName: corporation.contactName,
      mobile: corporation.mobile,
      email: corporation.email,
      registrationAddress: { ...corporation.registrationAddress },
      director: { ...corporation.director, address: { ...corporation.director.address } },
    },
  }
}

export function encodeDocument(document: CardholderDocument) {
  return {
    documentId: String(document.documentId),
    kind: document.kind,
    fileName: document.fileName,
    fileType: document.fileType,
    byteCount: document.byteCount,
    description: document.description,
    createdAt: document.createdAt.toString(),
  }
}
