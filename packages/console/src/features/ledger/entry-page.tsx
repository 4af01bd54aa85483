import type { JournalEntry } from '@openissuer/sdk/operator.ts'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { AmountText } from '../../components/amount.tsx'
import { CopyText } from '../../components/copy-button.tsx'
import { Facts } from '../../components/facts.tsx'
import { InstantText } from '../../components/instant.tsx'
import { JsonView } from '../../components/json-view.tsx'
import { AccountLink } from '../../components/ledger-links.tsx'
import { Page, Section } from '../../components/page.tsx'
import { Loaded } from '../../components/states.tsx'
import { StatusBadge, wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { usePartnerId } from '../../lib/partner.ts'
import { type Posting, sumsOf } from './entry-sums.ts'
import classes from './ledger.module.css'

export default function EntryPage() {
  const partnerId = usePartnerId()
  const { entryId = '' } = useParams({ strict: false }) as { readonly entryId?: string }
  const entry = useQuery({
    queryKey: ['journal-entry', partnerId, entryId],
    queryFn: ({ signal }) => api.journalEntries.retrieve(partnerId, entryId, { signal }),
    // an entry is never changed
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <Page
      title={entry.data === undefined ? 'Journal entry' : `${wordsOf(entry.data.kind)} ${entryId}`}
      crumbs={[
        { label: 'Ledger', to: '/p/$partnerId/ledger', params: { partnerId } },
        { label: 'Journal', to: '/p/$partnerId/ledger/journal', params: { partnerId } },
      ]}
    >
      <Loaded query={entry}>
        {found => (
          <>
            <Section title="Entry">
              <EntryFacts entry={found} />
            </Section>
            <Section title="Postings" lead="What is debited is credited elsewhere: both sides come to the same.">
              <Legs entry={found} />
            </Section>
            <Section title="Record">
              <JsonView value={found} label="the record" />
            </Section>
          </>
        )}
      </Loaded>
    </Page>
  )
}

function EntryFacts({ entry }: { readonly entry: JournalEntry }) {
  return (
    <Facts
      facts={[
        { term: 'Time', value: <InstantText at={entry.createdAt} precise /> },
        { term: 'Kind', value: <StatusBadge status={entry.kind} tone="plain" /> },
        { term: 'Entry id', value: <CopyText value={entry.entryId} label="the entry id" /> },
        { term: 'Card', value: entry.cardToken && <CopyText value={entry.cardToken} label="the card token" /> },
        { term: 'Order no.', value: entry.orderNo && <CopyText value={entry.orderNo} label="the order number" /> },
        { term: 'Memo', value: entry.memo },
      ]}
    />
  )
}

function Legs({ entry }: { readonly entry: JournalEntry }) {
  return (
    <div className={classes.sides}>
      <Side entry={entry} side="debit" heading="Debit" />
      <Side entry={entry} side="credit" heading="Credit" />
    </div>
  )
}

function Side({
  entry,
  side,
  heading,
}: {
  readonly entry: JournalEntry
  readonly side: Posting['side']
  readonly heading: string
}) {
  const postings = entry.postings.filter(posting => posting.side === side)
  return (
    <div className={classes.side}>
      <h3>{heading}</h3>
      {postings.map(({ accountId, accountKind, amount, balanceAfter }, place) => (
        // a posting has no name of its own, and the order of an entry's postings never changes
        <div key={place} className={classes.leg}>
          <AccountLink accountId={accountId}>
            {wordsOf(accountKind)} <span className="mono">{accountId}</span>
          </AccountLink>
          <span className={classes.legAmount}>
            <AmountText value={amount} />
          </span>
          <span className={classes.after}>
            Balance after <AmountText value={balanceAfter} />
          </span>
        </div>
      ))}
      {postings.length > 1 &&
        sumsOf(entry, side).map(sum => (
          <div key={sum.currency} className={classes.leg}>
            <span>Together</span>
            <span className={classes.legAmount}>
              <AmountText value={sum} />
            </span>
          </div>
        ))}
    </div>
  )
}
