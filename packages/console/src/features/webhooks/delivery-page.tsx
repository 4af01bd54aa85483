import { Button } from '@mantine/core'
import type { LoggedDelivery, WebhookAttempt, WebhookEndpoint } from '@openissuer/sdk/operator.ts'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Send } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { CopyText } from '../../components/copy-button.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Facts } from '../../components/facts.tsx'
import { InstantText } from '../../components/instant.tsx'
import { Page, Section } from '../../components/page.tsx'
import { EmptyState, Loaded, LoadingState } from '../../components/states.tsx'
import { StatusBadge, wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { usePartnerId } from '../../lib/partner.ts'
import { useMay } from '../../lib/session.ts'
import { formatDuration } from '../../lib/time.ts'
import { useAction } from '../../lib/use-action.ts'
import { DeliveryState } from './delivery-state.tsx'
import { CHANGED, deliveryQuery, endpointName, endpointsQuery } from './webhook-queries.ts'
import classes from './webhooks.module.css'

const SentRequest = lazy(() => import('./sent-request.tsx'))

export default function DeliveryPage() {
  const partnerId = usePartnerId()
  const { deliveryId } = useParams({ strict: false }) as { readonly deliveryId: string }
  const delivery = useQuery(deliveryQuery(partnerId, deliveryId))
  const { data: endpoints = [] } = useQuery(endpointsQuery(partnerId))
  const endpoint = endpoints.find(({ endpointId }) => endpointId === delivery.data?.endpointId)
  const crumbs = [{ label: 'Webhooks', to: '/p/$partnerId/webhooks', params: { partnerId } }]
  if (delivery.data === undefined) {
    return (
      <Page title="Delivery" crumbs={crumbs}>
        <Loaded query={delivery}>{() => null}</Loaded>
      </Page>
    )
  }
  return (
    <Page
      title={`Delivery of: ${wordsOf(delivery.data.kind).toLowerCase()}`}
      aside={<DeliveryState delivery={delivery.data} />}
      crumbs={crumbs}
      actions={<ResendButton partnerId={partnerId} delivery={delivery.data} />}
    >
      <DeliveryFacts partnerId={partnerId} delivery={delivery.data} endpoint={endpoint} />
      <Attempts delivery={delivery.data} />
      <Suspense fallback={<LoadingState />}>
        <SentRequest request={delivery.data.request} endpoint={endpoint} />
      </Suspense>
    </Page>
  )
}

function ResendButton({ partnerId, delivery }: { readonly partnerId: string; readonly delivery: LoggedDelivery }) {
  const may = useMay('operator')
  const resend = useAction({
    call: () => api.webhookDeliveries.resend(partnerId, delivery.deliveryId),
    done: () => 'It is sent once more, with a schedule of its own.',
    changes: CHANGED,
  })
  return (
    <Button leftSection={<Send size={15} />} disabled={!may} loading={resend.isPending} onClick={() => resend.mutate()}>
      Resend
    </Button>
  )
}

type DeliveryProps = { readonly delivery: LoggedDelivery; readonly endpoint: WebhookEndpoint | undefined }

function DeliveryFacts({ partnerId, delivery, endpoint }: DeliveryProps & { readonly partnerId: string }) {
  const params = { partnerId, endpointId: delivery.endpointId }
  return (
    <Section title="How it stands">
      <Facts
        facts={[
          {
            term: 'Endpoint',
            value:
              endpoint === undefined ? (
                <span className="mono">{delivery.endpointId}</span>
              ) : (
                <Link to={'/p/$partnerId/webhooks/$endpointId' as never} params={params as never}>
                  {endpointName(endpoint)}
                </Link>
              ),
          },
          { term: 'Event', value: <CopyText value={delivery.eventId} label="event id" /> },
          { term: 'Happened', value: <InstantText at={delivery.createdAt} precise /> },
          { term: 'Delivered', value: <InstantText at={delivery.deliveredAt} precise /> },
          { term: 'Next try', value: <InstantText at={delivery.dueAt} precise /> },
          { term: 'Tries', value: delivery.attempts },
        ]}
      />
    </Section>
  )
}

function Attempts({ delivery }: { readonly delivery: LoggedDelivery }) {
  return (
    <Section title="Tries" lead="Newest last. Answers are kept up to 4 kB." flush>
      <DataTable
        label="Tries"
        columns={ATTEMPT_COLUMNS}
        rows={delivery.attemptLog}
        rowKey={attempt => String(attempt.attemptNo)}
        empty={
          <EmptyState title="Not tried yet">
            {delivery.state === 'skipped'
              ? 'The dialect has no words for this event, so nothing is sent.'
              : 'It waits for its endpoint.'}
          </EmptyState>
        }
      />
    </Section>
  )
}

const ATTEMPT_COLUMNS: readonly Column<WebhookAttempt>[] = [
  { id: 'no', header: 'Try', cell: attempt => attempt.attemptNo },
  { id: 'at', header: 'Time', cell: attempt => <InstantText at={attempt.attemptedAt} precise /> },
  { id: 'outcome', header: 'Outcome', cell: attempt => <AttemptOutcome attempt={attempt} /> },
  { id: 'status', header: 'Status', align: 'end', cell: attempt => attempt.status ?? '–' },
  { id: 'latency', header: 'Latency', align: 'end', cell: attempt => formatDuration(attempt.latencyMs) },
  { id: 'answer', header: 'Answer', cell: attempt => <Answer answer={attempt.answer} /> },
]

function AttemptOutcome({ attempt: { error } }: { readonly attempt: WebhookAttempt }) {
  return error === null ? <StatusBadge status="delivered" /> : <StatusBadge status="failed" label={error} />
}

const SHORT_ANSWER = 40

function Answer({ answer }: { readonly answer: string | null }) {
  if (answer === null || answer === '') return <span>–</span>
  if (answer.length <= SHORT_ANSWER) return <span className="mono">{answer}</span>
  return (
    <details className={classes.answer}>
      <summary className="mono">{answer.slice(0, SHORT_ANSWER)} …</summary>
      <pre>{answer}</pre>
    </details>
  )
}
