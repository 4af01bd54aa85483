import { COUNTRIES } from '@openissuer/core/reference/countries.ts'
import { expect, test } from 'vitest'
import { countries } from '../../packages/console/src/features/cardholders/identity.ts'

test('the countries to choose from are those that the server knows', () => {
  const offered = countries().map(({ value }) => value)
  expect(offered.toSorted()).toEqual(COUNTRIES.map(({ alpha2 }) => String(alpha2)).toSorted())
})
