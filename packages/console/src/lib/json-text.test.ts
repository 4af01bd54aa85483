import { expect, test } from 'vitest'
import { indented } from './json-text.ts'

test('a record gets lines, and its numbers stay as they were written', () => {
  expect(indented('{"amount":100.00,"rate":1.0e5,"list":[1,{"a":null}]}')).toBe(
    '{\n  "amount": 100.00,\n  "rate": 1.0e5,\n  "list": [\n    1,\n    {\n      "a": null\n    }\n  ]\n}',
  )
})

test('signs within a text are part of the text', () => {
  expect(indented('{"a":"x,{y}:\\"[z]"}')).toBe('{\n  "a": "x,{y}:\\"[z]"\n}')
})

test('what is empty stays on its line', () => {
  expect(indented('{"a":{},"b":[ ]}')).toBe('{\n  "a": {},\n  "b": []\n}')
})

test('what was indented is indented anew, to the same values', () => {
  const value = { a: [1, 'two', { three: [true, null] }], b: { c: '' } }
  expect(indented(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2))
  expect(indented(JSON.stringify(value, null, 4))).toBe(JSON.stringify(value, null, 2))
})

test('what is no JSON is shown as it is', () => {
  expect(indented('oops {')).toBe('oops {')
  expect(indented('')).toBe('')
})
