/**
 * Fees of a plan as postings: from the account that the card spends from to the issuer's fee income. A fee for something
 * that has happened is owed like the thing itself, so it may take the account below zero.
 */
import type { CardFee, Charge } from '@openissuer/core/fee/charge.ts'
import type { Allowance, FeePlan } from '@openissuer/core/fee/fee-plan.ts'
import { announce } from '../announce.ts'
import type { Work } from '../ports.ts'

/** What fees are charged on, with both accounts locked. */
export type Charged = {
  readonly partnerId: bigint
  readonly cardId: bigint
  readonly accountId: bigint
  readonly feeIncomeId: bigint
  readonly aboutId: bigint | null
  /** what is charged for: the same kind of fee is charged for it once */
  readonly eventId: bigint
}

/** Charges what is not free, and notes what is. */
export async function chargeFees(
  work: Work,
  plan: FeePlan,
  charged: Charged,
  charges: readonly Charge[],
): Promise<readonly CardFee[]> {
  const fees: CardFee[] = []
  for (const charge of charges) {
    const minor = (await isFree(work, charged, charge)) ? 0n : charge.minor
    const feeId = await work.ids.next('authorization')
    const { partnerId, cardId, accountId, aboutId, eventId } = charged
    const fee: CardFee = {
      partnerId,
      feeId,
      cardId,
      accountId,
      kind: charge.kind,
      aboutId,
      eventId,
      amount: { minor, currency: plan.currency },
      entryId: minor === 0n ? null : await post(work, plan, charged, minor),
      createdAt: work.clock.now(),
    }
    await work.tx.insertCardFee(fee)
    fees.push(fee)
  }
  return fees
}

/** Has the partner hear of fees that it hears of nowhere else; free ones are not told. */
export async function announceFees(work: Work, fees: readonly CardFee[]): Promise<void> {
  for (const { partnerId, cardId, feeId, amount } of fees) {
    if (amount.minor !== 0n) await announce(work, { partnerId, cardId, fact: { kind: 'card-fee', feeId } })
  }
}

async function post(work: Work, { currency, name }: FeePlan, charged: Charged, minor: bigint): Promise<bigint> {
  const [payer, payee] =
    minor > 0n ? [charged.accountId, charged.feeIncomeId] : [charged.feeIncomeId, charged.accountId]
  const amount = { minor: minor > 0n ? minor : -minor, currency }
  const entryId = await work.ids.next('journal-entry')
  await work.tx.post(
    {
      partnerId: charged.partnerId,
      entryId,
      kind: 'card-fee',
      cardId: charged.cardId,
      orderNo: null,
      memo: name,
      postings: [
        { accountId: payer, side: 'debit', amount },
        { accountId: payee, side: 'credit', amount },
      ],
      createdAt: work.clock.now(),
    },
    true,
  )
  return entryId
}

/** Free ones are counted with the others, so the first so many of a period cost nothing. */
async function isFree(work: Work, { partnerId, cardId }: Charged, { kind, free }: Charge): Promise<boolean> {
  if (free === null) return false
  return (await work.tx.feeCount(partnerId, cardId, kind, startOf(free, work.clock.now()))) < free.count
}

/** @returns null for the whole life of the card */
function startOf({ period, days }: Allowance, now: Temporal.Instant): Temporal.Instant | null {
  return period === 'forever' ? null : now.subtract({ hours: 24 * days })
}
