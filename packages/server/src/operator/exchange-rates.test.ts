import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createOperatorDoor, type OperatorDoor } from '../../../../test/support/operator-door.ts'
import { addLoadedCard, addPartner, addProgram } from '../../../../test/support/use-cases.ts'

const PATH = '/operator/v1/exchange-rates'

let door: OperatorDoor

beforeAll(async () => {
  door = await createOperatorDoor()
  await addProgram(door.useCases)
})

beforeEach(async () => {
  await door.useCases.pool.query('delete from exchange_rate')
  door.useCases.ports.rates.forget()
})

afterAll(() => door.close())

const EURO = { base: 'EUR', quote: 'USD', rate: '1.0800', validFrom: '2026-05-01T00:00:00Z', source: 'desk' }

async function get(query: string) {
  const { status, text } = await door.call('GET', `${PATH}${query}`)
  return { status, body: JSON.parse(text) as Record<string, unknown> }
}

const auditedPosts = async () => {
  const { rows } = await door.useCases.pool.query<{ count: bigint }>(
    `select count(*) from audit_log where partner_id = 0 and action = 'POST /operator/v1/exchange-rates'`,
  )
  return Number(rows[0]?.count)
}

describe('adding a rate', () => {
  test('answers with the line on file and leaves a line in the audit log', async () => {
    const audited = await auditedPosts()
    const { status, text } = await door.post(PATH, EURO)
    expect([status, JSON.parse(text)]).toEqual([201, { ...EURO, rate: '1.08' }])
    expect(await auditedPosts()).toBe(audited + 1)
  })

  test('is valid from now and from the operator unless it says otherwise', async () => {
    const { text } = await door.post(PATH, { base: 'USD', quote: 'JPY', rate: '150' })
    expect(JSON.parse(text)).toEqual({
      base: 'USD',
      quote: 'JPY',
      rate: '150',
      validFrom: '2026-05-22T12:00:00Z',
      source: 'operator',
    })
  })

  test('counts for the next purchase, and the one after it too', async () => {
    const card = await addLoadedCard(door.useCases, await addPartner(door.useCases), 50_000n)
    const buy = async () => {
      const message = { cardToken: card.token, amount: '10.00', currency: 'EUR' }
      const { text } = await door.post('/operator/v1/simulations/authorizations', message)
      return JSON.parse(text) as Record<string, unknown>
    }
    expect(await buy()).toMatchObject({ declineReason: 'no-exchange-rate', conversionRate: null })
    await door.post(PATH, EURO)
    expect(await buy()).toMatchObject({ decision: 'approved', conversionRate: '1.08' })
    await door.post(PATH, { ...EURO, rate: '1.1', validFrom: '2026-05-02T00:00:00Z' })
    expect(await buy()).toMatchObject({
      billingAmount: { amount: '11.00', currency: 'USD' },
      conversionRate: '1.1',
    })
  })

  test('is done once under one key, and another content under it is refused', async () => {
    const headers = { 'idempotency-key': 'rate-1' }
    const first = await door.post(PATH, { ...EURO, base: 'GBP' }, headers)
    expect(await door.post(PATH, { ...EURO, base: 'GBP' }, headers)).toEqual(first)
    const other = await door.post(PATH, { ...EURO, base: 'GBP', rate: '2' }, headers)
    expect([other.status, other.body.error.code]).toEqual([409, 'duplicate-request'])
  })

  test('works in live mode as in sandbox', async () => {
    expect((await door.live.post(PATH, EURO)).status).toBe(201)
    expect((await door.live.call('GET', `${PATH}?base=EUR`)).status).toBe(200)
  })

  test.each([
    ['another rate from the same instant', { rate: '1.09' }, 409, 'duplicate-exchange-rate', undefined],
    ['an unknown base', { base: 'XXQ' }, 422, 'unknown-currency', 'base'],
    ['an unknown quote', { quote: 'eur' }, 422, 'unknown-currency', 'quote'],
    ['one currency', { quote: 'EUR' }, 400, 'invalid-field', 'quote'],
    ['a rate of zero', { rate: '0' }, 400, 'invalid-field', 'rate'],
    ['a rate that is a number', { rate: 1.08 }, 400, 'invalid-request', 'rate'],
    ['no rate', { rate: undefined }, 400, 'invalid-request', 'rate'],
    ['an instant without an offset', { validFrom: '2026-05-01T00:00:00' }, 400, 'invalid-field', 'validFrom'],
    ['an instant out of range', { validFrom: '+012026-05-01T00:00:00Z' }, 400, 'invalid-field', 'validFrom'],
    ['a source without a word', { source: '' }, 400, 'invalid-request', 'source'],
    ['a field that is not known', { markup: 1 }, 400, 'invalid-request', 'markup'],
  ])('with %s is refused and changes nothing', async (_name, changes, status, code, field) => {
    await door.post(PATH, EURO)
    const before = await get('')
    const answer = await door.post(PATH, { ...EURO, ...changes })
    expect([answer.status, answer.body.error.code, answer.body.error.field]).toEqual([status, code, field])
    expect(await get('')).toEqual(before)
  })
})

describe('reading rates', () => {
  beforeEach(async () => {
    await door.post(PATH, EURO)
    await door.post(PATH, { ...EURO, rate: '1.1', validFrom: '2026-05-10T00:00:00Z' })
    await door.post(PATH, { base: 'USD', quote: 'JPY', rate: '150', validFrom: '2026-05-05T00:00:00Z' })
  })

  const ratesOf = ({ body }: { body: Record<string, unknown> }) =>
    (body['exchangeRates'] as { rate: string }[]).map(({ rate }) => rate)

  test('lists them newest first, by pair and by page', async () => {
    const all = await get('')
    expect([all.status, all.body['total'], ratesOf(all), all.body['valid']]).toEqual([
      200,
      3,
      ['1.1', '150', '1.08'],
      null,
    ])
    expect(ratesOf(await get('?base=EUR'))).toEqual(['1.1', '1.08'])
    expect(ratesOf(await get('?limit=1&offset=1'))).toEqual(['150'])
    expect((await get('?limit=1&offset=1')).body['total']).toBe(3)
  })

  test('says which one is valid, now or at an instant', async () => {
    const now = await get('?base=EUR&quote=USD')
    expect(now.body['valid']).toMatchObject({ at: '2026-05-22T12:00:00Z', rate: '1.1', inverse: false })
    const then = await get('?base=EUR&quote=USD&at=2026-05-09T23:59:59Z')
    expect(then.body['valid']).toMatchObject({ rate: '1.08', line: { rate: '1.08', source: 'desk' } })
    expect((await get('?base=EUR&quote=USD&at=2026-04-30T00:00:00Z')).body['valid']).toBeNull()
  })

  test('says where it is the inverse of the other pair', async () => {
    expect((await get('?base=JPY&quote=USD')).body).toMatchObject({
      total: 0,
      valid: { rate: '0.00666666666667', inverse: true, line: { base: 'USD', quote: 'JPY', rate: '150' } },
    })
  })

  test.each([
    ['?base=XXQ', 422, 'unknown-currency', 'base'],
    ['?quote=usd', 422, 'unknown-currency', 'quote'],
    ['?base=EUR&quote=USD&at=today', 400, 'invalid-field', 'at'],
    ['?base=EUR&quote=USD&at=-271821-04-20T00:00:00Z', 400, 'invalid-field', 'at'],
    ['?limit=0', 400, 'invalid-request', 'limit'],
    ['?limit=1000', 400, 'invalid-request', 'limit'],
    ['?offset=-1', 400, 'invalid-request', 'offset'],
    ['?page=1', 400, 'invalid-request', 'page'],
  ])('%s is refused', async (query, status, code, field) => {
    const answer = await door.call('GET', `${PATH}${query}`)
    expect([answer.status, answer.body.error.code, answer.body.error.field]).toEqual([status, code, field])
  })
})
