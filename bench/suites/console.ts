/**
 * The operator console in a real browser: how long from asking for the address of a list until its first row stands, with an empty cache and
 * with a filled one, and how much JavaScript that takes.
 */
import { readFile } from 'node:fs/promises'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { credentialsPath, type SandboxCredentials } from '../../packages/server/src/first-start.ts'
import { consoleFiles } from '../../packages/server/src/make-console.ts'
import { openBrowser } from '../../test/support/browser.ts'
import { runProgram, startProcess } from '../../test/support/server-process.ts'
import { median } from '../statistics.ts'
import { atMost, type Context, figure, type Measurement, type Suite } from '../suite.ts'

const FIRST_LIST_MS_MAX = 1_000
const INITIAL_BYTES_MAX = 220_000
const AUTHORIZATIONS = 500

export const suite: Suite = {
  name: 'console',
  about: 'the console in a browser: the first list on the screen, and what is fetched for it',
  run,
}

type Round = { readonly ms: number; readonly scriptBytes: number }

async function* run(context: Context): AsyncIterable<Measurement> {
  const rounds = context.quick ? 3 : 15
  context.progress('building the console')
  await consoleFiles.make()
  const { baseUrl, credentials } = await issuerWithPurchases(context)
  const browser = await openBrowser()
  context.atEnd(() => browser.close())
  const list = `/console/p/${credentials.partnerId}/authorizations`
  const [cold, warm]: [Round[], Round[]] = [[], []]
  // the first round only warms up
  for (let round = 0; round <= rounds; round++) {
    context.progress(`opening the list, ${round} of ${rounds}`)
    const signedIn = await signedInBrowser(browser, baseUrl, credentials.operatorKey)
    const page = await signedIn.newPage()
    const first = await open(page, list)
    const again = await open(page, list)
    await signedIn.close()
    context.signal.throwIfAborted()
    if (round > 0) {
      cold.push(first)
      warm.push(again)
    }
  }
  const ms = (all: readonly Round[]) => median(all.map(round => round.ms))
  yield figure('the first list on the screen, empty cache', ms(cold), 'ms', atMost(FIRST_LIST_MS_MAX))
  yield figure('the first list on the screen, files in the cache', ms(warm), 'ms', atMost(FIRST_LIST_MS_MAX))
  const bytes = median(cold.map(round => round.scriptBytes))
  yield figure('JavaScript fetched for it, compressed', bytes, 'bytes', atMost(INITIAL_BYTES_MAX))
}

async function issuerWithPurchases(context: Context): Promise<{ baseUrl: string; credentials: SandboxCredentials }> {
  const dataFolder = await context.makeTemporaryFolder()
  const server = await startProcess({ OPENISSUER_DATA: dataFolder })
  context.atEnd(() => server.end('SIGTERM'))
  context.progress('making purchases')
  const { exitCode, output } = await runProgram(['seed', '--authorizations', String(AUTHORIZATIONS)], {
    OPENISSUER_DATA: dataFolder,
  })
  if (exitCode !== 0) throw new Error(`seed ended with ${exitCode}:\n${output}`)
  const credentials = JSON.parse(await readFile(credentialsPath(dataFolder), 'utf8')) as SandboxCredentials
  return { baseUrl: server.baseUrl, credentials }
}

async function signedInBrowser(browser: Browser, baseURL: string, operatorKey: string): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL, viewport: { width: 1440, height: 900 } })
  const answer = await context.request.post('/operator/v1/session', { data: { operatorKey } })
  if (!answer.ok()) throw new Error(`signing in was answered ${answer.status()}`)
  return context
}

/** Up to the first row, by the page's own clock, which begins with the navigation. */
async function open(page: Page, path: string): Promise<Round> {
  await page.goto(path)
  await page.locator('tbody tr').first().waitFor()
  return page.evaluate(
    `({
      ms: performance.now(),
      scriptBytes: performance.getEntriesByType('resource')
        .filter(({ name }) => name.endsWith('.js'))
        .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
    })`,
  )
}
