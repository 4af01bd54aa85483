import type { EntryMode, Merchant, Purpose } from '@openissuer/core/authorization/authorization.ts'
import type { CardData, Exchange } from '@openissuer/core/authorization/decide.ts'
import type { DeclineReason } from '@openissuer/core/authorization/decline-reason.ts'
import { magicReason } from '@openissuer/core/authorization/magic-amount.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { type Amount, zero } from '@openissuer/core/money/amount.ts'
import type { Currency } from '@openissuer/core/money/currency.ts'
import type { EngineAnswer } from './engine/authorization-engine.ts'
import type { AuthorizationMessage } from './engine/batch.ts'
import { exchangeAt, exchangedByNetwork } from './exchange.ts'
import type { CardRoute, Ports } from './ports.ts'
import { assertPositive } from './post-deposit.ts'

export type Authorize = {
  readonly partnerId: bigint
  readonly cardId: bigint
  readonly matchKey: string
  readonly inputHash: Uint8Array
  readonly purpose: Purpose
  /** what the merchant asks for: positive, or zero for a verification and a balance inquiry */
  readonly transactionAmount: Amount
  /** the same in the card's currency as the network has converted it (DE 6); without it the rate table converts */
  readonly billingAmount?: Amount | null
  readonly merchant: Merchant
  readonly entryMode: EntryMode | null
  readonly cardData: CardData
  readonly partialApproval: boolean
  readonly advice: boolean
  readonly forcedReason: DeclineReason | null
}

/**
 * Has the engine decide one authorization. A decline is a normal answer, also for want of an exchange rate.
 *
 * @throws DomainError `card-not-found`, `invalid-amount`, `unknown-currency`
 */
export async function authorize(ports: Ports, command: Authorize): Promise<EngineAnswer> {
  return ports.engine.submit(await messageOf(ports, command))
}

/** What the engine is given: the card resolved, the amount checked. Throws as `authorize` does and changes nothing. */
export async function messageOf(ports: Ports, command: Authorize): Promise<AuthorizationMessage> {
  const { partnerId, transactionAmount, purpose } = command
  const movesNothing = purpose === 'verification' || purpose === 'balance-inquiry'
  if (!movesNothing) assertPositive(transactionAmount)
  else if (transactionAmount.minor !== 0n) throw new DomainError('invalid-amount', 'amount')
  const card = await ports.cards.find(partnerId, command.cardId)
  if (card === undefined) throw new DomainError('card-not-found')
  const billing = movesNothing ? nothingToBill(command, card.currency) : await billingOf(ports, command, card)
  return { ...command, ...forcedOf(ports, command), accountId: card.accountId, ...billing }
}

/** In a sandbox some amounts ask for a decline, unless the message asks for another one itself. */
function forcedOf({ mode }: Ports, { forcedReason, transactionAmount }: Authorize) {
  const byAmount = mode === 'sandbox' && forcedReason === null ? magicReason(transactionAmount.minor) : null
  return byAmount === null ? {} : { forcedReason: byAmount, forcedByAmount: true }
}

type Billing = { readonly billingAmount: Amount; readonly exchange?: Exchange }

/** Nothing is nothing in every currency, so no rate is asked for. */
function nothingToBill({ billingAmount }: Authorize, currency: Currency): Billing {
  const stated = billingAmount ?? zero(currency)
  if (stated.currency !== currency) throw new DomainError('unknown-currency', 'billingAmount')
  if (stated.minor !== 0n) throw new DomainError('invalid-amount', 'billingAmount')
  return { billingAmount: stated }
}

/** As the network has converted it, else at the rate that is valid now with the program's mark-up. */
async function billingOf(
  { rates, clock, storage }: Ports,
  { transactionAmount, billingAmount: stated }: Authorize,
  { programId, currency }: CardRoute,
): Promise<Billing> {
  const from = transactionAmount.currency
  if (stated !== undefined && stated !== null) {
    const { billingAmount, conversionRate: rate } = exchangedByNetwork(transactionAmount, stated, currency)
    return rate === null ? { billingAmount } : { billingAmount, exchange: { from, rate } }
  }
  if (from === currency) return { billingAmount: transactionAmount }
  const line = await rates.at(from, currency, clock.now())
  if (line === undefined) return { billingAmount: zero(currency), exchange: { from, rate: null } }
  const program = await storage.read.program(programId)
  if (program === undefined) throw new Error(`program ${programId} vanished`)
  const { fxMarkupBps } = program.terms
  const { billingAmount, conversionRate: rate } = exchangeAt(transactionAmount, line, fxMarkupBps, currency)
  return { billingAmount, exchange: { from, rate } }
}
