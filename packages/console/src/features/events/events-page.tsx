import { Switch } from '@mantine/core'
import type { Event, EventQuery } from '@openissuer/sdk/operator.ts'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { Column } from '../../components/data-table.tsx'
import { ChoiceFilter, ClearFilters, InstantFilter, TextFilter } from '../../components/filters.tsx'
import { InstantText } from '../../components/instant.tsx'
import { ListTable } from '../../components/list-table.tsx'
import { Page } from '../../components/page.tsx'
import { EmptyState } from '../../components/states.tsx'
import { wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { useCursorList } from '../../lib/cursor-list.ts'
import { usePartnerId } from '../../lib/partner.ts'
import { useFilters } from '../../lib/search.ts'
import { KINDS, wordsOfEvent } from './words.ts'

const FOLLOW_MS = 2_000

export default function EventsPage() {
  const partnerId = usePartnerId()
  const { values, change } = useFilters()
  const query = queryOf(values)
  const following = values['follow'] === 'on'
  const list = useCursorList(
    ['events', partnerId, query],
    (page, options) => api.events.list(partnerId, { ...query, ...page }, options),
    following ? { refetchMs: FOLLOW_MS } : {},
  )
  const columns = useMemo(() => columnsOf(partnerId), [partnerId])
  return (
    <Page
      title="Events"
      lead="What was announced, to whoever listens or to nobody. Webhooks are made of it."
      actions={
        <Switch
          label="Follow"
          checked={following}
          onChange={event => change({ follow: event.currentTarget.checked ? 'on' : undefined })}
        />
      }
    >
      <ListTable
        label="Events"
        name="events"
        list={list}
        columns={columns}
        rowKey={event => event.eventId}
        filters={
          <>
            <ChoiceFilter name="kind" label="Kind" choices={KINDS} width={180} />
            <TextFilter name="cardToken" label="Card token" />
            <InstantFilter name="from" label="From" />
            <InstantFilter name="to" label="To" />
            <ClearFilters names={['kind', 'cardToken', 'from', 'to']} />
          </>
        }
        empty={<EmptyState title="No events">Nothing like this has been announced.</EmptyState>}
      />
    </Page>
  )
}

function queryOf(values: Readonly<Record<string, string | undefined>>): EventQuery {
  const { kind: kindText, cardToken, from, to } = values
  const kind = KINDS.find(known => known === kindText)
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(cardToken === undefined ? {} : { cardToken }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  }
}

function columnsOf(partnerId: string): readonly Column<Event>[] {
  return [
    {
      id: 'createdAt',
      header: 'Time',
      cell: event => <InstantText at={event.createdAt} precise />,
      csv: event => event.createdAt,
    },
    {
      id: 'kind',
      header: 'Kind',
      cell: event => `${wordsOf(event.kind)}${event.example ? ' (example)' : ''}`,
      csv: event => event.kind,
    },
    { id: 'told', header: 'What', cell: wordsOfEvent, csv: wordsOfEvent },
    {
      id: 'card',
      header: 'Card',
      cell: ({ card }) => (card === null ? '–' : <CardLink partnerId={partnerId} card={card} />),
      csv: ({ card }) => card?.maskedPan ?? null,
    },
    {
      id: 'authorization',
      header: 'Authorization',
      cell: event => <AuthorizationLink partnerId={partnerId} authorizationId={authorizationOf(event)} />,
      csv: authorizationOf,
    },
    {
      id: 'id',
      header: 'Id',
      cell: event => <span className="mono">{event.eventId}</span>,
      csv: event => event.eventId,
    },
  ]
}

function authorizationOf({ message, fact }: Event): string | null {
  if (message !== null) return message.authorizationId
  return fact !== null && 'authorizationId' in fact ? fact.authorizationId : null
}

type CardLinkProps = { readonly partnerId: string; readonly card: NonNullable<Event['card']> }

function CardLink({ partnerId, card: { cardId, maskedPan } }: CardLinkProps) {
  return (
    <Link to={'/p/$partnerId/cards/$cardId' as never} params={{ partnerId, cardId } as never} className="mono">
      {maskedPan}
    </Link>
  )
}

type AuthorizationLinkProps = { readonly partnerId: string; readonly authorizationId: string | null }

function AuthorizationLink({ partnerId, authorizationId }: AuthorizationLinkProps) {
  if (authorizationId === null) return '–'
  return (
    <Link
      to={'/p/$partnerId/authorizations/$authorizationId' as never}
      params={{ partnerId, authorizationId } as never}
      className="mono"
    >
      {authorizationId}
    </Link>
  )
}
