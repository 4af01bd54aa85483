import { CopyButton } from './copy-button.tsx'
import classes from './json-view.module.css'

/** A record as it is, indented, to be read and copied. */
export function JsonView({ value, label }: { readonly value: unknown; readonly label: string }) {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2)
  return (
    <div className={classes.frame}>
      <div className={classes.copy}>
        <CopyButton value={text} label={label} />
      </div>
      {/* what scrolls has to be reachable by keyboard */}
      <pre className={classes.text} tabIndex={0} aria-label={label}>
        {text}
      </pre>
    </div>
  )
}
