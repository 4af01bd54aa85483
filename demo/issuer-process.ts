/**
 * The real server as a child process on a fresh, temporary data folder and a free port. Used by the demo and by the
 * conformance suite; nothing here looks inside the server beyond what it promises to the outside: it writes
 * `sandbox-credentials.json`, answers `/readyz`, and ends on SIGTERM.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { exchange, jsonOrUndefined } from './exchange.ts'

export type SandboxCredentials = {
  baseUrl: string
  operatorKey: string
  /** The partner's id on the Operator API. */
  partnerId: string
  pagsmile: {
    appId: string
    partnerId: string
    platformPublicKey: string
    merchantPrivateKey: string
    /** The account that pays for recharges (`pay_account_num`). */
    fundingAccount: string
    /** The account that share cards spend from. */
    sharedAccount: string
  }
  keysecure: { apiKey: string; apiSecret: string; packageNo: string; cardBinNo: string }
}

export type IssuerProcess = {
  credentials: SandboxCredentials
  dataFolder: string
  startedInMs: number
  /** What the server has printed so far, the last 64 kB of it. */
  output(): string
  /** Ends the server, removes the data folder and returns the exit code; null when it had to be killed. Safe to repeat. */
  stop(): Promise<number | null>
}

const PROJECT_ROOT = fileURLToPath(new URL('..', import.meta.url))
const POLL_MS = 40
const START_MS_MAX = 90_000
const STOP_MS_MAX = 20_000
const OUTPUT_CHARACTERS_MAX = 64 * 1024

/** Throws, with the server's own output in the message, when the server ends early or is not ready in time. */
export async function startIssuerProcess(signal?: AbortSignal): Promise<IssuerProcess> {
  const startedAt = performance.now()
  const dataFolder = await mkdtemp(join(tmpdir(), 'openissuer-'))
  const child = spawn(process.execPath, ['packages/cli/src/main.ts', 'start'], {
    cwd: PROJECT_ROOT,
    env: serverEnvironment(dataFolder),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = collectOutput(child)
  const ended = exitOf(child)
  const endChild = (): void => void child.kill('SIGTERM')
  process.once('exit', endChild)

  let stopping: Promise<number | null> | undefined
  const stop = (): Promise<number | null> => {
    stopping ??= (async () => {
      const exitCode = await endOrKill(child, ended)
      process.removeListener('exit', endChild)
      await rm(dataFolder, { recursive: true, force: true, maxRetries: 5 })
      return exitCode
    })()
    return stopping
  }

  try {
    const credentials = await readyCredentials(dataFolder, child, signal)
    return { credentials, dataFolder, startedInMs: performance.now() - startedAt, output, stop }
  } catch (cause) {
    await stop()
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${message}\n${output().trim() || '(the server printed nothing)'}`, { cause })
  }
}

/** Throws when the file cannot be read or is not a complete credentials file. */
export async function readCredentials(file: string): Promise<SandboxCredentials> {
  return credentialsOf(await readFile(file, 'utf8'), file)
}

/** @param name what a failure calls the text */
export function credentialsOf(text: string, name = 'the text'): SandboxCredentials {
  const parsed = jsonOrUndefined(text)
  if (!areCredentials(parsed)) throw new Error(`${name} does not hold sandbox credentials`)
  return parsed
}

/** A database named in the caller's environment would not be fresh, so it is not passed on. */
function serverEnvironment(dataFolder: string): NodeJS.ProcessEnv {
  const { DATABASE_URL: _notFresh, ...rest } = process.env
  return { ...rest, PORT: '0', OPENISSUER_DATA: dataFolder }
}

async function readyCredentials(
  dataFolder: string,
  child: ChildProcess,
  signal: AbortSignal | undefined,
): Promise<SandboxCredentials> {
  const file = join(dataFolder, 'sandbox-credentials.json')
  const deadline = performance.now() + START_MS_MAX
  // The file does not exist at first, and may be met half-written.
  while (performance.now() < deadline) {
    signal?.throwIfAborted()
    if (hasEnded(child)) throw new Error(`the server ended before it was ready (${child.signalCode ?? child.exitCode})`)
    const credentials = await readCredentials(file).catch(() => undefined)
    if (credentials !== undefined && (await isReady(credentials.baseUrl))) return credentials
    await delay(POLL_MS, undefined, signal === undefined ? {} : { signal })
  }
  throw new Error(`the server was not ready within ${START_MS_MAX} ms`)
}

function areCredentials(value: unknown): value is SandboxCredentials {
  return (
    hasTexts(value, 'baseUrl', 'operatorKey', 'partnerId') &&
    hasTexts(
      value.pagsmile,
      'appId',
      'partnerId',
      'platformPublicKey',
      'merchantPrivateKey',
      'fundingAccount',
      'sharedAccount',
    ) &&
    hasTexts(value.keysecure, 'apiKey', 'apiSecret', 'packageNo', 'cardBinNo')
  )
}

function hasTexts(value: unknown, ...keys: string[]): value is Record<string, unknown> {
  const fields: Record<string, unknown> = typeof value === 'object' && value !== null ? { ...value } : {}
  return keys.every(key => typeof fields[key] === 'string' && fields[key] !== '')
}

async function isReady(baseUrl: string): Promise<boolean> {
  const answer = await exchange({ method: 'GET', url: `${baseUrl}/readyz`, timeoutMs: 2_000 }).catch(() => undefined)
  return answer?.status === 200
}

function collectOutput(child: ChildProcess): () => string {
  let text = ''
  const append = (chunk: Buffer): void => {
    text = (text + chunk.toString('utf8')).slice(-OUTPUT_CHARACTERS_MAX)
  }
  child.stdout?.on('data', append)
  child.stderr?.on('data', append)
  return () => text
}

/** The exit code; null when a signal ended the process or it could not be started at all. */
function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise(resolve => {
    child.once('error', () => resolve(null))
    child.once('exit', code => resolve(code))
  })
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null
}

async function endOrKill(child: ChildProcess, ended: Promise<number | null>): Promise<number | null> {
  if (hasEnded(child)) return child.exitCode
  child.kill('SIGTERM')
  const patience = new AbortController()
  const tooLate = delay(STOP_MS_MAX, 'too late' as const, { signal: patience.signal }).catch(() => null)
  const outcome = await Promise.race([ended, tooLate])
  patience.abort()
  if (outcome !== 'too late') return outcome
  child.kill('SIGKILL')
  await ended
  return null
}
