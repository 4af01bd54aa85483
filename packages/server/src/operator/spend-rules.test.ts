import type { Card } from '@openissuer/core/card/card.ts'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ledgerViolations } from '../../../../test/support/ledger-invariants.ts'
import { createOperatorDoor, type OperatorDoor } from '../../../../test/support/operator-door.ts'
import { addLoadedCard, addPartner, addProgram } from '../../../../test/support/use-cases.ts'

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

type Method = Parameters<OperatorDoor['call']>[0]
type Answered = { status: number; body: Record<string, unknown> }

async function call(
  method: Method,
  { partnerId }: Pick<Card, 'partnerId'>,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
): Promise<Answered> {
  const { status, text } = await door.call(method, `/operator/v1/partners/${partnerId}/${path}`, body, headers)
  return { status, body: JSON.parse(text) as Record<string, unknown> }
}

const groceries = ({ cardId }: Pick<Card, 'cardId'>) => ({
  name: 'groceries',
  scope: { kind: 'card', id: String(cardId) },
  window: { kind: 'fixed', unit: 'week', zone: 'Europe/Berlin' },
  currency: 'USD',
  maxAmount: '25.00',
  maxCount: 3,
  filter: { mccs: ['5411'] },
})

const GROCER = { id: 'GROCER-1', mcc: '5411', country: 'DE' }

async function buy(card: Card, amount: string, merchant: object = GROCER): Promise<Record<string, unknown>> {
  const body = { cardToken: card.token, amount, currency: 'USD', merchant }
  const { text } = await door.post('/operator/v1/simulations/authorizations', body)
  return JSON.parse(text) as Record<string, unknown>
}

describe('a spend limit', () => {
  test('is created, declines what does not fit, and says how much is used', async () => {
    const card = await newCard()
    const created = await call('POST', card, 'spend-limits', groceries(card))
    expect(created).toMatchObject({
      status: 201,
      body: { ...groceries(card), partnerId: String(card.partnerId), policy: 'standard' },
    })
    expect(await buy(card, '20.00')).toMatchObject({ decision: 'approved' })
    const declined = await buy(card, '5.01')
    expect(declined).toMatchObject({
      decision: 'declined',
      declineReason: 'spend-limit-amount-exceeded',
      responseCode: '61',
      explanation: 'The purchase does not fit one of the spending limits of the card.',
    })
    const trace = declined['trace'] as unknown[]
    expect(trace.at(-1)).toEqual({
      check: 'spend-limit-amount: groceries',
      passed: false,
      value: '5.01',
      threshold: '25.00',
      remaining: '5.00',
      window: { from: '2026-05-17T22:00:00Z', to: '2026-05-24T22:00:00Z', zone: 'Europe/Berlin' },
    })
    expect(await buy(card, '50.00', { mcc: '5812' })).toMatchObject({ decision: 'approved' })
    const { body } = await call('GET', card, `spend-limits/${String(created.body['limitId'])}`)
    expect(body['use']).toEqual({
      window: { from: '2026-05-17T22:00:00Z', to: '2026-05-24T22:00:00Z', zone: 'Europe/Berlin' },
      count: 1,
      amount: '20.00',
      remainingCount: 2,
      remainingAmount: '5.00',
    })
  })

  test('may name its card by the token', async () => {
    const card = await newCard()
    const terms = { ...groceries(card), scope: { kind: 'card', cardToken: card.token } }
    const { status, body } = await call('POST', card, 'spend-limits', terms)
    expect({ status, scope: body['scope'] }).toEqual({ status: 201, scope: { kind: 'card', id: String(card.cardId) } })
  })

  test('is raised and lowered, and what it has counted stays', async () => {
    const card = await newCard()
    const { body } = await call('POST', card, 'spend-limits', groceries(card))
    const path = `spend-limits/${String(body['limitId'])}`
    await buy(card, '20.00')
    expect(await call('PATCH', card, path, { maxAmount: '30.00' })).toMatchObject({
      status: 200,
      body: { maxAmount: '30.00', maxCount: 3 },
    })
    expect(await buy(card, '10.00')).toMatchObject({ decision: 'approved' })
    await call('PATCH', card, path, { maxAmount: '10.00', maxCount: null })
    expect(await buy(card, '0.01')).toMatchObject({ declineReason: 'spend-limit-amount-exceeded' })
    const { body: read } = await call('GET', card, path)
    expect(read).toMatchObject({ maxCount: null, use: { count: 2, amount: '30.00', remainingAmount: '0.00' } })
  })

  test('that was removed is asked no more, and is gone', async () => {
    const card = await newCard()
    const { body } = await call('POST', card, 'spend-limits', groceries(card))
    const path = `spend-limits/${String(body['limitId'])}`
    await buy(card, '20.00')
    expect(await call('DELETE', card, path)).toMatchObject({ status: 200, body: { removed: true } })
    expect(await buy(card, '20.00')).toMatchObject({ decision: 'approved' })
    for (const method of ['GET', 'DELETE', 'PATCH'] as const) {
      const answer = await call(method, card, path, method === 'PATCH' ? { maxCount: 1 } : undefined)
      expect(answer).toMatchObject({ status: 404, body: { error: { code: 'spend-limit-not-found' } } })
    }
  })

  test('is listed by scope, in the order in which limits object', async () => {
    const card = await newCard()
    const program = { ...groceries(card), name: 'all', scope: { kind: 'program', id: String(card.programId) } }
    await call('POST', card, 'spend-limits', groceries(card))
    await call('POST', card, 'spend-limits', program)
    const namesOf = ({ body }: Answered) => (body['spendLimits'] as { name: string }[]).map(({ name }) => name)
    expect(namesOf(await call('GET', card, 'spend-limits'))).toEqual(['groceries', 'all'])
    expect(namesOf(await call('GET', card, 'spend-limits?offset=1&limit=1'))).toEqual(['all'])
    expect(namesOf(await call('GET', card, `spend-limits?scopeKind=card&scopeId=${card.cardId}`))).toEqual([
      'groceries',
    ])
    expect(namesOf(await call('GET', card, `spend-limits?scopeKind=card&scopeId=${card.cardId + 1n}`))).toEqual([])
  })

  test('is created once per Idempotency-Key', async () => {
    const card = await newCard()
    const headers = { 'idempotency-key': `limit-${card.cardId}` }
    const first = await call('POST', card, 'spend-limits', groceries(card), headers)
    expect(await call('POST', card, 'spend-limits', groceries(card), headers)).toEqual(first)
    const { body } = await call('GET', card, 'spend-limits')
    expect(body['spendLimits']).toHaveLength(1)
  })

  test('of one partner does not exist for another', async () => {
    const [card, other] = [await newCard(), await newCard()]
    const { body } = await call('POST', card, 'spend-limits', groceries(card))
    const answer = await call('GET', other, `spend-limits/${String(body['limitId'])}`)
    expect(answer).toMatchObject({ status: 404, body: { error: { code: 'spend-limit-not-found' } } })
    const foreign = await call('POST', other, 'spend-limits', groceries(card))
    expect(foreign).toMatchObject({ status: 404, body: { error: { code: 'card-not-found', field: 'scope.id' } } })
  })

  test.each([
    [{ name: undefined }, 400, 'invalid-request', 'name'],
    [{ currency: 'EUR' }, 422, 'unknown-currency', 'currency'],
    [{ currency: 'XXZ' }, 400, 'invalid-request', 'currency'],
    [{ maxAmount: '0.00' }, 400, 'invalid-request', 'maxAmount'],
    [{ maxAmount: '1.005' }, 400, 'invalid-request', 'maxAmount'],
    [{ maxAmount: null, maxCount: null }, 400, 'invalid-request', 'maxAmount'],
    [{ window: { kind: 'fixed', unit: 'day', zone: '+02:00' } }, 400, 'invalid-request', 'window.zone'],
    [{ filter: { mccs: ['541'] } }, 400, 'invalid-request', 'filter.mccs[0]'],
    [{ scope: { kind: 'account', id: '1' } }, 404, 'account-not-found', 'scope.id'],
    [{ scope: { kind: 'cardholder', id: '1' } }, 404, 'cardholder-not-found', 'scope.id'],
    [{ scope: { kind: 'program', id: '999' } }, 404, 'program-not-found', 'scope.id'],
    [{ scope: { kind: 'card', cardToken: '000000000000' } }, 404, 'card-not-found', 'scope.cardToken'],
    [{ scope: { kind: 'planet', id: '1' } }, 400, 'invalid-request', 'scope.kind'],
    [{ surprise: true }, 400, 'invalid-request', 'surprise'],
  ])('with %j is refused and changes nothing', async (changes, status, code, field) => {
    const card = await newCard()
    const answer = await call('POST', card, 'spend-limits', { ...groceries(card), ...changes })
    expect(answer).toMatchObject({ status, body: { error: { code, field } } })
    expect((await call('GET', card, 'spend-limits')).body).toEqual({ spendLimits: [] })
  })

  test.each([
    [{}, 'invalid-request'],
    [{ maxAmount: null, maxCount: null }, 'invalid-request'],
    [{ maxAmount: '-1.00' }, 'invalid-request'],
    [{ maxCount: 0 }, 'invalid-request'],
    [{ name: '' }, 'invalid-request'],
    [{ currency: 'EUR' }, 'invalid-request'],
  ])('is not changed by %j', async (changes, code) => {
    const card = await newCard()
    const { body } = await call('POST', card, 'spend-limits', groceries(card))
    const path = `spend-limits/${String(body['limitId'])}`
    const before = await call('GET', card, path)
    expect(await call('PATCH', card, path, changes)).toMatchObject({ status: 400, body: { error: { code } } })
    expect(await call('GET', card, path)).toEqual(before)
  })

  test.each(['?scopeKind=card', '?scopeId=7', '?scopeKind=planet&scopeId=7', '?limit=0', '?limit=101', '?offset=-1'])(
    'is not listed with %s',
    async query => {
      const answer = await call('GET', await newCard(), `spend-limits${query}`)
      expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid-request' } } })
    },
  )

  test('of a partner that does not exist is refused', async () => {
    const nobody = { partnerId: 99n }
    const refused = { status: 404, body: { error: { code: 'partner-not-found' } } }
    expect(await call('GET', nobody, 'spend-limits')).toMatchObject(refused)
    const program = { ...groceries({ cardId: 1n }), scope: { kind: 'program', id: '1' } }
    expect(await call('POST', nobody, 'spend-limits', program)).toMatchObject(refused)
  })
})

describe('a merchant control', () => {
  const NO_GROCERS = { name: 'no grocers', block: { mccs: ['5400-5499'] } }
  const onCard = ({ token }: Pick<Card, 'token'>) => ({ ...NO_GROCERS, scope: { kind: 'card', cardToken: token } })

  test('is created, declines what it blocks, is listed, read and removed', async () => {
    const card = await newCard()
    const created = await call('POST', card, 'merchant-controls', onCard(card))
    const expected = {
      controlId: created.body['controlId'],
      partnerId: String(card.partnerId),
      name: 'no grocers',
      scope: { kind: 'card', id: String(card.cardId) },
      allow: null,
      block: { mccs: ['5400-5499'] },
    }
    expect(created).toEqual({ status: 201, body: expected })
    const declined = await buy(card, '1.00')
    expect(declined).toMatchObject({
      declineReason: 'mcc-blocked',
      explanation: 'The card may not be used for this kind of business.',
    })
    expect(await buy(card, '1.00', { mcc: '5812' })).toMatchObject({ decision: 'approved' })
    const path = `merchant-controls/${String(expected.controlId)}`
    expect((await call('GET', card, 'merchant-controls')).body).toEqual({ merchantControls: [expected] })
    expect((await call('GET', card, path)).body).toEqual(expected)
    expect((await call('DELETE', card, path)).status).toBe(200)
    expect(await buy(card, '1.00')).toMatchObject({ decision: 'approved' })
    for (const method of ['GET', 'DELETE'] as const) {
      const answer = await call(method, card, path)
      expect(answer).toMatchObject({ status: 404, body: { error: { code: 'merchant-control-not-found' } } })
    }
  })

  test.each([
    [{ block: undefined }, 'allow'],
    [{ block: {} }, 'block'],
    [{ block: { countries: ['ZZ'] } }, 'block.countries[0]'],
    [{ name: '  ' }, 'name'],
    [{ block: { merchantIds: [] } }, 'block.merchantIds'],
  ])('with %j is refused', async (changes, field) => {
    const card = await newCard()
    const answer = await call('POST', card, 'merchant-controls', { ...onCard(card), ...changes })
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid-request', field } } })
    expect((await call('GET', card, 'merchant-controls')).body).toEqual({ merchantControls: [] })
  })
})
