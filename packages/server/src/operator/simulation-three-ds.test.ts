/**
 * A challenge from the operator's call to the partner's receiver, and its answer in an authorization: over a real database
 * and a real socket.
 */
import type { Card } from '@openissuer/core/card/card.ts'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createOperatorDoor, type OperatorDoor } from '../../../../test/support/operator-door.ts'
import { addLoadedCard, addPartner, addProgram } from '../../../../test/support/use-cases.ts'
import {
  addEndpoint,
  type Receiver,
  startReceiver,
  startTestRelay,
  type TestRelay,
} from '../../../../test/support/webhooks.ts'

const CHALLENGES = '/operator/v1/simulations/three-ds-challenges'
const AUTHORIZATIONS = '/operator/v1/simulations/authorizations'
const NOW = '2026-05-22T12:00:00Z'
const SOON = { timeout: 10_000, interval: 10 }

let door: OperatorDoor
let receiver: Receiver
let relay: TestRelay
let card: Card

beforeAll(async () => {
  door = await createOperatorDoor()
  await addProgram(door.useCases)
})

afterAll(() => door.close())

beforeEach(async () => {
  door.useCases.clock.set(NOW)
  card = await addLoadedCard(door.useCases, await addPartner(door.useCases), 10_000n)
  receiver = await startReceiver()
  await addEndpoint(door.useCases, card.partnerId, receiver.url, { kinds: ['one-time-password'] })
  relay = startTestRelay(door.useCases)
})

afterEach(async () => {
  await relay.close()
  receiver.close()
  expect(relay.faults).toEqual([])
})

type Challenge = { readonly challengeId: string; readonly expiresAt: string }

async function challenge(changes: Record<string, unknown> = {}, headers?: Record<string, string>) {
  const merchant = { name: 'Test Merchant' }
  const asked = { cardToken: card.token, amount: '12.50', currency: 'USD', merchant, ...changes }
  const { status, body, text } = await door.post(CHALLENGES, asked, headers)
  return { status, body: body as unknown as Challenge, error: body.error, text }
}

/** What the cardholder hears from the partner. */
async function heard(count = 1): Promise<{ readonly text: string; readonly body: Record<string, unknown> }> {
  relay.look()
  await expect.poll(() => receiver.received.length, SOON).toBe(count)
  const [last] = receiver.received.slice(-1)
  if (last === undefined) throw new Error('nothing was received')
  return last
}

async function heardPassword(count = 1): Promise<string> {
  const { biz_data: told } = (await heard(count)).body
  return (told as { validation_value: string }).validation_value
}

async function challenged(): Promise<{ readonly challengeId: string; readonly password: string }> {
  const before = receiver.received.length
  const { challengeId } = (await challenge()).body
  return { challengeId, password: await heardPassword(before + 1) }
}

async function buy(threeDsChallenge: unknown, headers?: Record<string, string>, changes: Record<string, unknown> = {}) {
  const purchase = { cardToken: card.token, amount: '12.50', currency: 'USD', threeDsChallenge, ...changes }
  const { status, body } = await door.post(AUTHORIZATIONS, purchase, headers)
  return { status, body }
}

async function threeDsOf(authorizationId: string): Promise<unknown> {
  const { text } = await door.call('GET', `/operator/v1/authorizations/${authorizationId}`)
  return (JSON.parse(text) as { threeDs: unknown }).threeDs
}

const another = (password: string) => String((Number(password) + 1) % 1_000_000).padStart(6, '0')

describe('a challenge', () => {
  test('tells the partner a one-time password, as the vendor shows it', async () => {
    const { status, body } = await challenge()
    expect(status).toBe(200)
    expect(body).toEqual({
      challengeId: expect.stringMatching(/^\d{12}$/),
      partnerId: String(card.partnerId),
      cardToken: card.token,
      maskedPan: `658704******${card.lastFour}`,
      amount: '12.50',
      currency: 'USD',
      merchantName: 'Test Merchant',
      createdAt: NOW,
      expiresAt: '2026-05-22T12:05:00Z',
    })
    const { body: told } = await heard()
    expect(told).toMatchObject({
      timestamp: '2026-05-22 12:00:00',
      version: '1.0',
      sign_type: '',
      request_id: `IC1${body.challengeId.padStart(18, '0')}`,
      notify_type: 6,
    })
    expect(told['biz_data']).toEqual({
      validation_value: expect.stringMatching(/^\d{6}$/),
      amount: '12.50',
      currency: 'USD',
      card_token: card.token,
      card_pan: `658704******${card.lastFour}`,
      created_seconds: Temporal.Instant.from(NOW).epochMilliseconds / 1_000,
      merchant_name: 'Test Merchant',
    })
  })

  test('may be about no money and no merchant', async () => {
    const { status } = await challenge({ amount: '0.00', merchant: undefined })
    expect(status).toBe(200)
    expect((await heard()).body['biz_data']).toMatchObject({ amount: '0.00', merchant_name: '' })
  })

  test('is one challenge under one Idempotency-Key, and its answer does not hold the password', async () => {
    const headers = { 'idempotency-key': 'challenge-1' }
    const first = await challenge({}, headers)
    expect((await challenge({}, headers)).body).toEqual(first.body)
    expect(first.text).not.toContain(await heardPassword())
    expect((await challenge({ amount: '1.00' }, headers)).error.code).toBe('duplicate-request')
  })

  test('has its password in no row in clear, not even when the receiver sends it back', async () => {
    receiver.answer = ({ text }) => ({ text })
    const { password } = await challenged()
    const { partnerId } = card
    const states = async () =>
      (await door.useCases.ports.storage.read.webhookDeliveries({ partnerId, limit: 10 })).map(({ state }) => state)
    await expect.poll(states, SOON).toEqual(['delivered'])
    await buy({ challengeId: '1', password }, { 'idempotency-key': 'says-the-password' })
    const { rows: tables } = await door.useCases.pool.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public'`,
    )
    expect(tables.length).toBeGreaterThan(50)
    const found: string[] = []
    for (const { name } of tables) {
      const { rows } = await door.useCases.pool.query<{ text: string }>(`select t::text as text from ${name} t`)
      found.push(...rows.map(row => `${name}: ${row.text}`).filter(row => holds(row, password)))
    }
    expect(found).toEqual([])
  })

  /** As a text of its own or in hexadecimal, not as a part of a longer number. */
  function holds(row: string, password: string): boolean {
    return (
      new RegExp(`(?<![0-9a-f])${password}(?![0-9a-f])`).test(row) ||
      row.includes(Buffer.from(password).toString('hex'))
    )
  }

  test('is not told once its password has expired', async () => {
    receiver.answer = () => ({ status: 500 })
    await challenge()
    await heard()
    door.useCases.clock.set('2026-05-22T12:05:00Z')
    relay.look()
    const { partnerId } = card
    const states = async () =>
      (await door.useCases.ports.storage.read.webhookDeliveries({ partnerId, limit: 10 })).map(({ state }) => state)
    await expect.poll(states, SOON).toEqual(['skipped'])
    expect(receiver.received).toHaveLength(1)
  })

  test.each([
    [{ amount: '-1.00' }, 400, 'invalid-amount', 'amount'],
    [{ amount: '1.001' }, 400, 'invalid-amount', 'amount'],
    [{ currency: 'XXX' }, 422, 'unknown-currency', 'currency'],
    [{ cardToken: '999999999999' }, 404, 'card-not-found', undefined],
    [{ cardToken: undefined }, 400, 'invalid-request', 'cardToken'],
    [{ merchant: { name: '' } }, 400, 'invalid-request', 'merchant.name'],
    [{ password: '123456' }, 400, 'invalid-request', 'password'],
  ])('with %j is refused and announces nothing', async (changes, status, code, field) => {
    const refused = await challenge(changes)
    expect([refused.status, refused.error.code, refused.error.field]).toEqual([status, code, field])
    const recorded = 'select from three_ds_challenge where partner_id = $1'
    expect((await door.useCases.pool.query(recorded, [card.partnerId])).rowCount).toBe(0)
  })

  test('exists in sandbox mode only', async () => {
    const asked = { cardToken: card.token, amount: '12.50', currency: 'USD' }
    const { status, body } = await door.live.post(CHALLENGES, asked)
    expect([status, body.error.code]).toEqual([403, 'sandbox-only'])
  })
})

describe('the answer to a challenge', () => {
  const FAILED = { decision: 'declined', declineReason: 'authentication-failed', responseCode: '59' }

  test('that is right makes the message an authenticated one, and the password is kept no more', async () => {
    const asked = await challenged()
    const { status, body } = await buy(asked)
    expect([status, body.decision]).toEqual([200, 'approved'])
    expect(await threeDsOf(body.authorizationId)).toEqual({
      version: null,
      eci: '05',
      result: 'authenticated',
      dsTransactionId: null,
    })
    const { rows } = await door.useCases.pool.query(
      'select password, answered_by is not null as answered, passed from three_ds_challenge where challenge_id = $1',
      [asked.challengeId],
    )
    expect(rows).toEqual([{ password: null, answered: true, passed: true }])
  })

  test('that is wrong declines, and the right one comes too late', async () => {
    const { challengeId, password } = await challenged()
    const wrong = await buy({ challengeId, password: another(password) })
    expect(wrong.body).toMatchObject(FAILED)
    expect(await threeDsOf(wrong.body.authorizationId)).toMatchObject({ eci: '07', result: 'failed' })
    expect((await buy({ challengeId, password })).body).toMatchObject(FAILED)
  })

  test('declines once it has expired', async () => {
    const asked = await challenged()
    door.useCases.clock.set('2026-05-22T12:05:00Z')
    expect((await buy(asked)).body).toMatchObject(FAILED)
  })

  test('passes one message only, and that one again when the network repeats it', async () => {
    const asked = await challenged()
    const headers = { 'idempotency-key': 'purchase-1' }
    const first = await buy(asked, headers)
    expect(first.body).toMatchObject({ decision: 'approved', repeated: false })
    expect((await buy(asked)).body).toMatchObject(FAILED)
    expect((await buy(asked, headers)).body).toMatchObject({
      authorizationId: first.body.authorizationId,
      decision: 'approved',
      repeated: true,
    })
  })

  test('passes one of two messages that come at once', async () => {
    const asked = await challenged()
    const answers = await Promise.all([buy(asked), buy(asked), buy(asked)])
    expect(answers.map(({ body }) => body.decision).toSorted()).toEqual(['approved', 'declined', 'declined'])
  })

  test('by a message that is refused is none', async () => {
    const asked = await challenged()
    expect((await buy(asked, {}, { amount: '-1.00' })).body.error.code).toBe('invalid-amount')
    expect((await buy(asked)).body.decision).toBe('approved')
  })

  test('does not answer a challenge of another card', async () => {
    const asked = await challenged()
    card = await addLoadedCard(door.useCases, await addPartner(door.useCases), 10_000n)
    const { status, body } = await buy(asked)
    expect([status, body.error.code, body.error.field]).toEqual([
      404,
      'challenge-not-found',
      'threeDsChallenge.challengeId',
    ])
  })

  test.each([
    [{ challengeId: '1', password: '123456' }, {}, 404, 'challenge-not-found'],
    [{ challengeId: 'one', password: '123456' }, {}, 404, 'challenge-not-found'],
    [{ challengeId: '1' }, {}, 400, 'invalid-request'],
    [{ challengeId: '1', password: 123456 }, {}, 400, 'invalid-request'],
    [
      { challengeId: '1', password: '123456' },
      { threeDs: { eci: '05', result: 'authenticated' } },
      400,
      'invalid-request',
    ],
  ])('%j with %j is refused', async (answer, changes, status, code) => {
    const refused = await buy(answer, {}, changes)
    expect([refused.status, refused.body.error.code]).toEqual([status, code])
  })
})
