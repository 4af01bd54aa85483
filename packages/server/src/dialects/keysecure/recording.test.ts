/** What the API log gets to know of KeySecure calls. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { anotherCard } from '../../../../../test/support/keysecure-cards.ts'
import { createKeysecureDoor, type KeysecureDoor, type Merchant } from '../../../../../test/support/keysecure-door.ts'
import type { LoggedCall } from '../../app/live/api-log.ts'
import { decryptField, encryptField } from './field-encryption.ts'

const PERIOD = { start_time: '2026-05-01', end_time: '2026-05-22', page: 1, size: 10 }

let door: KeysecureDoor
let merchant: Merchant

beforeAll(async () => {
  door = await createKeysecureDoor()
  merchant = await door.newMerchant({}, { pciEnabled: true })
})

afterAll(() => door.close())

function newest(): LoggedCall | undefined {
  return door.apiLog.list({ limit: 1 })[0]
}

test('a call is told with who made it and what was said', async () => {
  const { cardNo } = await anotherCard(door, merchant, await door.newCardholder(merchant))
  await merchant.post('/card/list', { card_no: cardNo, ...PERIOD })
  expect(newest()).toMatchObject({
    dialect: 'keysecure',
    partnerId: merchant.partnerId,
    credential: merchant.apiKey,
    path: '/open-api/v1/card/list',
    status: 200,
    code: '0',
    request: { card_no: cardNo },
    answer: { code: 0, msg: 'Success', data: { list: expect.any(Array) as unknown[] } },
  })
  await merchant.get(`/card/${cardNo}/detail`)
  expect(newest()).toMatchObject({ request: null, answer: { data: { card_no: cardNo, status: 'Activated' } } })
})

test('a refusal has its code, and the merchant’s number of what it asked for', async () => {
  await merchant.post('/card/apply', { card_unique_no: 'C-refused' })
  expect(newest()).toMatchObject({ code: '1004', requestId: 'C-refused', answer: { code: 1004 } })
})

test('nothing that is secret gets into the log', async () => {
  const { cardNo, owner } = await anotherCard(door, merchant, await door.newCardholder(merchant))
  const { data } = await merchant.get(`/card/${cardNo}/private/info`)
  const encrypted: unknown = data
  const { pan = '', cvv = '' } = JSON.parse(decryptField(merchant.apiSecret, encrypted as string) ?? '{}') as Record<
    string,
    string
  >
  expect([pan.length, cvv.length]).toEqual([16, 3])
  const sealedPin = encryptField(merchant.apiSecret, '280519')
  await merchant.post('/card/pin/set', { card_no: cardNo, cardholder_no: owner, pin: sealedPin, cvv, note: pan })
  const text = JSON.stringify(door.apiLog.list({ limit: 1_000 }), (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  )
  expect(text).toContain('private/info')
  for (const secret of [pan, String(encrypted), sealedPin, '280519', `"${cvv}"`, merchant.apiSecret]) {
    expect(text.includes(secret)).toBe(false)
  }
})

test('an access token is not kept', async () => {
  const { data } = await merchant.get('/merchant/token')
  expect(newest()?.answer).toEqual({
    code: 0,
    msg: 'Success',
    data: { access_token: '[secret]', expired_time: data['expired_time'] },
  })
})

test('who is not known has no body in the log', async () => {
  const headers = { 'api-key': 'nobody', 'content-type': 'application/json' }
  await door.server.inject({ method: 'POST', url: '/open-api/v1/card/list', headers, payload: { card_no: 'x' } })
  expect(newest()).toMatchObject({ partnerId: null, credential: null, code: '1008', request: null })
  await door.server.inject({ method: 'GET', url: '/open-api/v1/nowhere?token=secret', headers })
  expect(newest()).toMatchObject({ path: '/open-api/v1/nowhere', status: 404 })
})
