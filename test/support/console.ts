/**
 * The console in a real browser against a real server: what every test of a page starts with. Errors on the browser's console, uncaught
 * exceptions and answers of 5xx are kept, and `expectQuiet` fails for any of them.
 */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { OperatorClient } from '@openissuer/sdk/index.ts'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { expect, vi } from 'vitest'
import { credentialsPath, type SandboxCredentials } from '../../packages/server/src/first-start.ts'
import { consoleFiles } from '../../packages/server/src/make-console.ts'
import { openBrowser } from './browser.ts'
import { type ServerProcess, startProcess } from './server-process.ts'

/** Pictures of the pages, for people to look at; not under version control. */
const SCREENSHOTS = resolve(import.meta.dirname, '../../screenshots')
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

export const WIDE = { width: 1440, height: 900 }
export const NARROW = { width: 390, height: 844 }

export type ConsoleWorld = {
  readonly baseUrl: string
  readonly api: OperatorClient
  readonly credentials: SandboxCredentials
  /** signed in with the first key, in a browser of its own cookies */
  open(path: string, options?: OpenOptions): Promise<ConsolePage>
  close(): Promise<void>
}

export type OpenOptions = {
  readonly viewport?: typeof WIDE
  readonly dark?: boolean
  /** nobody when null; the first key unless said */
  readonly operatorKey?: string | null
}

export type ConsolePage = {
  readonly page: Page
  /** pictures at both widths, and the dark one, under this name */
  readonly shoot: (name: string) => Promise<void>
  /** no finding of axe that is serious or critical */
  readonly expectAccessible: () => Promise<void>
  readonly expectQuiet: () => void
  readonly close: () => Promise<void>
}

/** One server and one browser for a test file. */
export async function openWorld(): Promise<ConsoleWorld> {
  await consoleFiles.make()
  const dataFolder = await mkdtemp(join(tmpdir(), 'openissuer-console-'))
  const server = await startProcess({ OPENISSUER_DATA: dataFolder })
  // the server looks for itself whether what was made is of today's sources, and says 503 meanwhile
  await vi.waitUntil(async () => (await fetch(`${server.baseUrl}/console/`)).ok, { timeout: 30_000, interval: 100 })
  const browser = await openBrowser()
  const credentials = JSON.parse(await readFile(credentialsPath(dataFolder), 'utf8')) as SandboxCredentials
  const api = new OperatorClient({ baseUrl: server.baseUrl, operatorKey: credentials.operatorKey })
  return {
    baseUrl: server.baseUrl,
    api,
    credentials,
    open: (path, options) => openPage(browser, server, credentials, path, options),
    async close() {
      await browser.close()
      await server.end('SIGTERM')
      await rm(dataFolder, { recursive: true, force: true })
    },
  }
}

async function openPage(
  browser: Browser,
  { baseUrl }: ServerProcess,
  credentials: SandboxCredentials,
  path: string,
  { viewport = WIDE, dark = false, operatorKey = credentials.operatorKey }: OpenOptions = {},
): Promise<ConsolePage> {
  const context = await browser.newContext({
    baseURL: baseUrl,
    viewport,
    colorScheme: dark ? 'dark' : 'light',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  // shorter than the test's own patience, so that the step that hangs is named
  page.setDefaultTimeout(20_000)
  const noise = noiseOf(page)
  if (operatorKey !== null) await signIn(context, operatorKey)
  await page.goto(`/console${path}`)
  return {
    page,
    shoot: name => shoot(page, name),
    expectAccessible: () => expectAccessible(page),
    expectQuiet: () => expect(noise).toEqual([]),
    close: () => context.close(),
  }
}

/** The cookie, without the form, which has a test of its own. */
async function signIn(context: BrowserContext, operatorKey: string): Promise<void> {
  const answer = await context.request.post('/operator/v1/session', { data: { operatorKey } })
  expect(answer.status()).toBe(200)
}

function noiseOf(page: Page): string[] {
  const noise: string[] = []
  page.on('pageerror', error => noise.push(`exception: ${error.message}`))
  page.on('console', message => {
    // the browser notes each refusal that the page itself handles and shows
    const refusal = /Failed to load resource: the server responded with a status of 4\d\d/.test(message.text())
    if ((message.type() === 'error' || message.type() === 'warning') && !refusal)
      noise.push(`${message.type()}: ${message.text()}`)
  })
  page.on('response', response => {
    if (response.status() >= 500 && !response.url().includes('/console'))
      noise.push(`${response.status()} ${response.url()}`)
  })
  page.on('request', request => {
    if (!/^(?:http:\/\/127\.0\.0\.1:|data:|blob:)/.test(request.url()))
      noise.push(`a request to elsewhere: ${request.url()}`)
  })
  return noise
}

async function shoot(page: Page, name: string): Promise<void> {
  await mkdir(SCREENSHOTS, { recursive: true })
  // the bar above would stand in the middle of the picture otherwise
  await page.evaluate('window.scrollTo(0, 0)')
  for (const [suffix, viewport, colorScheme] of [
    ['1440', WIDE, 'light'],
    ['1440-dark', WIDE, 'dark'],
    ['390', NARROW, 'light'],
  ] as const) {
    await page.setViewportSize(viewport)
    await choose(page, colorScheme)
    await page.screenshot({ path: join(SCREENSHOTS, `${name}-${suffix}.png`), fullPage: true, animations: 'disabled' })
  }
  await page.setViewportSize(WIDE)
  await choose(page, 'light')
}

const FINISH_ANIMATIONS =
  '(all => { for (const one of all) one.finish(); return all.length })(document.getAnimations())'

/** Light or dark. The page hears of it a moment after its style sheets, and colours take a step for each element on the way down. */
async function choose(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme })
  await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor()
  await expect.poll(() => page.evaluate(FINISH_ANIMATIONS), { timeout: 10_000 }).toBe(0)
}

type AxeFinding = {
  readonly id: string
  readonly impact: string | null
  readonly help: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await choose(page, colorScheme)
    // evaluated and not added as a script element: the page's policy lets no other script in
    await page.evaluate(await axeSource())
    const findings = (await page.evaluate(
      'axe.run(document, { resultTypes: ["violations"] }).then(result => result.violations)',
    )) as AxeFinding[]
    const serious = findings.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    expect(
      serious.map(
        ({ id, help, nodes }) =>
          `${colorScheme}: ${id}: ${help}: ${nodes.map(node => `${node.html} ${node.failureSummary ?? ''}`).join(' ')}`,
      ),
    ).toEqual([])
  }
  await choose(page, 'light')
}

let axe: Promise<string> | undefined

function axeSource(): Promise<string> {
  return (axe ??= readFile(AXE, 'utf8'))
}
