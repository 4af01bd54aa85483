/** What partners have called, one call with its bodies, and why a message does not hold. */
import { KeySecureClient, PagsmileClient } from '@openissuer/sdk/index.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConsoleWorld, openWorld } from '../support/console.ts'

/** The page looks again every two seconds. */
const LOOKS = { timeout: 8_000 }

let world: ConsoleWorld
let pagsmile: PagsmileClient
let keysecure: KeySecureClient

beforeAll(async () => {
  world = await openWorld()
  const { baseUrl, credentials } = world
  pagsmile = new PagsmileClient({ baseUrl, ...credentials.pagsmile })
  keysecure = new KeySecureClient({ baseUrl, ...credentials.keysecure })
})

afterAll(() => world?.close())

test('before anybody has called, the page says so', async () => {
  const { page, expectAccessible, expectQuiet, close } = await world.open('/api-log')
  await page.getByText('No calls').waitFor()
  await expectAccessible()
  expectQuiet()
  await close()
})

test('calls appear as they are made, and filters are in the address', async () => {
  const { page, shoot, expectAccessible, expectQuiet, close } = await world.open('/api-log')
  await page.getByText('No calls').waitFor()
  await pagsmile.accounts.balances()
  await expect(pagsmile.cards.retrieve('000000000000')).rejects.toThrow()
  await keysecure.logIn()
  const rows = page.getByRole('region', { name: 'Calls' }).locator('tbody tr')
  await expect.poll(() => rows.count(), LOOKS).toBe(3)
  await page.getByText('40002 ').waitFor()
  await expectAccessible()
  await shoot('api-log')
  await page.getByLabel('Path').fill('card-info')
  await expect.poll(() => rows.count()).toBe(1)
  expect(new URL(page.url()).searchParams.get('path')).toBe('card-info')
  await page.reload()
  await expect.poll(() => rows.count()).toBe(1)
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await expect.poll(() => rows.count()).toBe(3)
  expectQuiet()
  await close()
})

test('without live nothing moves', async () => {
  const { page, close } = await world.open('/api-log?live=off&path=query-balance')
  const rows = page.getByRole('region', { name: 'Calls' }).locator('tbody tr')
  await expect.poll(() => rows.count()).toBe(1)
  let reads = 0
  page.on('request', request => {
    if (request.url().includes('/api-log?')) reads += 1
  })
  await pagsmile.accounts.balances()
  await page.waitForTimeout(2_500)
  expect([reads, await rows.count()]).toEqual([0, 1])
  await page.getByRole('switch', { name: 'Live' }).press('Space')
  await expect.poll(() => rows.count(), LOOKS).toBe(2)
  await close()
})

test('a call shows what was said, in clear and masked, and how to make it again', async () => {
  await keysecure.cards.list({ start_time: '2026-01-01', end_time: '2026-01-02' })
  const { page, shoot, expectAccessible, expectQuiet, close } = await world.open('/api-log?path=card/list')
  await page.getByRole('region', { name: 'Calls' }).getByRole('link').first().click()
  await page.getByRole('heading', { name: 'Call', level: 1 }).waitFor()
  expect(await page.getByLabel('the request', { exact: true }).textContent()).toContain('"start_time": "2026-01-01"')
  expect(await page.getByLabel('the answer', { exact: true }).textContent()).toContain('"code": 0')
  expect(await page.getByLabel('the command', { exact: true }).textContent()).toContain('$ACCESS_TOKEN')
  await expectAccessible()
  await shoot('api-log-call')
  expectQuiet()
  await close()
})

test('a call that is not in the log is told', async () => {
  const { page, close } = await world.open('/api-log/999999')
  await page.getByRole('alert').getByText('There is no such call in the log').waitFor()
  await close()
})

test('an envelope is taken apart, and what is pasted stays in the page', async () => {
  const { appId, partnerId } = world.credentials.pagsmile
  const { page, shoot, expectAccessible, expectQuiet, close } = await world.open('/inspector')
  await page.getByText('Nothing inspected yet').waitFor()
  const button = page.getByRole('button', { name: 'Inspect' })
  expect(await button.isDisabled()).toBe(true)
  await page.getByLabel('Body as the client has sent it').fill('{ no json')
  await page.getByText('This is not JSON.').waitFor()
  const envelope = {
    app_id: appId,
    partner_id: partnerId,
    request_id: 'r-1',
    timestamp: '2026-05-22 12:00:00',
    version: '2.0',
    sign_type: 'RSA',
    random_key: 'AAAA',
    biz_data: 'AAAA',
  }
  await page.getByLabel('Body as the client has sent it').fill(JSON.stringify(envelope, null, 2))
  await button.click()
  await page.getByText('Something does not hold').waitFor()
  await page.getByText('Has 3 bytes; sealed for a key of 2048 bits it has 256.').waitFor()
  await expectAccessible()
  await shoot('inspector')
  await page.getByLabel('App id').fill('0')
  await button.click()
  await page.getByRole('alert').getByText('There is no such app or credential.').waitFor()
  expectQuiet()
  await close()
})

test('the signature of a callback is looked at', async () => {
  const { page, expectAccessible, expectQuiet, close } = await world.open('/inspector?of=signature')
  await page.getByLabel('API key').fill(world.credentials.keysecure.apiKey)
  await page.getByLabel('Timestamp').fill(String(Date.now()))
  await page.getByLabel('Signature').fill('ab'.repeat(32))
  await page.getByLabel('Body as it came').fill('{"id":"N1","action":"Auth","data":{"amount":100.00}}')
  await page.getByRole('button', { name: 'Inspect' }).click()
  await page.getByText('Is not ours').waitFor()
  expect(await page.getByLabel('what was in it', { exact: true }).textContent()).toContain('amount=100.00&appId=')
  await expectAccessible()
  expectQuiet()
  await close()
})

test('who may only read cannot inspect', async () => {
  const { operatorKey } = await world.api.operatorKeys.create({ name: 'reader', role: 'read-only' })
  const { page, close } = await world.open('/inspector', { operatorKey })
  await page.getByLabel('Body as the client has sent it').fill('{"app_id":"1"}')
  expect(await page.getByRole('button', { name: 'Inspect' }).isDisabled()).toBe(true)
  await close()
})
