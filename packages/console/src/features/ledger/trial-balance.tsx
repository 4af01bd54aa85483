import { Button } from '@mantine/core'
import type { TrialBalance as Balance } from '@openissuer/sdk/operator.ts'
import { Link } from '@tanstack/react-router'
import { AmountText } from '../../components/amount.tsx'
import type { Column } from '../../components/data-table.tsx'
import { InstantFilter, TextFilter } from '../../components/filters.tsx'
import { InstantText } from '../../components/instant.tsx'
import { ListTable } from '../../components/list-table.tsx'
import { Section } from '../../components/page.tsx'
import { EmptyState, ErrorState, LoadingState } from '../../components/states.tsx'
import { StatusBadge, wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { useCursorList } from '../../lib/cursor-list.ts'
import { sumOf } from '../../lib/money.ts'
import { usePartnerId } from '../../lib/partner.ts'
import { useFilters } from '../../lib/search.ts'
import { instantOf, localOf } from '../../lib/time.ts'
import { useZone } from '../../lib/zone.tsx'
import classes from './ledger.module.css'

type Line = Balance['accounts'][number]
type Total = NonNullable<Balance['totals']>[number]
type Kinds = NonNullable<Balance['kinds']>

const COLUMNS: readonly Column<Line>[] = [
  { id: 'name', header: 'Account', cell: line => line.name, csv: line => line.name },
  { id: 'kind', header: 'Kind', cell: line => wordsOf(line.kind), csv: line => line.kind },
  { id: 'id', header: 'Id', cell: line => <span className="mono">{line.accountId}</span>, csv: line => line.accountId },
  { id: 'side', header: 'Side', cell: line => wordsOf(line.normalSide), csv: line => line.normalSide },
  money('debits', 'Debits'),
  money('credits', 'Credits'),
  money('balance', 'Balance'),
  { id: 'currency', header: 'Currency', cell: line => line.currency, csv: line => line.currency, exportOnly: true },
]

function money(id: 'debits' | 'credits' | 'balance', header: string): Column<Line> {
  return { id, header, align: 'end', cell: line => <AmountText value={line[id]} />, csv: line => line[id].amount }
}

/** What was posted up to an instant: by kind of account, and to each account. */
export function TrialBalance() {
  const partnerId = usePartnerId()
  const { values } = useFilters()
  const query = { at: values['at'], currency: values['currency']?.toUpperCase() }
  const list = useCursorList(['trial-balance', partnerId, query], async (page, options) => {
    const { accounts, ...rest } = await api.accounts.trialBalance(partnerId, { ...query, ...page }, options)
    return { rows: accounts, ...rest }
  })
  const [first] = list.pages
  return (
    <>
      <Section title="Trial balance" lead={<AsOf shown={first?.at} />} actions={<Moments />} flush>
        <Sums balance={first} error={list.error} retry={list.retry} />
      </Section>
      <ListTable
        label="Accounts of the trial balance"
        name="trial-balance"
        list={list}
        columns={COLUMNS}
        rowKey={line => line.accountId}
        rowLink={({ accountId }) => ({
          to: '/p/$partnerId/ledger/accounts/$accountId',
          params: { partnerId, accountId },
        })}
        filters={<TextFilter name="currency" label="Currency" width={110} />}
        empty={<EmptyState title="No accounts">There were none at this instant.</EmptyState>}
      />
    </>
  )
}

function AsOf({ shown }: { readonly shown: string | undefined }) {
  return shown === undefined ? null : (
    <>
      All that was posted up to <InstantText at={shown} precise />, that instant included
    </>
  )
}

/** The instants that are asked for most, and any other. */
function Moments() {
  const { values, change } = useFilters()
  const { zone } = useZone()
  const startOf = (unit: 'day' | 'month') => {
    const [day = ''] = localOf(new Date().toISOString(), zone).split('T')
    return instantOf(`${unit === 'day' ? day : `${day.slice(0, 8)}01`}T00:00:00`, zone)
  }
  return (
    <div className={classes.asOf}>
      <InstantFilter name="at" label="As of" />
      <Button size="xs" variant="default" onClick={() => change({ at: startOf('day') })}>
        Start of today
      </Button>
      <Button size="xs" variant="default" onClick={() => change({ at: startOf('month') })}>
        Start of the month
      </Button>
      <Button
        size="xs"
        variant="default"
        disabled={values['at'] === undefined}
        onClick={() => change({ at: undefined })}
      >
        Now
      </Button>
    </div>
  )
}

type SumsProps = {
  readonly balance: Pick<Balance, 'totals' | 'kinds'> | undefined
  readonly error: unknown
  readonly retry: () => void
}

function Sums({ balance, error, retry }: SumsProps) {
  if (balance === undefined) return error === null ? <LoadingState /> : <ErrorState error={error} retry={retry} />
  const { totals, kinds } = balance
  if (totals === null || kinds === null || totals.length === 0) return <EmptyState title="Nothing was posted yet" />
  return totals.map(total => (
    <div key={total.currency}>
      <div className={classes.currency}>
        <h3>{total.currency}</h3>
        <StatusBadge
          status={total.equal ? 'equal' : 'unequal'}
          tone={total.equal ? 'good' : 'bad'}
          label={total.equal ? 'Debits equal credits' : 'Debits differ from credits'}
        />
      </div>
      {/* what scrolls has to be reachable by keyboard */}
      <section className={classes.scroll} aria-label={`Kinds of accounts in ${total.currency}`} tabIndex={0}>
        <KindsTable total={total} kinds={kinds.filter(kind => kind.currency === total.currency)} />
      </section>
    </div>
  ))
}

function KindsTable({ total, kinds }: { readonly total: Total; readonly kinds: Kinds }) {
  const partnerId = usePartnerId()
  return (
    <table className={classes.balance}>
      <thead>
        <tr>
          <th scope="col">Kind</th>
          <th scope="col">Accounts</th>
          <th scope="col">Debits</th>
          <th scope="col">Credits</th>
          <th scope="col">Debit balance</th>
          <th scope="col">Credit balance</th>
        </tr>
      </thead>
      <tbody>
        {kinds.map(kind => (
          <tr key={kind.kind}>
            <th scope="row">
              <Link
                to={'/p/$partnerId/ledger/accounts' as never}
                params={{ partnerId } as never}
                search={{ kind: kind.kind, currency: kind.currency } as never}
              >
                {wordsOf(kind.kind)}
              </Link>
            </th>
            <td>{kind.accounts.toLocaleString('en-GB')}</td>
            <td>
              <AmountText value={kind.debits} />
            </td>
            <td>
              <AmountText value={kind.credits} />
            </td>
            <td>{kind.normalSide === 'debit' && <AmountText value={kind.balance} />}</td>
            <td>{kind.normalSide === 'credit' && <AmountText value={kind.balance} />}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">Total</th>
          <td />
          <td>
            <AmountText value={total.debits} />
          </td>
          <td>
            <AmountText value={total.credits} />
          </td>
          <td>
            <BalanceTotal kinds={kinds} side="debit" />
          </td>
          <td>
            <BalanceTotal kinds={kinds} side="credit" />
          </td>
        </tr>
      </tfoot>
    </table>
  )
}

function BalanceTotal({ kinds, side }: { readonly kinds: Kinds; readonly side: 'debit' | 'credit' }) {
  const balances = kinds.filter(kind => kind.normalSide === side).map(kind => kind.balance)
  return balances.length === 0 ? null : <AmountText value={sumOf(balances)} />
}
