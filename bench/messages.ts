/**
 * Network messages for an engine, each a new one with a match key and an amount of its own, and what was answered.
 */
import { createHash } from 'node:crypto'
import { amount } from '@openissuer/core/money/amount.ts'
import type { AuthorizationEngine } from '../packages/server/src/app/engine/authorization-engine.ts'
import { MERCHANT, PARTNER_ID, USD } from './issuer.ts'

export type Subject = { readonly cardId: bigint; readonly accountId: bigint }

/** What was answered to callers and must therefore be in the database: minor units by authorization id. */
export type Approvals = Map<bigint, bigint>

/** One of the cards that spend from an account of their own. */
export function anyCard(cards: number, random: () => number): Subject {
  const cardId = 1n + BigInt(Math.floor(random() * cards))
  return { cardId, accountId: cardId }
}

/**
 * @param origin begins the match keys, so that those of several senders differ
 * @returns sends one message; throws when it is not approved, as every request of the bench can be
 */
export function createSender(
  engine: AuthorizationEngine,
  origin: string,
  approvals: Approvals,
): (subject: Subject) => Promise<void> {
  let messages = 0
  return async subject => {
    const message = ++messages
    const billingAmount = amount(BigInt(100 + (message % 900)), USD)
    const matchKey = `${origin}-${message}`
    const answer = await engine.submit({
      ...subject,
      partnerId: PARTNER_ID,
      matchKey,
      inputHash: createHash('sha256').update(matchKey).digest(),
      purpose: 'purchase',
      transactionAmount: billingAmount,
      billingAmount,
      merchant: MERCHANT,
      entryMode: 'chip',
      cardData: {},
      partialApproval: false,
      advice: false,
      forcedReason: null,
    })
    if (!('authorization' in answer) || answer.authorization.declineReason !== null) {
      throw new Error(`not approved: ${'authorization' in answer ? answer.authorization.declineReason : answer.kind}`)
    }
    approvals.set(answer.authorization.authorizationId, billingAmount.minor)
  }
}
