import type { Account, AccountKind } from '@openissuer/sdk/operator.ts'
import { AmountText } from '../../components/amount.tsx'
import type { Column } from '../../components/data-table.tsx'
import { ChoiceFilter, ClearFilters, TextFilter } from '../../components/filters.tsx'
import { ListTable } from '../../components/list-table.tsx'
import { Page } from '../../components/page.tsx'
import { EmptyState } from '../../components/states.tsx'
import { wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { useCursorList } from '../../lib/cursor-list.ts'
import { usePartnerId } from '../../lib/partner.ts'
import { useFilters } from '../../lib/search.ts'
import { ACCOUNT_KINDS } from './kinds.ts'
import { LedgerTabs } from './ledger-tabs.tsx'

const COLUMNS: readonly Column<Account>[] = [
  { id: 'name', header: 'Account', cell: account => account.name, csv: account => account.name },
  { id: 'kind', header: 'Kind', cell: account => wordsOf(account.kind), csv: account => account.kind },
  {
    id: 'id',
    header: 'Id',
    cell: account => <span className="mono">{account.accountId}</span>,
    csv: account => account.accountId,
  },
  { id: 'side', header: 'Side', cell: account => wordsOf(account.normalSide), csv: account => account.normalSide },
  money('balance', 'Balance'),
  money('held', 'Held'),
  money('available', 'Available'),
  {
    id: 'currency',
    header: 'Currency',
    cell: account => account.currency,
    csv: account => account.currency,
    exportOnly: true,
  },
]

function money(id: 'balance' | 'held' | 'available', header: string): Column<Account> {
  return {
    id,
    header,
    align: 'end',
    cell: account => <AmountText value={account[id]} />,
    csv: account => account[id].amount,
  }
}

export default function AccountsPage() {
  const partnerId = usePartnerId()
  const { values } = useFilters()
  const query = { kind: values['kind'] as AccountKind | undefined, currency: values['currency']?.toUpperCase() }
  const list = useCursorList(['accounts', partnerId, query], (page, options) =>
    api.accounts.list(partnerId, { ...query, ...page }, options),
  )
  return (
    <Page title="Ledger" lead="The accounts of this partner, with what is on them and what open authorizations hold.">
      <LedgerTabs />
      <ListTable
        label="Accounts"
        name="accounts"
        list={list}
        columns={COLUMNS}
        rowKey={account => account.accountId}
        rowLink={({ accountId }) => ({
          to: '/p/$partnerId/ledger/accounts/$accountId',
          params: { partnerId, accountId },
        })}
        filters={
          <>
            <ChoiceFilter name="kind" label="Kind" choices={ACCOUNT_KINDS} width={180} />
            <TextFilter name="currency" label="Currency" width={110} />
            <ClearFilters names={['kind', 'currency']} />
          </>
        }
        empty={<EmptyState title="No accounts">None is of this kind and currency.</EmptyState>}
      />
    </Page>
  )
}
