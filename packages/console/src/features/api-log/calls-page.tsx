import { Switch } from '@mantine/core'
import type { ApiLogFilter, LoggedCall } from '@openissuer/sdk/operator.ts'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Column } from '../../components/data-table.tsx'
import { ChoiceFilter, ClearFilters, TextFilter } from '../../components/filters.tsx'
import { InstantText } from '../../components/instant.tsx'
import { ListTable } from '../../components/list-table.tsx'
import { Page } from '../../components/page.tsx'
import { EmptyState } from '../../components/states.tsx'
import { wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { useCursorList } from '../../lib/cursor-list.ts'
import { partnersQuery } from '../../lib/partner.ts'
import { useFilters } from '../../lib/search.ts'
import { formatDuration } from '../../lib/time.ts'
import { CallStatus, DIALECT_NAMES } from './call-status.tsx'
import { PartnerFilter } from './partner-filter.tsx'

const LIVE_MS = 2_000

export default function CallsPage() {
  const { values, change } = useFilters()
  const { dialect, partnerId, path, code } = values
  const query = { dialect, partnerId, path, code } as ApiLogFilter
  const isLive = values['live'] !== 'off'
  const list = useCursorList(
    ['api-log', query],
    (page, options) => api.apiLog.list({ ...query, ...page }, options),
    isLive ? { refetchMs: LIVE_MS } : {},
  )
  const columns = useColumns()
  return (
    <Page
      title="API log"
      lead="What partners have called lately: the last 500 calls of each dialect that this server remembers, and 100 whose sender has not proved who it is."
      actions={
        <Switch
          label="Live"
          checked={isLive}
          onChange={event => change({ live: event.currentTarget.checked ? undefined : 'off' })}
        />
      }
    >
      <ListTable
        label="Calls"
        name="api-log"
        list={list}
        columns={columns}
        rowKey={call => call.callId}
        rowLink={call => ({ to: '/api-log/$callId', params: { callId: call.callId } })}
        filters={
          <>
            <ChoiceFilter name="dialect" label="Dialect" choices={['pagsmile', 'keysecure']} />
            <PartnerFilter />
            <TextFilter name="path" label="Path" width={210} />
            <TextFilter name="code" label="Code" width={150} />
            <ClearFilters names={['dialect', 'partnerId', 'path', 'code']} />
          </>
        }
        empty={
          <EmptyState title="No calls">
            Nobody has called in this form since the server has started, or it was too long ago.
          </EmptyState>
        }
      />
    </Page>
  )
}

/** Enough of it to tell one call from another; the call's own page has it all. */
function shortened(requestId: string): string {
  return requestId.length <= 13 ? requestId : `${requestId.slice(0, 12)}…`
}

function useColumns(): readonly Column<LoggedCall>[] {
  const { data: partners = [] } = useQuery(partnersQuery)
  return useMemo(() => {
    const names = new Map(partners.map(partner => [partner.partnerId, partner.name]))
    const partnerOf = ({ partnerId }: LoggedCall) => (partnerId === null ? null : (names.get(partnerId) ?? partnerId))
    return [
      { id: 'at', header: 'Time', cell: call => <InstantText at={call.at} precise />, csv: call => call.at },
      {
        id: 'call',
        header: 'Call',
        cell: call => <span className="mono number">{call.path}</span>,
        csv: call => `${call.method} ${call.path}`,
      },
      {
        id: 'answer',
        header: 'Answer',
        cell: call => <CallStatus call={call} />,
        csv: call => [call.status, call.code, call.subCode ?? ''].join(' ').trim(),
      },
      {
        id: 'latency',
        header: 'Took',
        align: 'end',
        cell: call => <span className="number">{formatDuration(call.latencyMs)}</span>,
        csv: call => call.latencyMs,
      },
      {
        id: 'partner',
        header: 'Partner',
        cell: call => <span className="number">{partnerOf(call) ?? 'Not proved'}</span>,
        csv: partnerOf,
      },
      {
        id: 'request',
        header: 'Request id',
        cell: call => (
          <span className="mono number" title={call.requestId ?? undefined}>
            {call.requestId === null ? '–' : shortened(call.requestId)}
          </span>
        ),
        csv: call => call.requestId,
      },
      {
        id: 'dialect',
        header: 'Dialect',
        cell: call => DIALECT_NAMES[call.dialect],
        csv: call => wordsOf(call.dialect),
      },
      {
        id: 'address',
        header: 'From',
        cell: call => <span className="mono">{call.address}</span>,
        csv: call => call.address,
      },
    ]
  }, [partners])
}
