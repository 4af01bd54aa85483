/** The home page: how the platform stands, before there is traffic and while there is. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConsoleWorld, NARROW, openWorld } from '../support/console.ts'
import { buy, makeSpending, type Spending } from '../support/spending.ts'

let world: ConsoleWorld
let spending: Spending

beforeAll(async () => {
  world = await openWorld()
  spending = await makeSpending(world.api)
})

afterAll(() => world?.close())

test('before there is traffic the page says how it begins', async () => {
  const { page, shoot, expectAccessible, expectQuiet, close } = await world.open('/')
  await page.getByRole('heading', { name: 'First steps' }).waitFor()
  await page.getByText('Live', { exact: true }).waitFor()
  await page.getByText('Waiting for the next authorization').waitFor()
  // charts are fetched after the page
  await page.locator('canvas').nth(2).waitFor()
  await expectAccessible()
  await shoot('home-empty')
  await page.getByRole('link', { name: 'Partners' }).last().click()
  await page.getByRole('heading', { name: 'Partners', level: 1 }).waitFor()
  expectQuiet()
  await close()
})

test('decisions appear as they are made, and can be held still', async () => {
  const { page, shoot, expectAccessible, expectQuiet, close } = await world.open('/')
  await page.getByText('Live', { exact: true }).waitFor()
  for (const amount of ['12.50', '3.20', '250.00', '7.00']) await buy(world.api, spending, amount)
  const rows = page.getByRole('region', { name: 'Newest authorizations' }).getByRole('row')
  await expect.poll(() => rows.count()).toBe(5)
  expect(await rows.nth(1).textContent()).toContain('7.00')
  await page.getByText('Insufficient funds').first().waitFor()
  await expect.poll(() => page.locator('dl').first().textContent()).toContain('75.0 %')

  await page.getByRole('button', { name: 'Hold still' }).click()
  await buy(world.api, spending, '1.11')
  await expect.poll(() => page.getByText('1.11').count()).toBe(0)
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByText('1.11').waitFor()
  await expectAccessible()
  await shoot('home')
  expectQuiet()
  await close()
})

test('what is there survives a reload, as the server counts it', async () => {
  const { page, close } = await world.open('/')
  await page.getByText('Insufficient funds').first().waitFor()
  expect(await page.getByRole('img', { name: /^Authorizations a second/ }).getAttribute('aria-label')).toMatch(
    /at most 0\.\d+|at most [1-9]/,
  )
  await close()
})

test('a stream that ends is begun again, and that is said', async () => {
  const { page, close } = await world.open('/partners')
  const ended = { contentType: 'text/event-stream', body: 'id: 1\nevent: end\ndata: {"reason":"server-stopping"}\n\n' }
  await page.route('**/operator/v1/live?*', route => route.fulfill(ended))
  await page.getByRole('link', { name: 'Home', exact: true }).click()
  await page.getByText('Not connected, trying again').waitFor()
  await page.unroute('**/operator/v1/live?*')
  await page.getByText('Live', { exact: true }).waitFor()
  await close()
})

test('a failure before anything is known is told', async () => {
  const { page, close } = await world.open('/partners')
  const refusal = { error: { code: 'role-insufficient', message: 'This needs another role.' } }
  await page.route('**/operator/v1/overview', route => route.fulfill({ status: 403, json: refusal }))
  await page.getByRole('link', { name: 'Home', exact: true }).click()
  await page.getByRole('alert').getByText('This needs another role.').waitFor()
  await close()
})

test('a session that ends brings the sign-in page', async () => {
  const { page, close } = await world.open('/')
  await page.getByText('Live', { exact: true }).waitFor()
  await page.context().clearCookies()
  await page.reload()
  await page.getByLabel('Operator key').waitFor()
  await close()
})

test('on a narrow screen nothing is wider than the screen', async () => {
  const { page, expectQuiet, close } = await world.open('/', { viewport: NARROW })
  await page.locator('canvas').nth(2).waitFor()
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(NARROW.width)
  expectQuiet()
  await close()
})
