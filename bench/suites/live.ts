/**
 * The console's home page in a real browser while authorizations are decided at a fixed rate, beside the same page while
 * nothing happens: how many frames are dropped, and how much of what was decided it has shown or counted.
 */
import { OperatorClient } from '@openissuer/sdk/index.ts'
import pino from 'pino'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { answerAuthorization } from '../../packages/server/src/app/answer-authorization.ts'
import { readConfig } from '../../packages/server/src/config.ts'
import { readCredentials } from '../../packages/server/src/first-start.ts'
import { consoleFiles } from '../../packages/server/src/make-console.ts'
import { type RunningServer, startServer } from '../../packages/server/src/start.ts'
import { openBrowser } from '../../test/support/browser.ts'
import { makeSpending, type Spending } from '../../test/support/spending.ts'
import { USD } from '../issuer.ts'
import { runOpenLoop } from '../open-loop.ts'
import { median } from '../statistics.ts'
import { atMost, type Context, figure, type Measurement, type Suite } from '../suite.ts'

const PER_SECOND = 500
const DROPPED_PERCENT_MAX = 1

export const suite: Suite = {
  name: 'live',
  about: `the console's home page in a browser while ${PER_SECOND} authorizations a second are decided`,
  run,
}

async function* run(context: Context): AsyncIterable<Measurement> {
  const rounds = context.quick ? 2 : 5
  const durationMs = context.quick ? 5_000 : 15_000
  context.progress('building the console')
  await consoleFiles.make()
  const { server, operatorKey } = await startIssuer(context)
  const spending = await makeSpending(new OperatorClient({ baseUrl: server.baseUrl, operatorKey }))
  const browser = await openBrowser()
  context.atEnd(() => browser.close())
  const home = await openHome(browser, server.baseUrl, operatorKey)
  const [quiet, busy]: [Frames[], Frames[]] = [[], []]
  const shown: number[] = []
  // the first round only warms up
  for (let round = 0; round <= rounds; round++) {
    context.progress(`frames, round ${round} of ${rounds}`)
    const before = await frames(home, durationMs)
    const seen = await authorizationsShown(home)
    const load = runOpenLoop({ perSecond: PER_SECOND, durationMs, signal: context.signal }, () => buy(server, spending))
    const [during] = await Promise.all([frames(home, durationMs), load])
    // the last of them are on their way
    await home.page.waitForTimeout(1_000)
    if (round === 0) continue
    quiet.push(before)
    busy.push(during)
    shown.push(((await authorizationsShown(home)) - seen) / (durationMs / 1_000))
  }
  const name = `home page at ${PER_SECOND} authorizations a second`
  const dropped = (all: readonly Frames[]) => median(all.map(each => each.droppedPercent))
  yield {
    ...figure(`${name}: frames dropped`, dropped(busy), '%', atMost(DROPPED_PERCENT_MAX)),
    baseline: dropped(quiet),
  }
  const atWork = (all: readonly Frames[]) => median(all.map(each => each.busyPercent))
  yield { ...figure(`${name}: main thread at work`, atWork(busy), '%'), baseline: atWork(quiet) }
  yield figure(`${name}: longest time between two frames`, median(busy.map(each => each.longestMs)), 'ms')
  yield figure(`${name}: sent to the page`, median(shown), 'a second')
  context.note('the baseline is the same page while nothing is decided; browser, server and database share the cores.')
}

async function startIssuer(context: Context): Promise<{ server: RunningServer; operatorKey: string }> {
  const dataFolder = await context.makeTemporaryFolder()
  context.progress('starting the server')
  const config = readConfig({ OPENISSUER_DATA: dataFolder, PORT: '0' })
  const server = await startServer(config, pino({ level: 'silent' }))
  context.atEnd(() => server.stop())
  const credentials = await readCredentials(dataFolder)
  if (credentials === undefined) throw new Error('the server has left no credentials')
  return { server, operatorKey: credentials.operatorKey }
}

async function openHome(browser: Browser, baseURL: string, operatorKey: string): Promise<Home> {
  const signedIn = await browser.newContext({ baseURL, viewport: { width: 1440, height: 900 }, locale: 'en-GB' })
  const answer = await signedIn.request.post('/operator/v1/session', { data: { operatorKey } })
  if (!answer.ok()) throw new Error(`signing in was answered ${answer.status()}`)
  const page = await signedIn.newPage()
  await page.addInitScript(COUNT_EVENTS)
  await page.goto('/console/')
  await page.locator('canvas').nth(2).waitFor()
  const session = await signedIn.newCDPSession(page)
  await session.send('Performance.enable')
  return { page, session }
}

type Home = { readonly page: Page; readonly session: CDPSession }

/** Counts the authorizations in what the page's own `fetch` has read of the stream. */
const COUNT_EVENTS = `
  globalThis.shownAuthorizations = 0
  const decode = TextDecoder.prototype.decode
  TextDecoder.prototype.decode = function (...parts) {
    const text = decode.apply(this, parts)
    globalThis.shownAuthorizations += text.split('"authorizationId"').length - 1
    return text
  }`

function authorizationsShown({ page }: Home): Promise<number> {
  return page.evaluate('globalThis.shownAuthorizations')
}

type Frames = {
  readonly droppedPercent: number
  readonly longestMs: number
  /** of the time in which the page's main thread had something to do */
  readonly busyPercent: number
}

/** Of the frames that a screen of 60 Hz would have shown in the time. */
async function frames({ page, session }: Home, durationMs: number): Promise<Frames> {
  const busyBefore = await busySeconds(session)
  const startedAt = performance.now()
  const gaps = await page.evaluate<number[]>(`new Promise(done => {
    const gaps = []
    const startedAt = performance.now()
    let last
    const frame = at => {
      if (last !== undefined) gaps.push(at - last)
      last = at
      if (performance.now() - startedAt < ${durationMs}) requestAnimationFrame(frame)
      else done(gaps)
    }
    requestAnimationFrame(frame)
  })`)
  const dropped = gaps.reduce((sum, gap) => sum + Math.max(0, Math.round(gap / (1_000 / 60)) - 1), 0)
  const busyMs = 1_000 * ((await busySeconds(session)) - busyBefore)
  return {
    droppedPercent: (100 * dropped) / (gaps.length + dropped),
    longestMs: Math.max(...gaps),
    busyPercent: (100 * busyMs) / (performance.now() - startedAt),
  }
}

/** Of tasks on the page's main thread, since it was opened. */
async function busySeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN
}

let purchases = 0

async function buy({ ports }: RunningServer, { partnerId, card }: Spending): Promise<void> {
  purchases += 1
  await answerAuthorization(ports, {
    partnerId: BigInt(partnerId),
    cardId: BigInt(card.cardId),
    matchKey: `bench:${purchases}`,
    inputHash: new Uint8Array(),
    purpose: 'purchase',
    transactionAmount: { minor: 1n, currency: USD },
    merchant: { id: null, name: 'Corner bookshop', mcc: '5942', country: 'US', city: null, acquirerId: null },
    entryMode: null,
    cardData: {},
    partialApproval: false,
    advice: false,
    forcedReason: null,
  })
}
