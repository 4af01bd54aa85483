/**
 * A merchant that decides itself: the issuer holds the money, asks the merchant's server in real time, and tells the card
 * network what it said. One purchase is approved, one declined.
 */
import { createDecipheriv, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SandboxCredentials } from './issuer-process.ts'
import { KeySecureClient } from './keysecure-client.ts'
import { type Merchant, type OperatorAnswer, type OperatorClient, SIMULATE_PATH } from './operator-client.ts'
import type { Storyteller } from './storyteller.ts'
import { isSigned } from './webhook-receiver.ts'

type Fields = Record<string, unknown>

type Keys = { apiKey: string; apiSecret: string }

/** The merchant approves up to here. */
const LARGEST = 50

export async function tellOfPartnerThatDecides(
  operator: OperatorClient,
  teller: Storyteller,
  { baseUrl, keysecure }: SandboxCredentials,
  shop: Merchant,
): Promise<void> {
  teller.chapter('KeySecure format', 'AUTHORIZATION mode: the merchant is asked about each purchase')
  const asked: { headers: http.IncomingHttpHeaders; text: string }[] = []
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      asked.push({ headers: request.headers, text })
      const { amount } = (JSON.parse(text) as { data: { amount: number } }).data
      response.end(amount > LARGEST ? '{"code":1,"message":"too much"}' : '{"code":0,"message":""}')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`
    const { keys, pan } = await setUp(operator, teller, { baseUrl, url, cardBinNo: keysecure.cardBinNo })
    for (const amount of ['20.00', '80.00']) {
      const purchase = { amount, currency: 'USD', merchant: shop }
      teller.step(`A purchase of ${amount}`, `POST ${SIMULATE_PATH}`, {
        pan: `************${pan.slice(-4)}`,
        ...purchase,
      })
      const answer = await operator.call('POST', SIMULATE_PATH, { pan, ...purchase })
      const heard = asked.at(-1)
      const body = heard === undefined ? {} : (JSON.parse(heard.text) as Fields)
      teller.remark(`the merchant was asked: ${heard?.text ?? 'nothing'}`)
      tellAnswer(teller, answer)
      const isLarge = Number(amount) > LARGEST
      teller.equal('the merchant decides', answer.body.decision, isLarge ? 'declined' : 'approved')
      teller.equal('its reason', answer.body.declineReason, isLarge ? 'partner-declined' : null)
      teller.equal('asked by', body.action, 'Auth')
      teller.equal('signed', heard !== undefined && isSigned({ path: '', ...heard, body }, keys), true)
      teller.endStep()
    }
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

async function setUp(
  operator: OperatorClient,
  teller: Storyteller,
  { baseUrl, url, cardBinNo }: { baseUrl: string; url: string; cardBinNo: string },
): Promise<{ keys: Keys; pan: string }> {
  const partner = {
    name: 'Decides itself',
    integrationMode: 'partner-decides',
    openingBalance: '500.00',
    keysecure: {},
  }
  teller.step('A merchant that decides itself', 'POST /operator/v1/partners', partner)
  const made = await operator.call('POST', '/operator/v1/partners', partner)
  teller.answer(`HTTP ${made.status}`, made.elapsedMs, undefined)
  const keys = made.body.keysecure as Keys
  const partnerId = String(made.body.partnerId)
  teller.equal('HTTP status', made.status, 201)
  teller.endStep()

  const responder = { apiKey: keys.apiKey, url, fallback: 'decline' }
  teller.step('Where it is asked', `PUT /operator/v1/partners/${partnerId}/responder`, responder)
  const set = await operator.call('PUT', `/operator/v1/partners/${partnerId}/responder`, responder)
  tellAnswer(teller, set)
  teller.equal('HTTP status', set.status, 200)
  teller.endStep()

  const settings = `/operator/v1/partners/${partnerId}/keysecure-credentials/${keys.apiKey}`
  await operator.call('PATCH', settings, { pciEnabled: true })
  const client = new KeySecureClient({ baseUrl, apiKey: keys.apiKey })
  await client.logIn()
  const application = { cardholder_unique_no: unique(), sumsub_share_token: 'share-approved' }
  const holder = await client.post('/open-api/v1/cardholder/apply', application)
  const order = {
    card_bin_no: cardBinNo,
    cardholder_no: (holder.envelope.data as Fields | undefined)?.cardholder_no,
    card_unique_no: unique(),
    card_type: 'Virtual',
  }
  teller.step('A card under a BIN', 'POST /open-api/v1/card/apply', order)
  const card = await client.post('/open-api/v1/card/apply', order)
  teller.answer(`HTTP ${card.status}`, card.elapsedMs, card.envelope)
  teller.equal('code', card.envelope.code, 0)
  teller.endStep()
  const cardNo = String((card.envelope.data as Fields | undefined)?.card_no)
  return { keys, pan: await panOf(client, keys, cardNo) }
}

/** Encrypted under the API secret: AES in ECB mode, in Base64. */
async function panOf(client: KeySecureClient, { apiSecret }: Keys, cardNo: string): Promise<string> {
  const { envelope } = await client.get(`/open-api/v1/card/${cardNo}/private/info`)
  const decipher = createDecipheriv('aes-256-ecb', apiSecret, null)
  const encrypted = Buffer.from(typeof envelope.data === 'string' ? envelope.data : '', 'base64')
  const info = Buffer.concat([decipher.update(encrypted), decipher.final()]).toString('utf8')
  return (JSON.parse(info) as { pan: string }).pan
}

function tellAnswer(teller: Storyteller, { status, body, elapsedMs }: OperatorAnswer): void {
  const { trace: _trace, ...shown } = body
  teller.answer(`HTTP ${status}`, elapsedMs, shown)
}

function unique(): string {
  return randomBytes(8).toString('hex')
}
