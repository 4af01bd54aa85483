import type { Authorization } from '@openissuer/core/authorization/authorization.ts'
import { beforeEach, expect, test } from 'vitest'
import { DecisionFeed } from './decision-feed.ts'
import { DecisionStatistics } from './decision-statistics.ts'

let nowMs = 0
let feed: DecisionFeed

beforeEach(() => {
  nowMs = 0
  feed = new DecisionFeed(new DecisionStatistics(() => nowMs))
})

/** As much of an authorization as the feed looks at. */
const authorization = (id: number, partnerId = 1n) =>
  ({ authorizationId: BigInt(id), partnerId, declineReason: null }) as Authorization

const decide = (id: number, partnerId?: bigint) =>
  feed.heard({ kind: 'decided', authorization: authorization(id, partnerId) }, 1)

const idsOf = ({ authorizations, leftOut }: ReturnType<ReturnType<DecisionFeed['open']>['take']>) => ({
  ids: authorizations.map(({ authorizationId }) => Number(authorizationId)),
  leftOut,
})

test('the newest are kept in their order, and how many more there were', () => {
  const tap = feed.open(null, 3)
  for (let id = 1; id <= 8; id++) decide(id)
  expect(idsOf(tap.take())).toEqual({ ids: [6, 7, 8], leftOut: 5 })
  decide(9)
  expect(idsOf(tap.take())).toEqual({ ids: [9], leftOut: 0 })
  expect(idsOf(tap.take())).toEqual({ ids: [], leftOut: 0 })
})

test('who follows a partner sees nobody else', () => {
  const [all, first] = [feed.open(null, 10), feed.open(1n, 10)]
  decide(1, 1n)
  decide(2, 2n)
  expect(idsOf(all.take()).ids).toEqual([1, 2])
  expect(idsOf(first.take()).ids).toEqual([1])
})

test('a closed tap keeps nothing, and those beside it go on', () => {
  const [closed, open] = [feed.open(1n, 10), feed.open(1n, 10)]
  closed.close()
  decide(1)
  expect(idsOf(closed.take()).ids).toEqual([])
  expect(idsOf(open.take()).ids).toEqual([1])
})

test('a tap that keeps none counts all', () => {
  const tap = feed.open(null, 0)
  decide(1)
  decide(2)
  expect(idsOf(tap.take())).toEqual({ ids: [], leftOut: 2 })
})

test('what was not decided is a decline, a repetition and a conflict are nothing', () => {
  feed.heard({ kind: 'unanswered', reason: 'issuer-overloaded' }, 1)
  feed.heard({ kind: 'repeated', authorization: authorization(1) }, 1)
  feed.heard({ kind: 'conflict' }, 1)
  nowMs += 1_000
  expect(feed.statistics.last(1)).toMatchObject({ decided: 1, declined: [{ reason: 'issuer-overloaded', count: 1 }] })
})
