import type { Card } from '@openissuer/core/card/card.ts'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ledgerViolations } from '../../../../test/support/ledger-invariants.ts'
import { moneyOf } from '../../../../test/support/lifecycle.ts'
import { createOperatorDoor, type OperatorDoor } from '../../../../test/support/operator-door.ts'
import { addLoadedCard, addPartner, addProgram, setCardStatus } from '../../../../test/support/use-cases.ts'

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

type Body = Record<string, unknown>

const key = (value: string) => ({ 'idempotency-key': value })

async function send(verb: string, body: unknown, headers?: Record<string, string>) {
  const { status, text } = await door.post(`${SIMULATIONS}/${verb}`, body, headers)
  return { status, body: JSON.parse(text) as Body }
}

const authorize = (card: Card, changes: Body = {}, headers?: Record<string, string>) =>
  send('authorizations', { cardToken: card.token, amount: '12.50', currency: 'USD', ...changes }, headers)

/** Expects a refusal that changes nothing of the card's partner. */
async function expectRefusal(card: Card, verb: string, body: unknown, refusal: readonly unknown[]) {
  const before = await moneyOf(door.useCases, card.partnerId)
  const { status, body: answer } = await send(verb, body)
  const error = answer['error'] as { code: string; field?: string }
  expect([status, error.code, error.field]).toEqual([refusal[0], refusal[1], refusal[2]])
  expect(await moneyOf(door.useCases, card.partnerId)).toEqual(before)
}

describe('a duplicate', () => {
  test.each([
    ['that came under a key', key('sent-1')],
    ['that came without one', undefined],
  ])('of an authorization %s gets its answer and changes nothing', async (_name, headers) => {
    const card = await newCard()
    const first = await authorize(card, { merchant: { mcc: '5814' } }, headers)
    const { authorizationId } = first.body
    const before = await moneyOf(door.useCases, card.partnerId)
    const again = await send('duplicates', { authorizationId })
    expect(again).toEqual({ status: 200, body: { ...first.body, repeated: true } })
    expect(await moneyOf(door.useCases, card.partnerId)).toEqual(before)
  })

  test('is one however often it comes and whatever has happened since', async () => {
    const card = await newCard()
    const first = await authorize(card)
    const { authorizationId } = first.body
    await send('increments', { authorizationId, amount: '1.00' })
    await send('clearings', { authorizationId, amount: '13.00', final: true })
    await setCardStatus(door.useCases, card, 'closed')
    const before = await moneyOf(door.useCases, card.partnerId)
    const answers = await Promise.all(Array.from({ length: 5 }, () => send('duplicates', { authorizationId })))
    for (const { body } of answers) expect(body).toEqual({ ...first.body, repeated: true })
    expect(await moneyOf(door.useCases, card.partnerId)).toEqual(before)
  })

  test.each([
    ['a decline', { amount: '100.01' }],
    ['a magic amount', { amount: '9900.51' }],
    ['an advice', { amount: '150.00', advice: true }],
    ['a partial approval', { amount: '250.00', partialApproval: true }],
    ['a refund', { amount: '5.00', purpose: 'refund' }],
    [
      'one with card data',
      { cardData: { expiry: '2905', pin: '4711' }, threeDs: { eci: '05', result: 'authenticated' } },
    ],
    ['one that was forced', { forceDecline: 'card-lost' }],
  ])('of %s gets its answer too', async (_name, changes) => {
    const first = await authorize(await newCard(), changes)
    const again = await send('duplicates', { authorizationId: first.body['authorizationId'] })
    expect(again.body).toEqual({ ...first.body, repeated: true })
  })

  test('is also named by key and card', async () => {
    const card = await newCard()
    const first = await authorize(card, {}, key('sent-2'))
    const again = await send('duplicates', { originalKey: 'sent-2', cardToken: card.token })
    expect(again.body).toEqual({ ...first.body, repeated: true })
  })

  test('of what does not exist, or is of another card or kind, is refused', async () => {
    const [card, other] = [await newCard(), await newCard()]
    const { authorizationId } = (await authorize(card, {}, key('sent-3'))).body
    const reversal = await send('reversals', { authorizationId, amount: '1.00' }, key('reversal-3'))
    const NOT_FOUND = [404, 'authorization-not-found', undefined]
    const named: readonly Body[] = [
      { authorizationId: '1' },
      { authorizationId: 'x' },
      { authorizationId: reversal.body['eventId'] },
      { originalKey: 'never-sent', cardToken: card.token },
      { originalKey: 'sent-3', cardToken: other.token },
      { originalKey: 'reversal-3', cardToken: card.token },
    ]
    for (const body of named) await expectRefusal(card, 'duplicates', body, NOT_FOUND)
    await expectRefusal(card, 'duplicates', { originalKey: 'sent-3', cardToken: '9' }, [
      404,
      'card-not-found',
      undefined,
    ])
  })

  test('is named once', async () => {
    const card = await newCard()
    const { authorizationId } = (await authorize(card, {}, key('sent-4'))).body
    const BAD = [400, 'invalid-request', 'authorizationId']
    const byKey = { originalKey: 'sent-4', cardToken: card.token }
    for (const body of [{}, { cardToken: card.token }, { authorizationId, ...byKey }]) {
      await expectRefusal(card, 'duplicates', body, BAD)
    }
    await expectRefusal(card, 'duplicates', { originalKey: 'sent-4' }, [400, 'invalid-request', 'cardToken'])
    await expectRefusal(card, 'duplicates', { authorizationId: 7 }, BAD)
    await expectRefusal(card, 'duplicates', { authorizationId, amount: '1' }, [400, 'invalid-request', 'amount'])
  })
})

describe('a pair out of order', () => {
  const pairOf = (card: Card, changes: Body = {}) => ({
    cardToken: card.token,
    amount: '12.50',
    currency: 'USD',
    ...changes,
  })
  const usd = (amount: string) => ({ amount, currency: 'USD' })

  test('is a recorded reversal and a declined authorization; nothing is held', async () => {
    const card = await newCard()
    const { status, body } = await send('out-of-order-pairs', pairOf(card, { merchant: { name: 'Coffee' } }))
    expect(status).toBe(200)
    expect(body['reversal']).toMatchObject({
      kind: 'reversal',
      authorizationId: null,
      transactionAmount: usd('12.50'),
      repeated: false,
    })
    expect(body['authorization']).toMatchObject({
      decision: 'declined',
      declineReason: 'reversed-before-arrival',
      responseCode: '12',
      held: usd('0.00'),
      repeated: false,
    })
    const account = await door.useCases.ports.storage.read.account(card.partnerId, card.accountId)
    expect(account?.held.minor).toBe(0n)
  })

  test.each([{ purpose: 'cash' }, { advice: true }, { entryMode: 'chip' }])(
    'with %j goes the same way',
    async changes => {
      const { body } = await send('out-of-order-pairs', pairOf(await newCard(), changes))
      expect(body['authorization']).toMatchObject({ declineReason: 'reversed-before-arrival' })
    },
  )

  test('that is sent again under its key gets both recorded answers and changes nothing', async () => {
    const card = await newCard()
    const { body: first } = await send('out-of-order-pairs', pairOf(card), key('pair-1'))
    const before = await moneyOf(door.useCases, card.partnerId)
    const { body: again } = await send('out-of-order-pairs', pairOf(card), key('pair-1'))
    expect(again).toEqual({
      reversal: { ...(first['reversal'] as Body), repeated: true },
      authorization: { ...(first['authorization'] as Body), repeated: true },
    })
    expect(await moneyOf(door.useCases, card.partnerId)).toEqual(before)
  })

  test('does not reverse a purchase that came under its key before', async () => {
    const card = await newCard()
    await authorize(card, {}, key('pair-2'))
    const before = await moneyOf(door.useCases, card.partnerId)
    const { status, body } = await send('out-of-order-pairs', pairOf(card), key('pair-2'))
    expect([status, (body['error'] as { code: string }).code]).toEqual([409, 'duplicate-request'])
    expect(await moneyOf(door.useCases, card.partnerId)).toEqual(before)
    await send('out-of-order-pairs', pairOf(card), key('pair-3'))
    expect((await authorize(card, {}, key('pair-3'))).status).toBe(409)
  })

  test.each<[changes: Body, ...refusal: unknown[]]>([
    [{ amount: '0' }, 400, 'invalid-amount', 'amount'],
    [{ amount: '-1' }, 400, 'invalid-amount', 'amount'],
    [{ amount: '1.234' }, 400, 'invalid-amount', 'amount'],
    [{ amount: 12.5 }, 400, 'invalid-request', 'amount'],
    [{ amount: undefined }, 400, 'invalid-request', 'amount'],
    [{ currency: 'usd' }, 422, 'unknown-currency', 'currency'],
    [{ currency: undefined }, 400, 'invalid-request', 'currency'],
    [{ cardToken: '999999999999' }, 404, 'card-not-found'],
    [{ cardToken: undefined }, 400, 'invalid-request', 'cardToken'],
    [{ pan: '6587040000000000' }, 400, 'invalid-request', 'cardToken'],
    [{ purpose: 'verification' }, 400, 'invalid-request', 'purpose'],
    [{ entryMode: 'telepathy' }, 400, 'invalid-request', 'entryMode'],
    [{ merchant: { country: 'XX' } }, 400, 'invalid-field', 'merchant.country'],
    [{ forceDecline: 'card-lost' }, 400, 'invalid-request', 'forceDecline'],
  ])('with %j is refused before anything is sent', async (changes, ...refusal) => {
    const card = await newCard()
    await expectRefusal(card, 'out-of-order-pairs', pairOf(card, changes), refusal)
  })
})

test.each(['duplicates', 'out-of-order-pairs'])('there are no %s in live mode', async verb => {
  for (const body of [{ authorizationId: '1' }, { cardToken: '1', amount: '1', currency: 'USD' }, {}]) {
    const { status, body: answer } = await door.live.post(`${SIMULATIONS}/${verb}`, body)
    expect([status, answer.error.code]).toEqual([403, 'sandbox-only'])
  }
})
