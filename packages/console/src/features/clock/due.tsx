import type { DueForecast } from '@openissuer/sdk/operator.ts'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { AmountText } from '../../components/amount.tsx'
import { InstantText } from '../../components/instant.tsx'
import { EmptyState, Loaded } from '../../components/states.tsx'
import { api } from '../../lib/api.ts'
import classes from './clock.module.css'

const WORDS: Readonly<Record<DueForecast['kind'], string>> = {
  expiry: 'Holds lapse',
  'management-fee': 'Management fees',
  'unpaid-management-fee': 'Unpaid fees, asked for again',
  'card-closing': 'Cards are closed for good',
  'webhook-retry': 'Webhooks are tried again',
}

/** What would fall due by an instant, kind by kind with the first of each. */
export function DueUntil({ until }: { readonly until: string }) {
  const due = useQuery({
    queryKey: ['clock-due', until],
    queryFn: ({ signal }) => api.clock.due(until, { signal }),
    placeholderData: keepPreviousData,
  })
  return (
    <Loaded query={due} rows={3}>
      {({ due: kinds }) => <Kinds kinds={kinds.filter(({ count }) => count > 0)} until={until} />}
    </Loaded>
  )
}

function Kinds({ kinds, until }: { readonly kinds: readonly DueForecast[]; readonly until: string }) {
  if (kinds.length === 0) {
    return (
      <EmptyState title="Nothing falls due">
        Nothing waits for a time up to <InstantText at={until} />.
      </EmptyState>
    )
  }
  return (
    <div>
      <p className={classes.until}>
        Up to <InstantText at={until} />
      </p>
      {kinds.map(kind => (
        <details key={kind.kind} className={classes.kind}>
          <summary>
            <strong>{WORDS[kind.kind]}</strong>
            <span className="number">{countOf(kind)}</span>
            <span className={classes.sums}>
              {kind.amounts.map(amount => (
                <AmountText key={amount.currency} value={amount} />
              ))}
            </span>
            <span className={classes.first}>
              first <InstantText at={kind.earliestAt} />
            </span>
          </summary>
          <ul>
            {kind.first.map(item => (
              <li key={`${item.at} ${item.subject}`}>
                <InstantText at={item.at} />
                <Subject kind={kind.kind} {...item} />
                {item.amount !== null && <AmountText value={item.amount} />}
              </li>
            ))}
            {kind.count > kind.first.length && <li>and {kind.count - kind.first.length} more</li>}
          </ul>
        </details>
      ))}
    </div>
  )
}

function countOf({ count, precision }: DueForecast): string {
  const number = count.toLocaleString('en-GB')
  if (precision === 'exact') return number
  return precision === 'at-least' ? `${number} or more` : `about ${number}`
}

type SubjectProps = { readonly kind: DueForecast['kind']; readonly partnerId: string; readonly subject: string }

/** To the page of what waits, where it has one that its id alone leads to. */
function Subject({ kind, partnerId, subject }: SubjectProps) {
  const [to, params] =
    kind === 'expiry'
      ? ['/p/$partnerId/authorizations/$authorizationId', { partnerId, authorizationId: subject }]
      : ['/p/$partnerId/cards/$cardId', { partnerId, cardId: subject }]
  if (kind === 'webhook-retry') return <span className="mono">{subject}</span>
  return (
    <Link to={to as never} params={params as never} className="mono">
      {subject}
    </Link>
  )
}
