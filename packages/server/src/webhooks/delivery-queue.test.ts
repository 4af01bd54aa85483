import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { DeliveryQueue } from './delivery-queue.ts'

type Item = { readonly eventId: bigint; readonly cardId: bigint | null }

const anyItems = fc
  .array(fc.option(fc.bigInt({ min: 1n, max: 4n })), { maxLength: 60 })
  .map(cards => cards.map((cardId, index): Item => ({ eventId: BigInt(index), cardId })))

test('gives everything out once, and the events of a card one after the other in their order', () => {
  fc.assert(
    fc.property(anyItems, fc.infiniteStream(fc.nat()), (items, random) => {
      const queue = new DeliveryQueue<Item>()
      for (const item of items) queue.add(item)
      expect(queue.size).toBe(items.length)
      const underWay: Item[] = []
      const done: Item[] = []
      while (done.length < items.length) {
        const takes = (random.next().value % 3) + (underWay.length === 0 ? 1 : 0)
        for (let n = 0; n < takes; n++) {
          const next = queue.take()
          if (next === undefined) break
          expect(underWay.some(each => each.cardId !== null && each.cardId === next.cardId)).toBe(false)
          underWay.push(next)
        }
        const [ended] = underWay.splice(random.next().value % underWay.length, 1)
        if (ended === undefined) throw new Error('nothing is under way')
        queue.tried(ended)
        queue.recorded(ended)
        done.push(ended)
      }
      expect(queue.size).toBe(0)
      expect(new Set(done).size).toBe(items.length)
      for (const cardId of [1n, 2n, 3n, 4n]) {
        const ids = done.filter(each => each.cardId === cardId).map(each => each.eventId)
        expect(ids).toEqual(ids.toSorted((a, b) => Number(a - b)))
      }
    }),
  )
})

test('what is loaded again before it was recorded is not given out twice', () => {
  const queue = new DeliveryQueue<Item>()
  const item = { eventId: 1n, cardId: null }
  queue.add(item)
  queue.add(item)
  expect([queue.take(), queue.take()]).toEqual([item, undefined])
  queue.tried(item)
  queue.add(item)
  expect(queue.take()).toBeUndefined()
  queue.recorded(item)
  queue.add(item)
  expect(queue.take()).toBe(item)
})
