import { useSyncExternalStore } from 'react'
import { Page } from '../../components/page.tsx'
import { ErrorState, LoadingState } from '../../components/states.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import { Charts } from './charts.tsx'
import { FirstSteps } from './first-steps.tsx'
import classes from './home.module.css'
import type { Figures, LiveFigures } from './live-figures.ts'
import { NewestList } from './newest-list.tsx'
import { Tiles } from './tiles.tsx'
import { type Connection, useLive } from './use-live.ts'

export default function HomePage() {
  const { live, connection } = useLive()
  const figures = useSyncExternalStore(live.subscribe, live.figures)
  return (
    <Page title="Home" aside={<ConnectionBadge connection={connection} />} lead={leadOf(figures)}>
      {figures === undefined ? <NothingYet connection={connection} /> : <Overview figures={figures} live={live} />}
    </Page>
  )
}

/** Decisions are of the process that answers: that is said, as with several servers it is not all. */
function leadOf(figures: Figures | undefined): string {
  if (figures === undefined) return 'How the platform stands, as it happens.'
  const { version, mode, startedAt, database } = figures.overview
  const hours = (Date.parse(figures.tick.at) - Date.parse(startedAt)) / 3_600_000
  const since = hours < 1 ? `${Math.ceil(hours * 60)} min` : `${Math.floor(hours)} h`
  return `OpenIssuer ${version} on PostgreSQL ${database.version}, ${mode} mode, running for ${since}. Rates are those of the server that answers.`
}

function NothingYet({ connection: { error } }: { readonly connection: Connection }) {
  return error === null ? <LoadingState rows={8} /> : <ErrorState error={error} />
}

function Overview({ figures, live }: { readonly figures: Figures; readonly live: LiveFigures }) {
  const isQuiet = figures.tick.decisions.last15Minutes.decided === 0
  return (
    <div className={classes.overview}>
      <Tiles figures={figures} />
      {isQuiet && <FirstSteps mode={figures.overview.mode} />}
      <Charts figures={figures} />
      <NewestList live={live} />
    </div>
  )
}

function ConnectionBadge({ connection: { state } }: { readonly connection: Connection }) {
  return (
    <span role="status">
      {state === 'live' && <StatusBadge status="live" tone="good" label="Live" />}
      {state === 'connecting' && <StatusBadge status="connecting" tone="calm" label="Connecting" />}
      {state === 'lost' && <StatusBadge status="lost" tone="bad" label="Not connected, trying again" />}
    </span>
  )
}
