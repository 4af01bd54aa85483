import { DomainError, unreachable } from '@openissuer/core/errors.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import { forecastDue } from '../app/due-forecast.ts'
import type { DueForecast } from '../app/due-ports.ts'
import { type DueWork, runDue } from '../app/due-work.ts'
import type { Clock } from '../app/ports.ts'
import { type ClockChange, changeClock, followClock, type ProductClock, YEAR_MAX } from '../app/product-clock.ts'
import { documented, IdText, InstantText, Money, nullable } from './answers.ts'
import { CardToken } from './ids.ts'
import { type OperatorContext, OperatorError } from './operator-api.ts'
import { instantParameter } from './paging.ts'
import { wireAmount } from './simulations.ts'

export const ClockChangeBody = Type.Object(
  {
    action: Type.Unsafe<ClockChange['kind']>(Type.String({ enum: ['freeze', 'resume', 'set', 'advance'] })),
    /** ISO 8601, with `set` */
    to: Type.Optional(Type.String({ maxLength: 40 })),
    /** ISO 8601 duration such as PT1H or P7D, with `advance` */
    by: Type.Optional(Type.String({ maxLength: 40 })),
  },
  { additionalProperties: false },
)

const DueQuery = Type.Object(
  { until: Type.String({ maxLength: 40, description: 'ISO 8601 with an offset, not before now' }) },
  { additionalProperties: false },
)

const described = documented('Clock')

const State = Type.Enum(['real', 'shifted', 'frozen'])

export const Moved = Type.Object({
  from: InstantText,
  now: InstantText,
  state: State,
  ran: Type.Array(Type.Object({ at: InstantText, kind: Type.String(), subject: Type.String() }), {
    description: 'what fell due on the way, in due order',
  }),
})

const Due = Type.Object({
  now: InstantText,
  until: InstantText,
  due: Type.Array(
    Type.Object(
      {
        kind: Type.Enum(['expiry', 'management-fee', 'unpaid-management-fee', 'card-closing', 'webhook-retry']),
        count: Type.Integer({ minimum: 0 }),
        precision: Type.Enum(['exact', 'at-least', 'estimate'], {
          description: 'at-least: there are more; estimate: as if cards stayed as they are and every fee were paid',
        }),
        earliestAt: nullable(InstantText),
        amounts: Type.Array(Money, { description: 'holds that lapse, fees that are asked for' }),
        first: Type.Array(
          Type.Object({
            at: InstantText,
            partnerId: IdText,
            subject: Type.String({ description: 'the authorization, the card or the delivery' }),
            cardToken: nullable(CardToken),
            amount: nullable(Money),
          }),
          { description: 'in due order' },
        ),
      },
      { title: 'DueForecast' },
    ),
    { description: 'one of each kind' },
  ),
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

  server.get<{ Querystring: Static<typeof DueQuery> }>(
    '/clock/due',
    {
      schema: {
        ...described('showDue', 'Show what would fall due by an instant', Due, ['clock-goes-back', 'invalid-field']),
        querystring: DueQuery,
      },
    },
    async ({ query }) => {
      const now = clock.now()
      const until = instantParameter(query.until, 'until')
      if (Temporal.Instant.compare(until, now) < 0) throw new DomainError('clock-goes-back')
      if (until.toZonedDateTimeISO('UTC').year > YEAR_MAX) throw new DomainError('invalid-field', 'until')
      const forecasts = await forecastDue(ports, until)
      return { now: now.toString(), until: until.toString(), due: forecasts.map(encodeForecast) }
    },
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

function encodeForecast({ earliestAt, amounts, first, ...forecast }: DueForecast) {
  return {
    ...forecast,
    earliestAt: earliestAt?.toString() ?? null,
    amounts: amounts.map(wireAmount),
    first: first.map(({ at, partnerId, subject, cardToken, amount }) => ({
      at: at.toString(),
      partnerId: String(partnerId),
      subject,
      cardToken,
      amount: amount && wireAmount(amount),
    })),
  }
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
