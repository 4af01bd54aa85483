import type { SpendFilter } from '@openissuer/sdk/operator.ts'
import classes from './limits.module.css'
import { ruleWords } from './terms.ts'

/** Which purchases a rule is about. */
export function Rules({ rules, empty }: { readonly rules: SpendFilter | null; readonly empty: string }) {
  const lines = rules === null ? [] : ruleWords(rules)
  if (lines.length === 0) return <span className={classes.soft}>{empty}</span>
  return (
    <ul className={classes.rules}>
      {lines.map(({ what, values }) => (
        <li key={what}>
          <span className={classes.soft}>{what}</span> {values}
        </li>
      ))}
    </ul>
  )
}
