/** Cards: found, looked at, made, given limits and money, blocked, and shown to whoever may see their numbers. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { NARROW } from '../support/console.ts'
import { addActiveCard, addCardholder, type Issuing, openIssuing, usd } from '../support/console-issuing.ts'

let world: Issuing

beforeAll(async () => {
  world = await openIssuing()
})

afterAll(() => world?.close())

const LIMIT = {
  dailyCount: 5,
  singleAmount: usd('80.00'),
  dailyAmount: usd('100.00'),
  monthlyAmount: usd('500.00'),
  totalAmount: null,
}

test('a partner without cards is told how it gets some', async () => {
  const { partnerId } = await world.api.partners.create({ name: 'Empty', pagsmile: {} })
  const { page, expectAccessible, expectQuiet, close } = await world.open(`/p/${partnerId}/cards`)
  await page.getByText('No cards yet').waitFor()
  await expectAccessible()
  expectQuiet()
  await close()
})

test('cards are listed, filtered in the address and exported', async () => {
  const active = await addActiveCard(world)
  const blocked = await addActiveCard(world)
  await world.api.cards.block(world.partnerId, blocked.cardId, { reason: 'test' })
  const { page, shoot, expectAccessible, expectQuiet, close } = await world.open(`${world.path}/cards`)
  await page.getByRole('link', { name: active.maskedPan }).waitFor()
  await expectAccessible()
  await shoot('cards')

  await page.getByRole('combobox', { name: 'Status' }).click()
  await page.getByRole('option', { name: 'Blocked' }).click()
  await page.getByRole('link', { name: active.maskedPan }).waitFor({ state: 'detached' })
  await page.getByRole('link', { name: blocked.maskedPan }).waitFor()
  expect(new URL(page.url()).search).toBe('?status=blocked')
  await page.reload()
  await page.getByRole('link', { name: blocked.maskedPan }).waitFor()

  await page.getByLabel('Last four digits').fill('0000')
  await page.getByText('No card fits these filters').waitFor()
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await page.getByRole('link', { name: active.maskedPan }).waitFor()

  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export CSV' }).click(),
  ])
  expect(file.suggestedFilename()).toBe('cards.csv')
  expectQuiet()
  await close()
})

test('a list that cannot be read says so and can be tried again', async () => {
  const { page, close } = await world.open('/partners')
  await page.route('**/operator/v1/partners/*/cards?*', route =>
    route.fulfill({ status: 503, json: { error: { code: 'internal', message: 'Something failed on our side.' } } }),
  )
  await page.goto(`/console${world.path}/cards`)
  await page.getByRole('alert').waitFor()
  await page.unroute('**/operator/v1/partners/*/cards?*')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('table').waitFor()
  await close()
})

test('a card shows what it may spend and what is left, and its page is whole on a narrow screen', async () => {
  const card = await addActiveCard(world, { limit: LIMIT, initialBalance: usd('250.00') })
  await world.api.simulations.authorize({ cardToken: card.cardToken, ...usd('42.00'), merchant: { name: 'Bakery' } })
  const { page, shoot, expectAccessible, expectQuiet, close } = await world.open(`${world.path}/cards/${card.cardId}`)
  const today = page.getByRole('meter', { name: /^Today/ })
  await today.waitFor()
  expect(await today.getAttribute('aria-valuenow')).toBe('42')
  await page.getByText('58.00 USD left', { exact: true }).waitFor()
  await page.getByRole('cell', { name: 'Bakery' }).waitFor()
  await expectAccessible()
  await shoot('card')
  await page.setViewportSize(NARROW)
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(NARROW.width)
  expectQuiet()
  await close()
})

test('a card is blocked with a reason, and only what its status allows is offered', async () => {
  const card = await addActiveCard(world)
  const { page, expectQuiet, close } = await world.open(`${world.path}/cards/${card.cardId}`)
  await page.getByRole('button', { name: 'Block' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Reason').fill('Left in a taxi')
  await dialog.getByRole('button', { name: 'Block' }).click()
  await page.getByRole('button', { name: 'Unblock' }).waitFor()
  await page.getByRole('listitem').filter({ hasText: 'Left in a taxi' }).waitFor()
  expect(await page.getByRole('button', { name: 'Activate' }).count()).toBe(0)
  expect((await world.api.cards.retrieve(world.partnerId, card.cardId)).statusHistory.at(-1)).toMatchObject({
    status: 'blocked',
    reason: 'Left in a taxi',
  })
  expectQuiet()
  await close()
})

test('a limit is set, and what is above the ceiling is said at its field', async () => {
  const card = await addActiveCard(world)
  const { page, expectAccessible, expectQuiet, close } = await world.open(`${world.path}/cards/${card.cardId}`)
  await page.getByRole('button', { name: 'Set a limit' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Single purchase').fill('99999999.00')
  await dialog.getByLabel('Purchases a day').fill('3')
  await dialog.getByLabel(/^A day/).fill('60.00')
  await dialog.getByLabel('A month').fill('300.00')
  await dialog.getByRole('button', { name: 'Save the limit' }).click()
  await expect.poll(() => dialog.getByLabel('Single purchase').getAttribute('aria-invalid')).toBe('true')
  await expectAccessible()
  await dialog.getByLabel('Single purchase').fill('20.00')
  await dialog.getByRole('button', { name: 'Save the limit' }).click()
  await page.getByText('60.00 USD left').waitFor()
  expect((await world.api.cardLimits.retrieve(world.partnerId, card.cardId)).limit).toMatchObject({
    singleAmount: usd('20.00'),
    dailyCount: 3,
    totalAmount: null,
  })
  expectQuiet()
  await close()
})

test('money goes on a card and off it', async () => {
  const card = await addActiveCard(world, { initialBalance: usd('10.00') })
  const { page, expectQuiet, close } = await world.open(`${world.path}/cards/${card.cardId}`)
  const balance = async () => (await world.api.cards.retrieve(world.partnerId, card.cardId)).account.balance.amount
  await page.getByRole('button', { name: 'Load', exact: true }).click()
  await page.getByRole('dialog').getByLabel('Amount').fill('25.50')
  await page.getByRole('button', { name: 'Load the card' }).click()
  await expect.poll(balance).toBe('35.50')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Unload', exact: true }).click()
  await page.getByRole('dialog').getByLabel('Amount').fill('100.00')
  await page.getByRole('button', { name: 'Unload the card' }).click()
  await page.getByRole('dialog').getByRole('alert').waitFor()
  await page.getByRole('dialog').getByLabel('Amount').fill('35.50')
  await page.getByRole('button', { name: 'Unload the card' }).click()
  await expect.poll(balance).toBe('0.00')
  expectQuiet()
  await close()
})

test('a number is shown with a reason, for half a minute, and the audit log has the line', async () => {
  const card = await addActiveCard(world)
  const { page, expectAccessible, expectQuiet, close } = await world.open(`${world.path}/cards/${card.cardId}`)
  await page.clock.install()
  await page.getByRole('button', { name: 'Show the number' }).click()
  await page.getByRole('dialog').getByLabel('Reason').fill('Call of the cardholder')
  await page.getByRole('dialog').getByRole('button', { name: 'Show the number' }).click()
  const secrets = page.locator('[data-secret]')
  await secrets.waitFor()
  const { pan, cvv2 } = await world.api.cards.reveal(world.partnerId, card.cardId, 'to compare')
  expect((await secrets.textContent())?.replaceAll(' ', '')).toContain(pan)
  expect(await secrets.textContent()).toContain(cvv2)
  await expectAccessible()
  await page.getByRole('list', { name: 'Who has seen the number' }).getByText('Call of the cardholder').waitFor()
  await page.clock.fastForward(31_000)
  await secrets.waitFor({ state: 'detached' })
  expect(await page.content()).not.toContain(pan.slice(6, 12))
  expect(await page.evaluate('JSON.stringify({ ...localStorage, ...sessionStorage })')).not.toContain(pan)
  const { rows } = await world.api.auditLog.list(world.partnerId, { limit: 20 })
  expect(rows).toContainEqual(
    expect.objectContaining({
      action: 'reveal-card',
      subject: `cardId=${card.cardId}`,
      reason: 'Call of the cardholder',
    }),
  )
  expectQuiet()
  await close()
})

test('who may only read sees neither numbers nor a way to change anything', async () => {
  const card = await addActiveCard(world)
  const operatorKey = await world.keyOf('read-only')
  const { page, expectQuiet, close } = await world.open(`${world.path}/cards/${card.cardId}`, { operatorKey })
  const buttons = ['Show the number', 'Set the PIN', 'Block', 'Close', 'Load', 'Set a limit']
  await page.getByRole('button', { name: 'Set a limit' }).waitFor()
  for (const name of buttons)
    expect(await page.getByRole('button', { name, exact: true }).isDisabled(), name).toBe(true)
  expectQuiet()
  await close()
})

test('a PIN is set', async () => {
  const card = await addActiveCard(world)
  const { page, close } = await world.open(`${world.path}/cards/${card.cardId}`)
  await page.getByRole('button', { name: 'Set the PIN' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(/^PIN(?! once)/).fill('4711')
  await dialog.getByLabel('PIN once more').fill('4712')
  expect(await dialog.getByRole('button', { name: 'Set the PIN' }).isDisabled()).toBe(true)
  await dialog.getByLabel('PIN once more').fill('4711')
  await dialog.getByRole('button', { name: 'Set the PIN' }).click()
  await page.getByText('The card has a PIN.').waitFor()
  await close()
})

test('cards are made for a cardholder, with a limit and a first load', async () => {
  const { cardholderId, name } = await addCardholder(world)
  const { page, shoot, expectAccessible, expectQuiet, close } = await world.open(
    `${world.path}/cards/new?cardholderId=${cardholderId}`,
  )
  await page.getByRole('combobox', { name: 'Cardholder' }).waitFor()
  await expect.poll(() => page.getByRole('combobox', { name: 'Cardholder' }).inputValue()).toContain(name ?? '?')
  await page.getByLabel('How many').fill('101')
  await page.getByRole('switch', { name: 'Give the cards a limit' }).check()
  await page.getByLabel('First load of each card').fill('15.00')
  await page.getByLabel('Single purchase').fill('20.00')
  await page.getByLabel('Purchases a day').fill('3')
  await page.getByLabel(/^A day/).fill('60.00')
  await page.getByLabel('A month').fill('300.00')
  await expectAccessible()
  await shoot('new-cards')
  await page.getByRole('button', { name: 'Create 101 cards' }).click()
  await expect.poll(() => page.getByLabel('How many').getAttribute('aria-invalid')).toBe('true')
  await page.getByLabel('How many').fill('1')
  await page.getByRole('button', { name: 'Create the card' }).click()
  await page.getByText('60.00 USD left').waitFor()
  const { rows } = await world.api.cards.list(world.partnerId, { cardholderId })
  expect(rows).toMatchObject([{ status: 'active', form: 'virtual' }])
  expectQuiet()
  await close()
})

test('physical cards are made with a contact for the courier', async () => {
  const { cardholderId } = await addCardholder(world)
  const person = { firstName: 'Carla', lastName: 'Courier', mobile: '+4930123456', email: 'carla@example.com' }
  await world.api.contacts.create(world.partnerId, person)
  const { page, expectAccessible, expectQuiet, close } = await world.open(
    `${world.path}/cards/new?cardholderId=${cardholderId}`,
  )
  await page.getByText('Physical', { exact: true }).click()
  await page.getByRole('combobox', { name: 'Contact' }).fill('Carla')
  await page.getByRole('option', { name: /Carla Courier/ }).click()
  await page.getByLabel('How many').fill('2')
  await expectAccessible()
  await page.getByRole('button', { name: 'Create 2 cards' }).click()
  await page.getByRole('heading', { name: 'Cards', exact: true, level: 1 }).waitFor()
  const { rows } = await world.api.cards.list(world.partnerId, { cardholderId })
  expect(rows).toMatchObject([{ form: 'physical', status: 'pending' }, { form: 'physical' }])
  expectQuiet()
  await close()
})
