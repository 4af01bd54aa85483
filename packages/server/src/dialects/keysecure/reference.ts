/** The reference of the KeySecure dialect, out of what its routes say of themselves. */
import { readFileSync } from 'node:fs'
import { type TSchema, Type } from 'typebox'
import type { Ports } from '../../app/ports.ts'
import {
  type DocumentedRoute,
  type Notification,
  type OpenApiDocument,
  type Operation,
  openApiDocument,
  type Parameter,
  routesOf,
  templateOf,
} from '../../http/openapi.ts'
import { AuthData } from './auth-callback.ts'
import { CALLBACK_DATA } from './callbacks.ts'
import { type FailureCode, STATUS_CODES, statusText } from './dictionary.ts'
import { keysecureDialect } from './routes.ts'

/** Body and `data` of a call. */
type Example = { readonly request?: unknown; readonly answer?: unknown }

export async function keysecureReference(
  version: string,
  examples: Readonly<Record<string, Example>> = readExamples(),
): Promise<OpenApiDocument> {
  const routes = await routesOf(keysecureDialect({ ports: {} as Ports, wallClock: { now: Temporal.Now.instant } }))
  return openApiDocument({
    title: 'KeySecure Open Platform',
    version,
    description: DESCRIPTION,
    tags: TAGS,
    securitySchemes: {
      apiKey: { type: 'apiKey', in: 'header', name: 'Api-Key', description: 'names the merchant' },
      accessToken: {
        type: 'apiKey',
        in: 'header',
        name: 'Access-Token',
        description: 'from Get Token; not needed there',
      },
    },
    operations: routes.filter(({ schema }) => schema.summary !== undefined).map(route => operationOf(route, examples)),
    notifications: CALLBACKS.map(callback => callbackOf(callback, examples)),
  })
}

function readExamples(): Record<string, Example> {
  return JSON.parse(readFileSync(new URL('./examples.json', import.meta.url), 'utf8')) as Record<string, Example>
}

const DESCRIPTION = `
Every handled answer is HTTP 200 with \`code\`, \`msg\` and, on success (\`code\` 0), \`data\`. A path or method that does not exist is 404, a
fault of ours 500, both in the same form. \`Language: zh_CN\` makes \`msg\` Chinese.

Requests are not signed: \`Api-Key\` names the merchant, \`Timestamp\` (Unix milliseconds, at most 60 s old and never ahead) bounds their
age, and every call but *Get an access token* carries an \`Access-Token\`.

Members of a body that are null, empty or blank count as not sent. Lists are cut by \`Timezone\` (such as \`UTC+8\`).
`.trim()

const TAGS = [
  { name: 'Access', description: 'Tokens.' },
  { name: 'Cardholders', description: 'Verified by a KYC provider.' },
  { name: 'Cards', description: 'Applications, what is done with a card and what is known of it.' },
  { name: 'Products', description: 'What cards may be applied for.' },
  { name: 'Consumptions', description: 'What cards were used for, with fees.' },
  { name: 'Accounts', description: 'The money of cardholders.' },
  { name: 'Callbacks', description: 'What is posted to the merchant, signed.' },
]

/** The one call that is made without a token. */
const TOKEN_CALL = 'getToken'

const CALLBACKS = [
  {
    action: 'Auth',
    summary: 'Callback: may an authorization stand',
    data: AuthData,
    description:
      'Asked of merchants that decide themselves, once, with 800 ms for the answer: `code` 0 approves, any other declines.',
  },
  {
    action: 'Consumption',
    summary: 'Callback: a consumption',
    data: CALLBACK_DATA.Consumption,
    description: 'Sent again until it is answered with HTTP 200 and `code` 0.',
  },
  {
    action: 'Card_update',
    summary: 'Callback: a card has another status',
    data: CALLBACK_DATA.Card_update,
    description: 'Sent again until it is answered with HTTP 200 and `code` 0.',
  },
] as const

const SIGNED: readonly Parameter[] = [
  { name: 'Timestamp', in: 'header', required: true, schema: { type: 'string', pattern: '^[0-9]{13}$' } },
  {
    name: 'Signature',
    in: 'header',
    required: true,
    description: 'HMAC-SHA256, hexadecimal, under the API secret',
    schema: { type: 'string', pattern: '^[0-9a-f]{64}$' },
  },
  { name: 'Sign-Version', in: 'header', required: true, schema: { type: 'string', const: 'V1' } },
  { name: 'Timezone', in: 'header', required: true, schema: { type: 'string', const: 'UTC+8' } },
]

function callbackOf(
  { action, summary, description, data }: (typeof CALLBACKS)[number],
  examples: Readonly<Record<string, Example>>,
): Notification {
  const name = `callback${action}`
  const example = examples[name]
  if (example === undefined) throw new Error(`there is no example of ${name}`)
  return {
    name,
    summary,
    description,
    tag: 'Callbacks',
    headers: SIGNED,
    schema: Type.Object({
      id: Type.String({ description: 'the same in every repetition' }),
      action: Type.Literal(action),
      data,
    }),
    example: example.request,
    answer: {
      description: 'Heard',
      schema: Type.Object({ code: Type.Integer(), message: Type.Optional(Type.String()) }),
    },
  }
}

const HEADERS: readonly Parameter[] = [
  {
    name: 'Timestamp',
    in: 'header',
    required: true,
    description: 'Unix milliseconds',
    schema: { type: 'string', pattern: '^[0-9]{13}$' },
  },
  { name: 'Language', in: 'header', required: false, schema: { type: 'string', enum: ['en_US', 'zh_CN'] } },
  { name: 'Timezone', in: 'header', required: false, schema: { type: 'string', examples: ['UTC+8'] } },
]

function operationOf({ method, url, schema }: DocumentedRoute, examples: Readonly<Record<string, Example>>): Operation {
  const { operationId = '', summary = '', tag = '', errors = [] } = schema
  const example = examples[operationId]
  if (example === undefined) throw new Error(`there is no example of ${operationId}`)
  const { path, names } = templateOf(url)
  const codes = [...OF_ANY_CALL, ...errors.map(code => Number(code) as FailureCode)]
  return {
    method,
    path,
    operationId,
    summary,
    tag,
    security: operationId === TOKEN_CALL ? ['apiKey'] : undefined,
    parameters: [
      ...names.map(name => ({ name, in: 'path' as const, required: true, schema: { type: 'string' } })),
      ...HEADERS,
    ],
    request: schema.body === undefined ? undefined : { schema: schema.body as TSchema, example: example.request },
    answers: [
      {
        status: 200,
        description: `Success, or a refusal: ${codes.join(', ')}`,
        schema: Type.Union([successOf(dataOf(schema.response)), failureOf(codes)]),
        examples: {
          success: { code: 0, msg: statusText(0, 'en_US'), data: example.answer },
          ...Object.fromEntries(codes.map(code => [`refusal-${code}`, { code, msg: statusText(code, 'en_US') }])),
        },
      },
      { status: 500, description: 'A fault of ours', schema: failureOf([1001]) },
    ],
  }
}

/** What any call may be refused with, in the order of the checks. */
const OF_ANY_CALL: readonly FailureCode[] = [1002, 1008, 1010, 1011, 1021, 1022, 1003, 1005, 1006, 1007, 1009, 1004]

function dataOf(response: unknown): TSchema {
  const { 200: envelope } = response as { 200: { properties: { data: TSchema } } }
  return envelope.properties.data
}

function successOf(data: TSchema) {
  return Type.Object({ code: Type.Literal(0), msg: Type.String(), data })
}

function failureOf(codes: readonly FailureCode[]) {
  return Type.Object({ code: Type.Enum([...codes], { description: meaningsOf(codes) }), msg: Type.String() })
}

function meaningsOf(codes: readonly FailureCode[]): string {
  return codes.map(code => `${code}: ${STATUS_CODES[code].en_US[0]}`).join('; ')
}
