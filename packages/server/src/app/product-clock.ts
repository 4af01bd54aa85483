/**
 * The product's clock: real time in live mode; in sandbox it can be frozen, set forward and advanced. It never goes
 * back, as limits and ledgers count on that. Its setting is a row, so that all processes follow the same clock.
 */
import { DomainError, unreachable } from '@openissuer/core/errors.ts'
import type { Clock, ClockSetting, Storage, Transaction } from './ports.ts'

export const REAL_TIME: ClockSetting = { frozenAt: null, offsetMs: 0n, version: 0n }

export type ProductClock = Clock & {
  readonly setting: ClockSetting
  /** Takes over a setting that this or another process has stored; an older one than the present is ignored. */
  apply(setting: ClockSetting): void
}

export function createProductClock(wall: Clock, initial: ClockSetting): ProductClock {
  let setting = initial
  return {
    get setting() {
      return setting
    },
    now: () => timeUnder(setting, wall),
    apply(newer) {
      if (newer.version > setting.version) setting = newer
    },
  }
}

/** The product time under a setting. */
function timeUnder(setting: ClockSetting, wall: Clock): Temporal.Instant {
  return setting.frozenAt ?? wall.now().add({ milliseconds: Number(setting.offsetMs) })
}

export type ClockChange =
  /** stands still from now on */
  | { readonly kind: 'freeze' }
  /** runs on from where it is */
  | { readonly kind: 'resume' }
  /** jumps to an instant that is not before now; frozen stays frozen, running goes on running from there */
  | { readonly kind: 'set'; readonly to: Temporal.Instant }
  | { readonly kind: 'advance'; readonly by: Temporal.Duration }

/** How far one change may move the clock: beyond it every stored date would be in doubt. */
export const YEAR_MAX = 2099

/**
 * Changes the stored clock. Processes follow by applying what is stored, the caller's own after the commit.
 *
 * @throws DomainError `clock-goes-back`, `invalid-field` for a time that no card could live to see
 */
export async function changeClock(
  tx: Transaction,
  wall: Clock,
  change: ClockChange,
): Promise<{ readonly from: Temporal.Instant; readonly to: Temporal.Instant }> {
  const stored = await tx.lockClock()
  const from = timeUnder(stored, wall)
  const setting = { ...changedSetting(stored, from, wall, change), version: stored.version + 1n }
  await tx.storeClock(setting)
  return { from, to: timeUnder(setting, wall) }
}

/** Takes over what is stored, for as long as this process does not know better. */
export async function followClock(clock: ProductClock, storage: Storage): Promise<void> {
  const stored = await storage.read.clockSetting()
  if (stored !== undefined) clock.apply(stored)
}

function changedSetting(
  stored: ClockSetting,
  now: Temporal.Instant,
  wall: Clock,
  change: ClockChange,
): Omit<ClockSetting, 'version'> {
  switch (change.kind) {
    case 'freeze':
      return { frozenAt: now, offsetMs: stored.offsetMs }
    case 'resume':
      return { frozenAt: null, offsetMs: offsetTo(now, wall) }
    case 'set':
      return movedTo(change.to, stored, now, wall)
    case 'advance':
      return movedTo(now.toZonedDateTimeISO('UTC').add(change.by).toInstant(), stored, now, wall)
    default:
      return unreachable(change)
  }
}

function movedTo(to: Temporal.Instant, stored: ClockSetting, now: Temporal.Instant, wall: Clock) {
  if (Temporal.Instant.compare(to, now) < 0) throw new DomainError('clock-goes-back')
  if (to.toZonedDateTimeISO('UTC').year > YEAR_MAX) throw new DomainError('invalid-field', 'to')
  return stored.frozenAt === null
    ? { frozenAt: null, offsetMs: offsetTo(to, wall) }
    : { frozenAt: to, offsetMs: stored.offsetMs }
}

function offsetTo(instant: Temporal.Instant, wall: Clock): bigint {
  return BigInt(instant.epochMilliseconds - wall.now().epochMilliseconds)
}
