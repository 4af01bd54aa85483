/**
 * The operator console: built files at `/console`, from this server alone. The first to ask for a page has it built where that is
 * still to be done, and sees how it goes on; everybody else gets files that the browser may keep, as their names hold their digests.
 */
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'

export type ConsoleFiles = {
  /** where the built files are, or will be */
  readonly folder: string
  /** makes the files unless they are there and made of today's sources; rejects with the reason when it cannot */
  readonly make: () => Promise<void>
}

/** Mantine puts styles into the page; scripts are files of this server alone. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** Whoever opens the console while it is being built waits so long before a page tells so. */
const PATIENCE_MS = 400

type Files = ReadonlyMap<string, { readonly plain: Buffer; readonly gzip: Buffer | undefined }>

export function consolePages({ folder, make }: ConsoleFiles): FastifyPluginAsync {
  let files: Files | undefined
  let making: Promise<void> | undefined
  const read = async () => {
    await make()
    files = await filesOf(folder)
  }
  const made = (): Promise<void> =>
    (making ??= read().finally(() => {
      making = undefined
    }))
  return async server => {
    await server.register(
      async pages => {
        pages.addHook('onRequest', async (_request, reply) => {
          reply
            .header('content-security-policy', POLICY)
            .header('x-content-type-options', 'nosniff')
            .header('referrer-policy', 'no-referrer')
            .header('cross-origin-opener-policy', 'same-origin')
        })
        pages.get('/', { prefixTrailingSlash: 'no-slash' }, (_request, reply) => reply.redirect('/console/', 302))
        pages.get('/*', async (request, reply) => {
          if (files === undefined) {
            const outcome = await settledSoon(made())
            if (outcome !== 'made') return waiting(request, reply, outcome)
          }
          return answer(files as Files, request, reply)
        })
      },
      { prefix: '/console' },
    )
  }
}

async function filesOf(folder: string): Promise<Files> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const named = entries
    .filter(entry => entry.isFile() && Object.hasOwn(TYPES, extname(entry.name)))
    .map(async ({ parentPath, name }) => {
      const file = join(parentPath, name)
      const gzip = await readFile(`${file}.gz`).catch(() => undefined)
      return [relative(folder, file).split(sep).join('/'), { plain: await readFile(file), gzip }] as const
    })
  return new Map(await Promise.all(named))
}

function answer(files: Files, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = (request.params as { '*': string })['*']
  // an address of a page: the program in the browser knows which
  const name = files.has(path) ? path : 'index.html'
  const file = files.get(name)
  if (file === undefined || (name === 'index.html' && path.startsWith('assets/'))) {
    return reply.code(404).type('text/plain; charset=utf-8').send('There is no such file.')
  }
  reply
    .type(TYPES[extname(name)] as string)
    .header('vary', 'accept-encoding')
    .header('cache-control', name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
  if (file.gzip === undefined || !/\bgzip\b/.test(request.headers['accept-encoding'] ?? ''))
    return reply.send(file.plain)
  return reply.header('content-encoding', 'gzip').send(file.gzip)
}

type Outcome = 'made' | 'under way' | Error

async function settledSoon(making: Promise<void>): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Outcome>(resolve => {
    timer = setTimeout(resolve, PATIENCE_MS, 'under way')
  })
  const outcome = await Promise.race([
    making.then(
      (): Outcome => 'made',
      (error: unknown): Outcome => (error instanceof Error ? error : new Error(String(error))),
    ),
    late,
  ])
  clearTimeout(timer)
  return outcome
}

function waiting(request: FastifyRequest, reply: FastifyReply, outcome: Exclude<Outcome, 'made'>): FastifyReply {
  reply.code(503).type('text/html; charset=utf-8').header('cache-control', 'no-store')
  if (outcome === 'under way') {
    return reply
      .header('retry-after', '1')
      .send(
        note('The console is being built', 'This happens once and takes some seconds. The page opens by itself.', true),
      )
  }
  request.log.error({ reason: outcome.message }, 'the console could not be built')
  return reply.send(
    note(
      'The console could not be built',
      'The reason is in the log of the server. The API works nevertheless.',
      false,
    ),
  )
}

function note(title: string, text: string, again: boolean): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">${
    again ? '<meta http-equiv="refresh" content="1">' : ''
  }<title>${title}</title><style>body{font:15px/1.5 system-ui,sans-serif;display:grid;place-items:center;min-height:90vh;margin:0 24px;color-scheme:light dark}h1{font-size:20px}</style></head><body><main role="status"><h1>${title}</h1><p>${text}</p></main></body></html>`
}
