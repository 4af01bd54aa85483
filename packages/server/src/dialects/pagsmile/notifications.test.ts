import type { Effect } from '@openissuer/core/authorization/event.ts'
import { HAPPENING_KINDS, type HappeningKind, type OneTimePassword } from '@openissuer/core/event/domain-event.ts'
import { exampleEvent } from '@openissuer/core/event/example-event.ts'
import { zero } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import { describe, expect, test } from 'vitest'
import { notificationOf, pagsmileNotifications } from './notifications.ts'

const TOLD = { partnerId: 1n, eventId: 100_000_000_042n, createdAt: Temporal.Instant.from('2025-04-10T08:02:06Z') }
const AT = Temporal.Instant.from('2025-04-10T08:12:53.9Z')

const NO_EFFECT: Effect = {
  hold: 0n,
  usage: [],
  limitUse: [],
  conversionRate: null,
  fee: zero(currency('USD')),
  feeBps: 0,
  feeEntryId: null,
  final: false,
  forced: false,
  originalKey: null,
  declineReason: null,
  approvalCode: null,
  trace: [],
  merchant: null,
  after: null,
}
/** Opens what was sealed as its context in capitals. */
const vault = {
  openSecret(context: string, sealed: Uint8Array) {
    if (!Buffer.from(sealed).equals(Buffer.from(context.toUpperCase()))) throw new Error('sealed for something else')
    return '192200'
  },
}
const TELLING = { partnerNo: '21000000000000001', at: AT, vault }

function notified(kind: HappeningKind) {
  const message = notificationOf(exampleEvent(TOLD, kind), TELLING)
  if (message === undefined) throw new Error(`${kind} is not told`)
  return JSON.parse(message.body)
}

describe('a notification', () => {
  test('has the envelope of the vendor', () => {
    const { biz_data: _content, ...envelope } = notified('card-application')
    expect(envelope).toEqual({
      partner_id: '21000000000000001',
      app_id: '',
      timestamp: '2025-04-10 08:12:53',
      version: '1.0',
      random_key: '',
      sign_type: '',
      request_id: 'IC1000000100000000042',
      notify_type: 1,
    })
    expect(envelope.request_id).toMatch(/^IC\d{19}$/)
  })

  test('tells of every kind that it offers, and only of those', () => {
    const { kinds } = pagsmileNotifications({ storage: undefined as never, vault: undefined as never })
    for (const kind of HAPPENING_KINDS) {
      const told = notificationOf(exampleEvent(TOLD, kind), TELLING) !== undefined
      expect([kind, told]).toEqual([kind, kinds.includes(kind)])
    }
  })

  test('tells what a partner decides once, when it is decided', () => {
    const asked = exampleEvent(TOLD, 'authorization')
    if (asked.happening.kind !== 'authorization') throw new Error('not an authorization')
    const inQuestion = { ...asked, happening: { ...asked.happening, inQuestion: true } }
    expect(notificationOf(inQuestion, TELLING)).toBeUndefined()
    expect(notified('partner-decision').biz_data).toEqual(notified('authorization').biz_data)
    const released = exampleEvent(TOLD, 'reversal')
    if (released.happening.kind !== 'reversal') throw new Error('not a reversal')
    const event = { ...released.happening.event, effect: { ...NO_EFFECT, declineReason: 'partner-declined' as const } }
    const ofDecline = { ...released, happening: { ...released.happening, event } }
    expect(notificationOf(released, TELLING)).toBeDefined()
    expect(notificationOf(ofDecline, TELLING)).toBeUndefined()
  })

  test('1: the result of an application', () => {
    expect(notified('card-application').biz_data).toEqual({
      order_no: 'EXAMPLE',
      card_token: '100000000000',
      card_pan: '658704******0000',
      card_scheme: 3,
      card_type: 3,
      is_share_card: false,
      order_count: 1,
      order_status: 5,
      holder_id: 100_000,
      holder_name: '',
    })
  })

  test('1: a failed application has no card', () => {
    const event = exampleEvent(TOLD, 'card-application')
    if (event.happening.kind !== 'card-application') throw new Error('not an application')
    const application = { ...event.happening.application, status: 'failed' as const, cardId: null }
    const happening = { ...event.happening, application, card: null }
    const { biz_data: content } = JSON.parse(notificationOf({ ...event, happening }, TELLING)?.body ?? '')
    expect(content).toMatchObject({ card_token: '', card_pan: '', card_scheme: 3, order_status: 8 })
  })

  test('2: a card status, both numbers', () => {
    const { notify_type: type, biz_data: content } = notified('card-status')
    expect(type).toBe(2)
    expect(content).toEqual({
      card_token: '100000000000',
      card_pan: '658704******0000',
      pre_status: 3,
      status: 4,
      desc: 'example',
    })
  })

  test('3: a cardholder audit status; codes and remark only for a refusal', () => {
    expect(notified('cardholder-verification')).toMatchObject({
      notify_type: 3,
      biz_data: { holder_id: 100_000, pre_status: 4, status: 1, codes: [], remark: '' },
    })
    const event = exampleEvent(TOLD, 'cardholder-verification')
    if (event.happening.kind !== 'cardholder-verification') throw new Error('not a verification')
    const happening = { ...event.happening, after: 'rejected' as const, rejection: '✗'.repeat(200) }
    const { biz_data: content } = JSON.parse(notificationOf({ ...event, happening }, TELLING)?.body ?? '')
    expect(content).toMatchObject({ status: 3, codes: ['99'], remark: '✗'.repeat(128) })
  })

  test('4: a decision is the row of the authorization query', () => {
    const { notify_type: type, biz_data: content } = notified('authorization')
    expect(type).toBe(4)
    expect(content).toMatchObject({
      auth_id: '100000000000',
      data_type: 'cardAuthorization',
      card_pan: '658704******0000',
      auth_status: 1,
      response_code: '00',
      transaction_amount: '-1.00',
      bill_amount: '-1.00',
      create_time: '2025-04-10 08:02:06',
    })
    expect(Object.keys(content)).toHaveLength(27)
  })

  test.each([
    ['increment', 'cardAuthorization'],
    ['reversal', 'cardAuthorization'],
    ['clearing', 'cardSettlement'],
    ['clearing-correction', 'cardSettlement'],
    ['refund', 'cardSettlement'],
    ['refund-reversal', 'cardSettlement'],
    ['expiry', 'cardAuthorizationExpired'],
  ] as const)('4: %s is a row with data_type %s', (kind, dataType) => {
    const { notify_type: type, biz_data: content } = notified(kind)
    expect([type, content.data_type]).toEqual([4, dataType])
    expect(Object.keys(content)).toHaveLength(27)
  })

  test('6: a one-time password', () => {
    expect(notified('one-time-password')).toMatchObject({
      notify_type: 6,
      biz_data: {
        validation_value: '123456',
        amount: '1.00',
        currency: 'USD',
        card_token: '100000000000',
        card_pan: '658704******0000',
        created_seconds: 1_744_272_126,
        merchant_name: 'Example Merchant',
      },
    })
  })

  describe('6: a password that the vault has sealed', () => {
    const sealed = Buffer.from('ONE-TIME-PASSWORD:1:100000000042')

    function told(password: OneTimePassword) {
      const event = exampleEvent(TOLD, 'one-time-password')
      if (event.happening.kind !== 'one-time-password') throw new Error('not a password')
      const message = notificationOf({ ...event, happening: { ...event.happening, password } }, TELLING)
      return message && JSON.parse(message.body).biz_data.validation_value
    }

    test('is told until it expires', () => {
      expect(told({ sealed, expiresAt: AT.add({ milliseconds: 1 }) })).toBe('192200')
      expect(told({ sealed, expiresAt: AT })).toBeUndefined()
    })

    test('is told no more when it was answered', () => {
      expect(told(null)).toBeUndefined()
    })

    test('is not told when it was sealed for another challenge', () => {
      const other = Buffer.from('ONE-TIME-PASSWORD:1:100000000043')
      expect(() => told({ sealed: other, expiresAt: AT.add({ minutes: 1 }) })).toThrow('sealed for something else')
    })
  })

  test('is acknowledged by HTTP 200, whatever the body says', () => {
    const { acknowledges } = pagsmileNotifications({ storage: undefined as never, vault: undefined as never })
    expect([200, 201, 204, 302, 500].map(status => acknowledges(status, ''))).toEqual([
      true,
      false,
      false,
      false,
      false,
    ])
  })
})
