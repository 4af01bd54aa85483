/** The references as a reader gets them, by themselves and in a real browser. */
import type { FastifyInstance } from 'fastify'
import pino from 'pino'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasBrowser, openBrowser } from '../../../../test/support/browser.ts'
import { REFERENCE_NAMES } from './reference-files.ts'
import { referencePages } from './reference-pages.ts'
import { createHttpServer } from './server.ts'

let server: FastifyInstance
let origin: string

beforeAll(async () => {
  server = await createHttpServer({
    logger: pino({ level: 'silent' }),
    trustedProxies: [],
    ready: async () => undefined,
    doors: [referencePages()],
  })
  origin = await server.listen({ port: 0, host: '127.0.0.1' })
})

afterAll(() => server.close())

test('the index names every reference and its document', async () => {
  for (const path of ['/docs', '/docs/']) {
    const { statusCode, body, headers } = await server.inject(path)
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    for (const name of REFERENCE_NAMES) {
      expect(body).toContain(`href="/docs/${name}"`)
      expect(body).toContain(`href="/docs/openapi/${name}.json"`)
    }
  }
})

test.each(REFERENCE_NAMES)('the document of %s is there as it is', async name => {
  const { statusCode, headers, body } = await server.inject(`/docs/openapi/${name}.json`)
  expect([statusCode, headers['content-type']]).toEqual([200, 'application/json; charset=utf-8'])
  expect(JSON.parse(body)).toMatchObject({ openapi: '3.1.0' })
})

test.each([
  '/docs/other',
  '/docs/openapi/other.json',
  '/docs/openapi/..%2f..%2fpackage.json',
  '/docs/reference-files.ts',
])('%s is not there', async path => {
  expect((await server.inject(path)).statusCode).toBe(404)
})

test('pages take nothing from elsewhere and run no script of their own', async () => {
  for (const path of ['/docs', '/docs/operator', '/docs/scalar.js', '/docs/openapi/operator.json']) {
    const { headers } = await server.inject(path)
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'; script-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/script-src[^;]*unsafe|\*|https?:/)
    expect(headers['x-content-type-options']).toBe('nosniff')
  }
})

test('the program of the pages comes compressed to whoever takes that, and is the same for everybody', async () => {
  const plain = await server.inject('/docs/scalar.js')
  const compressed = await server.inject({ url: '/docs/scalar.js', headers: { 'accept-encoding': 'gzip, br' } })
  expect([plain.statusCode, plain.headers['content-encoding']]).toEqual([200, undefined])
  expect(compressed.headers['content-encoding']).toBe('gzip')
  expect(compressed.rawPayload.length).toBeLessThan(plain.rawPayload.length / 3)
  expect(plain.body).toContain('createApiReference')
})

describe.skipIf(!(await hasBrowser()))('in a browser', () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await openBrowser()
  }, 60_000)

  afterAll(() => browser.close())

  /** A page that notes what it asks of other origins and what goes wrong in it. */
  async function open(path: string, options: { colorScheme: 'light' | 'dark'; width: number }) {
    const { colorScheme, width } = options
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 844 } })
    const outside: string[] = []
    const faults: string[] = []
    page.on('request', request => {
      const { origin: asked, protocol } = new URL(request.url())
      if (asked !== origin && protocol !== 'data:' && protocol !== 'blob:') outside.push(request.url())
    })
    page.on('console', message => {
      if (['error', 'warning'].includes(message.type())) faults.push(message.text())
    })
    page.on('pageerror', error => faults.push(String(error)))
    await page.goto(`${origin}${path}`, { waitUntil: 'networkidle' })
    return { page, outside, faults }
  }

  test.each([
    ['pagsmile', 'Pagsmile Issuing Card API', 'Apply for a virtual card'],
    ['keysecure', 'KeySecure Open Platform', 'Get an access token'],
    ['operator', 'OpenIssuer Operator API', 'Show how the platform stands'],
  ])('the reference of %s is drawn from this server alone', async (name, title, call) => {
    const { page, outside, faults } = await open(`/docs/${name}`, { colorScheme: 'light', width: 1280 })
    await page.getByRole('heading', { name: title }).waitFor()
    const entry = page.locator('aside').getByText(call, { exact: true })
    await entry.waitFor()
    await entry.click()
    await page.getByRole('heading', { name: call }).first().waitFor()
    expect(outside).toEqual([])
    expect(faults).toEqual([])
    await page.close()
  })

  test.each(['/docs', '/docs/operator'])('%s is dark for who likes it dark, and fits a telephone', async path => {
    const { page, outside, faults } = await open(path, { colorScheme: 'dark', width: 390 })
    await page.getByRole('heading').first().waitFor()
    const seen = await page.evaluate<{ width: number; color: string }>(
      `({ width: document.documentElement.scrollWidth, color: getComputedStyle(document.querySelector('h1')).color })`,
    )
    expect(seen.width).toBe(390)
    expect(brightnessOf(seen.color)).toBeGreaterThan(180)
    expect([...outside, ...faults]).toEqual([])
    await page.close()
  })
})

/** Of `rgb(…)`, 0 to 255. */
function brightnessOf(color: string): number {
  const parts = (color.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number)
  return parts.reduce((sum, part) => sum + part, 0) / parts.length
}
