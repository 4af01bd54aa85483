import type { Account, JournalEntry, JournalEntryKind } from '@openissuer/sdk/operator.ts'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useMemo } from 'react'
import { AmountText } from '../../components/amount.tsx'
import { CopyText } from '../../components/copy-button.tsx'
import type { Column } from '../../components/data-table.tsx'
import { Facts } from '../../components/facts.tsx'
import { ChoiceFilter, ClearFilters, InstantFilter } from '../../components/filters.tsx'
import { InstantText } from '../../components/instant.tsx'
import { AccountLink } from '../../components/ledger-links.tsx'
import { ListTable } from '../../components/list-table.tsx'
import { Page, Section } from '../../components/page.tsx'
import { EmptyState, Loaded } from '../../components/states.tsx'
import { wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { useCursorList } from '../../lib/cursor-list.ts'
import { usePartnerId } from '../../lib/partner.ts'
import { useFilters } from '../../lib/search.ts'
import { counterAccounts, postingsOf } from './entry-sums.ts'
import { ENTRY_KINDS } from './kinds.ts'

export default function AccountPage() {
  const partnerId = usePartnerId()
  const { accountId = '' } = useParams({ strict: false }) as { readonly accountId?: string }
  const account = useQuery({
    queryKey: ['account', partnerId, accountId],
    queryFn: ({ signal }) => api.accounts.retrieve(partnerId, accountId, { signal }),
  })
  return (
    <Page
      title={account.data?.name ?? 'Account'}
      crumbs={[
        { label: 'Ledger', to: '/p/$partnerId/ledger', params: { partnerId } },
        { label: 'Accounts', to: '/p/$partnerId/ledger/accounts', params: { partnerId } },
      ]}
    >
      <Loaded query={account}>
        {found => (
          <>
            <Section title="Account">
              <AccountFacts account={found} />
            </Section>
            <Postings accountId={accountId} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

function AccountFacts({ account }: { readonly account: Account }) {
  return (
    <Facts
      facts={[
        { term: 'Balance', value: <AmountText value={account.balance} /> },
        { term: 'Held by open authorizations', value: <AmountText value={account.held} /> },
        { term: 'Available', value: <AmountText value={account.available} /> },
        { term: 'Kind', value: wordsOf(account.kind) },
        { term: 'Grows on the side of', value: `${wordsOf(account.normalSide)}s` },
        { term: 'Account id', value: <CopyText value={account.accountId} label="the account id" /> },
        {
          term: 'Cardholder',
          value: account.cardholderId && <CopyText value={account.cardholderId} label="the cardholder id" />,
        },
      ]}
    />
  )
}

function Postings({ accountId }: { readonly accountId: string }) {
  const partnerId = usePartnerId()
  const { values } = useFilters()
  const query = {
    accountId,
    kind: values['kind'] as JournalEntryKind | undefined,
    from: values['from'],
    to: values['to'],
  }
  const list = useCursorList(['journal-entries', partnerId, query], (page, options) =>
    api.journalEntries.list(partnerId, { ...query, ...page }, options),
  )
  const columns = useMemo(() => columnsOf(accountId), [accountId])
  return (
    <ListTable
      label="Postings"
      name="postings"
      list={list}
      columns={columns}
      rowKey={entry => entry.entryId}
      rowLink={({ entryId }) => ({ to: '/p/$partnerId/ledger/journal/$entryId', params: { partnerId, entryId } })}
      filters={
        <>
          <ChoiceFilter name="kind" label="Kind" choices={ENTRY_KINDS} width={170} />
          <InstantFilter name="from" label="From" />
          <InstantFilter name="to" label="To" />
          <ClearFilters names={['kind', 'from', 'to']} />
        </>
      }
      empty={<EmptyState title="No postings">Nothing has moved on this account.</EmptyState>}
    />
  )
}

function columnsOf(accountId: string): readonly Column<JournalEntry>[] {
  return [
    {
      id: 'time',
      header: 'Time',
      cell: entry => <InstantText at={entry.createdAt} />,
      csv: entry => entry.createdAt,
    },
    { id: 'kind', header: 'What', cell: entry => wordsOf(entry.kind), csv: entry => entry.kind },
    sideOf(accountId, 'debit', 'Debit'),
    sideOf(accountId, 'credit', 'Credit'),
    {
      id: 'after',
      header: 'Balance after',
      align: 'end',
      cell: entry => <AmountText value={postingsOf(entry, accountId).at(-1)?.balanceAfter ?? null} />,
      csv: entry => postingsOf(entry, accountId).at(-1)?.balanceAfter.amount ?? null,
    },
    {
      id: 'counter',
      header: 'Other side',
      cell: entry =>
        counterAccounts(entry, accountId).map(posting => (
          <AccountLink key={posting.accountId} accountId={posting.accountId}>
            {wordsOf(posting.accountKind)}
          </AccountLink>
        )),
      csv: entry =>
        counterAccounts(entry, accountId)
          .map(posting => posting.accountId)
          .join(' '),
    },
    { id: 'order', header: 'Order no.', cell: entry => entry.orderNo ?? '–', csv: entry => entry.orderNo },
    {
      id: 'entry',
      header: 'Entry',
      cell: entry => <span className="mono">{entry.entryId}</span>,
      csv: entry => entry.entryId,
    },
  ]
}

function sideOf(accountId: string, side: 'debit' | 'credit', header: string): Column<JournalEntry> {
  const amountIn = (entry: JournalEntry) =>
    postingsOf(entry, accountId).find(posting => posting.side === side)?.amount ?? null
  return {
    id: side,
    header,
    align: 'end',
    cell: entry => <AmountText value={amountIn(entry)} />,
    csv: entry => amountIn(entry)?.amount ?? null,
  }
}
