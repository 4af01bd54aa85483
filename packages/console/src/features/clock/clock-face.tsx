import type { ClockReading } from '@openissuer/sdk/operator.ts'
import { useEffect, useState } from 'react'
import { StatusBadge } from '../../components/status-badge.tsx'
import { formatInstant } from '../../lib/time.ts'
import { useZone } from '../../lib/zone.tsx'
import classes from './clock.module.css'
import { distanceOf } from './moves.ts'

const WORDS: Readonly<Record<ClockReading['state'], string>> = {
  real: 'Real time',
  shifted: 'Shifted',
  frozen: 'Frozen',
}

/** @param readAt when the reading was had, by this browser's clock: between two readings it goes on by itself */
export function ClockFace({ reading, readAt }: { readonly reading: ClockReading; readonly readAt: number }) {
  const { zone } = useZone()
  const runs = reading.state !== 'frozen'
  const browserNow = useSecond(runs)
  const shown = new Date(Date.parse(reading.now) + (runs ? Math.max(0, browserNow - readAt) : 0)).toISOString()
  return (
    <div>
      <p className={classes.face}>
        <time dateTime={shown}>{formatInstant(shown, zone)}</time>
        <StatusBadge
          status={reading.state}
          tone={reading.state === 'real' ? 'good' : 'warn'}
          label={WORDS[reading.state]}
        />
      </p>
      <p className={classes.utc}>
        {formatInstant(shown, 'UTC')} UTC
        {reading.state === 'shifted' && `, ${distanceOf(Date.parse(shown) - browserNow)} of real time`}
      </p>
    </div>
  )
}

/** The browser's time, a second at a time. */
function useSecond(runs: boolean): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!runs) return undefined
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [runs])
  return now
}
