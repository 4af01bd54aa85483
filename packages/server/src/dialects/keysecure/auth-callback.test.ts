/** The callback `Auth` against receivers that do everything wrong, over real sockets. */
import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Authorization } from '@openissuer/core/authorization/authorization.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createKeysecureDoor, type KeysecureDoor, type Merchant } from '../../../../../test/support/keysecure-door.ts'
import { notificationFaults } from '../../../../../test/support/reference.ts'
import { purchase } from '../../../../../test/support/use-cases.ts'
import type { Reply, Responder } from '../../app/inquiry/responder.ts'
import { createSender } from '../../webhooks/sender.ts'
import { authCallback } from './auth-callback.ts'
import { consumptionNoOf, parseNo } from './ids.ts'

let door: KeysecureDoor
let merchant: Merchant
let authorization: Authorization
let responder: Responder
let receiver: Server
let answer: (response: ServerResponse, body: string, request: IncomingMessage) => void
let connections = 0
let cardNo: string
let owner: string

const BUDGET_MS = 200

beforeAll(async () => {
  door = await createKeysecureDoor('2026-05-22T12:00:00Z')
  merchant = await door.newMerchant({ integrationMode: 'partner-decides' })
  owner = await door.newCardholder(merchant)
  const application = { card_bin_no: door.cardBinNo, cardholder_no: owner, card_unique_no: 'C', card_type: 'Virtual' }
  cardNo = (await merchant.post('/card/apply', application)).data.card_no
  const card = { partnerId: merchant.partnerId, cardId: parseNo('card', cardNo) ?? 0n }
  const at = { id: null, name: 'AMAZON', mcc: '5942', country: 'US', city: 'Seattle', acquirerId: null }
  authorization = await purchase(door.useCases, card, 10_000n, { merchant: at })
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => answer(response, Buffer.concat(chunks).toString(), request))
  })
  receiver.on('connection', () => {
    connections += 1
  })
  await new Promise<void>(resolve => receiver.listen(0, '127.0.0.1', resolve))
  responder = authCallback({
    ports: door.useCases.ports,
    wallClock: door.useCases.clock,
    createSender: () => createSender({ loopback: true, connections: 4 }),
  })
})

afterAll(async () => {
  await responder.close()
  receiver.closeAllConnections()
  receiver.close()
  await door.close()
})

const urlOf = () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/callback`

function ask(url = urlOf()): Promise<Reply> {
  const { partnerId, apiKey } = merchant
  return responder.ask({ partnerId, apiKey, url, fallback: 'decline' }, authorization, BUDGET_MS)
}

const says = (body: string, status = 200) => {
  answer = response => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(body)
  }
}

test('the question has the documented fields, and a signature over their texts', async () => {
  let asked = ''
  let headers: IncomingMessage['headers'] = {}
  answer = (response, body, request) => {
    asked = body
    headers = request.headers
    response.end('{"code":0,"message":""}')
  }
  expect(await ask()).toMatchObject({ outcome: 'approved', code: '0', late: null })
  const time = Date.parse('2026-05-22T12:00:00Z')
  const consumeNo = consumptionNoOf(authorization.authorizationId, authorization.createdAt)
  const info = '{"merchant_name":"AMAZON","merchant_mcc":"5942","city":"Seattle","country":"US"}'
  expect(asked).toBe(
    `{"id":"A${consumeNo.slice(1)}","action":"Auth","data":{"consume_no":"${consumeNo}","card_no":"${cardNo}",` +
      `"cardholder_no":"${owner}","type":"Consumption","amount":100.00,"local_amount":100.00,"local_currency":"USD",` +
      `"merchant_info":${info},"status":"Pending","time":${time}}}`,
  )
  expect(notificationFaults('keysecure', 'callbackAuth', JSON.parse(asked))).toEqual([])
  const text =
    `amount=100.00&appId=${merchant.apiKey}&card_no=${cardNo}&cardholder_no=${owner}&consume_no=${consumeNo}` +
    `&local_amount=100.00&local_currency=USD&merchant_info=${info}&status=Pending&time=${time}&timestamp=${time}` +
    '&type=Consumption'
  expect(headers).toMatchObject({
    timestamp: String(time),
    'sign-version': 'V1',
    timezone: 'UTC+8',
    'content-type': 'application/json',
    signature: createHmac('sha256', merchant.apiSecret).update(text).digest('hex'),
  })
})

test('questions share a connection', async () => {
  says('{"code":0,"message":""}')
  connections = 0
  for (let times = 0; times < 5; times++) await ask()
  expect(connections).toBeLessThanOrEqual(1)
})

describe('the answer', () => {
  test.each([
    ['{"code":0,"message":""}', 'approved', '0', ''],
    ['{"code":0}', 'approved', '0', null],
    ['{"code":1,"message":"no"}', 'declined', '1', 'no'],
    ['{"code":-5}', 'declined', '-5', null],
  ])('%s is %s', async (body, outcome, code, message) => {
    says(body)
    expect(await ask()).toMatchObject({ outcome, code, message })
  })

  test.each([
    ['no JSON', 'approved'],
    ['nothing', ''],
    ['a code that is text', '{"code":"0"}'],
    ['no code', '{"message":"ok"}'],
    ['a list', '[0]'],
    ['null', 'null'],
    ['a huge body', `{"code":0,"message":"${'x'.repeat(200_000)}"}`],
  ])('%s is none', async (_name, body) => {
    says(body)
    expect(await ask()).toMatchObject({ outcome: 'bad-answer', code: null })
  })

  test.each([201, 302, 400, 500])('with HTTP %i is none, whatever it says', async status => {
    says('{"code":0,"message":""}', status)
    expect(await ask()).toMatchObject({ outcome: 'bad-answer', message: `HTTP ${status}` })
  })
})

describe('a receiver', () => {
  test('that closes the connection is unreachable', async () => {
    answer = response => response.destroy()
    expect(await ask()).toMatchObject({ outcome: 'unreachable' })
  })

  test('that is not there is unreachable', async () => {
    expect(await ask('http://127.0.0.1:9/')).toMatchObject({ outcome: 'unreachable' })
  })

  test.each([
    ['hangs', () => undefined],
    ['answers in part', (response: ServerResponse) => void response.write('{"code":')],
  ])('that %s is given up at the end of the budget', async (_name, behave) => {
    answer = behave
    const startedAt = performance.now()
    const reply = await ask()
    expect(performance.now() - startedAt).toBeLessThan(BUDGET_MS + 150)
    expect(reply).toMatchObject({ outcome: 'timeout', code: null })
    expect(reply.latencyMs).toBeGreaterThanOrEqual(BUDGET_MS - 1)
    receiver.closeAllConnections()
    expect(await reply.late).toBeUndefined()
  })

  test('that approves after the budget is noted as late', async () => {
    answer = response => void setTimeout(() => response.end('{"code":0,"message":"late"}'), BUDGET_MS + 50)
    const reply = await ask()
    expect(reply.outcome).toBe('timeout')
    const late = await reply.late
    expect(late).toMatchObject({ approved: true, code: '0', message: 'late' })
    expect(late?.latencyMs).toBeGreaterThan(BUDGET_MS)
  })
})
