import { describe, expect, it } from 'vitest'
import { cardholderNoOf, cardNoOf, NUMBER_PREFIXES, type NumberKind, parseNo, programNoOf } from './ids.ts'

const createdAt = Temporal.Instant.from('2026-05-22T08:00:00Z')

describe('numbers', () => {
  it("have the form of the vendor's samples", () => {
    expect(cardNoOf({ cardId: 1n, createdAt })).toBe('C202605220001')
    expect(cardholderNoOf({ cardholderId: 1n, createdAt })).toBe('U202605220001')
    expect(programNoOf('package', { programId: 1n, createdAt })).toBe('P202605220001')
    expect(programNoOf('card-bin', { programId: 1n, createdAt })).toBe('B202605220001')
  })

  it('grow with ids of more than four digits', () => {
    expect(cardNoOf({ cardId: 100_848n, createdAt })).toBe('C20260522100848')
  })

  it('carry the day of creation in UTC', () => {
    const night = Temporal.Instant.from('2026-05-21T23:59:59.999Z')
    expect(cardNoOf({ cardId: 7n, createdAt: night })).toBe('C202605210007')
  })

  it.each([1n, 42n, 9_999n, 10_000n, 100_001n, 10n ** 18n - 1n])('give back id %s', cardId => {
    expect(parseNo('card', cardNoOf({ cardId, createdAt }))).toBe(cardId)
  })
})

describe('parseNo', () => {
  it.each(Object.keys(NUMBER_PREFIXES))('reads a number of kind %s as that kind only', written => {
    const kinds = Object.keys(NUMBER_PREFIXES) as NumberKind[]
    const read = kinds.filter(
      kind => parseNo(kind, `${NUMBER_PREFIXES[written as NumberKind]}202605220001`) !== undefined,
    )
    expect(read).toEqual([written])
  })

  it.each([
    '',
    'C',
    'C20260522',
    'C20260522001',
    'c202605220001',
    ' C202605220001',
    'C202605220001 ',
    'C202605220001\n',
    'C2026-05-220001',
    'C20260522000１',
    'C20260522-001',
    'C20260522' + '9'.repeat(19),
    "C202605220001' or 1=1",
    '202605220001',
  ])('finds no id in %j', text => {
    expect(parseNo('card', text)).toBeUndefined()
  })

  it('leaves it to the record whether day and padding are right', () => {
    const card = { cardId: 1n, createdAt }
    for (const text of ['C202605230001', 'C2026052200001', 'C999999990001']) {
      expect(parseNo('card', text)).toBe(1n)
      expect(cardNoOf(card)).not.toBe(text)
    }
  })
})
