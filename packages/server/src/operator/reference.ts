/** The reference of the Operator API, out of what its routes say of themselves. */
import { readFileSync } from 'node:fs'
import { DECLINE_REASONS } from '@openissuer/core/authorization/decline-reason.ts'
import { DOMAIN_ERRORS, type DomainErrorCode } from '@openissuer/core/errors.ts'
import { type TSchema, Type } from 'typebox'
import type { Platform } from '../app/live/platform.ts'
import type { Ports } from '../app/ports.ts'
import type { WebhookDoor } from '../app/webhook-ports.ts'
import {
  type DocumentedAnswer,
  type DocumentedRoute,
  type JsonSchema,
  type OpenApiDocument,
  type Operation,
  openApiDocument,
  type Parameter,
  queryParameters,
  routesOf,
  templateOf,
} from '../http/openapi.ts'
import { roleNeeded, SESSION_COOKIE } from './access.ts'
import { statusOf } from './errors.ts'
import { operatorApi } from './operator-api.ts'

/** Body and answer of a call. */
type Example = { readonly request?: unknown; readonly answer: unknown }

export async function operatorReference(
  version: string,
  examples: Readonly<Record<string, Example>> = readExamples(),
): Promise<OpenApiDocument> {
  // the routes are described, never called
  const door = operatorApi({
    ports: { storage: {}, decisions: {} } as Ports,
    webhooks: {} as WebhookDoor,
    clock: undefined as never,
    wall: undefined as never,
    proofs: undefined as never,
    due: [],
    platform: {} as Platform,
    apiLog: undefined as never,
    inspectors: undefined as never,
  })
  const routes = await routesOf(door)
  return openApiDocument({
    title: 'OpenIssuer Operator API',
    version,
    description: DESCRIPTION,
    tags: TAGS,
    securitySchemes: {
      operatorKey: { type: 'http', scheme: 'bearer', description: 'the first one is made at the first start' },
      session: {
        type: 'apiKey',
        in: 'cookie',
        name: SESSION_COOKIE,
        description: 'of a browser that is signed in; its calls carry `OpenIssuer-Session: 1` too',
      },
    },
    anyScheme: true,
    operations: routes.map(route => operationOf(route, examples)),
    notifications: [],
  })
}

function readExamples(): Record<string, Example> {
  return JSON.parse(readFileSync(new URL('./examples.json', import.meta.url), 'utf8')) as Record<string, Example>
}

const DESCRIPTION = `
For the people who run the platform, and for tests that play the card network. JSON in camelCase; ids and amounts are text.

A call that changes something may carry \`Idempotency-Key\`: the same key with the same call gets the recorded answer, with another
one it is refused. Refusals are \`{ "error": { "code", "message", "field"? } }\`. A field that does not exist is refused.

Lists answer with \`nextCursor\`, which leads to the next page as \`cursor\` and is null on the last one.
`.trim()

const TAGS = [
  { name: 'Overview', description: 'How the platform stands, and what happens.' },
  { name: 'Partners', description: 'API clients and their credentials.' },
  { name: 'KeySecure merchants', description: 'What is set of a KeySecure credential, and who is asked.' },
  { name: 'Cardholders', description: 'Who owns cards: their review, and their documents.' },
  { name: 'Contacts', description: 'Whom a courier or the issuer may call.' },
  { name: 'Cards', description: 'As they stand, and what is done with them.' },
  { name: 'Card limits', description: 'What a card may spend at once, in a day, in a month and in all.' },
  { name: 'Authorizations', description: 'Decisions, and what followed them.' },
  { name: 'Accounts and deposits', description: 'The ledger of a partner.' },
  { name: 'Card programs', description: 'Products and their terms.' },
  { name: 'Fee plans', description: 'Price lists.' },
  { name: 'Exchange rates', description: 'The rate table.' },
  { name: 'Spend limits and merchant controls', description: 'How much of what, and where.' },
  { name: 'Webhooks', description: 'Where partners hear of events, and what has become of each.' },
  { name: 'API log', description: 'What clients have called, and what was wrong with it.' },
  { name: 'Events and audit', description: 'What happened, and who did what.' },
  { name: 'Simulations', description: 'Messages of the card network; sandbox only.' },
  { name: 'Scenarios', description: 'Simulations to be played one after the other; sandbox only.' },
  { name: 'Clock', description: 'What time it is; sandbox only.' },
  { name: 'Access', description: 'Who may call: keys, and browsers that are signed in.' },
]

const IDEMPOTENCY_KEY: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'of a simulated message also the match key of the network',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,128}$' },
}

function operationOf(route: DocumentedRoute, examples: Readonly<Record<string, Example>>): Operation {
  const { method, url, schema, config } = route
  const { operationId, summary, tag } = schema
  if (operationId === undefined || summary === undefined || tag === undefined) {
    throw new Error(`${method} ${url} says nothing of itself`)
  }
  const example = examples[operationId]
  if (example === undefined) throw new Error(`there is no example of ${operationId}`)
  const { path, names } = templateOf(url)
  const body = schema.asked ?? schema.body
  return {
    method,
    path,
    operationId,
    summary,
    ...(config.open === true ? { security: [] } : { description: `Needs the role ${roleNeeded(method, config)}.` }),
    tag,
    parameters: [
      ...names.map(name => ({ name, in: 'path' as const, required: true, schema: { type: 'string' } })),
      ...queryParameters(schema.querystring),
      ...(takesIdempotencyKey(route) ? [IDEMPOTENCY_KEY] : []),
    ],
    request: body === undefined ? undefined : { schema: body as TSchema, example: example.request },
    answers: [successOf(schema.response as Record<string, TSchema>, example), ...refusalsOf(route, names)],
  }
}

function takesIdempotencyKey({ method, config }: DocumentedRoute): boolean {
  return method !== 'get' && config.unrecorded !== true
}

function successOf(response: Readonly<Record<string, TSchema>>, { answer }: Example): DocumentedAnswer {
  const [found, ...more] = Object.entries(response)
  if (found === undefined || more.length > 0) throw new Error('a call has one success')
  const [status, schema] = found
  const bytes = 'contentMediaType' in schema ? { mediaType: String(schema.contentMediaType) } : {}
  return { status: Number(status), description: 'Success', schema, examples: { success: answer }, ...bytes }
}

/** The door's own refusals, with their statuses. */
const OWN: Readonly<Record<string, { readonly status: number; readonly message: string }>> = {
  unauthorized: { status: 401, message: 'A valid operator key is needed: Authorization: Bearer <key>.' },
  'too-many-failures': { status: 429, message: 'This address has brought too many keys that do not count: wait 42 s.' },
  'cross-origin': { status: 403, message: 'A session is for pages of this server, which send openissuer-session: 1.' },
  'role-insufficient': { status: 403, message: 'This needs a key of role operator; this one is read-only.' },
  'invalid-request': { status: 400, message: 'name is required.' },
  'not-found': { status: 404, message: 'There is no such thing.' },
  'app-not-found': { status: 404, message: 'The partner has no such app.' },
  'operator-key-not-found': { status: 404, message: 'There is no such operator key.' },
  'last-reveal-key': { status: 409, message: 'This is the last key of role reveal: make another one first.' },
  'challenge-not-found': { status: 404, message: 'The card has no such challenge.' },
  'scenario-not-found': { status: 404, message: 'There is no such scenario.' },
  'sandbox-only': { status: 403, message: 'Simulations exist in sandbox mode only.' },
  'call-not-found': { status: 404, message: 'There is no such call in the log, or no more.' },
  'too-many-streams': { status: 503, message: 'As many streams are open as there may be.' },
  'issuer-overloaded': { status: 503, message: DECLINE_REASONS['issuer-overloaded'].sentence },
  'issuer-unavailable': { status: 503, message: DECLINE_REASONS['issuer-unavailable'].sentence },
  internal: { status: 500, message: 'Something failed on our side.' },
}

function refusalsOf(route: DocumentedRoute, names: readonly string[]): DocumentedAnswer[] {
  const { method, schema, config } = route
  const codes = new Set([
    'unauthorized',
    'too-many-failures',
    'cross-origin',
    ...(config.open === true || roleNeeded(method, config) === 'read-only' ? [] : ['role-insufficient']),
    ...(schema.body === undefined && schema.querystring === undefined && method === 'get' ? [] : ['invalid-request']),
    ...(names.includes('partnerId') ? ['partner-not-found'] : []),
    ...(takesIdempotencyKey(route) ? ['duplicate-request'] : []),
    ...(isPaged(schema.querystring) ? ['invalid-field'] : []),
    ...(schema.errors ?? []),
    'internal',
  ])
  const byStatus = Map.groupBy(codes, statusOfRefusal)
  // a body that is too large, or of another type than JSON
  if (method !== 'get') for (const status of [413, 415]) byStatus.set(status, ['invalid-request'])
  return [...byStatus]
    .toSorted(([a], [b]) => a - b)
    .map(([status, ofStatus]) => ({
      status,
      description: `Refused: ${ofStatus.join(', ')}`,
      schema: refusalSchema(ofStatus),
      examples: Object.fromEntries(ofStatus.map(code => [code, { error: { code, message: messageOf(code) } }])),
    }))
}

function isPaged(querystring: unknown): boolean {
  return 'cursor' in ((querystring as { properties?: object } | undefined)?.properties ?? {})
}

function statusOfRefusal(code: string): number {
  return OWN[code]?.status ?? statusOf(domainCode(code))
}

function messageOf(code: string): string {
  return OWN[code]?.message ?? DOMAIN_ERRORS[domainCode(code)]
}

function domainCode(code: string): DomainErrorCode {
  if (!Object.hasOwn(DOMAIN_ERRORS, code)) throw new Error(`${code} is no code of a refusal`)
  return code as DomainErrorCode
}

function refusalSchema(codes: readonly string[]): JsonSchema {
  const error = Type.Object({
    code: Type.Enum([...codes]),
    message: Type.String(),
    field: Type.Optional(Type.String({ description: 'dotted path' })),
  })
  return Type.Object({ error }) as unknown as JsonSchema
}
