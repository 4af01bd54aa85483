import { Tooltip } from '@mantine/core'
import { formatInstant, formatPrecise } from '../lib/time.ts'
import { useZone } from '../lib/zone.tsx'
import classes from './amount.module.css'

export type InstantProps = {
  readonly at: string | null
  /** with milliseconds */
  readonly precise?: boolean
}

/** How every time is shown: in the chosen zone, with UTC for whoever points at it. */
export function InstantText({ at, precise = false }: InstantProps) {
  const { zone } = useZone()
  if (at === null) return <span className={classes.none}>–</span>
  return (
    <Tooltip label={`${formatPrecise(at, 'UTC')} UTC`}>
      <time dateTime={at} className="number">
        {precise ? formatPrecise(at, zone) : formatInstant(at, zone)}
      </time>
    </Tooltip>
  )
}
