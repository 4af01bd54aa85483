/**
 * The references for people: `/docs` names them, each has a page that Scalar draws from its OpenAPI document, and the documents are
 * there as they are. Nothing comes from another origin, and nothing is in memory before somebody asks for it.
 */
import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import { referenceBundle } from './reference-bundle.ts'
import { REFERENCE_NAMES, type ReferenceName, referenceFile } from './reference-files.ts'
import { indexPage, PAGE_STYLE, referencePage, START_SCRIPT } from './reference-page-parts.ts'

/** Styles are put in by the program that draws the pages; scripts are files of this server alone. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

export function referencePages(): FastifyPluginAsync {
  const bundle = referenceBundle()
  return async server => {
    await server.register(
      async docs => {
        docs.addHook('onRequest', async (_request, reply) => {
          reply
            .header('content-security-policy', POLICY)
            .header('x-content-type-options', 'nosniff')
            .header('referrer-policy', 'no-referrer')
        })
        docs.get('/', (_request, reply) => html(reply, indexPage()))
        for (const name of REFERENCE_NAMES) {
          docs.get(`/${name}`, (_request, reply) => html(reply, referencePage(name)))
          docs.get(`/openapi/${name}.json`, (_request, reply) => document(reply, name))
        }
        docs.get('/page.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(PAGE_STYLE))
        docs.get('/start.js', (_request, reply) => script(reply).send(START_SCRIPT))
        docs.get('/scalar.js', async ({ headers }, reply) => {
          const compressed = await bundle()
          script(reply).header('vary', 'accept-encoding').header('cache-control', 'public, max-age=86400')
          if (!/\bgzip\b/.test(headers['accept-encoding'] ?? '')) return reply.send(gunzipSync(compressed))
          return reply.header('content-encoding', 'gzip').send(compressed)
        })
      },
      { prefix: '/docs' },
    )
  }
}

function html(reply: FastifyReply, text: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(text)
}

function script(reply: FastifyReply): FastifyReply {
  return reply.type('text/javascript; charset=utf-8')
}

async function document(reply: FastifyReply, name: ReferenceName): Promise<FastifyReply> {
  return reply.type('application/json; charset=utf-8').send(await readFile(referenceFile(name)))
}
