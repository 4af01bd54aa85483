import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEPTH_MAX, type JsonValue, parseStrictJson, StrictJsonError } from './strict-json.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)

function reasonOf(input: string | Uint8Array): string {
  try {
    return `accepted ${JSON.stringify(parseStrictJson(input))}`
  } catch (error) {
    return error instanceof StrictJsonError ? error.reason : `unexpected ${String(error)}`
  }
}

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

describe('what is refused, and why', () => {
  test.each([
    ['', 'syntax'],
    ['  ', 'syntax'],
    ['{', 'syntax'],
    ['{"a":1,}', 'syntax'],
    ['[1,]', 'syntax'],
    ['[1 2]', 'syntax'],
    ['{"a" 1}', 'syntax'],
    ['{a:1}', 'syntax'],
    ["'a'", 'syntax'],
    ['"a', 'syntax'],
    ['"a\\', 'syntax'],
    ['"\\x"', 'syntax'],
    ['"\\u12"', 'syntax'],
    ['"a\nb"', 'syntax'],
    ['"a\0b"', 'syntax'],
    ['01', 'syntax'],
    ['+1', 'syntax'],
    ['1.', 'syntax'],
    ['.5', 'syntax'],
    ['1e', 'syntax'],
    ['NaN', 'syntax'],
    ['Infinity', 'syntax'],
    ['tru', 'syntax'],
    ['true false', 'syntax'],
    ['{} {}', 'syntax'],
    ['\u00a01', 'syntax'],
    [nested(DEPTH_MAX + 1), 'depth'],
    ['{"a":'.repeat(DEPTH_MAX + 1), 'depth'],
    ['['.repeat(200_000), 'depth'],
    ['{"a":1,"a":1}', 'duplicate-key'],
    ['{"a":1,"\\u0061":2}', 'duplicate-key'],
    ['[{"x":{"b":1,"c":2,"b":3}}]', 'duplicate-key'],
    ['{"__proto__":1,"__proto__":2}', 'duplicate-key'],
    ['9007199254740992', 'unsafe-number'],
    ['-9007199254740992', 'unsafe-number'],
    ['9007199254740992.0', 'unsafe-number'],
    ['1e999', 'unsafe-number'],
    ['[-1e999]', 'unsafe-number'],
    ['"\\u0000"', 'nul'],
    ['{"a\\u0000":1}', 'nul'],
    ['"\\ud800"', 'lone-surrogate'],
    ['"\\udc00\\ud800"', 'lone-surrogate'],
    ['{"\\udfff":1}', 'lone-surrogate'],
    ['"\ud800"', 'lone-surrogate'],
    ['\ufeff{}', 'encoding'],
    [Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d), 'encoding'],
    [Uint8Array.of(0x22, 0xff, 0x22), 'encoding'],
    [Uint8Array.of(0x22, 0xc3, 0x22), 'encoding'],
    [Uint8Array.of(0x22, 0xc0, 0x80, 0x22), 'encoding'],
    [Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22), 'encoding'],
  ])('%j is refused: %s', (input, reason) => expect(reasonOf(input)).toBe(reason))
})

describe('what is accepted', () => {
  test.each([
    'null',
    ' \t\r\n{ "a" : [ 1 , -0 , 0.5 , 1E2 , 9007199254740991 ] } ',
    '"é \\u00e9 \\ud83d\\ude00 \\" \\\\ \\/ \\b"',
    '{"":{}}',
    '['.repeat(DEPTH_MAX) + ']'.repeat(DEPTH_MAX),
  ])('%s reads as JSON.parse reads it, from text and from bytes', text => {
    expect(parseStrictJson(text)).toEqual(JSON.parse(text))
    expect(parseStrictJson(utf8(text))).toEqual(JSON.parse(text))
  })

  test('a key named __proto__ is a key and changes no prototype', () => {
    const value: JsonValue = parseStrictJson('{"__proto__":{"admin":true}}')
    expect(Object.getPrototypeOf(value)).toBeNull()
    expect(JSON.stringify(value)).toBe('{"__proto__":{"admin":true}}')
    expect(value).not.toHaveProperty('admin')
    expect({}).not.toHaveProperty('admin')
  })
})

describe('properties', () => {
  test('every JSON value that JSON.stringify makes is read back, unless a rule names it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6, stringUnit: 'binary' }), value => {
        const text = JSON.stringify(value)
        const reason = reasonOf(text)
        if (reason.startsWith('accepted')) expect(parseStrictJson(text)).toEqual(JSON.parse(text))
        else expect(['unsafe-number', 'nul']).toContain(reason)
      }),
    )
  })

  test('what is accepted means what JSON.parse says, for texts made of JSON pieces', () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"b"',
      '"\\n"',
      '1',
      '-2.5e3',
      'true',
      'null',
      ' ',
      '\\',
      '"',
      '9',
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), parts => {
        const text = parts.join('')
        const reason = reasonOf(text)
        if (reason.startsWith('accepted')) expect(parseStrictJson(text)).toEqual(JSON.parse(text))
        else if (reason === 'syntax') expect(() => JSON.parse(text)).toThrow(SyntaxError)
      }),
      { numRuns: 3000 },
    )
  })

  test('arbitrary bytes and texts give a value or a StrictJsonError', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.string({ unit: 'binary' })), input => {
        expect(reasonOf(input)).not.toMatch(/^unexpected/)
      }),
      { numRuns: 3000 },
    )
  })
})
