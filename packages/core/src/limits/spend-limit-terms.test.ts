import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ENTRY_MODES } from '../authorization/authorization.ts'
import { type Amount, amount, MINOR_MAX } from '../money/amount.ts'
import { currency } from '../money/currency.ts'
import { compileSpendLimit, type SpendLimit, type UsagePolicyName } from './spend-limit.ts'
import {
  assertSpendLimit,
  COUNT_MAX,
  parseSpendLimitTerms,
  type SpendLimitTerms,
  spendLimitJson,
} from './spend-limit-terms.ts'
import type { WindowSpec } from './window.ts'

const USD = currency('USD')
const EUR = currency('EUR')
const usd = (minor: bigint): Amount => amount(minor, USD)

const BERLIN_WEEK: WindowSpec = { kind: 'fixed', unit: 'week', zone: 'Europe/Berlin' }
const LAST_24_HOURS: WindowSpec = { kind: 'rolling', unit: 'hour', length: 24 }

const LIMIT: SpendLimit = {
  partnerId: 1n,
  limitId: 2n,
  name: 'groceries',
  scope: { kind: 'card', id: 3n },
  window: BERLIN_WEEK,
  currency: USD,
  maxAmount: usd(25_000n),
  maxCount: 5,
  filter: {},
  policy: 'standard',
}

describe('operator input', () => {
  const JSON_TERMS = {
    name: 'groceries',
    scope: { kind: 'card', id: '3' },
    window: { kind: 'fixed', unit: 'week', zone: 'Europe/Berlin' },
    currency: 'USD',
    maxAmount: '250.00',
    maxCount: 5,
  }

  test('needs neither filter nor policy', () => {
    const { partnerId, limitId, ...terms } = LIMIT
    expect(parseSpendLimitTerms(JSON_TERMS)).toEqual({ ok: true, value: terms })
    expect([partnerId, limitId]).toEqual([1n, 2n])
  })

  test('may set one threshold of the two', () => {
    const { maxAmount, maxCount, ...rest } = JSON_TERMS
    expect(parseSpendLimitTerms({ ...rest, maxCount })).toMatchObject({
      ok: true,
      value: { maxAmount: null, maxCount: 5 },
    })
    expect(parseSpendLimitTerms({ ...rest, maxAmount, maxCount: null })).toMatchObject({
      ok: true,
      value: { maxAmount: { minor: 25_000n }, maxCount: null },
    })
  })

  test.each<[unknown, readonly string[]]>([
    [undefined, ['limit is not an object']],
    [
      {},
      [
        'name is missing',
        'scope is missing',
        'window is missing',
        'currency is missing',
        'maxAmount and maxCount are both missing; a limit needs at least one',
      ],
    ],
    [{ ...JSON_TERMS, limitId: '7' }, ['limitId is not a known field']],
    [{ ...JSON_TERMS, currency: 'XXY' }, ['currency "XXY" is not a known currency']],
    [{ ...JSON_TERMS, maxAmount: 250 }, ['maxAmount is not text, such as "250.00"']],
    [
      { ...JSON_TERMS, maxAmount: '0.00' },
      ['maxAmount "0.00" is not a positive amount of USD with at most 2 decimals'],
    ],
    [{ ...JSON_TERMS, maxAmount: '-1' }, ['maxAmount "-1" is not a positive amount of USD with at most 2 decimals']],
    [
      { ...JSON_TERMS, maxAmount: '1.005' },
      ['maxAmount "1.005" is not a positive amount of USD with at most 2 decimals'],
    ],
    [
      { ...JSON_TERMS, maxAmount: '92233720368547758.08' },
      ['maxAmount "92233720368547758.08" is not a positive amount of USD with at most 2 decimals'],
    ],
    [{ ...JSON_TERMS, maxCount: 0 }, ['maxCount is not a whole number from 1 to 2147483647']],
    [{ ...JSON_TERMS, maxCount: '5' }, ['maxCount is not a whole number from 1 to 2147483647']],
    [
      { ...JSON_TERMS, policy: 'generous' },
      ['policy "generous" is not one of "standard", "refunds-return", "cleared-spend"'],
    ],
    [
      { ...JSON_TERMS, window: { kind: 'fixed', unit: 'day', zone: 'Mars' } },
      ['window.zone "Mars" is not a known time zone'],
    ],
    [{ ...JSON_TERMS, filter: null }, ['filter is not an object']],
    [{ ...JSON_TERMS, filter: { mcc: '5411' } }, ['filter.mcc is not a known field']],
    [
      { ...JSON_TERMS, filter: { mccs: ['54'], currencies: ['usd'], entryModes: ['nfc'] } },
      [
        'filter.mccs[0] "54" is neither an MCC ("5411") nor a range of MCCs ("3000-3299")',
        'filter.currencies[0] "usd" is not a known currency',
        'filter.entryModes[0] "nfc" is not one of "chip", "contactless", "magstripe", "ecommerce", "manual", "recurring"',
      ],
    ],
    [
      { ...JSON_TERMS, filter: { mccs: ['5411'], mccCategories: ['fuel'] } },
      ['filter.mccs and mccCategories have no MCC in common'],
    ],
    [{ ...JSON_TERMS, filter: { countries: [] } }, ['filter.countries is empty; leave it out for any']],
  ])('%j is refused: %j', (json, expected) => {
    const parsed = parseSpendLimitTerms(json)
    expect(parsed.ok ? [] : parsed.problems.map(({ field, problem }) => `${field} ${problem}`)).toEqual(expected)
  })

  const anyWindow: fc.Arbitrary<WindowSpec> = fc.constantFrom<WindowSpec>(
    BERLIN_WEEK,
    { kind: 'fixed', unit: 'week', zone: 'Asia/Kathmandu', weekStart: 7 },
    LAST_24_HOURS,
    { kind: 'lifetime' },
  )
  const anyTerms: fc.Arbitrary<SpendLimitTerms> = fc
    .record({
      id: fc.bigInt({ min: 1n, max: 10n ** 17n }),
      window: anyWindow,
      code: fc.constantFrom('USD', 'JPY', 'KWD'),
      minor: fc.option(fc.bigInt({ min: 1n, max: MINOR_MAX })),
      maxCount: fc.integer({ min: 1, max: COUNT_MAX }),
      filter: fc.record(
        {
          mccs: fc.constant(['5411', '3000-3299']),
          mccCategories: fc.constant(['airline' as const]),
          merchantIds: fc.constant(['SHOP 7']),
          countries: fc.constant(['DE', 'FR']),
          currencies: fc.constant([EUR]),
          entryModes: fc.subarray([...ENTRY_MODES], { minLength: 1 }),
        },
        { requiredKeys: [] },
      ),
      policy: fc.constantFrom<UsagePolicyName>('standard', 'refunds-return', 'cleared-spend'),
    })
    .map(({ id, window, code, minor, maxCount, filter, policy }) => ({
      name: 'any limit',
      scope: { kind: 'program', id },
      window,
      currency: currency(code),
      maxAmount: minor === null ? null : amount(minor, currency(code)),
      maxCount,
      filter,
      policy,
    }))

  test('is read back as it was written, through JSON text', () => {
    fc.assert(
      fc.property(anyTerms, value => {
        const text = JSON.stringify(spendLimitJson(value))
        expect(parseSpendLimitTerms(JSON.parse(text))).toEqual({ ok: true, value })
        expect(() => {
          assertSpendLimit({ partnerId: 1n, limitId: 1n, ...value })
        }).not.toThrow()
      }),
    )
  })

  test('whatever comes, the answer is a limit that compiles, or problems', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(JSON_TERMS)), (json, field) => {
        for (const input of [json, { ...JSON_TERMS, [field]: json }, { ...JSON_TERMS, filter: json }]) {
          const parsed = parseSpendLimitTerms(input)
          if (parsed.ok) compileSpendLimit({ partnerId: 1n, limitId: 1n, ...parsed.value })
          else expect(parsed.problems.length).toBeGreaterThan(0)
        }
      }),
    )
  })

  test('a limit from storage that breaks a rule is a bug that names each field', () => {
    const broken: SpendLimit = {
      ...LIMIT,
      limitId: 0n,
      currency: EUR,
      maxCount: 0,
      window: { kind: 'rolling', unit: 'hour', length: -1 },
    }
    expect(() => {
      assertSpendLimit(broken)
    }).toThrow(
      'spend limit 0: limitId is not positive; maxAmount is in USD, the limit in EUR; ' +
        'window.length is not a whole number from 1 to 10000; maxCount is not a whole number from 1 to 2147483647',
    )
    expect(() => {
      assertSpendLimit({ ...LIMIT, maxAmount: null, maxCount: null })
    }).toThrow('maxAmount and maxCount are both missing')
    expect(() => {
      assertSpendLimit({ ...LIMIT, maxAmount: usd(0n) })
    }).toThrow('maxAmount "0.00" is not a positive amount')
  })
})
