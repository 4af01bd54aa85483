/** The overview, and what is happening over a real connection. */
import { OperatorClient } from '@openissuer/sdk/index.ts'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createOperatorDoor, type OperatorDoor } from '../../../../test/support/operator-door.ts'
import { addCard, addLoadedCard, addPartner, addProgram, type TestPartner } from '../../../../test/support/use-cases.ts'

let door: OperatorDoor
let partner: TestPartner
let baseUrl: string

beforeAll(async () => {
  door = await createOperatorDoor()
  await addProgram(door.useCases)
  partner = await addPartner(door.useCases)
  baseUrl = await door.server.listen({ port: 0, host: '127.0.0.1' })
})

afterAll(() => door.close())

async function spend(amount: string, cardToken: string): Promise<string> {
  const body = { cardToken, amount, currency: 'USD' }
  const { status, body: answer } = await door.post('/operator/v1/simulations/authorizations', body)
  expect(status).toBe(200)
  return answer.authorizationId
}

test('the overview counts what was decided, repetitions once', async () => {
  const loaded = await addLoadedCard(door.useCases, partner, 10_000n)
  const empty = await addCard(door.useCases, partner.partnerId)
  await spend('10.00', loaded.token)
  await spend('10.00', empty.token)
  const key = { 'idempotency-key': 'the-same' }
  const body = { cardToken: loaded.token, amount: '1.00', currency: 'USD' }
  for (let i = 0; i < 2; i++) await door.post('/operator/v1/simulations/authorizations', body, key)
  // the second of a decision has to be over
  const overview = await vi.waitFor(
    async () => {
      const { text } = await door.call('GET', '/operator/v1/overview')
      const read = JSON.parse(text)
      expect(read.decisions.lastMinute.decided).toBe(3)
      return read
    },
    { timeout: 5_000, interval: 100 },
  )
  expect(overview).toMatchObject({
    mode: 'sandbox',
    clock: { state: 'real' },
    database: { reachable: true },
    ledger: { inOrder: null },
    webhooks: { endpoints: 0, pending: 0 },
    decisions: {
      scope: 'process',
      last15Minutes: { decided: 3, approved: 2, declined: [{ reason: 'insufficient-funds', count: 1 }] },
    },
  })
  expect(overview.decisions.last15Minutes.p99Ms).toBeGreaterThan(0)
})

test('a stream tells of each decision, masked, and ends when its reader leaves', async () => {
  const card = await addLoadedCard(door.useCases, partner, 10_000n)
  const client = new OperatorClient({ baseUrl, operatorKey: door.key })
  let id: string | undefined
  for await (const { event, data } of client.live.follow({ partnerId: String(partner.partnerId) })) {
    id ??= await spend('2.00', card.token)
    if (event !== 'authorizations') continue
    const last = data.authorizations.at(-1)
    expect(last).toMatchObject({ authorizationId: id, decision: 'approved' })
    expect(last?.maskedPan).toMatch(/^\d{6}\*+\d{4}$/)
    break
  }
})

test('what cannot be followed is refused before a stream begins', async () => {
  for (const [query, status] of [
    ['partnerId=999999', 404],
    ['rowsPerSecond=501', 400],
    ['rowsPerSecond=-1', 400],
    ['since=1', 400],
  ] as const) {
    expect([query, (await door.call('GET', `/operator/v1/live?${query}`)).status]).toEqual([query, status])
  }
  const { status } = await door.call('GET', '/operator/v1/live', undefined, { authorization: 'Bearer nobody' })
  expect(status).toBe(401)
})

test('a stream is not to be kept or gathered on its way, and a server that stops ends it at once', async () => {
  const { server } = door
  const response = await fetch(`${baseUrl}/operator/v1/live`, { headers: { authorization: `Bearer ${door.key}` } })
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  const startedMs = performance.now()
  const [text] = await Promise.all([response.text(), server.close()])
  expect(text.trimEnd().split('\n').at(-1)).toBe('data: {"reason":"server-stopping"}')
  expect(performance.now() - startedMs).toBeLessThan(2_000)
})
