import { Button } from '@mantine/core'
import type { LoggedCallWithBodies } from '@openissuer/sdk/operator.ts'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { SearchCheck } from 'lucide-react'
import { CopyText } from '../../components/copy-button.tsx'
import { Facts } from '../../components/facts.tsx'
import { InstantText } from '../../components/instant.tsx'
import { JsonView } from '../../components/json-view.tsx'
import { Page, Section } from '../../components/page.tsx'
import { EmptyState, Loaded } from '../../components/states.tsx'
import { api } from '../../lib/api.ts'
import { partnersQuery } from '../../lib/partner.ts'
import { formatDuration } from '../../lib/time.ts'
import classes from './api-log.module.css'
import { asCurl } from './as-curl.ts'
import { CallStatus, DIALECT_NAMES } from './call-status.tsx'

export default function CallPage() {
  const { callId = '' } = useParams({ strict: false }) as { readonly callId?: string }
  const query = useQuery({
    queryKey: ['api-log', 'call', callId],
    queryFn: ({ signal }) => api.apiLog.retrieve(callId, { signal }),
    staleTime: Infinity,
  })
  return (
    <Page
      title="Call"
      crumbs={[{ label: 'API log', to: '/api-log' }]}
      aside={query.data !== undefined && <CallStatus call={query.data} />}
      lead={query.data !== undefined && <span className="mono">{`${query.data.method} ${query.data.path}`}</span>}
      actions={query.data?.dialect === 'pagsmile' && <InspectButton call={query.data} />}
    >
      <Loaded query={query} rows={10}>
        {call => <Call call={call} />}
      </Loaded>
    </Page>
  )
}

function InspectButton({ call: { path } }: { readonly call: LoggedCallWithBodies }) {
  return (
    <Button
      variant="default"
      leftSection={<SearchCheck size={15} />}
      renderRoot={props => <Link {...props} to={'/inspector' as never} search={{ path } as never} />}
    >
      Inspect an envelope
    </Button>
  )
}

function Call({ call }: { readonly call: LoggedCallWithBodies }) {
  const { data: partners = [] } = useQuery(partnersQuery)
  const { partnerId, credential, requestId } = call
  const partner = partners.find(each => each.partnerId === partnerId)
  const curl = asCurl(call, location.origin)
  return (
    <>
      <Section title="What is known of it">
        <Facts
          facts={[
            { term: 'Answered', value: <InstantText at={call.at} precise /> },
            { term: 'Took', value: formatDuration(call.latencyMs) },
            { term: 'HTTP status', value: call.status },
            { term: 'Dialect', value: DIALECT_NAMES[call.dialect] },
            { term: 'Partner', value: partnerId === null ? 'Not proved' : (partner?.name ?? partnerId) },
            {
              term: call.dialect === 'pagsmile' ? 'App id' : 'API key',
              value: credential === null ? null : <CopyText value={credential} label="the credential" />,
            },
            {
              term: 'Request id',
              value: requestId === null ? null : <CopyText value={requestId} label="the request id" />,
            },
            { term: 'From', value: <span className="mono">{call.address}</span> },
          ]}
        />
      </Section>
      <div className={classes.bodies}>
        <Section title="Request" lead="In clear and masked.">
          {call.request === null ? (
            <EmptyState title="Nothing to show">There was no body, or none that could be opened.</EmptyState>
          ) : (
            <JsonView value={call.request} label="the request" />
          )}
        </Section>
        <Section title="Answer" lead="As it was before it was encrypted, masked.">
          <JsonView value={call.answer} label="the answer" />
        </Section>
      </div>
      {curl !== null && (
        <Section title="As a command" lead="With a token of your own: what is secret was never kept.">
          <JsonView value={curl} label="the command" />
        </Section>
      )}
    </>
  )
}
