import { expect, test } from 'vitest'
import { controlOf, listOf, ruleValues, ruleWords, spendLimitOf, thresholdsOf, windowWords } from './terms.ts'

test.each([
  [{ kind: 'fixed', unit: 'week', zone: 'Europe/Berlin' }, 'every week, Europe/Berlin'],
  [{ kind: 'rolling', unit: 'hour', length: 24 }, 'the last 24 hours'],
  [{ kind: 'rolling', unit: 'day', length: 1 }, 'the last day'],
  [{ kind: 'lifetime' }, 'ever'],
] as const)('the window %j is %s', (window, words) => {
  expect(windowWords(window)).toBe(words)
})

test('lists are written with commas, semicolons or lines between their values', () => {
  expect(listOf(' 5411, 3000-3299;;\n7995 ')).toEqual(['5411', '3000-3299', '7995'])
})

const VALUES = {
  name: ' groceries ',
  'scope.kind': 'card',
  'scope.id': '450620141926',
  'window.kind': 'fixed',
  'window.unit': 'week',
  'window.zone': 'Europe/Berlin',
  'window.length': '24',
  currency: 'USD',
  maxAmount: '250.00',
  maxCount: '',
  policy: 'standard',
  'filter.mccs': '5411, 5422',
  'filter.countries': '',
}

test('a limit is what its form says', () => {
  expect(spendLimitOf(VALUES)).toEqual({
    name: 'groceries',
    scope: { kind: 'card', cardToken: '450620141926' },
    window: { kind: 'fixed', unit: 'week', zone: 'Europe/Berlin' },
    currency: 'USD',
    maxAmount: '250.00',
    maxCount: null,
    policy: 'standard',
    filter: { mccs: ['5411', '5422'] },
  })
})

test.each([
  [{ 'scope.kind': 'card', 'scope.id': '100848' }, { scope: { kind: 'card', id: '100848' } }],
  [{ 'scope.kind': 'account', 'scope.id': '104190000004' }, { scope: { kind: 'account', id: '104190000004' } }],
  [{ 'window.kind': 'rolling', 'window.unit': 'hour' }, { window: { kind: 'rolling', unit: 'hour', length: 24 } }],
  [{ 'window.kind': 'lifetime' }, { window: { kind: 'lifetime' } }],
  [
    { maxAmount: '', maxCount: '5' },
    { maxAmount: null, maxCount: 5 },
  ],
])('with %j it is another', (changes, found) => {
  expect(spendLimitOf({ ...VALUES, ...changes })).toMatchObject(found)
})

test('thresholds that are emptied are taken away', () => {
  expect(thresholdsOf({ maxAmount: ' ', maxCount: '' })).toEqual({ maxAmount: null, maxCount: null })
})

test('a control has the lists that were filled in', () => {
  const values = { name: 'no gambling', 'scope.kind': 'program', 'scope.id': '1', 'block.mccCategories': 'gambling' }
  expect(controlOf(values)).toEqual({
    name: 'no gambling',
    scope: { kind: 'program', id: '1' },
    block: { mccCategories: ['gambling'] },
  })
})

test('rules are told in words, and become the fields that they were', () => {
  const rules = { mccs: ['5411'], countries: ['DE', 'FR'] }
  expect(ruleWords(rules)).toEqual([
    { what: 'MCC', values: '5411' },
    { what: 'Country', values: 'DE, FR' },
  ])
  expect(ruleValues(rules, 'allow')).toMatchObject({ 'allow.mccs': '5411', 'allow.countries': 'DE, FR' })
})
