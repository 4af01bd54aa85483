import { Button } from '@mantine/core'
import type { WebhookEndpoint } from '@openissuer/sdk/operator.ts'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { FlaskConical, History, Pause, Pencil, Play, Trash2 } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { ConfirmButton } from '../../components/confirm.tsx'
import { CopyText } from '../../components/copy-button.tsx'
import { DialogButton } from '../../components/dialog-form.tsx'
import { Facts } from '../../components/facts.tsx'
import { InstantText } from '../../components/instant.tsx'
import { Page, Section } from '../../components/page.tsx'
import { Loaded, LoadingState } from '../../components/states.tsx'
import { wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { usePartnerId } from '../../lib/partner.ts'
import { useMay } from '../../lib/session.ts'
import { useAction } from '../../lib/use-action.ts'
import { DIALECTS, scheduleOf } from './dialects.ts'
import { EndpointHealth } from './endpoint-health.tsx'
import { backlogQuery, CHANGED, endpointName, endpointQuery } from './webhook-queries.ts'

const EditEndpointForm = lazy(() => import('./edit-endpoint-form.tsx'))
const ExampleForm = lazy(() => import('./example-form.tsx'))
const ReplayForm = lazy(() => import('./replay-form.tsx'))
const SignatureSection = lazy(() => import('./signature.tsx'))
const DeliveriesList = lazy(() => import('./deliveries-list.tsx'))

export default function EndpointPage() {
  const partnerId = usePartnerId()
  const { endpointId } = useParams({ strict: false }) as { readonly endpointId: string }
  const endpoint = useQuery(endpointQuery(partnerId, endpointId))
  const crumbs = [{ label: 'Webhooks', to: '/p/$partnerId/webhooks', params: { partnerId } }]
  if (endpoint.data === undefined) {
    return (
      <Page title="Endpoint" crumbs={crumbs}>
        <Loaded query={endpoint}>{() => null}</Loaded>
      </Page>
    )
  }
  return (
    <Page
      title={endpointName(endpoint.data)}
      aside={<Health partnerId={partnerId} endpoint={endpoint.data} />}
      crumbs={crumbs}
      actions={<Actions partnerId={partnerId} endpoint={endpoint.data} />}
    >
      <EndpointFacts partnerId={partnerId} endpoint={endpoint.data} />
      <Suspense fallback={<LoadingState />}>
        <DeliveriesList partnerId={partnerId} endpointId={endpointId} />
        <SignatureSection dialect={endpoint.data.dialect} />
      </Suspense>
    </Page>
  )
}

type EndpointProps = { readonly partnerId: string; readonly endpoint: WebhookEndpoint }

function useBacklog({ partnerId, endpoint }: EndpointProps) {
  const { data } = useQuery(backlogQuery(partnerId))
  return data?.endpoints.find(({ endpointId }) => endpointId === endpoint.endpointId)
}

function Health(props: EndpointProps) {
  return <EndpointHealth endpoint={props.endpoint} backlog={useBacklog(props)} />
}

function EndpointFacts(props: EndpointProps) {
  const { endpoint } = props
  const backlog = useBacklog(props)
  const dialect = DIALECTS[endpoint.dialect]
  return (
    <Section title="How it stands">
      <Facts
        facts={[
          { term: 'URL', value: <CopyText value={endpoint.url} label="URL" /> },
          { term: 'Dialect', value: dialect.label },
          { term: 'In the name of', value: <CopyText value={endpoint.credential} label="credential" /> },
          { term: 'Waiting', value: backlog?.pending ?? 0 },
          { term: 'Of these failed before', value: backlog?.retrying ?? 0 },
          { term: 'Oldest waiting', value: <InstantText at={backlog?.oldestPendingAt ?? null} /> },
          { term: 'Given up', value: backlog?.failed ?? 0 },
          { term: 'Failures in a row', value: backlog?.failuresInRow ?? 0 },
          { term: 'Spared until', value: <InstantText at={backlog?.openUntil ?? null} /> },
          { term: 'Acknowledged by', value: dialect.acknowledgement },
          { term: 'Time for an answer', value: `${dialect.timeoutSeconds} s` },
          { term: 'Tried again after', value: scheduleOf(endpoint.dialect) },
          { term: 'Kinds', value: kindsOf(endpoint) },
          { term: 'Created', value: <InstantText at={endpoint.createdAt} /> },
          ...(endpoint.stateReason === null ? [] : [{ term: 'Why it is so', value: endpoint.stateReason }]),
        ]}
      />
    </Section>
  )
}

function kindsOf({ dialect, kinds }: WebhookEndpoint): string {
  if (kinds.length === DIALECTS[dialect].kinds.length) return 'All that the dialect tells'
  return kinds.map(wordsOf).join(', ')
}

function Actions({ partnerId, endpoint }: EndpointProps) {
  const may = useMay('operator')
  return (
    <>
      <DialogButton label="Send an example" icon={<FlaskConical size={15} />} disabled={!may}>
        {close => <ExampleForm partnerId={partnerId} endpoint={endpoint} close={close} />}
      </DialogButton>
      <DialogButton label="Replay" icon={<History size={15} />} disabled={!may}>
        {close => <ReplayForm partnerId={partnerId} endpoint={endpoint} close={close} />}
      </DialogButton>
      <DialogButton label="Edit" icon={<Pencil size={15} />} disabled={!may} size="lg">
        {close => <EditEndpointForm partnerId={partnerId} endpoint={endpoint} close={close} />}
      </DialogButton>
      <PauseButton partnerId={partnerId} endpoint={endpoint} />
      <RemoveButton partnerId={partnerId} endpoint={endpoint} />
    </>
  )
}

function PauseButton({ partnerId, endpoint: { endpointId, state } }: EndpointProps) {
  const may = useMay('operator')
  const pause = useAction({
    call: () => api.webhookEndpoints.pause(partnerId, endpointId),
    done: () => 'Events wait until it is resumed.',
    changes: CHANGED,
  })
  const resume = useAction({
    call: () => api.webhookEndpoints.resume(partnerId, endpointId),
    done: () => 'What waits is sent now.',
    changes: CHANGED,
  })
  const [action, label, icon] =
    state === 'active'
      ? ([pause, 'Pause', <Pause key="pause" size={15} />] as const)
      : ([resume, 'Resume', <Play key="resume" size={15} />] as const)
  return (
    <Button
      variant="default"
      leftSection={icon}
      loading={action.isPending}
      disabled={!may}
      onClick={() => action.mutate()}
    >
      {label}
    </Button>
  )
}

function RemoveButton({ partnerId, endpoint: { endpointId } }: EndpointProps) {
  const may = useMay('operator')
  const navigate = useNavigate()
  const remove = useAction({
    call: () => api.webhookEndpoints.remove(partnerId, endpointId),
    done: () => 'The endpoint is removed.',
    changes: CHANGED.filter(([name]) => name !== 'webhook-endpoint'),
    onDone: () => void navigate({ to: '/p/$partnerId/webhooks' as never, params: { partnerId } as never }),
    quiet: true,
  })
  return (
    <ConfirmButton
      label="Remove"
      danger
      icon={<Trash2 size={15} />}
      disabled={!may}
      consequence="It hears of nothing any more, and what has not been delivered is cancelled. This cannot be undone; another endpoint can be made, and told what was before by a replay."
      run={() => remove.mutateAsync()}
    />
  )
}
