import { Burger } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Link, useRouterState } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'
import { rememberPartner, useCurrentPartnerId } from '../lib/partner.ts'
import { Mark } from './mark.tsx'
import { NAVIGATION } from './navigation.ts'
import { PartnerSwitcher } from './partner-switcher.tsx'
import { Preferences } from './preferences.tsx'
import classes from './shell.module.css'
import { UserMenu } from './user-menu.tsx'

/** The bar above, the menu on the left, and the page. On narrow screens the menu opens over the page. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const [opened, { toggle, close }] = useDisclosure(false)
  const path = useRouterState({ select: state => state.location.pathname })
  const partnerId = useCurrentPartnerId()
  const main = useRef<HTMLElement>(null)
  const shownPath = useRef(path)
  useEffect(() => {
    if (partnerId !== undefined) rememberPartner(partnerId)
  }, [partnerId])
  useEffect(() => {
    if (shownPath.current === path) return
    shownPath.current = path
    close()
    // whoever reads with a keyboard or by ear goes on with the new page
    main.current?.focus()
  }, [path, close])
  return (
    <div className={classes.shell} data-menu={opened ? 'open' : undefined}>
      <a className="skip-link" href="#page">
        Skip to the page
      </a>
      <header className={classes.bar}>
        <div className={classes.burger}>
          <Burger
            opened={opened}
            onClick={toggle}
            size="sm"
            aria-label={opened ? 'Close the menu' : 'Open the menu'}
            aria-expanded={opened}
            aria-controls="menu"
          />
        </div>
        <Link to="/" className={classes.home} aria-label="OpenIssuer, home">
          <Mark />
        </Link>
        <div className={classes.partner}>
          <PartnerSwitcher />
        </div>
        <div className={classes.tools}>
          <Preferences />
          <UserMenu />
        </div>
      </header>
      <nav aria-label="Main" id="menu" className={classes.menu}>
        <div className={classes.menuItems}>
          <Menu partnerId={partnerId} />
        </div>
      </nav>
      <main ref={main} id="page" tabIndex={-1} className={classes.main}>
        {children}
      </main>
    </div>
  )
}

/** Without a partner there is no way to what belongs to one. */
function Menu({ partnerId }: { readonly partnerId: string | undefined }) {
  const groups = NAVIGATION.map(group => ({
    ...group,
    destinations: group.destinations.filter(({ to }) => partnerId !== undefined || !to.includes('$partnerId')),
  }))
  return groups
    .filter(({ destinations }) => destinations.length > 0)
    .map(({ label: heading, destinations }) => (
      <div key={heading} className={classes.group}>
        <p className={classes.groupLabel}>{heading}</p>
        {destinations.map(({ label, to, icon: Icon }) => (
          <Link
            key={to}
            to={to as never}
            params={{ partnerId } as never}
            activeOptions={{ exact: to === '/', includeSearch: false }}
            className={classes.link}
            activeProps={{ className: `${classes.link} ${classes.active}` }}
          >
            <Icon size={16} aria-hidden />
            {label}
          </Link>
        ))}
      </div>
    ))
}
