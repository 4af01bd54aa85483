import type { ReactNode } from 'react'
import classes from './facts.module.css'

export type Fact = { readonly term: string; readonly value: ReactNode }

/** Names and values in columns, as many as fit. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className={classes.facts}>
      {facts.map(({ term, value }) => (
        <div key={term} className={classes.fact}>
          <dt>{term}</dt>
          <dd>
            {value === null || value === undefined || value === '' ? <span className={classes.none}>–</span> : value}
          </dd>
        </div>
      ))}
    </dl>
  )
}
