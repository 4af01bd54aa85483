import type { LoggedCallWithBodies } from '@openissuer/sdk/operator.ts'
import { expect, test } from 'vitest'
import { asCurl } from './as-curl.ts'

const CALL = {
  dialect: 'keysecure',
  method: 'POST',
  path: '/open-api/v1/card/list',
  credential: 'ak_1',
  request: { remark: "it's $HOME `id`" },
} as unknown as LoggedCallWithBodies

test('a call can be made again with a token of one’s own', () => {
  expect(asCurl(CALL, 'http://127.0.0.1:8080')).toBe(
    [
      "curl -X POST 'http://127.0.0.1:8080/open-api/v1/card/list' \\",
      "  -H 'Api-Key: ak_1' \\",
      '  -H "Access-Token: $ACCESS_TOKEN" \\',
      '  -H "Timestamp: $(date +%s)000" \\',
      "  -H 'Content-Type: application/json' \\",
      `  -d '{"remark":"it'\\''s $HOME \`id\`"}'`,
    ].join('\n'),
  )
})

test('the call for a token needs none, and what reads has no body', () => {
  const call = { ...CALL, method: 'GET', path: '/open-api/v1/merchant/token', request: null }
  expect(asCurl(call, 'http://h')).not.toMatch(/Access-Token|-d/)
})

test('a sealed call is none', () => {
  expect(asCurl({ ...CALL, dialect: 'pagsmile' }, 'http://h')).toBeNull()
})
