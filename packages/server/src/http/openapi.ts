/**
 * OpenAPI 3.1 documents: what a door says of its calls, in the form of the standard. They are made while developing and
 * kept in docs/openapi; a running server makes none.
 */
import Fastify, { type FastifyContextConfig, type FastifyPluginAsync, type FastifySchema } from 'fastify'
import type { TSchema } from 'typebox'

declare module 'fastify' {
  /** What a route says of itself besides the schemas that are checked. */
  interface FastifySchema {
    readonly summary?: string
    readonly operationId?: string
    readonly description?: string
    readonly tag?: string
    /** codes of the refusals that are this call's own */
    readonly errors?: readonly string[]
    /** what the body is, where it is checked by other means than `body` */
    readonly asked?: TSchema
  }
}

/** A schema as it is written into a document. */
export type JsonSchema = { readonly [keyword: string]: unknown }

export type Parameter = {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly description?: string | undefined
  readonly schema: JsonSchema
}

export type DocumentedAnswer = {
  readonly status: number
  readonly description: string
  readonly mediaType?: string
  readonly schema: TSchema | JsonSchema
  /** by name */
  readonly examples?: Readonly<Record<string, unknown>>
}

export type Operation = {
  readonly method: string
  /** with `{parameters}` */
  readonly path: string
  readonly operationId: string
  readonly summary: string
  readonly description?: string | undefined
  readonly tag: string
  /** which of the reference's schemes are needed; what the reference says, unless named */
  readonly security?: readonly string[] | undefined
  readonly parameters?: readonly Parameter[]
  readonly request?: { readonly schema: TSchema | JsonSchema; readonly example: unknown } | undefined
  readonly answers: readonly DocumentedAnswer[]
}

export type Reference = {
  readonly title: string
  readonly version: string
  /** Markdown */
  readonly description: string
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly securitySchemes: Readonly<Record<string, object>>
  /** whether one of the schemes is enough; all are needed, unless said */
  readonly anyScheme?: boolean
  readonly operations: readonly Operation[]
  readonly notifications: readonly Notification[]
}

/** What is posted to a partner. */
export type Notification = {
  readonly name: string
  readonly summary: string
  readonly description: string
  readonly tag: string
  readonly headers?: readonly Parameter[]
  readonly schema: TSchema
  readonly example: unknown
  readonly answer: { readonly description: string; readonly schema?: TSchema }
}

export type OpenApiDocument = {
  readonly openapi: '3.1.0'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>
  readonly [member: string]: unknown
}

export type OpenApiOperation = {
  readonly operationId: string
  readonly requestBody?: { readonly required: boolean; readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content: Content }>>
  readonly [member: string]: unknown
}

type Content = Readonly<Record<string, { readonly schema: JsonSchema; readonly [member: string]: unknown }>>

/** @throws Error for two operations with one id, or at one place */
export function openApiDocument(reference: Reference): OpenApiDocument {
  const { title, version, description, tags, securitySchemes, operations, notifications } = reference
  const paths: Record<string, Record<string, OpenApiOperation>> = {}
  const ids = new Set<string>()
  for (const operation of operations) {
    const methods = (paths[operation.path] ??= {})
    if (ids.has(operation.operationId) || methods[operation.method] !== undefined) {
      throw new Error(`${operation.operationId} is described twice`)
    }
    ids.add(operation.operationId)
    methods[operation.method] = described(operation)
  }
  const document = {
    openapi: '3.1.0' as const,
    info: { title, version, description },
    servers: [{ url: '/', description: 'the server that this page comes from' }],
    security: securityOf(reference),
    tags,
    paths,
    ...(notifications.length === 0 ? {} : { webhooks: Object.fromEntries(notifications.map(told)) }),
    components: { securitySchemes },
  }
  // schemas carry what only the program needs in members that JSON leaves out
  const { components, ...rest } = JSON.parse(JSON.stringify(document)) as OpenApiDocument & { components: object }
  const schemas: Record<string, unknown> = {}
  const written = withReferences(rest, schemas) as typeof rest
  const inOrder = Object.fromEntries(Object.entries(schemas).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return { ...written, components: { ...components, schemas: inOrder } }
}

/**
 * Writes schemas that have a title once, under their title, and names them everywhere else.
 * @throws Error for two schemas with one title
 */
function withReferences(value: unknown, schemas: Record<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map(each => withReferences(each, schemas))
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(
    ([name, member]) =>
      // what is shown as an example is no schema
      [name, name.startsWith('example') ? member : withReferences(member, schemas)] as const,
  )
  const written = Object.fromEntries(members)
  const { title } = written
  if (typeof title !== 'string' || 'version' in written) return written
  const known = schemas[title]
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(written)) {
    throw new Error(`two schemas are called ${title}`)
  }
  schemas[title] = written
  return { $ref: `#/components/schemas/${title}` }
}

function told({ name, summary, description, tag, headers = [], schema, example, answer }: Notification) {
  const content = answer.schema === undefined ? {} : { content: { 'application/json': { schema: answer.schema } } }
  const post = {
    tags: [tag],
    operationId: name,
    summary,
    description,
    security: [],
    parameters: headers,
    requestBody: { required: true, content: { 'application/json': { schema, example } } },
    responses: { 200: { description: answer.description, ...content } },
  }
  return [name, { post }]
}

function securityOf({ securitySchemes, anyScheme = false }: Reference): Record<string, never[]>[] {
  const names = Object.keys(securitySchemes)
  if (anyScheme) return names.map(name => needing([name]))
  return names.length === 0 ? [] : [needing(names)]
}

function needing(schemes: readonly string[]): Record<string, never[]> {
  return Object.fromEntries(schemes.map(name => [name, []]))
}

function described(operation: Operation): OpenApiOperation {
  const { operationId, summary, description, tag, security, parameters = [], request, answers } = operation
  return {
    tags: [tag],
    operationId,
    summary,
    ...(description === undefined ? {} : { description }),
    ...(security === undefined ? {} : { security: [needing(security)] }),
    parameters,
    ...(request === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: request.schema as JsonSchema, example: request.example } },
          },
        }),
    responses: Object.fromEntries(answers.map(answer => [String(answer.status), describedAnswer(answer)])),
  }
}

function describedAnswer({ description, mediaType = 'application/json', schema, examples = {} }: DocumentedAnswer) {
  const named = Object.entries(examples).map(([name, value]) => [name, { value }])
  return {
    description,
    content: {
      [mediaType]: {
        schema: schema as JsonSchema,
        ...(named.length === 0 ? {} : { examples: Object.fromEntries(named) as object }),
      },
    },
  }
}

/** A route of a door, as it registers it. */
export type DocumentedRoute = {
  readonly method: string
  readonly url: string
  readonly schema: FastifySchema
  readonly config: FastifyContextConfig
}

/** The routes of a door, in the order of their registration; none of them is called. */
export async function routesOf(door: FastifyPluginAsync): Promise<readonly DocumentedRoute[]> {
  const routes: DocumentedRoute[] = []
  const server = Fastify({ exposeHeadRoutes: false })
  server.addHook('onRoute', ({ method, url, schema = {}, config = {} }) => {
    routes.push({ method: String(method).toLowerCase(), url, schema, config })
  })
  await server.register(door)
  await server.ready()
  await server.close()
  return routes
}

/** `/partners/:partnerId` as the standard writes it, and what it names. */
export function templateOf(url: string): { path: string; names: readonly string[] } {
  const names = [...url.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
  return { path: url.replace(/:(\w+)/g, '{$1}'), names }
}

/** The members of a query as parameters. */
export function queryParameters(schema: FastifySchema['querystring']): Parameter[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, JsonSchema>
    required?: readonly string[]
  }
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(typeof description === 'string' ? { description } : {}),
    schema: rest,
  }))
}
