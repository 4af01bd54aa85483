import { expect, test } from 'vitest'
import { bodyOf, fieldsTaken, referenceIn, valuesOf } from './body.ts'
import { CALL_NAMES, CALLS, FIELDS } from './calls.ts'

const CARD = { cardToken: '450620141926' }

test('a form becomes the body of its call: nested, trimmed, and without what is empty or not of the call', () => {
  const values = {
    ...CARD,
    amount: ' 24.90 ',
    currency: 'USD',
    'merchant.mcc': '5411',
    'merchant.name': '',
    partialApproval: 'true',
    advice: '',
    by: 'P1D',
    authorizationId: '7',
  }
  expect(bodyOf('authorizations', values)).toEqual({
    ...CARD,
    amount: '24.90',
    currency: 'USD',
    merchant: { mcc: '5411' },
    partialApproval: true,
  })
})

test('what follows an authorization names it and neither the card nor a merchant', () => {
  const values = { ...CARD, authorizationId: '7', amount: '10.00', final: 'true', 'merchant.mcc': '5411' }
  expect(bodyOf('clearings', values)).toEqual({ authorizationId: '7', amount: '10.00', final: true })
  expect(bodyOf('expiries', values)).toEqual({ authorizationId: '7' })
})

test('a clearing or refund without an authorization is about the card, and may name a merchant', () => {
  const values = { ...CARD, amount: '10.00', 'merchant.mcc': '5411' }
  expect(bodyOf('refunds', values)).toEqual({ ...CARD, amount: '10.00', merchant: { mcc: '5411' } })
  expect(fieldsTaken('refunds', true)).not.toContain('merchant.mcc')
})

test('a reference is written into the body, and read back from it', () => {
  const values = { authorizationId: '{{2.authorization.authorizationId}}', amount: '1.00' }
  const body = bodyOf('increments', values)
  expect(body).toEqual({ authorizationId: { $step: 2, field: 'authorization.authorizationId' }, amount: '1.00' })
  expect(valuesOf(body)).toEqual(values)
  expect(referenceIn('{{x.authorizationId}}')).toBeUndefined()
})

test('every body comes back from its values', () => {
  for (const call of CALL_NAMES) {
    const filled = Object.fromEntries(
      CALLS[call].fields.map(name => [name, FIELDS[name].kind === 'switch' ? 'true' : '1']),
    )
    const body = bodyOf(call, { ...filled, ...CARD })
    expect(bodyOf(call, valuesOf(body))).toEqual(body)
  }
})
