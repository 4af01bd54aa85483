import type { ReactNode } from 'react'
import classes from './home.module.css'

export type TileProps = {
  readonly label: string
  readonly value: ReactNode
  /** below the value: a comparison, a state */
  readonly note?: ReactNode
  readonly tone?: 'good' | 'bad' | 'warn'
}

/** One figure that is read from across the room. */
export function Tile({ label, value, note, tone }: TileProps) {
  return (
    <div className={classes.tile} data-tone={tone}>
      <dt>{label}</dt>
      <dd>
        <span className={classes.value}>{value}</span>
        {note !== undefined && <span className={classes.note}>{note}</span>}
      </dd>
    </div>
  )
}
