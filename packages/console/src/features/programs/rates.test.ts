import type { Program } from '@openissuer/sdk/operator.ts'
import { expect, test } from 'vitest'
import { changedTerms, faultOfTerm, percentOf, termValuesOf } from './rates.ts'

const PROGRAM = {
  fxMarkupBps: 150,
  foreignFeeBps: 0,
  clearingToleranceBps: 2_000,
  holdDays: 7,
  longHoldDays: 30,
} as Program

test('basis points are read in percent', () => {
  expect([0, 5, 150, 2_000, 10_000].map(percentOf)).toEqual(['0', '0.05', '1.5', '20', '100'])
})

test('only what is typed anew is changed', () => {
  const values = termValuesOf(PROGRAM)
  expect(changedTerms(PROGRAM, values)).toEqual({})
  expect(changedTerms(PROGRAM, { ...values, foreignFeeBps: ' 1.25 ', holdDays: '10', fxMarkupBps: '1.50' })).toEqual({
    foreignFeeBps: 125,
    holdDays: 10,
  })
})

test('what is out of bounds is said', () => {
  expect(faultOfTerm('percent', '100')).toBeUndefined()
  expect(['101', '1.255', '-1', ''].map(text => faultOfTerm('percent', text))).not.toContain(undefined)
  expect(faultOfTerm('days', '366')).toBeUndefined()
  expect(['0', '367', '1.5', ''].map(text => faultOfTerm('days', text))).not.toContain(undefined)
})
