import type { ReactNode } from 'react'
import classes from './usage-bar.module.css'

export type UsageBarProps = {
  readonly label: string
  /** the part that is used, from 0 to 1 */
  readonly part: number
  /** what is used, and of how much */
  readonly used: ReactNode
  readonly of: ReactNode
  readonly left: ReactNode
}

const NEARLY = 0.8

export type UsageCellProps = Pick<UsageBarProps, 'label' | 'part' | 'used' | 'of'>

/** The same in a cell of a table. */
export function UsageCell({ label, part, used, of }: UsageCellProps) {
  return (
    <div className={classes.cell}>
      <div>
        {used} <span className={classes.soft}>of</span> {of}
      </div>
      <Meter label={label} part={part} />
    </div>
  )
}

/** How much of a limit is used, in words and as a bar. */
export function UsageBar({ label, part, used, of, left }: UsageBarProps) {
  return (
    <div className={classes.usage}>
      <div className={classes.line}>
        <span className={classes.label}>{label}</span>
        <span>
          {used} <span className={classes.soft}>of</span> {of}
        </span>
      </div>
      <Meter label={label} part={part} />
      <div className={classes.left}>
        {left} left{part >= 1 ? ' – nothing more passes' : ''}
      </div>
    </div>
  )
}

function Meter({ label, part }: Pick<UsageBarProps, 'label' | 'part'>) {
  const percent = Math.round(part * 100)
  return (
    // a meter is looked at, not operated
    <div
      role="meter"
      aria-label={`${label}, used`}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={`${percent} %`}
      className={classes.track}
    >
      <div
        className={classes.fill}
        data-level={part >= 1 ? 'full' : part >= NEARLY ? 'nearly' : undefined}
        style={{ width: `${part * 100}%` }}
      />
    </div>
  )
}
