import { Link } from '@tanstack/react-router'
import { usePartnerId } from '../../lib/partner.ts'
import classes from './limits.module.css'

const TABS = [
  { label: 'Card limits', to: '/p/$partnerId/limits', exact: true },
  { label: 'Spend limits', to: '/p/$partnerId/limits/spend', exact: false },
  { label: 'Merchant controls', to: '/p/$partnerId/limits/controls', exact: false },
]

/** The three ways in which purchases are held back. */
export function LimitsTabs() {
  const partnerId = usePartnerId()
  return (
    <nav aria-label="Limits" className={classes.tabs}>
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
