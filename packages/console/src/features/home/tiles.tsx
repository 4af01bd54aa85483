import { formatDuration, formatInstant, formatRelative } from '../../lib/time.ts'
import { useZone } from '../../lib/zone.tsx'
import classes from './home.module.css'
import type { Figures } from './live-figures.ts'
import { countText, rateText } from './numbers.ts'
import { Tile } from './tile.tsx'

export function Tiles({ figures: { tick } }: { readonly figures: Figures }) {
  const { last10Seconds, lastMinute } = tick.decisions
  return (
    <dl className={classes.tiles}>
      <Tile
        label="Authorizations/s"
        value={rateText(last10Seconds.perSecond)}
        note={`${rateText(lastMinute.perSecond)} in the last minute`}
      />
      <Tile
        label="Approved"
        value={lastMinute.approvalRate === null ? '–' : `${(100 * lastMinute.approvalRate).toFixed(1)} %`}
        note={
          lastMinute.decided === 0 ? 'nothing in the last minute' : `of ${countText(lastMinute.decided)} in a minute`
        }
      />
      <Tile
        label="The network waits"
        value={lastMinute.p99Ms === null ? '–' : formatDuration(lastMinute.p99Ms)}
        note={
          lastMinute.p50Ms === null ? '99 of 100 are faster' : `99 of 100 · half in ${formatDuration(lastMinute.p50Ms)}`
        }
      />
      <WebhookTile tick={tick} />
      <LedgerTile tick={tick} />
      <DatabaseTile tick={tick} />
      <ClockTile tick={tick} />
    </dl>
  )
}

type TickProps = { readonly tick: Figures['tick'] }

function WebhookTile({ tick: { webhooks, at } }: TickProps) {
  if (webhooks === null) return <Tile label="Webhooks waiting" value="–" note="could not be counted" tone="warn" />
  const { pending, retrying, failed, oldestPendingAt, endpoints } = webhooks
  const notes = [
    ...(retrying > 0 ? [`${countText(retrying)} tried before`] : []),
    ...(oldestPendingAt === null ? [] : [`oldest ${formatRelative(oldestPendingAt, Date.parse(at))}`]),
    ...(failed > 0 ? [`${countText(failed)} given up`] : []),
  ]
  const quiet =
    endpoints === 0 ? 'no endpoints' : `${countText(endpoints)} ${endpoints === 1 ? 'endpoint' : 'endpoints'}`
  const tone = retrying > 0 || failed > 0 ? 'warn' : undefined
  return (
    <Tile
      label="Webhooks waiting"
      value={countText(pending)}
      note={notes.length === 0 ? quiet : notes.join(' · ')}
      {...(tone === undefined ? {} : { tone })}
    />
  )
}

function LedgerTile({ tick: { ledger, clock } }: TickProps) {
  const { inOrder, verifiedAt, firstDifference } = ledger
  if (inOrder === null || verifiedAt === null) {
    return <Tile label="Ledger" value="Not proved" note="first within five minutes" />
  }
  const when = `proved ${formatRelative(verifiedAt, Date.parse(clock.now))}`
  if (inOrder) return <Tile label="Ledger" value="In order" note={when} tone="good" />
  return <Tile label="Ledger" value="Differences" note={firstDifference ?? when} tone="bad" />
}

function DatabaseTile({ tick: { database } }: TickProps) {
  const { reachable, roundTripMs, pools } = database
  if (!reachable || roundTripMs === null) {
    return <Tile label="Database" value="No answer" note="decisions are declined" tone="bad" />
  }
  const waiting = pools.reduce((sum, pool) => sum + pool.waiting, 0)
  const open = pools.reduce((sum, pool) => sum + pool.open - pool.idle, 0)
  const max = pools.reduce((sum, pool) => sum + pool.max, 0)
  return (
    <Tile
      label="Database"
      value={formatDuration(roundTripMs)}
      note={`${open} of ${max} connections busy${waiting > 0 ? `, ${waiting} calls wait` : ''}`}
      tone={waiting > 0 ? 'warn' : 'good'}
    />
  )
}

const CLOCK_STATES = { real: 'Real time', shifted: 'Shifted', frozen: 'Frozen' } as const

function ClockTile({ tick: { clock } }: TickProps) {
  const { zone } = useZone()
  return (
    <Tile
      label="Clock"
      value={CLOCK_STATES[clock.state]}
      note={formatInstant(clock.now, zone)}
      {...(clock.state === 'frozen' ? { tone: 'warn' as const } : {})}
    />
  )
}
