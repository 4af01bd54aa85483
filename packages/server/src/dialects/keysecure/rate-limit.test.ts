import { expect, test } from 'vitest'
import { createRateLimit } from './rate-limit.ts'

function limitAt() {
  const time = { ms: 0 }
  const limit = createRateLimit(() => time.ms)
  const burst = (calls: number, key = 'a', perSecond = 20) =>
    Array.from({ length: calls }, () => limit.allows(key, perSecond)).filter(Boolean).length
  return { time, burst }
}

test('as many calls as a second allows are answered at once, and no more', () => {
  const { burst } = limitAt()
  expect(burst(25)).toBe(20)
})

test('calls come back one by one as time passes', () => {
  const { time, burst } = limitAt()
  burst(20)
  time.ms = 49
  expect(burst(1)).toBe(0)
  time.ms = 50
  expect(burst(2)).toBe(1)
  time.ms = 550
  expect(burst(20)).toBe(10)
})

test('what was not used is kept for a second only', () => {
  const { time, burst } = limitAt()
  time.ms = 60_000
  expect(burst(100)).toBe(20)
})

test('each key has calls of its own', () => {
  const { burst } = limitAt()
  burst(20)
  expect(burst(3, 'b', 2)).toBe(2)
})
