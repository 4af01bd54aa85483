/**
 * Delivery by the real program, killed in the middle of it: what was acknowledged to the network is heard by the partner,
 * and what is heard twice has the same id.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readCredentials, type SandboxCredentials } from '../../demo/issuer-process.ts'
import { OperatorClient } from '../../demo/operator-client.ts'
import { PagsmileClient } from '../../demo/pagsmile-client.ts'
import { createTestDatabase } from '../support/database.ts'
import { type ServerProcess, startProcess } from '../support/server-process.ts'
import { ACKNOWLEDGEMENT, type Receiver, startReceiver } from '../support/webhooks.ts'

const TIMEOUT_MS = 120_000
const SOON = { timeout: 30_000, interval: 50 }
const KILLS = 6

let dataFolder: string
let running: ServerProcess[]
let receiver: Receiver

beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'openissuer-delivery-'))
  running = []
  receiver = await startReceiver()
})

afterEach(async () => {
  await Promise.all(running.map(server => server.end('SIGKILL')))
  receiver.close()
  await rm(dataFolder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

async function start(env: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
  const server = await startProcess({ OPENISSUER_DATA: dataFolder, ...env })
  running.push(server)
  return server
}

function operatorOf(server: ServerProcess, { operatorKey }: SandboxCredentials): OperatorClient {
  return new OperatorClient({ baseUrl: server.baseUrl, operatorKey })
}

/** An endpoint for authorizations and a card; declined purchases are events too, so it needs no money. */
async function prepare(server: ServerProcess): Promise<{ credentials: SandboxCredentials; cardToken: string }> {
  const credentials = await readCredentials(join(dataFolder, 'sandbox-credentials.json'))
  const { status, text } = await operatorOf(server, credentials).call(
    'POST',
    `/operator/v1/partners/${credentials.partnerId}/webhook-endpoints`,
    { dialect: 'pagsmile', credential: credentials.pagsmile.appId, url: receiver.url, kinds: ['authorization'] },
  )
  expect(status, text).toBe(201)
  const client = new PagsmileClient({ baseUrl: server.baseUrl, ...credentials.pagsmile })
  const answer = await client.call('/issuing/card/apply', {
    order_no: 'ORDER-1',
    card_scheme: 3,
    card_type: 3,
    holder: HOLDER,
  })
  const { card_token: cardToken } = answer.data as { card_token: string }
  expect(cardToken).toMatch(/^\d{12}$/)
  return { credentials, cardToken }
}

const HOLDER = {
  mobile: '8512345679',
  first_name: 'Ada',
  last_name: 'Lovelace',
  id_no: '1234567890',
  id_type: 1,
  issuance_date: '2020-01-01',
  expires_on: '2040-01-01',
  email: 'ada@example.com',
  birthday: '1990-11-08',
  nationality_code: 'BR',
  address: {
    line: 'Avenida Paulista 1000',
    line2: '',
    postal_code: '01310',
    city_name: 'Sao Paulo',
    state: 'Sao Paulo',
    country_code: 'BR',
  },
}

async function buy(operator: OperatorClient, cardToken: string): Promise<string> {
  const { status, body, text } = await operator.call('POST', '/operator/v1/simulations/authorizations', {
    cardToken,
    amount: '1.00',
    currency: 'USD',
  })
  if (status !== 200) throw new Error(text)
  return String(body['authorizationId'])
}

/** The ids under which each authorization was heard of. */
function heard(): Map<string, Set<unknown>> {
  const ids = new Map<string, Set<unknown>>()
  for (const { body } of receiver.received) {
    const { auth_id: authorizationId } = body['biz_data'] as { auth_id: string }
    ids.set(authorizationId, (ids.get(authorizationId) ?? new Set()).add(body['request_id']))
  }
  return ids
}

describe('a server that is killed', { timeout: TIMEOUT_MS }, () => {
  test('again and again under load loses no event, and repeats none under another id', async () => {
    let server = await start()
    const { credentials, cardToken } = await prepare(server)
    const acknowledged = new Set<string>()
    for (let kill = 1; kill <= KILLS; kill++) {
      const operator = operatorOf(server, credentials)
      const before = acknowledged.size
      const buyer = async () => {
        for (;;) acknowledged.add(await buy(operator, cardToken))
      }
      const buyers = Promise.allSettled(Array.from({ length: 8 }, buyer))
      await expect.poll(() => acknowledged.size, { timeout: 20_000, interval: 5 }).toBeGreaterThan(before + 20 * kill)
      await server.end('SIGKILL')
      await buyers
      server = await start()
    }
    await expect.poll(() => [...acknowledged].filter(id => !heard().has(id)), SOON).toEqual([])
    expect([...heard().values()].filter(ids => ids.size > 1)).toEqual([])
  })

  test('between sending and recording sends again under the same id', async () => {
    const first = await start()
    const { credentials, cardToken } = await prepare(first)
    receiver.answer = async () => {
      await first.end('SIGKILL')
      return undefined
    }
    const authorizationId = await buy(operatorOf(first, credentials), cardToken)
    await expect.poll(() => receiver.received.length, SOON).toBe(1)
    await first.end('SIGKILL')
    receiver.answer = () => ACKNOWLEDGEMENT
    const second = await start()
    await expect.poll(() => receiver.received.length, SOON).toBe(2)
    expect(heard().get(authorizationId)?.size).toBe(1)
    const deliveries = `/operator/v1/partners/${credentials.partnerId}/webhook-deliveries`
    const states = async () => (await operatorOf(second, credentials).call('GET', deliveries)).body['deliveries']
    // what was under way when the process ended left no attempt
    await expect.poll(states, SOON).toMatchObject([{ state: 'delivered', attempts: 1 }])
  })

  test('beside another one on the same database is taken over from within seconds', async () => {
    const database = await createTestDatabase()
    try {
      const env = { DATABASE_URL: database.url, OPENISSUER_KEY: 'ab'.repeat(32), OPENISSUER_DATABASE_CONNECTIONS: '14' }
      const first = await start(env)
      const { credentials, cardToken } = await prepare(first)
      const second = await start(env)
      const operators = [operatorOf(first, credentials), operatorOf(second, credentials)]
      const made: string[] = []
      for (let n = 0; n < 20; n++) {
        for (const operator of operators) made.push(await buy(operator, cardToken))
      }
      await expect.poll(() => heard().size, SOON).toBe(made.length)
      await first.end('SIGKILL')
      for (let n = 0; n < 5; n++) made.push(await buy(operatorOf(second, credentials), cardToken))
      await expect.poll(() => made.filter(id => !heard().has(id)), { timeout: 15_000, interval: 50 }).toEqual([])
      expect([...heard().values()].filter(ids => ids.size > 1)).toEqual([])
      await second.end('SIGTERM')
    } finally {
      await database.close()
    }
  })
})
