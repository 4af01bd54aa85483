/** The simulator: messages of the card network from a form, what comes of them, and scenarios that are kept and played again. */
import { MAGIC_AMOUNTS as SERVED } from '@openissuer/core/authorization/magic-amount.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MAGIC_AMOUNTS } from '../../packages/console/src/features/simulator/magic-amounts.ts'
import { type ConsolePage, type ConsoleWorld, NARROW, openWorld } from '../support/console.ts'
import { makeSpending, type Spending } from '../support/spending.ts'
import { type Receiver, startReceiver } from '../support/webhooks.ts'

let world: ConsoleWorld
let receiver: Receiver
let spending: Spending

beforeAll(async () => {
  world = await openWorld()
  receiver = await startReceiver()
  spending = await makeSpending(world.api)
  const { pagsmileApps } = await world.api.partners.retrieve(spending.partnerId)
  await world.api.webhookEndpoints.create(spending.partnerId, {
    dialect: 'pagsmile',
    credential: pagsmileApps[0]?.appId ?? '',
    url: `${receiver.url}/notifications`,
    description: 'The receiver',
  })
}, 180_000)

afterAll(async () => {
  receiver?.close()
  await world?.close()
})

function openSimulator(search = `?cardToken=${spending.card.cardToken}`): Promise<ConsolePage> {
  return world.open(`/p/${spending.partnerId}/simulator${search}`)
}

const form = ({ page }: ConsolePage) => page.getByRole('region', { name: 'Message' })
const result = ({ page }: ConsolePage) => page.getByRole('region', { name: /^Result/ })

async function choose({ page }: ConsolePage, message: string) {
  await page.getByRole('combobox', { name: 'Message' }).click()
  await page.getByRole('option', { name: message, exact: true }).click()
}

async function send(opened: ConsolePage) {
  await form(opened).getByRole('button', { name: 'Send', exact: true }).click()
}

test('the magic amounts of the console are those of the server', () => {
  expect(MAGIC_AMOUNTS).toEqual(
    Object.fromEntries(Object.entries(SERVED).map(([name, minor]) => [name, String(minor)])),
  )
})

test('a sandbox without cards gets one by a click, and a purchase is approved with its checks, events and webhooks', async () => {
  const opened = await openSimulator('')
  const { page, shoot, expectAccessible, expectQuiet, close } = opened
  await page.getByText('Nothing sent yet').waitFor()
  await page.getByText('No steps yet').waitFor()
  await page.getByText('No scenarios').waitFor()
  expect(await form(opened).getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true)
  await expectAccessible()
  await shoot('simulator-empty')

  await page.getByRole('button', { name: 'Make a test card' }).click()
  await page.getByText('500.00 USD available').waitFor()
  await page.getByRole('button', { name: 'Groceries 24.90' }).click()
  await send(opened)
  await result(opened).getByText('Approved', { exact: true }).first().waitFor()
  await result(opened).getByText('Available funds').waitFor()
  await result(opened).getByText('Delivered').waitFor()
  await page.getByText('475.10 USD available').waitFor()
  const heard = receiver.received.at(-1)?.body as { biz_data?: { merchant_name?: string } }
  expect(JSON.stringify(heard)).toContain('Corner Grocery')
  await expectAccessible()
  await shoot('simulator-approved')
  expectQuiet()
  await close()
})

test('a decline shows the check that failed before those that passed', async () => {
  const opened = await openSimulator()
  const { page, shoot, expectAccessible, expectQuiet, close } = opened
  await page.getByRole('button', { name: 'Decline: insufficient funds by magic amount' }).click()
  await send(opened)
  await result(opened).getByText('Declined: insufficient funds').waitFor()
  const checks = result(opened).locator('ol').first().locator('li')
  expect(await checks.first().textContent()).toContain('Magic amount')
  expect(await checks.first().getByRole('img').getAttribute('aria-label')).toBe('Failed')
  expect(await checks.nth(1).getByRole('img').getAttribute('aria-label')).toBe('Passed')
  await expectAccessible()
  await shoot('simulator-declined')
  expectQuiet()
  await close()
})

test('a purchase is incremented, cleared, corrected and refunded, each after what was made before', async () => {
  const opened = await openSimulator()
  const { page, shoot, expectQuiet, close } = opened
  await page.getByRole('button', { name: 'Groceries 24.90' }).click()
  await send(opened)
  await result(opened).getByText('Approved', { exact: true }).first().waitFor()

  await choose(opened, 'Increment')
  await page.getByRole('button', { name: 'Ten more' }).click()
  await send(opened)
  await page.getByRole('region', { name: 'Result of step 2: increment' }).waitFor()

  await choose(opened, 'Clear')
  await form(opened).getByLabel('Amount').first().fill('34.90')
  await send(opened)
  await page.getByRole('region', { name: 'Result of step 3: clear' }).getByText('Clearing recorded').waitFor()

  await choose(opened, 'Correct a clearing')
  await send(opened)
  await page.getByRole('region', { name: 'Result of step 4: correct a clearing' }).waitFor()

  await choose(opened, 'Refund')
  await form(opened).getByLabel('Amount').first().fill('20.00')
  await send(opened)
  await choose(opened, 'Reverse a refund')
  await send(opened)
  await page.getByRole('region', { name: 'Result of step 6: reverse a refund' }).waitFor()
  await page.getByRole('region', { name: /^Steps/ }).scrollIntoViewIfNeeded()
  await shoot('simulator-life')

  const { rows } = await world.api.authorizations.list(spending.partnerId, { cardToken: spending.card.cardToken })
  const authorization = rows.find(({ cleared }) => cleared.amount !== '0.00')
  expect(authorization).toMatchObject({ cleared: { amount: '20.00' }, refunded: { amount: '0.00' } })
  expectQuiet()
  await close()
})

test('a refusal is shown at the field that it is about, and nothing is added', async () => {
  const opened = await openSimulator()
  const { page, expectAccessible, expectQuiet, close } = opened
  await form(opened).getByLabel('Amount').first().fill('12.345')
  await send(opened)
  const amount = form(opened).getByLabel('Amount').first()
  await expect.poll(() => amount.getAttribute('aria-invalid')).toBe('true')
  await page.getByText('No steps yet').waitFor()
  await expectAccessible()
  expectQuiet()
  await close()
})

test('a form shows the fields that its call takes, and its request can be copied without card data', async () => {
  const opened = await openSimulator()
  const { page, expectAccessible, expectQuiet, close } = opened
  await form(opened).getByText('Card data').click()
  await form(opened).getByLabel('CVV2').fill('987')
  await form(opened).getByLabel('Expiry').fill('2911')
  await form(opened).getByText('3-D Secure', { exact: true }).click()
  await form(opened).getByRole('combobox', { name: 'Result' }).click()
  await page.getByRole('option', { name: 'Authenticated' }).click()
  await form(opened).getByText('The request').click()
  const shown = form(opened).locator('pre[aria-label="the request"]')
  const request = JSON.parse((await shown.textContent()) as string) as object
  expect(request).toMatchObject({
    cardToken: spending.card.cardToken,
    cardData: { expiry: '2911' },
    threeDs: { result: 'authenticated' },
  })
  expect(JSON.stringify(request)).not.toContain('987')
  await form(opened).getByText('curl', { exact: true }).click()
  await expect.poll(() => shown.textContent()).toContain('/operator/v1/simulations/authorizations')
  await expectAccessible()

  await choose(opened, 'Expire')
  expect(await form(opened).getByLabel('Amount').count()).toBe(0)
  await form(opened).getByRole('combobox', { name: 'Authorization' }).waitFor()
  expectQuiet()
  await close()
})

test('what goes wrong on the way: a duplicate changes nothing, and a reversal that overtakes declines', async () => {
  const opened = await openSimulator()
  const { page, expectQuiet, close } = opened
  await page.getByRole('button', { name: 'Groceries 24.90' }).click()
  await send(opened)
  await choose(opened, 'Resend (duplicate)')
  await send(opened)
  await result(opened).getByText('Recorded answer, nothing has changed').waitFor()
  await choose(opened, 'Out-of-order pair')
  await send(opened)
  await result(opened).getByText('Declined: reversed before arrival').waitFor()
  await choose(opened, 'Expire')
  // step 1, not the pair's authorization, which was declined
  await form(opened).getByRole('combobox', { name: 'Authorization' }).click()
  await page.getByRole('option', { name: /^Step 1:/ }).click()
  await send(opened)
  await result(opened).getByText('Expiry recorded').waitFor()
  expectQuiet()
  await close()
})

test('a challenge is answered with the password that the partner has heard', async () => {
  const opened = await openSimulator()
  const { page, expectQuiet, close } = opened
  await choose(opened, 'Challenge the cardholder')
  await send(opened)
  await result(opened).getByText('The cardholder is asked').waitFor()
  await result(opened).getByText('Delivered').waitFor()
  const told = receiver.received
    .map(({ text }) => /validation_value[\\"]+:[\\"]+(\d{6})/.exec(text)?.[1])
    .filter(Boolean)
  await choose(opened, 'Authorize')
  await page.getByRole('button', { name: 'Groceries 24.90' }).click()
  await form(opened).getByText('3-D Secure', { exact: true }).click()
  await form(opened).getByLabel('Challenge', { exact: true }).fill('{{1.challengeId}}')
  await form(opened)
    .getByLabel('Password of the challenge')
    .fill(told.at(-1) ?? '')
  await send(opened)
  await result(opened).getByText('Approved', { exact: true }).first().waitFor()
  expectQuiet()
  await close()
})

test('steps are kept as a scenario, changed, played again on another card, and removed', async () => {
  const opened = await openSimulator()
  const { page, shoot, expectAccessible, expectQuiet, close } = opened
  await page.getByRole('button', { name: 'Groceries 24.90' }).click()
  await send(opened)
  await result(opened).getByText('Approved', { exact: true }).first().waitFor()
  await choose(opened, 'Move the clock')
  await form(opened).getByText('The request').click()
  await page.getByRole('button', { name: 'Add it as a step without sending it' }).click()
  await choose(opened, 'Reverse')
  await send(opened)
  await result(opened).getByText('Reversal recorded').waitFor()

  await page.getByRole('button', { name: 'Save as a scenario' }).click()
  await page.getByLabel('Name').last().fill('Bought and given back')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('region', { name: 'Steps of “Bought and given back”' }).waitFor()
  const [kept] = (await world.api.scenarios.list()).rows
  expect(kept?.steps.map(({ call }) => call)).toEqual(['authorizations', 'clock', 'reversals'])
  expect(kept?.steps[0]?.body).not.toHaveProperty('cardToken')
  expect(kept?.steps[2]?.body).toEqual({ authorizationId: { $step: 1, field: 'authorizationId' } })

  // on another card, from a page that knows nothing of it
  await page.reload()
  await page.getByRole('combobox', { name: 'Card' }).click()
  await page.getByRole('option').filter({ hasNotText: spending.card.cardToken }).first().click()
  await page.getByRole('button', { name: 'Load' }).click()
  expect(await page.getByRole('button', { name: 'Remove step 1' }).isDisabled()).toBe(true)
  await page.getByRole('button', { name: 'Move step 2 down' }).click()
  const steps = page.getByRole('region', { name: /^Steps of/ }).getByRole('listitem')
  await steps.nth(2).getByText('Move the clock').waitFor()
  await page.getByRole('button', { name: 'Remove step 3' }).click()
  await expect.poll(() => steps.count()).toBe(2)
  await page.getByRole('button', { name: 'Play all' }).click()
  await page.getByRole('region', { name: 'Result of step 2: reverse' }).getByText('Reversal recorded').waitFor()
  await expectAccessible()
  await shoot('simulator-scenario')

  await page.getByRole('button', { name: 'Save as a scenario' }).click()
  await page.getByRole('button', { name: 'Replace it' }).click()
  await expect.poll(async () => (await world.api.scenarios.list()).rows[0]?.steps.length).toBe(2)
  await page.getByRole('region', { name: 'Scenarios' }).getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByText('No scenarios').waitFor()
  expectQuiet()
  await close()
})

test('a scenario stops at the step that is refused, and says why', async () => {
  await world.api.scenarios.create({
    name: 'Too much is given back',
    steps: [
      { call: 'authorizations', body: { amount: '5.00', currency: 'USD' } },
      { call: 'reversals', body: { authorizationId: { $step: 1, field: 'authorizationId' }, amount: '6.00' } },
      { call: 'expiries', body: { authorizationId: { $step: 1, field: 'authorizationId' } } },
    ],
  })
  const opened = await openSimulator()
  const { page, expectAccessible, expectQuiet, close } = opened
  await page
    .getByRole('row')
    .filter({ hasText: 'Too much is given back' })
    .getByRole('button', { name: 'Load' })
    .click()
  await page.getByRole('button', { name: 'Play all' }).click()
  await result(opened).getByRole('alert').waitFor()
  expect(await result(opened).getByRole('alert').textContent()).toContain('reversal')
  await page
    .getByRole('region', { name: /^Steps of/ })
    .getByText('Not played')
    .waitFor()
  await expectAccessible()
  expectQuiet()
  await close()
})

test('the address of the menu leads to the partner who was looked at last, and a link may choose the card', async () => {
  const { page, expectQuiet, close } = await world.open(`/simulator?cardToken=${spending.card.cardToken}`)
  await page.getByRole('heading', { name: 'Simulator' }).waitFor()
  await page.getByText('available').first().waitFor()
  expect(new URL(page.url()).pathname).toMatch(/\/p\/\d+\/simulator$/)
  expectQuiet()
  await close()
})

test('in live mode there are no simulations', async () => {
  const { page, expectAccessible, expectQuiet, close } = await world.open('/partners')
  await page.route('**/operator/v1/session', async route => {
    const answer = await route.fetch()
    await route.fulfill({ response: answer, json: { ...((await answer.json()) as object), mode: 'live' } })
  })
  await page.goto(`${world.baseUrl}/console/p/${spending.partnerId}/simulator`)
  await page.getByText('Simulations are for sandboxes').waitFor()
  expect(await page.getByRole('button', { name: 'Send' }).count()).toBe(0)
  await expectAccessible()
  expectQuiet()
  await close()
})

test('what cannot be read, and a message that the server does not take, are told', async () => {
  const opened = await openSimulator()
  const { page, expectAccessible, expectQuiet, close } = opened
  const refusal = { error: { code: 'card-not-found', message: 'There is no such card here.' } }
  await page.route('**/operator/v1/scenarios?*', route => route.fulfill({ status: 409, json: refusal }))
  await page.route('**/simulations/authorizations', route => route.fulfill({ status: 404, json: refusal }))
  await page.reload()
  await page.getByText('Not possible as things stand').waitFor()
  await page.getByRole('button', { name: 'Groceries 24.90' }).click()
  await send(opened)
  await form(opened).getByRole('alert').getByText('There is no such card here.').waitFor()
  await expectAccessible()
  await page.unroute('**/operator/v1/scenarios?*')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByText('Not possible as things stand').waitFor({ state: 'detached' })
  expectQuiet()
  await close()
})

test('who may only read sends nothing, and nothing is wider than a narrow screen', async () => {
  const { operatorKey } = await world.api.operatorKeys.create({ name: 'reader', role: 'read-only' })
  const path = `/p/${spending.partnerId}/simulator?cardToken=${spending.card.cardToken}`
  const { page, expectAccessible, expectQuiet, close } = await world.open(path, { viewport: NARROW, operatorKey })
  await page.getByText('available').first().waitFor()
  // the scenarios come last
  await page.getByRole('button', { name: 'Export CSV' }).waitFor()
  await page.getByLabel('Loading').waitFor({ state: 'detached' })
  expect(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true)
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(NARROW.width)
  await expectAccessible()
  expectQuiet()
  await close()
})
