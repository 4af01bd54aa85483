import { createHmac } from 'node:crypto'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { type CallbackKeys, type ReceivedCallback, verifyKeySecureCallback } from './keysecure.ts'
import { WebhookError } from './webhook-error.ts'

const AT_MS = 1_716_307_200_000
const KEYS: CallbackKeys = {
  apiKey: 'ak_demo_0001',
  apiSecret: '0123456789abcdef0123456789abcdef',
  now: () => AT_MS,
}

const CARD_UPDATE =
  '{"card_no":"C202605220001","before_status":"Pending","after_status":"Activated","reason":"","time":1716307200000}'
const MERCHANT = '{"merchant_name":"AMAZON","merchant_mcc":"5942","city":"Seattle","country":"US"}'
const AUTH = `{"consume_no":"T202605220001","card_no":"C202605220001","cardholder_no":"U202605220001","type":"Consumption","amount":100.00,"local_amount":100.00,"local_currency":"USD","merchant_info":${MERCHANT},"status":"Pending","time":1716307200000}`
const CONSUMPTION = `{"consume_no":"T202605220001","consume_relate_no":"","card_no":"C202605220001","cardholder_no":"U202605220001","type":"Consumption","amount":100.00,"local_amount":100.00,"local_currency":"USD","fee":1.00,"remark":"","detail":"","fee_detail":[{"fee_type":"Consume_fee","amount":1.00}],"merchant_info":${MERCHANT},"status":"Success","time":1716307200000}`

const SIGNATURES = {
  Card_update: 'a9e1a04634b88f0669d6322506cb299df6a56039ebd1b064067db0a89e4bf45a',
  Auth: '12d3a0b61dd7d84046857aa22fc496bb42ad7a397c9a64d1d30368495670068e',
}

const bodyOf = (action: string, data: string) => `{"id":"N202605220003","action":"${action}","data":${data}}`

function received(body: string | Uint8Array, signature: string, more: Record<string, string> = {}): ReceivedCallback {
  return { body, headers: { timestamp: String(AT_MS), signature, 'sign-version': 'V1', ...more } }
}

const hmac = (text: string) => createHmac('sha256', KEYS.apiSecret).update(text).digest('hex')

/** Signs texts and numbers of one level as the platform would, whatever they say. */
function signed(action: string, data: string, timestamp = String(AT_MS)): ReceivedCallback {
  const values = Object.entries(JSON.parse(data) as Record<string, unknown>)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => [name, typeof value === 'string' ? value : rawOf(data, name)])
  const pairs = [...values, ['appId', KEYS.apiKey], ['timestamp', timestamp]].toSorted(([a = ''], [b = '']) =>
    a < b ? -1 : 1,
  )
  return received(bodyOf(action, data), hmac(pairs.map(pair => pair.join('=')).join('&')), { timestamp })
}

function rawOf(data: string, name: string): string {
  const rest = data.slice(data.indexOf(`"${name}":`) + name.length + 3)
  return /^(?:\{[^}]*\}|\[[^\]]*\]|[^,}]*)/.exec(rest)?.[0] ?? ''
}

function faultOf(callback: ReceivedCallback, keys: CallbackKeys = KEYS): string {
  try {
    verifyKeySecureCallback(callback, keys)
  } catch (error) {
    expect(error).toBeInstanceOf(WebhookError)
    expect(inspect(error, { showHidden: true, depth: 9 })).not.toContain(KEYS.apiSecret)
    return (error as WebhookError).fault
  }
  return 'accepted'
}

test('a change of a card is read as the reference has it', () => {
  expect(verifyKeySecureCallback(received(bodyOf('Card_update', CARD_UPDATE), SIGNATURES.Card_update), KEYS)).toEqual({
    id: 'N202605220003',
    action: 'Card_update',
    data: JSON.parse(CARD_UPDATE) as unknown,
  })
})

test('amounts are the text of the message, with all its zeros', () => {
  expect(verifyKeySecureCallback(received(bodyOf('Auth', AUTH), SIGNATURES.Auth), KEYS)).toMatchObject({
    action: 'Auth',
    data: { amount: '100.00', local_amount: '100.00', time: AT_MS, merchant_info: JSON.parse(MERCHANT) as unknown },
  })
  expect(verifyKeySecureCallback(signed('Consumption', CONSUMPTION), KEYS)).toMatchObject({
    data: { fee: '1.00', fee_detail: [{ fee_type: 'Consume_fee', amount: '1.00' }], status: 'Success' },
  })
})

test('blanks between the parts, another order of the parts, bytes and headers of fetch make no difference', () => {
  const data = `{ "time" : 1716307200000,\n "reason":"", "after_status":"Activated", "before_status":"Pending", "card_no":"C202605220001" }`
  const body = `{"data": ${data}, "action": "Card_update", "id": "N1"}`
  expect(faultOf(received(body, SIGNATURES.Card_update))).toBe('accepted')
  expect(faultOf(received(new TextEncoder().encode(body), SIGNATURES.Card_update))).toBe('accepted')
  const headers = new Headers({ Timestamp: String(AT_MS), Signature: SIGNATURES.Card_update })
  expect(faultOf({ body, headers })).toBe('accepted')
  const written = { Timestamp: String(AT_MS), Signature: SIGNATURES.Card_update }
  expect(faultOf({ body, headers: written })).toBe('accepted')
})

test('what is null was not sent: it is not signed, and reads as an empty text', () => {
  const data = CARD_UPDATE.replace('"reason":""', '"reason":null')
  expect(verifyKeySecureCallback(signed('Card_update', data), KEYS).data).toMatchObject({ reason: '' })
})

test('texts in other scripts are signed as UTF-8', () => {
  const data = CARD_UPDATE.replace('"reason":""', '"reason":"已冻结 é 💳"')
  expect(faultOf(signed('Card_update', data))).toBe('accepted')
})

const good = bodyOf('Auth', AUTH)

test.each([
  ['another amount', good.replace('100.00', '900.00')],
  ['the same amount in another text', good.replace('100.00', '100.0')],
  ['a text in place of a number', good.replace('"amount":100.00', '"amount":"100.0"')],
  ['one more member', good.replace('"data":{', '"data":{"note":"x",')],
  ['one member less', good.replace(',"time":1716307200000', '')],
  ['another merchant', good.replace('AMAZON', 'AMAZ0N')],
])('%s is not what was signed', (_name, body) => {
  expect(faultOf(received(body, SIGNATURES.Auth))).toBe('bad-signature')
})

test.each([
  ['none', ''],
  ['one of another secret', createHmac('sha256', 'other').update('x').digest('hex')],
  ['half of it', SIGNATURES.Auth.slice(0, 32)],
  ['upper case', SIGNATURES.Auth.toUpperCase()],
  ['letters of several bytes', 'é'.repeat(64)],
])('a signature that is %s is refused', (_name, signature) => {
  expect(faultOf(received(good, signature))).toBe('bad-signature')
})

test('headers that are missing, sent twice or of another form are refused', () => {
  const headers = { timestamp: String(AT_MS), signature: SIGNATURES.Auth }
  expect(faultOf({ body: good, headers: {} })).toBe('bad-signature')
  expect(faultOf({ body: good, headers: { ...headers, timestamp: undefined } })).toBe('bad-signature')
  expect(faultOf({ body: good, headers: { ...headers, signature: [SIGNATURES.Auth, SIGNATURES.Auth] } })).toBe(
    'bad-signature',
  )
  expect(faultOf({ body: good, headers: { ...headers, 'sign-version': 'V2' } })).toBe('bad-signature')
  const smuggled = `${AT_MS}&type=Consumption`
  expect(faultOf(signed('Auth', AUTH, smuggled))).toBe('bad-signature')
})

test('a member that would take the place of the signed time is refused, rightly signed as it is', () => {
  const data = CARD_UPDATE.replace('{', `{"timestamp":"${AT_MS}",`)
  const text = `after_status=Activated&appId=ak_demo_0001&before_status=Pending&card_no=C202605220001&reason=&time=1716307200000&timestamp=${AT_MS}`
  expect(faultOf(received(bodyOf('Card_update', data), hmac(text), { timestamp: String(AT_MS + 1) }))).toBe(
    'bad-signature',
  )
})

test('a message is stale a minute after the question and five minutes after the news, and as long ahead of time', () => {
  const at = (ms: number) => ({ ...KEYS, now: () => AT_MS + ms })
  expect([-60_001, -60_000, 60_000, 60_001].map(ms => faultOf(signed('Auth', AUTH), at(ms)))).toEqual([
    'stale',
    'accepted',
    'accepted',
    'stale',
  ])
  expect([300_000, 300_001].map(ms => faultOf(signed('Card_update', CARD_UPDATE), at(ms)))).toEqual([
    'accepted',
    'stale',
  ])
  expect(faultOf(signed('Auth', AUTH), { ...at(1_001), toleranceMs: 1_000 })).toBe('stale')
})

test('the action is not signed, so another one does not fit the data', () => {
  expect(faultOf(received(bodyOf('Auth', CARD_UPDATE), SIGNATURES.Card_update))).toBe('malformed')
  expect(faultOf(received(bodyOf('Consumption', AUTH), SIGNATURES.Auth))).toBe('malformed')
  expect(faultOf(signed('Auth', CONSUMPTION))).toBe('malformed')
  expect(faultOf(received(bodyOf('Other', AUTH), SIGNATURES.Auth))).toBe('unknown-action')
  expect(faultOf(received(bodyOf('toString', AUTH), SIGNATURES.Auth))).toBe('unknown-action')
})

test('values that were cut elsewhere make the same signed text, and are refused for what they say', () => {
  const failed = CONSUMPTION.replace('"remark":""', '"remark":"x&status=Success"').replace(
    '"status":"Success"',
    '"status":"Fail"',
  )
  const honest = signed('Consumption', failed)
  expect(verifyKeySecureCallback(honest, KEYS).data).toMatchObject({ status: 'Fail' })
  const recut = failed
    .replace('"remark":"x&status=Success"', '"remark":"x"')
    .replace('"status":"Fail"', '"status":"Success&status=Fail"')
  expect(faultOf({ ...honest, body: bodyOf('Consumption', recut) })).toBe('malformed')
})

test('a name that comes twice is refused, as two readers may see two messages', () => {
  expect(faultOf(received(`{"id":"N1","action":"Auth","data":${CARD_UPDATE},"data":${AUTH}}`, SIGNATURES.Auth))).toBe(
    'malformed',
  )
  expect(faultOf(received(good.replace('"status"', '"amount":1.00,"status"'), SIGNATURES.Auth))).toBe('malformed')
})

test.each([
  ['nothing', ''],
  ['no JSON', 'hello'],
  ['half of it', good.slice(0, -1)],
  ['two of it', good + good],
  ['an array', `[${good}]`],
  ['data that is text', '{"id":"N1","action":"Auth","data":"x"}'],
  ['no data', '{"id":"N1","action":"Auth"}'],
  ['deep nesting', `{"id":"N1","action":"Auth","data":{"x":${'['.repeat(200_00)}${']'.repeat(200_00)}}}`],
  ['no UTF-8', new Uint8Array([0x7b, 0xff, 0x7d])],
])('%s is malformed', (_name, body) => {
  expect(faultOf(received(body, SIGNATURES.Auth))).toBe('malformed')
})

test('a body beyond 256 kB is not looked at', () => {
  expect(faultOf(received(`"${'x'.repeat(256 * 1024)}"`, SIGNATURES.Auth))).toBe('too-large')
})

test('members with names of objects are members like others', () => {
  const data = CARD_UPDATE.replace('{', '{"__proto__":"x","constructor":"y",')
  const text = `__proto__=x&after_status=Activated&appId=ak_demo_0001&before_status=Pending&card_no=C202605220001&constructor=y&reason=&time=1716307200000&timestamp=${AT_MS}`
  const { data: read } = verifyKeySecureCallback(received(bodyOf('Card_update', data), hmac(text)), KEYS)
  expect(Object.keys(read)).toEqual(['card_no', 'before_status', 'after_status', 'reason', 'time'])
  expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
})

test.each(['100', '-100.00', '1e2', '0x10', '1.0000000000001'])('the amount %s is read as text or refused', amount => {
  const data = AUTH.replaceAll('100.00', amount)
  const acceptable = /^-?\d+(?:\.\d{1,12})?$/.test(amount)
  if (amount === '0x10') expect(faultOf(received(bodyOf('Auth', data), SIGNATURES.Auth))).toBe('malformed')
  else expect(faultOf(signed('Auth', data))).toBe(acceptable ? 'accepted' : 'malformed')
})
