import { lazy, useMemo } from 'react'
import { Section } from '../../components/page.tsx'
import { formatDuration } from '../../lib/time.ts'
import { ChartFrame } from './chart-frame.tsx'
import classes from './home.module.css'
import { type Figures, type Points, pointsOf } from './live-figures.ts'
import { rateText } from './numbers.ts'
import { Reasons } from './reasons.tsx'

const TimeChart = lazy(() => import('./time-chart.tsx'))

/** Of a quarter of an hour as many points as a chart is wide. */
const STEP_SECONDS = 5

export function Charts({ figures: { series, tick } }: { readonly figures: Figures }) {
  const points = useMemo(() => pointsOf(series, STEP_SECONDS), [series])
  return (
    <div className={classes.charts}>
      <Section title="Authorizations a second">
        <ChartFrame>
          <RateChart points={points} />
        </ChartFrame>
      </Section>
      <Section title="Approved">
        <ChartFrame>
          <ApprovalChart points={points} />
        </ChartFrame>
      </Section>
      <Section title="How long the network waits">
        <ChartFrame>
          <LatencyChart points={points} />
        </ChartFrame>
      </Section>
      <Section title="Why it was declined">
        <Reasons counts={tick.decisions.last15Minutes} />
      </Section>
    </div>
  )
}

type ChartProps = { readonly points: Points }

function RateChart({ points: { times, approved, declined } }: ChartProps) {
  const highest = Math.max(0, ...approved.map((each, index) => each + (declined[index] ?? 0)))
  return (
    <TimeChart
      label={`Authorizations a second over 15 minutes: ${rateText(approved.at(-1) ?? 0)} approved and ${rateText(declined.at(-1) ?? 0)} declined now, at most ${rateText(highest)}`}
      times={times}
      lines={[
        { label: 'Approved', color: '--calm', filled: true, values: approved },
        { label: 'Declined', color: '--bad', dashed: true, values: declined },
      ]}
      format={rateText}
    />
  )
}

function ApprovalChart({ points: { times, approvalRate } }: ChartProps) {
  const percent = (value: number) => `${Number(value.toFixed(1))} %`
  const now = approvalRate.findLast(rate => rate !== null)
  return (
    <TimeChart
      label={`Share of approved authorizations over 15 minutes: ${now === undefined || now === null ? 'none decided' : `${percent(now)} last`}`}
      times={times}
      lines={[{ label: 'Approved', color: '--good', filled: true, values: approvalRate }]}
      format={percent}
      max={100}
    />
  )
}

function LatencyChart({ points: { times, p50Ms, p99Ms } }: ChartProps) {
  const now = p99Ms.findLast(ms => ms !== null)
  return (
    <TimeChart
      label={`How long the network waits over 15 minutes: ${now === undefined || now === null ? 'none decided' : `99 of 100 less than ${formatDuration(now)} last`}`}
      times={times}
      lines={[
        { label: '99 of 100', color: '--warn', dashed: true, values: p99Ms },
        { label: 'Half', color: '--calm', filled: true, values: p50Ms },
      ]}
      format={milliseconds}
      floor={5}
    />
  )
}

function milliseconds(value: number): string {
  return value === 0 ? '0 ms' : value < 10 ? `${Number(value.toFixed(1))} ms` : formatDuration(Math.round(value))
}
