import { expect, test } from 'vitest'
import { type ChallengeAnswer, passes } from './three-ds-challenge.ts'

const EXPIRES_AT = Temporal.Instant.from('2026-05-22T12:05:00Z')
const IN_TIME = EXPIRES_AT.subtract({ milliseconds: 1 })

test.each<[string, ChallengeAnswer | null, boolean, Temporal.Instant, boolean]>([
  ['the right password in time', null, true, IN_TIME, true],
  ['a wrong password', null, false, IN_TIME, false],
  ['the right password at its expiry', null, true, EXPIRES_AT, false],
  ['another message after the right answer', { matchKey: 'first', passed: true }, true, IN_TIME, false],
  ['the right password after a wrong answer', { matchKey: 'first', passed: false }, true, IN_TIME, false],
  ['the same message after its right answer', { matchKey: 'this', passed: true }, false, EXPIRES_AT, true],
  ['the same message after its wrong answer', { matchKey: 'this', passed: false }, true, IN_TIME, false],
])('%s', (_name, answer, matches, now, passed) => {
  expect(passes({ answer, expiresAt: EXPIRES_AT }, { matchKey: 'this', matches }, now)).toBe(passed)
})
