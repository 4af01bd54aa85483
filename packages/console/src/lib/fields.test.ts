import { ApiError } from '@openissuer/sdk/operator.ts'
import { expect, test } from 'vitest'
import { given, nested, objectionOf } from './fields.ts'

const refusal = (field: string | null, message: string) =>
  new ApiError({ status: 400, code: 'invalid-request', message, field, requestId: null })

test.each([
  ['amount', 'The amount is not valid.', { name: 'amount', message: 'The amount is not valid' }],
  [
    'person.mobile',
    'person.mobile must match pattern "^x$".',
    { name: 'person.mobile', message: 'Not in the form that is asked for' },
  ],
  ['singleAmount', 'It is above the ceiling.', { name: 'limit.singleAmount', message: 'It is above the ceiling' }],
  ['limit.singleAmount.amount', 'too long.', { name: 'limit.singleAmount', message: 'Too long' }],
  ['filter.mccs[0]', 'filter.mccs[0] "541" is no MCC.', { name: 'filter.mccs', message: '"541" is no MCC' }],
  ['cardholderId', 'cardholderId is required.', { name: 'cardholderId', message: 'Needed' }],
])('an objection to %s stands at its field', (field, message, found) => {
  expect(
    objectionOf(refusal(field, message), [
      'amount',
      'person.mobile',
      'limit.singleAmount',
      'cardholderId',
      'filter.mccs',
    ]),
  ).toEqual(found)
})

test('an objection to something else stands at no field', () => {
  expect(objectionOf(refusal('partnerId', 'x'), ['amount'])).toBeUndefined()
  expect(objectionOf(refusal(null, 'x'), ['amount'])).toBeUndefined()
  expect(objectionOf(new Error('amount'), ['amount'])).toBeUndefined()
})

test('what is written is trimmed, and fields left empty are not sent', () => {
  expect(given({ name: ' Jane ', line2: '  ' })).toEqual({ name: 'Jane' })
})

test('paths become objects', () => {
  expect(nested({ 'person.name': 'Jane', 'person.address.city': 'Rome', count: 1 })).toEqual({
    person: { name: 'Jane', address: { city: 'Rome' } },
    count: 1,
  })
})
