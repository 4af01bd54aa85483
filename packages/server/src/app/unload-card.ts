import { isOpen } from '@openissuer/core/card/status-change.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { Amount } from '@openissuer/core/money/amount.ts'
import { lockCardUnderAccounts } from './change-card-status.ts'
import { claimOrderNo } from './claim-order-no.ts'
import type { CardLoad } from './load-card.ts'
import type { Work } from './ports.ts'
import { assertPositive } from './post-deposit.ts'

export type UnloadCard = {
  readonly partnerId: bigint
  readonly cardToken: string
  readonly payeeAccountId: bigint
  readonly amount: Amount
  /** unique per partner */
  readonly orderNo: string
  readonly memo: string | null
}

/**
 * Moves money that a card does not need back to a funding account of the partner. What is on hold stays. The ids of the
 * two sides are given as those of a load are: the funding account's first.
 *
 * @throws DomainError `card-not-found`, `card-has-no-balance`, `card-status-conflict` for a card that is closing or
 *   closed, `account-not-found`, `unknown-currency`, `invalid-amount`, `insufficient-funds`, `duplicate-order`
 */
export async function unloadCard(work: Work, command: UnloadCard): Promise<CardLoad> {
  const { partnerId, payeeAccountId, amount, orderNo, memo } = command
  await claimOrderNo(work, partnerId, orderNo)
  const known = await work.tx.cardByToken(partnerId, command.cardToken)
  if (known === undefined) throw new DomainError('card-not-found')
  const { card, account, accounts } = await lockCardUnderAccounts(work, known, [payeeAccountId])
  const payee = accounts.get(payeeAccountId)
  if (payee?.kind !== 'partner-funding') throw new DomainError('account-not-found', 'payeeAccount')
  if (account.kind !== 'card') throw new DomainError('card-has-no-balance')
  if (!isOpen(card.status)) throw new DomainError('card-status-conflict')
  assertPositive(amount)
  if (amount.currency !== account.currency || amount.currency !== payee.currency) {
    throw new DomainError('unknown-currency', 'currency')
  }
  if (amount.minor > account.balance.minor - account.held.minor) throw new DomainError('insufficient-funds')
  const partnerSideId = await work.ids.consecutive('journal-entry', 2)
  await work.tx.post({
    partnerId,
    entryId: partnerSideId,
    kind: 'card-unload',
    cardId: card.cardId,
    orderNo,
    memo,
    postings: [
      { accountId: account.accountId, side: 'debit', amount },
      { accountId: payeeAccountId, side: 'credit', amount },
    ],
    createdAt: work.clock.now(),
  })
  return { partnerSideId, cardSideId: partnerSideId + 1n }
}
