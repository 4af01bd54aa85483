/** Card limits, spend limits and merchant controls: seen with what is used of them, created, changed and removed. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { NARROW } from '../support/console.ts'
import { addActiveCard, type Issuing, openIssuing, usd } from '../support/console-issuing.ts'

let world: Issuing

beforeAll(async () => {
  world = await openIssuing()
})

afterAll(() => world?.close())

const LIMIT = {
  dailyCount: 4,
  singleAmount: usd('80.00'),
  dailyAmount: usd('100.00'),
  monthlyAmount: usd('500.00'),
}

test.each([
  ['', 'No card has a limit'],
  ['/spend', 'No spend limits'],
  ['/controls', 'No merchant controls'],
])('a partner without any is told so at limits%s', async (tab, words) => {
  const { partnerId } = await world.api.partners.create({ name: 'Empty', pagsmile: {} })
  const { page, expectAccessible, expectQuiet, close } = await world.open(`/p/${partnerId}/limits${tab}`)
  await page.getByText(words).waitFor()
  await expectAccessible()
  expectQuiet()
  await close()
})

test.each([
  ['', 'card-limits'],
  ['/spend', 'spend-limits'],
  ['/controls', 'merchant-controls'],
])('limits%s that cannot be read are not said to be none', async (tab, call) => {
  const { page, close } = await world.open('/partners')
  await page.route(`**/operator/v1/partners/*/${call}*`, route =>
    route.fulfill({ status: 503, json: { error: { code: 'internal', message: 'Something failed on our side.' } } }),
  )
  await page.goto(`/console${world.path}/limits${tab}`)
  await page.getByRole('alert').waitFor()
  await close()
})

test('a card is given a limit by its token, and the list says what is used of it', async () => {
  const card = await addActiveCard(world, { initialBalance: usd('250.00') })
  const { page, shoot, expectAccessible, expectQuiet, close } = await world.open(`${world.path}/limits`)
  await page.getByRole('button', { name: 'Give a card a limit' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Card token').fill('1')
  await dialog.getByRole('button', { name: 'Next' }).click()
  await dialog.getByRole('alert').waitFor()
  await dialog.getByLabel('Card token').fill(card.cardToken)
  await dialog.getByRole('button', { name: 'Next' }).click()
  await dialog.getByLabel('Single purchase').fill('80.00')
  await dialog.getByLabel('Purchases a day').fill('4')
  await dialog.getByLabel(/^A day/).fill('100.00')
  await dialog.getByLabel('A month').fill('500.00')
  await dialog.getByRole('button', { name: 'Save the limit' }).click()
  await page.getByRole('link', { name: card.maskedPan }).waitFor()
  await dialog.waitFor({ state: 'detached' })
  await world.api.simulations.authorize({ cardToken: card.cardToken, ...usd('75.00') })
  await page.reload()
  const today = page.getByRole('meter', { name: 'Today, used', exact: true })
  await today.waitFor()
  expect(await today.getAttribute('aria-valuenow')).toBe('75')
  await expectAccessible()
  await shoot('card-limits')

  await page.getByRole('button', { name: `Change ${card.maskedPan}` }).click()
  await dialog.getByLabel(/^A day/).fill('60.00')
  await dialog.getByRole('button', { name: 'Save the limit' }).click()
  await expect.poll(() => today.getAttribute('aria-valuenow')).toBe('100')
  expectQuiet()
  await close()
})

test('a spend limit is created, changed and removed', async () => {
  const card = await addActiveCard(world, { initialBalance: usd('250.00') })
  const { page, shoot, expectAccessible, expectQuiet, close } = await world.open(`${world.path}/limits/spend`)
  const limits = () => world.api.spendLimits.list(world.partnerId)
  await page.getByRole('button', { name: 'Create a spend limit' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('groceries')
  await dialog.getByLabel('Its id').fill(card.cardToken)
  await dialog.getByLabel('Amount', { exact: true }).fill('50.00')
  await dialog.getByLabel('MCCs').fill('541')
  await expectAccessible()
  await dialog.getByRole('button', { name: 'Create the limit' }).click()
  await dialog.getByText(/541/).first().waitFor()
  await dialog.getByLabel('MCCs').fill('5411, 5422')
  await shoot('new-spend-limit')
  await dialog.getByRole('button', { name: 'Create the limit' }).click()
  await page.getByRole('cell', { name: 'groceries', exact: true }).waitFor()
  await dialog.waitFor({ state: 'detached' })
  expect(await limits()).toMatchObject([
    {
      name: 'groceries',
      scope: { kind: 'card', id: card.cardId },
      maxAmount: '50.00',
      filter: { mccs: ['5411', '5422'] },
    },
  ])

  await world.api.simulations.authorize({ cardToken: card.cardToken, ...usd('20.00'), merchant: { mcc: '5411' } })
  await page.goto(`/console${world.path}/limits/spend?scopeKind=card&scopeId=${card.cardId}`)
  const used = page.getByRole('meter', { name: 'groceries, amount, used' })
  await used.waitFor()
  expect(await used.getAttribute('aria-valuenow')).toBe('40')
  await expectAccessible()
  await shoot('spend-limits')

  await page.getByRole('button', { name: 'Change groceries' }).click()
  await dialog.getByLabel('Amount', { exact: true }).fill('25.00')
  await dialog.getByLabel('Purchases').fill('3')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => used.getAttribute('aria-valuenow')).toBe('80')
  expect(await limits()).toMatchObject([{ maxAmount: '25.00', maxCount: 3 }])
  await dialog.waitFor({ state: 'detached' })

  await page.getByRole('button', { name: 'Remove groceries' }).click()
  await dialog.getByRole('button', { name: 'Remove' }).click()
  await page.getByText('No spend limit counts for this alone').waitFor()
  expect(await limits()).toEqual([])
  expectQuiet()
  await close()
})

test('a merchant control is created, changed and removed, and is never missing meanwhile', async () => {
  const { page, shoot, expectAccessible, expectQuiet, close } = await world.open(`${world.path}/limits/controls`)
  const controls = () => world.api.merchantControls.list(world.partnerId)
  await page.getByRole('button', { name: 'Create a control' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('no gambling')
  await dialog.getByRole('combobox', { name: 'Counts for' }).click()
  await page.getByRole('option', { name: 'Program' }).click()
  await dialog.getByLabel('Its id').fill('1')
  await dialog.getByRole('group', { name: 'Never at' }).getByLabel('Categories').fill('gambling')
  await expectAccessible()
  await dialog.getByRole('button', { name: 'Create the control' }).click()
  await page.getByRole('cell', { name: 'no gambling', exact: true }).waitFor()
  await dialog.waitFor({ state: 'detached' })
  await expectAccessible()
  await shoot('controls')
  const [first] = await controls()
  expect(first).toMatchObject({ scope: { kind: 'program', id: '1' }, block: { mccCategories: ['gambling'] } })

  await page.getByRole('button', { name: 'Change no gambling' }).click()
  await dialog.getByRole('group', { name: 'Never at' }).getByLabel('Countries').fill('XX')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText(/XX/).first().waitFor()
  expect(await controls()).toEqual([first])
  await dialog.getByRole('group', { name: 'Never at' }).getByLabel('Countries').fill('MT')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText('MT').waitFor()
  await dialog.waitFor({ state: 'detached' })
  expect(await controls()).toMatchObject([{ block: { mccCategories: ['gambling'], countries: ['MT'] } }])

  await page.getByRole('button', { name: 'Remove no gambling' }).click()
  await dialog.getByRole('button', { name: 'Remove' }).click()
  await page.getByText('No merchant controls').waitFor()
  expectQuiet()
  await close()
})

test('the lists are whole on a narrow screen', async () => {
  const card = await addActiveCard(world)
  await world.api.cardLimits.set(world.partnerId, card.cardId, LIMIT)
  const { page, expectAccessible, close } = await world.open(`${world.path}/limits`, { viewport: NARROW })
  await page.getByRole('link', { name: card.maskedPan }).waitFor()
  await expectAccessible()
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(NARROW.width)
  await close()
})
