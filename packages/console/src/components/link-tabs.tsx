import { Link } from '@tanstack/react-router'
import { usePartnerId } from '../lib/partner.ts'
import classes from './link-tabs.module.css'

/** `exact`: it is the current one on its own address only, and not on those below it. */
export type LinkTab = { readonly label: string; readonly to: string; readonly exact: boolean }

/** Several views of one thing of a partner, each with an address of its own. */
export function LinkTabs({ label: of, tabs }: { readonly label: string; readonly tabs: readonly LinkTab[] }) {
  const partnerId = usePartnerId()
  return (
    <nav aria-label={of} className={classes.tabs}>
      {tabs.map(({ label, to, exact }) => (
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
