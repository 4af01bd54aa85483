/** The hosted card page: its checks one by one, and the whole of it in a real browser. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasBrowser, openBrowser } from '../../../../../test/support/browser.ts'
import { createKeysecureDoor, type KeysecureDoor, type Merchant } from '../../../../../test/support/keysecure-door.ts'
import { decryptField } from './field-encryption.ts'

const SHOP = 'http://shop.example'

let door: KeysecureDoor
let merchant: Merchant
let cardNo: string
let hostOrigin: string
let parent: Server
let parentOrigin: string

beforeAll(async () => {
  door = await createKeysecureDoor()
  parent = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://x')
    response.setHeader('content-type', 'text/html')
    response.end(`<script>onmessage = event => { window.said = event.data; window.saidBy = event.origin }</script>
<iframe src="${hostOrigin}/pci/card?${searchParams.toString()}"></iframe>`)
  })
  await new Promise<void>(resolve => parent.listen(0, '127.0.0.1', resolve))
  parentOrigin = `http://127.0.0.1:${(parent.address() as AddressInfo).port}`
  merchant = await door.newMerchant({}, { pciEnabled: true, pciOrigins: [SHOP, parentOrigin] })
  const { data } = await merchant.post('/card/apply', {
    package_no: door.packageNo,
    cardholder_no: await door.newCardholder(merchant),
    card_unique_no: 'C',
    card_type: 'Virtual',
  })
  cardNo = data.card_no
  await door.server.listen({ port: 0, host: '127.0.0.1' })
  // another site than the parent's
  hostOrigin = `http://localhost:${(door.server.server.address() as AddressInfo).port}`
})

afterAll(async () => {
  parent.close()
  await door.close()
})

async function newToken(): Promise<string> {
  const { data } = await merchant.get(`/merchant/client/${cardNo}/token`)
  return String(data.client_access_token)
}

const FRAME = { 'sec-fetch-dest': 'iframe', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'cross-site' }

function openPage(token: string, origin = SHOP, headers: Record<string, string> = FRAME, language = '') {
  const query = new URLSearchParams({ token, parent_origin: origin, language })
  return door.server.inject({
    method: 'GET',
    url: `/pci/card?${query.toString()}`,
    headers: { host: 'pay.example', ...headers },
  })
}

async function opened(): Promise<{ token: string; nonce: string }> {
  const token = await newToken()
  const { body } = await openPage(token)
  const settings = /id="settings">(.*)<\/script>/.exec(body)?.[1] ?? ''
  return { token, nonce: (JSON.parse(settings) as { nonce: string }).nonce }
}

const FETCH = { 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin' }

async function fetchCard(body: object, headers: Record<string, string> = {}) {
  const answer = await door.server.inject({
    method: 'POST',
    url: '/pci/card/data',
    headers: {
      host: 'pay.example',
      origin: 'http://pay.example',
      'content-type': 'application/json',
      ...FETCH,
      ...headers,
    },
    payload: JSON.stringify(body),
  })
  return JSON.parse(answer.body) as { code: number; msg: string; data?: Record<string, string> }
}

async function secrets() {
  const encrypted: unknown = (await merchant.get(`/card/${cardNo}/private/info`)).data
  return JSON.parse(decryptField(merchant.apiSecret, encrypted as string) ?? '') as Record<string, string>
}

describe('the client token', () => {
  test('lives for 300 seconds and is another one each time', async () => {
    const { data } = await merchant.get(`/merchant/client/${cardNo}/token`)
    expect(data).toEqual({ client_access_token: expect.stringMatching(/^[\w-]{43}$/), expires_in: 300 })
    expect(await newToken()).not.toBe(data.client_access_token)
  })

  test('needs the permission, 1013, and a card of the merchant, 4001', async () => {
    const without = await door.newMerchant()
    expect(await without.get(`/merchant/client/${cardNo}/token`)).toMatchObject({ code: 1013 })
    const stranger = await door.newMerchant({}, { pciEnabled: true })
    expect(await stranger.get(`/merchant/client/${cardNo}/token`)).toMatchObject({ code: 4001 })
  })
})

describe('the page', () => {
  test('holds nothing of the card, and only the parent may frame it', async () => {
    const { statusCode, headers, body } = await openPage(await newToken())
    const { pan = '', cvv = '' } = await secrets()
    expect(statusCode).toBe(200)
    expect(headers['content-security-policy']).toContain(`frame-ancestors ${SHOP};`)
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
    expect([body.includes(pan), body.includes(`>${cvv}<`)]).toEqual([false, false])
  })

  test('comes once for a token', async () => {
    const token = await newToken()
    expect((await openPage(token)).statusCode).toBe(200)
    const again = await openPage(token)
    expect([again.statusCode, again.body]).toEqual([403, '1014 Client-Access-Token invalid or already used\n'])
  })

  test('comes once also when it is asked for twice at the same time', async () => {
    const token = await newToken()
    const answers = await Promise.all([openPage(token), openPage(token), openPage(token)])
    expect(answers.map(answer => answer.statusCode).toSorted((a, b) => a - b)).toEqual([200, 403, 403])
  })

  test.each([
    ['an unknown token', 1014, () => openPage('x')],
    ['no token', 1014, () => openPage('')],
    ['a parent that is not on the list', 1015, async () => openPage(await newToken(), 'http://evil.example')],
    ['no parent', 1015, async () => openPage(await newToken(), '')],
    [
      'a parent that calls itself another',
      1015,
      async () => openPage(await newToken(), SHOP, { ...FRAME, referer: 'http://evil.example/x' }),
    ],
    ['no frame', 1018, async () => openPage(await newToken(), SHOP, { ...FRAME, 'sec-fetch-dest': 'document' })],
    ['a script', 1018, async () => openPage(await newToken(), SHOP, { ...FRAME, 'sec-fetch-mode': 'cors' })],
    ['no browser', 1018, async () => openPage(await newToken(), SHOP, {})],
  ])('does not come for %s: %i', async (_name, code, ask) => {
    const answer = await ask()
    expect([answer.statusCode, answer.body.slice(0, 5)]).toEqual([403, `${code} `])
  })

  test('that did not come leaves the token as it was', async () => {
    const token = await newToken()
    await openPage(token, 'http://evil.example')
    await openPage(token, SHOP, {})
    expect((await openPage(token)).statusCode).toBe(200)
  })

  test('does not come after 300 seconds, and says so in Chinese', async () => {
    const now = door.useCases.clock.now()
    const token = await newToken()
    door.useCases.clock.set(now.add({ seconds: 300 }).toString())
    const answer = await openPage(token, SHOP, FRAME, 'zh_CN')
    door.useCases.clock.set(now.toString())
    expect(answer.body).toBe('1014 Client-Access-Token 无效或已使用\n')
  })
})

describe('the card', () => {
  test('is given to the page once, with a line in the audit log', async () => {
    const page = await opened()
    const { pan, cvv, exp_year, exp_month } = await secrets()
    expect(await fetchCard(page)).toEqual({ code: 0, msg: 'Success', data: { pan, cvv, exp_year, exp_month } })
    expect(await fetchCard(page)).toMatchObject({ code: 1017 })
    const { rows } = await door.useCases.pool.query('select action from audit_log where actor = $1', [
      `pci-page:${merchant.apiKey}`,
    ])
    expect(rows).toEqual([{ action: 'reveal-card' }])
  })

  test.each([
    ['another origin', 1016, { origin: 'http://evil.example' }],
    ['the parent itself', 1016, { origin: SHOP }],
    ['no origin', 1016, { origin: '' }],
    ['another site', 1018, { 'sec-fetch-site': 'cross-site' }],
    ['a navigation', 1018, { 'sec-fetch-mode': 'navigate' }],
    ['an image', 1018, { 'sec-fetch-dest': 'image' }],
  ])('is not given to %s: %i, and is still there for the page', async (_name, code, headers) => {
    const page = await opened()
    expect(await fetchCard(page, headers)).toMatchObject({ code })
    expect(await fetchCard(page)).toMatchObject({ code: 0 })
  })

  test('is not given for what is not the page’s', async () => {
    const [page, other, unopened] = [await opened(), await opened(), await newToken()]
    expect(await fetchCard({ ...page, nonce: other.nonce })).toMatchObject({ code: 1017 })
    expect(await fetchCard({ ...page, token: 'x' })).toMatchObject({ code: 1014 })
    expect(await fetchCard({ token: unopened, nonce: page.nonce })).toMatchObject({ code: 1014 })
    expect(await fetchCard({ token: page.token })).toMatchObject({ code: 1004, msg: 'nonce invalid parameter' })
  })
})

describe.skipIf(!(await hasBrowser()))('in a browser', () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await openBrowser()
  }, 60_000)

  afterAll(() => browser.close())

  /** What a page of this origin sees when it frames the card page. */
  async function framed(token: string, claimed = parentOrigin) {
    const page = await browser.newPage()
    const query = new URLSearchParams({ token, parent_origin: claimed })
    await page.goto(`${parentOrigin}/?${query.toString()}`)
    const frame = page.frames().find(each => each !== page.mainFrame())
    return { page, text: async () => (await frame?.locator('body').textContent({ timeout: 5_000 }))?.trim() ?? '' }
  }

  test('the merchant’s page frames the card, and is told that it is shown', async () => {
    const { page, text } = await framed(await newToken())
    await page.waitForFunction('window.said !== undefined', undefined, { timeout: 10_000 })
    const { pan = '', cvv = '', exp_month, exp_year } = await secrets()
    const shown = await text()
    for (const part of [pan.replace(/(.{4})(?=.)/g, '$1 '), `${exp_month}/${exp_year}`, cvv])
      expect(shown).toContain(part)
    expect(await page.evaluate('[window.said, window.saidBy]')).toEqual([
      { source: 'openissuer-pci', code: 0 },
      hostOrigin,
    ])
    await page.reload()
    await page.waitForTimeout(200)
    expect((await page.locator('body').textContent())?.includes(pan)).toBe(false)
    await page.close()
  }, 30_000)

  test('a page that claims to be another one is refused', async () => {
    const { page, text } = await framed(await newToken(), SHOP)
    expect(await text()).toContain('1015')
    await page.close()
  }, 30_000)

  test('the page cannot be opened outside of a frame', async () => {
    const page = await browser.newPage()
    const query = new URLSearchParams({ token: await newToken(), parent_origin: parentOrigin })
    const answer = await page.goto(`${hostOrigin}/pci/card?${query.toString()}`)
    expect(answer?.status()).toBe(403)
    expect(await page.locator('body').textContent()).toContain('1018')
    await page.close()
  }, 30_000)
})
