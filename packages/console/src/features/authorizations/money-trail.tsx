import type { Authorization, JournalEntry } from '@openissuer/sdk/operator.ts'
import { useQueries } from '@tanstack/react-query'
import { Fragment } from 'react'
import { AmountText } from '../../components/amount.tsx'
import { InstantText } from '../../components/instant.tsx'
import { AccountLink, EntryLink } from '../../components/ledger-links.tsx'
import { EmptyState, ErrorState } from '../../components/states.tsx'
import { wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import classes from './authorizations.module.css'
import { type Step, stepsOf } from './steps.ts'

/** Holds and postings, step by step: what is only reserved on the left, what has moved with both its legs on the right. */
export function MoneyTrail({ authorization }: { readonly authorization: Authorization }) {
  const { partnerId } = authorization
  const steps = stepsOf(authorization).filter(
    step => step.tone !== 'ahead' && (step.hold !== null || step.entryIds.length > 0),
  )
  const entryIds = steps.flatMap(step => step.entryIds)
  const queries = useQueries({
    queries: entryIds.map(entryId => ({
      queryKey: ['journal-entry', partnerId, entryId],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
        api.journalEntries.retrieve(partnerId, entryId, { signal }),
      // an entry is never changed
      staleTime: Number.POSITIVE_INFINITY,
    })),
  })
  const failed = queries.find(query => query.error !== null)
  if (failed !== undefined) return <ErrorState error={failed.error} retry={() => void failed.refetch()} />
  if (steps.length === 0) return <EmptyState title="No money was held or moved" />
  const entries = new Map(queries.flatMap(({ data }) => (data === undefined ? [] : [[data.entryId, data] as const])))
  return (
    // what scrolls has to be reachable by keyboard
    <section className={classes.scroll} aria-label="Money trail" tabIndex={0}>
      <table className={classes.trail}>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">What</th>
            <th scope="col" className={classes.end}>
              Hold
            </th>
            <th scope="col" className={classes.end}>
              Held after
            </th>
            <th scope="col">Debited</th>
            <th scope="col">Credited</th>
            <th scope="col" className={classes.end}>
              Posted
            </th>
            <th scope="col">Entry</th>
          </tr>
        </thead>
        <tbody>
          {steps.map(step => (
            <TrailRows key={step.key} step={step} entries={entries} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

type RowsProps = { readonly step: Step; readonly entries: ReadonlyMap<string, JournalEntry> }

function TrailRows({ step, entries }: RowsProps) {
  const [first, ...more] = step.entryIds
  return (
    <>
      <tr>
        <td>
          <InstantText at={step.at} />
        </td>
        <td>{step.title}</td>
        <td className={classes.end}>{step.hold === null ? null : <AmountText value={step.hold} signed />}</td>
        <td className={classes.end}>
          <AmountText value={step.heldAfter} />
        </td>
        <EntryCells entryId={first} entry={first === undefined ? undefined : entries.get(first)} />
      </tr>
      {more.map(entryId => (
        <tr key={entryId}>
          <td />
          <td colSpan={3}>{wordsOf(entries.get(entryId)?.kind ?? 'fee')}</td>
          <EntryCells entryId={entryId} entry={entries.get(entryId)} />
        </tr>
      ))}
    </>
  )
}

function EntryCells({
  entryId,
  entry,
}: {
  readonly entryId: string | undefined
  readonly entry: JournalEntry | undefined
}) {
  if (entryId === undefined) return <td colSpan={4} />
  return (
    <>
      <td>
        <Leg entry={entry} side="debit" />
      </td>
      <td>
        <Leg entry={entry} side="credit" />
      </td>
      <td className={classes.end}>
        <AmountText value={entry?.postings.find(({ side }) => side === 'debit')?.amount ?? null} />
      </td>
      <td>
        <EntryLink entryId={entryId} />
      </td>
    </>
  )
}

function Leg({ entry, side }: { readonly entry: JournalEntry | undefined; readonly side: 'debit' | 'credit' }) {
  const postings = (entry?.postings ?? []).filter(posting => posting.side === side)
  return postings.map(({ accountId, accountKind, balanceAfter }, place) => (
    <Fragment key={accountId}>
      {place > 0 && <br />}
      <AccountLink accountId={accountId}>{wordsOf(accountKind)}</AccountLink>{' '}
      <span className={classes.after}>
        then <AmountText value={balanceAfter} />
      </span>
    </Fragment>
  ))
}
