import type { AuditEntry, Page as ListPage, PageQuery } from '@openissuer/sdk/operator.ts'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { Column } from '../../components/data-table.tsx'
import { ClearFilters, InstantFilter } from '../../components/filters.tsx'
import { InstantText } from '../../components/instant.tsx'
import { ListTable } from '../../components/list-table.tsx'
import { EmptyState } from '../../components/states.tsx'
import { api } from '../../lib/api.ts'
import { useCursorList } from '../../lib/cursor-list.ts'
import { useFilters } from '../../lib/search.ts'
import classes from './audit-list.module.css'
import { callOf, partsOfSubject, wordsOfAction, wordsOfActor } from './words.ts'

/** @param partnerId whose log is shown; null for what concerned no partner */
export function AuditList({ partnerId }: { readonly partnerId: string | null }) {
  const { values } = useFilters()
  const period = {
    ...(values['from'] === undefined ? {} : { from: values['from'] }),
    ...(values['to'] === undefined ? {} : { to: values['to'] }),
  }
  const read = (page: PageQuery, options: { readonly signal?: AbortSignal }): Promise<ListPage<AuditEntry>> =>
    partnerId === null
      ? api.auditLog.listPlatform({ ...period, ...page }, options)
      : api.auditLog.list(partnerId, { ...period, ...page }, options)
  const list = useCursorList(['audit-log', partnerId, period], read)
  const columns = useMemo(() => columnsOf(partnerId), [partnerId])
  return (
    <ListTable
      label="Audit log"
      name="audit-log"
      list={list}
      columns={columns}
      rowKey={entry => entry.auditId}
      filters={
        <>
          <InstantFilter name="from" label="From" />
          <InstantFilter name="to" label="To" />
          <ClearFilters names={['from', 'to']} />
        </>
      }
      empty={<EmptyState title="No lines">Nothing was changed in this period.</EmptyState>}
    />
  )
}

function columnsOf(partnerId: string | null): readonly Column<AuditEntry>[] {
  return [
    { id: 'at', header: 'Time', cell: ({ at }) => <InstantText at={at} />, csv: ({ at }) => at },
    { id: 'actor', header: 'Who', cell: wordsOfActor, csv: ({ actor }) => actor },
    { id: 'action', header: 'What', cell: ({ action }) => wordsOfAction(action), csv: ({ action }) => action },
    {
      id: 'subject',
      header: 'On what',
      cell: ({ subject }) => <Subject subject={subject} partnerId={partnerId} />,
      csv: ({ subject }) => subject,
    },
    { id: 'reason', header: 'Reason', cell: ({ reason }) => reason ?? '–', csv: ({ reason }) => reason },
    { id: 'call', header: 'Call', cell: ({ action }) => <span className={classes.call}>{callOf(action)}</span> },
  ]
}

function Subject({ subject, partnerId }: { readonly subject: string; readonly partnerId: string | null }) {
  const parts = partsOfSubject(subject, partnerId)
  if (parts.length === 0) return '–'
  return (
    <span className={classes.subject}>
      {parts.map(({ label, id, to, params }) => (
        <span key={label}>
          {label}{' '}
          {to === null ? (
            <span className="mono">{id}</span>
          ) : (
            <Link to={to as never} params={params as never} className="mono">
              {id}
            </Link>
          )}
        </span>
      ))}
    </span>
  )
}
