/** The sandbox's clock: frozen, moved after a look at what falls due, and what the move has run. */
import type { OperatorClient } from '@openissuer/sdk/index.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConsoleWorld, openWorld } from '../support/console.ts'
import { buy, makeSpending, type Spending } from '../support/spending.ts'

let world: ConsoleWorld
let api: OperatorClient
let spending: Spending

beforeAll(async () => {
  world = await openWorld()
  ;({ api } = world)
  spending = await makeSpending(api)
})

afterAll(() => world?.close())

test('where nothing waits nothing comes next; it is frozen and resumed', async () => {
  const { page, expectAccessible, expectQuiet, close } = await world.open('/clock')
  await page.getByText('Real time', { exact: true }).waitFor()
  await page.getByText('Nothing falls due').waitFor()
  await expectAccessible()
  await page.getByRole('button', { name: 'Freeze' }).click()
  await page.getByText('Frozen', { exact: true }).waitFor()
  expect((await api.clock.read()).state).toBe('frozen')
  await page.getByRole('button', { name: 'Resume' }).click()
  await page
    .getByText('Ahead of real time')
    .or(page.getByText('Real time', { exact: true }))
    .first()
    .waitFor()
  expect((await api.clock.read()).state).toBe('shifted')
  expectQuiet()
  await close()
})

test('a move shows what falls due, asks, and says what it has run', async () => {
  await buy(api, spending, '30.00')
  const { page, shoot, expectAccessible, expectQuiet, close } = await world.open('/clock')
  const before = (await api.clock.read()).now
  const next = page.getByRole('region', { name: 'What comes next' })
  await next.getByText('Nothing falls due').waitFor()
  await next.getByRole('combobox', { name: 'How far ahead' }).click()
  await page.getByRole('option', { name: '30 days' }).click()
  await next.getByText('Holds lapse').waitFor()
  await next.locator('summary').getByText('30.00').waitFor()
  await next.getByText('Holds lapse').click()
  await next.getByRole('link').waitFor()
  await shoot('clock')

  await page.getByRole('button', { name: '+ 30 days' }).click()
  const question = page.getByRole('dialog')
  await question.getByText('Holds lapse').waitFor()
  await expectAccessible()
  await question.getByRole('button', { name: 'Cancel' }).click()
  await question.waitFor({ state: 'hidden' })
  expect(Date.parse((await api.clock.read()).now) - Date.parse(before)).toBeLessThan(86_400_000)

  await page.getByRole('button', { name: '+ 30 days' }).click()
  await question.getByText('Holds lapse').waitFor()
  await question.getByRole('button', { name: 'Move the clock' }).click()
  const ran = page.getByRole('region', { name: 'What the move has run' })
  await ran.getByText('Expiry: 1').waitFor()
  await page.getByText('Shifted', { exact: true }).waitFor()
  await page.getByText(/, 30 d 0 h ahead of real time/).waitFor()
  expect(Date.parse((await api.clock.read()).now) - Date.parse(before)).toBeGreaterThan(29 * 86_400_000)
  await expectAccessible()
  await shoot('clock-moved')
  expectQuiet()
  await close()
})

test('it is advanced by what the user says, and set to an instant that is not behind', async () => {
  const { page, expectQuiet, close } = await world.open('/clock')
  const { now } = await api.clock.read()
  await page.getByRole('textbox', { name: 'Advance by' }).fill('90')
  await page.getByRole('combobox', { name: 'Unit' }).click()
  await page.getByRole('option', { name: 'Minutes' }).click()
  await page.getByRole('button', { name: 'Advance', exact: true }).click()
  await page.getByRole('dialog', { name: 'Advance the clock by 90 minutes' }).waitFor()
  await page.getByRole('button', { name: 'Move the clock' }).click()
  await page.getByText('Nothing fell due.').waitFor()
  expect(Date.parse((await api.clock.read()).now) - Date.parse(now)).toBeGreaterThanOrEqual(90 * 60_000)

  const set = page.getByRole('button', { name: 'Set', exact: true })
  await page.getByLabel('Set to').fill('2020-01-01T00:00:00')
  expect(await set.isDisabled()).toBe(true)
  await page.getByLabel('Set to').fill('2098-01-01T00:00:00')
  await set.click()
  await page.getByRole('button', { name: 'Move the clock' }).click()
  await expect.poll(async () => (await api.clock.read()).now.slice(0, 10)).toBe('2097-12-31')
  expectQuiet()
  await close()
})

test('what the API refuses is told in the question, and who may only look cannot move it', async () => {
  const { page, expectQuiet, close } = await world.open('/clock')
  await page.getByRole('button', { name: '+ 1 day', exact: true }).click()
  await page.route('**/operator/v1/clock', route =>
    route.request().method() === 'POST'
      ? route.fulfill({
          status: 409,
          json: { error: { code: 'clock-goes-back', message: 'The clock only moves forward.' } },
        })
      : route.continue(),
  )
  await page.getByRole('button', { name: 'Move the clock' }).click()
  await page.getByRole('dialog').getByRole('alert').getByText('The clock only moves forward.').waitFor()
  await close()

  const { operatorKey } = await api.operatorKeys.create({ name: 'looks on', role: 'read-only' })
  const looking = await world.open('/clock', { operatorKey })
  await looking.page.getByRole('button', { name: 'Freeze' }).waitFor()
  expect(await looking.page.getByRole('button', { name: 'Freeze' }).isDisabled()).toBe(true)
  expect(await looking.page.getByRole('button', { name: '+ 1 day', exact: true }).isDisabled()).toBe(true)
  looking.expectQuiet()
  expectQuiet()
  await looking.close()
})

test('a clock that cannot be read says so, and is read again when asked', async () => {
  const { page, close } = await world.open('/partners')
  let fails = true
  await page.route('**/operator/v1/clock', async route => {
    await new Promise(resolve => setTimeout(resolve, 300))
    if (!fails) return route.continue()
    return route.fulfill({
      status: 503,
      json: { error: { code: 'internal', message: 'Something failed on our side.' } },
    })
  })
  await page.goto('/console/clock')
  await page.getByRole('status', { name: 'Loading' }).waitFor()
  await page.getByRole('alert').getByText('Something failed on our side.').waitFor()
  fails = false
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('button', { name: 'Freeze' }).waitFor()
  await close()
})
