import { expect, test } from 'vitest'
import { decryptField, encryptField } from './field-encryption.ts'

const LONG = '0123456789abcdef0123456789abcdef'
const SHORT = '0123456789abcdef'
const CARD =
  '{"card_no":"C202605220001","card_unique_no":"MERCHANT_CARD_001","cvv":"123","pan":"4111111111111111","exp_year":"2028","exp_month":"12"}'

test.each([
  [LONG, '123', 'vKkop56NIq7X09yArdmvew=='],
  [LONG, '280519', 'Ga6Zm0S6FjONYGdutNTLVQ=='],
  [SHORT, '123', 'zNkSeANebsT6uK05MK4mkA=='],
  [
    LONG,
    CARD,
    'Cj9mjZ2Ua9zYm9QrSRNlScvue9uoO3DpqFCUUo5QtIaZD1nepMeNyO8BSQxWfBiUJomBMVCRoIYtUZY3Qsz2LwlcmJTMgzpApzFi6X06ykctpZghb8VjecllAsftf3vGM1SvOB63Vv2kCDt0xg9pegxQvuqVf7WYksTiPvZXsbZORg6OXJYOWj6pwN/FIpk8',
  ],
])('under %s, %s is %s', (secret, text, encrypted) => {
  expect(encryptField(secret, text)).toBe(encrypted)
  expect(decryptField(secret, encrypted)).toBe(text)
})

test.each([
  '',
  '123',
  'not base64!',
  'vKkop56NIq7X09yArdmvew',
  'vKkop56NIq7X09yArdmv',
  `${'A'.repeat(22)}==`,
  ' vKkop56NIq7X09yArdmvew==',
])('%j was not encrypted', text => {
  expect(decryptField(LONG, text)).toBeUndefined()
})

test('what was encrypted under another secret is not understood', () => {
  expect(decryptField(LONG, 'zNkSeANebsT6uK05MK4mkA==')).toBeUndefined()
})
