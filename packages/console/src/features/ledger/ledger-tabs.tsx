import { Link } from '@tanstack/react-router'
import { usePartnerId } from '../../lib/partner.ts'
import classes from './ledger.module.css'

const TABS = [
  { label: 'Trial balance', to: '/p/$partnerId/ledger', exact: true },
  { label: 'Accounts', to: '/p/$partnerId/ledger/accounts', exact: false },
  { label: 'Journal', to: '/p/$partnerId/ledger/journal', exact: false },
]

/** The three views of the ledger. */
export function LedgerTabs() {
  const partnerId = usePartnerId()
  return (
    <nav aria-label="Ledger" className={classes.tabs}>
      {TABS.map(({ label, to, exact }) => (
        <Link
          key={to}
          to={to as never}
          params={{ partnerId } as never}
          activeOptions={{ exact, includeSearch: false }}
          className={classes.tab}
          activeProps={{ className: `${classes.tab} ${classes.current}` }}
        >
          {label}
        </Link>
      ))}
    </nav>
  )
}
