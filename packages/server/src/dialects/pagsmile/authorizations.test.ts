/** The list of authorizations, settlements and expiries, as a partner reads it after each step of a purchase's life. */
import type { Card } from '@openissuer/core/card/card.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { lifecycleOf, onCard } from '../../../../../test/support/lifecycle.ts'
import {
  addCard,
  addLoadedCard,
  addPartner,
  addProgram,
  createUseCases,
  NO_MERCHANT,
  purchase,
  type TestPartner,
  type UseCases,
  usd,
} from '../../../../../test/support/use-cases.ts'
import { addExchangeRate } from '../../app/add-exchange-rate.ts'
import type { PagsmileApp } from '../../app/ports.ts'
import type { JsonObject } from '../../http/strict-json.ts'
import { QUERY_AUTHORIZATIONS } from './authorizations.ts'

const NOW = Temporal.Instant.from('2026-05-22T12:00:00Z')
const MERCHANT = { ...NO_MERCHANT, id: 'M-1', name: 'Coffee', mcc: '5814', country: 'US', acquirerId: '123456' }

let useCases: UseCases
let after: ReturnType<typeof lifecycleOf>
let partner: TestPartner
let card: Card
let seconds: number

beforeAll(async () => {
  useCases = await createUseCases(NOW.toString())
  after = lifecycleOf(useCases)
  await addProgram(useCases)
  await useCases.pool.query('update card_program set foreign_fee_bps = 150')
})

beforeEach(async () => {
  seconds = 0
  tick()
  partner = await addPartner(useCases)
  card = await addLoadedCard(useCases, partner, 50_000n, { remark: 'fleet 7' })
})

afterAll(() => useCases.close())

/** Each step has a second of its own, so that the order of the list is that of the steps. */
function tick(): void {
  seconds += 1
  useCases.clock.set(NOW.add({ seconds }).toString())
}

async function step<T>(run: () => Promise<T>): Promise<T> {
  tick()
  return run()
}

type Row = Record<string, unknown>

async function query(filter: JsonObject = {}): Promise<{ total: number; rows: Row[] }> {
  const app = { partnerId: partner.partnerId, unlimitedDateRange: false } as PagsmileApp
  const bizData = { start_date: '2026-05-22 00:00:00', end_date: '2026-05-23 00:00:00', page_size: 30, ...filter }
  const answer = await QUERY_AUTHORIZATIONS.answer(useCases.ports, { app, requestId: 'r', bizData })
  if (answer === null) throw new Error('no answer')
  return { total: answer.total, rows: answer.data as Row[] }
}

const purchaseOf100 = () => step(() => purchase(useCases, card, 10_000n, { merchant: MERCHANT }))

/** The row of the authorization itself. */
async function authorizationRow(authorizationId: bigint): Promise<Row> {
  const { rows } = await query({ auth_id: String(authorizationId) })
  expect(rows).toHaveLength(1)
  return rows[0] ?? {}
}

describe('a settlement', () => {
  test('is a row of its own that refers to its authorization', async () => {
    const authorization = await purchaseOf100()
    const { event } = await step(() => after.clear(partner.partnerId, authorization, usd(9_999n), { final: true }))
    const { rows, total } = await query()
    expect(total).toBe(2)
    expect(rows[0]).toEqual({
      ...rows[1],
      auth_id: String(event.eventId),
      data_type: 'cardSettlement',
      transaction_id: String(event.eventId),
      transaction_type: 152,
      original_auth_id: String(authorization.authorizationId),
      settle_status: 1,
      transaction_amount: '-99.99',
      bill_amount: '-99.99',
      settled_amount: '99.99',
      create_time: '2026-05-22 12:00:03',
    })
    expect(rows[1]).toMatchObject({
      data_type: 'cardAuthorization',
      merchant_id: 'M-1',
      card_remark: 'fleet 7',
      auth_status: 1,
      auth_code: authorization.approvalCode,
      transaction_amount: '-100.00',
      settled_amount: '99.99',
      settle_status: 1,
    })
  })

  test('in another currency shows both amounts and the fee', async () => {
    const authorization = await purchaseOf100()
    const euros = amount(9_000n, currency('EUR'))
    await step(() => after.clear(partner.partnerId, authorization, euros, { billingAmount: usd(10_000n) }))
    expect((await query({ data_type: 'cardSettlement' })).rows).toMatchObject([
      {
        transaction_amount: '-90.00',
        transaction_currency: 'EUR',
        bill_amount: '-100.00',
        bill_currency: 'USD',
        fee: '1.50',
        base_exchange_rate: '1.111111',
      },
    ])
    expect(await authorizationRow(authorization.authorizationId)).toMatchObject({ fee: '1.50' })
  })

  test('in another currency shows the rate that it was converted at, as its authorization does', async () => {
    const { partnerId } = partner
    await useCases.run(work =>
      addExchangeRate(work, {
        base: currency('CNY'),
        quote: currency('USD'),
        rate: '0.139897',
        validFrom: NOW,
        source: 'test',
      }),
    )
    const transactionAmount = amount(10_000n, currency('CNY'))
    const authorization = await step(() => purchase(useCases, card, 0n, { transactionAmount }))
    await step(() => after.clear(partnerId, authorization, transactionAmount))
    await step(() => after.refund(partnerId, authorization, transactionAmount, { billingAmount: usd(700n) }))
    const { rows } = await query()
    expect(rows.map(row => [row['transaction_currency'], row['bill_amount'], row['base_exchange_rate']])).toEqual([
      ['CNY', '7.00', '0.070000'],
      ['CNY', '-13.99', '0.139897'],
      ['CNY', '-13.99', '0.139897'],
    ])
  })

  test('in the currency of the card has no rate', async () => {
    const authorization = await purchaseOf100()
    await step(() => after.clear(partner.partnerId, authorization, usd(10_000n)))
    const { rows } = await query()
    expect(rows.map(row => row['base_exchange_rate'])).toEqual([null, null])
  })

  test('without an authorization has the merchant of its message and refers to none', async () => {
    await step(() => after.clear(partner.partnerId, { ...onCard(card), merchant: MERCHANT }, usd(500n)))
    expect((await query()).rows).toMatchObject([
      {
        data_type: 'cardSettlement',
        original_auth_id: null,
        auth_code: null,
        merchant_name: 'Coffee',
        card_token: card.token,
        card_remark: 'fleet 7',
      },
    ])
  })

  test('that gives money back is positive: a refund, a correction to less', async () => {
    const authorization = await purchaseOf100()
    const { partnerId } = partner
    const clearing = await step(() => after.clear(partnerId, authorization, usd(10_000n)))
    const refund = await step(() => after.refund(partnerId, authorization, usd(4_000n)))
    await step(() => after.reverseRefund(partnerId, refund, 1_000n))
    await step(() => after.correct(partnerId, clearing, 9_500n))
    await step(() => after.correct(partnerId, clearing, 9_700n))
    const { rows } = await query({ data_type: 'cardSettlement' })
    expect(rows.map(row => [row['transaction_type'], row['bill_amount'], row['settled_amount']])).toEqual([
      [199, '-2.00', '2.00'],
      [199, '5.00', '5.00'],
      [199, '-10.00', '10.00'],
      [155, '40.00', '40.00'],
      [152, '-100.00', '100.00'],
    ])
    expect(new Set(rows.map(row => row['original_auth_id']))).toEqual(new Set([String(authorization.authorizationId)]))
  })
})

test('an expiry is a row of its own and shows on the authorization', async () => {
  const authorization = await purchaseOf100()
  const { event } = await step(() => after.expire(authorization))
  expect((await query({ data_type: 'cardAuthorizationExpired' })).rows).toMatchObject([
    {
      auth_id: String(event.eventId),
      transaction_type: 154,
      original_auth_id: String(authorization.authorizationId),
      auth_status: 4,
      settle_status: 3,
      transaction_amount: '100.00',
      bill_amount: '100.00',
      settled_amount: '0.00',
    },
  ])
  expect(await authorizationRow(authorization.authorizationId)).toMatchObject({ auth_status: 4, settle_status: 3 })
})

describe('auth_status and settle_status of an authorization', () => {
  type Named = Awaited<ReturnType<typeof purchaseOf100>>
  const clear = (named: Named, minor: bigint, final = false) =>
    step(() => after.clear(named.partnerId, named, usd(minor), { final }))

  test.each<[string, (named: Named) => Promise<unknown>, number, number | null]>([
    ['nothing', async () => undefined, 1, null],
    ['a partial reversal', named => after.reverse(named, 1_000n), 1, null],
    ['a full reversal', named => after.reverse(named), 3, 3],
    ['an expiry', named => after.expire(named), 4, 3],
    ['a partial clearing', named => clear(named, 1_000n), 1, 2],
    ['a final clearing of less', named => clear(named, 1_000n, true), 1, 1],
    ['a full clearing', named => clear(named, 10_000n), 1, 1],
  ])('after %s', async (_name, act, authStatus, settleStatus) => {
    const authorization = await purchaseOf100()
    await act(authorization)
    expect(await authorizationRow(authorization.authorizationId)).toMatchObject({
      auth_status: authStatus,
      settle_status: settleStatus,
    })
  })

  test('after a clearing of a part and the lapse of the rest, and after that rest was claimed late', async () => {
    const authorization = await purchaseOf100()
    await clear(authorization, 1_000n)
    await after.expire(authorization)
    const row = () => authorizationRow(authorization.authorizationId)
    expect(await row()).toMatchObject({ auth_status: 4, settle_status: 2 })
    await clear(authorization, 9_000n)
    expect(await row()).toMatchObject({ auth_status: 4, settle_status: 1, settled_amount: '100.00' })
  })

  test('after a clearing of a part and the reversal of the rest', async () => {
    const authorization = await purchaseOf100()
    await clear(authorization, 1_000n)
    await after.reverse(authorization)
    expect(await authorizationRow(authorization.authorizationId)).toMatchObject({ auth_status: 1, settle_status: 1 })
  })
})

describe('the list', () => {
  test('shows each purpose under its type, a credit as positive', async () => {
    await purchaseOf100()
    await step(() => purchase(useCases, card, 100n, { purpose: 'cash' }))
    await step(() => purchase(useCases, card, 200n, { purpose: 'refund' }))
    await step(() => purchase(useCases, card, 0n, { purpose: 'verification' }))
    await step(() => purchase(useCases, card, 0n, { purpose: 'balance-inquiry' }))
    const { rows } = await query()
    expect(rows.map(row => [row['transaction_type'], row['bill_amount'], row['settle_status']])).toEqual([
      [156, '0.00', null],
      [156, '0.00', null],
      [155, '2.00', null],
      [157, '-1.00', null],
      [151, '-100.00', null],
    ])
  })

  test('merges both kinds of rows newest first, page by page, and counts all', async () => {
    const expected: string[] = []
    for (let i = 0; i < 4; i++) {
      const authorization = await purchaseOf100()
      expected.unshift(String(authorization.authorizationId))
      const clearing = await step(() => after.clear(partner.partnerId, authorization, usd(100n)))
      expected.unshift(String(clearing.event.eventId))
      const expiry = await step(() => after.expire(authorization))
      expected.unshift(String(expiry.event.eventId))
    }
    const seen: unknown[] = []
    for (const [page_num, size] of [
      [1, 5],
      [2, 5],
      [3, 2],
      [4, 0],
    ] as const) {
      const { rows, total } = await query({ page_num, page_size: 5 })
      expect([rows.length, total]).toEqual([size, 12])
      seen.push(...rows.map(row => row['auth_id']))
    }
    expect(seen).toEqual(expected)
  })

  test('filters by card, ids, types and time, over rows of both kinds', async () => {
    const authorization = await purchaseOf100()
    const { event } = await step(() => after.clear(partner.partnerId, authorization, usd(100n)))
    const other = await addCard(useCases, partner.partnerId)
    await step(() => after.refund(partner.partnerId, onCard(other), usd(5n)))
    await step(() => purchase(useCases, card, 1_000_000n))
    const [authorizationId, eventId] = [String(authorization.authorizationId), String(event.eventId)]
    const count = async (filter: JsonObject) => {
      const { rows, total } = await query(filter)
      expect(rows).toHaveLength(total)
      return total
    }
    expect(await count({})).toBe(4)
    expect(await count({ card_token: card.token })).toBe(3)
    expect(await count({ card_token: other.token })).toBe(1)
    expect(await count({ card_token: '1' })).toBe(0)
    expect(await count({ auth_id: eventId })).toBe(1)
    expect(await count({ auth_id: eventId, card_token: other.token })).toBe(0)
    expect(await count({ auth_id: eventId, data_type: 'cardAuthorization' })).toBe(0)
    expect(await count({ transaction_id: eventId })).toBe(1)
    expect(await count({ transaction_id: eventId, auth_id: authorizationId })).toBe(0)
    expect(await count({ transaction_type: 151 })).toBe(2)
    expect(await count({ transaction_type: 2 })).toBe(2)
    expect(await count({ transaction_type: 152 })).toBe(1)
    expect(await count({ transaction_type: 155 })).toBe(1)
    expect(await count({ transaction_type: 152, data_type: 'cardAuthorizationExpired' })).toBe(0)
    expect(await count({ transaction_type: 100 })).toBe(0)
    expect(await count({ data_type: 'cardSettlement' })).toBe(2)
    expect(await count({ end_date: '2026-05-22 12:00:02' })).toBe(1)
    const { rows } = await query({ data_type: 'cardAuthorization' })
    const declined = rows.find(row => row['auth_status'] === 2)
    expect(await count({ auth_id: String(declined?.['auth_id']) })).toBe(1)
    expect(await count({ transaction_id: String(declined?.['auth_id']) })).toBe(0)
    partner = await addPartner(useCases)
    expect(await count({})).toBe(0)
    expect(await count({ auth_id: eventId })).toBe(0)
  })
})
