/** Programs, fee plans, exchange rates and operator keys. */
import { OperatorClient } from '@openissuer/sdk/index.ts'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { type ConsolePage, type ConsoleWorld, openWorld } from '../support/console.ts'

let world: ConsoleWorld
let at: ConsolePage

beforeAll(async () => {
  world = await openWorld()
})

afterAll(() => world?.close())

// pages are looked at in light and dark and pictured, which takes its time beside other tests
vi.setConfig({ testTimeout: 90_000 })

beforeEach(() => async () => {
  at?.expectQuiet()
  await at?.close()
})

test('a program is opened from the list, and its terms are changed', async () => {
  at = await world.open('/programs')
  const { page, expectAccessible, shoot } = at
  const [program] = await world.api.programs.list()
  const name = program?.name ?? ''
  await page.getByRole('link', { name }).first().waitFor()
  await expectAccessible()
  await shoot('programs')
  await page.getByRole('link', { name }).first().click()
  await page.getByRole('heading', { name, level: 1 }).waitFor()
  await page.getByText('Its cards cost nothing.').waitFor()
  await page.getByText('Merchants see its name alone.').waitFor()
  await page.getByRole('button', { name: 'Change terms' }).click()
  const form = page.getByRole('dialog', { name: 'Change terms' })
  const send = form.getByRole('button', { name: 'Change terms' })
  expect(await send.isDisabled()).toBe(true)
  await form.getByLabel('Foreign fee').fill('1.255')
  await form.getByText('at most two decimals').waitFor()
  expect(await send.isDisabled()).toBe(true)
  await form.getByLabel('Foreign fee').fill('1.25')
  await form.getByLabel('Long hold').fill('21')
  await expectAccessible()
  await send.click()
  await page.getByText('1.25 %').waitFor()
  expect(await world.api.programs.retrieve(program?.programId ?? '')).toMatchObject({
    foreignFeeBps: 125,
    longHoldDays: 21,
    holdDays: program?.holdDays,
  })

  await page.getByRole('button', { name: 'Change words' }).click()
  const words = page.getByRole('dialog', { name: 'Change words' })
  await words.getByLabel('Name, Chinese').fill('测试卡')
  await words.getByLabel('Description, English').fill('For tests')
  await words.getByRole('button', { name: 'Change words' }).click()
  await page.getByText('测试卡').waitFor()
  await expectAccessible()
  await shoot('program')
})

test('a fee plan is made, read and given to a program', async () => {
  at = await world.open('/fee-plans')
  const { page, expectAccessible, shoot } = at
  await page.getByText('No fee plans').waitFor()
  await page.getByRole('link', { name: 'Create fee plan' }).click()
  const send = page.getByRole('button', { name: 'Create fee plan' })
  await page.getByLabel('Name').fill('Standard')
  await page.getByLabel('Making a card').fill('5.00')
  await page.getByLabel('Purchases', { exact: true }).fill('101')
  await page.getByText('A percentage from 0 to 100').waitFor()
  expect(await send.isDisabled()).toBe(true)
  await page.getByLabel('Purchases', { exact: true }).fill('1.5')
  const management = page.getByRole('group', { name: 'Management' })
  await management.getByRole('combobox', { name: 'Charged' }).click()
  await page.getByRole('option', { name: 'Each month' }).click()
  await management.getByLabel('Each time').fill('1.005')
  await send.click()
  // how many decimals the currency has is for the server to say
  await page
    .getByText(/amount/i)
    .and(page.locator('.mantine-InputWrapper-error, [role=alert]'))
    .first()
    .waitFor()
  await management.getByLabel('Each time').fill('1.00')
  await expectAccessible()
  await shoot('fee-plan-create')
  await send.click()
  await page.getByRole('heading', { name: 'Standard', level: 1 }).waitFor()
  await page.getByText('1.00 USD a month').waitFor()
  await page.getByText('1.5 %').waitFor()
  await expectAccessible()
  await shoot('fee-plan')

  const [program] = await world.api.programs.list()
  const programId = program?.programId ?? ''
  await page.goto(`/console/programs/${programId}`)
  await page.getByRole('button', { name: 'Assign fee plan' }).click()
  const form = page.getByRole('dialog', { name: 'Assign fee plan' })
  await form.getByRole('combobox', { name: 'Fee plan' }).click()
  await page.getByRole('option', { name: 'Standard' }).click()
  await form.getByRole('button', { name: 'Assign' }).click()
  await page.getByRole('link', { name: 'Standard' }).waitFor()
  expect(await world.api.programs.feePlan(programId)).toMatchObject({
    name: 'Standard',
    terms: { purchaseRate: '0.015000' },
  })
  await page.goto('/console/fee-plans')
  await page.getByRole('link', { name: 'Standard' }).waitFor()
  await page.getByText('Card, Purchase, Management').waitFor()
})

test('rates are listed, and another one is added', async () => {
  at = await world.open('/exchange-rates')
  const { page, expectAccessible, shoot } = at
  await page.getByRole('cell', { name: 'EUR to USD' }).first().waitFor()
  await page.getByRole('button', { name: 'Add rate' }).click()
  const form = page.getByRole('dialog', { name: 'Add rate' })
  await form.getByLabel('From currency').fill('chf')
  await form.getByLabel('To currency').fill('XXQ')
  await form.getByLabel('Rate').fill('1,12')
  await form.getByText('Decimal text such as').waitFor()
  await form.getByLabel('Rate').fill('1.1245')
  await expectAccessible()
  await form.getByRole('button', { name: 'Add rate' }).click()
  await form.getByRole('alert').waitFor()
  await form.getByLabel('To currency').fill('USD')
  await form.getByRole('button', { name: 'Add rate' }).click()
  await page.getByText('1 CHF is 1.1245 USD').first().waitFor()
  await form.waitFor({ state: 'detached' })

  await page.getByRole('textbox', { name: 'From currency' }).fill('usd')
  await page.getByRole('textbox', { name: 'To currency' }).fill('chf')
  const valid = page.getByRole('region', { name: 'What converts USD to CHF' })
  await valid.getByText('1 CHF is 1.1245 USD, the other way round').waitFor()
  await page.getByText('No such lines').waitFor()
  await expectAccessible()
  await shoot('exchange-rates')
})

test('a key is made, opens the door once it is kept, and is revoked', async () => {
  at = await world.open('/operator-keys')
  const { page, expectAccessible, shoot } = at
  await page.getByText('(yours)').waitFor()
  await page.getByRole('button', { name: 'Revoke first start' }).click()
  const last = page.getByRole('dialog', { name: 'Revoke first start' })
  await last.getByRole('button', { name: 'Revoke' }).click()
  await last.getByText('This is the last key of role reveal').waitFor()
  await last.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Create operator key' }).click()
  const form = page.getByRole('dialog', { name: 'Create operator key' })
  await form.getByLabel('Name').fill('Night shift')
  await expectAccessible()
  await form.getByRole('button', { name: 'Create key' }).click()
  const shown = page.getByRole('dialog', { name: 'The key Night shift is made' })
  const operatorKey = (await shown.getByText(/^op_/).innerText()).trim()
  await expectAccessible()
  await shown.getByLabel('I have kept the operator key').check()
  await shown.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('cell', { name: 'Night shift', exact: true }).waitFor()
  expect(await page.content()).not.toContain(operatorKey)
  const client = new OperatorClient({ baseUrl: world.baseUrl, operatorKey })
  expect(await client.session.current()).toMatchObject({ name: 'Night shift', role: 'read-only' })
  await shoot('operator-keys')

  await page.getByRole('button', { name: 'Revoke Night shift' }).click()
  await page.getByRole('dialog', { name: 'Revoke Night shift' }).getByRole('button', { name: 'Revoke' }).click()
  await page
    .getByRole('row', { name: /Night shift/ })
    .getByText('Revoked', { exact: true })
    .waitFor()
  await expect(client.session.current()).rejects.toMatchObject({ status: 401 })
})

test('whoever may only read sees everything and changes nothing', async () => {
  const { operatorKey } = await world.api.operatorKeys.create({ name: 'Reader', role: 'read-only' })
  const { rows } = await world.api.partners.list()
  const partnerId = rows[0]?.partnerId ?? ''
  const [program] = await world.api.programs.list()
  at = await world.open('/partners', { operatorKey })
  const { page, expectAccessible, shoot } = at
  await page.getByRole('link', { name: 'Demo Partner' }).waitFor()
  const buttons: readonly [string, RegExp][] = [
    ['/partners', /^Create partner$/],
    [`/partners/${partnerId}`, /^(?:Disable partner|Open account|Settings|Replace merchant key|Rotate platform key)$/],
    [`/programs/${program?.programId ?? ''}`, /^(?:Change terms|Assign fee plan|Change words)$/],
    ['/fee-plans', /^Create fee plan$/],
    ['/exchange-rates', /^Add rate$/],
    ['/operator-keys', /^Create operator key$/],
  ]
  for (const [path, name] of buttons) {
    await page.goto(`/console${path}`)
    const found = page.getByRole('button', { name })
    await found.first().waitFor()
    for (const button of await found.all())
      expect(await button.isDisabled(), `${path} ${await button.innerText()}`).toBe(true)
  }
  await page.getByText('Only a key of role reveal manages keys').waitFor()
  await expectAccessible()
  await shoot('operator-keys-read-only')
})

test('what does not exist and what is refused are told', async () => {
  at = await world.open('/programs/999')
  const { page } = at
  await page.getByRole('alert').getByText('Not found').waitFor()
  await page.goto('/console/fee-plans/999')
  await page.getByRole('alert').getByText('Not found').waitFor()
  for (const [path, call] of [
    ['programs', 'programs'],
    ['fee-plans', 'fee-plans?*'],
    ['exchange-rates', 'exchange-rates?*'],
    ['operator-keys', 'operator-keys?*'],
    ['audit-log', 'audit-log?*'],
  ] as const) {
    const refuse = `**/operator/v1/${call}`
    await page.route(refuse, route =>
      route.fulfill({ status: 409, json: { error: { code: 'made-up', message: `No ${path} today.` } } }),
    )
    await page.goto(`/console/${path}`)
    await page.getByRole('alert').getByText(`No ${path} today.`).waitFor()
    await page.unroute(refuse)
  }
})
