import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cvv2FromMac, cvv2Input } from './cvv2.ts'

const mac = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], byte => Number.parseInt(byte, 16))

describe('the text to MAC', () => {
  test('is PAN, year and month, service code 000', () => {
    expect(cvv2Input('4111111111111111', { month: 8, year: 2027 })).toBe('41111111111111112708000')
    expect(cvv2Input('378282246310005', { month: 12, year: 2030 })).toBe('3782822463100053012000')
  })

  test('a PAN that is none is refused without being shown', () => {
    expect(() => cvv2Input('4111 1111 1111 1111', { month: 8, year: 2027 })).toThrow(/^a PAN has 12 to 19 digits$/)
  })
})

describe('decimalisation', () => {
  test.each([
    // The final block of the published CVV example: PAN 4123456789012345, 8701, service code 101 under the double-length
    // key 0123456789ABCDEF FEDCBA9876543210, whose CVV is 561.
    ['5b614982e03c97dd', '561'],
    ['1234567890abcdef1234567890abcdef', '123'],
    ['abcdef0123456789abcdef0123456789', '012'],
    ['a7bcdefa9bcdefabcdefabcdefabcd4e', '794'],
    // two digits, then the first letter: f less ten
    ['fabcdef9abcdefabcdefabcdefabcde8', '985'],
    // one digit, then the first two letters: b and c
    ['bcdefabcdefabcdefabcdefabcdef7ab', '712'],
    // letters only
    ['fedcbafedcbafedcbafedcbafedcbafe', '543'],
    ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '000'],
    ['00000000000000000000000000000000', '000'],
  ])('%s gives %s', (hex, expected) => {
    expect(cvv2FromMac(mac(hex))).toBe(expected)
  })

  test('any MAC of 16 bytes or more gives three digits', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 64 }), bytes => {
        expect(cvv2FromMac(bytes)).toMatch(/^\d{3}$/)
      }),
    )
  })

  test('fewer than 8 bytes are not a MAC', () => {
    expect(() => cvv2FromMac(new Uint8Array(7))).toThrow(RangeError)
  })
})
