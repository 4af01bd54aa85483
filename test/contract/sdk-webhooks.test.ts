/** The receivers of the SDK hear what the platform really sends, and answer what it really asks. */
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type AuthCallback,
  type KeySecureCallback,
  KeySecureClient,
  keySecureReceiver,
  nodeHandler,
  type PagsmileWebhook,
  pagsmileReceiver,
} from '@openissuer/sdk/index.ts'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { fresh, merchant, newCard, START_MS_MAX, startWorld, type World } from './world.ts'

let world: World
const servers: http.Server[] = []

beforeAll(async () => {
  world = await startWorld()
}, START_MS_MAX)

afterAll(() => world?.issuer.stop())

afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections()
})

async function serve(handle: ReturnType<typeof nodeHandler>): Promise<string> {
  const server = http.createServer((request, response) => void handle(request, response))
  servers.push(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`
}

const HEARD = { timeout: 15_000, interval: 20 }

test('a notification of every kind that Pagsmile has is parsed and acknowledged', async () => {
  const { operator, credentials } = world
  const heard: PagsmileWebhook[] = []
  const errors: unknown[] = []
  const receiver = pagsmileReceiver({
    partnerId: credentials.pagsmile.partnerId,
    onNotification: notification => void heard.push(notification),
    onError: error => errors.push(error),
  })
  const url = await serve(nodeHandler(receiver))
  const endpoint = { dialect: 'pagsmile', credential: credentials.pagsmile.appId, url } as const
  const { endpointId } = await operator.webhookEndpoints.create(credentials.partnerId, endpoint)
  const kinds = [
    'card-application',
    'card-status',
    'cardholder-verification',
    'authorization',
    'one-time-password',
  ] as const
  for (const kind of kinds) await operator.webhookEndpoints.sendExample(credentials.partnerId, endpointId, kind)
  await vi.waitFor(() => expect(heard).toHaveLength(kinds.length), HEARD)
  expect(errors).toEqual([])
  expect(new Set(heard.map(({ kind }) => kind))).toEqual(
    new Set(['card-application', 'card-status', 'holder-audit', 'authorization', 'one-time-password']),
  )
  await vi.waitFor(async () => {
    const { rows: deliveries } = await operator.webhookDeliveries.list(credentials.partnerId, { endpointId })
    expect(deliveries.map(({ state }) => state)).toEqual(kinds.map(() => 'delivered'))
  }, HEARD)
})

test('callbacks of a purchase are verified and acknowledged', async () => {
  const { operator, credentials } = world
  const heard: KeySecureCallback[] = []
  const errors: unknown[] = []
  const receiver = keySecureReceiver({
    ...credentials.keysecure,
    onConsumption: callback => void heard.push(callback),
    onCardUpdate: callback => void heard.push(callback),
    onError: error => errors.push(error),
  })
  const url = await serve(nodeHandler(receiver))
  const endpoint = { dialect: 'keysecure', credential: credentials.keysecure.apiKey, url } as const
  const { endpointId } = await operator.webhookEndpoints.create(credentials.partnerId, endpoint)
  const { cardToken } = await newCard(world)
  const shop = { ...merchant, name: 'Zürich "Bar" & 酒吧' }
  const purchase = { cardToken, amount: '12.50', currency: 'USD', merchant: shop }
  const { authorizationId } = await operator.simulations.authorize(purchase)
  await operator.simulations.clear({ authorizationId, amount: '12.50', final: true })
  await vi.waitFor(() => expect(heard.length).toBeGreaterThanOrEqual(3), HEARD)
  expect(errors).toEqual([])
  const named = { merchant_info: { merchant_name: shop.name } }
  expect(heard).toContainEqual(expect.objectContaining({ action: 'Card_update' }))
  expect(heard.filter(({ action }) => action === 'Consumption')).toMatchObject([
    { data: { amount: '12.50', fee: '0.00', status: 'Success', ...named } },
    { data: { amount: '12.50', ...named } },
  ])
  await vi.waitFor(async () => {
    const { rows: deliveries } = await operator.webhookDeliveries.list(credentials.partnerId, { endpointId })
    expect(new Set(deliveries.map(({ state }) => state))).toEqual(new Set(['delivered']))
  }, HEARD)
})

test('a purchase is decided by the receiver while the card network waits', async () => {
  const { operator, credentials } = world
  const { partnerId, keysecure } = await operator.partners.create({
    name: 'Decides itself',
    integrationMode: 'partner-decides',
    openingBalance: '500.00',
    keysecure: {},
  })
  if (keysecure === null) throw new Error('the partner has no credential')
  const asked: AuthCallback['data'][] = []
  const receiver = keySecureReceiver({
    ...keysecure,
    onAuth: purchase => {
      asked.push(purchase)
      return { approved: Number(purchase.amount) < 50 }
    },
  })
  const url = await serve(nodeHandler(receiver))
  await operator.partners.setResponder(partnerId, { apiKey: keysecure.apiKey, url })
  await operator.partners.updateKeysecureCredential(partnerId, keysecure.apiKey, { pciEnabled: true })

  const client = new KeySecureClient({ baseUrl: credentials.baseUrl, ...keysecure })
  const application = { cardholder_unique_no: fresh(), sumsub_share_token: 'share-approved' }
  const { cardholder_no } = await client.cardholders.apply(application)
  const card_bin_no = credentials.keysecure.cardBinNo
  const card = { card_bin_no, cardholder_no, card_unique_no: fresh(), card_type: 'Virtual' } as const
  const { pan } = await client.cards.reveal((await client.cards.apply(card)).card_no)

  const small = await operator.simulations.authorize({ pan, amount: '20.00', currency: 'USD', merchant })
  const large = await operator.simulations.authorize({ pan, amount: '80.00', currency: 'USD', merchant })
  expect([small.decision, large.declineReason]).toEqual(['approved', 'partner-declined'])
  expect(asked).toMatchObject([
    { amount: '20.00', cardholder_no, status: 'Pending' },
    { amount: '80.00', cardholder_no },
  ])
  const { partnerDecision } = await operator.authorizations.retrieve(large.authorizationId)
  expect(partnerDecision).toMatchObject({ outcome: 'declined', decisionSource: 'partner', code: '1' })
})
