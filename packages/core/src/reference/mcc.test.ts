import { expect, test } from 'vitest'
import { isMcc, MCC_BRAND_BLOCKS, MCC_DESCRIPTIONS, type MccCategory, mccCategory, mccDescription } from './mcc.ts'

test('the listed codes are in order, four digits each, and lie outside the brand blocks', () => {
  const codes = [...MCC_DESCRIPTIONS.keys()]
  expect(codes).toEqual(codes.toSorted())
  for (const code of codes) {
    expect(isMcc(code), code).toBe(true)
    expect(
      MCC_BRAND_BLOCKS.some(({ from, to }) => code >= from && code <= to),
      code,
    ).toBe(false)
  }
})

test.each<[string, MccCategory]>([
  ['3000', 'airline'],
  ['3299', 'airline'],
  ['3301', 'airline'],
  ['3350', 'airline'],
  ['4511', 'airline'],
  ['3351', 'car-rental'],
  ['3441', 'car-rental'],
  ['7512', 'car-rental'],
  ['3501', 'lodging'],
  ['3838', 'lodging'],
  ['7011', 'lodging'],
  ['4411', 'cruise'],
  ['5541', 'fuel'],
  ['5542', 'fuel'],
  ['5552', 'fuel'],
  ['6010', 'cash'],
  ['6011', 'cash'],
  ['4829', 'quasi-cash'],
  ['6051', 'quasi-cash'],
  ['6540', 'quasi-cash'],
  ['7995', 'gambling'],
  ['7801', 'gambling'],
  ['5942', 'other'],
  ['2999', 'other'],
  ['4000', 'other'],
  ['9999', 'other'],
  ['300', 'other'],
  ['30000', 'other'],
  ['', 'other'],
])('%j is %s', (code, category) => {
  expect(mccCategory(code)).toBe(category)
})

test('every code with a category of its own has a description', () => {
  for (let number = 0; number <= 9999; number += 1) {
    const code = String(number).padStart(4, '0')
    if (mccCategory(code) !== 'other') expect(mccDescription(code), code).toBeDefined()
  }
})

test('a description comes from the list, else from the block, else not at all', () => {
  expect(mccDescription('5942')).toBe('Book stores')
  expect(mccDescription('3000')).toBe('Airline (one code per carrier)')
  expect(mccDescription('9999')).toBeUndefined()
  expect(mccDescription('constructor')).toBeUndefined()
})

test('a code is exactly four digits', () => {
  expect(isMcc('0742')).toBe(true)
  expect(['', '742', '07420', '07a2', ' 742', '0742\n'].filter(isMcc)).toEqual([])
})
