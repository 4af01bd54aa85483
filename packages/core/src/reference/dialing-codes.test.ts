import { expect, test } from 'vitest'
import { COUNTRIES } from './countries.ts'
import { dialingCodesOf, isDialingCode } from './dialing-codes.ts'

test('every country has a calling code, and each code is one to three digits', () => {
  for (const { alpha2 } of COUNTRIES) {
    const codes = dialingCodesOf(alpha2)
    expect(codes.length, alpha2).toBeGreaterThan(0)
    for (const code of codes) {
      expect(code).toMatch(/^[1-9]\d{0,2}$/)
      expect(isDialingCode(code)).toBe(true)
    }
  }
})

test('no code is the beginning of another, so a number has one reading', () => {
  const codes = [...new Set(COUNTRIES.flatMap(({ alpha2 }) => dialingCodesOf(alpha2)))]
  for (const code of codes) {
    expect(codes.filter(other => other !== code && other.startsWith(code))).toEqual([])
  }
})

test.each(['86', '55', '1', '52', '852', '44', '7', '39', '971', '383'])('%s is a calling code', code => {
  expect(isDialingCode(code)).toBe(true)
})

test.each(['', '+86', '0086', '086', '0', '2', '999', '800', '883', '1242', '86 ', 'constructor'])(
  '%j is not a calling code',
  code => {
    expect(isDialingCode(code)).toBe(false)
  },
)
