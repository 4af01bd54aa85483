/** What a step has set off: events, and the webhooks that tell them, as they arrive. */
import type { Event, WebhookDelivery } from '@openissuer/sdk/operator.ts'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { InstantText } from '../../components/instant.tsx'
import { Loaded } from '../../components/states.tsx'
import { StatusBadge, wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { subjectOf } from './answers.ts'
import classes from './simulator.module.css'
import { concerns, isSettled, untilOf, type WatchedStep } from './watch.ts'

const POLL_MS = 600

type AftermathProps = { readonly partnerId: string; readonly step: WatchedStep; readonly steps: readonly WatchedStep[] }

export function Aftermath({ partnerId, step, steps }: AftermathProps) {
  const { since, at, result } = step.outcome
  const until = untilOf(step, steps)
  const query = useQuery({
    queryKey: ['simulator-aftermath', partnerId, since, at],
    queryFn: async ({ signal }) => {
      const events = await api.events.listAfter(partnerId, since ?? '0', { limit: 200 }, { signal })
      const deliveries = await api.webhookDeliveries.list(partnerId, { limit: 200 }, { signal })
      return { events, deliveries: deliveries.rows }
    },
    refetchInterval: ({ state }) => (isSettled(Date.now() - at, state.data?.deliveries) ? false : POLL_MS),
  })
  return (
    <Loaded query={query} rows={2}>
      {({ events, deliveries }) => {
        const own = events.filter(event => concerns(event, subjectOf(result), until))
        return <Events partnerId={partnerId} events={own} deliveries={deliveries} />
      }}
    </Loaded>
  )
}

type EventsProps = {
  readonly partnerId: string
  readonly events: readonly Event[]
  readonly deliveries: readonly WebhookDelivery[]
}

function Events({ partnerId, events, deliveries }: EventsProps) {
  const { data: endpoints = [], isSuccess } = useQuery({
    queryKey: ['webhook-endpoints', partnerId],
    queryFn: ({ signal }) => api.webhookEndpoints.list(partnerId, { signal }),
  })
  const names = new Map(endpoints.map(({ endpointId, description, url }) => [endpointId, description ?? url]))
  return (
    <>
      {events.length === 0 ? (
        <p className={classes.quiet}>No event has come of it so far.</p>
      ) : (
        <ol className={classes.events}>
          {events.map(event => (
            <li key={event.eventId}>
              <div className={classes.event}>
                <strong>{wordsOf(event.kind)}</strong>
                <span className="mono">{event.eventId}</span>
                <InstantText at={event.createdAt} precise />
              </div>
              <Deliveries
                partnerId={partnerId}
                names={names}
                deliveries={deliveries.filter(({ eventId }) => eventId === event.eventId)}
              />
            </li>
          ))}
        </ol>
      )}
      {isSuccess && endpoints.length === 0 && (
        <p className={classes.quiet}>
          No webhook endpoint hears of this partner's events.{' '}
          <Link to={'/p/$partnerId/webhooks' as never} params={{ partnerId } as never}>
            Add one
          </Link>
        </p>
      )}
    </>
  )
}

type DeliveriesProps = {
  readonly partnerId: string
  readonly names: ReadonlyMap<string, string>
  readonly deliveries: readonly WebhookDelivery[]
}

function Deliveries({ partnerId, names, deliveries }: DeliveriesProps) {
  return (
    <ul className={classes.deliveries}>
      {deliveries.map(({ deliveryId, endpointId, state, attempts, lastError }) => (
        <li key={deliveryId}>
          <StatusBadge
            status={state}
            {...(state === 'pending' && attempts > 0
              ? { tone: 'warn' as const, label: `Retrying: ${lastError ?? ''}` }
              : {})}
          />
          <Link to={'/p/$partnerId/deliveries/$deliveryId' as never} params={{ partnerId, deliveryId } as never}>
            {names.get(endpointId) ?? endpointId}
          </Link>
        </li>
      ))}
    </ul>
  )
}
