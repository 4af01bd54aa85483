import type { JournalEntry, JournalEntryKind } from '@openissuer/sdk/operator.ts'
import { AmountText } from '../../components/amount.tsx'
import type { Column } from '../../components/data-table.tsx'
import { ChoiceFilter, ClearFilters, InstantFilter, TextFilter } from '../../components/filters.tsx'
import { InstantText } from '../../components/instant.tsx'
import { AccountLink } from '../../components/ledger-links.tsx'
import { ListTable } from '../../components/list-table.tsx'
import { Page } from '../../components/page.tsx'
import { EmptyState } from '../../components/states.tsx'
import { wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { useCursorList } from '../../lib/cursor-list.ts'
import { usePartnerId } from '../../lib/partner.ts'
import { useFilters } from '../../lib/search.ts'
import { type Posting, sumsOf } from './entry-sums.ts'
import { ENTRY_KINDS } from './kinds.ts'
import { LedgerTabs } from './ledger-tabs.tsx'

const COLUMNS: readonly Column<JournalEntry>[] = [
  { id: 'time', header: 'Time', cell: entry => <InstantText at={entry.createdAt} />, csv: entry => entry.createdAt },
  { id: 'kind', header: 'What', cell: entry => wordsOf(entry.kind), csv: entry => entry.kind },
  side('debit', 'Debited'),
  side('credit', 'Credited'),
  {
    id: 'amount',
    header: 'Amount',
    align: 'end',
    cell: entry => sumsOf(entry).map(sum => <AmountText key={sum.currency} value={sum} />),
    csv: entry =>
      sumsOf(entry)
        .map(({ amount, currency }) => `${amount} ${currency}`)
        .join(' '),
  },
  {
    id: 'card',
    header: 'Card',
    cell: entry => <span className="mono">{entry.cardToken ?? '–'}</span>,
    csv: entry => entry.cardToken,
  },
  { id: 'order', header: 'Order no.', cell: entry => entry.orderNo ?? '–', csv: entry => entry.orderNo },
  { id: 'memo', header: 'Memo', cell: entry => entry.memo ?? '–', csv: entry => entry.memo },
  {
    id: 'entry',
    header: 'Entry',
    cell: entry => <span className="mono">{entry.entryId}</span>,
    csv: entry => entry.entryId,
  },
]

function side(of: Posting['side'], header: string): Column<JournalEntry> {
  const postings = (entry: JournalEntry) => entry.postings.filter(posting => posting.side === of)
  return {
    id: of,
    header,
    cell: entry =>
      postings(entry).map(({ accountId, accountKind }) => (
        <AccountLink key={accountId} accountId={accountId}>
          {wordsOf(accountKind)}
        </AccountLink>
      )),
    csv: entry =>
      postings(entry)
        .map(({ accountId }) => accountId)
        .join(' '),
  }
}

const FILTERS = ['kind', 'account', 'card', 'order', 'from', 'to']

export default function JournalPage() {
  const partnerId = usePartnerId()
  const { values } = useFilters()
  const query = {
    kind: values['kind'] as JournalEntryKind | undefined,
    accountId: values['account'],
    cardToken: values['card'],
    orderNo: values['order'],
    from: values['from'],
    to: values['to'],
  }
  const list = useCursorList(['journal-entries', partnerId, query], (page, options) =>
    api.journalEntries.list(partnerId, { ...query, ...page }, options),
  )
  return (
    <Page
      title="Ledger"
      lead="Every journal entry of this partner, newest first. Entries are never changed: a correction is an entry of its own."
    >
      <LedgerTabs />
      <ListTable
        label="Journal entries"
        name="journal"
        list={list}
        columns={COLUMNS}
        rowKey={entry => entry.entryId}
        rowLink={({ entryId }) => ({ to: '/p/$partnerId/ledger/journal/$entryId', params: { partnerId, entryId } })}
        filters={
          <>
            <ChoiceFilter name="kind" label="Kind" choices={ENTRY_KINDS} width={170} />
            <TextFilter name="account" label="Account id" width={130} />
            <TextFilter name="card" label="Card token" width={130} />
            <TextFilter name="order" label="Order no." width={130} />
            <InstantFilter name="from" label="From" />
            <InstantFilter name="to" label="To" />
            <ClearFilters names={FILTERS} />
          </>
        }
        empty={<EmptyState title="No entries">No money has moved that fits these filters.</EmptyState>}
      />
    </Page>
  )
}
