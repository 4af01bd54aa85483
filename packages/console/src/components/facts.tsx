import type { ReactNode } from 'react'
import classes from './facts.module.css'

export type Fact = { readonly term: string; readonly value: ReactNode }

export type FactsProps = {
  readonly facts: readonly Fact[]
  /** fewer columns, for values that take room */
  readonly wide?: boolean
}

/** Names and values in columns, as many as fit. */
export function Facts({ facts, wide = false }: FactsProps) {
  return (
    <dl className={classes.facts} data-wide={wide || undefined}>
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
