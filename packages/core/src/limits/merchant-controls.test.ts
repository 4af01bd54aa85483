import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type MccCategory, mccCategory } from '../reference/mcc.ts'
import {
  compileMccCategories,
  compileMccs,
  controlObjection,
  hasMcc,
  LIST_LENGTH_MAX,
  type MerchantControl,
  type MerchantList,
  mccRangesMeet,
  type PurchaseMerchant,
  parseMerchantControlTerms,
  stackControls,
} from './merchant-controls.ts'

const GROCER: PurchaseMerchant = { mcc: '5411', merchantId: 'GROCER-0000001', country: 'DE' }

let nextId = 1n
const control = (terms: Partial<MerchantControl>): MerchantControl => ({
  partnerId: 1n,
  controlId: nextId++,
  name: 'office cards',
  scope: { kind: 'card', id: 3n },
  ...terms,
})

const objectionTo = (purchase: PurchaseMerchant, ...controls: MerchantControl[]) =>
  controlObjection(stackControls(controls), purchase)

describe('a control', () => {
  test('without lists lets everything pass', () => {
    expect(objectionTo(GROCER, control({}))).toBeUndefined()
    expect(objectionTo({ mcc: null, merchantId: null, country: null }, control({}))).toBeUndefined()
  })

  test.each<[string, MerchantList, string]>([
    ['code', { mccs: ['5411'] }, 'mcc'],
    ['range', { mccs: ['5400-5499'] }, 'mcc'],
    ['category', { mccCategories: ['other'] }, 'mcc'],
    ['merchant', { merchantIds: ['GROCER-0000001'] }, 'merchant'],
    ['country', { countries: ['FR', 'DE'] }, 'country'],
  ])('blocks by %s, and allows by it', (_what, list, dimension) => {
    const blocked = objectionTo(GROCER, control({ block: list }))
    expect(blocked).toMatchObject({ dimension, control: 'office cards', list: 'block' })
    expect(objectionTo(GROCER, control({ allow: list }))).toBeUndefined()
  })

  test.each<[string, MerchantList, string, string]>([
    ['code', { mccs: ['5412'] }, 'mcc', '5411'],
    ['range', { mccs: ['5412-5499'] }, 'mcc', '5411'],
    ['category', { mccCategories: ['fuel', 'airline'] }, 'mcc', '5411'],
    ['merchant', { merchantIds: ['GROCER-0000002'] }, 'merchant', 'GROCER-0000001'],
    ['country', { countries: ['FR'] }, 'country', 'DE'],
  ])(
    'whose allow list has another %s refuses, and whose block list has it does not',
    (_what, list, dimension, value) => {
      const refused = objectionTo(GROCER, control({ allow: list }))
      expect(refused).toEqual({ dimension, control: 'office cards', list: 'allow', value })
      expect(objectionTo(GROCER, control({ block: list }))).toBeUndefined()
    },
  )

  test('blocks what it also allows', () => {
    const both = control({ allow: { mccs: ['5000-5999'] }, block: { mccs: ['5411'] } })
    expect(objectionTo(GROCER, both)).toMatchObject({ dimension: 'mcc', list: 'block' })
    expect(objectionTo({ ...GROCER, mcc: '5412' }, both)).toBeUndefined()
  })

  test('takes codes and categories as one list', () => {
    const travel = control({ allow: { mccs: ['5812'], mccCategories: ['airline'] } })
    for (const mcc of ['5812', '3000', '4511']) expect(objectionTo({ ...GROCER, mcc }, travel), mcc).toBeUndefined()
    expect(objectionTo(GROCER, travel)).toMatchObject({ dimension: 'mcc' })
  })

  test('needs a member in each dimension that has an allow list', () => {
    const german = control({ allow: { mccs: ['5411'], countries: ['DE'] } })
    expect(objectionTo(GROCER, german)).toBeUndefined()
    expect(objectionTo({ ...GROCER, country: 'FR' }, german)).toMatchObject({ dimension: 'country' })
    expect(objectionTo({ ...GROCER, mcc: '5812' }, german)).toMatchObject({ dimension: 'mcc' })
  })

  test.each<[Partial<PurchaseMerchant>, string]>([
    [{ mcc: null }, 'mcc'],
    [{ mcc: '541' }, 'mcc'],
    [{ mcc: '54A1' }, 'mcc'],
    [{ mcc: '５４１１' }, 'mcc'],
    [{ merchantId: null }, 'merchant'],
    [{ merchantId: '' }, 'merchant'],
    [{ country: null }, 'country'],
    [{ country: 'de' }, 'country'],
    [{ country: 'XX' }, 'country'],
  ])('does not block %j, and does not allow it', (unknown, dimension) => {
    const list: MerchantList = { mccs: ['0000-9999'], merchantIds: ['GROCER-0000001'], countries: ['DE'] }
    const purchase = { ...GROCER, ...unknown }
    expect(objectionTo(purchase, control({ allow: list }))).toMatchObject({ dimension, list: 'allow' })
    const blockOfIt: MerchantList =
      dimension === 'mcc'
        ? { mccs: ['0000-9999'] }
        : dimension === 'merchant'
          ? { merchantIds: ['GROCER-0000001'] }
          : { countries: ['DE'] }
    expect(objectionTo(purchase, control({ block: blockOfIt }))).toBeUndefined()
  })

  test('does not look at the blanks that fill up DE 42', () => {
    const block = { merchantIds: ['SHOP 7'] }
    expect(objectionTo({ ...GROCER, merchantId: 'SHOP 7         ' }, control({ block }))).toBeDefined()
    expect(objectionTo({ ...GROCER, merchantId: ' SHOP 7' }, control({ block }))).toBeUndefined()
    expect(objectionTo({ ...GROCER, merchantId: ' SHOP 7 ' }, control({ block }))).toBeUndefined()
    expect(
      objectionTo({ ...GROCER, merchantId: 'SHOP 7' }, control({ block: { merchantIds: ['SHOP 7  '] } })),
    ).toBeDefined()
  })

  test('names the merchant before the MCC before the country', () => {
    const all = { merchantIds: ['GROCER-0000001'], mccs: ['5411'], countries: ['DE'] }
    expect(objectionTo(GROCER, control({ block: all }))).toMatchObject({ dimension: 'merchant' })
    expect(objectionTo({ ...GROCER, merchantId: 'X' }, control({ block: all }))).toMatchObject({ dimension: 'mcc' })
    expect(objectionTo({ mcc: '5812', merchantId: 'X', country: 'DE' }, control({ block: all }))).toMatchObject({
      dimension: 'country',
    })
  })
})

test.each<[Partial<PurchaseMerchant>, string | undefined]>([
  [{ mcc: '5812', country: 'DE' }, undefined],
  [{ mcc: '3502', country: 'FR' }, undefined],
  [{ mcc: '3501', country: 'FR' }, 'mcc'],
  [{ mcc: '5812', country: 'IT' }, 'country'],
  [{ mcc: '5411', country: 'DE' }, 'mcc'],
  [{ mcc: '5812', country: null }, 'country'],
  [{ merchantId: 'SHOP 7         ', mcc: '5411', country: 'IT' }, 'merchant'],
])('the control of docs/limits.md answers %j with %s', (purchase, dimension) => {
  const office = control({
    allow: { mccs: ['5812', '5943'], mccCategories: ['airline', 'lodging'], countries: ['DE', 'FR'] },
    block: { mccs: ['3501'], merchantIds: ['SHOP 7'] },
  })
  expect(objectionTo({ ...GROCER, ...purchase }, office)?.dimension).toBe(dimension)
})

describe('several controls', () => {
  test('each have a veto, and the first by id speaks', () => {
    const program = control({ name: 'program', scope: { kind: 'program', id: 9n }, block: { countries: ['DE'] } })
    const card = control({ name: 'card', allow: { mccs: ['5812'] } })
    expect(objectionTo(GROCER, card, program)).toMatchObject({ control: 'program', dimension: 'country' })
    expect(objectionTo({ ...GROCER, country: 'FR' }, card, program)).toMatchObject({ control: 'card' })
    expect(objectionTo({ ...GROCER, country: 'FR', mcc: '5812' }, card, program)).toBeUndefined()
  })

  test('with allow lists admit what all of them have', () => {
    const wide = control({ allow: { mccs: ['5000-5999'] } })
    const narrow = control({ allow: { mccs: ['5400-5499'] } })
    expect(objectionTo(GROCER, wide, narrow)).toBeUndefined()
    expect(objectionTo({ ...GROCER, mcc: '5812' }, wide, narrow)).toBeDefined()
  })

  test('none let everything pass', () => {
    expect(controlObjection([], GROCER)).toBeUndefined()
  })
})

const code = fc.integer({ min: 0, max: 9999 }).map(number => String(number).padStart(4, '0'))
const item = fc.oneof(
  code,
  fc.tuple(code, code).map(([a, b]) => (a < b ? `${a}-${b}` : `${b}-${a}`)),
)
const list = fc.array(item, { maxLength: 20 })

describe('a compiled list of MCCs', () => {
  const isListed = (items: readonly string[], mcc: string) =>
    items.some(text => {
      const [from = '', to = from] = text.split('-')
      return from <= mcc && mcc <= to
    })

  test('has exactly the codes that one of its items names', () => {
    fc.assert(
      fc.property(list, code, (items, mcc) => {
        const ranges = compileMccs(items)
        const edges = items
          .flatMap(text => text.split('-'))
          .flatMap(edge => [Number(edge) - 1, Number(edge), Number(edge) + 1])
        const probes = edges.filter(edge => edge >= 0 && edge <= 9999).map(edge => String(edge).padStart(4, '0'))
        for (const probe of [mcc, ...probes]) expect(hasMcc(ranges, probe), probe).toBe(isListed(items, probe))
      }),
    )
  })

  test('meets another when a code is in both', () => {
    fc.assert(
      fc.property(list, list, (left, right) => {
        const [a, b] = [compileMccs(left), compileMccs(right)]
        const isShared = Array.from({ length: 10_000 }, (_, index) => String(index).padStart(4, '0')).some(
          mcc => hasMcc(a, mcc) && hasMcc(b, mcc),
        )
        expect(mccRangesMeet(a, b)).toBe(isShared)
      }),
      { numRuns: 50 },
    )
  })

  test('meets another that begins where it ends', () => {
    expect(mccRangesMeet(compileMccs(['1000-1999']), compileMccs(['1999-2999']))).toBe(true)
    expect(mccRangesMeet(compileMccs(['1999-2999']), compileMccs(['1000-1999']))).toBe(true)
    expect(mccRangesMeet(compileMccs(['1000-1999']), compileMccs(['2000-2999']))).toBe(false)
  })

  test('of categories agrees with the MCC table, code by code', () => {
    const categories: readonly MccCategory[] = ['airline', 'fuel', 'gambling', 'other']
    const ranges = compileMccCategories(categories)
    for (let number = 0; number <= 9999; number += 1) {
      const mcc = String(number).padStart(4, '0')
      expect(hasMcc(ranges, mcc), mcc).toBe(categories.includes(mccCategory(mcc)))
    }
  })

  test('refuses to compile what is no code', () => {
    for (const text of ['', '541', '54111', '5411-', '5499-5400', '3000-3100-3200', 'fuel']) {
      expect(() => compileMccs([text]), text).toThrow('is not an MCC')
    }
  })
})

describe('parsing', () => {
  const TERMS = {
    name: 'office cards',
    scope: { kind: 'cardholder', id: '100848' },
    block: { mccCategories: ['gambling'] },
  }

  test('reads a control', () => {
    const allow = { mccs: ['5411', '3000-3299'], merchantIds: ['SHOP 7   '], countries: ['DE'] }
    expect(parseMerchantControlTerms({ ...TERMS, allow })).toEqual({
      ok: true,
      value: {
        name: 'office cards',
        scope: { kind: 'cardholder', id: 100848n },
        allow: { ...allow, merchantIds: ['SHOP 7'] },
        block: { mccCategories: ['gambling'] },
      },
    })
  })

  test.each<[unknown, readonly string[]]>([
    [null, ['control is not an object']],
    [{ ...TERMS, block: undefined }, ['allow and block are both missing; a control needs at least one']],
    [{ ...TERMS, block: {} }, ['block lists nothing; leave it out instead']],
    [{ ...TERMS, block: { countries: [] } }, ['block.countries is empty; leave it out for any']],
    [{ ...TERMS, block: { countries: 'DE' } }, ['block.countries is not a list']],
    [{ ...TERMS, block: { cities: ['Berlin'] } }, ['block.cities is not a known field']],
    [
      { ...TERMS, allow: { countries: ['DE', 'DEU', 7] } },
      [
        'allow.countries[1] "DEU" is not a country code of ISO 3166-1 alpha-2, such as "DE"',
        'allow.countries[2] is not a country code of ISO 3166-1 alpha-2, such as "DE"',
      ],
    ],
    [
      { ...TERMS, allow: { mccs: ['5411', '3299-3000'] } },
      ['allow.mccs[1] "3299-3000" is neither an MCC ("5411") nor a range of MCCs ("3000-3299")'],
    ],
    [{ ...TERMS, allow: { merchantIds: ['   '] } }, ['allow.merchantIds[0] is not text of 1 to 32 characters']],
    [
      { ...TERMS, block: { mccs: Array.from({ length: LIST_LENGTH_MAX + 1 }, () => '5411') } },
      ['block.mccs has 1001 entries, more than 1000'],
    ],
    [{ ...TERMS, name: undefined }, ['name is missing']],
    [{ ...TERMS, name: ' x' }, ['name is not text of 1 to 64 visible characters without blanks at its ends']],
    [{ ...TERMS, name: 'a\nb' }, ['name is not text of 1 to 64 visible characters without blanks at its ends']],
    [{ ...TERMS, scope: undefined }, ['scope is missing']],
    [
      { ...TERMS, scope: { kind: 'partner', id: 7 } },
      [
        'scope.kind "partner" is not one of "card", "cardholder", "account", "program"',
        'scope.id is not an id: text of 1 to 18 digits, without leading zeros',
      ],
    ],
    [
      { ...TERMS, scope: { kind: 'card', id: '007' } },
      ['scope.id is not an id: text of 1 to 18 digits, without leading zeros'],
    ],
  ])('%j is refused: %j', (json, expected) => {
    const parsed = parseMerchantControlTerms(json)
    expect(parsed.ok ? [] : parsed.problems.map(({ field, problem }) => `${field} ${problem}`)).toEqual(expected)
  })

  test('whatever comes, the answer is a control that compiles, or problems', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(fc.string()), (json, texts) => {
        for (const input of [json, { ...TERMS, allow: { mccs: texts, countries: texts } }]) {
          const parsed = parseMerchantControlTerms(input)
          if (parsed.ok) stackControls([{ partnerId: 1n, controlId: 1n, ...parsed.value }])
          else expect(parsed.problems.length).toBeGreaterThan(0)
        }
      }),
    )
  })
})
