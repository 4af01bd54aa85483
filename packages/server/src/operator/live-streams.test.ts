/** Streams over a feed without a database; time is the test's. */

import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { Authorization } from '@openissuer/core/authorization/authorization.ts'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { DecisionFeed } from '../app/live/decision-feed.ts'
import { DecisionStatistics } from '../app/live/decision-statistics.ts'
import { createLiveStreams, type LiveStreams, STREAMS_MAX } from './live-streams.ts'

let feed: DecisionFeed
let streams: LiveStreams

const ALL = { partnerId: null, rowsPerSecond: 40 }
const stays = async () => true

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  feed = new DecisionFeed(new DecisionStatistics())
  streams = createLiveStreams({
    feed,
    tick: () => ({ now: 'a second' }),
    encode: ({ authorizations, leftOut }) => ({
      ids: authorizations.map(each => Number(each.authorizationId)),
      leftOut,
    }),
  })
})

afterEach(() => {
  vi.useRealTimers()
})

function decide(...ids: number[]) {
  for (const id of ids) {
    const authorization = { authorizationId: BigInt(id), partnerId: 1n, declineReason: null } as Authorization
    feed.heard({ kind: 'decided', authorization }, 1)
  }
}

function opened(follow = ALL, mayStay = stays): Readable {
  const stream = streams.open(follow, mayStay)
  if (stream === undefined) throw new Error('no stream was opened')
  return stream
}

/** What has come since the last look. */
function textOf(stream: Readable): string {
  let text = ''
  for (let part: Buffer | null = stream.read(); part !== null; part = stream.read()) text += part.toString()
  return text
}

/** The same as `event data`. */
function eventsOf(stream: Readable): string[] {
  return [...textOf(stream).matchAll(/^event: (.*)\ndata: (.*)$/gm)].map(([, event, data]) => `${event} ${data}`)
}

const TICK = 'tick {"now":"a second"}'

test('a stream begins with a tick and has one every second', async () => {
  const stream = opened()
  expect(eventsOf(stream)).toEqual([TICK])
  await vi.advanceTimersByTimeAsync(2_000)
  expect(eventsOf(stream)).toEqual([TICK, TICK])
})

test('authorizations come within a quarter of a second, no more of them than were asked for', async () => {
  const [few, many] = [opened({ partnerId: null, rowsPerSecond: 4 }), opened()]
  eventsOf(few)
  eventsOf(many)
  decide(1, 2, 3)
  await vi.advanceTimersByTimeAsync(250)
  expect(eventsOf(few)).toEqual(['authorizations {"ids":[3],"leftOut":2}'])
  expect(eventsOf(many)).toEqual(['authorizations {"ids":[1,2,3],"leftOut":0}'])
})

test('ids go up', async () => {
  const stream = opened()
  decide(1)
  await vi.advanceTimersByTimeAsync(1_000)
  const ids = [...textOf(stream).matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id))
  expect(ids).toHaveLength(3)
  expect(ids).toEqual(ids.toSorted((a, b) => a - b))
})

test('a reader that falls behind is dropped, and others go on', async () => {
  const [slow, fast] = [opened(), opened({ partnerId: null, rowsPerSecond: 39 })]
  streams.end()
  const large = createLiveStreams({ feed, tick: () => ({ text: 'x'.repeat(600_000) }), encode: () => ({}) })
  const [behind, reader] = [large.open(ALL, stays), large.open(ALL, stays)]
  reader?.resume()
  await vi.advanceTimersByTimeAsync(5_000)
  expect([behind?.destroyed, reader?.destroyed]).toEqual([true, false])
  large.end()
  slow.destroy()
  fast.destroy()
})

test('a stream ends with a word when its reader may not stay', async () => {
  let mayStay = true
  const stream = opened(ALL, async () => mayStay)
  await vi.advanceTimersByTimeAsync(45_000)
  expect(eventsOf(stream)).not.toContain('end {"reason":"access-ended"}')
  mayStay = false
  await vi.advanceTimersByTimeAsync(30_000)
  expect(eventsOf(stream).at(-1)).toBe('end {"reason":"access-ended"}')
  stream.resume()
  await finished(stream)
})

test('a check that cannot be made ends nothing', async () => {
  const stream = opened(ALL, () => Promise.reject(new Error('the database is gone')))
  await vi.advanceTimersByTimeAsync(61_000)
  expect(eventsOf(stream).at(-1)).toBe(TICK)
})

test('all end with a word when the server stops', async () => {
  const two = [opened(), opened()]
  streams.end()
  for (const stream of two) {
    expect(eventsOf(stream).at(-1)).toBe('end {"reason":"server-stopping"}')
    stream.resume()
    await finished(stream)
  }
})

test('there are no more than there may be, and one that goes makes room', async () => {
  const all = Array.from({ length: STREAMS_MAX }, () => opened())
  expect(streams.open(ALL, stays)).toBeUndefined()
  all[0]?.destroy()
  await vi.waitFor(() => expect(streams.open(ALL, stays)).toBeDefined())
})

test('without a stream nothing is kept and no timer runs', async () => {
  const stream = opened()
  expect(vi.getTimerCount()).toBe(1)
  stream.destroy()
  await vi.waitFor(() => expect(vi.getTimerCount()).toBe(0))
  decide(1)
  expect(eventsOf(opened())).toEqual([TICK])
})
