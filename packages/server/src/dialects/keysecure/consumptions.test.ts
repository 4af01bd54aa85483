import type { Authorization } from '@openissuer/core/authorization/authorization.ts'
import type { Card } from '@openissuer/core/card/card.ts'
import { FREE_TERMS } from '@openissuer/core/fee/fee-plan.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { anotherCard, type CardWorld, merchantWithCard } from '../../../../../test/support/keysecure-cards.ts'
import { createKeysecureDoor, type KeysecureDoor } from '../../../../../test/support/keysecure-door.ts'
import { lifecycleOf, newMessage, onCard } from '../../../../../test/support/lifecycle.ts'
import { purchase, purchaseOf, usd } from '../../../../../test/support/use-cases.ts'
import { answerAuthorization } from '../../app/answer-authorization.ts'
import { reverseAuthorization } from '../../app/lifecycle/reverse-authorization.ts'
import { consumptionNoOf } from './ids.ts'

let door: KeysecureDoor
let after: ReturnType<typeof lifecycleOf>

beforeAll(async () => {
  door = await createKeysecureDoor('2026-05-22T12:00:00Z')
  after = lifecycleOf(door.useCases)
})

afterAll(() => door.close())

const MERCHANT = { id: null, name: 'AMAZON', mcc: '5942', country: 'US', city: 'Seattle', acquirerId: null }
const INFO = { merchant_name: 'AMAZON', merchant_mcc: '5942', city: 'Seattle', country: 'US' }

const buy = (card: Card, minor: bigint, changes = {}) =>
  purchase(door.useCases, card, minor, { merchant: MERCHANT, ...changes })
const noOf = ({ authorizationId, createdAt }: Authorization) => consumptionNoOf(authorizationId, createdAt)
const THESE_DAYS = { start_time: '2026-05-22', end_time: '2026-05-23' }
const listOf = async ({ merchant }: Pick<CardWorld, 'merchant'>, filter: object = {}) =>
  (await merchant.post('/card/consume/list', { ...THESE_DAYS, ...filter })).data.list
const infoOf = ({ merchant }: Pick<CardWorld, 'merchant'>, no: unknown) =>
  merchant.get(`/card/consume/${String(no)}/info`)

describe('the consumption list', () => {
  test('has exactly the documented fields', async () => {
    const world = await merchantWithCard(door)
    const authorization = await buy(world.card, 1_250n)
    expect(await listOf(world)).toEqual([
      {
        consume_no: noOf(authorization),
        card_no: world.cardNo,
        type: 'Consumption',
        amount: '12.50',
        status: 'Success',
        time: Date.parse('2026-05-22T12:00:00Z'),
      },
    ])
  })

  test('tells what became of a card, newest first, each thing once', async () => {
    const world = await merchantWithCard(door)
    const { partnerId } = world.merchant
    const bought = await buy(world.card, 4_000n)
    await after.clear(partnerId, bought, usd(3_500n))
    await buy(world.card, 99_999n)
    await buy(world.card, 500n, { purpose: 'cash' })
    const cancelled = await buy(world.card, 700n)
    await after.reverse(cancelled, 300n)
    await after.expire(cancelled)
    const refund = await after.refund(partnerId, bought, usd(1_000n))
    await after.reverseRefund(partnerId, refund, 400n)
    await after.refund(partnerId, onCard(world.card), usd(100n))
    await after.clear(partnerId, onCard(world.card), usd(200n))
    const shown = (await listOf(world, { size: 100 })).map(({ type, amount: text, status }) =>
      [type, text, status].join(' '),
    )
    expect(shown).toEqual([
      'Consumption 2.00 Success',
      'Refund 1.00 Success',
      'Reversal 4.00 Success',
      'Refund 10.00 Success',
      'Reversal 4.00 Success',
      'Reversal 3.00 Success',
      'Consumption 7.00 Success',
      'Atm 5.00 Success',
      'Consumption 999.99 Fail',
      'Consumption 35.00 Success',
    ])
  })

  test('has nothing of a reversal that has overtaken its purchase', async () => {
    const world = await merchantWithCard(door)
    await door.useCases.run(work =>
      reverseAuthorization(work, {
        ...newMessage(world.merchant.partnerId),
        original: { cardId: world.card.cardId, originalKey: 'late' },
        amount: null,
      }),
    )
    expect(await listOf(world)).toEqual([])
  })

  test('has cards and their management as consumptions of their own', async () => {
    const world = await merchantWithCard(door, { ...FREE_TERMS, issueMinor: 250n })
    const [row] = await listOf(world)
    expect(row).toMatchObject({ type: 'Open_card', amount: '2.50', card_no: world.cardNo })
    expect((await infoOf(world, row?.consume_no)).data).toMatchObject({ type: 'Open_card', fee: '0.00', fee_list: [] })
  })

  test('filters exactly, and with AND', async () => {
    const world = await merchantWithCard(door)
    const other = await anotherCard(door, world.merchant, await door.newCardholder(world.merchant))
    const mine = noOf(await buy(world.card, 100n))
    const theirs = noOf(await buy(other.card, 100n))
    const found = async (filter: object) => (await listOf(world, filter)).map(row => row.consume_no)
    expect(await found({})).toEqual([theirs, mine])
    expect(await found({ cardholder_no: world.owner })).toEqual([mine])
    expect(await found({ card_no: other.cardNo })).toEqual([theirs])
    expect(await found({ consume_no: mine, card_no: world.cardNo, cardholder_no: world.owner })).toEqual([mine])
    const unknown = [{ consume_no: mine, card_no: other.cardNo }, { consume_no: 'T1' }, { card_no: 'C202605220001' }]
    for (const none of [...unknown, { cardholder_no: 'U1' }, { page: 2 }]) expect(await found(none)).toEqual([])
    expect(await found({ size: 1, page: 1 })).toEqual([mine])
  })
})

/** A day of each zone, from its first to its last millisecond. */
const DAYS = [
  ['UTC+14:00', '2026-05-22T10:00:00Z', '2026-05-23T09:59:59.999Z'],
  ['UTC+8', '2026-05-22T16:00:00Z', '2026-05-23T15:59:59.999Z'],
  ['UTC+05:45', '2026-05-22T18:15:00Z', '2026-05-23T18:14:59.999Z'],
  ['UTC', '2026-05-23T00:00:00Z', '2026-05-23T23:59:59.999Z'],
  ['UTC-12:00', '2026-05-23T12:00:00Z', '2026-05-24T11:59:59.999Z'],
] as const

test.each(DAYS)('the day of a list in %s is from %s to %s, to the millisecond', async (zone, first, last) => {
  const { clock } = door.useCases
  const world = await merchantWithCard(door)
  const asked = clock.now()
  const bought: string[] = []
  const [from, to] = [Temporal.Instant.from(first), Temporal.Instant.from(last)]
  for (const at of [from.subtract({ milliseconds: 1 }), from, to, to.add({ milliseconds: 1 })]) {
    clock.set(at.toString())
    bought.push(noOf(await buy(world.card, 100n)))
  }
  clock.set(asked.toString())
  const day = { start_time: '2026-05-23', end_time: '2026-05-23' }
  const { data } = await world.merchant.post('/card/consume/list', day, { Timezone: zone })
  expect(data.list.map(row => row.consume_no)).toEqual([bought[2], bought[1]])
})

describe('the consumption detail', () => {
  test('adds merchant, related consumption and fees, in the documented order', async () => {
    const world = await merchantWithCard(door, {
      ...FREE_TERMS,
      purchasePpm: 10_000,
      smallBelowMinor: 10_000n,
      smallMinor: 20n,
    })
    const bought = await buy(world.card, 5_000n)
    const clearing = await after.clear(world.merchant.partnerId, bought, usd(5_000n))
    const { data } = await infoOf(world, noOf(bought))
    expect(Object.keys(data)).toEqual([
      'consume_no',
      'consume_relate_no',
      'card_no',
      'cardholder_no',
      'type',
      'amount',
      'local_amount',
      'local_currency',
      'fee',
      'fee_list',
      'merchant_info',
      'remark',
      'detail',
      'status',
      'time',
    ])
    expect(data).toMatchObject({
      consume_relate_no: '',
      card_no: world.cardNo,
      cardholder_no: world.owner,
      amount: '50.00',
      local_amount: '50.00',
      local_currency: 'USD',
      fee: '0.70',
      fee_list: [
        { fee_type: 'Consume_fee', amount: '0.50' },
        { fee_type: 'Small_fee', amount: '0.20' },
      ],
      merchant_info: INFO,
      status: 'Success',
    })
    await after.correct(world.merchant.partnerId, clearing, 1_000n)
    expect((await infoOf(world, noOf(bought))).data).toMatchObject({ amount: '10.00', fee: '0.30' })
  })

  test('of a refund names what was bought', async () => {
    const world = await merchantWithCard(door, { ...FREE_TERMS, refundPpm: 10_000 })
    const bought = await buy(world.card, 5_000n)
    await after.clear(world.merchant.partnerId, bought, usd(5_000n))
    await after.refund(world.merchant.partnerId, bought, usd(2_000n))
    const [row] = await listOf(world)
    expect((await infoOf(world, row?.consume_no)).data).toMatchObject({
      type: 'Refund',
      consume_relate_no: noOf(bought),
      amount: '20.00',
      fee_list: [{ fee_type: 'Refund_fee', amount: '0.20' }],
      merchant_info: INFO,
    })
  })

  test('of a decline has the fee for it', async () => {
    const world = await merchantWithCard(door, { ...FREE_TERMS, declineMinor: 25n })
    await answerAuthorization(door.useCases.ports, purchaseOf(world.card, 99_999n))
    const [row] = await listOf(world)
    const { data } = await infoOf(world, row?.consume_no)
    expect(data).toMatchObject({ status: 'Fail', amount: '999.99', fee_list: [{ fee_type: 'Decline_fee' }] })
  })

  test('shows the original amount and currency', async () => {
    const world = await merchantWithCard(door, { ...FREE_TERMS, crossBorderPpm: 20_000 })
    const eur = amount(1_800n, currency('EUR'))
    await after.clear(world.merchant.partnerId, onCard(world.card), eur, { billingAmount: usd(2_000n) })
    const [row] = await listOf(world)
    expect((await infoOf(world, row?.consume_no)).data).toMatchObject({
      amount: '20.00',
      local_amount: '18.00',
      local_currency: 'EUR',
      fee_list: [{ fee_type: 'Exchange_fee', amount: '0.40' }],
    })
  })

  test('is the merchant’s own, else 4009', async () => {
    const world = await merchantWithCard(door)
    const no = noOf(await buy(world.card, 100n))
    expect(await infoOf(await merchantWithCard(door), no)).toMatchObject({ code: 4009 })
    for (const unknown of ['T202605220001', no.replace('20260522', '20260521'), 'x', world.cardNo]) {
      expect(await infoOf(world, unknown)).toMatchObject({ code: 4009 })
    }
  })
})
