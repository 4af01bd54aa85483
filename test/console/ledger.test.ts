/** The ledger: trial balance, accounts, journal and the proof of the books. */
import type { OperatorClient } from '@openissuer/sdk/index.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConsoleWorld, openWorld } from '../support/console.ts'
import { buy, makeSpending, type Spending } from '../support/spending.ts'

let world: ConsoleWorld
let api: OperatorClient
let spending: Spending
let base: string

beforeAll(async () => {
  world = await openWorld()
  ;({ api } = world)
  spending = await makeSpending(api)
  const { authorizationId } = await buy(api, spending, '30.00')
  await api.simulations.clear({ authorizationId, amount: '12.50' })
  base = `/p/${spending.partnerId}/ledger`
})

afterAll(() => world?.close())

test('the trial balance shows each kind of account, equal sides, and each account', async () => {
  const { page, shoot, expectAccessible, expectQuiet, close } = await world.open(base)
  await page.getByText('Debits equal credits').waitFor()
  const card = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'Card', exact: true }) })
  expect(await card.textContent()).toContain('87.50')
  const accounts = page.getByRole('region', { name: 'Accounts of the trial balance' })
  expect(await accounts.getByRole('row').count()).toBeGreaterThan(3)
  await expectAccessible()
  await shoot('ledger')
  await card.getByRole('link').click()
  await page.getByRole('region', { name: 'Accounts' }).getByRole('row').nth(1).waitFor()
  expect(new URL(page.url()).searchParams.get('kind')).toBe('card')
  expectQuiet()
  await close()
})

test('the trial balance of an earlier instant is empty, and its address can be shared', async () => {
  const { page, expectQuiet, close } = await world.open(`${base}?at=2020-01-01T00%3A00%3A00.000Z`)
  await page.getByText('Nothing was posted yet').waitFor()
  expect(await page.getByLabel('As of').inputValue()).toBe('2020-01-01T01:00')
  await page.getByRole('button', { name: 'Now', exact: true }).click()
  await page.getByText('Debits equal credits').waitFor()
  expect(new URL(page.url()).search).toBe('')
  await page.getByLabel('As of').fill('2020-01-02T00:00:00')
  await page.getByText('Nothing was posted yet').waitFor()
  expect(new URL(page.url()).searchParams.get('at')).toBe('2020-01-01T23:00:00.000Z')
  expectQuiet()
  await close()
})

test('the books are verified on request, and differences would be told', async () => {
  const { page, expectQuiet, close } = await world.open(base)
  await page.getByRole('button', { name: 'Verify now' }).click()
  await page.getByText('The books are in order').waitFor()
  await page.getByText(/\d+ postings/).waitFor()
  await page.route('**/ledger/verification', async route => {
    const answer = await route.fetch()
    const standing = await answer.json()
    const last = { ...standing.last, inOrder: false, differences: 1, shown: ['the balance of an account: 7'] }
    await route.fulfill({ response: answer, json: { ...standing, last } })
  })
  await page.getByRole('button', { name: 'Verify now' }).click()
  await page.getByText('1 difference found').waitFor()
  await page.getByText('the balance of an account: 7').waitFor()
  expectQuiet()
  await close()
})

test('an account has its postings with the balance after each, and leads to the entry', async () => {
  const { accountId } = (await api.accounts.list(spending.partnerId, { kind: 'card' })).rows[0] ?? { accountId: '' }
  const { page, shoot, expectAccessible, expectQuiet, close } = await world.open(`${base}/accounts/${accountId}`)
  const postings = page.getByRole('region', { name: 'Postings' })
  await postings.getByRole('row').nth(2).waitFor()
  const rows = await postings.getByRole('row').allTextContents()
  expect(rows[1]).toContain('Clearing')
  expect(rows[1]).toContain('12.50')
  expect(rows[1]).toContain('87.50')
  expect(rows[2]).toContain('100.00')
  await expectAccessible()
  await shoot('ledger-account')
  await postings.getByRole('row').nth(1).getByRole('link').first().click()
  await page.getByRole('heading', { name: 'Debit' }).waitFor()
  await page.getByRole('heading', { name: 'Credit' }).waitFor()
  expect(await page.getByRole('region', { name: 'Postings' }).textContent()).toContain('Network settlement')
  await expectAccessible()
  await shoot('ledger-entry')
  expectQuiet()
  await close()
})

test('the journal is filtered, goes on where it was, and is empty where nothing fits', async () => {
  const { page, shoot, expectAccessible, expectQuiet, close } = await world.open(`${base}/journal`)
  const journal = page.getByRole('region', { name: 'Journal entries' })
  await journal.getByRole('row').nth(2).waitFor()
  await expectAccessible()
  await shoot('ledger-journal')
  await page.getByRole('combobox', { name: 'Kind' }).click()
  await page.getByRole('option', { name: 'Clearing', exact: true }).click()
  await expect.poll(() => journal.getByRole('row').count()).toBe(2)
  expect(new URL(page.url()).searchParams.get('kind')).toBe('clearing')
  await page.getByRole('textbox', { name: 'Card token' }).fill('000000000000')
  await page.getByText('No entries').waitFor()
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await journal.getByRole('row').nth(2).waitFor()
  expectQuiet()
  await close()
})

test('what is not there and what is refused is told', async () => {
  const { page, expectQuiet, close } = await world.open(`${base}/journal/1`)
  await page.getByRole('alert').getByText('The partner has no such journal entry.').waitFor()
  await page.goto(`/console${base}/journal?from=yesterday`)
  await page.getByRole('alert').waitFor()
  await page.goto(`/console${base}?at=yesterday`)
  await page.getByRole('alert').first().waitFor()
  await page.goto(`/console${base}/accounts/1`)
  await page.getByRole('alert').waitFor()
  expectQuiet()
  await close()
})

test('accounts are found by kind and currency, and none where nothing fits', async () => {
  const { page, expectAccessible, expectQuiet, close } = await world.open(`${base}/accounts?kind=card`)
  const accounts = page.getByRole('region', { name: 'Accounts' })
  await expect.poll(() => accounts.getByRole('row').count()).toBe(2)
  expect(await accounts.getByRole('row').nth(1).textContent()).toContain('17.50')
  await expectAccessible()
  await page.getByRole('textbox', { name: 'Currency' }).fill('eur')
  await page.getByText('No accounts').waitFor()
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await accounts.getByRole('row').nth(5).waitFor()
  expectQuiet()
  await close()
})
