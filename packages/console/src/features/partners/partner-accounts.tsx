import { Select, TextInput } from '@mantine/core'
import type { Account, OpenAccount } from '@openissuer/sdk/operator.ts'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { AmountText } from '../../components/amount.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { DialogButton, DialogForm } from '../../components/dialog-form.tsx'
import { Section } from '../../components/page.tsx'
import { EmptyState } from '../../components/states.tsx'
import { wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { useCursorList } from '../../lib/cursor-list.ts'
import { useMay } from '../../lib/session.ts'
import { useAction } from '../../lib/use-action.ts'

/** `held` is of open authorizations, `available` what is left without it. */
const COLUMNS: readonly Column<Account>[] = [
  { id: 'name', header: 'Account', cell: account => account.name },
  { id: 'kind', header: 'Kind', cell: account => wordsOf(account.kind) },
  { id: 'balance', header: 'Balance', align: 'end', cell: account => <AmountText value={account.balance} /> },
  { id: 'held', header: 'Held', align: 'end', cell: account => <AmountText value={account.held} /> },
  { id: 'available', header: 'Available', align: 'end', cell: account => <AmountText value={account.available} /> },
]

export function PartnerAccounts({ partnerId }: { readonly partnerId: string }) {
  const mayChange = useMay('operator')
  const list = useCursorList(['accounts', partnerId, {}], (page, options) =>
    api.accounts.list(partnerId, page, options),
  )
  return (
    <Section
      title="Accounts"
      flush
      actions={
        <DialogButton label="Open account" icon={<Plus size={15} />} disabled={!mayChange}>
          {close => <OpenAccountForm partnerId={partnerId} close={close} />}
        </DialogButton>
      }
    >
      <DataTable
        label="Accounts"
        columns={COLUMNS}
        rows={list.rows}
        rowKey={account => account.accountId}
        rowLink={({ accountId }) => ({
          to: '/p/$partnerId/ledger/accounts/$accountId',
          params: { partnerId, accountId },
        })}
        loading={list.loading}
        refreshing={list.refreshing}
        error={list.error}
        retry={list.retry}
        empty={<EmptyState title="No accounts">Money has nowhere to be yet.</EmptyState>}
        more={{ has: list.hasMore, loading: list.loadingMore, load: list.loadMore }}
      />
    </Section>
  )
}

function OpenAccountForm({ partnerId, close }: { readonly partnerId: string; readonly close: () => void }) {
  const [kind, setKind] = useState<OpenAccount['kind']>('partner-funding')
  const [currency, setCurrency] = useState('')
  const [name, setName] = useState('')
  const open = useAction({
    call: (account: OpenAccount) => api.accounts.open(partnerId, account),
    done: account => `Account ${account.name} is open`,
    changes: [['accounts', partnerId]],
    quiet: true,
  })
  const code = currency.trim().toUpperCase()
  return (
    <DialogForm
      submit="Open account"
      close={close}
      ready={/^[A-Z]{3,5}$/.test(code)}
      run={() => open.mutateAsync({ kind, currency: code, ...(name.trim() === '' ? {} : { name: name.trim() }) })}
    >
      <Select
        label="Kind"
        description={KINDS.find(({ value }) => value === kind)?.meaning}
        allowDeselect={false}
        data={KINDS.map(({ value, label }) => ({ value, label }))}
        value={kind}
        onChange={value => setKind(value ?? kind)}
      />
      <TextInput
        label="Currency"
        placeholder="EUR"
        required
        maxLength={5}
        value={currency}
        onChange={event => setCurrency(event.currentTarget.value)}
      />
      <TextInput
        label="Name"
        description="Its kind and currency when empty"
        maxLength={100}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
      />
    </DialogForm>
  )
}

const KINDS = [
  {
    value: 'partner-funding',
    label: 'Funding account',
    meaning: 'Deposits arrive on it, and cards are loaded from it',
  },
  { value: 'shared', label: 'Shared account', meaning: 'Several cards spend from it' },
] as const
