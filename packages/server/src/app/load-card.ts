import { isOpen } from '@openissuer/core/card/status-change.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { Account } from '@openissuer/core/ledger/account.ts'
import type { JournalEntry } from '@openissuer/core/ledger/journal-entry.ts'
import type { Amount } from '@openissuer/core/money/amount.ts'
import { announce } from './announce.ts'
import { claimOrderNo } from './claim-order-no.ts'
import type { Work } from './ports.ts'
import { assertPositive } from './post-deposit.ts'

export type LoadCard = {
  readonly partnerId: bigint
  readonly cardToken: string
  readonly payAccountId: bigint
  readonly amount: Amount
  /** unique per partner; null for the first load that comes with the card */
  readonly orderNo: string | null
  readonly memo: string | null
}

export type CardLoad = {
  /** the movement as the funding account sees it */
  readonly partnerSideId: bigint
  /** the same movement as the card sees it, always the next id */
  readonly cardSideId: bigint
}

/**
 * Moves money from a funding account of the partner to a card.
 *
 * @throws DomainError `card-not-found`, `card-has-no-balance`, `card-status-conflict` for a card that is closing or
 *   closed, `account-not-found`, `unknown-currency`, `invalid-amount`, `insufficient-funds`, `duplicate-order`
 */
export async function loadCard(work: Work, command: LoadCard): Promise<CardLoad> {
  if (command.orderNo !== null) await claimOrderNo(work, command.partnerId, command.orderNo)
  const card = await work.tx.cardByToken(command.partnerId, command.cardToken)
  if (card === undefined) throw new DomainError('card-not-found')
  const [funding, target] = await lockBoth(work, command.partnerId, command.payAccountId, card.accountId)
  assertCanPay(funding, command.amount)
  if (target === undefined || target.kind !== 'card') throw new DomainError('card-has-no-balance')
  const status = (await work.tx.lockCard(command.partnerId, card.cardId))?.status
  if (status === undefined || !isOpen(status)) throw new DomainError('card-status-conflict')
  if (command.amount.currency !== target.currency) throw new DomainError('unknown-currency', 'currency')
  const partnerSideId = await work.ids.consecutive('journal-entry', 2)
  const entry: JournalEntry = {
    partnerId: command.partnerId,
    entryId: partnerSideId,
    kind: 'card-load',
    cardId: card.cardId,
    orderNo: command.orderNo,
    memo: command.memo,
    postings: [
      { accountId: funding.accountId, side: 'debit', amount: command.amount },
      { accountId: target.accountId, side: 'credit', amount: command.amount },
    ],
    createdAt: work.clock.now(),
  }
  await work.tx.post(entry)
  await announce(work, {
    partnerId: command.partnerId,
    cardId: card.cardId,
    fact: { kind: 'card-load', entryId: partnerSideId, amount: command.amount },
  })
  return { partnerSideId, cardSideId: partnerSideId + 1n }
}

async function lockBoth(work: Work, partnerId: bigint, fundingId: bigint, cardAccountId: bigint) {
  const accounts = await work.tx.lockAccounts(partnerId, [fundingId, cardAccountId])
  return [fundingId, cardAccountId].map(id => accounts.find(account => account.accountId === id)) as [
    (typeof accounts)[number] | undefined,
    (typeof accounts)[number] | undefined,
  ]
}

/**
 * Whether a locked account may pay for loads and has the money.
 *
 * @throws DomainError `account-not-found`, `unknown-currency`, `invalid-amount`, `insufficient-funds`
 */
export function assertCanPay(account: Account | undefined, amount: Amount): asserts account is Account {
  if (account === undefined || account.kind !== 'partner-funding') {
    throw new DomainError('account-not-found', 'payAccount')
  }
  assertPositive(amount)
  if (amount.currency !== account.currency) throw new DomainError('unknown-currency', 'currency')
  if (amount.minor > account.balance.minor - account.held.minor) throw new DomainError('insufficient-funds')
}
