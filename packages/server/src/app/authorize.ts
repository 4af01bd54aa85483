import type { Authorization, Merchant } from '@openissuer/core/authorization/authorization.ts'
import { decide } from '@openissuer/core/authorization/decide.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { type Amount, subtract, zero } from '@openissuer/core/money/amount.ts'
import type { Work } from './ports.ts'
import { assertPositive } from './post-deposit.ts'

export type Authorize = {
  readonly partnerId: bigint
  readonly cardId: bigint
  /** what the merchant asks for, positive */
  readonly transactionAmount: Amount
  readonly merchant: Merchant
}

/**
 * Decides one authorization and, when approved, places its hold: one SQL transaction, account locked before card.
 *
 * @returns the recorded authorization; a decline is a normal result
 * @throws DomainError `card-not-found`, `invalid-amount`, `no-exchange-rate`
 */
export async function authorize(work: Work, command: Authorize): Promise<Authorization> {
  assertPositive(command.transactionAmount)
  const { partnerId, cardId, transactionAmount } = command
  const accountId = (await work.tx.card(partnerId, cardId))?.accountId
  if (accountId === undefined) throw new DomainError('card-not-found')
  const [account] = await work.tx.lockAccounts(partnerId, [accountId])
  const card = await work.tx.lockCard(partnerId, cardId)
  if (account === undefined || card === undefined) throw new Error(`card ${cardId} has lost its account`)
  const billingAmount = transactionAmount
  if (billingAmount.currency !== account.currency) throw new DomainError('no-exchange-rate', 'currency')

  const now = work.clock.now()
  const usage = await work.tx.usageOf(partnerId, cardId, account.currency, now)
  const limit = (await work.tx.limitOfCard(partnerId, card.token)) ?? null
  const decision = decide(
    { billingAmount },
    {
      cardStatus: card.status,
      cardExpiry: card.expiry,
      limit,
      usage,
      available: subtract(account.balance, account.held),
    },
    now,
  )
  const approved = decision.outcome === 'approved'
  const authorization: Authorization = {
    partnerId,
    authorizationId: await work.ids.next('authorization'),
    card,
    transactionAmount,
    billingAmount,
    merchant: command.merchant,
    approvalCode: approved ? work.random.digits(6) : null,
    declineReason: approved ? null : decision.reason,
    trace: decision.trace,
    held: approved ? decision.hold : zero(account.currency),
    cleared: zero(account.currency),
    fee: zero(account.currency),
    createdAt: now,
  }
  await work.tx.insertAuthorization(authorization, accountId)
  if (approved) {
    await work.tx.hold(partnerId, accountId, decision.hold)
    await work.tx.addUsage(partnerId, cardId, decision.hold, now)
  }
  return authorization
}
