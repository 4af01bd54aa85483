import { expect, test } from 'vitest'
import { envelopeOf } from './envelope-text.ts'

test('an object is an envelope, and tells its app', () => {
  expect(envelopeOf('{"app_id":"2026","x":1}')).toEqual({ envelope: { app_id: '2026', x: 1 }, appId: '2026' })
  expect(envelopeOf('{"app_id":7}')).toEqual({ envelope: { app_id: 7 } })
})

test.each(['', '{', 'null', '[]', '"text"', '1'])('%o is none', text => {
  expect(envelopeOf(text)).toEqual({ problem: expect.stringContaining('This is no') as string })
})
