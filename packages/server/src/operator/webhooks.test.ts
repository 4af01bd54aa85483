/** Endpoints and deliveries as an operator sees them; what is sent and when is tested with the relay. */
import { createHmac } from 'node:crypto'
import type { Card } from '@openissuer/core/card/card.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { lifecycleOf } from '../../../../test/support/lifecycle.ts'
import { createOperatorDoor, type OperatorDoor } from '../../../../test/support/operator-door.ts'
import {
  addLoadedCard,
  addPartner,
  addProgram,
  purchase,
  type TestPartner,
  usd,
} from '../../../../test/support/use-cases.ts'
import {
  addEndpoint,
  type Receiver,
  startReceiver,
  startTestRelay,
  type TestRelay,
} from '../../../../test/support/webhooks.ts'
import { addKeysecureCredential, addPagsmileApp } from '../app/create-partner.ts'

const SOON = { timeout: 10_000, interval: 20 }

type Fields = Record<string, unknown>

let door: OperatorDoor
let partner: TestPartner
let other: TestPartner
let appId: string
let apiKey: string
let path: string

beforeAll(async () => {
  door = await createOperatorDoor()
  await addProgram(door.useCases)
  partner = await addPartner(door.useCases)
  other = await addPartner(door.useCases)
  const { partnerId } = partner
  const made = await door.useCases.run(async work => ({
    app: await addPagsmileApp(work, { partnerId, merchantPublicKey: null, unlimitedDateRange: false }),
    key: await addKeysecureCredential(work, { partnerId, expiresAt: null, allowedAddresses: [] }),
  }))
  appId = made.app.appId
  apiKey = made.key.credential.apiKey
  path = `/operator/v1/partners/${partnerId}/webhook-endpoints`
})

afterAll(() => door.close())

const URL_OF_PARTNER = 'https://partner.example/hook'

function create(changes: Fields = {}, through: Pick<OperatorDoor, 'post'> = door) {
  return through.post(path, { dialect: 'pagsmile', credential: appId, url: URL_OF_PARTNER, ...changes })
}

async function created(changes: Fields = {}): Promise<Fields> {
  const { status, body } = await create(changes)
  expect(status).toBe(201)
  return fieldsOf(body)
}

function fieldsOf(body: object): Fields {
  return { ...body }
}

describe('an endpoint', () => {
  test('is made with all kinds of its dialect, read, changed, listed and deleted', async () => {
    const endpoint = await created({ description: 'main' })
    expect(endpoint).toMatchObject({
      dialect: 'pagsmile',
      credential: appId,
      url: URL_OF_PARTNER,
      description: 'main',
      state: 'active',
    })
    expect(endpoint['kinds']).toHaveLength(13)
    const own = `${path}/${String(endpoint['endpointId'])}`
    expect((await door.call('GET', own)).body).toEqual(endpoint)
    const changes = { url: 'http://127.0.0.1:9999/hook', kinds: ['authorization'], description: null }
    const { body: changed } = await door.call('PATCH', own, changes)
    expect(changed).toEqual({ ...endpoint, ...changes })
    const { body: list } = await door.call('GET', path)
    expect(fieldsOf(list)['endpoints']).toContainEqual(changed)
    expect((await door.call('DELETE', own)).body).toEqual({ endpointId: endpoint['endpointId'], state: 'deleted' })
    expect((await door.call('GET', own)).status).toBe(404)
    expect((await door.call('DELETE', own)).body.error.code).toBe('webhook-endpoint-not-found')
  })

  test('of KeySecure is made in the name of an API key', async () => {
    const endpoint = await created({ dialect: 'keysecure', credential: apiKey })
    expect(endpoint['kinds']).not.toContain('one-time-password')
  })

  test('is paused and resumed', async () => {
    const own = `${path}/${String((await created())['endpointId'])}`
    expect((await door.post(`${own}/pause`)).body).toMatchObject({ state: 'paused' })
    expect((await door.call('GET', own)).body).toMatchObject({ state: 'paused' })
    expect((await door.post(`${own}/resume`)).body).toMatchObject({ state: 'active' })
  })

  test('is made once under one idempotency key', async () => {
    const call = { dialect: 'pagsmile', credential: appId, url: URL_OF_PARTNER }
    const headers = { 'idempotency-key': 'endpoint-1' }
    const first = await door.post(path, call, headers)
    expect((await door.post(path, call, headers)).body).toEqual(first.body)
    expect((await door.post(path, { ...call, url: `${URL_OF_PARTNER}/2` }, headers)).body.error.code).toBe(
      'duplicate-request',
    )
  })

  test.each<[string, Fields, string, string]>([
    ['an unknown dialect', { dialect: 'other' }, 'invalid-request', 'dialect'],
    ['the credential of another dialect', { dialect: 'keysecure' }, 'invalid-field', 'credential'],
    ['a credential of nobody', { credential: '0' }, 'invalid-field', 'credential'],
    ['no URL', { url: 'hook' }, 'invalid-field', 'url'],
    ['an address inside', { url: 'http://169.254.169.254/latest/meta-data' }, 'invalid-field', 'url'],
    ['an address inside in another spelling', { url: 'http://0xa9fea9fe/' }, 'invalid-field', 'url'],
    ['a user in the URL', { url: 'https://a:b@partner.example/' }, 'invalid-field', 'url'],
    ['no kind', { kinds: [] }, 'invalid-request', 'kinds'],
    ['an unknown kind', { kinds: ['other'] }, 'invalid-request', 'kinds.0'],
    ['a kind that its dialect does not tell', { kinds: ['card-load'] }, 'invalid-field', 'kinds'],
    ['an unknown field', { secret: 'x' }, 'invalid-request', 'secret'],
  ])('with %s is refused', async (_what, changes, code, field) => {
    const before = await door.call('GET', path)
    const { status, body } = await create(changes)
    expect([status, body.error.code, body.error.field]).toEqual([400, code, field])
    expect((await door.call('GET', path)).body).toEqual(before.body)
  })

  test('in live mode is reached by https only, and never on the machine itself', async () => {
    for (const url of ['http://partner.example/hook', 'https://127.0.0.1/hook', 'https://localhost/hook']) {
      expect((await create({ url }, door.live)).body.error.field).toBe('url')
    }
    expect((await create({}, door.live)).status).toBe(201)
  })

  test('of another partner does not exist', async () => {
    const { endpointId } = await created()
    const foreign = `/operator/v1/partners/${other.partnerId}/webhook-endpoints/${String(endpointId)}`
    for (const answer of [
      await door.call('GET', foreign),
      await door.call('PATCH', foreign, { kinds: ['authorization'] }),
      await door.call('DELETE', foreign),
      await door.post(`${foreign}/pause`),
      await door.post(`${foreign}/replay`, { since: '2026-01-01T00:00:00Z' }),
      await door.post(`${foreign}/examples`, { kind: 'authorization' }),
    ]) {
      expect([answer.status, answer.body.error.code]).toEqual([404, 'webhook-endpoint-not-found'])
    }
    const credential = await door.post(foreign.replace(/\/\d+$/, ''), {
      dialect: 'pagsmile',
      credential: appId,
      url: URL_OF_PARTNER,
    })
    expect(credential.body.error.field).toBe('credential')
  })

  test('of a partner that does not exist is not made', async () => {
    const { body } = await door.post('/operator/v1/partners/999999/webhook-endpoints', {
      dialect: 'pagsmile',
      credential: appId,
      url: URL_OF_PARTNER,
    })
    expect(body.error.code).toBe('partner-not-found')
    expect((await door.call('GET', '/operator/v1/partners/999999/webhook-endpoints')).body.error.code).toBe(
      'partner-not-found',
    )
  })
})

describe('deliveries', () => {
  let receiver: Receiver
  let relay: TestRelay
  let card: Card
  let deliveries: string

  beforeEach(async () => {
    partner = await addPartner(door.useCases)
    card = await addLoadedCard(door.useCases, partner, 10_000n)
    receiver = await startReceiver()
    relay = startTestRelay(door.useCases)
    deliveries = `/operator/v1/partners/${partner.partnerId}/webhook-deliveries`
    return async () => {
      await relay.close()
      receiver.close()
    }
  })

  async function listed(query = ''): Promise<Fields[]> {
    const { status, body } = await door.call('GET', `${deliveries}${query}`)
    expect(status).toBe(200)
    return fieldsOf(body)['deliveries'] as Fields[]
  }

  test('are listed newest first with filters, and read with their attempts', async () => {
    const good = await addEndpoint(door.useCases, partner.partnerId, `${receiver.url}/good`, {
      kinds: ['authorization'],
    })
    const bad = await addEndpoint(door.useCases, partner.partnerId, `${receiver.url}/bad`, { kinds: ['authorization'] })
    receiver.answer = ({ path: asked }) => (asked === '/good' ? { text: 'thanks' } : { status: 500, text: 'oops' })
    const ids = []
    for (let n = 1n; n <= 3n; n++) ids.push((await purchase(door.useCases, card, n)).authorizationId)
    await expect.poll(async () => (await listed()).filter(each => each['attempts'] === 1).length, SOON).toBe(6)
    const idsOf = (rows: Fields[]) => rows.map(each => each['deliveryId'])
    const all = ids.toReversed().flatMap(id => [`${id}-${bad.endpointId}`, `${id}-${good.endpointId}`])
    expect(idsOf(await listed())).toEqual(all)
    expect(idsOf(await listed('?limit=2'))).toEqual(all.slice(0, 2))
    expect(idsOf(await listed(`?limit=3&cursor=${Buffer.from(String(all[1])).toString('base64url')}`))).toEqual(
      all.slice(2, 5),
    )
    expect(await listed(`?endpointId=${good.endpointId}`)).toHaveLength(3)
    expect((await listed('?state=delivered')).every(each => each['endpointId'] === String(good.endpointId))).toBe(true)
    expect(await listed('?state=pending')).toHaveLength(3)
    expect(await listed('?kind=card-status')).toEqual([])
    expect(await listed(`?cardToken=${card.token}`)).toHaveLength(6)
    expect(await listed('?cardToken=000000000000')).toEqual([])
    const now = door.useCases.clock.now()
    expect(await listed(`?from=${now.subtract({ seconds: 1 }).toString()}&to=${now.toString()}`)).toHaveLength(6)
    expect(await listed(`?from=${now.add({ seconds: 1 }).toString()}`)).toEqual([])

    const failing = fieldsOf((await door.call('GET', `${deliveries}/${all[0]}`)).body)
    expect(failing).toMatchObject({
      state: 'pending',
      attempts: 1,
      lastStatus: 500,
      lastError: 'HTTP 500',
      dueAt: now.add({ seconds: 10 }).toString(),
      attemptLog: [{ attemptNo: 1, attemptedAt: now.toString(), status: 500, answer: 'oops', error: 'HTTP 500' }],
    })
    const { body: backlog } = await door.call('GET', `/operator/v1/webhook-backlog?partnerId=${partner.partnerId}`)
    expect(backlog).toMatchObject({
      pending: 3,
      failed: 0,
      endpoints: [
        { endpointId: String(good.endpointId), pending: 0, oldestPendingAt: null },
        {
          endpointId: String(bad.endpointId),
          pending: 3,
          retrying: 3,
          oldestPendingAt: now.toString(),
          failuresInRow: 3,
        },
      ],
    })
  })

  test('are resent, replayed and tried out with an example', async () => {
    const endpoint = await addEndpoint(door.useCases, partner.partnerId, receiver.url, { kinds: ['authorization'] })
    const { authorizationId } = await purchase(door.useCases, card, 1n)
    const delivered = async (count: number) => {
      relay.look()
      return receiver.received.length === count && (await listed('?state=delivered')).length > 0
    }
    await expect.poll(() => delivered(1), SOON).toBe(true)
    const resent = await door.post(`${deliveries}/${authorizationId}-${endpoint.endpointId}/resend`)
    expect(resent).toMatchObject({ status: 200, body: { state: 'pending' } })
    await expect.poll(() => delivered(2), SOON).toBe(true)
    const own = `/operator/v1/partners/${partner.partnerId}/webhook-endpoints/${endpoint.endpointId}`
    expect((await door.post(`${own}/replay`, { since: '2026-01-01T00:00:00Z' })).body).toMatchObject({ events: 1 })
    await expect.poll(() => delivered(3), SOON).toBe(true)
    expect((await door.post(`${own}/examples`, { kind: 'authorization' })).body).toMatchObject({ state: 'pending' })
    await expect.poll(() => delivered(4), SOON).toBe(true)
    expect((await door.post(`${own}/examples`, { kind: 'refund' })).body.error.field).toBe('kind')
    expect((await door.post(`${own}/replay`, { since: 'yesterday' })).body.error.field).toBe('since')
  })

  test('of an authorization are those of its messages, of its fees and of what its partner decided', async () => {
    const { endpointId } = await addEndpoint(door.useCases, partner.partnerId, receiver.url, { dialect: 'keysecure' })
    const { authorizationId } = await purchase(door.useCases, card, 100n)
    const another = await purchase(door.useCases, card, 1n)
    const life = lifecycleOf(door.useCases)
    const clearing = await life.clear(partner.partnerId, { authorizationId }, usd(40n))
    const at = door.useCases.clock.now().toString()
    // what is announced under an id of its own, as fees and decisions of partners are
    await door.useCases.pool.query(
      `insert into card_fee (partner_id, fee_id, card_id, account_id, kind, currency, amount_minor, about_id, event_id, entry_id, created_at)
       values ($1, 7, $2, $3, 'small', 'USD', 5, $4, $4, 1, $5)`,
      [partner.partnerId, card.cardId, card.accountId, authorizationId, at],
    )
    await door.useCases.pool.query(
      `insert into partner_decision (partner_id, authorization_id, outcome, source, approved, created_at)
       values ($1, $2, 'approved', 'partner', true, $3)`,
      [partner.partnerId, authorizationId, at],
    )
    for (const [id, kind, payload] of [
      [900_000_000_001n, 'card-fee', { feeId: '7' }],
      [900_000_000_002n, 'card-fee', { feeId: '8' }],
      [900_000_000_003n, 'partner-decision', { authorizationId: String(authorizationId) }],
      [900_000_000_004n, 'partner-decision', { authorizationId: String(another.authorizationId) }],
    ] as const) {
      await door.useCases.pool.query(
        `with told as (insert into outbox (partner_id, outbox_id, kind, payload, created_at) values ($1, $2, $3, $4, $5))
         insert into webhook_delivery (partner_id, outbox_id, endpoint_id, seq, kind, state, created_at)
         values ($1, $2, $6, $2, $3, 'skipped', $5)`,
        [partner.partnerId, id, kind, JSON.stringify(payload), at, endpointId],
      )
    }
    await expect.poll(() => receiver.received.length, SOON).toBe(3)
    const eventIds = async (query: string) => (await listed(query)).map(each => each['eventId'])
    const ids = ['900000000003', '900000000001', String(clearing.event.eventId), String(authorizationId)]
    expect(await eventIds(`?authorizationId=${authorizationId}`)).toEqual(ids)
    expect(await eventIds(`?authorizationId=${authorizationId}&limit=1`)).toEqual(ids.slice(0, 1))
    expect(await eventIds(`?authorizationId=${authorizationId}&kind=clearing`)).toEqual(ids.slice(2, 3))
    expect(await eventIds(`?eventId=${authorizationId}`)).toEqual(ids.slice(3))
    expect(await eventIds('?authorizationId=1')).toEqual([])
  })

  test('show the request with its body as it was sent, and what is signed', async () => {
    for (const dialect of ['pagsmile', 'keysecure'] as const) {
      await addEndpoint(door.useCases, partner.partnerId, `${receiver.url}/${dialect}`, {
        dialect,
        kinds: ['authorization'],
      })
    }
    const { authorizationId } = await purchase(door.useCases, card, 100n)
    await expect.poll(async () => (await listed('?state=delivered')).length, SOON).toBe(2)
    for (const { deliveryId, eventId } of await listed()) {
      expect(eventId).toBe(String(authorizationId))
      const { request } = fieldsOf((await door.call('GET', `${deliveries}/${String(deliveryId)}`)).body) as {
        request: {
          url: string
          headers: Record<string, string>
          body: string
          signature: Record<string, string> | null
        }
      }
      const sent = receiver.received.find(({ path: asked }) => request.url.endsWith(asked))
      expect([request.body, request.headers['content-type']]).toEqual([sent?.text, sent?.headers['content-type']])
      expect(request.signature?.['header']).toBe(request.url.endsWith('keysecure') ? 'Signature' : undefined)
    }
  })

  test('of KeySecure are signed over the text that is shown', async () => {
    const endpoint = await addEndpoint(door.useCases, partner.partnerId, receiver.url, {
      dialect: 'keysecure',
      kinds: ['authorization'],
    })
    await purchase(door.useCases, card, 100n)
    await expect.poll(async () => (await listed('?state=delivered')).length, SOON).toBe(1)
    const [{ deliveryId } = {}] = await listed()
    const { body, text } = await door.call('GET', `${deliveries}/${String(deliveryId)}`)
    const { headers, signature } = fieldsOf(body)['request'] as {
      headers: Record<string, string>
      signature: { over: string }
    }
    expect(createHmac('sha256', endpoint.secret).update(signature.over).digest('hex')).toBe(headers['Signature'])
    expect(signature.over).toContain(`timestamp=${headers['Timestamp']}`)
    expect(text).not.toContain(endpoint.secret)
  })

  test('of a one-time password do not show it', async () => {
    await addEndpoint(door.useCases, partner.partnerId, receiver.url, { kinds: ['one-time-password'] })
    const asked = { cardToken: card.token, amount: '1.00', currency: 'USD', merchant: { name: 'Shop' } }
    await door.post('/operator/v1/simulations/three-ds-challenges', asked)
    await expect.poll(async () => (await listed('?state=delivered')).length, SOON).toBe(1)
    const { validation_value: password } = { ...(receiver.received[0]?.body['biz_data'] as Fields) }
    const [{ deliveryId } = {}] = await listed()
    const { text } = await door.call('GET', `${deliveries}/${String(deliveryId)}`)
    expect(password).toMatch(/^\d{6}$/)
    expect(text).toContain('\\"validation_value\\":\\"******\\"')
    expect(text).not.toContain(`\\"${String(password)}\\"`)
  })

  test('to an endpoint that is gone have no request any more', async () => {
    const { endpointId } = await addEndpoint(door.useCases, partner.partnerId, receiver.url, {
      kinds: ['authorization'],
    })
    await purchase(door.useCases, card, 100n)
    await expect.poll(async () => (await listed('?state=delivered')).length, SOON).toBe(1)
    const [{ deliveryId } = {}] = await listed()
    await door.call('DELETE', `/operator/v1/partners/${partner.partnerId}/webhook-endpoints/${endpointId}`)
    expect((await door.call('GET', `${deliveries}/${String(deliveryId)}`)).body).toMatchObject({ request: null })
  })

  test('that do not exist, of others too, are not found', async () => {
    const endpoint = await addEndpoint(door.useCases, partner.partnerId, receiver.url, { kinds: ['authorization'] })
    const { authorizationId } = await purchase(door.useCases, card, 1n)
    await expect.poll(() => receiver.received.length, SOON).toBe(1)
    const foreign = `/operator/v1/partners/${other.partnerId}/webhook-deliveries/${authorizationId}-${endpoint.endpointId}`
    for (const at of [foreign, `${deliveries}/1-1`, `${deliveries}/1`, `${deliveries}/a-b`, `${deliveries}/1-2-3`]) {
      expect((await door.call('GET', at)).body.error.code).toBe('webhook-delivery-not-found')
    }
    expect((await door.post(`${foreign}/resend`)).status).toBe(404)
  })

  test.each([
    '?limit=0',
    '?limit=1000',
    '?state=other',
    '?kind=other',
    '?colour=red',
    '?from=now',
    '?cursor=x',
    '?endpointId=x',
    '?eventId=x',
    '?authorizationId=x',
  ])('asked for with %s are refused', async query => {
    expect((await door.call('GET', `${deliveries}${query}`)).status).toBeGreaterThanOrEqual(400)
  })
})
