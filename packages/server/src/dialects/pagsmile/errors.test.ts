import { DOMAIN_ERROR_CODES, DomainError } from '@openissuer/core/errors.ts'
import { describe, expect, test } from 'vitest'
import { errorBody, INVALID_SIGNATURE, SERVICE_UNAVAILABLE, wireErrorOf } from './errors.ts'

test('the documented error is the documented body, byte for byte', () => {
  expect(errorBody(INVALID_SIGNATURE)).toBe(
    '{"code":"40002","msg":"Business Failed","sub_code":"invalid-signature","sub_msg":"invalid signature"}',
  )
})

test('an internal failure says nothing about itself', () => {
  expect(errorBody(SERVICE_UNAVAILABLE)).toBe(
    '{"code":"20000","msg":"Service Currently Unavailable","sub_code":"SYS-0001","sub_msg":"service currently unavailable"}',
  )
})

describe('every domain error has a wire form', () => {
  test.each(DOMAIN_ERROR_CODES)('%s, with and without a field', code => {
    for (const field of [undefined, 'payAccount', 'dailyCount', 'a field that this dialect does not know']) {
      const { httpStatus, code: wireCode, subCode, subMsg } = wireErrorOf(new DomainError(code, field))
      expect(httpStatus).toBe(400)
      expect(wireCode).toBe('40002')
      expect(subCode).toMatch(/^[a-z]+(-[a-z]+)+$/)
      expect(subMsg).toMatch(/^\S.*\S$/)
      expect(subMsg).not.toMatch(/undefined|payAccount|dailyCount|dialect/)
    }
  })
})

test.each([
  ['invalid-field', 'dailyCount', 'invalid daily_transactions'],
  ['account-not-found', 'payAccount', 'pay_account_num not found'],
  ['account-not-found', 'sharedAccount', 'shared_account_num not found'],
  ['unknown-currency', 'currency', 'invalid currency'],
] as const)('%s of %s names the wire field', (code, field, subMsg) => {
  expect(wireErrorOf(new DomainError(code, field)).subMsg).toBe(subMsg)
})
