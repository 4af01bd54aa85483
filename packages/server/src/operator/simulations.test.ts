import type { Card } from '@openissuer/core/card/card.ts'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ledgerViolations } from '../../../../test/support/ledger-invariants.ts'
import { createOperatorDoor, type OperatorDoor } from '../../../../test/support/operator-door.ts'
import { addLoadedCard, addPartner, addProgram, setCardStatus } from '../../../../test/support/use-cases.ts'

const PATH = '/operator/v1/simulations/authorizations'

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

async function panOf(card: Card): Promise<string> {
  const { rows } = await door.useCases.pool.query<{ ciphertext: Buffer; keyId: number }>(
    'select pan_ciphertext as ciphertext, pan_key_id as "keyId" from card where card_id = $1',
    [card.cardId],
  )
  if (rows[0] === undefined) throw new Error('no such card')
  return door.useCases.ports.vault.openPan(card, rows[0])
}

async function heldOf(card: Card) {
  return (await door.useCases.ports.storage.read.account(card.partnerId, card.accountId))?.held.minor
}

const simulate = (card: Pick<Card, 'token'>, changes: Record<string, unknown> = {}, headers?: Record<string, string>) =>
  door.post(PATH, { cardToken: card.token, amount: '12.50', currency: 'USD', ...changes }, headers)

/** Expects a refusal after which nothing is held or recorded. */
async function expectRefusal(
  card: Card,
  changes: Record<string, unknown>,
  refusal: readonly [number, string, string?],
) {
  const { status, body } = await simulate(card, changes)
  expect([status, body.error.code, body.error.field]).toEqual([refusal[0], refusal[1], refusal[2]])
  expect(await heldOf(card)).toBe(0n)
  const recorded = 'select from card_authorization where card_id = $1'
  expect((await door.useCases.pool.query(recorded, [card.cardId])).rowCount).toBe(0)
}

describe('a simulated purchase', () => {
  test('that fits is approved and explained', async () => {
    const card = await newCard()
    const merchant = { id: 'M-1  ', name: 'Coffee', mcc: '5814', country: 'US', city: 'Reno', acquirerId: '123456' }
    const { status, body } = await simulate(card, { merchant })
    expect(status).toBe(200)
    const money = { amount: '12.50', currency: 'USD' }
    expect(body).toMatchObject({
      partnerId: String(card.partnerId),
      cardToken: card.token,
      maskedPan: `658704******${card.lastFour}`,
      decision: 'approved',
      declineReason: null,
      explanation: 'Approved: 12.50 USD is on hold.',
      responseCode: '00',
      approvalCode: expect.stringMatching(/^\d{6}$/),
      transactionAmount: money,
      billingAmount: money,
      held: money,
      createdAt: '2026-05-22T12:00:00Z',
    })
    expect(body.trace.at(-1)).toEqual({
      check: 'available-funds',
      passed: true,
      value: '12.50',
      threshold: '100.00',
      remaining: '100.00',
      window: null,
    })
    expect(await heldOf(card)).toBe(1250n)
    const { read } = door.useCases.ports.storage
    const kept = await read.authorizationById(card.partnerId, BigInt(body.authorizationId))
    expect(kept?.merchant).toEqual(merchant)
  })

  test('that does not fit is declined: a normal answer with its reason', async () => {
    const card = await newCard()
    const { status, body } = await simulate(card, { amount: '100.01' })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      decision: 'declined',
      declineReason: 'insufficient-funds',
      explanation: 'There is not enough money available for the purchase.',
      responseCode: '51',
      approvalCode: null,
      held: { amount: '0.00', currency: 'USD' },
    })
    expect(body.trace.at(-1)).toMatchObject({ check: 'available-funds', passed: false, remaining: '100.00' })
    expect(await heldOf(card)).toBe(0n)
  })

  test.each([
    ['lost', 'card-lost', '41'],
    ['blocked', 'card-not-active', '62'],
    ['closed', 'card-not-active', '62'],
  ] as const)('on a card that is %s is declined: %s', async (cardStatus, declineReason, responseCode) => {
    const card = await newCard()
    await setCardStatus(door.useCases, card, cardStatus)
    expect((await simulate(card)).body).toMatchObject({ decision: 'declined', declineReason, responseCode })
  })

  test('finds the card by its PAN, which is in no answer', async () => {
    const card = await newCard()
    const pan = await panOf(card)
    const { status, body, text } = await simulate(card, { cardToken: undefined, pan })
    expect([status, body.cardToken, body.decision]).toEqual([200, card.token, 'approved'])
    expect(text).not.toContain(pan)
    expect(text).not.toContain(pan.slice(6, 15))
  })
})

describe('the card', () => {
  test.each([
    ['an unknown token', { cardToken: '999999999999' }],
    ['a token that is no number', { cardToken: "x' or '1'='1" }],
    ['an unknown PAN', { cardToken: undefined, pan: '6587040000000000' }],
    ['a PAN of 11 digits', { cardToken: undefined, pan: '65870400000' }],
    ['a PAN with blanks', { cardToken: undefined, pan: '6587 0400 0000 0000' }],
  ])('is not found by %s', async (_name, changes) => {
    await expectRefusal(await newCard(), changes, [404, 'card-not-found'])
  })

  test('is named once: by neither or by both of token and PAN is refused', async () => {
    const card = await newCard()
    await expectRefusal(card, { cardToken: undefined }, [400, 'invalid-request', 'cardToken'])
    await expectRefusal(card, { pan: await panOf(card) }, [400, 'invalid-request', 'cardToken'])
  })

  test('is not named by an empty text or a number', async () => {
    const card = await newCard()
    await expectRefusal(card, { cardToken: '' }, [400, 'invalid-request', 'cardToken'])
    await expectRefusal(card, { cardToken: Number(card.token) }, [400, 'invalid-request', 'cardToken'])
    await expectRefusal(card, { cardToken: undefined, pan: '6'.repeat(20) }, [400, 'invalid-request', 'pan'])
  })
})

describe('the amount', () => {
  test.each([
    '0',
    '0.00',
    '-1',
    '-0.01',
    '1.234',
    '1.000',
    '1e3',
    'abc',
    '',
    ' 1',
    '1 ',
    '+1',
    '.5',
    '5.',
    '1,00',
    '0x10',
    'NaN',
    'Infinity',
    '１２',
    '10000000000000.01',
    '92233720368547758.08',
    '99999999999999999999',
  ])('%j is refused', async amount => {
    await expectRefusal(await newCard(), { amount }, [400, 'invalid-amount', 'amount'])
  })

  test.each([
    ['of more than 24 characters', '9'.repeat(25)],
    ['that is a number', 12.5],
    ['that is null', null],
    ['that is missing', undefined],
  ])('%s is refused', async (_name, amount) => {
    await expectRefusal(await newCard(), { amount }, [400, 'invalid-request', 'amount'])
  })

  test.each([
    ['0.01', 1n],
    ['1', 100n],
    ['1.5', 150n],
    ['007.00', 700n],
    ['100.00', 10_000n],
  ])('%s is held as %s minor units', async (amount, minor) => {
    const card = await newCard()
    expect((await simulate(card, { amount })).body.decision).toBe('approved')
    expect(await heldOf(card)).toBe(minor)
  })

  test('as large as any is declined for want of money', async () => {
    const { status, body } = await simulate(await newCard(), { amount: '10000000000000.00' })
    expect([status, body.declineReason]).toEqual([200, 'insufficient-funds'])
  })
})

describe('the currency', () => {
  test.each(['ABC', 'usd', 'US', '840', '', '__pro'])('%j is not known', async currency => {
    await expectRefusal(await newCard(), { currency }, [422, 'unknown-currency', 'currency'])
  })

  test.each(['EUR', 'KWD', 'TUSDT'])('%s has no rate to the currency of the card', async currency => {
    const { status, body } = await simulate(await newCard(), { currency })
    expect([status, body.decision, body.declineReason]).toEqual([200, 'declined', 'no-exchange-rate'])
    expect(body.trace.at(-1)).toMatchObject({ check: 'exchange-rate', passed: false, value: `none from ${currency}` })
  })

  test('decides how many decimals an amount may have', async () => {
    await expectRefusal(await newCard(), { currency: 'JPY', amount: '1.5' }, [400, 'invalid-amount', 'amount'])
    expect((await simulate(await newCard(), { currency: 'KWD', amount: '1.234' })).status).toBe(200)
  })

  test.each([
    ['too long', 'DOLLAR'],
    ['a number', 840],
    ['missing', undefined],
  ])('that is %s is refused', async (_name, currency) => {
    await expectRefusal(await newCard(), { currency }, [400, 'invalid-request', 'currency'])
  })
})

describe('the billing amount of the network', () => {
  test('is what is held, at the rate between the two amounts', async () => {
    const card = await newCard()
    const { text, status } = await simulate(card, { currency: 'EUR', amount: '10.00', billingAmount: '11.25' })
    expect(status).toBe(200)
    expect(JSON.parse(text)).toMatchObject({
      decision: 'approved',
      transactionAmount: { amount: '10.00', currency: 'EUR' },
      billingAmount: { amount: '11.25', currency: 'USD' },
      conversionRate: '1.125',
    })
    expect(await heldOf(card)).toBe(1_125n)
  })

  test.each([
    ['with more decimals than the card has', { billingAmount: '11.255', currency: 'EUR' }, 'billingAmount'],
    ['that is no amount', { billingAmount: 'eleven', currency: 'EUR' }, 'billingAmount'],
    ['of zero', { billingAmount: '0.00', currency: 'EUR' }, 'amount'],
    ['that differs in one currency', { billingAmount: '9.99', amount: '10.00' }, 'billingAmount'],
    ['of a verification', { billingAmount: '1.00', amount: '0.00', purpose: 'verification' }, 'billingAmount'],
  ])('%s is refused', async (_name, changes, field) => {
    await expectRefusal(await newCard(), changes, [400, 'invalid-amount', field])
  })
})

describe('the merchant', () => {
  test.each([
    ['mcc', '58', 400, 'invalid-request'],
    ['mcc', '58145', 400, 'invalid-request'],
    ['mcc', 5814, 400, 'invalid-request'],
    ['country', 'us', 400, 'invalid-request'],
    ['country', 'USA', 400, 'invalid-request'],
    ['country', 'XX', 400, 'invalid-field'],
    ['name', 'x'.repeat(65), 400, 'invalid-request'],
    ['name', '', 400, 'invalid-request'],
    ['colour', 'red', 400, 'invalid-request'],
  ])('with %s %j is refused', async (field, value, status, code) => {
    await expectRefusal(await newCard(), { merchant: { [field]: value } }, [status, code, `merchant.${field}`])
  })

  test('may be left out, in part or wholly', async () => {
    const card = await newCard()
    for (const merchant of [undefined, {}, { city: 'Zürich' }]) {
      expect((await simulate(card, { merchant })).status).toBe(200)
    }
  })
})

describe('what else a message says', () => {
  test.each(['verification', 'balance-inquiry'])('%s takes the amount zero and holds nothing', async purpose => {
    const card = await newCard()
    const { body } = await simulate(card, { purpose, amount: '0' })
    expect(body).toMatchObject({ decision: 'approved', purpose, held: { amount: '0.00', currency: 'USD' } })
    expect(await heldOf(card)).toBe(0n)
    await expectRefusal(await newCard(), { purpose, amount: '0.01' }, [400, 'invalid-amount', 'amount'])
  })

  test('a refund beyond the money of the card is approved and holds nothing', async () => {
    const card = await newCard()
    expect((await simulate(card, { purpose: 'refund', amount: '500.00' })).body.decision).toBe('approved')
    expect(await heldOf(card)).toBe(0n)
  })

  test('a partial approval holds what is there', async () => {
    const card = await newCard()
    const { body } = await simulate(card, { amount: '250.00', partialApproval: true })
    expect(body).toMatchObject({
      decision: 'approved',
      billingAmount: { amount: '250.00', currency: 'USD' },
      approvedAmount: { amount: '100.00', currency: 'USD' },
    })
    expect(await heldOf(card)).toBe(10_000n)
  })

  test('an advice is recorded beyond the money of the card', async () => {
    const card = await newCard()
    expect((await simulate(card, { amount: '150.00', advice: true })).body.decision).toBe('approved')
    expect(await heldOf(card)).toBe(15_000n)
    expect((await simulate(card, { amount: '0.01' })).body.declineReason).toBe('insufficient-funds')
  })

  test('data about the card is compared with the card', async () => {
    const card = await newCard()
    const cvv2 = door.useCases.ports.vault.cvv2(await panOf(card), card.expiry)
    const other = cvv2 === '000' ? '001' : '000'
    const declineReason = async (cardData: Record<string, string>) =>
      (await simulate(card, { amount: '1.00', cardData })).body.declineReason
    expect(await declineReason({ cvv2, expiry: '2905' })).toBeNull()
    expect(await declineReason({ cvv2: other, expiry: '2905' })).toBe('cvv2-mismatch')
    expect(await declineReason({ cvv2: other, expiry: '2906' })).toBe('expiry-mismatch')
    expect(await heldOf(card)).toBe(100n)
  })

  test('an expiry that is no month is refused', async () => {
    await expectRefusal(await newCard(), { cardData: { expiry: '2913' } }, [400, 'invalid-field', 'cardData.expiry'])
  })

  test('a forced decline has the reason that was asked for, after the checks of the card', async () => {
    const card = await newCard()
    const forceDecline = 'insufficient-funds'
    expect((await simulate(card, { forceDecline })).body).toMatchObject({ declineReason: forceDecline })
    await setCardStatus(door.useCases, card, 'lost')
    expect((await simulate(card, { forceDecline })).body).toMatchObject({ declineReason: 'card-lost' })
    expect(await heldOf(card)).toBe(0n)
  })

  test.each([
    ['purpose', 'gift'],
    ['entryMode', 'telepathy'],
    ['forceDecline', 'because'],
    ['partialApproval', 'yes'],
    ['advice', 1],
    ['threeDs', 'yes'],
  ])('with %s %j is refused', async (field, value) => {
    await expectRefusal(await newCard(), { [field]: value }, [400, 'invalid-request', field])
  })
})

describe('the PIN', () => {
  const setPin = (card: Card, pin: unknown) => door.call('PUT', `/operator/v1/cards/${card.token}/pin`, { pin })
  const withPin = async (card: Card, pin: string) => (await simulate(card, { amount: '1.00', cardData: { pin } })).body

  test('is compared with what is kept of it', async () => {
    const card = await newCard()
    await setPin(card, '4711')
    expect(await withPin(card, '4711')).toMatchObject({ declineReason: null })
    const wrong = await withPin(card, '4712')
    expect([wrong.declineReason, wrong.trace.at(-1)]).toMatchObject(['pin-mismatch', { value: 'mismatch' }])
    await setPin(card, '4712')
    expect(await withPin(card, '4712')).toMatchObject({ declineReason: null })
  })

  test('of a card that has none is wrong, and the trace says why', async () => {
    const { declineReason, trace } = await withPin(await newCard(), '4711')
    expect([declineReason, trace.at(-1)]).toMatchObject(['pin-mismatch', { check: 'pin-data', value: 'not-set' }])
  })

  test('of one card is not that of another', async () => {
    const [one, other] = [await newCard(), await newCard()]
    await setPin(one, '4711')
    await setPin(other, '4712')
    expect(await withPin(other, '4711')).toMatchObject({ declineReason: 'pin-mismatch' })
  })

  test.each(['123', '1234567890123', '12a4', '', 1234])('%j is refused', async pin => {
    await expectRefusal(await newCard(), { cardData: { pin } }, [400, 'invalid-request', 'cardData.pin'])
  })
})

describe('3-D Secure', () => {
  const DS = '8A880DC0-D2D2-4067-BCB1-B08D1690B26E'
  const read = async (authorizationId: string) =>
    JSON.parse((await door.call('GET', `/operator/v1/authorizations/${authorizationId}`)).text) as { threeDs: unknown }

  test('is kept on the authorization as it came', async () => {
    const card = await newCard()
    const threeDs = { version: '2.2.0', eci: '05', result: 'authenticated', dsTransactionId: DS }
    const { body } = await simulate(card, { entryMode: 'ecommerce', threeDs })
    expect(body.decision).toBe('approved')
    expect((await read(body.authorizationId)).threeDs).toEqual({ ...threeDs, dsTransactionId: DS.toLowerCase() })
    const bare = await simulate(card, { threeDs: { eci: '01', result: 'attempted' } })
    expect((await read(bare.body.authorizationId)).threeDs).toEqual({
      version: null,
      eci: '01',
      result: 'attempted',
      dsTransactionId: null,
    })
    const without = await simulate(card)
    expect((await read(without.body.authorizationId)).threeDs).toBeNull()
  })

  test('that has failed declines, and the result is kept', async () => {
    const card = await newCard()
    const { body } = await simulate(card, { threeDs: { eci: '07', result: 'failed' } })
    expect(body).toMatchObject({
      declineReason: 'authentication-failed',
      responseCode: '59',
      explanation: 'The identity check for the purchase was not passed.',
    })
    expect(body.trace.at(-1)).toMatchObject({ check: 'three-ds-data', passed: false, value: 'failed' })
    expect((await read(body.authorizationId)).threeDs).toMatchObject({ eci: '07', result: 'failed' })
    expect(await heldOf(card)).toBe(0n)
  })

  test.each([
    [{ eci: '05', result: 'failed' }, 'threeDs.eci'],
    [{ eci: '07', result: 'authenticated' }, 'threeDs.eci'],
    [{ eci: '02', result: 'attempted' }, 'threeDs.eci'],
    [{ eci: '5', result: 'authenticated' }, 'threeDs.eci'],
    [{ eci: 5, result: 'authenticated' }, 'threeDs.eci'],
    [{ result: 'authenticated' }, 'threeDs.eci'],
    [{ eci: '05', result: 'passed' }, 'threeDs.result'],
    [{ eci: '05' }, 'threeDs.result'],
    [{ eci: '05', result: 'authenticated', version: '1.0.2' }, 'threeDs.version'],
    [{ eci: '05', result: 'authenticated', dsTransactionId: '42' }, 'threeDs.dsTransactionId'],
    [{ eci: '05', result: 'authenticated', cavv: 'AAAB' }, 'threeDs.cavv'],
  ])('of %j is refused', async (threeDs, field) => {
    await expectRefusal(await newCard(), { threeDs }, [400, 'invalid-request', field])
  })
})

describe('a magic amount', () => {
  test('is declined for its reason and not told by anything else', async () => {
    const { body } = await simulate(await newCard(), { amount: '9900.55' })
    expect(body).toMatchObject({ declineReason: 'pin-mismatch', responseCode: '55' })
    expect(body.trace.at(-1)).toMatchObject({ check: 'magic-amount', passed: false, value: 'pin-mismatch' })
  })
})

describe('an idempotency key', () => {
  test('with the same body gets the recorded decision and holds once', async () => {
    const card = await newCard()
    const headers = { 'idempotency-key': 'purchase-1' }
    const first = await simulate(card, {}, headers)
    await setCardStatus(door.useCases, card, 'closed')
    expect(first.body).toMatchObject({ decision: 'approved', repeated: false })
    expect((await simulate(card, {}, headers)).body).toEqual({ ...first.body, repeated: true })
    expect(await heldOf(card)).toBe(1250n)
  })

  test('with another body is refused', async () => {
    const card = await newCard()
    const headers = { 'idempotency-key': 'purchase-2' }
    await simulate(card, {}, headers)
    const { status, body } = await simulate(card, { amount: '12.51' }, headers)
    expect([status, body.error.code]).toEqual([409, 'duplicate-request'])
    expect(await heldOf(card)).toBe(1250n)
  })

  test('records a decline too, as it is a decision', async () => {
    const card = await newCard()
    const headers = { 'idempotency-key': 'purchase-3' }
    await setCardStatus(door.useCases, card, 'blocked')
    const first = await simulate(card, {}, headers)
    await setCardStatus(door.useCases, card, 'active')
    expect((await simulate(card, {}, headers)).body).toEqual({ ...first.body, repeated: true })
    expect(await heldOf(card)).toBe(0n)
  })

  test('that comes many times at once holds once', async () => {
    const card = await newCard()
    const headers = { 'idempotency-key': 'purchase-4' }
    const answers = await Promise.all(Array.from({ length: 8 }, () => simulate(card, {}, headers)))
    expect(new Set(answers.map(({ body }) => JSON.stringify({ ...body, repeated: true }))).size).toBe(1)
    expect(answers.filter(({ body }) => !body.repeated)).toHaveLength(1)
    expect(await heldOf(card)).toBe(1250n)
  })

  test('gets the answer of then, whatever has happened to the authorization since', async () => {
    const card = await newCard()
    const headers = { 'idempotency-key': 'purchase-5' }
    const first = await simulate(card, {}, headers)
    const { authorizationId } = first.body
    const follow = async (verb: string, body: Record<string, unknown> = {}) =>
      (await door.post(`/operator/v1/simulations/${verb}`, { authorizationId, ...body })).status
    const again = async () => (await simulate(card, {}, headers)).body
    const asAnswered = { ...first.body, repeated: true }
    expect(await follow('increments', { amount: '3.00' })).toBe(200)
    expect(await again()).toEqual(asAnswered)
    expect(await follow('increments', { amount: '500.00' })).toBe(200)
    expect(await follow('reversals', { amount: '5.00' })).toBe(200)
    expect(await again()).toEqual(asAnswered)
    expect(await follow('clearings', { amount: '20.00', final: true })).toBe(200)
    expect(await follow('refunds', { amount: '1.00' })).toBe(200)
    expect(await again()).toEqual(asAnswered)
  })

  test('without one, each call is a purchase of its own', async () => {
    const card = await newCard()
    const [first, second] = [await simulate(card), await simulate(card)]
    expect(first.body.authorizationId).not.toBe(second.body.authorizationId)
    expect(await heldOf(card)).toBe(2500n)
  })
})

test('in live mode there are no simulations, for a good request or a bad one', async () => {
  const card = await newCard()
  const bodies = [
    { cardToken: card.token, amount: '1.00', currency: 'USD' },
    { cardToken: '999999999999', amount: '1.00', currency: 'USD' },
  ]
  for (const body of bodies) {
    const answer = await door.live.post(PATH, body)
    expect([answer.status, answer.body.error.code]).toEqual([403, 'sandbox-only'])
  }
  expect(await heldOf(card)).toBe(0n)
})
