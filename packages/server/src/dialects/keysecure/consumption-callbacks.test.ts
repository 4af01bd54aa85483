/** What merchants hear of consumptions agrees with what they read of them. */
import type { Authorization } from '@openissuer/core/authorization/authorization.ts'
import { FREE_TERMS } from '@openissuer/core/fee/fee-plan.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  anotherCard,
  type Callback,
  type CardWorld,
  callbacksTo,
  merchantWithCard,
} from '../../../../../test/support/keysecure-cards.ts'
import { createKeysecureDoor, type KeysecureDoor } from '../../../../../test/support/keysecure-door.ts'
import { ledgerViolations } from '../../../../../test/support/ledger-invariants.ts'
import { lifecycleOf, onCard } from '../../../../../test/support/lifecycle.ts'
import { purchaseOf, usd } from '../../../../../test/support/use-cases.ts'
import { answerAuthorization } from '../../app/answer-authorization.ts'
import type { Authorize } from '../../app/authorize.ts'
import { managementFees } from '../../app/fees/management-fees.ts'
import type { Reply } from '../../app/inquiry/responder.ts'

let door: KeysecureDoor
let after: ReturnType<typeof lifecycleOf>

beforeAll(async () => {
  door = await createKeysecureDoor('2026-05-22T12:00:00Z')
  after = lifecycleOf(door.useCases)
})

afterEach(async () => {
  expect(await ledgerViolations(door.useCases.pool)).toEqual([])
})

afterAll(() => door.close())

async function buy({ card }: CardWorld, minor: bigint, changes: Partial<Authorize> = {}): Promise<Authorization> {
  const answer = await answerAuthorization(door.useCases.ports, purchaseOf(card, minor, changes))
  if (answer.kind !== 'decided') throw new Error(`not decided: ${answer.kind}`)
  return answer.authorization
}

/** Of consumptions alone. */
const heardBy = async ({ merchant }: CardWorld): Promise<readonly Callback[]> =>
  (await callbacksTo(door, merchant)).filter(({ action }) => action === 'Consumption')

const summary = ({ data }: Callback) => [data.type, data.amount, data.status, data.fee].join(' ')

/** The last push of each consumption says what its detail says. */
async function expectAgreement(world: CardWorld): Promise<void> {
  const last = new Map((await heardBy(world)).map(({ data }) => [String(data.consume_no), data]))
  const { data } = await world.merchant.post('/card/consume/list', {
    start_time: '2026-05-22',
    end_time: '2026-08-01',
    size: 100,
  })
  expect(data.list.map(row => String(row.consume_no)).toSorted()).toEqual([...last.keys()].toSorted())
  for (const [no, told] of last) {
    const info = (await world.merchant.get(`/card/consume/${no}/info`)).data
    const { fee_detail: rows, time, ...rest } = told
    const asShown = { ...(numbersAsTexts({ ...rest, fee_list: rows }) as object), time }
    expect(asShown).toEqual(info)
  }
}

function numbersAsTexts(value: unknown): unknown {
  if (typeof value === 'number') return value.toFixed(2)
  if (Array.isArray(value)) return value.map(numbersAsTexts)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, numbersAsTexts(member)]))
}

const RATES = { ...FREE_TERMS, purchasePpm: 10_000, smallBelowMinor: 10_000n, smallMinor: 20n }

describe('fees of a plan', () => {
  test('are told with the clearing they are charged with, and so are parts that are given back', async () => {
    const world = await merchantWithCard(door, RATES)
    const { partnerId } = world.merchant
    const bought = await buy(world, 5_000n)
    const clearing = await after.clear(partnerId, bought, usd(3_000n))
    await after.clear(partnerId, bought, usd(2_000n))
    await after.correct(partnerId, clearing, 1_000n)
    const heard = await heardBy(world)
    expect(heard.map(summary)).toEqual([
      'Consumption 50 Success 0',
      'Consumption 30 Success 0.5',
      'Consumption 50 Success 0.9',
      'Consumption 30 Success 0.7',
    ])
    expect(heard[2]?.data.fee_detail).toEqual([
      { fee_type: 'Consume_fee', amount: 0.5 },
      { fee_type: 'Small_fee', amount: 0.4 },
    ])
    await expectAgreement(world)
  })

  test('are told with refunds, cancellations and what names no authorization', async () => {
    const world = await merchantWithCard(door, {
      ...RATES,
      refundPpm: 10_000,
      cancelMinor: 50n,
      crossBorderPpm: 20_000,
    })
    const { partnerId } = world.merchant
    const bought = await buy(world, 2_000n)
    await after.clear(partnerId, bought, usd(2_000n))
    const refund = await after.refund(partnerId, bought, usd(1_000n))
    await after.reverseRefund(partnerId, refund, 1_000n)
    const cancelled = await buy(world, 700n)
    await after.reverse(cancelled, 200n)
    await after.reverse(cancelled)
    await after.clear(partnerId, onCard(world.card), amount(900n, currency('EUR')), { billingAmount: usd(1_000n) })
    expect((await heardBy(world)).map(summary)).toEqual([
      'Consumption 20 Success 0',
      'Consumption 20 Success 0.4',
      'Refund 10 Success 0.1',
      'Reversal 10 Success 0',
      'Consumption 7 Success 0',
      'Reversal 2 Success 0',
      'Reversal 5 Success 0.5',
      'Consumption 10 Success 0.4',
    ])
    await expectAgreement(world)
  })

  test('for a decision are told after it, with the consumption anew', async () => {
    const world = await merchantWithCard(door, { ...FREE_TERMS, declineMinor: 25n, verificationMinor: 10n })
    await buy(world, 99_999n)
    await buy(world, 0n, { purpose: 'verification' })
    const heard = await heardBy(world)
    expect(heard.map(summary)).toEqual([
      'Consumption 999.99 Fail 0',
      'Consumption 999.99 Fail 0.25',
      'Consumption 0 Success 0',
      'Consumption 0 Success 0.1',
    ])
    expect(heard[1]?.data).toMatchObject({
      consume_no: heard[0]?.data.consume_no,
      fee_detail: [{ fee_type: 'Decline_fee', amount: 0.25 }],
    })
    expect(heard[3]?.data.fee_detail).toEqual([{ fee_type: 'Apple_auth_fee', amount: 0.1 }])
    await expectAgreement(world)
  })

  test('that are free this time are not told', async () => {
    const declineFree = { period: 'forever', count: 1, days: 0 } as const
    const world = await merchantWithCard(door, { ...FREE_TERMS, declineMinor: 25n, declineFree })
    await buy(world, 99_999n)
    expect((await heardBy(world)).map(summary)).toEqual(['Consumption 999.99 Fail 0'])
    await expectAgreement(world)
  })

  test('for the card itself are consumptions of their own: its price and its management', async () => {
    const management = { ...FREE_TERMS.management, cycle: 'month', minor: 100n } as const
    const world = await merchantWithCard(door, { ...FREE_TERMS, issueMinor: 250n, management })
    const other = await anotherCard(door, world.merchant, world.owner)
    const work = managementFees(door.useCases.ports)
    const charged: string[] = []
    for (let page = await work.run(JUNE); page.length > 0; page = await work.run(JUNE)) {
      charged.push(...page.map(({ subject }) => subject))
    }
    expect(charged).toContain(String(world.card.cardId))
    const heard = await heardBy(world)
    expect(heard.map(each => [summary(each), each.data.card_no])).toEqual([
      ['Open_card 2.5 Success 0', world.cardNo],
      ['Open_card 2.5 Success 0', other.cardNo],
      ['Manage_fee 1 Success 0', world.cardNo],
      ['Manage_fee 1 Success 0', other.cardNo],
    ])
    expect(heard[2]?.data).toMatchObject({
      consume_relate_no: '',
      cardholder_no: world.owner,
      local_amount: 1,
      local_currency: 'USD',
      fee_detail: [],
      merchant_info: { merchant_name: '', merchant_mcc: '', city: '', country: '' },
    })
    await expectAgreement(world)
  })
})

const approves: Reply = { outcome: 'approved', code: '0', message: '', latencyMs: 12, late: null }
const declines: Reply = { outcome: 'declined', code: '7', message: 'not today', latencyMs: 34, late: null }

test('the time of a push and of the detail is that of the last change, in the list that of the creation', async () => {
  const { clock } = door.useCases
  const [noon, later] = ['2026-05-22T12:00:00Z', '2026-05-22T12:34:56.789Z']
  const world = await merchantWithCard(door, RATES)
  const cleared = await buy(world, 5_000n)
  const declined = await buy(world, 99_999n)
  clock.set(later)
  await after.clear(world.merchant.partnerId, cleared, usd(2_000n))
  await after.reverse(cleared)
  const heard = await heardBy(world)
  expect(heard.map(({ data }) => [data.type, data.time])).toEqual([
    ['Consumption', Date.parse(noon)],
    ['Consumption', Date.parse(noon)],
    ['Consumption', Date.parse(later)],
    ['Reversal', Date.parse(later)],
  ])
  await expectAgreement(world)
  clock.set(noon)
  const day = { start_time: '2026-05-22', end_time: '2026-05-22' }
  const rows = (await world.merchant.post('/card/consume/list', day)).data.list
  const timeOf = ({ authorizationId }: Authorization) =>
    rows.find(row => String(row.consume_no).endsWith(String(authorizationId)))?.time
  expect([cleared, declined].map(timeOf)).toEqual([Date.parse(noon), Date.parse(noon)])
})

describe('what the merchant decides', () => {
  const deciding = async (terms = FREE_TERMS): Promise<CardWorld> => {
    const world = await merchantWithCard(door, terms, 'partner-decides')
    const { partnerId, apiKey } = world.merchant
    const responder = { partnerId, apiKey, url: 'http://127.0.0.1:9/', fallback: 'decline' } as const
    await door.useCases.run(({ tx }) => tx.replacePartnerResponder(responder))
    return world
  }
  const answers = (reply: Reply, meanwhile: (asked: Authorization) => Promise<unknown> = async () => undefined) => {
    door.useCases.responder.reply = async asked => {
      await meanwhile(asked)
      return reply
    }
  }

  test('is pending for as long as it is asked, in pushes, list and detail', async () => {
    const world = await deciding()
    answers(approves, async () => {
      expect((await heardBy(world)).map(summary)).toEqual(['Consumption 25 Pending 0'])
      await expectAgreement(world)
      door.useCases.clock.set('2026-05-22T12:00:00.750Z')
    })
    await buy(world, 2_500n)
    const heard = await heardBy(world)
    expect(Number(heard[1]?.data.time) - Number(heard[0]?.data.time)).toBe(750)
    expect(heard.map(summary)).toEqual(['Consumption 25 Pending 0', 'Consumption 25 Success 0'])
    expect(heard[1]?.data.consume_no).toBe(heard[0]?.data.consume_no)
    expect(heard[1]?.id).not.toBe(heard[0]?.id)
    await expectAgreement(world)
    door.useCases.clock.set('2026-05-22T12:00:00Z')
  })

  test('fails when it is declined, without a reversal, and then costs what a decline costs', async () => {
    const world = await deciding({ ...FREE_TERMS, declineMinor: 25n, cancelMinor: 50n })
    answers(declines)
    await buy(world, 2_500n)
    expect((await heardBy(world)).map(summary)).toEqual([
      'Consumption 25 Pending 0',
      'Consumption 25 Fail 0',
      'Consumption 25 Fail 0.25',
    ])
    await expectAgreement(world)
  })

  test('says the same in a repetition, whatever has become of it since', async () => {
    const world = await deciding()
    let pending: readonly Callback[] = []
    answers(declines, async () => {
      pending = await heardBy(world)
    })
    await buy(world, 2_500n)
    answers(approves)
    await buy(world, 700n)
    expect(pending).toHaveLength(1)
    expect((await heardBy(world))[0]).toEqual(pending[0])
  })

  test('is a part of the purchase where the issuer approves a part', async () => {
    const world = await deciding()
    answers(approves, async asked => expect(asked.approved.minor).toBe(100_000n))
    await buy(world, 100_001n, { partialApproval: true })
    expect((await heardBy(world)).map(summary)).toEqual(['Consumption 1000 Pending 0', 'Consumption 1000 Success 0'])
    await expectAgreement(world)
  })

  test('that was reversed meanwhile is told as both', async () => {
    const world = await deciding()
    answers(declines, after.reverse)
    await buy(world, 2_500n)
    expect((await heardBy(world)).map(summary)).toEqual([
      'Consumption 25 Pending 0',
      'Reversal 25 Success 0',
      'Consumption 25 Fail 0',
    ])
    await expectAgreement(world)
  })

  test('is never pending where the merchant is not asked: advices, declines of the issuer', async () => {
    const world = await deciding()
    answers(declines)
    await buy(world, 2_500n, { advice: true })
    await buy(world, 100_000n)
    await buy(world, 0n, { purpose: 'verification' })
    expect((await heardBy(world)).map(summary)).toEqual([
      'Consumption 25 Success 0',
      'Consumption 1000 Fail 0',
      'Consumption 0 Success 0',
    ])
    await expectAgreement(world)
  })
})

const JUNE = Temporal.Instant.from('2026-06-01T00:00:00Z')
