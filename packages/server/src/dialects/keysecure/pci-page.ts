/**
 * The hosted page that shows one card inside a frame of a merchant's page. The documentation names the token and the
 * codes 1014 to 1018; addresses, parameters and everything else are proposed.
 *
 * The page itself holds nothing of the card. It comes for an unused client token, once, to a frame on an allowed origin;
 * its script then fetches the card with the nonce that came with the page, once. So neither a copied address nor a
 * recorded request shows the card a second time.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import type { KeysecureCredential, PciToken, Ports, Reader } from '../../app/ports.ts'
import { revealCard } from '../../app/reveal-card.ts'
import { compileBody, parseBody } from './body.ts'
import { requireCard } from './card-calls.ts'
import { type Language, languageNamed, statusText } from './dictionary.ts'
import { failure, success } from './envelope.ts'
import { KeysecureError } from './errors.ts'
import { type Caller, headerOf } from './headers.ts'
import { pageText, SCRIPT, STYLE } from './pci-page-parts.ts'

export const ClientTokenData = Type.Object({
  client_access_token: Type.String(),
  expires_in: Type.Integer({ description: 'seconds' }),
})

/** proposed */
const LIFETIME_SECONDS = 300

/** A token that opens the hosted page for one card once. */
export async function clientToken(
  { storage, clock, random }: Ports,
  caller: Caller,
  cardNo: string,
): Promise<Static<typeof ClientTokenData>> {
  if (!caller.credential.pciEnabled) throw new KeysecureError(1013)
  const { partnerId } = caller.partner
  const { cardId } = await requireCard(storage.read, partnerId, cardNo)
  const token = random.token(32)
  const createdAt = clock.now()
  await storage.transaction(tx =>
    tx.insertPciToken({
      tokenHash: digest(token),
      partnerId,
      cardId,
      apiKey: caller.apiKey,
      createdAt,
      expiresAt: createdAt.add({ seconds: LIFETIME_SECONDS }),
    }),
  )
  return { client_access_token: token, expires_in: LIFETIME_SECONDS }
}

const PageQuery = Type.Object({
  token: Type.Optional(Type.String()),
  parent_origin: Type.Optional(Type.String()),
  language: Type.Optional(Type.String()),
})

const DataBody = Type.Object({ token: Type.String({ maxLength: 128 }), nonce: Type.String({ maxLength: 128 }) })

/** To be registered under `/pci`. */
export function pciPage(ports: Ports): FastifyPluginAsync {
  return async server => {
    acceptJson(server)
    server.addHook('onSend', async (_request, reply) => {
      reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff')
      reply.header('referrer-policy', 'no-referrer')
    })

    server.get<{ Querystring: Static<typeof PageQuery> }>('/card', async (request, reply) => {
      const language = languageNamed(request.query.language)
      try {
        const opened = await open(ports, request)
        return await sendPage(reply, opened, language)
      } catch (error) {
        if (error instanceof KeysecureError) return sendRefusal(reply, error, language)
        throw error
      }
    })

    server.post<{ Body: Static<typeof DataBody> }>('/card/data', { schema: { body: DataBody } }, async request =>
      success(await show(ports, request, request.body), languageOf(request)),
    )
    server.setErrorHandler((error, request, reply) => {
      if (error instanceof KeysecureError) return reply.code(200).send(failure(error, languageOf(request)))
      request.log.error({ name: error instanceof Error ? error.name : 'thrown' }, 'the hosted card page crashed')
      return reply.code(500).send(failure({ code: 1001, field: undefined }, languageOf(request)))
    })
  }
}

function acceptJson(server: FastifyInstance): void {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser<Buffer>(
    '*',
    { parseAs: 'buffer', bodyLimit: 4_096 },
    async (request: FastifyRequest, bytes: Buffer) => parseBody(bytes, headerOf(request.headers, 'content-type')),
  )
  server.setValidatorCompiler(compileBody)
}

type Opened = { readonly token: string; readonly nonce: string; readonly parentOrigin: string }

/** Only what is right in every respect uses the token up: Sec-Fetch 1018, token 1014, permission 1013, parent 1015. */
async function open(
  { storage, clock }: Ports,
  request: FastifyRequest<{ Querystring: Static<typeof PageQuery> }>,
): Promise<Opened> {
  const { token = '', parent_origin: parentOrigin = '' } = request.query
  assertFetch(request, { dest: ['iframe'], mode: ['navigate'] })
  const known = await validToken(storage.read, token, clock.now())
  if (known.openedAt !== null) throw new KeysecureError(1014)
  const { pciOrigins } = await permittedCredential(storage.read, known)
  const referer = headerOf(request.headers, 'referer')
  const embedder = referer === undefined || !URL.canParse(referer) ? parentOrigin : new URL(referer).origin
  if (!pciOrigins.includes(parentOrigin) || embedder !== parentOrigin) throw new KeysecureError(1015)
  const nonce = randomBytes(24).toString('base64url')
  const won = await storage.transaction(tx => tx.openPciToken(known.tokenHash, digest(nonce), clock.now()))
  if (!won) throw new KeysecureError(1014)
  return { token, nonce, parentOrigin }
}

/** The page's own call: origin 1016, Sec-Fetch 1018, token 1014, nonce 1017. */
async function show(ports: Ports, request: FastifyRequest, { token, nonce }: Static<typeof DataBody>) {
  const { storage, clock } = ports
  if (headerOf(request.headers, 'origin') !== `${request.protocol}://${request.host}`) throw new KeysecureError(1016)
  assertFetch(request, { dest: ['empty'], mode: ['cors', 'same-origin'], site: ['same-origin'] })
  const known = await validToken(storage.read, token, clock.now())
  if (known.openedAt === null) throw new KeysecureError(1014)
  await permittedCredential(storage.read, known)
  const won = await storage.transaction(tx => tx.showPciToken(known.tokenHash, digest(nonce), clock.now()))
  if (!won) throw new KeysecureError(1017)
  const card = await storage.read.card(known.partnerId, known.cardId)
  if (card === undefined) throw new KeysecureError(4001)
  const { pan, cvv2 } = await revealCard(ports, card, { actor: `pci-page:${known.apiKey}` })
  const { year, month } = card.expiry
  return { pan, cvv: cvv2, exp_year: String(year), exp_month: String(month).padStart(2, '0') }
}

type FetchRule = {
  readonly dest: readonly string[]
  readonly mode: readonly string[]
  readonly site?: readonly string[]
}

/** What browsers say of a request and scripts cannot (W3C Fetch Metadata). */
function assertFetch({ headers }: FastifyRequest, { dest, mode, site }: FetchRule): void {
  const fits = (name: string, allowed: readonly string[] | undefined) =>
    allowed === undefined || allowed.includes(headerOf(headers, `sec-fetch-${name}`) ?? '')
  if (!fits('dest', dest) || !fits('mode', mode) || !fits('site', site)) throw new KeysecureError(1018)
}

async function validToken(read: Reader, token: string, now: Temporal.Instant): Promise<PciToken> {
  const known = token === '' ? undefined : await read.pciToken(digest(token))
  if (known === undefined || Temporal.Instant.compare(known.expiresAt, now) <= 0) throw new KeysecureError(1014)
  return known
}

/** A permission that was taken away meanwhile counts at once. */
async function permittedCredential(read: Reader, { apiKey }: PciToken): Promise<KeysecureCredential> {
  const credential = await read.keysecureCredential(apiKey)
  if (credential === undefined || !credential.enabled || !credential.pciEnabled) throw new KeysecureError(1013)
  return credential
}

function digest(text: string): Uint8Array {
  return createHash('sha256').update(text, 'utf8').digest()
}

function sendPage(reply: FastifyReply, { token, nonce, parentOrigin }: Opened, language: Language): FastifyReply {
  const inline = randomBytes(16).toString('base64')
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${inline}'`,
    `style-src 'nonce-${inline}'`,
    "connect-src 'self'",
    `frame-ancestors ${parentOrigin}`,
    "base-uri 'none'",
    "form-action 'none'",
  ]
  const settings = { token, nonce, parentOrigin, language }
  return reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', policy.join('; '))
    .send(pageText({ inline, language, settings, style: STYLE, script: SCRIPT }))
}

/** Without anything of the card, so any page may show it. */
function sendRefusal(reply: FastifyReply, { code }: KeysecureError, language: Language): FastifyReply {
  return reply
    .code(403)
    .type('text/plain; charset=utf-8')
    .header('content-security-policy', "default-src 'none'")
    .send(`${code} ${statusText(code, language)}\n`)
}

function languageOf(request: FastifyRequest): Language {
  return languageNamed(headerOf(request.headers, 'language'))
}
