/** Authorizations: the list with its filters, and the whole life of one. */
import { readFile } from 'node:fs/promises'
import type { OperatorClient } from '@openissuer/sdk/index.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConsoleWorld, openWorld } from '../support/console.ts'
import { buy, GROCER, makeSpending, type Spending } from '../support/spending.ts'

let world: ConsoleWorld
let api: OperatorClient
let spending: Spending
let base: string
let bought: string
let declined: string

beforeAll(async () => {
  world = await openWorld()
  ;({ api } = world)
  spending = await makeSpending(api)
  base = `/p/${spending.partnerId}/authorizations`
  await api.webhookEndpoints.create(spending.partnerId, {
    dialect: 'pagsmile',
    credential: (await api.partners.retrieve(spending.partnerId)).pagsmileApps[0]?.appId ?? '',
    url: 'http://127.0.0.1:9/',
  })
  ;({ authorizationId: bought } = await buy(api, spending, '30.00'))
  await api.simulations.increment({ authorizationId: bought, amount: '5.00' })
  await api.simulations.clear({ authorizationId: bought, amount: '12.50' })
  ;({ authorizationId: declined } = await buy(api, spending, '900.00', { name: 'Jeweller', mcc: '5944' }))
  await buy(api, spending, '1.00', { name: 'Corner Kiosk', mcc: '5499' })
})

afterAll(() => world?.close())

test('the list is newest first, and its filters are in the address', async () => {
  const { page, shoot, expectAccessible, expectQuiet, close } = await world.open(base)
  const list = page.getByRole('region', { name: 'Authorizations' })
  await list.getByRole('row').nth(3).waitFor()
  expect(await list.getByRole('row').nth(1).textContent()).toContain('Corner Kiosk')
  await expectAccessible()
  await shoot('authorizations')
  await page.getByRole('combobox', { name: 'Decision', exact: true }).click()
  await page.getByRole('option', { name: 'Declined' }).click()
  await expect.poll(() => list.getByRole('row').count()).toBe(2)
  expect(await list.getByRole('row').nth(1).textContent()).toContain('Jeweller')
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await page.getByRole('textbox', { name: 'Merchant' }).fill('corner')
  await expect.poll(() => list.getByRole('row').count()).toBe(3)
  await page.getByRole('textbox', { name: 'Least amount' }).fill('10.00')
  await expect.poll(() => list.getByRole('row').count()).toBe(2)
  const shared = new URL(page.url())
  expect([...shared.searchParams.keys()]).toEqual(['merchant', 'min'])
  await page.goto(shared.href)
  await expect.poll(() => page.getByRole('textbox', { name: 'Least amount' }).inputValue()).toBe('10.00')
  await expect.poll(() => list.getByRole('row').count()).toBe(2)
  await page.getByRole('textbox', { name: 'MCC' }).fill('0742')
  await page.getByText('No authorizations').waitFor()
  await page.goto(`/console${base}?from=yesterday`)
  await page.getByRole('alert').waitFor()
  expectQuiet()
  await close()
})

test('a search that has not come to its end says how far it has looked, and goes on', async () => {
  const { page, expectQuiet, close } = await world.open('/partners')
  let calls = 0
  await page.route(`**/partners/${spending.partnerId}/authorizations*`, async route => {
    calls += 1
    const url = new URL(route.request().url())
    url.searchParams.delete('cursor')
    const answer = await route.fetch({ url: url.href })
    // what a search over many rows answers before it finds something
    const nothing = { authorizations: [], nextCursor: 'on', searchedTo: '2026-01-01T12:00:00Z' }
    await (calls > 15 ? route.fulfill({ response: answer }) : route.fulfill({ response: answer, json: nothing }))
  })
  await page.goto(`/console${base}?mcc=5411`)
  await page.getByText('Nothing found so far').waitFor()
  await expect.poll(() => calls).toBe(10)
  await page.getByText('01 Jan 2026, 13:00:00').waitFor()
  await page.getByRole('button', { name: 'Look further back' }).click()
  await page.getByRole('region', { name: 'Authorizations' }).getByRole('row').nth(1).waitFor()
  expect(calls).toBe(16)
  expectQuiet()
  await close()
})

test('live, what happens appears by itself', async () => {
  const { page, expectQuiet, close } = await world.open(base)
  const list = page.getByRole('region', { name: 'Authorizations' })
  await list.getByRole('row').nth(3).waitFor()
  await page.getByRole('switch', { name: 'Live' }).press('Space')
  await expect.poll(() => new URL(page.url()).searchParams.get('live')).toBe('on')
  await buy(api, spending, '2.22', { ...GROCER, name: 'Late Grocery' })
  await list.getByText('Late Grocery').waitFor()
  expectQuiet()
  await close()
})

test('the list is kept as a file', async () => {
  const { page, close } = await world.open(`${base}?decision=declined`)
  await page.getByRole('region', { name: 'Authorizations' }).getByRole('row').nth(1).waitFor()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export CSV' }).click()
  const text = await readFile(await (await download).path(), 'utf8')
  const [header, row] = text.split('\r\n')
  expect(header).toContain('Time,Decision,Reason,Amount')
  expect(row).toContain('declined,insufficient-funds,900.00,USD,Jeweller,5944')
  await close()
})

test('an authorization shows its checks, its life, its money with both legs, and who was told', async () => {
  const { page, shoot, expectAccessible, expectQuiet, close } = await world.open(`${base}/${bought}`)
  await page.getByRole('heading', { name: 'Purchase of 30.00 USD at Corner Grocery' }).waitFor()
  const life = page.getByRole('region', { name: 'Life' })
  expect(await life.getByRole('listitem').allTextContents()).toEqual([
    expect.stringContaining('Approved'),
    expect.stringContaining('Increment approved'),
    expect.stringContaining('Clearing'),
    expect.stringContaining('The hold lapses'),
  ])
  const trail = page.getByRole('region', { name: 'Money trail' })
  const clearing = trail.getByRole('row').filter({ hasText: 'Clearing' })
  await clearing.getByRole('link', { name: 'Network settlement' }).waitFor()
  await clearing.getByRole('link', { name: 'Card', exact: true }).waitFor()
  expect(await clearing.textContent()).toContain('−12.50')
  await page.getByRole('region', { name: 'Deliveries' }).getByRole('row').nth(3).waitFor()
  expect(await page.getByRole('region', { name: 'Decision' }).getByRole('img', { name: 'Failed' }).count()).toBe(0)
  expect(await page.textContent('body')).not.toMatch(/658704\d{10}/)
  await expectAccessible()
  await shoot('authorization')
  await clearing.getByRole('link', { name: /^\d+$/ }).click()
  await page.getByRole('heading', { name: 'Debit' }).waitFor()
  expectQuiet()
  await close()
})

test('a purchase abroad shows both amounts, what was posted beyond its hold, and the refund', async () => {
  const { authorizationId } = await api.simulations.authorize({
    cardToken: spending.card.cardToken,
    amount: '10.00',
    currency: 'EUR',
    merchant: { name: 'Librairie du Port', mcc: '5942', country: 'FR' },
  })
  const { held } = await api.authorizations.retrieve(authorizationId)
  const clearing = { amount: '14.00', currency: 'EUR', final: true } as const
  const cleared = await api.simulations.clear({ authorizationId, ...clearing })
  await api.simulations.refund({ authorizationId, amount: '4.00', currency: 'EUR' })
  const { page, shoot, expectAccessible, expectQuiet, close } = await world.open(`${base}/${authorizationId}`)
  const life = page.getByRole('region', { name: 'Life' })
  await life.getByText(`Billed as ${held.amount} USD`, { exact: false }).waitFor()
  await life.getByText('No other clearing is expected', { exact: false }).waitFor()
  const trail = page.getByRole('region', { name: 'Money trail' })
  await trail.getByRole('row').filter({ hasText: 'Refund' }).getByRole('link', { name: 'Network settlement' }).waitFor()
  await trail.getByText(cleared.billingAmount.amount).first().waitFor()
  await page.getByRole('region', { name: 'Deliveries' }).getByRole('row').nth(1).waitFor()
  await expectAccessible()
  await shoot('authorization-abroad')
  expectQuiet()
  await close()
})

test('while it is on its way there is something to see, and what fails can be tried again', async () => {
  const { page, close } = await world.open('/partners')
  let fails = true
  await page.route(`**/partners/${spending.partnerId}/authorizations*`, async route => {
    await new Promise(resolve => setTimeout(resolve, 500))
    if (!fails) return route.continue()
    return route.fulfill({
      status: 500,
      json: { error: { code: 'internal', message: 'Something failed on our side.' } },
    })
  })
  await page.goto(`/console${base}`)
  await page.getByRole('status', { name: 'Loading' }).waitFor()
  await page.getByRole('alert').getByText('Something failed on our side.').waitFor()
  fails = false
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('region', { name: 'Authorizations' }).getByRole('row').nth(1).waitFor()
  await close()
})

test('a decline shows the check that failed before everything else', async () => {
  const { page, shoot, expectAccessible, expectQuiet, close } = await world.open(`${base}/${declined}`)
  const failed = page
    .getByRole('region', { name: 'Decision' })
    .getByRole('listitem')
    .filter({
      has: page.getByRole('img', { name: 'Failed' }),
    })
  await failed.waitFor()
  expect(await failed.textContent()).toMatch(/Available funds.*900\.00.*87\.50|Available funds.*900\.00/)
  await page.getByText('No money was held or moved').waitFor()
  await page.getByRole('region', { name: 'Deliveries' }).getByRole('row').nth(1).waitFor()
  await expectAccessible()
  await shoot('authorization-declined')
  await page.goto(`/console${base}/1`)
  await page.getByRole('alert').getByText('The authorization does not exist.').waitFor()
  expectQuiet()
  await close()
})
