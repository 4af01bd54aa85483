import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { verifyKeySecureCallback } from './keysecure.ts'
import { parsePagsmileWebhook } from './pagsmile.ts'
import { parseRawJson } from './raw-json.ts'
import { WebhookError } from './webhook-error.ts'

test('the text of any JSON is kept but for the blanks between its parts', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat({ max: 4 }), (value, indent) => {
      expect(parseRawJson(JSON.stringify(value, null, indent))?.text).toBe(JSON.stringify(value))
    }),
  )
})

test('numbers and escapes keep their words', () => {
  const text = '{"a":100.00,"b":1e2,"c":-0,"d":"\\u0041\\/"}'
  const read = parseRawJson(` ${text} `)
  expect(read?.text).toBe(text)
  expect([...(read?.members ?? [])].map(([name, { plain }]) => [name, plain])).toEqual([
    ['a', '100.00'],
    ['b', '1e2'],
    ['c', '-0'],
    ['d', 'A/'],
  ])
})

test.each([
  '',
  '{',
  '[1,]',
  '{"a":1,}',
  '{a:1}',
  '01',
  '1 2',
  '"\n"',
  "{'a':1}",
  '{"a":1,"a":2}',
  '{"a":1,"\\u0061":2}',
])('%s is not read', text => {
  expect(parseRawJson(text)).toBeUndefined()
})

test('whatever comes is a webhook or a WebhookError', () => {
  const keys = { apiKey: 'a', apiSecret: 'b' }
  const anything = fc.oneof(fc.string(), fc.uint8Array(), fc.json())
  fc.assert(
    fc.property(anything, fc.string(), fc.string(), (body, signature, timestamp) => {
      expect(() => verifyKeySecureCallback({ body, headers: { signature, timestamp } }, keys)).toThrow(WebhookError)
      expect(() => parsePagsmileWebhook(body)).toThrow(WebhookError)
    }),
  )
})
