/** What a clearing or a refund comes to in the account's currency. */
import type { EventKind } from '@openissuer/core/authorization/event.ts'
import { refundableOf } from '@openissuer/core/authorization/lifecycle.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { type Amount, subtract } from '@openissuer/core/money/amount.ts'
import { type Exchanged, exchangeAt, exchangedByNetwork, rateOfAmounts } from '../exchange.ts'
import type { Work } from '../ports.ts'
import { inBilling, type Locked } from './message.ts'

export type Posting = {
  readonly partnerId: bigint
  readonly transactionAmount: Amount
  /** null when the network has not converted it */
  readonly billingAmount: Amount | null
}

/**
 * Converts a posting: as the network has, else at the rate of its day with the program's mark-up, else at the rate of its
 * authorization.
 *
 * @throws DomainError `unknown-currency` when the network has converted to another currency than the account's,
 *   `no-exchange-rate` when nothing says how to convert, `invalid-amount`
 */
export async function convertPosting(work: Work, posting: Posting, locked: Locked): Promise<Exchanged> {
  const { transactionAmount, billingAmount, partnerId } = posting
  const { currency } = locked.account
  if (billingAmount !== null) return exchangedByNetwork(transactionAmount, billingAmount, currency)
  if (transactionAmount.currency === currency) return { billingAmount: transactionAmount, conversionRate: null }
  const line = await work.tx.exchangeRateAt(transactionAmount.currency, currency, work.clock.now())
  if (line === undefined) {
    return {
      billingAmount: inBilling(transactionAmount, locked),
      conversionRate: rateOfAuthorization(transactionAmount, locked),
    }
  }
  const card = await work.tx.card(partnerId, locked.place.cardId)
  const program = card && (await work.tx.program(card.programId))
  if (program === undefined) throw new DomainError('card-not-found')
  return exchangeAt(transactionAmount, line, program.terms.fxMarkupBps, currency)
}

/** The rate that a message amount is converted at by its authorization; null in the account's currency. */
export function rateOfAuthorization(value: Amount, { account, life }: Locked): string | null {
  return value.currency === account.currency ? null : (life?.authorization.conversionRate ?? null)
}

const HOLD_KINDS: readonly EventKind[] = ['increment', 'reversal', 'clearing']

/**
 * Whether a reversal in the merchant's currency names all that is left of its authorization there. Then all of the hold
 * goes: rounded increments, a partial approval and clearings at another day's rate leave another amount of it than the
 * ratio of the authorization says.
 */
export function isAllThatIsLeft({ currency, minor }: Amount, { account, life, events }: Locked): boolean {
  const asked = life?.authorization.transactionAmount
  if (currency === account.currency || asked?.currency !== currency) return false
  const moved = events.filter(({ kind, effect }) => HOLD_KINDS.includes(kind) && effect?.declineReason === null)
  if (moved.some(event => event.transactionAmount.currency !== currency)) return false
  const left = moved.reduce(
    (sum, { kind, transactionAmount }) =>
      kind === 'increment' ? sum + transactionAmount.minor : sum - transactionAmount.minor,
    asked.minor,
  )
  return minor === left
}

/**
 * Converts a refund. One of no more than was cleared in the merchant's currency gives back no more than was cleared in
 * the card's, however the rate has risen since; what the network has converted is left as it is.
 *
 * @throws DomainError as `convertPosting`
 */
export async function convertRefund(work: Work, posting: Posting, locked: Locked): Promise<Exchanged> {
  const { transactionAmount } = posting
  const exchanged = await convertPosting(work, posting, locked)
  const authorization = locked.life?.authorization
  if (posting.billingAmount !== null || exchanged.conversionRate === null || authorization === undefined) {
    return exchanged
  }
  const left = subtract(refundableOf(authorization), authorization.refunded)
  const fits = exchanged.billingAmount.minor <= left.minor
  if (fits || left.minor <= 0n || transactionAmount.minor > refundableMinor(transactionAmount, locked)) return exchanged
  return { billingAmount: left, conversionRate: rateOfAmounts(transactionAmount, left) }
}

/** What can be refunded in the merchant's currency; refunds that were reversed in full do not count. */
function refundableMinor({ currency }: Amount, { life, events }: Locked): bigint {
  const { purpose, transactionAmount } = life?.authorization ?? {}
  const credited = purpose === 'refund' && transactionAmount?.currency === currency ? transactionAmount.minor : 0n
  const inCurrency = events.filter(event => event.transactionAmount.currency === currency)
  return inCurrency.reduce((sum, { kind, eventId, transactionAmount: { minor }, billingAmount }) => {
    if (kind === 'clearing') return sum + minor
    if (kind !== 'refund') return sum
    const reversed = events
      .filter(event => event.kind === 'refund-reversal' && event.originalEventId === eventId)
      .reduce((total, event) => total + event.billingAmount.minor, 0n)
    return reversed === billingAmount.minor ? sum : sum - minor
  }, credited)
}
