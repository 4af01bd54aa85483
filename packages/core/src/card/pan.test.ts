import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { binOf, generatePan, hasPanForm, isLuhnValid, lastFour, luhnCheckDigit, maskPan } from './pan.ts'

const anyDigit = fc.integer({ min: 0, max: 9 }).map(String)
const anyDigits = fc.string({ unit: anyDigit, minLength: 1, maxLength: 30 })

/** Numbers that card networks and gateways publish for tests. */
const TEST_PANS = [
  '4111111111111111',
  '4012888888881881',
  '5555555555554444',
  '5105105105105100',
  '2223003122003222',
  '378282246310005',
  '371449635398431',
  '6011111111111117',
  '30569309025904',
  '3530111333300000',
  '6200000000000005',
  '4222222222222',
  '6304000000000000',
]

describe('Luhn', () => {
  test.each(TEST_PANS)('%s is valid', pan => {
    expect(isLuhnValid(pan)).toBe(true)
    expect(luhnCheckDigit(pan.slice(0, -1))).toBe(Number(pan.at(-1)))
  })

  test('the example that most descriptions give has check digit 3', () => {
    expect(luhnCheckDigit('7992739871')).toBe(3)
  })

  test('a number with its check digit is valid, and any single wrong digit is noticed', () => {
    fc.assert(
      fc.property(anyDigits, fc.nat(), fc.integer({ min: 1, max: 9 }), (digits, position, shift) => {
        const valid = `${digits}${luhnCheckDigit(digits)}`
        expect(isLuhnValid(valid)).toBe(true)
        const index = position % valid.length
        const wrong = (Number(valid[index]) + shift) % 10
        expect(isLuhnValid(valid.slice(0, index) + wrong + valid.slice(index + 1))).toBe(false)
      }),
    )
  })

  test.each(['', '0', '4111 1111 1111 1111', '4111111111111112', '411111111111111a', '４１１１'])('%j is not', text => {
    expect(isLuhnValid(text)).toBe(false)
  })
})

describe('generation', () => {
  test('fills the random digits between BIN and check digit', () => {
    const digits = [0, 0, 0, 0, 0, 0, 3, 9, 8]
    expect(generatePan('658704', 16, () => digits.shift() ?? 0)).toBe(
      `658704000000398${luhnCheckDigit('658704000000398')}`,
    )
  })

  test('gives a valid PAN of the length asked for under the BIN, whatever the random digits', () => {
    const anyBin = fc.string({ unit: anyDigit, minLength: 6, maxLength: 8 })
    const anyRandom = fc.infiniteStream(fc.integer({ min: 0, max: 9 }))
    fc.assert(
      fc.property(anyBin, fc.integer({ min: 12, max: 19 }), anyRandom, (bin, length, random) => {
        const pan = generatePan(bin, length, () => random.next().value)
        expect(pan).toHaveLength(length)
        expect(pan.startsWith(bin)).toBe(true)
        expect(hasPanForm(pan) && isLuhnValid(pan)).toBe(true)
        expect(binOf(pan, bin.length)).toBe(bin)
      }),
    )
  })

  test.each([
    ['65870', 16],
    ['658704000', 16],
    ['65870a', 16],
    ['658704', 11],
    ['658704', 20],
    ['658704', 16.5],
    ['658704', Number.NaN],
  ])('BIN %s with length %d is refused', (bin, length) => {
    expect(() => generatePan(bin, length, () => 0)).toThrow(RangeError)
  })

  test.each([-1, 10, 0.5, Number.NaN])('%d is refused as a random digit', value => {
    expect(() => generatePan('658704', 16, () => value)).toThrow('a random digit is not a digit')
  })
})

describe('showing a PAN', () => {
  test.each([
    ['6587040000003982', '658704******3982'],
    ['378282246310005', '378282*****0005'],
    ['30569309025904', '305693****5904'],
    ['4222222222222', '422222***2222'],
    ['6200000000000000003', '620000*********0003'],
  ])('%s is masked %s', (pan, masked) => {
    expect(maskPan(pan)).toBe(masked)
  })

  test('the BIN has six digits unless more are asked for', () => {
    expect(binOf('6587040000003982')).toBe('658704')
    expect(binOf('6587040000003982', 8)).toBe('65870400')
    expect(() => binOf('6587040000003982', 12)).toThrow(RangeError)
    expect(lastFour('6587040000003982')).toBe('3982')
  })

  test.each(['41111111111', '41111111111111111111', '4111 1111 1111 1111', '4111111111111111a', '4111111111111111\n'])(
    '%j is refused, and the refusal does not show it',
    text => {
      for (const operation of [maskPan, lastFour, binOf]) {
        expect(() => operation(text)).toThrow(/^a PAN has 12 to 19 digits$/)
      }
    },
  )
})
