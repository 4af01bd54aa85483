import type { Check } from '@openissuer/core/authorization/decide.ts'

/** Traces are most of a row: lines as arrays in the order of the fields of `Check`, trailing nulls left out. */
export function compactTrace(trace: readonly Check[]): string {
  return JSON.stringify(
    trace.map(({ check, passed, value, threshold, remaining, window }) => {
      const line: unknown[] = [check, passed ? 1 : 0, value]
      if (threshold === null) return line
      line.push(threshold)
      if (remaining === null) return line
      line.push(remaining)
      if (window !== null) line.push(window.from, window.to, window.zone)
      return line
    }),
  )
}

export type CompactLine = [string, 0 | 1, string, string?, string?, string?, (string | null)?, (string | null)?]

export function expandTrace(lines: readonly CompactLine[]): Check[] {
  return lines.map(([check, passed, value, threshold, remaining, from, to, zone]) => ({
    check,
    passed: passed === 1,
    value,
    threshold: threshold ?? null,
    remaining: remaining ?? null,
    window: from === undefined ? null : { from, to: to ?? null, zone: zone ?? null },
  }))
}
