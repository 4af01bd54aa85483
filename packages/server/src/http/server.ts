/**
 * The HTTP server that all doors share: limits on every socket, health, and how each door is mounted.
 */
import { METHODS } from 'node:http'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyPluginAsync, LogController } from 'fastify'
import type { RequestCounts } from './request-counts.ts'
import { BODY_BYTES_MAX } from './strict-json.ts'

export type HttpServerOptions = {
  readonly logger: FastifyBaseLogger
  /** addresses and CIDR ranges of proxies whose X-Forwarded-For is believed */
  readonly trustedProxies: readonly string[]
  /** resolves when the server can do its work, rejects with the reason when not */
  readonly ready: () => Promise<void>
  readonly doors: readonly FastifyPluginAsync[]
  readonly requests?: RequestCounts
}

const REQUEST_TIMEOUT_MS = 30_000
const KEEP_ALIVE_MS = 72_000

export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const server = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionTimeout: REQUEST_TIMEOUT_MS + KEEP_ALIVE_MS,
    trustProxy: options.trustedProxies.length === 0 ? false : [...options.trustedProxies],
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 128 },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    rewriteUrl: request => pathOf(request.url ?? '/'),
  })

  // a door answers every method in its own form, WebDAV's too
  for (const method of METHODS) {
    if (method !== 'CONNECT' && !server.supportedMethods.includes(method)) server.addHttpMethod(method)
  }

  server.get('/livez', async () => ({ status: 'live' }))
  server.get('/readyz', async (request, reply) => {
    try {
      await options.ready()
      return { status: 'ready' }
    } catch (error) {
      request.log.warn({ reason: String(error) }, 'not ready')
      return reply.code(503).send({ status: 'not ready' })
    }
  })
  server.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: { code: 'not-found', message: 'There is nothing at this address.' } }),
  )
  server.addHook('onResponse', async (request, reply) => {
    options.requests?.count(request, reply)
    request.log.debug(
      { method: request.method, path: request.url.split('?')[0], status: reply.statusCode, ms: reply.elapsedTime },
      'answered',
    )
  })
  for (const door of options.doors) await server.register(door)
  return server
}

/** A path that cannot be decoded leads to its door's not-found answer instead of an answer in no door's form. */
function pathOf(url: string): string {
  try {
    decodeURI(url)
    return url
  } catch {
    return `${url.slice(0, url.indexOf('%'))}/malformed`
  }
}
