import { LinkTabs } from '../../components/link-tabs.tsx'

const TABS = [
  { label: 'Trial balance', to: '/p/$partnerId/ledger', exact: true },
  { label: 'Accounts', to: '/p/$partnerId/ledger/accounts', exact: false },
  { label: 'Journal', to: '/p/$partnerId/ledger/journal', exact: false },
]

/** The three views of the ledger. */
export function LedgerTabs() {
  return <LinkTabs label="Ledger" tabs={TABS} />
}
