import type { DomainEvent } from '@openissuer/core/event/domain-event.ts'
import { exampleEvent } from '@openissuer/core/event/example-event.ts'
import { expect, test } from 'vitest'
import { EventCache } from './event-cache.ts'

const AT = Temporal.Instant.from('2026-05-22T12:00:00Z')

function eventsOf(ids: readonly bigint[]): ReadonlyMap<bigint, DomainEvent> {
  return new Map(ids.map(eventId => [eventId, exampleEvent({ partnerId: 1n, eventId, createdAt: AT }, 'card-load')]))
}

test('what many ask for at once is read once', async () => {
  const asked: bigint[][] = []
  const cache = new EventCache({
    async events(_partnerId, ids) {
      asked.push([...ids])
      await Promise.resolve()
      return eventsOf(ids)
    },
  })
  const [first, second] = await Promise.all([cache.events(1n, [1n, 2n]), cache.events(1n, [2n, 3n])])
  expect([...(first?.keys() ?? [])]).toEqual([1n, 2n])
  expect([...(second?.keys() ?? [])]).toEqual([2n, 3n])
  await cache.events(1n, [3n, 1n])
  expect(asked).toEqual([[1n, 2n], [3n]])
})

test('what could not be read is told to those who wait, and read again by the next', async () => {
  let fails = true
  const cache = new EventCache({
    async events(_partnerId, ids) {
      if (fails) throw new Error('no database')
      return eventsOf(ids)
    },
  })
  const answers = await Promise.allSettled([cache.events(1n, [1n]), cache.events(1n, [1n])])
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  fails = false
  expect((await cache.events(1n, [1n])).get(1n)).toMatchObject({ eventId: 1n })
})

test('keeps a bounded number of events, and answers for more than that at once', async () => {
  const cache = new EventCache({ events: async (_partnerId, ids) => eventsOf(ids) })
  const ids = Array.from({ length: 5_000 }, (_, n) => BigInt(n))
  expect((await cache.events(1n, ids)).size).toBe(5_000)
  expect((await cache.events(1n, ids)).size).toBe(5_000)
})
