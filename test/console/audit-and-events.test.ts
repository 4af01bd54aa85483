/** Who changed what, and what was announced. */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { ConsolePage } from '../support/console.ts'
import { addActiveCard, type Issuing, openIssuing } from '../support/console-issuing.ts'

let world: Issuing
let partnerId: string
let cardToken: string
let at: ConsolePage

beforeAll(async () => {
  world = await openIssuing()
  const { api } = world
  const card = await addActiveCard(world)
  ;({ partnerId } = world)
  ;({ cardToken } = card)
  await api.cards.block(partnerId, card.cardId, { reason: 'asked by phone' })
  await api.cards.unblock(partnerId, card.cardId)
  await api.simulations.authorize({ cardToken, amount: '12.50', currency: 'USD', merchant: { name: 'Corner Shop' } })
})

afterAll(() => world?.close())

// pages are looked at in light and dark and pictured, which takes its time beside other tests
vi.setConfig({ testTimeout: 90_000 })

beforeEach(() => async () => {
  at?.expectQuiet()
  await at?.close()
})

test('the audit log of a partner tells in words who did what, and leads to it', async () => {
  at = await world.open(`/p/${partnerId}/audit-log`)
  const { page, expectAccessible, shoot } = at
  await page.getByRole('cell', { name: 'Blocked a card', exact: true }).waitFor()
  await page.getByRole('cell', { name: 'first start' }).first().waitFor()
  await expectAccessible()
  await shoot('audit-log-partner')
  await page.getByLabel('From').fill('2099-01-01T00:00:00')
  await page.getByText('Nothing was changed in this period.').waitFor()
  await page.getByRole('button', { name: 'Clear filters' }).click()
  const row = page.getByRole('row', { name: /Unblocked a card/ })
  await row.getByRole('link').click()
  await page.waitForURL(`**/p/${partnerId}/cards/*`)
})

test('the log of the platform has what concerned no partner', async () => {
  at = await world.open('/')
  const { page, expectAccessible, shoot } = at
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Audit log' }).click()
  await page.getByRole('cell', { name: 'Signed in', exact: true }).first().waitFor()
  await expectAccessible()
  await shoot('audit-log')
  await page.getByRole('link', { name: 'Log of the partner' }).click()
  await page.getByRole('heading', { name: 'Audit log of Demo Partner' }).waitFor()
})

test('events tell what happened, by kind, card and time, and are followed', async () => {
  at = await world.open(`/p/${partnerId}/events`)
  const { page, expectAccessible, shoot } = at
  await page.getByRole('cell', { name: '12.50 USD at Corner Shop' }).waitFor()
  await page.getByRole('cell', { name: 'active, then blocked: asked by phone' }).waitFor()
  await expectAccessible()
  await shoot('events')

  await page.getByRole('combobox', { name: 'Kind' }).click()
  await page.getByRole('option', { name: 'Card status' }).click()
  await page.getByRole('cell', { name: '12.50 USD at Corner Shop' }).waitFor({ state: 'detached' })
  expect(new URL(page.url()).search).toBe('?kind=card-status')
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await page.getByRole('textbox', { name: 'Card token' }).fill(cardToken)
  await page.waitForURL(/cardToken=/)
  await page.getByRole('cell', { name: '12.50 USD at Corner Shop' }).waitFor()
  await page.getByLabel('Follow').check()
  await world.api.simulations.authorize({ cardToken, amount: '7.77', currency: 'USD', merchant: { name: 'Kiosk' } })
  await page.getByRole('cell', { name: '7.77 USD at Kiosk' }).waitFor()
  await page.getByRole('row', { name: /Kiosk/ }).getByRole('link').last().click()
  await page.waitForURL(`**/p/${partnerId}/authorizations/*`)
})

test('a partner without events, and a filter that is refused, are told', async () => {
  const fresh = await world.api.partners.create({ name: 'Quiet One', keysecure: {} })
  at = await world.open(`/p/${fresh.partnerId}/events`)
  const { page } = at
  await page.getByText('No events').waitFor()
  await page.getByRole('textbox', { name: 'Card token' }).fill('not-a-token')
  await page.getByRole('alert').waitFor()
  await page.goto(`/console/p/${fresh.partnerId}/audit-log`)
  await page.getByText('No lines').waitFor()
})
