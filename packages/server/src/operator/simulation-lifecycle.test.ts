import type { Card } from '@openissuer/core/card/card.ts'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ledgerViolations } from '../../../../test/support/ledger-invariants.ts'
import { moneyOf } from '../../../../test/support/lifecycle.ts'
import { createOperatorDoor, type OperatorDoor } from '../../../../test/support/operator-door.ts'
import { addLoadedCard, addPartner, addProgram } from '../../../../test/support/use-cases.ts'

const SIMULATIONS = '/operator/v1/simulations'

let door: OperatorDoor

beforeAll(async () => {
  door = await createOperatorDoor()
  await addProgram(door.useCases)
})

afterEach(async () => {
  expect(await ledgerViolations(door.useCases.pool)).toEqual([])
})

afterAll(() => door.close())

/** A card with 100.00. */
async function newCard(): Promise<Card> {
  return addLoadedCard(door.useCases, await addPartner(door.useCases), 10_000n)
}

type Answered = { status: number; body: Record<string, unknown> }

const key = (value: string) => ({ 'idempotency-key': value })

async function send(verb: string, body: unknown, headers?: Record<string, string>): Promise<Answered> {
  const { status, text } = await door.post(`${SIMULATIONS}/${verb}`, body, headers)
  return { status, body: JSON.parse(text) as Record<string, unknown> }
}

async function authorize(card: Card, amount: string, headers?: Record<string, string>): Promise<string> {
  const { body } = await send('authorizations', { cardToken: card.token, amount, currency: 'USD' }, headers)
  return String(body['authorizationId'])
}

async function read(authorizationId: string, query = ''): Promise<Answered> {
  const { status, text } = await door.call('GET', `/operator/v1/authorizations/${authorizationId}${query}`)
  return { status, body: JSON.parse(text) as Record<string, unknown> }
}

const usd = (amount: string) => ({ amount, currency: 'USD' })

describe('the life of a purchase', () => {
  test('is played message by message and read back with its events', async () => {
    const card = await newCard()
    const authorizationId = await authorize(card, '50.00')
    const increment = await send('increments', { authorizationId, amount: '10.00' })
    expect(increment).toMatchObject({
      status: 200,
      body: {
        kind: 'increment',
        repeated: false,
        effect: { decision: 'approved', hold: usd('10.00'), authorization: { held: usd('60.00'), status: 'open' } },
      },
    })
    expect((await read(authorizationId)).body['explanation']).toBe('Approved: 60.00 USD is on hold.')
    await send('reversals', { authorizationId, amount: '5.00', currency: 'USD' })
    const clearing = await send('clearings', { authorizationId, amount: '30.00' })
    expect(clearing.body).toMatchObject({ kind: 'clearing', effect: { forced: false, final: false } })
    expect((await read(authorizationId)).body['explanation']).toBe('30.00 USD was paid and 25.00 USD is still on hold.')
    await send('clearings', { authorizationId, amount: '20.00', final: true })
    const correction = await send('clearing-corrections', { clearingId: clearing.body['eventId'], amount: '29.00' })
    expect(correction.body).toMatchObject({
      originalEventId: clearing.body['eventId'],
      billingAmount: usd('-1.00'),
    })
    const refund = await send('refunds', { authorizationId, amount: '9.00' })
    const back = await send('refund-reversals', { refundId: refund.body['eventId'], amount: '4.00' })
    expect(back.body).toMatchObject({ kind: 'refund-reversal', billingAmount: usd('4.00') })

    const { status, body } = await read(authorizationId)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      authorizationId,
      partnerId: String(card.partnerId),
      decision: 'approved',
      explanation: '49.00 USD was paid, of which 5.00 USD was refunded.',
      status: 'closed',
      approvedAmount: usd('60.00'),
      held: usd('0.00'),
      reversed: usd('5.00'),
      expired: usd('0.00'),
      cleared: usd('49.00'),
      refunded: usd('5.00'),
      fee: usd('0.00'),
    })
    expect((body['events'] as { kind: string }[]).map(({ kind }) => kind)).toEqual([
      'authorization',
      'increment',
      'reversal',
      'clearing',
      'clearing',
      'clearing-correction',
      'refund',
      'refund-reversal',
    ])
  })

  test('ends when the hold is made to lapse', async () => {
    const authorizationId = await authorize(await newCard(), '50.00')
    const { status, body } = await send('expiries', { authorizationId })
    expect([status, body['kind'], body['billingAmount']]).toEqual([200, 'expiry', usd('50.00')])
    expect((await read(authorizationId)).body).toMatchObject({
      status: 'closed',
      expired: usd('50.00'),
      explanation: 'The merchant did not claim the money in time, so nothing is on hold any more.',
    })
    expect((await send('increments', { authorizationId, amount: '1.00' })).status).toBe(409)
  })

  test('may be told by the Idempotency-Key that the authorization came under', async () => {
    const card = await newCard()
    const authorizationId = await authorize(card, '50.00', key('purchase-1'))
    const original = { cardToken: card.token, originalKey: 'purchase-1' }
    const answers = [
      await send('increments', { ...original, amount: '1.00' }),
      await send('reversals', { ...original, amount: '1.00' }),
      await send('clearings', { ...original, amount: '50.00' }, key('clearing-1')),
      await send('refunds', { ...original, amount: '50.00' }, key('refund-1')),
      await send('refund-reversals', { cardToken: card.token, originalKey: 'refund-1' }),
      await send('clearing-corrections', { cardToken: card.token, originalKey: 'clearing-1', amount: '0' }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200])
    expect(new Set(answers.map(({ body }) => body['authorizationId']))).toEqual(new Set([authorizationId]))
  })

  test('a declined increment is a normal answer that explains itself', async () => {
    const authorizationId = await authorize(await newCard(), '50.00')
    const { status, body } = await send('increments', { authorizationId, amount: '50.01' })
    expect(status).toBe(200)
    expect(body['effect']).toMatchObject({
      decision: 'declined',
      declineReason: 'insufficient-funds',
      explanation: 'There is not enough money available for the purchase.',
      approvalCode: null,
    })
    expect((await read(authorizationId)).body).toMatchObject({ held: usd('50.00') })
  })

  test('a decline read back has one sentence and the full trace', async () => {
    const authorizationId = await authorize(await newCard(), '100.01')
    expect((await read(authorizationId)).body).toMatchObject({
      decision: 'declined',
      explanation: 'There is not enough money available for the purchase.',
      trace: [{ check: 'card-expiry' }, { check: 'card-status' }, { check: 'available-funds', passed: false }],
      events: [{ kind: 'authorization', effect: null }],
    })
  })
})

describe('a message', () => {
  test('that is repeated under its key gets the recorded answer; another one under it is refused', async () => {
    const card = await newCard()
    const authorizationId = await authorize(card, '50.00')
    const first = await send('reversals', { authorizationId, amount: '5.00' }, key('reversal-1'))
    const again = await send('reversals', { authorizationId, amount: '5.00' }, key('reversal-1'))
    expect(again).toEqual({ ...first, body: { ...first.body, repeated: true } })
    for (const [verb, body] of [
      ['reversals', { authorizationId, amount: '6.00' }],
      ['clearings', { authorizationId, amount: '5.00' }],
      ['authorizations', { cardToken: card.token, amount: '5.00', currency: 'USD' }],
    ] as const) {
      const { status, body: answer } = await send(verb, body, key('reversal-1'))
      expect([status, answer['error']]).toMatchObject([409, { code: 'duplicate-request' }])
    }
  })

  test('may overtake its original, which is then declined', async () => {
    const card = await newCard()
    const overtaking = { cardToken: card.token, originalKey: 'late-1' }
    expect(await send('reversals', overtaking)).toMatchObject({ status: 200, body: { authorizationId: null } })
    const { body } = await send(
      'authorizations',
      { cardToken: card.token, amount: '5.00', currency: 'USD' },
      key('late-1'),
    )
    expect(body).toMatchObject({ decision: 'declined', declineReason: 'reversed-before-arrival', responseCode: '12' })
  })

  test('without an authorization posts on the card', async () => {
    const card = await newCard()
    const merchant = { name: 'Toll road', mcc: '4784', country: 'DE' }
    const clearing = { cardToken: card.token, amount: '9.99', currency: 'EUR', billingAmount: '10.50', merchant }
    expect(await send('clearings', clearing)).toMatchObject({
      status: 200,
      body: {
        authorizationId: null,
        transactionAmount: { amount: '9.99', currency: 'EUR' },
        billingAmount: usd('10.50'),
        effect: { forced: true, authorization: null },
      },
    })
    expect(await send('refunds', { cardToken: card.token, amount: '10.50' })).toMatchObject({ status: 200 })
  })

  test.each<[string, string, (authorizationId: string, card: Card) => unknown, number, string]>([
    [
      'reversals',
      'beyond the hold',
      authorizationId => ({ authorizationId, amount: '50.01' }),
      422,
      'reversal-exceeds-hold',
    ],
    [
      'reversals',
      'of too many decimals',
      authorizationId => ({ authorizationId, amount: '5.001' }),
      400,
      'invalid-amount',
    ],
    ['reversals', 'of zero', authorizationId => ({ authorizationId, amount: '0.00' }), 400, 'invalid-amount'],
    ['reversals', 'of an unknown authorization', () => ({ authorizationId: '7' }), 404, 'authorization-not-found'],
    ['reversals', 'without its card', () => ({ originalKey: 'x' }), 400, 'invalid-request'],
    ['reversals', 'without a name', () => ({}), 400, 'invalid-request'],
    ['reversals', 'named twice', authorizationId => ({ authorizationId, originalKey: 'x' }), 400, 'invalid-request'],
    ['increments', 'without an amount', authorizationId => ({ authorizationId }), 400, 'invalid-request'],
    [
      'increments',
      'of a negative amount',
      authorizationId => ({ authorizationId, amount: '-1' }),
      400,
      'invalid-amount',
    ],
    [
      'increments',
      'under an unknown key',
      (_id, { token }) => ({ cardToken: token, originalKey: 'x', amount: '1' }),
      404,
      'authorization-not-found',
    ],
    [
      'clearings',
      'of an unknown authorization',
      () => ({ authorizationId: 'x', amount: '1.00' }),
      404,
      'authorization-not-found',
    ],
    ['clearings', 'on an unknown card', () => ({ cardToken: '1', amount: '1.00' }), 404, 'card-not-found'],
    [
      'clearings',
      'in an unknown currency',
      authorizationId => ({ authorizationId, amount: '1.00', currency: 'XXQ' }),
      422,
      'unknown-currency',
    ],
    [
      'clearings',
      'not converted',
      authorizationId => ({ authorizationId, amount: '1.00', currency: 'EUR' }),
      422,
      'no-exchange-rate',
    ],
    [
      'clearings',
      'with a merchant of its own',
      authorizationId => ({ authorizationId, amount: '1.00', merchant: {} }),
      400,
      'invalid-request',
    ],
    [
      'refunds',
      'beyond what was cleared',
      authorizationId => ({ authorizationId, amount: '0.01' }),
      422,
      'refund-exceeds-cleared',
    ],
    ['refund-reversals', 'of no refund', authorizationId => ({ refundId: authorizationId }), 404, 'refund-not-found'],
    ['refund-reversals', 'of an unknown refund', () => ({ refundId: '7' }), 404, 'refund-not-found'],
    [
      'clearing-corrections',
      'of no clearing',
      authorizationId => ({ clearingId: authorizationId, amount: '1' }),
      404,
      'clearing-not-found',
    ],
    ['expiries', 'of an unknown authorization', () => ({ authorizationId: '7' }), 404, 'authorization-not-found'],
    ['expiries', 'with an unknown field', authorizationId => ({ authorizationId, now: true }), 400, 'invalid-request'],
  ])('%s %s is refused and changes nothing', async (verb, _name, body, status, code) => {
    const card = await newCard()
    const authorizationId = await authorize(card, '50.00')
    const before = await moneyOf(door.useCases)
    const answer = await send(verb, body(authorizationId, card))
    expect([answer.status, answer.body['error']]).toMatchObject([status, { code }])
    expect(await moneyOf(door.useCases)).toEqual(before)
  })

  test('is for the sandbox only', async () => {
    for (const verb of [
      'increments',
      'reversals',
      'expiries',
      'clearings',
      'refunds',
      'refund-reversals',
      'clearing-corrections',
    ]) {
      const { status, body } = await door.live.post(`${SIMULATIONS}/${verb}`, { authorizationId: '1', amount: '1' })
      expect([status, body.error.code]).toEqual([403, 'sandbox-only'])
    }
  })
})

describe('reading an authorization', () => {
  test('finds it without its partner, with it, and not with another', async () => {
    const card = await newCard()
    const authorizationId = await authorize(card, '50.00')
    const { body } = await read(authorizationId)
    expect((await read(authorizationId, `?partnerId=${card.partnerId}`)).body).toEqual(body)
    const stranger = await addPartner(door.useCases)
    for (const [id, query] of [
      [authorizationId, `?partnerId=${stranger.partnerId}`],
      [authorizationId, '?partnerId=x'],
      ['7', ''],
      ['x', ''],
    ] as const) {
      const answer = await read(id, query)
      expect([answer.status, answer.body['error']]).toMatchObject([404, { code: 'authorization-not-found' }])
    }
    expect((await read(authorizationId, '?partner=1')).status).toBe(400)
  })
})
