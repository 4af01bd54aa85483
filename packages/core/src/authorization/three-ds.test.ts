import { expect, test } from 'vitest'
import { ECIS, eciFits, eciOf, THREE_DS_RESULTS } from './three-ds.ts'

test.each([
  ['authenticated', ['02', '05']],
  ['attempted', ['01', '06']],
  ['failed', ['00', '07']],
  ['unavailable', ['00', '07']],
  ['not-performed', ['00', '07']],
] as const)('%s goes with the indicators %j only', (result, fitting) => {
  expect(ECIS.filter(eci => eciFits({ eci, result }))).toEqual(fitting)
})

test('every indicator goes with some result', () => {
  expect(ECIS.filter(eci => !THREE_DS_RESULTS.some(result => eciFits({ eci, result })))).toEqual([])
})

test.each([
  ['authenticated', 'discover', '05'],
  ['authenticated', 'mastercard', '02'],
  ['failed', 'visa', '07'],
  ['failed', 'mastercard', '00'],
] as const)('%s on %s is indicated by %s', (result, network, eci) => {
  expect(eciOf(result, network)).toBe(eci)
})
