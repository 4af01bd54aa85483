import { generatePan, maskPan } from '@openissuer/core/card/pan.ts'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CUT, masked, SECRET, SIZE_MAX, UNKNOWN, withoutPans } from './masking.ts'

const KNOWN = new Set([
  'card_pan',
  'cardNo',
  'card_token',
  'cvv',
  'pin',
  'expires_on',
  'expired_time',
  'expires_in',
  'access_token',
  'file_content',
  'id_no',
  'first_name',
  'shipping_method',
  'note',
  'list',
  'holder',
  'amount',
])

const shown = (value: unknown) => masked(value, KNOWN).value

const pan = fc
  .tuple(fc.constantFrom('411111', '658704', '510510'), fc.integer({ min: 13, max: 19 }), fc.infiniteStream(fc.nat(9)))
  .map(([bin, length, digits]) => generatePan(bin, length, () => digits.next().value ?? 0))

describe('card numbers', () => {
  test('are first six and last four digits wherever they stand in a text', () => {
    fc.assert(
      fc.property(
        pan,
        fc.constantFrom('', ' ', '-', '.', '/'),
        fc.constantFrom('', 'card ', '=', '"'),
        (number, gap, edge) => {
          const written = number.replace(/(\d{4})(?=\d)/g, `$1${gap}`)
          const { list } = shown({ list: [`${edge}${written}${edge}`] }) as { list: string[] }
          expect(list).toEqual([`${edge}${maskPan(number)}${edge}`])
        },
      ),
    )
  })

  test('are not shown as numbers either', () => {
    fc.assert(
      fc.property(pan, number => {
        fc.pre(number.length <= 15)
        expect(shown({ amount: Number(number) })).toEqual({ amount: maskPan(number) })
        expect(shown({ amount: BigInt(number) })).toEqual({ amount: maskPan(number) })
      }),
    )
  })

  test('are masked in their own field, or not shown at all', () => {
    expect(shown({ card_pan: '4111111111111111' })).toEqual({ card_pan: '411111******1111' })
    expect(shown({ card_pan: '411111******1111' })).toEqual({ card_pan: '411111******1111' })
    expect(shown({ card_pan: '4111 1111' })).toEqual({ card_pan: SECRET })
    expect(shown({ card_pan: { of: '4111111111111111' } })).toEqual({ card_pan: SECRET })
  })

  test.each(['1795253759342', '20170519141722361', 'C202605220001', '450620141926'])(
    'a time or a number of ours is none: %s',
    text => expect(withoutPans(text)).toBe(text),
  )
})

test('what is secret is not shown, whatever its type', () => {
  const secrets = ['cvv', 'pin', 'expires_on', 'access_token', 'file_content', 'id_no']
  for (const value of ['123', 123, { of: '123' }, ['123']]) {
    expect(shown(Object.fromEntries(secrets.map(name => [name, value])))).toEqual(
      Object.fromEntries(secrets.map(name => [name, SECRET])),
    )
  }
  expect(shown({ pin: null, cvv: '' })).toEqual({ pin: null, cvv: '' })
})

test('words that only look like secrets are shown', () => {
  const body = { shipping_method: 'post', expires_in: 300, expired_time: 1_795_253_759_342, card_token: '450620141926' }
  expect(shown(body)).toEqual(body)
})

test('a field that nobody knows shows neither its value nor its name', () => {
  const body = { first_name: 'Ada', 4111111111111111: 'x', secretNote: 'y', holder: { cardCvv: '123' } }
  const text = JSON.stringify(shown(body))
  expect(text).not.toMatch(/4111111111111111|secretNote|cardCvv|123|"x"|"y"/)
  expect(shown({ first_name: 'Ada', secretNote: 'y' })).toEqual({ first_name: 'Ada', 'unknown 2': UNKNOWN })
})

test('a private key is not shown in any field', () => {
  expect(shown({ note: 'here: -----BEGIN PRIVATE KEY-----\nMIIE' })).toEqual({ note: SECRET })
})

test('a long text is cut, with its length', () => {
  const { note } = shown({ note: 'n'.repeat(5_000) }) as { note: string }
  expect(note).toMatch(/^n+… \(5000 characters\)$/)
  expect(note.length).toBeLessThanOrEqual(515)
})

test('of a long list the first rows are kept, and how many there are', () => {
  const { list } = shown({ list: Array.from({ length: 300 }, (_, amount) => ({ amount })) }) as { list: unknown[] }
  expect(list).toHaveLength(21)
  expect([list[0], list.at(-1)]).toEqual([{ amount: 0 }, '… (300 in all)'])
})

test('a card number at the cut is not shown', () => {
  for (let before = 470; before <= 515; before++) {
    const { note } = shown({ note: `${'n'.repeat(before)}4111111111111111${'n'.repeat(100)}` }) as { note: string }
    expect([before, /\d{7,}/.test(note.replace(/\(\d+ characters\)/, ''))]).toEqual([before, false])
  }
})

test('of whatever size a body is, little is kept', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 8 }), fc.integer({ min: 1, max: 50 }), (json, copies) => {
      const list = Array.from({ length: copies * 100 }, () => JSON.parse(json) as unknown)
      const { value, size } = masked({ list }, KNOWN)
      expect(JSON.stringify(value).length).toBeLessThan(6 * SIZE_MAX)
      expect(size).toBeLessThan(2 * SIZE_MAX)
    }),
    { numRuns: 50 },
  )
  let deep: unknown = 'x'
  for (let depth = 0; depth < 100; depth++) deep = [deep]
  expect(JSON.stringify(shown(deep))).toContain(CUT)
})
