import { Button, Switch } from '@mantine/core'
import type { AuthorizationPage, ListedAuthorization } from '@openissuer/sdk/operator.ts'
import { useEffect, useState } from 'react'
import { AmountText } from '../../components/amount.tsx'
import type { Column } from '../../components/data-table.tsx'
import { ChoiceFilter, ClearFilters, InstantFilter, TextFilter } from '../../components/filters.tsx'
import { InstantText } from '../../components/instant.tsx'
import { ListTable } from '../../components/list-table.tsx'
import { Page } from '../../components/page.tsx'
import { EmptyState } from '../../components/states.tsx'
import { StatusBadge, wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { type CursorList, PAGE_ROWS, useCursorList } from '../../lib/cursor-list.ts'
import { usePartnerId } from '../../lib/partner.ts'
import { useFilters } from '../../lib/search.ts'
import classes from './authorizations.module.css'
import { DECLINE_REASONS } from './choices.ts'
import { FILTERS, queryOf } from './query.ts'

const COLUMNS: readonly Column<ListedAuthorization>[] = [
  { id: 'time', header: 'Time', cell: row => <InstantText at={row.createdAt} />, csv: row => row.createdAt },
  {
    id: 'decision',
    header: 'Decision',
    cell: row => <StatusBadge status={row.decision} />,
    csv: row => row.decision,
  },
  {
    id: 'reason',
    header: 'Reason',
    cell: row => (row.declineReason === null ? '–' : wordsOf(row.declineReason)),
    csv: row => row.declineReason,
  },
  {
    id: 'amount',
    header: 'Amount',
    align: 'end',
    cell: row => <AmountText value={row.transactionAmount} />,
    csv: row => row.transactionAmount.amount,
  },
  {
    id: 'currency',
    header: 'Currency',
    cell: row => row.transactionAmount.currency,
    csv: row => row.transactionAmount.currency,
    exportOnly: true,
  },
  {
    id: 'merchant',
    header: 'Merchant',
    cell: row => row.merchant.name ?? '–',
    csv: row => row.merchant.name,
  },
  { id: 'mcc', header: 'MCC', cell: row => row.merchant.mcc ?? '–', csv: row => row.merchant.mcc },
  {
    id: 'card',
    header: 'Card',
    cell: row => <span className="mono">{row.maskedPan}</span>,
    csv: row => row.maskedPan,
  },
  { id: 'purpose', header: 'Purpose', cell: row => wordsOf(row.purpose), csv: row => row.purpose, exportOnly: true },
  {
    id: 'held',
    header: 'Held',
    align: 'end',
    cell: row => <AmountText value={row.held} />,
    csv: row => row.held.amount,
  },
  {
    id: 'cleared',
    header: 'Cleared',
    align: 'end',
    cell: row => <AmountText value={row.cleared} />,
    csv: row => row.cleared.amount,
  },
  { id: 'status', header: 'Status', cell: row => <StatusBadge status={row.status} />, csv: row => row.status },
  {
    id: 'token',
    header: 'Card token',
    cell: row => <span className="mono">{row.cardToken}</span>,
    csv: row => row.cardToken,
    exportOnly: true,
  },
  {
    id: 'id',
    header: 'Id',
    cell: row => <span className="mono">{row.authorizationId}</span>,
    csv: row => row.authorizationId,
    exportOnly: true,
  },
]

const LIVE_MS = 2_000
/** A call looks at a bounded number of rows: so many are made by themselves before the user is asked. */
const PAGES_BY_ITSELF = 10

export default function AuthorizationsPage() {
  const partnerId = usePartnerId()
  const { values, change } = useFilters()
  const live = values['live'] === 'on'
  const query = queryOf(values)
  const found = useCursorList(
    ['authorizations', partnerId, query, live],
    (page, options) => api.authorizations.list(partnerId, { ...query, ...page }, options),
    live ? { refetchMs: LIVE_MS } : {},
  )
  const list = useLookingFurther(found, JSON.stringify(query), live ? 1 : PAGES_BY_ITSELF)
  return (
    <Page
      title="Authorizations"
      lead="What cards were asked for, how it was decided, and what has become of it."
      actions={
        <Switch
          label="Live"
          checked={live}
          onChange={event => change({ live: event.currentTarget.checked ? 'on' : undefined })}
        />
      }
    >
      <ListTable
        label="Authorizations"
        name="authorizations"
        list={list}
        columns={COLUMNS}
        rowKey={row => row.authorizationId}
        rowLink={({ authorizationId }) => ({
          to: '/p/$partnerId/authorizations/$authorizationId',
          params: { partnerId, authorizationId },
        })}
        filters={<SearchFilters />}
        empty={<Nothing list={list} />}
      />
      {list.rows.length > 0 && list.pages.at(-1)?.searchedTo != null && (
        <p className={classes.searched}>
          Looked back to <InstantText at={list.pages.at(-1)?.searchedTo ?? null} />
        </p>
      )}
    </Page>
  )
}

type SearchedList = CursorList<ListedAuthorization, AuthorizationPage>

/**
 * What few rows fit is looked for over several calls, until a page is full; whoever asks for more has as many made again.
 * @param search what is looked for: another one begins anew
 */
function useLookingFurther(list: SearchedList, search: string, pagesAtOnce: number): SearchedList {
  const { rows, pages, hasMore, loadingMore, refreshing, error, loadMore } = list
  const [asked, setAsked] = useState({ search, rows: PAGE_ROWS, pages: pagesAtOnce })
  const goal = asked.search === search ? asked : { rows: PAGE_ROWS, pages: pagesAtOnce }
  const goesOn = rows.length < goal.rows && pages.length < goal.pages
  const mayGoOn = pages.length > 0 && hasMore && !loadingMore && !refreshing && error === null
  useEffect(() => {
    if (goesOn && mayGoOn) loadMore()
  })
  return {
    ...list,
    loadMore() {
      setAsked({ search, rows: rows.length + PAGE_ROWS, pages: pages.length + pagesAtOnce })
      loadMore()
    },
  }
}

function Nothing({ list }: { readonly list: SearchedList }) {
  const searchedTo = list.pages.at(-1)?.searchedTo ?? null
  if (searchedTo === null) {
    return <EmptyState title="No authorizations">Nothing was asked for that fits these filters.</EmptyState>
  }
  return (
    <EmptyState
      title="Nothing found so far"
      action={
        <Button variant="default" loading={list.loadingMore} onClick={list.loadMore}>
          Look further back
        </Button>
      }
    >
      Looked at everything since <InstantText at={searchedTo} />.
    </EmptyState>
  )
}

function SearchFilters() {
  return (
    <>
      <ChoiceFilter name="decision" label="Decision" choices={['approved', 'declined']} width={125} />
      <ChoiceFilter name="reason" label="Decline reason" choices={DECLINE_REASONS} width={175} />
      <ChoiceFilter name="status" label="Status" choices={['open', 'closed']} width={110} />
      <TextFilter name="card" label="Card token" width={115} />
      <TextFilter name="lastFour" label="Last four" width={85} />
      <TextFilter name="merchant" label="Merchant" width={120} />
      <TextFilter name="mcc" label="MCC" width={80} />
      <TextFilter name="min" label="Least amount" width={105} />
      <TextFilter name="max" label="Most amount" width={105} />
      <TextFilter name="currency" label="Currency" width={85} />
      <InstantFilter name="from" label="From" />
      <InstantFilter name="to" label="To" />
      <ClearFilters names={FILTERS} />
    </>
  )
}
