import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parsePagsmileWebhook, verifyKeySecureCallback, WebhookError } from '@openissuer/sdk/index.ts'
import { type ConnectionOptions, readSandboxCredentials } from '../connection.ts'
import { UsageError } from '../outcomes.ts'
import { type Server, withServer } from '../server.ts'
import { printable } from '../table.ts'
import { paint, type Terminal } from '../terminal.ts'

type Dialect = 'pagsmile' | 'keysecure'

export type ListenOptions = ConnectionOptions & {
  readonly json?: boolean
  readonly partner?: string
  readonly dialect?: string
  readonly forwardTo?: string
  readonly endpoint?: string
  readonly port: number
  readonly publicUrl?: string
  readonly credential?: string
  readonly secretFile?: string
}

/** In whose name webhooks are told, and what proves those of KeySecure. */
type Credential = { readonly dialect: Dialect; readonly credential: string; readonly apiSecret: string | undefined }

/** What came, and whether it is what it says. */
type Heard = {
  readonly dialect: Dialect
  /** undefined when it was verified */
  readonly problem: string | undefined
  readonly text: string
  readonly headers: IncomingMessage['headers']
}

type Answer = { readonly status: number; readonly body: string }

const BODY_BYTES_MAX = 256 * 1024
const FORWARD_MS_MAX = 10_000
/** Both platforms take it for an acknowledgement. */
const ACKNOWLEDGEMENT: Answer = { status: 200, body: '{"code":0,"message":""}' }

/** Hears webhooks until it is interrupted, then leaves the endpoints as they were. */
export async function listen(terminal: Terminal, options: ListenOptions): Promise<void> {
  const interrupted = terminal.interruption()
  await withServer(terminal, options, async server => {
    const partnerId = await server.partnerOr(options.partner)
    const credentials = await credentialsFor(terminal, server, partnerId, options)
    // Pagsmile signs nothing: a path that nobody can guess is what tells its webhooks from others
    const paths = new Map(credentials.map(each => [`/${each.dialect}/${randomBytes(12).toString('hex')}`, each]))
    const receiver = await startReceiver(terminal, options, paths)
    const { port } = receiver.address() as AddressInfo
    const base = options.publicUrl ?? `http://127.0.0.1:${port}`
    const undo: (() => Promise<unknown>)[] = []
    try {
      for (const [path, each] of paths)
        undo.push(await pointHere(server, partnerId, each, base + path, options.endpoint))
      terminal.error(
        `Listening on ${base} for ${credentials.map(({ dialect }) => dialect).join(' and ')}; Ctrl-C ends it\n`,
      )
      if (!interrupted.aborted) await once(interrupted, 'abort')
    } finally {
      for (const step of undo.toReversed()) await step()
      receiver.closeAllConnections()
      receiver.close()
    }
  })
}

async function credentialsFor(
  terminal: Terminal,
  { client }: Server,
  partnerId: string,
  options: ListenOptions,
): Promise<Credential[]> {
  const known = await knownCredentials(terminal, options)
  if (options.endpoint === undefined) {
    const wanted = known.filter(({ dialect }) => options.dialect === undefined || options.dialect === dialect)
    if (wanted.length > 0) return wanted
    throw new UsageError(
      '--dialect is pagsmile or keysecure; without sandbox credentials name --dialect and --credential',
    )
  }
  const { dialect, credential } = await client.webhookEndpoints.retrieve(partnerId, options.endpoint)
  return [known.find(each => each.credential === credential) ?? { dialect, credential, apiSecret: undefined }]
}

async function knownCredentials(terminal: Terminal, options: ListenOptions): Promise<Credential[]> {
  const { dialect, credential, secretFile } = options
  if (credential !== undefined) {
    if (dialect !== 'pagsmile' && dialect !== 'keysecure') throw new UsageError('--credential needs --dialect')
    const apiSecret = secretFile === undefined ? undefined : (await readFile(secretFile, 'utf8')).trim()
    if (dialect === 'keysecure' && apiSecret === undefined) throw new UsageError('--credential needs --secret-file')
    return [{ dialect, credential, apiSecret }]
  }
  const sandbox = await readSandboxCredentials(terminal.env)
  if (sandbox === undefined) return []
  return [
    { dialect: 'pagsmile', credential: sandbox.pagsmile.appId, apiSecret: undefined },
    { dialect: 'keysecure', credential: sandbox.keysecure.apiKey, apiSecret: sandbox.keysecure.apiSecret },
  ]
}

/** @returns what undoes it */
async function pointHere(
  { client: { webhookEndpoints } }: Server,
  partnerId: string,
  { dialect, credential }: Credential,
  url: string,
  endpointId: string | undefined,
): Promise<() => Promise<unknown>> {
  if (endpointId === undefined) {
    const made = await webhookEndpoints.create(partnerId, {
      dialect,
      credential,
      url,
      description: 'openissuer listen',
    })
    return () => webhookEndpoints.remove(partnerId, made.endpointId)
  }
  const { url: before } = await webhookEndpoints.retrieve(partnerId, endpointId)
  await webhookEndpoints.update(partnerId, endpointId, { url })
  return () => webhookEndpoints.update(partnerId, endpointId, { url: before })
}

async function startReceiver(
  terminal: Terminal,
  options: ListenOptions,
  paths: ReadonlyMap<string, Credential>,
): Promise<HttpServer> {
  const answerTo = async (request: IncomingMessage): Promise<Answer> => {
    const credential = request.method === 'POST' ? paths.get(request.url ?? '') : undefined
    if (credential === undefined) return { status: 404, body: '' }
    const body = await readBody(request)
    if (body === undefined) return { status: 413, body: '' }
    const heard = verify(credential, body, request.headers)
    const answer =
      heard.problem === undefined ? await forward(options.forwardTo, body, heard) : { status: 400, body: '' }
    terminal.out(lineOf(terminal, options, heard, answer))
    return answer
  }
  const receiver = createServer((request: IncomingMessage, response: ServerResponse) => {
    answerTo(request).then(
      ({ status, body }) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(body),
      () => response.destroy(),
    )
  })
  receiver.listen(options.port, options.publicUrl === undefined ? '127.0.0.1' : undefined)
  await once(receiver, 'listening')
  return receiver
}

/** @returns undefined when it is too long */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > BODY_BYTES_MAX) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function verify({ dialect, credential, apiSecret }: Credential, body: Buffer, headers: Heard['headers']): Heard {
  const heard = { dialect, text: body.toString('utf8'), headers }
  try {
    if (dialect === 'pagsmile') parsePagsmileWebhook(body)
    else if (apiSecret === undefined) return { ...heard, problem: 'its API secret is not known here: --credential' }
    else verifyKeySecureCallback({ body, headers }, { apiKey: credential, apiSecret })
    return { ...heard, problem: undefined }
  } catch (error) {
    if (error instanceof WebhookError) return { ...heard, problem: error.message }
    throw error
  }
}

async function forward(url: string | undefined, body: Buffer, { headers }: Heard): Promise<Answer> {
  if (url === undefined) return ACKNOWLEDGEMENT
  const carried = ['content-type', 'timestamp', 'signature', 'sign-version', 'api-key']
  const given = carried.flatMap(name => (typeof headers[name] === 'string' ? [[name, headers[name]]] : []))
  return fetch(url, {
    method: 'POST',
    headers: Object.fromEntries(given) as Record<string, string>,
    body: new Uint8Array(body),
    signal: AbortSignal.timeout(FORWARD_MS_MAX),
  }).then(
    async answer => ({ status: answer.status, body: await answer.text() }),
    (error: Error) => ({ status: 502, body: JSON.stringify({ error: `${url}: ${error.message}` }) }),
  )
}

function lineOf(terminal: Terminal, { json }: ListenOptions, heard: Heard, answer: Answer): string {
  const { dialect, problem, text } = heard
  if (json) {
    const verified = problem === undefined
    // numbers lose their zeros when they are parsed, so the text comes along
    const body = verified ? (JSON.parse(text) as unknown) : null
    return `${JSON.stringify({ dialect, verified, problem: problem ?? null, status: answer.status, body, text })}\n`
  }
  const verdict =
    problem === undefined ? paint(terminal, 'green', VERIFIED[dialect]) : paint(terminal, 'red', `REFUSED: ${problem}`)
  return `${dialect}  ${verdict}  → ${answer.status}\n  ${printable(text)}\n`
}

/** Pagsmile documents no way to know the sender: only the form is checked. */
const VERIFIED: Readonly<Record<Dialect, string>> = { pagsmile: 'well formed', keysecure: 'signature verified' }
