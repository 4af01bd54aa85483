/** What management fees would be asked for by an instant, if cards stayed as they are and nothing were waived. */
import { type Cycle, nextCycleStart } from '@openissuer/core/fee/cycle.ts'
import type { FeePlan } from '@openissuer/core/fee/fee-plan.ts'
import type { Amount } from '@openissuer/core/money/amount.ts'
import type { DueBounds, DueForecast, DueSoon } from '../due-ports.ts'
import type { ManagementFeeRun, Reader } from '../ports.ts'
import { nextRun } from './management-fees.ts'

export async function forecastManagementFees(read: Reader, bounds: DueBounds): Promise<readonly DueForecast[]> {
  const asked: Asked[] = []
  const unpaid: DueSoon[] = []
  let isComplete = true
  for (const partnerId of await read.partnerIds()) {
    for (const { programId, assignedAt } of await read.plannedPrograms(partnerId)) {
      const plan = await read.feePlanOf(partnerId, programId)
      if (plan === undefined || plan.terms.management.cycle === 'none') continue
      const run = nextRun(await read.managementFeeRun(partnerId, programId), plan.terms.management.cycle, assignedAt)
      asked.push(...(await askedOfProgram(read, { partnerId, programId, plan, run }, bounds)))
    }
    const again = await read.unpaidManagementFees(partnerId, bounds.until, bounds.counted)
    isComplete &&= again.length < bounds.counted
    unpaid.push(
      ...again.map(({ cardId, retryAt: at }) => ({
        at,
        partnerId,
        subject: String(cardId),
        cardToken: null,
        amount: null,
      })),
    )
  }
  return [forecastOfCycles(asked, bounds), forecastOfUnpaid(unpaid, isComplete, bounds)]
}

type Program = {
  readonly partnerId: bigint
  readonly programId: bigint
  readonly plan: FeePlan
  readonly run: ManagementFeeRun
}

/** One cycle of one program: how many cards are asked for the fee at its start, and the first of them. */
type Asked = {
  readonly at: Temporal.Instant
  readonly cards: number
  readonly fee: Amount
  readonly first: readonly DueSoon[]
}

async function askedOfProgram(
  read: Reader,
  { partnerId, programId, plan, run }: Program,
  { until, counted, shown }: DueBounds,
): Promise<readonly Asked[]> {
  const { cycle, minor } = plan.terms.management
  const fee = { minor, currency: plan.currency }
  const starts = cycle === 'none' ? [] : cycleStarts(run.cycleStart, cycle, until)
  const asked: Asked[] = []
  for (const [index, at] of starts.entries()) {
    // cards that are made before a later cycle are not known yet, so those of the second count for all after it
    const known = index < 2 ? undefined : asked.at(-1)?.cards
    const lastCardId = index === 0 ? run.lastCardId : 0n
    const cardIds =
      known === undefined
        ? await read.cardsToManage(partnerId, programId, { cycleStart: at, lastCardId, finished: false }, counted)
        : []
    const first = cardIds
      .slice(0, shown)
      .map(cardId => ({ at, partnerId, subject: String(cardId), cardToken: null, amount: fee }))
    asked.push({ at, cards: known ?? cardIds.length, fee, first })
  }
  return asked.filter(({ cards }) => cards > 0)
}

function cycleStarts(first: Temporal.Instant, cycle: Cycle, until: Temporal.Instant): readonly Temporal.Instant[] {
  const starts: Temporal.Instant[] = []
  for (let at = first; Temporal.Instant.compare(at, until) <= 0; at = nextCycleStart(at, cycle)) starts.push(at)
  return starts
}

function forecastOfCycles(asked: readonly Asked[], { shown }: DueBounds): DueForecast {
  const sums = new Map<Amount['currency'], bigint>()
  for (const { cards, fee } of asked) {
    sums.set(fee.currency, (sums.get(fee.currency) ?? 0n) + BigInt(cards) * fee.minor)
  }
  const inOrder = asked.toSorted((a, b) => Temporal.Instant.compare(a.at, b.at))
  return {
    kind: 'management-fee',
    count: asked.reduce((count, { cards }) => count + cards, 0),
    precision: 'estimate',
    earliestAt: inOrder[0]?.at ?? null,
    amounts: [...sums].map(([currency, minor]) => ({ minor, currency })),
    first: inOrder.flatMap(({ first }) => first).slice(0, shown),
  }
}

function forecastOfUnpaid(unpaid: readonly DueSoon[], isComplete: boolean, { shown }: DueBounds): DueForecast {
  const inOrder = unpaid.toSorted((a, b) => Temporal.Instant.compare(a.at, b.at))
  return {
    kind: 'unpaid-management-fee',
    count: unpaid.length,
    precision: isComplete ? 'exact' : 'at-least',
    earliestAt: inOrder[0]?.at ?? null,
    amounts: [],
    first: inOrder.slice(0, shown),
  }
}
