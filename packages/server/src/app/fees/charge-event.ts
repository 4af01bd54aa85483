/** Fees for what the network has told after a decision, charged with it in one SQL transaction. */
import type { AuthorizationEvent, EventKind } from '@openissuer/core/authorization/event.ts'
import { unreachable } from '@openissuer/core/errors.ts'
import { type Chargeable, chargesFor } from '@openissuer/core/fee/charge.ts'
import type { FeePlan } from '@openissuer/core/fee/fee-plan.ts'
import type { Locked } from '../lifecycle/message.ts'
import type { Work } from '../ports.ts'
import { chargeFees } from './charge-fees.ts'

/** What merchants see as a consumption of its own, which has its own fees. */
const ALONE: ReadonlySet<EventKind> = new Set(['refund', 'refund-reversal', 'reversal'])

/** @param locked as it was before the event; the partner's fee income is locked too */
export async function chargeEvent(work: Work, plan: FeePlan, locked: Locked, event: AuthorizationEvent): Promise<void> {
  const happened = chargeableOf(event, locked)
  if (happened === undefined || plan.currency !== locked.account.currency) return
  const { partnerId, cardId, accountId, eventId, authorizationId } = event
  const standsAlone = ALONE.has(event.kind) || authorizationId === null
  const charged = {
    partnerId,
    cardId,
    accountId,
    eventId,
    feeIncomeId: locked.parties('fee-income'),
    aboutId: standsAlone ? eventId : authorizationId,
  }
  await chargeFees(work, plan, charged, chargesFor(happened, plan.terms))
}

/** @returns undefined for what costs nothing in any plan */
function chargeableOf(event: AuthorizationEvent, { life }: Locked): Chargeable | undefined {
  const { minor } = event.billingAmount
  const purpose = life?.authorization.purpose ?? 'purchase'
  const crossBorder = event.transactionAmount.currency !== event.billingAmount.currency
  switch (event.kind) {
    case 'clearing':
      return { kind: 'cleared', purpose, minor, crossBorder }
    case 'clearing-correction':
      return { kind: 'clearing-corrected', purpose, minor, crossBorder: isForeign(life) ?? crossBorder }
    case 'refund':
      return { kind: 'refunded', minor }
    case 'refund-reversal':
      return { kind: 'refunded', minor: -minor }
    case 'reversal':
      return cancellationOf(event, life)
    case 'authorization':
    case 'advice':
    case 'increment':
    case 'expiry':
      return undefined
    default:
      return unreachable(event.kind)
  }
}

/** A correction is told in the card's currency, whatever the purchase was in. */
function isForeign(life: Locked['life']): boolean | undefined {
  if (life === null) return undefined
  const { transactionAmount, billingAmount } = life.authorization
  return transactionAmount.currency !== billingAmount.currency
}

/** Reversals of what the network has not been told of: too late, or declined by the partner. */
const OUR_OWN = /^(?:late|partner-decision):/

/** Nothing is left of a purchase, and nothing of it was cleared. */
function cancellationOf({ effect, matchKey }: AuthorizationEvent, life: Locked['life']): Chargeable | undefined {
  const after = effect?.after ?? null
  if (
    OUR_OWN.test(matchKey) ||
    life === null ||
    after === null ||
    after.status !== 'closed' ||
    after.cleared.minor !== 0n
  )
    return undefined
  return { kind: 'cancelled', minor: after.approved.minor }
}
