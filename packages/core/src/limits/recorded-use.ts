/**
 * What messages have changed of spend limits, as it is recorded with each of them: usage can be recomputed from these
 * records, and what follows a purchase finds in them what the purchase has used.
 */
import {
  type CompiledSpendLimit,
  type LifecycleStep,
  type LimitUse,
  matches,
  type Purchase,
  type UsageDelta,
  usageDeltas,
} from './spend-limit.ts'

/** A change of what is used of one window of a limit, as it was applied: negative where something was given back. */
export type RecordedUse = UsageDelta & { readonly limitId: bigint }

/**
 * What the steps of one message change in each limit. A step that uses changes the limits that count the purchase, one
 * that corrects or gives back those that the purchase has used.
 *
 * @param limits of the purchase's card, and those that it has used
 * @param inUse what earlier messages of the same purchase have recorded
 * @param useAt what has been used of the limit's window at the time of the steps; no window is taken below zero
 */
export function recordedUseOf(
  limits: readonly CompiledSpendLimit[],
  purchase: Purchase,
  inUse: readonly RecordedUse[],
  steps: readonly LifecycleStep[],
  useAt: (compiled: CompiledSpendLimit) => LimitUse,
): readonly RecordedUse[] {
  return limits.flatMap(compiled => {
    const { limitId } = compiled.limit
    const before = inUse.filter(use => use.limitId === limitId)
    const changes: RecordedUse[] = []
    for (const step of steps) {
      const sofar = totals([...before, ...changes])
      if (!concerns(compiled, purchase, sofar, step)) continue
      const deltas = usageDeltas(compiled, sofar, step)
      changes.push(...deltas.map(delta => ({ limitId, ...notBelowZero(compiled, delta, useAt(compiled)) })))
    }
    return totals(changes)
  })
}

function concerns(
  compiled: CompiledSpendLimit,
  purchase: Purchase,
  inUse: readonly RecordedUse[],
  { kind }: LifecycleStep,
): boolean {
  const uses = kind === 'authorized' || kind === 'incremented' || kind === 'cleared'
  return uses ? matches(compiled, purchase) : inUse.length > 0
}

/** What is given back to the window of the return may be more than that window has used. */
function notBelowZero({ policy }: CompiledSpendLimit, delta: UsageDelta, { amountMinor }: LimitUse): UsageDelta {
  if (policy.into === 'window-used' || delta.minor >= -amountMinor) return delta
  return { ...delta, minor: -amountMinor }
}

/**
 * Takes again what was given back, in the same windows: what a refund gave back comes into use when it is reversed.
 *
 * @param recorded what the return and earlier undoings of it have changed
 * @param minor how much of the return is undone
 */
export function takenAgain(recorded: readonly RecordedUse[], minor: bigint): readonly RecordedUse[] {
  return [...new Set(recorded.map(use => use.limitId))].flatMap(limitId => {
    let rest = minor
    return totals(recorded.filter(use => use.limitId === limitId)).flatMap(({ windowFromMs, count, minor: change }) => {
      const givenBack = -change
      const taken = givenBack < rest ? givenBack : rest
      rest -= taken
      if (taken <= 0n) return []
      return [{ limitId, windowFromMs, count: taken === givenBack ? 0 - count : 0, minor: taken }]
    })
  })
}

/** One entry for each limit and window of which something is left. */
export function totals(uses: readonly RecordedUse[]): readonly RecordedUse[] {
  const byWindow = new Map<string, RecordedUse>()
  for (const use of uses) {
    const key = `${use.limitId}/${use.windowFromMs}`
    const before = byWindow.get(key)
    const total =
      before === undefined ? use : { ...use, count: before.count + use.count, minor: before.minor + use.minor }
    byWindow.set(key, total)
  }
  return [...byWindow.values()].filter(({ count, minor }) => count !== 0 || minor !== 0n)
}
