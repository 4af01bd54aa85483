import { describe, expect, it } from 'vitest'
import { BODY_BYTES_MAX } from '../../http/strict-json.ts'
import { compileBody, parseBody } from './body.ts'
import { CardApplyBody, CardListBody } from './cards.ts'
import { KeysecureError } from './errors.ts'

describe('parseBody', () => {
  it.each([undefined, 'application/json', 'Application/JSON', 'application/json; charset=utf-8', 'application/json;x'])(
    'reads JSON sent as %j',
    contentType => {
      expect(parseBody(Buffer.from('{"a":1}'), contentType)).toEqual({ a: 1 })
    },
  )

  it.each(['text/plain', 'application/json-patch+json', 'application/jsonx', 'application/x-www-form-urlencoded', 'x'])(
    'refuses %j',
    contentType => {
      expect(() => parseBody(Buffer.from('{}'), contentType)).toThrow(new KeysecureError(1004))
    },
  )

  it.each(['', '{', '{"a":1,"a":2}', '{"a":"\\u0000"}', '{"a":1e999}', '[', '{}{}', 'nul', '\u{feff}{}'])(
    'refuses %j',
    text => {
      expect(() => parseBody(Buffer.from(text), undefined)).toThrow(new KeysecureError(1004))
    },
  )

  it('survives any bytes', () => {
    expect(() => parseBody(Buffer.alloc(BODY_BYTES_MAX, 0xff), undefined)).toThrow(new KeysecureError(1004))
    expect(() => parseBody(Buffer.from('['.repeat(BODY_BYTES_MAX)), undefined)).toThrow(new KeysecureError(1004))
  })
})

describe('compileBody', () => {
  const list = compilerFor(CardListBody)
  const apply = compilerFor(CardApplyBody)
  const window = { start_time: '2026-01-01', end_time: '2026-03-31' }
  const order = { cardholder_no: 'U202605220001', card_unique_no: 'MERCHANT_CARD_001', card_type: 'Virtual' }

  it("takes the seed's sample, whose filters are empty", () => {
    expect(list({ cardholder_no: '', card_unique_no: '', card_no: '', ...window, page: 0, size: 10 })).toEqual({
      value: { ...window, page: 0, size: 10 },
    })
  })

  it('takes null and blank members as not sent, at any depth, and leaves unknown ones alone', () => {
    expect(
      apply({ ...order, address_info: { city: ' ', state: null, zip: '1' }, package_no: null, extra: [''] }),
    ).toEqual({
      value: { ...order, address_info: { zip: '1' }, extra: [''] },
    })
  })

  it.each([
    [null, undefined],
    [[], undefined],
    ['text', undefined],
    [1, undefined],
    [{}, 'start_time'],
    [{ ...window, end_time: '' }, 'end_time'],
    [{ ...window, start_time: 20260101 }, 'start_time'],
    [{ ...window, page: '0' }, 'page'],
    [{ ...window, page: -1 }, 'page'],
    [{ ...window, page: 1.5 }, 'page'],
    [{ ...window, size: 0 }, 'size'],
    [{ ...window, size: 101 }, 'size'],
    [{ ...window, size: true }, 'size'],
    [{ ...window, card_no: 5 }, 'card_no'],
    [{ ...window, card_no: ['C202605220001'] }, 'card_no'],
  ])('refuses list %j, naming %s', (body, field) => {
    expect(list(body)).toMatchObject({ error: { code: 1004, field } })
  })

  it.each([
    [{ ...order, cardholder_no: ' ' }, 'cardholder_no'],
    [{ ...order, card_unique_no: 'x'.repeat(65) }, 'card_unique_no'],
    [{ ...order, card_type: 'virtual' }, 'card_type'],
    [{ ...order, card_type: '' }, 'card_type'],
    [{ ...order, address_info: 'Shanghai' }, 'address_info'],
    [{ ...order, address_info: [] }, 'address_info'],
    [{ ...order, address_info: { city: 5 } }, 'address_info.city'],
    [{ ...order, address_info: { city: { name: 'x' } } }, 'address_info.city'],
    [{ ...order, package_no: 1 }, 'package_no'],
  ])('refuses application %j, naming %s', (body, field) => {
    expect(apply(body)).toMatchObject({ error: { code: 1004, field } })
  })

  it('accepts 64 characters of a unique number', () => {
    expect(apply({ ...order, card_unique_no: '卡'.repeat(64) })).toHaveProperty('value')
  })
})

function compilerFor(schema: typeof CardListBody | typeof CardApplyBody) {
  return compileBody({ schema, method: 'POST', url: '/', httpPart: 'body' })
}
