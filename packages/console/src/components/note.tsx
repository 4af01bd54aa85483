import { Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import classes from './note.module.css'

export type NoteProps = {
  readonly title?: string
  /** `warn` for what wants to be looked at; `calm` for what is good to know */
  readonly tone?: 'warn' | 'calm'
  readonly children: ReactNode
}

/** A few words that stand out of the page. Failures are told by `ErrorState`. */
export function Note({ title, tone = 'calm', children }: NoteProps) {
  const Icon = tone === 'warn' ? TriangleAlert : Info
  return (
    <div role="note" className={`${classes.note} ${classes[tone]}`}>
      <Icon size={18} aria-hidden className={classes.icon} />
      <div>
        {title !== undefined && <p className={classes.title}>{title}</p>}
        {children}
      </div>
    </div>
  )
}
