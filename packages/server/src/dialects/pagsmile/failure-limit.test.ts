import { describe, expect, test } from 'vitest'
import { FAILURES_MAX, FailureLimit, WINDOW_MS, WINDOWS_MAX } from './failure-limit.ts'

function limitAt() {
  const clock = { nowMs: 0 }
  return { clock, limit: new FailureLimit(() => clock.nowMs) }
}

const fail = (limit: FailureLimit, times: number, app = 'a', address = '1') => {
  for (let i = 0; i < times; i++) limit.note(app, address)
}

describe('the failure limit', () => {
  test('is reached with the last failure that is allowed, and no earlier', () => {
    const { limit } = limitAt()
    fail(limit, FAILURES_MAX - 1)
    expect(limit.isReached('a', '1')).toBe(false)
    fail(limit, 1)
    expect(limit.isReached('a', '1')).toBe(true)
  })

  test('ends with its window, which begins with the first failure', () => {
    const { clock, limit } = limitAt()
    fail(limit, 1)
    clock.nowMs = WINDOW_MS - 1
    fail(limit, FAILURES_MAX)
    expect(limit.isReached('a', '1')).toBe(true)
    clock.nowMs = WINDOW_MS
    expect(limit.isReached('a', '1')).toBe(false)
    fail(limit, 1)
    expect(limit.isReached('a', '1')).toBe(false)
  })

  test('counts each app and each address by itself', () => {
    const { limit } = limitAt()
    fail(limit, FAILURES_MAX)
    expect([limit.isReached('a', '2'), limit.isReached('b', '1')]).toEqual([false, false])
  })

  test('watches so many senders and lets the oldest go', () => {
    const { limit } = limitAt()
    fail(limit, FAILURES_MAX)
    for (let i = 1; i < WINDOWS_MAX; i++) limit.note('a', `x${i}`)
    expect(limit.isReached('a', '1')).toBe(true)
    limit.note('a', 'one more')
    expect(limit.isReached('a', '1')).toBe(false)
  })
})
