import { createHmac } from 'node:crypto'
import { HAPPENING_KINDS } from '@openissuer/core/event/domain-event.ts'
import { exampleEvent } from '@openissuer/core/event/example-event.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import { describe, expect, test } from 'vitest'
import { callbackOf, keysecureCallbacks, NumberText, signed, signedText, type WireObject } from './callbacks.ts'

const SIGNER = { apiKey: 'ak_demo_0001', apiSecret: '0123456789abcdef0123456789abcdef' }
const AT = Temporal.Instant.fromEpochMilliseconds(1_716_307_200_000)

/** The two vectors that were worked out from the vendor's algorithm. */
describe('the signature', () => {
  test('of a card update', () => {
    const data = {
      card_no: 'C202605220001',
      before_status: 'Pending',
      after_status: 'Activated',
      reason: '',
      time: new NumberText('1716307200000'),
    }
    expect(signedText(SIGNER.apiKey, '1716307200000', data)).toBe(
      'after_status=Activated&appId=ak_demo_0001&before_status=Pending&card_no=C202605220001&reason=&time=1716307200000&timestamp=1716307200000',
    )
    const { headers } = signed('N202605220003', 'Card_update', data, SIGNER, AT)
    expect(headers['Signature']).toBe('a9e1a04634b88f0669d6322506cb299df6a56039ebd1b064067db0a89e4bf45a')
    expect(headers).toMatchObject({ Timestamp: '1716307200000', 'Sign-Version': 'V1', Timezone: 'UTC+8' })
  })

  test('of an authorization request, whose amounts keep their text', () => {
    const data: WireObject = {
      consume_no: 'T202605220001',
      card_no: 'C202605220001',
      cardholder_no: 'U202605220001',
      type: 'Consumption',
      amount: new NumberText('100.00'),
      local_amount: new NumberText('100.00'),
      local_currency: 'USD',
      merchant_info: { merchant_name: 'AMAZON', merchant_mcc: '5942', city: 'Seattle', country: 'US' },
      status: 'Pending',
      time: new NumberText('1716307200000'),
    }
    expect(signedText(SIGNER.apiKey, '1716307200000', data)).toBe(
      'amount=100.00&appId=ak_demo_0001&card_no=C202605220001&cardholder_no=U202605220001&consume_no=T202605220001&local_amount=100.00&local_currency=USD&merchant_info={"merchant_name":"AMAZON","merchant_mcc":"5942","city":"Seattle","country":"US"}&status=Pending&time=1716307200000&timestamp=1716307200000&type=Consumption',
    )
    const { headers, body } = signed('N202605220001', 'Auth', data, SIGNER, AT)
    expect(headers['Signature']).toBe('12d3a0b61dd7d84046857aa22fc496bb42ad7a397c9a64d1d30368495670068e')
    expect(body).toContain('"amount":100.00,"local_amount":100.00,')
  })

  test('names of data replace the two public ones, and pairs are in the order of code units', () => {
    expect(
      signedText('ak', '1', { timestamp: 'own', Zeta: 'z', card_no: 'c', a: [new NumberText('1.0'), 'é/"'] }),
    ).toBe('Zeta=z&a=[1.0,"é/\\""]&appId=ak&card_no=c&timestamp=own')
  })
})

describe('a callback', () => {
  const told = { partnerId: 1n, eventId: 100_000_000_042n, createdAt: Temporal.Instant.from('2026-05-22T00:00:00Z') }

  test('tells of every kind that it offers, and only of those', () => {
    const { kinds } = keysecureCallbacks({ storage: undefined as never, vault: undefined as never })
    for (const kind of HAPPENING_KINDS) {
      expect([kind, callbackOf(exampleEvent(told, kind), SIGNER, AT) !== undefined]).toEqual([
        kind,
        kinds.includes(kind),
      ])
    }
  })

  test('of a consumption has the fields of the vendor in their order', () => {
    const message = callbackOf(exampleEvent(told, 'authorization'), SIGNER, AT)
    expect(message?.body).toBe(
      '{"id":"N20260522100000000042","action":"Consumption","data":{"consume_no":"T20260522100000000000","consume_relate_no":"",' +
        '"card_no":"C20260522100000","cardholder_no":"U20260522100000","type":"Consumption","amount":1.00,"local_amount":1.00,' +
        '"local_currency":"USD","fee":0.00,"remark":"","detail":"","fee_detail":[],"merchant_info":{"merchant_name":"Example Merchant",' +
        '"merchant_mcc":"5942","city":"Seattle","country":"US"},"status":"Success","time":1779408000000}}',
    )
  })

  test('shows a fee as its row, and what was cleared instead of what was approved', () => {
    const event = exampleEvent(told, 'clearing')
    if (event.happening.kind !== 'clearing' || event.happening.authorization === null) throw new Error('not a clearing')
    const authorization = {
      ...event.happening.authorization,
      cleared: amount(150n, currency('USD')),
      fee: amount(3n, currency('USD')),
    }
    const message = callbackOf({ ...event, happening: { ...event.happening, authorization } }, SIGNER, AT)
    expect(message?.body).toContain('"amount":1.50,')
    expect(message?.body).toContain('"fee":0.03,')
    expect(message?.body).toContain('"fee_detail":[{"fee_type":"Exchange_fee","amount":0.03}]')
  })

  test.each([
    ['reversal', 'Reversal'],
    ['expiry', 'Reversal'],
    ['refund', 'Refund'],
    ['refund-reversal', 'Reversal'],
  ] as const)('of a %s is a %s with a number of its own that names the original', (kind, type) => {
    const { data } = JSON.parse(callbackOf(exampleEvent(told, kind), SIGNER, AT)?.body ?? '')
    expect(data).toMatchObject({
      type,
      consume_no: 'T20260522100000000042',
      consume_relate_no: 'T20260522100000000000',
    })
  })

  test('of a decline has failed with what was asked for', () => {
    const event = exampleEvent(told, 'authorization')
    if (event.happening.kind !== 'authorization') throw new Error('not an authorization')
    const authorization = { ...event.happening.authorization, declineReason: 'insufficient-funds' as const }
    const message = callbackOf({ ...event, happening: { ...event.happening, authorization } }, SIGNER, AT)
    expect(JSON.parse(message?.body ?? '').data).toMatchObject({ status: 'Fail', amount: 1 })
  })

  test('is the same in a repetition, but for time and signature', () => {
    const event = exampleEvent(told, 'card-status')
    const first = callbackOf(event, SIGNER, AT)
    const second = callbackOf(event, SIGNER, AT.add({ seconds: 15 }))
    expect(second?.body).toBe(first?.body)
    expect(second?.headers['Timestamp']).toBe('1716307215000')
    expect(second?.headers['Signature']).not.toBe(first?.headers['Signature'])
    const { data } = JSON.parse(second?.body ?? '')
    const text = `after_status=Frozen&appId=ak_demo_0001&before_status=Activated&card_no=${data.card_no}&reason=example&time=${data.time}&timestamp=1716307215000`
    expect(second?.headers['Signature']).toBe(createHmac('sha256', SIGNER.apiSecret).update(text).digest('hex'))
  })

  test('is acknowledged by HTTP 200 with code 0 alone', () => {
    const { acknowledges } = keysecureCallbacks({ storage: undefined as never, vault: undefined as never })
    expect(acknowledges(200, '{"code":0,"message":""}')).toBe(true)
    for (const [status, answer] of [
      [200, '{"code":1}'],
      [200, '{"code":"0"}'],
      [200, ''],
      [200, 'null'],
      [201, '{"code":0}'],
      [500, '{"code":0}'],
    ] as const) {
      expect([status, answer, acknowledges(status, answer)]).toEqual([status, answer, false])
    }
  })
})
