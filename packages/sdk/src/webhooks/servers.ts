/** Receivers on the servers that people have. Of these only the parts that are used are named, so none is a dependency. */
import { joined } from '../bytes.ts'
import type { HeaderSource } from './headers.ts'
import type { WebhookAnswer, WebhookReceiver } from './receivers.ts'
import { BODY_BYTES_MAX } from './webhook-error.ts'

/** `IncomingMessage` of `node:http`. */
export type NodeRequest = AsyncIterable<Uint8Array | string> & {
  readonly method?: string | undefined
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
}

/** `ServerResponse` of `node:http`. */
export type NodeResponse = {
  writeHead(status: number, headers: Record<string, string>): unknown
  end(body: string): unknown
}

/** For `http.createServer`, or an Express route that no body parser comes before. */
export function nodeHandler(
  receiver: WebhookReceiver,
): (request: NodeRequest, response: NodeResponse) => Promise<void> {
  return async (request, response) => {
    const { status, headers, body } = await answerTo(receiver, request.method, request.headers, () => collect(request))
    response.writeHead(status, headers)
    response.end(body)
  }
}

/** For servers in the style of fetch: Deno, Bun, Hono, Next.js routes, workers. */
export function fetchHandler(receiver: WebhookReceiver): (request: Request) => Promise<Response> {
  return async request => {
    const read = () => collect(chunksOf(request.body))
    const { status, headers, body } = await answerTo(receiver, request.method, request.headers, read)
    return new Response(body, { status, headers })
  }
}

/** `FastifyInstance`. */
export type FastifyLike = {
  removeAllContentTypeParsers(): unknown
  addContentTypeParser(
    type: string,
    options: { parseAs: 'buffer'; bodyLimit: number },
    parse: (request: unknown, body: Uint8Array) => Promise<unknown>,
  ): unknown
  post(path: string, handler: (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown>): unknown
}

export type FastifyRequestLike = {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: unknown
}

export type FastifyReplyLike = {
  code(status: number): { headers(values: Record<string, string>): { send(body: string): unknown } }
}

/** `fastify.register(fastifyPlugin(receiver, '/hooks/keysecure'))`; bodies stay raw inside of the plugin only. */
export function fastifyPlugin(receiver: WebhookReceiver, path: string): (server: FastifyLike) => Promise<void> {
  return async server => {
    server.removeAllContentTypeParsers()
    server.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX }, async (_request, body) => body)
    server.post(path, async (request, reply) => {
      const body = request.body instanceof Uint8Array ? request.body : ''
      const answer = await receiver({ headers: request.headers, body })
      return reply.code(answer.status).headers(answer.headers).send(answer.body)
    })
  }
}

async function answerTo(
  receiver: WebhookReceiver,
  method: string | undefined,
  headers: HeaderSource,
  read: () => Promise<Uint8Array | undefined>,
): Promise<WebhookAnswer> {
  if (method !== 'POST') return { status: 405, headers: { allow: 'POST' }, body: '' }
  const body = await read().catch(() => 'broken' as const)
  // the sender has gone away, and hears nothing
  if (body === 'broken') return { status: 400, headers: {}, body: '' }
  return body === undefined ? { status: 413, headers: {}, body: '' } : receiver({ headers, body })
}

/** @returns undefined for more than any webhook has */
async function collect(chunks: AsyncIterable<Uint8Array | string>): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    const part = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk
    length += part.length
    if (length > BODY_BYTES_MAX) return undefined
    parts.push(part)
  }
  return joined(parts, length)
}

async function* chunksOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = body?.getReader()
  try {
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) yield part.value
  } finally {
    await reader?.cancel()
  }
}
