import classes from './status-badge.module.css'

export type Tone = 'good' | 'bad' | 'warn' | 'calm' | 'plain'

/** Every state that the console shows, by how it should strike the eye. What is not here is told plainly. */
const TONES: Readonly<Record<string, Tone>> = {
  active: 'good',
  approved: 'good',
  passed: 'good',
  delivered: 'good',
  completed: 'good',
  open: 'calm',
  pending: 'calm',
  'awaiting-activation': 'calm',
  'documents-needed': 'calm',
  'awaiting-confirmation': 'warn',
  'in-review': 'warn',
  submitted: 'warn',
  blocked: 'warn',
  paused: 'warn',
  closing: 'warn',
  frozen: 'warn',
  declined: 'bad',
  failed: 'bad',
  rejected: 'bad',
  lost: 'bad',
  disabled: 'bad',
  revoked: 'bad',
}

export type StatusBadgeProps = { readonly status: string; readonly tone?: Tone; readonly label?: string }

/** A state as a word with a dot before it: colour alone tells nobody anything. */
export function StatusBadge({ status, tone = TONES[status] ?? 'plain', label }: StatusBadgeProps) {
  return (
    <span className={`${classes.badge} ${classes[tone]}`}>
      <span className={classes.dot} aria-hidden />
      {label ?? wordsOf(status)}
    </span>
  )
}

/** `awaiting-confirmation` as `Awaiting confirmation` */
export function wordsOf(name: string): string {
  const words = name.replaceAll(/[-_]/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
