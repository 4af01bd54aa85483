import { DECLINE_REASONS, type DeclineReason } from '@openissuer/core/authorization/decline-reason.ts'
import type { FastifyPluginAsync } from 'fastify'
import { Type } from 'typebox'
import { type DecisionCounts, WINDOW_SECONDS_MAX } from '../app/live/decision-statistics.ts'
import { documented, InstantText, nullable } from './answers.ts'
import type { OperatorContext } from './operator-api.ts'
import { encodeStanding, identityOf, type StandingDoor, type Watch } from './standing.ts'

const Counts = Type.Object(
  {
    seconds: Type.Integer({ description: 'fewer than asked for while the process is younger' }),
    decided: Type.Integer(),
    perSecond: Type.Number(),
    approved: Type.Integer(),
    approvalRate: nullable(Type.Number(), { description: '0 to 1; null where nothing was decided' }),
    declined: Type.Array(
      Type.Object({ reason: Type.Enum(Object.keys(DECLINE_REASONS) as DeclineReason[]), count: Type.Integer() }),
      { description: 'most frequent first' },
    ),
    p50Ms: nullable(Type.Number()),
    p99Ms: nullable(Type.Number()),
  },
  { title: 'DecisionCounts', description: 'exact to 5 % where it is a quantile' },
)

const Column = (value: typeof Type.Number) => Type.Array(value())
const ColumnWithGaps = Type.Array(nullable(Type.Number()))

/** What moves. */
export const MOVING = {
  at: InstantText,
  clock: Type.Object({ now: InstantText, state: Type.Enum(['real', 'shifted', 'frozen']) }),
  webhooks: nullable(
    Type.Object({
      endpoints: Type.Integer(),
      pending: Type.Integer(),
      retrying: Type.Integer(),
      failed: Type.Integer(),
      oldestPendingAt: nullable(InstantText),
    }),
    { description: 'of all endpoints; null while they could not be counted' },
  ),
  ledger: Type.Object({
    inOrder: nullable(Type.Boolean(), { description: 'null before the first proof' }),
    verifiedAt: nullable(InstantText),
    firstDifference: nullable(Type.String()),
  }),
  database: Type.Object({
    reachable: Type.Boolean(),
    version: Type.String(),
    roundTripMs: nullable(Type.Number()),
    pools: Type.Array(
      Type.Object({
        name: Type.String(),
        max: Type.Integer(),
        open: Type.Integer(),
        idle: Type.Integer(),
        waiting: Type.Integer(),
      }),
    ),
  }),
}

const Overview = Type.Object(
  {
    version: Type.String(),
    mode: Type.Enum(['sandbox', 'live']),
    startedAt: InstantText,
    uptimeSeconds: Type.Integer(),
    ...MOVING,
    decisions: Type.Object(
      {
        scope: Type.Literal('process'),
        last10Seconds: Counts,
        lastMinute: Counts,
        last15Minutes: Counts,
        series: Type.Object(
          {
            from: InstantText,
            stepSeconds: Type.Literal(1),
            decided: Column(Type.Number),
            approved: Column(Type.Number),
            p50Ms: ColumnWithGaps,
            p99Ms: ColumnWithGaps,
          },
          { description: 'a value for each second of the last 15 minutes, oldest first' },
        ),
      },
      { description: 'of the process that answers; several servers on one database have figures of their own' },
    ),
  },
  { title: 'Overview' },
)

/** The whole at a glance. */
export const overviewRoutes: FastifyPluginAsync<OperatorContext & StandingDoor & { readonly watch: Watch }> = async (
  server,
  { ports, watch, ...door },
) => {
  server.get(
    '/overview',
    { schema: documented('Overview')('showOverview', 'Show how the platform stands', Overview) },
    async () => {
      const { statistics } = ports.decisions
      const { fromMsAgo, ...columns } = statistics.series()
      const from = door.wall.now().subtract({ milliseconds: Math.round(fromMsAgo) })
      return {
        ...identityOf(ports, door),
        ...encodeStanding(await watch.standing()),
        decisions: {
          scope: 'process',
          last10Seconds: encodeCounts(statistics.last(10)),
          lastMinute: encodeCounts(statistics.last(60)),
          last15Minutes: encodeCounts(statistics.last(WINDOW_SECONDS_MAX)),
          series: { from: from.toString(), stepSeconds: 1, ...columns },
        },
      }
    },
  )
}

export function encodeCounts(counts: DecisionCounts) {
  const { seconds, decided, approved, declined, p50Ms, p99Ms } = counts
  return {
    seconds,
    decided,
    perSecond: Math.round((decided / seconds) * 100) / 100,
    approved,
    approvalRate: decided === 0 ? null : approved / decided,
    declined: declined.map(each => ({ ...each })),
    p50Ms,
    p99Ms,
  }
}
