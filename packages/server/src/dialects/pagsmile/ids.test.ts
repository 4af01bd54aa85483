import { expect, test } from 'vitest'
import { formatAccountNo, idNumber, parseAccountNo, parseId } from './ids.ts'

test.each([
  ['100848', 100_848n],
  ['100000000030', 100_000_000_030n],
  ['999999999999999999', 999_999_999_999_999_999n],
  ['1000000000000000000', undefined],
  ['9223372036854775808', undefined],
  ['0100848', undefined],
  ['0', undefined],
  ['', undefined],
  ['-1', undefined],
  ['1e5', undefined],
  ['100848\n', undefined],
  ['١٠٠', undefined],
])('parseId(%j) is %s', (text, id) => expect(parseId(text)).toBe(id))

test.each([
  ['104190000004', 104_190_000_004n],
  ['10419000000401', 104_190_000_004n],
  ['10419000000402', undefined],
  ['1041900000040', undefined],
  ['10419000000', undefined],
  ['004190000004', undefined],
  ['', undefined],
])('parseAccountNo(%j) is %s', (text, accountId) => expect(parseAccountNo(text)).toBe(accountId))

test('an account number is the twelve digits of its id', () => {
  expect(formatAccountNo(104_190_000_004n)).toBe('104190000004')
})

test('an id that a JSON number would change is not emitted', () => {
  expect(idNumber(100_848n)).toBe(100_848)
  expect(() => idNumber(2n ** 53n)).toThrow(RangeError)
})
