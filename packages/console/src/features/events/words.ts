/** What an event tells, in one sentence. */
import type { Event, HappeningKind } from '@openissuer/sdk/operator.ts'
import { formatMoney } from '../../lib/money.ts'

/** Every kind, in the order of a card's life. */
export const KINDS: readonly HappeningKind[] = [
  'card-application',
  'cardholder-verification',
  'card-status',
  'card-load',
  'authorization',
  'partner-decision',
  'one-time-password',
  'increment',
  'reversal',
  'expiry',
  'clearing',
  'clearing-correction',
  'refund',
  'refund-reversal',
  'card-fee',
]

export function wordsOfEvent({ message, fact }: Pick<Event, 'message' | 'fact'>): string {
  if (message !== null) return wordsOfMessage(message)
  return fact === null ? '' : wordsOfFact(fact)
}

function wordsOfMessage(message: NonNullable<Event['message']>): string {
  const { transactionAmount, billingAmount, decision, declineReason, merchantName } = message
  const sameCurrency = transactionAmount.currency === billingAmount.currency
  const amount = sameCurrency
    ? formatMoney(transactionAmount)
    : `${formatMoney(transactionAmount)} (${formatMoney(billingAmount)})`
  const at = merchantName === null ? '' : ` at ${merchantName}`
  const outcome = decision === 'declined' ? `, declined: ${plain(declineReason ?? 'no reason')}` : ''
  return `${amount}${at}${outcome}`
}

function wordsOfFact(fact: NonNullable<Event['fact']>): string {
  if ('cardholderId' in fact) {
    const why = fact.rejection === null ? '' : `: ${fact.rejection}`
    return `Cardholder ${fact.cardholderId}: ${plain(fact.before)}, then ${plain(fact.after)}${why}`
  }
  if ('before' in fact) {
    const why = fact.reason === null ? '' : `: ${fact.reason}`
    return `${plain(fact.before)}, then ${plain(fact.after)}${why}`
  }
  if ('applicationId' in fact) return `Application ${fact.applicationId}`
  if ('entryId' in fact) return `${formatMoney(fact.amount)} onto the card`
  if ('feeId' in fact) return `Fee ${fact.feeId}`
  return 'authorizationId' in fact ? 'The partner has decided' : ''
}

function plain(name: string): string {
  return name.replaceAll('-', ' ')
}
