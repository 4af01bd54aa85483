/**
 * From the commit of a change to the receiver, over a real database and real sockets: nothing lost, nothing out of order,
 * nobody held up by somebody else's receiver.
 */
import { createHmac } from 'node:crypto'
import type { Card } from '@openissuer/core/card/card.ts'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { lifecycleOf } from '../../../../test/support/lifecycle.ts'
import {
  addCard,
  addCardholder,
  addLoadedCard,
  addPartner,
  addProgram,
  createUseCases,
  purchase,
  type TestPartner,
  type UseCases,
  usd,
} from '../../../../test/support/use-cases.ts'
import {
  ACKNOWLEDGEMENT,
  addEndpoint,
  type Receiver,
  startReceiver,
  startTestRelay,
  type TestRelay,
} from '../../../../test/support/webhooks.ts'
import { replayEvents, resendDelivery, sendExample } from '../app/repeat-webhooks.ts'
import { changeWebhookEndpoint, deleteWebhookEndpoint } from '../app/webhook-endpoints.ts'
import type { WebhookEndpoint } from '../app/webhook-ports.ts'

const NOW = '2026-05-22T12:00:00Z'
const SOON = { timeout: 10_000, interval: 10 }
/** Longer than anything that is due takes to be sent. */
const SETTLED_MS = 1_300

let useCases: UseCases
let after: ReturnType<typeof lifecycleOf>
let partner: TestPartner
let card: Card
let receiver: Receiver
let relays: TestRelay[]

beforeAll(async () => {
  useCases = await createUseCases(NOW)
  after = lifecycleOf(useCases)
  await addProgram(useCases)
})

afterAll(() => useCases.close())

beforeEach(async () => {
  relays = []
  partner = await addPartner(useCases)
  card = await addLoadedCard(useCases, partner, 50_000n)
  receiver = await startReceiver()
})

afterEach(async () => {
  await Promise.all(relays.map(each => each.close()))
  receiver.close()
  const faults = relays.flatMap(each => each.faults)
  expect(faults).toEqual([])
})

function relay(): TestRelay {
  const started = startTestRelay(useCases)
  relays.push(started)
  return started
}

function settled(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, SETTLED_MS))
}

function advance(seconds: number): void {
  useCases.clock.set(useCases.clock.now().add({ seconds }).toString())
  for (const each of relays) each.look()
}

function ids(): unknown[] {
  return receiver.received.map(({ body }) => body['request_id'])
}

function unheard(): never {
  throw new Error('nothing was received')
}

function attemptsOf(endpoint: WebhookEndpoint, eventId: bigint) {
  return useCases.ports.storage.read.webhookAttempts(endpoint.partnerId, eventId, endpoint.endpointId)
}

async function deliveriesOf(endpoint: WebhookEndpoint) {
  const { partnerId, endpointId } = endpoint
  const rows = await useCases.ports.storage.read.webhookDeliveries({ partnerId, endpointId, limit: 1_000 })
  return rows.toReversed()
}

describe('events', () => {
  test('of every use case reach the endpoint, as they were when they happened', async () => {
    const endpoint = await addEndpoint(useCases, partner.partnerId, `${receiver.url}/p`)
    const owner = await addCardholder(useCases, partner.partnerId)
    const bought = await addCard(useCases, partner.partnerId, { cardholderId: owner.cardholderId })
    const first = await purchase(useCases, card, 1_000n)
    await after.increment(first, 500n)
    await after.clear(partner.partnerId, first, usd(600n))
    await after.reverse(first, 200n)
    await after.expire(first)
    await after.refund(partner.partnerId, first, usd(100n))
    relay()
    await expect.poll(() => receiver.received.length, SOON).toBe(8)
    const told = receiver.received.map(
      ({ body }) => [body['notify_type'], body['biz_data']] as [number, Record<string, unknown>],
    )
    // of other cards or of none, so in any order beside each other
    const byType = new Map(told)
    expect(byType.get(3)).toMatchObject({ holder_id: Number(owner.cardholderId), pre_status: 2, status: 1 })
    expect(byType.get(1)).toMatchObject({ card_token: bought.token, order_status: 5, holder_name: 'Ada Okafor' })
    const rows = told
      .filter(([type]) => type === 4)
      .map(([type, row]) => [type, row['data_type'], row['bill_amount'], row['auth_status'], row['settled_amount']])
    expect(rows).toEqual([
      // the decision knows nothing of what came later
      [4, 'cardAuthorization', '-10.00', 1, '0.00'],
      [4, 'cardAuthorization', '-10.00', 1, '0.00'],
      [4, 'cardSettlement', '-6.00', 1, '6.00'],
      [4, 'cardAuthorization', '-10.00', 1, '6.00'],
      [4, 'cardAuthorizationExpired', '7.00', 4, '0.00'],
      [4, 'cardSettlement', '1.00', 1, '1.00'],
    ])
    const states = async () => (await deliveriesOf(endpoint)).map(({ state }) => state)
    await expect.poll(states, SOON).toEqual(Array(8).fill('delivered'))
  })

  test('go to every endpoint that wants their kind, and to no other partner', async () => {
    const other = await addPartner(useCases)
    await addEndpoint(useCases, other.partnerId, `${receiver.url}/other`)
    await addEndpoint(useCases, partner.partnerId, `${receiver.url}/all`)
    await addEndpoint(useCases, partner.partnerId, `${receiver.url}/holders`, { kinds: ['cardholder-verification'] })
    await addEndpoint(useCases, partner.partnerId, `${receiver.url}/k`, { dialect: 'keysecure' })
    relay()
    await purchase(useCases, card, 1_000n)
    await addCardholder(useCases, partner.partnerId)
    await expect.poll(() => receiver.received.length, SOON).toBe(4)
    await settled()
    const paths = receiver.received.map(({ path }) => path)
    expect(paths.toSorted()).toEqual(['/all', '/all', '/holders', '/k'])
  })

  test('from before an endpoint was made are not for it, handed on or not', async () => {
    await purchase(useCases, card, 1n)
    await addEndpoint(useCases, partner.partnerId, receiver.url)
    relay()
    await purchase(useCases, card, 2n)
    await settled()
    expect(receiver.received.map(({ body }) => body['biz_data'])).toMatchObject([{ bill_amount: '-0.02' }])
  })

  test('of KeySecure carry a signature over their own text', async () => {
    const { secret, credential } = await addEndpoint(useCases, partner.partnerId, receiver.url, {
      dialect: 'keysecure',
    })
    relay()
    await purchase(useCases, card, 12_345n)
    await expect.poll(() => receiver.received.length, SOON).toBe(1)
    const [{ headers, text } = unheard()] = receiver.received
    const data = JSON.parse(text).data
    expect(text).toContain('"amount":123.45,')
    const merchant = /"merchant_info":(\{[^}]*\})/.exec(text)?.[1]
    const signed = `amount=123.45&appId=${credential}&card_no=${data.card_no}&cardholder_no=${data.cardholder_no}&consume_no=${data.consume_no}&consume_relate_no=&detail=&fee=0.00&fee_detail=[]&local_amount=123.45&local_currency=USD&merchant_info=${merchant}&remark=&status=Success&time=${data.time}&timestamp=${String(headers['timestamp'])}&type=Consumption`
    expect(headers['signature']).toBe(createHmac('sha256', secret).update(signed).digest('hex'))
    // real time, although the product's clock stands still
    expect(Math.abs(Date.now() - Number(headers['timestamp']))).toBeLessThan(60_000)
  })

  test('of one card arrive in their order, those of many cards at once', async () => {
    const cards = await Promise.all(Array.from({ length: 5 }, () => addLoadedCard(useCases, partner, 10_000n)))
    await addEndpoint(useCases, partner.partnerId, receiver.url, { kinds: ['authorization'] })
    let most = 0
    let now = 0
    receiver.answer = async () => {
      now += 1
      most = Math.max(most, now)
      await new Promise(resolve => setTimeout(resolve, Math.random() * 20))
      now -= 1
      return ACKNOWLEDGEMENT
    }
    for (let round = 1n; round <= 20n; round++) {
      await Promise.all(cards.map(each => purchase(useCases, each, round)))
    }
    relay()
    relay()
    await expect.poll(() => receiver.received.length, SOON).toBe(100)
    for (const each of cards) {
      const amounts = receiver.received
        .map(({ body }) => body['biz_data'] as Record<string, string>)
        .filter(row => row['card_token'] === each.token)
        .map(row => Number(row['bill_amount']) * -100)
      expect(amounts.map(Math.round)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1))
    }
    expect(most).toBe(5)
  })

  test('are handed on exactly once by several processes while purchases commit', async () => {
    const cards = await Promise.all(Array.from({ length: 20 }, () => addLoadedCard(useCases, partner, 1_000n)))
    const endpoint = await addEndpoint(useCases, partner.partnerId, receiver.url, { kinds: ['authorization'] })
    const several = [relay(), relay(), relay()]
    const made: bigint[] = []
    for (let round = 0; round < 10; round++) {
      const decided = await Promise.all(cards.map(each => purchase(useCases, each, 1n)))
      made.push(...decided.map(each => each.authorizationId))
      for (const each of several) each.wake(partner.partnerId)
    }
    await expect.poll(() => receiver.received.length, SOON).toBe(200)
    await settled()
    expect(receiver.received).toHaveLength(200)
    const deliveries = await deliveriesOf(endpoint)
    expect(deliveries.map(({ eventId }) => eventId)).toEqual(made.toSorted((a, b) => Number(a - b)))
    expect(deliveries.every(({ state, attempts }) => state === 'delivered' && attempts === 1)).toBe(true)
  })

  test('whose transaction commits late are not passed over', async () => {
    const endpoint = await addEndpoint(useCases, partner.partnerId, receiver.url, { kinds: ['card-status'] })
    const started = relay()
    const announce = (eventId: bigint) => ({
      partnerId: partner.partnerId,
      eventId,
      cardId: card.cardId,
      createdAt: useCases.clock.now(),
      fact: { kind: 'card-status', before: 'active', after: 'blocked', reason: null } as const,
    })
    const [early, late] = [
      await useCases.ports.ids.next('authorization'),
      await useCases.ports.ids.next('authorization'),
    ]
    await useCases.run(async work => {
      await work.tx.announce(announce(early))
      // a higher id is committed, handed on and delivered meanwhile
      await useCases.run(other => other.tx.announce(announce(late)))
      started.wake(partner.partnerId)
      await expect.poll(() => receiver.received.length, SOON).toBe(1)
    })
    started.wake(partner.partnerId)
    await expect.poll(() => receiver.received.length, SOON).toBe(2)
    const outcomes = async () => (await deliveriesOf(endpoint)).map(({ eventId, state }) => [eventId, state])
    await expect.poll(outcomes, SOON).toEqual([
      [early, 'delivered'],
      [late, 'delivered'],
    ])
  })
})

describe('a failing receiver', () => {
  test('hears the same event on the schedule of the product clock, seven times more, until it is given up', async () => {
    const endpoint = await addEndpoint(useCases, partner.partnerId, receiver.url, { kinds: ['authorization'] })
    receiver.answer = () => ({ status: 500, text: 'down' })
    relay()
    const { authorizationId } = await purchase(useCases, card, 1_000n)
    const delays = [10, 60, 300, 1_800, 7_200, 21_600, 86_400]
    for (const [n, seconds] of delays.entries()) {
      await expect.poll(() => receiver.received.length, SOON).toBe(n + 1)
      await expect.poll(async () => (await attemptsOf(endpoint, authorizationId)).length, SOON).toBe(n + 1)
      advance(seconds - 1)
      await new Promise(resolve => setTimeout(resolve, 100))
      expect(receiver.received).toHaveLength(n + 1)
      advance(1)
    }
    await expect.poll(async () => (await deliveriesOf(endpoint))[0]?.state, SOON).toBe('failed')
    expect(receiver.received).toHaveLength(8)
    expect(new Set(ids()).size).toBe(1)
    // the same content under a new timestamp
    const stamps = receiver.received.map(({ body }) => body['timestamp'])
    expect(new Set(stamps).size).toBe(8)
    expect(new Set(receiver.received.map(({ body }) => JSON.stringify(body['biz_data']))).size).toBe(1)
    const attempts = await attemptsOf(endpoint, authorizationId)
    expect(attempts.map(({ attemptNo, status, answer, error }) => [attemptNo, status, answer, error])).toEqual(
      Array.from({ length: 8 }, (_, n) => [n + 1, 500, 'down', 'HTTP 500']),
    )
    const [first] = attempts
    const waits = attempts
      .slice(1)
      .map((each, n) => each.attemptedAt.since(attempts[n]?.attemptedAt ?? NOW).total('seconds'))
    expect([first?.attemptedAt.toString(), ...waits]).toEqual([expect.any(String), ...delays])
  })

  test('that recovers gets what it has missed', async () => {
    const endpoint = await addEndpoint(useCases, partner.partnerId, receiver.url, { kinds: ['authorization'] })
    receiver.answer = () => ({ status: 503 })
    relay()
    await purchase(useCases, card, 1n)
    await purchase(useCases, card, 2n)
    await expect.poll(() => receiver.received.length, SOON).toBe(2)
    await expect.poll(async () => (await deliveriesOf(endpoint)).map(({ attempts }) => attempts), SOON).toEqual([1, 1])
    receiver.answer = () => ACKNOWLEDGEMENT
    advance(10)
    await expect
      .poll(async () => (await deliveriesOf(endpoint)).map(({ state }) => state), SOON)
      .toEqual(['delivered', 'delivered'])
    expect(receiver.received).toHaveLength(4)
    expect(new Set(ids().slice(2))).toEqual(new Set(ids().slice(0, 2)))
  })

  test('that asks for time is left alone for so long, with other events too', async () => {
    const endpoint = await addEndpoint(useCases, partner.partnerId, receiver.url, { kinds: ['authorization'] })
    receiver.answer = () => ({ status: 429, headers: { 'retry-after': '2' } })
    relay()
    await purchase(useCases, card, 1n)
    await expect.poll(() => receiver.received.length, SOON).toBe(1)
    receiver.answer = () => ACKNOWLEDGEMENT
    await purchase(useCases, card, 2n)
    await new Promise(resolve => setTimeout(resolve, 1_500))
    expect(receiver.received).toHaveLength(1)
    await expect.poll(() => receiver.received.length, SOON).toBe(2)
    expect((receiver.received[1]?.atMs ?? 0) - (receiver.received[0]?.atMs ?? 0)).toBeGreaterThanOrEqual(1_990)
    const [asked] = await deliveriesOf(endpoint)
    // longer than the schedule's ten seconds: no; so the schedule holds
    expect(asked?.dueAt?.since(useCases.clock.now()).total('seconds')).toBe(10)
  })

  test('that says 410 is disabled and gets nothing more until it is resumed', async () => {
    const endpoint = await addEndpoint(useCases, partner.partnerId, receiver.url, { kinds: ['authorization'] })
    receiver.answer = () => ({ status: 410 })
    const started = relay()
    await purchase(useCases, card, 1n)
    const read = () => useCases.ports.storage.read.webhookEndpoint(endpoint.partnerId, endpoint.endpointId)
    await expect.poll(async () => (await read())?.state, SOON).toBe('disabled')
    expect((await read())?.stateReason).toBe('the receiver answered 410 Gone')
    await expect.poll(async () => (await deliveriesOf(endpoint))[0]?.attempts, SOON).toBe(1)
    await purchase(useCases, card, 2n)
    await settled()
    expect(receiver.received).toHaveLength(1)
    await expect(useCases.run(work => sendExample(work, endpoint, 'authorization'))).rejects.toThrow('disabled')

    receiver.answer = () => ACKNOWLEDGEMENT
    await useCases.run(work => changeWebhookEndpoint(work, rulesOf(endpoint), { ...idOf(endpoint), state: 'active' }))
    advance(10)
    started.look()
    await expect.poll(() => receiver.received.length, SOON).toBe(2)
    // what happened while it was disabled was not for it; it can be replayed
    expect(new Set(ids()).size).toBe(1)
  })

  test('that redirects, or acknowledges with the wrong words, has not acknowledged', async () => {
    const pagsmile = await addEndpoint(useCases, partner.partnerId, `${receiver.url}/p`, { kinds: ['authorization'] })
    const keysecure = await addEndpoint(useCases, partner.partnerId, `${receiver.url}/k`, {
      dialect: 'keysecure',
      kinds: ['authorization'],
    })
    receiver.answer = ({ path }) =>
      path === '/p'
        ? { status: 302, headers: { location: `${receiver.url}/inside` } }
        : { status: 200, text: '{"code":7}' }
    relay()
    await purchase(useCases, card, 1n)
    await expect.poll(async () => (await deliveriesOf(pagsmile))[0]?.lastError, SOON).toBe('HTTP 302')
    await expect
      .poll(async () => (await deliveriesOf(keysecure))[0]?.lastError, SOON)
      .toBe('the answer is no acknowledgement')
    expect(receiver.received.map(({ path }) => path).toSorted()).toEqual(['/k', '/p'])
  })

  test('never delays a healthy one, however many there are', async () => {
    const healthy = await startReceiver()
    try {
      receiver.answer = () => undefined
      const { partnerId } = partner
      for (let n = 0; n < 5; n++) await addEndpoint(useCases, partnerId, receiver.url, { kinds: ['authorization'] })
      await addEndpoint(useCases, partnerId, healthy.url, { kinds: ['authorization'] })
      const started = relay()
      for (let n = 0; n < 200; n++) {
        const committedAt = performance.now()
        await purchase(useCases, card, 1n)
        started.wake(partnerId)
        if (n % 20 === 0) {
          await expect.poll(() => healthy.received.length, SOON).toBe(n + 1)
          expect((healthy.received[n]?.atMs ?? Number.POSITIVE_INFINITY) - committedAt).toBeLessThan(1_000)
        }
      }
    } finally {
      healthy.close()
    }
  })

  test('is probed by one at a time after failures in a row, and caught up with once it is back', async () => {
    const cards = await Promise.all(Array.from({ length: 30 }, () => addLoadedCard(useCases, partner, 1_000n)))
    const endpoint = await addEndpoint(useCases, partner.partnerId, receiver.url, { kinds: ['authorization'] })
    receiver.answer = () => ({ status: 500 })
    const started = relay()
    for (let round = 0; round < 4; round++) await Promise.all(cards.map(each => purchase(useCases, each, 1n)))
    await expect.poll(() => receiver.received.length, SOON).toBeGreaterThanOrEqual(10)
    await settled()
    const [backlog] = await useCases.ports.storage.read.webhookBacklog(partner.partnerId)
    expect(backlog?.failuresInRow).toBeGreaterThanOrEqual(10)
    expect(backlog?.openUntil).not.toBeNull()
    // one volley at most, then probes
    expect(receiver.received.length).toBeLessThan(50)
    receiver.answer = () => ACKNOWLEDGEMENT
    const delivered = async () => {
      advance(10)
      started.look()
      return (await deliveriesOf(endpoint)).filter(({ state }) => state === 'delivered').length
    }
    await expect.poll(delivered, { timeout: 25_000, interval: 200 }).toBe(120)
  })
})

describe('a process that ends', () => {
  test('between sending and recording sends again under the same id', async () => {
    const endpoint = await addEndpoint(useCases, partner.partnerId, receiver.url, { kinds: ['authorization'] })
    const first = relay()
    // what it sends is received, and nothing of it can be recorded any more
    receiver.answer = async () => {
      await useCases.pool.query('update webhook_endpoint set lease_token = lease_token + 1 where endpoint_id = $1', [
        endpoint.endpointId,
      ])
      return ACKNOWLEDGEMENT
    }
    const { authorizationId } = await purchase(useCases, card, 1n)
    await expect.poll(() => receiver.received.length, SOON).toBe(1)
    await first.stop()
    expect((await deliveriesOf(endpoint))[0]).toMatchObject({ state: 'pending', attempts: 0 })
    expect(await attemptsOf(endpoint, authorizationId)).toEqual([])

    receiver.answer = () => ACKNOWLEDGEMENT
    await useCases.pool.query('update webhook_endpoint set lease_until = null')
    relay()
    await expect.poll(async () => (await deliveriesOf(endpoint))[0]?.state, SOON).toBe('delivered')
    expect(receiver.received).toHaveLength(2)
    expect(new Set(ids()).size).toBe(1)
  })

  test('without a word is followed by another one when its lease is over', async () => {
    const endpoint = await addEndpoint(useCases, partner.partnerId, receiver.url, { kinds: ['authorization'] })
    await useCases.pool.query(
      `update webhook_endpoint set lease_token = 7, lease_until = now() + interval '2 seconds' where endpoint_id = $1`,
      [endpoint.endpointId],
    )
    relay()
    await purchase(useCases, card, 1n)
    await new Promise(resolve => setTimeout(resolve, 1_000))
    expect(receiver.received).toEqual([])
    await expect.poll(() => receiver.received.length, SOON).toBe(1)
  })

  test('orderly lets what is under way end, and gives the endpoint back at once', async () => {
    await addEndpoint(useCases, partner.partnerId, receiver.url, { kinds: ['authorization'] })
    receiver.answer = async () => {
      await new Promise(resolve => setTimeout(resolve, 300))
      return ACKNOWLEDGEMENT
    }
    const first = relay()
    await purchase(useCases, card, 1n)
    await expect.poll(() => receiver.received.length, SOON).toBe(1)
    await first.stop()
    relay()
    await purchase(useCases, card, 2n)
    await expect.poll(() => receiver.received.length, { timeout: 3_000, interval: 10 }).toBe(2)
    await settled()
    expect(new Set(ids()).size).toBe(2)
  })
})

function idOf({ partnerId, endpointId }: WebhookEndpoint) {
  return { partnerId, endpointId }
}

describe('an operator', () => {
  test('pauses an endpoint, whose events wait, and resumes it', async () => {
    const endpoint = await addEndpoint(useCases, partner.partnerId, receiver.url, { kinds: ['authorization'] })
    await useCases.run(work => changeWebhookEndpoint(work, rulesOf(endpoint), { ...idOf(endpoint), state: 'paused' }))
    const started = relay()
    await purchase(useCases, card, 1n)
    await settled()
    expect(receiver.received).toEqual([])
    const [backlog] = await useCases.ports.storage.read.webhookBacklog(partner.partnerId)
    expect(backlog).toMatchObject({ state: 'paused', pending: 1 })
    await useCases.run(work => changeWebhookEndpoint(work, rulesOf(endpoint), { ...idOf(endpoint), state: 'active' }))
    started.look()
    await expect.poll(() => receiver.received.length, SOON).toBe(1)
  })

  test('resends one event, with a schedule of its own', async () => {
    const endpoint = await addEndpoint(useCases, partner.partnerId, receiver.url, { kinds: ['authorization'] })
    const started = relay()
    const { authorizationId } = await purchase(useCases, card, 1n)
    await expect.poll(async () => (await deliveriesOf(endpoint))[0]?.state, SOON).toBe('delivered')
    await useCases.run(work => resendDelivery(work, { ...idOf(endpoint), eventId: authorizationId }))
    started.look()
    await expect.poll(async () => (await attemptsOf(endpoint, authorizationId)).length, SOON).toBe(2)
    expect(new Set(ids()).size).toBe(1)
    await expect(useCases.run(work => resendDelivery(work, { ...idOf(endpoint), eventId: 1n }))).rejects.toThrow(
      'delivery',
    )
  })

  test('replays everything since a time, to an endpoint that never heard of it', async () => {
    await purchase(useCases, card, 1n)
    advance(60)
    const since = useCases.clock.now()
    await purchase(useCases, card, 2n)
    await purchase(useCases, card, 3n)
    const started = relay()
    await expect
      .poll(
        async () =>
          (await useCases.pool.query('select from outbox_batch where partner_id = $1', [partner.partnerId])).rowCount,
        SOON,
      )
      .toBe(0)
    const endpoint = await addEndpoint(useCases, partner.partnerId, receiver.url, { kinds: ['authorization'] })
    expect(await useCases.run(work => replayEvents(work, endpoint, since))).toBe(2)
    started.look()
    await expect.poll(() => receiver.received.length, SOON).toBe(2)
    const amounts = receiver.received.map(({ body }) => (body['biz_data'] as Record<string, string>)['bill_amount'])
    expect(amounts).toEqual(['-0.02', '-0.03'])
    const states = async () => (await deliveriesOf(endpoint)).map(({ state }) => state)
    await expect.poll(states, SOON).toEqual(['delivered', 'delivered'])
    expect(await useCases.run(work => replayEvents(work, endpoint, since))).toBe(2)
    started.look()
    await expect.poll(() => receiver.received.length, SOON).toBe(4)
    expect(new Set(ids()).size).toBe(2)
  })

  test('sends an example of each kind to one endpoint alone', async () => {
    const endpoint = await addEndpoint(useCases, partner.partnerId, `${receiver.url}/one`)
    await addEndpoint(useCases, partner.partnerId, `${receiver.url}/other`)
    relay()
    for (const kind of endpoint.kinds) await useCases.run(work => sendExample(work, endpoint, kind))
    await expect.poll(() => receiver.received.length, SOON).toBe(endpoint.kinds.length)
    expect(new Set(receiver.received.map(({ path }) => path))).toEqual(new Set(['/one']))
    expect(new Set(receiver.received.map(({ body }) => body['notify_type']))).toEqual(new Set([1, 2, 3, 4, 6]))
  })

  test('deletes an endpoint: what was waiting is cancelled', async () => {
    const endpoint = await addEndpoint(useCases, partner.partnerId, receiver.url, { kinds: ['authorization'] })
    receiver.answer = () => ({ status: 500 })
    relay()
    await purchase(useCases, card, 1n)
    await expect.poll(async () => (await deliveriesOf(endpoint))[0]?.attempts, SOON).toBe(1)
    await useCases.run(work => deleteWebhookEndpoint(work, endpoint))
    advance(10)
    await settled()
    expect(receiver.received).toHaveLength(1)
    expect((await deliveriesOf(endpoint))[0]?.state).toBe('cancelled')
    expect(await useCases.ports.storage.read.webhookEndpoints(partner.partnerId)).toEqual([])
  })
})

/** Rules that allow what an endpoint has. */
function rulesOf({ dialect, kinds }: WebhookEndpoint) {
  return { dialects: { [dialect]: { kinds } } as never, refusalOf: () => undefined }
}
