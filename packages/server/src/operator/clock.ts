import { DomainError, unreachable } from '@openissuer/core/errors.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import { type DueWork, runDue } from '../app/due-work.ts'
import type { Clock } from '../app/ports.ts'
import { type ClockChange, changeClock, followClock, type ProductClock } from '../app/product-clock.ts'
import { documented, InstantText } from './answers.ts'
import { type OperatorContext, OperatorError } from './operator-api.ts'

const ClockChangeBody = Type.Object(
  {
    action: Type.Unsafe<ClockChange['kind']>(Type.String({ enum: ['freeze', 'resume', 'set', 'advance'] })),
    /** ISO 8601, with `set` */
    to: Type.Optional(Type.String({ maxLength: 40 })),
    /** ISO 8601 duration such as PT1H or P7D, with `advance` */
    by: Type.Optional(Type.String({ maxLength: 40 })),
  },
  { additionalProperties: false },
)

const described = documented('Clock')

const State = Type.Enum(['real', 'shifted', 'frozen'])

const Moved = Type.Object({
  from: InstantText,
  now: InstantText,
  state: State,
  ran: Type.Array(Type.Object({ at: InstantText, kind: Type.String(), subject: Type.String() }), {
    description: 'what fell due on the way, in due order',
  }),
})

export type ClockDoor = { readonly clock: ProductClock; readonly wall: Clock; readonly due: readonly DueWork[] }

/** The sandbox's clock. Moving it runs what falls due on the way, in due order, and reports what ran. */
export const clockRoutes: FastifyPluginAsync<OperatorContext & ClockDoor> = async (
  server,
  { ports, run, clock, wall, due },
) => {
  server.get(
    '/clock',
    { schema: described('showClock', 'Show the clock', Type.Object({ now: InstantText, state: State })) },
    async () => ({ now: clock.now().toString(), state: stateOf(clock) }),
  )

  server.post<{ Body: Static<typeof ClockChangeBody> }>(
    '/clock',
    {
      schema: {
        ...described('changeClock', 'Freeze, set, advance or resume the clock', Moved, [
          'sandbox-only',
          'clock-goes-back',
          'invalid-field',
        ]),
        body: ClockChangeBody,
      },
    },
    async request => {
      if (ports.mode === 'live') throw new OperatorError(403, 'sandbox-only', 'The clock is real time in live mode.')
      const change = changeOf(request.body)
      const moved = await run(
        request,
        0n,
        work => changeClock(work.tx, wall, change),
        ({ from, to }) => ({ from: from.toString(), now: to.toString() }),
      )
      await followClock(clock, ports.storage)
      const ran = await runDue(due, clock.now())
      return { ...moved, state: stateOf(clock), ran: ran.map(({ at, ...item }) => ({ at: at.toString(), ...item })) }
    },
  )
}

export function stateOf(clock: ProductClock): 'real' | 'shifted' | 'frozen' {
  if (clock.setting.frozenAt !== null) return 'frozen'
  return clock.setting.offsetMs === 0n ? 'real' : 'shifted'
}

function changeOf({ action, to, by }: Static<typeof ClockChangeBody>): ClockChange {
  switch (action) {
    case 'set':
      return { kind: 'set', to: parsed(() => Temporal.Instant.from(to ?? ''), 'to') }
    case 'advance': {
      const duration = parsed(() => Temporal.Duration.from(by ?? ''), 'by')
      if (duration.sign <= 0) throw new DomainError('invalid-field', 'by')
      return { kind: 'advance', by: duration }
    }
    case 'freeze':
    case 'resume':
      return { kind: action }
    default:
      return unreachable(action)
  }
}

function parsed<T>(parse: () => T, field: string): T {
  try {
    return parse()
  } catch (cause) {
    throw Object.assign(new DomainError('invalid-field', field), { cause })
  }
}
