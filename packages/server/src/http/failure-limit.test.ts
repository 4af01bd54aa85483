import { describe, expect, test } from 'vitest'
import { FailureLimit, WINDOWS_MAX } from './failure-limit.ts'

const FAILURES_MAX = 10
const WINDOW_MS = 60_000

function limitAt() {
  const clock = { nowMs: 0 }
  return { clock, limit: new FailureLimit({ failuresMax: FAILURES_MAX, windowMs: WINDOW_MS }, () => clock.nowMs) }
}

const fail = (limit: FailureLimit, times: number, sender = 'a') => {
  for (let i = 0; i < times; i++) limit.note(sender)
}

describe('the failure limit', () => {
  test('is reached with the last failure that is allowed, and no earlier', () => {
    const { limit } = limitAt()
    fail(limit, FAILURES_MAX - 1)
    expect(limit.isReached('a')).toBe(false)
    fail(limit, 1)
    expect(limit.isReached('a')).toBe(true)
  })

  test('ends with its window, which begins with the first failure', () => {
    const { clock, limit } = limitAt()
    fail(limit, 1)
    clock.nowMs = WINDOW_MS - 1
    fail(limit, FAILURES_MAX)
    expect(limit.isReached('a')).toBe(true)
    clock.nowMs = WINDOW_MS
    expect(limit.isReached('a')).toBe(false)
    fail(limit, 1)
    expect(limit.isReached('a')).toBe(false)
  })

  test('says how long its window still lasts', () => {
    const { clock, limit } = limitAt()
    fail(limit, FAILURES_MAX)
    clock.nowMs = 20_000
    expect([limit.waitMs('a'), limit.waitMs('b')]).toEqual([40_000, 0])
  })

  test('counts each sender by itself', () => {
    const { limit } = limitAt()
    fail(limit, FAILURES_MAX)
    expect([limit.isReached('a'), limit.isReached('b')]).toEqual([true, false])
  })

  test('watches so many senders and lets the oldest go', () => {
    const { limit } = limitAt()
    fail(limit, FAILURES_MAX)
    for (let i = 1; i < WINDOWS_MAX; i++) limit.note(`x${i}`)
    expect(limit.isReached('a')).toBe(true)
    limit.note('one more')
    expect(limit.isReached('a')).toBe(false)
  })
})
