/**
 * Management fees: at the start of each calendar month or year every card in use pays, unless enough was spent with it in
 * the cycle before. What cannot be paid is asked for once more at the end of the month; a card that cannot pay then is
 * closed, where its plan says so (operator guide of the KeySecure platform).
 */
import type { Card } from '@openissuer/core/card/card.ts'
import { statusAfter } from '@openissuer/core/card/status-change.ts'
import { type Cycle, cycleBefore, nextCycleStart, retryOf } from '@openissuer/core/fee/cycle.ts'
import type { FeePlan, ManagementFee } from '@openissuer/core/fee/fee-plan.ts'
import { closeCard } from '../close-card.ts'
import type { DueItem, DueWork } from '../due-work.ts'
import { lockParties } from '../lifecycle/parties.ts'
import type { ManagementFeeRun, ManagementFeeState, Ports, Work } from '../ports.ts'
import { announceFees, chargeFees } from './charge-fees.ts'

const CARDS_AT_ONCE = 100

/** Management fees as work that waits on the product's clock. Safe beside other processes that do the same. */
export function managementFees(ports: Ports): DueWork {
  return {
    async run(now) {
      for (const partnerId of await ports.storage.read.partnerIds()) {
        const done = await runOfPartner(ports, partnerId, now)
        if (done.length > 0) return done
      }
      return []
    },
  }
}

type Managed = { readonly programId: bigint; readonly plan: FeePlan; readonly run: ManagementFeeRun }

/** The next page of what is due: a fee that is asked for again comes before a cycle that begins later. */
async function runOfPartner(ports: Ports, partnerId: bigint, now: Temporal.Instant): Promise<readonly DueItem[]> {
  const unpaid = await ports.storage.read.unpaidManagementFees(partnerId, now, CARDS_AT_ONCE)
  const next = (await managedPrograms(ports, partnerId, now))[0]
  const again = unpaid.filter(({ retryAt }) => next === undefined || isBefore(retryAt, next.run.cycleStart))
  if (again.length > 0) {
    for (const fee of again) await inTransaction(ports, work => askAgain(work, partnerId, fee))
    return again.map(({ cardId, retryAt }) => itemOf(cardId, retryAt))
  }
  return next === undefined ? [] : runPage(ports, partnerId, next, now)
}

/** Programs with a cycle that has begun and is not finished, the earliest first. */
async function managedPrograms(ports: Ports, partnerId: bigint, now: Temporal.Instant): Promise<readonly Managed[]> {
  const { read } = ports.storage
  const managed: Managed[] = []
  for (const { programId, assignedAt } of await read.plannedPrograms(partnerId)) {
    const plan = await read.feePlanOf(partnerId, programId)
    if (plan === undefined || plan.terms.management.cycle === 'none') continue
    const stored = await read.managementFeeRun(partnerId, programId)
    const run = nextRun(stored, plan.terms.management.cycle, assignedAt)
    if (!isBefore(now, run.cycleStart)) managed.push({ programId, plan, run })
  }
  return managed.toSorted((a, b) => Temporal.Instant.compare(a.run.cycleStart, b.run.cycleStart))
}

/** The cycle that is under way, or the next one that begins. */
export function nextRun(
  stored: ManagementFeeRun | undefined,
  cycle: Cycle,
  assignedAt: Temporal.Instant,
): ManagementFeeRun {
  if (stored !== undefined && !stored.finished) return stored
  const cycleStart = nextCycleStart(stored?.cycleStart ?? assignedAt, cycle)
  return { cycleStart, lastCardId: 0n, finished: false }
}

/** An empty page ends a cycle, and the next one may have begun. */
async function runPage(
  ports: Ports,
  partnerId: bigint,
  { programId, plan, run }: Managed,
  now: Temporal.Instant,
): Promise<readonly DueItem[]> {
  const cardIds = await ports.storage.read.cardsToManage(partnerId, programId, run, CARDS_AT_ONCE)
  for (const cardId of cardIds) {
    await inTransaction(ports, work => manage(work, partnerId, plan, { cardId, cycleStart: run.cycleStart }))
  }
  const lastCardId = cardIds.at(-1) ?? run.lastCardId
  const finished = cardIds.length < CARDS_AT_ONCE
  await inTransaction(ports, ({ tx }) =>
    tx.storeManagementFeeRun(partnerId, programId, { ...run, lastCardId, finished }),
  )
  if (cardIds.length === 0) return runOfPartner(ports, partnerId, now)
  return cardIds.map(cardId => itemOf(cardId, run.cycleStart))
}

type CycleOfCard = { readonly cardId: bigint; readonly cycleStart: Temporal.Instant }

/** Whoever notes the fee first charges it. */
async function manage(work: Work, partnerId: bigint, plan: FeePlan, cycle: CycleOfCard): Promise<void> {
  const card = await work.tx.card(partnerId, cycle.cardId)
  if (card === undefined) throw new Error(`card ${cycle.cardId} vanished`)
  const charged = await lockPayer(work, card)
  const state = await stateOf(work, plan, card, cycle, charged.available)
  const retryAt = state === 'unpaid' ? retryOf(cycle.cycleStart) : null
  if (!(await work.tx.noteManagementFee(partnerId, { ...cycle, state, retryAt }))) return
  if (state === 'paid') await charge(work, plan, card, charged)
}

async function stateOf(
  work: Work,
  plan: FeePlan,
  card: Card,
  { cycleStart }: CycleOfCard,
  available: bigint,
): Promise<ManagementFeeState> {
  const { management } = plan.terms
  if (await isWaived(work, management, card, cycleStart)) return 'waived'
  return available >= management.minor ? 'paid' : 'unpaid'
}

/** Purchases and withdrawals count, by the UTC day on which the card was used. */
async function isWaived(
  work: Work,
  { cycle, waiver, waiverFrom }: ManagementFee,
  { partnerId, cardId }: Card,
  cycleStart: Temporal.Instant,
): Promise<boolean> {
  if (waiver === 'none' || cycle === 'none') return false
  const day = (instant: Temporal.Instant) => instant.toString().slice(0, 10)
  const used = await work.tx.usageOfDays(partnerId, cardId, day(cycleBefore(cycleStart, cycle)), day(cycleStart))
  return (waiver === 'amount' ? used.minor : used.count) >= waiverFrom
}

async function askAgain(work: Work, partnerId: bigint, cycle: CycleOfCard): Promise<void> {
  const card = await work.tx.card(partnerId, cycle.cardId)
  if (card === undefined) throw new Error(`card ${cycle.cardId} vanished`)
  const charged = await lockPayer(work, card)
  const plan = await work.tx.feePlanOf(partnerId, card.programId)
  const pays = plan !== undefined && charged.available >= plan.terms.management.minor
  const settled = { ...cycle, state: pays ? ('paid' as const) : ('given-up' as const) }
  if (!(await work.tx.settleManagementFee(partnerId, settled)) || plan === undefined) return
  if (pays) return charge(work, plan, card, charged)
  if (plan.terms.management.closesUnpaid && statusAfter(card.status, 'close') !== undefined) {
    await closeCard(work, { partnerId, cardId: card.cardId, reason: 'management fee not paid' })
  }
}

type Payer = { readonly available: bigint; readonly feeIncomeId: bigint }

async function lockPayer(work: Work, { partnerId, accountId }: Card): Promise<Payer> {
  const { account, parties } = await lockParties(work, partnerId, accountId, ['fee-income'])
  return { available: account.balance.minor - account.held.minor, feeIncomeId: parties('fee-income') }
}

async function charge(work: Work, plan: FeePlan, card: Card, { feeIncomeId }: Payer): Promise<void> {
  const { partnerId, cardId, accountId } = card
  const eventId = await work.ids.next('authorization')
  const charged = { partnerId, cardId, accountId, feeIncomeId, aboutId: null, eventId }
  const charges = [{ kind: 'management', minor: plan.terms.management.minor, free: null }] as const
  await announceFees(work, await chargeFees(work, plan, charged, charges))
}

function inTransaction<T>(ports: Ports, useCase: (work: Work) => Promise<T>): Promise<T> {
  const { storage, engine: _engine, kyc: _kyc, ...rest } = ports
  return storage.transaction(tx => useCase({ ...rest, tx }))
}

function isBefore(a: Temporal.Instant, b: Temporal.Instant): boolean {
  return Temporal.Instant.compare(a, b) < 0
}

function itemOf(cardId: bigint, at: Temporal.Instant): DueItem {
  return { at, kind: 'management-fee', subject: String(cardId) }
}
