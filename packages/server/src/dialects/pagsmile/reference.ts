/** The reference of the Pagsmile dialect, out of its table of calls. */
import { readFileSync } from 'node:fs'
import { DomainError, type DomainErrorCode } from '@openissuer/core/errors.ts'
import { type TSchema, Type } from 'typebox'
import {
  type DocumentedAnswer,
  type JsonSchema,
  type Notification,
  type OpenApiDocument,
  type Operation,
  openApiDocument,
} from '../../http/openapi.ts'
import type { Call } from './call.ts'
import { WEBHOOK_TYPES } from './dictionary.ts'
import {
  errorBody,
  INVALID_ACCOUNT,
  INVALID_SIGNATURE,
  MEDIA_TYPE_NOT_SUPPORTED,
  MERCHANT_STATUS_ABNORMAL,
  MISSING_SIGNATURE_CONFIG,
  mandatoryData,
  missingArgument,
  parametersError,
  SERVICE_UNAVAILABLE,
  TOO_MANY_FAILURES,
  type WireError,
  wireErrorOf,
} from './errors.ts'
import { NOTIFICATION_DATA, notificationSchema } from './notifications.ts'
import { Envelope } from './request.ts'
import { CALLS } from './routes.ts'
import { type WebhookRules, webhookCalls } from './webhooks.ts'

/** Business data and answer of a call, as its page shows them. */
type Example = { readonly request: unknown; readonly answer?: { readonly total: number; readonly data: unknown } }

/** @param examples of every call, by operation id */
export function pagsmileReference(version: string, examples: Readonly<Record<string, Example>> = readExamples()) {
  return openApiDocument({
    title: 'Pagsmile Issuing Card API',
    version,
    description: DESCRIPTION,
    tags: TAGS,
    securitySchemes: {},
    operations: [...CALLS, ...webhookCalls(NO_RULES)].map(call => operationOf(call, examples)),
    notifications: notificationsOf(examples),
  }) satisfies OpenApiDocument
}

function readExamples(): Record<string, Example> {
  return JSON.parse(readFileSync(new URL('./examples.json', import.meta.url), 'utf8')) as Record<string, Example>
}

/** The calls are described, never made. */
const NO_RULES: WebhookRules = {
  get dialects(): never {
    throw new Error('no dialect tells anything here')
  },
  refusalOf: () => undefined,
}

const DESCRIPTION = `
Every call is a \`POST\` of one JSON object, the **envelope**. Who calls is said by \`app_id\` and \`partner_id\`; there is no
signature, whatever \`sign_type\` says.

**Request.** The business data never travels in clear. Make an AES key of 16 ASCII characters, encrypt the JSON text of the business data
with it (AES-128-CBC, PKCS#7), put the 16 characters of the IV in front of the Base64 ciphertext, and send that as \`biz_data\`. Encrypt
the AES key with the platform's public key (RSA, PKCS#1 v1.5) and send its Base64 as \`random_key\`.

**Answer.** \`data\` is opened the same way, with the key in the answer's own \`random_key\` and your private key. Calls that only do
something answer with \`code\` and \`msg\` alone. Refusals are never encrypted.

The schemas below show \`biz_data\` and \`data\` **after decryption**. A sandbox app that was set so may send \`biz_data\` as an object and
gets \`data\` as one. Members that are null, empty or blank count as not sent; members that are not known are ignored.

A \`request_id\` names a request of a call that changes something: the same request again gets the recorded answer, another one under
the same id is \`duplicate-request\`.
`.trim()

const TAGS = [
  { name: 'Cards', description: 'Applications, what is done with a card, what is known of it, its limits.' },
  { name: 'Cardholders', description: 'Persons and companies, and their documents.' },
  { name: 'Issuing accounts', description: 'The money of the partner.' },
  { name: 'Webhooks', description: 'Where the partner hears of events.' },
]

/** Headings by the first part of a path. */
const TAG_OF: Readonly<Record<string, string>> = {
  card: 'Cards',
  holder: 'Cardholders',
  partner: 'Issuing accounts',
  webhook: 'Webhooks',
}

/** What is posted to webhooks, one for each `notify_type`. */
function notificationsOf(examples: Readonly<Record<string, Example>>): Notification[] {
  return (Object.keys(NOTIFICATION_DATA).map(Number) as (keyof typeof NOTIFICATION_DATA)[]).map(type => {
    const name = `notification${type}`
    const example = examples[name]
    if (example === undefined) throw new Error(`there is no example of ${name}`)
    const meaning = WEBHOOK_TYPES[type] ?? ''
    return {
      name,
      summary: `Notification: ${meaning}`,
      description: 'In clear and not signed. Sent again until it is answered with HTTP 200, for a day and a half.',
      tag: 'Webhooks',
      schema: notificationSchema(type),
      example: example.request,
      answer: { description: 'Heard, whatever the body says' },
    }
  })
}

function operationOf(call: Call, examples: Readonly<Record<string, Example>>): Operation {
  const operationId = operationIdOf(call.path)
  const example = examples[operationId]
  if (example === undefined) throw new Error(`there is no example of ${operationId}`)
  return {
    method: 'post',
    path: call.path,
    operationId,
    summary: call.summary,
    tag: TAG_OF[call.path.split('/')[2] ?? ''] ?? 'Cards',
    request: { schema: requestSchema(call), example: requestExample(example) },
    answers: [
      {
        status: 200,
        description: 'Success',
        schema: answerSchema(call),
        examples: { success: answerExample(example) },
      },
      ...refusalsOf(call),
    ],
  }
}

/** `/issuing/card/query-limit` is `cardQueryLimit`. */
export function operationIdOf(path: string): string {
  const [, , ...words] = path.split(/[/-]/)
  return words.map((word, index) => (index === 0 ? word : word[0]?.toUpperCase() + word.slice(1))).join('')
}

function requestSchema({ bizData }: Call): TSchema {
  return Type.Object({
    ...Envelope.properties,
    random_key: Type.String({ description: 'the AES key, encrypted with the platform’s public key, Base64' }),
    biz_data: { ...bizData, description: 'travels encrypted, as text' },
  })
}

function requestExample({ request }: Example) {
  return { ...ENVELOPE_EXAMPLE, biz_data: request }
}

const APP_ID = '26091772067591541'

const ENVELOPE_EXAMPLE = {
  app_id: APP_ID,
  partner_id: '27790058564419272',
  request_id: '7fA2cD05-b1E9-cc38-a0d4-5E9b13C7',
  timestamp: '2026-05-22 13:52:36',
  version: '2.0',
  sign_type: 'RSA',
  random_key: 'the encrypted AES key',
}

function answerSchema({ data }: Call): TSchema {
  const outcome = { code: Type.Literal('10000'), msg: Type.Literal('Success') }
  if (data === null) return Type.Object(outcome)
  return Type.Object({
    ...outcome,
    total: Type.Integer({
      minimum: 0,
      description: 'all rows that match, not those of the page; 1 for a single object',
    }),
    random_key: Type.Optional(
      Type.String({
        description: 'the AES key of the answer, encrypted with your public key; missing where data is in clear',
      }),
    ),
    sign_type: Type.Optional(Type.Literal('RSA')),
    app_id: Type.String(),
    data,
  })
}

function answerExample({ answer }: Example) {
  const outcome = { code: '10000', msg: 'Success' }
  if (answer === undefined) return outcome
  return {
    ...outcome,
    total: answer.total,
    random_key: 'the encrypted AES key of the answer',
    sign_type: 'RSA',
    app_id: APP_ID,
    data: answer.data,
  }
}

/** What any call may be refused with, in the order of the checks. */
const OF_ANY_CALL: readonly WireError[] = [
  MEDIA_TYPE_NOT_SUPPORTED,
  missingArgument('app_id'),
  INVALID_ACCOUNT,
  MERCHANT_STATUS_ABNORMAL,
  MISSING_SIGNATURE_CONFIG,
  TOO_MANY_FAILURES,
  INVALID_SIGNATURE,
  mandatoryData('a field'),
  parametersError('a field'),
  wireErrorOf(new DomainError('duplicate-request')),
  SERVICE_UNAVAILABLE,
]

function refusalsOf({ errors }: Call): DocumentedAnswer[] {
  const own = errors.map((code: DomainErrorCode) => wireErrorOf(new DomainError(code)))
  const byStatus = Map.groupBy([...OF_ANY_CALL, ...own], ({ httpStatus }) => httpStatus)
  return [...byStatus].map(([status, wire]) => ({
    status,
    description: `Refused: ${[...new Set(wire.map(({ subCode }) => subCode))].join(', ')}`,
    schema: refusalSchema(wire),
    examples: Object.fromEntries(wire.map(error => [nameOf(error), JSON.parse(errorBody(error)) as unknown])),
  }))
}

/** Two refusals may have one code and differ in their words. */
function nameOf({ subCode, subMsg }: WireError): string {
  return `${subCode}-${subMsg.replace(/[^a-z0-9]+/gi, '-')}`
}

function refusalSchema(wire: readonly WireError[]): JsonSchema {
  return Type.Object({
    code: Type.Enum([...new Set(wire.map(({ code }) => code))]),
    msg: Type.String(),
    sub_code: Type.Enum([...new Set(wire.map(({ subCode }) => subCode))]),
    sub_msg: Type.String(),
  }) as unknown as JsonSchema
}
