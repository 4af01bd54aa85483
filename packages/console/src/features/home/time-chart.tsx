/** Lines over time. The library draws on a canvas, so what a reader cannot see is told in the label. */
import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { formatInstant } from '../../lib/time.ts'
import { useZone } from '../../lib/zone.tsx'
import classes from './time-chart.module.css'

export type Line = {
  readonly label: string
  /** a variable of global.css */
  readonly color: string
  readonly filled?: boolean
  readonly dashed?: boolean
  readonly values: readonly (number | null)[]
}

export type TimeChartProps = {
  /** what is drawn, with its newest values */
  readonly label: string
  readonly times: readonly number[]
  readonly lines: readonly Line[]
  readonly format: (value: number) => string
  /** of the scale; from the values unless said */
  readonly max?: number
  /** the least that the scale reaches to */
  readonly floor?: number
}

const HEIGHT = 176
const WINDOW_SECONDS_MIN = 120
const WINDOW_SECONDS_MAX = 900

export default function TimeChart({ label, times, lines, format, max, floor = 1 }: TimeChartProps) {
  const frame = useRef<HTMLDivElement>(null)
  /** the point that the pointer is at */
  const [pointed, setPointed] = useState<number | null>(null)
  const chart = useRef<UPlot>(undefined)
  const { zone } = useZone()
  const scheme = useComputedColorScheme('light')
  const data = useRef<UPlot.AlignedData>([[]])
  data.current = [times as number[], ...lines.map(({ values }) => values as (number | null)[])]
  const look = lines.map(({ label: name, color, filled, dashed }) => `${name} ${color} ${filled} ${dashed}`).join()

  // the chart is made anew only when it is to look otherwise
  useEffect(() => {
    const element = frame.current
    if (element === null) return undefined
    const options = optionsOf(element, { lines, format, max, floor, zone, point: setPointed })
    const made = new UPlot(options, data.current, element)
    chart.current = made
    const resized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }))
    resized.observe(element)
    return () => {
      resized.disconnect()
      chart.current = undefined
      made.destroy()
    }
  }, [look, zone, scheme, max, floor])

  useEffect(() => {
    chart.current?.setData(data.current)
  }, [times])

  return (
    <>
      <div ref={frame} className={classes.chart} role="img" aria-label={label} />
      <Legend {...{ lines, format }} time={pointed === null ? null : (times[pointed] ?? null)} at={pointed} />
    </>
  )
}

type Look = Required<Pick<TimeChartProps, 'lines' | 'format' | 'floor'>> & {
  readonly max: number | undefined
  readonly zone: string
  readonly point: (index: number | null) => void
}

function optionsOf(element: HTMLElement, { lines, format, max, floor, zone, point }: Look): UPlot.Options {
  const color = (name: string) => resolved(element, name)
  const axis = { stroke: color('--text-soft'), grid: { stroke: color('--line'), width: 1 }, ticks: { show: false } }
  const font = '11px "Inter Variable", system-ui, sans-serif'
  return {
    width: element.clientWidth,
    height: HEIGHT,
    padding: [10, 6, 0, 0],
    tzDate: seconds => UPlot.tzDate(new Date(seconds * 1_000), zone),
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    legend: { show: false },
    hooks: { setCursor: [chart => point(chart.cursor.idx ?? null)] },
    scales: {
      // as wide as the past that there is, and no wider than a quarter of an hour: what is drawn then moves evenly
      x: { time: true, range: (_chart, first, last) => [last - windowOf(first, last), last] },
      y: { range: (_chart, _min, highest) => [0, max ?? Math.max(floor, (highest ?? 0) * 1.1)] },
    },
    axes: [
      {
        ...axis,
        font,
        grid: { show: false },
        size: 26,
        space: 60,
        incrs: [60, 180, 300],
        values: [[60, '{HH}:{mm}', null, null, null, null, null, null, 1]],
      },
      { ...axis, font, size: 46, space: 34, values: (_chart, values) => values.map(format) },
    ],
    series: [
      {},
      ...lines.map(({ label, color: name, filled = false, dashed = false }) => ({
        label,
        stroke: color(name),
        width: 1.75,
        ...(dashed ? { dash: [5, 3] } : {}),
        ...(filled ? { fill: translucent(color(name)) } : {}),
        // what has no neighbour would be a line without length
        points: { show: true, size: 4, filter: alone },
      })),
    ],
  }
}

type LegendProps = Pick<TimeChartProps, 'lines' | 'format'> & {
  readonly at: number | null
  readonly time: number | null
}

/** What the lines are, with their values where the pointer is, else the newest ones. */
function Legend({ lines, format, at, time }: LegendProps) {
  const { zone } = useZone()
  return (
    <div className={classes.legend} aria-hidden>
      {lines.map(({ label, color, dashed = false, values }) => {
        const value = at === null ? values.findLast(each => each !== null) : values[at]
        return (
          <span key={label}>
            <span
              className={classes.marker}
              style={{ borderTop: `3px ${dashed ? 'dashed' : 'solid'} var(${color})` }}
            />
            {label}
            <span className={classes.value}>{value === null || value === undefined ? '–' : format(value)}</span>
          </span>
        )
      })}
      <span className={classes.time}>
        {time === null ? 'now' : formatInstant(new Date(time * 1_000).toISOString(), zone).slice(-8)}
      </span>
    </div>
  )
}

function windowOf(first: number, last: number): number {
  return Math.min(WINDOW_SECONDS_MAX, Math.max(WINDOW_SECONDS_MIN, last - first))
}

function alone(chart: UPlot, index: number): number[] {
  const values = chart.data[index] ?? []
  const isGap = (place: number) => (values[place] ?? null) === null
  return [...values.keys()].filter(place => !isGap(place) && isGap(place - 1) && isGap(place + 1))
}

/** What a canvas understands of a variable whose value depends on the colour scheme. */
function resolved(element: HTMLElement, name: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${name})`
  element.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

function translucent(color: string): string {
  return color.replace(/^rgb\((.*)\)$/, 'rgb($1, 0.14)')
}
