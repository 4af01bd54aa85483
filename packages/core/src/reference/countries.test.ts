import { expect, test } from 'vitest'
import { COUNTRIES, findCountry, findCountryByAlpha3, findCountryByNumericCode, isCountry } from './countries.ts'

test('all 249 entries of ISO 3166-1 are there, each code once and in its form', () => {
  expect(COUNTRIES).toHaveLength(249)
  expect(new Set(COUNTRIES.map(country => country.alpha2)).size).toBe(249)
  expect(new Set(COUNTRIES.map(country => country.alpha3)).size).toBe(249)
  expect(new Set(COUNTRIES.map(country => country.numericCode)).size).toBe(249)
  expect(new Set(COUNTRIES.map(country => country.name)).size).toBe(249)
  for (const { alpha2, alpha3, numericCode } of COUNTRIES) {
    expect(`${alpha2} ${alpha3} ${numericCode}`).toMatch(/^[A-Z]{2} [A-Z]{3} \d{3}$/)
  }
})

test.each([
  ['BR', 'BRA', '076', 'Brazil'],
  ['CN', 'CHN', '156', 'China'],
  ['US', 'USA', '840', 'United States of America'],
  ['MX', 'MEX', '484', 'Mexico'],
  ['HK', 'HKG', '344', 'Hong Kong'],
  ['GB', 'GBR', '826', 'United Kingdom'],
  ['SS', 'SSD', '728', 'South Sudan'],
])('%s is %s, %s, %s', (alpha2, alpha3, numericCode, name) => {
  const country = findCountry(alpha2)
  expect(country).toEqual({ alpha2, alpha3, numericCode, name })
  expect(findCountryByAlpha3(alpha3)).toBe(country)
  expect(findCountryByNumericCode(numericCode)).toBe(country)
})

test.each(['', 'br', 'BRA', 'XK', 'ZZ', 'AA', 'EU', 'UK', 'AN', 'constructor'])('%j is not a country', code => {
  expect(isCountry(code)).toBe(false)
  expect(findCountry(code)).toBeUndefined()
})
