import { Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { Link } from '@tanstack/react-router'
import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import classes from './page.module.css'

export type Crumb = { readonly label: string; readonly to: string; readonly params?: Record<string, string> }

export type PageProps = {
  readonly title: string
  /** beside the title: a state, an id */
  readonly aside?: ReactNode
  /** one sentence on what the page is for */
  readonly lead?: ReactNode
  readonly crumbs?: readonly Crumb[]
  /** buttons of the whole page */
  readonly actions?: ReactNode
  readonly children: ReactNode
}

export function Page({ title, aside, lead, crumbs = [], actions, children }: PageProps) {
  useDocumentTitle(`${title} · OpenIssuer`)
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <div className={classes.heading}>
          {crumbs.length > 0 && <Crumbs crumbs={crumbs} />}
          <div className={classes.title}>
            <Title order={1}>{title}</Title>
            {aside}
          </div>
          {lead !== undefined && <p className={classes.lead}>{lead}</p>}
        </div>
        {actions !== undefined && <div className={classes.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  )
}

function Crumbs({ crumbs }: { readonly crumbs: readonly Crumb[] }) {
  return (
    <nav aria-label="Breadcrumbs" className={classes.crumbs}>
      {crumbs.map(({ label, to, params }) => (
        <span key={to}>
          <Link to={to as never} {...(params === undefined ? {} : { params: params as never })}>
            {label}
          </Link>
          <ChevronRight size={13} aria-hidden />
        </span>
      ))}
    </nav>
  )
}

export type SectionProps = {
  readonly title: string
  readonly lead?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
  /** without room around the content, for tables */
  readonly flush?: boolean
}

/** A framed part of a page with its own heading. */
export function Section({ title, lead, actions, children, flush = false }: SectionProps) {
  return (
    <section className={classes.section} aria-label={title}>
      <div className={classes.sectionHeader}>
        <div>
          <Title order={2}>{title}</Title>
          {lead !== undefined && <p className={classes.lead}>{lead}</p>}
        </div>
        {actions !== undefined && <div className={classes.actions}>{actions}</div>}
      </div>
      <div className={flush ? undefined : classes.body}>{children}</div>
    </section>
  )
}
