import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { WINDOW_SECONDS_MAX } from '../app/live/decision-statistics.ts'
import { documented } from './answers.ts'
import { encodeListed } from './authorizations.ts'
import { knownPartner } from './ids.ts'
import { createLiveStreams } from './live-streams.ts'
import { type OperatorContext, OperatorError } from './operator-api.ts'
import { encodeCounts } from './overview.ts'
import { encodeStanding, identityOf, type StandingDoor, type Watch } from './standing.ts'

const Query = Type.Object(
  {
    partnerId: Type.Optional(Type.String({ maxLength: 18, description: 'whose authorizations; of all, unless given' })),
    rowsPerSecond: Type.Optional(
      Type.String({
        pattern: '^([0-9]|[1-9][0-9]|[1-4][0-9]{2}|500)$',
        description: 'authorizations that are shown at most, 0 to 500; 50 unless given',
      }),
    ),
  },
  { additionalProperties: false },
)

const ROWS_PER_SECOND = 50

const Stream = Type.String({ contentMediaType: 'text/event-stream' })

type LiveDoor = StandingDoor & {
  readonly watch: Watch
  /** whether the sender of a request may still read */
  readonly mayRead: (request: FastifyRequest) => Promise<boolean>
}

/** What happens, as it happens. */
export const liveRoutes: FastifyPluginAsync<OperatorContext & LiveDoor> = async (
  server,
  { ports, watch, mayRead, ...door },
) => {
  const streams = createLiveStreams({
    feed: ports.decisions,
    tick: () => ({ ...movingOf(), decisions: countsNow() }),
    encode: ({ authorizations, leftOut }) => ({ authorizations: authorizations.map(encodeListed), leftOut }),
  })
  server.addHook('preClose', async () => streams.end())

  function movingOf() {
    const { at, clock } = identityOf(ports, door)
    const standing = watch.latest()
    return { at, clock, ...(standing && encodeStanding(standing)) }
  }

  function countsNow() {
    const { statistics } = ports.decisions
    return {
      scope: 'process',
      lastSecond: encodeCounts(statistics.last(1)),
      last10Seconds: encodeCounts(statistics.last(10)),
      lastMinute: encodeCounts(statistics.last(60)),
      last15Minutes: encodeCounts(statistics.last(WINDOW_SECONDS_MAX)),
    }
  }

  server.get<{ Querystring: Static<typeof Query> }>(
    '/live',
    {
      schema: {
        ...documented('Overview')('followLive', 'Follow what happens', Stream, [
          'partner-not-found',
          'too-many-streams',
        ]),
        querystring: Query,
      },
    },
    async (request, reply) => {
      const { partnerId, rowsPerSecond } = request.query
      const follow = {
        partnerId: partnerId === undefined ? null : await knownPartner(ports, partnerId),
        rowsPerSecond: Number(rowsPerSecond ?? ROWS_PER_SECOND),
      }
      // so that the first tick is a whole one
      await watch.standing()
      const stream = streams.open(follow, () => mayRead(request))
      if (stream === undefined) {
        throw new OperatorError(503, 'too-many-streams', 'As many streams are open as there may be.')
      }
      return (
        reply
          .type('text/event-stream; charset=utf-8')
          .header('cache-control', 'no-store')
          // proxies that gather answers would hold events back
          .header('x-accel-buffering', 'no')
          .send(stream)
      )
    },
  )
}
