import type { Amount } from '../money/amount.ts'
import type { Currency } from '../money/currency.ts'
import type { Expiry } from './expiry.ts'
import { maskPan } from './pan.ts'

export const CARD_FORMS = ['virtual', 'physical'] as const

export type CardForm = (typeof CARD_FORMS)[number]

export const CARD_NETWORKS = ['visa', 'mastercard', 'discover', 'unionpay'] as const

export type CardNetwork = (typeof CARD_NETWORKS)[number]

/**
 * `pending`: being made; `awaiting-activation`: made, the holder must activate it; `blocked`: frozen, can be undone;
 * `closing`: closed for new authorizations, open holds still have to clear; `closed` and `failed` are final.
 */
export type CardStatus =
  | 'pending'
  | 'awaiting-activation'
  | 'active'
  | 'blocked'
  | 'lost'
  | 'closing'
  | 'closed'
  | 'failed'

export const CARD_STATUSES: readonly CardStatus[] = [
  'pending',
  'awaiting-activation',
  'active',
  'blocked',
  'lost',
  'closing',
  'closed',
  'failed',
]

/** A card without its secrets: the full PAN lives encrypted in the vault's care, the CVV2 nowhere. */
export type Card = {
  readonly partnerId: bigint
  readonly cardId: bigint
  /** null for a card that was printed without a name and is not bound to a holder yet */
  readonly cardholderId: bigint | null
  readonly programId: bigint
  /** the ledger account that the card spends from */
  readonly accountId: bigint
  /** random, 12 digits: how the partner names the card without knowing its PAN */
  readonly token: string
  /** the partner's own number for the card, unique per partner */
  readonly uniqueNo: string
  readonly form: CardForm
  readonly network: CardNetwork
  /** spends from a shared account instead of a balance of its own */
  readonly shared: boolean
  readonly bin: string
  readonly lastFour: string
  readonly expiry: Expiry
  readonly status: CardStatus
  readonly remark: string | null
  readonly createdAt: Temporal.Instant
  readonly activatedAt: Temporal.Instant | null
}

/** Product terms under which cards are issued: BIN, network, forms on offer, currency and the ceilings of card limits. */
export type CardProgram = {
  readonly programId: bigint
  readonly name: string
  readonly bin: string
  readonly network: CardNetwork
  readonly forms: readonly CardForm[]
  readonly currency: Currency
  /** only test BINs are issued in sandbox mode, never in live mode */
  readonly test: boolean
  readonly validityMonths: number
  readonly ceilings: LimitCeilings
  readonly terms: ProgramTerms
  readonly createdAt: Temporal.Instant
}

/** What an operator may set of a program; rates and fees in basis points. */
export type ProgramTerms = {
  /** added to the exchange rate */
  readonly fxMarkupBps: number
  /** fee on clearings in another currency than the card's, of the billing amount */
  readonly foreignFeeBps: number
  /** how far above its hold a clearing may post without being forced, of the hold */
  readonly clearingToleranceBps: number
  /** how long a hold lives */
  readonly holdDays: number
  /** the same for lodging and car rental */
  readonly longHoldDays: number
}

export const DEFAULT_PROGRAM_TERMS: ProgramTerms = {
  fxMarkupBps: 0,
  foreignFeeBps: 0,
  clearingToleranceBps: 2_000,
  holdDays: 7,
  longHoldDays: 30,
}

/** The least and the most that each may be. */
export const PROGRAM_TERM_BOUNDS: Readonly<Record<keyof ProgramTerms, readonly [number, number]>> = {
  fxMarkupBps: [0, 10_000],
  foreignFeeBps: [0, 10_000],
  clearingToleranceBps: [0, 10_000],
  holdDays: [1, 366],
  longHoldDays: [1, 366],
}

export type LimitCeilings = {
  readonly dailyCount: number
  readonly singleAmount: Amount
  readonly dailyAmount: Amount
  readonly monthlyAmount: Amount
}

/** First six and last four digits of the PAN, the only form in which it leaves the vault without a reveal permission. */
export function maskedPanOf(card: Pick<Card, 'bin' | 'lastFour'>): string {
  return maskPan(`${card.bin.slice(0, 6)}${'0'.repeat(PAN_LENGTH - 10)}${card.lastFour}`)
}

export const PAN_LENGTH = 16
