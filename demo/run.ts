/**
 * The demo: `node demo/run.ts` starts the server on a temporary data folder, tells the story of one card and stops it
 * again; `--credentials <file>` tells it to a server that is already running. Exits 0 when every check passed.
 */
import { parseArgs } from 'node:util'
import { type IssuerProcess, readCredentials, startIssuerProcess } from './issuer-process.ts'
import { StoryCannotGoOn, tellStory } from './story.ts'
import { Storyteller } from './storyteller.ts'

const USAGE = `Usage: npm run demo [-- --credentials <file>]

Without the option the demo starts its own server on a temporary data folder and removes both at the end.
  --credentials <file>  the sandbox-credentials.json of a running server
  --help                this text
`

process.exitCode = await main(process.argv.slice(2))

async function main(args: string[]): Promise<number> {
  const options = parsedOptions(args)
  if (options === undefined) return 2
  if (options.help) {
    process.stdout.write(USAGE)
    return 0
  }

  const teller = new Storyteller(process.stdout, process.env)
  const interruption = interruptible()
  let issuer: IssuerProcess | undefined
  let exitCode = 1
  try {
    if (options.credentials === undefined) {
      teller.line('Starting the server on a temporary data folder …')
      issuer = await startIssuerProcess(interruption.signal)
      teller.line(`Ready after ${Math.round(issuer.startedInMs)} ms at ${issuer.credentials.baseUrl}`)
    }
    const credentials = issuer?.credentials ?? (await readCredentials(options.credentials ?? ''))
    const startedAt = performance.now()
    await Promise.race([tellStory(credentials, teller), interruption.asked])
    teller.end(performance.now() - startedAt)
    exitCode = teller.failures === 0 ? 0 : 1
  } catch (error) {
    if (interruption.signal.aborted) exitCode = 130
    else explain(teller, error)
  }
  const stopped = await stopIssuer(issuer, teller)
  interruption.dispose()
  return stopped ? exitCode : exitCode || 1
}

function parsedOptions(args: string[]): { credentials?: string | undefined; help?: boolean | undefined } | undefined {
  try {
    return parseArgs({ args, options: { credentials: { type: 'string' }, help: { type: 'boolean', short: 'h' } } })
      .values
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`)
    return undefined
  }
}

/** Turns Ctrl-C, SIGTERM and a closed output into an abort, so that the server is stopped and the folder removed before the end. */
function interruptible(): { signal: AbortSignal; asked: Promise<never>; dispose(): void } {
  const controller = new AbortController()
  const abort = (): void => controller.abort()
  const asked = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(new Error('interrupted')))
  })
  asked.catch(() => undefined)
  process.on('SIGINT', abort)
  process.on('SIGTERM', abort)
  // A reader such as `head` that has seen enough.
  process.stdout.on('error', abort)
  const dispose = (): void => {
    process.removeListener('SIGINT', abort)
    process.removeListener('SIGTERM', abort)
  }
  return { signal: controller.signal, asked, dispose }
}

/** False when the server did not end the way it should. */
async function stopIssuer(issuer: IssuerProcess | undefined, teller: Storyteller): Promise<boolean> {
  const exitCode = issuer === undefined ? 0 : await issuer.stop()
  if (exitCode === 0) return true
  teller.line(teller.red(`The server ended with ${exitCode ?? 'a kill'} instead of 0; its last words:`))
  teller.line(issuer?.output().trimEnd())
  return false
}

function explain(teller: Storyteller, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  teller.line()
  teller.line(teller.red(error instanceof StoryCannotGoOn ? `The story cannot go on: ${message}` : message))
}
