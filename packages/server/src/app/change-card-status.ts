import type { Card, CardStatus } from '@openissuer/core/card/card.ts'
import { type CardAction, statusAfter } from '@openissuer/core/card/status-change.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { Account } from '@openissuer/core/ledger/account.ts'
import { announce } from './announce.ts'
import type { Work } from './ports.ts'

export type ChangeCardStatus = {
  readonly partnerId: bigint
  readonly cardId: bigint
  /** closing moves money too and has a use case of its own */
  readonly action: Exclude<CardAction, 'close'>
  readonly reason: string | null
}

/**
 * Changes what a card may be used for. The engine reads a card's status under the lock of its account, so a purchase is
 * decided either before the change or under the new status.
 *
 * @throws DomainError `card-not-found`, `card-status-conflict`
 */
export async function changeCardStatus(work: Work, command: ChangeCardStatus): Promise<Card> {
  const { partnerId, cardId, action, reason } = command
  const known = await work.tx.card(partnerId, cardId)
  if (known === undefined) throw new DomainError('card-not-found')
  const { card } = await lockCardUnderAccounts(work, known, [])
  const status = statusAfter(card.status, action)
  if (status === undefined) throw new DomainError('card-status-conflict')
  return setCardStatus(work, card, status, reason)
}

/** Locks a card after its account and others, all accounts in key order. */
export async function lockCardUnderAccounts(
  work: Work,
  { partnerId, cardId, accountId }: Card,
  others: readonly bigint[],
): Promise<{ card: Card; account: Account; accounts: ReadonlyMap<bigint, Account> }> {
  const locked = await work.tx.lockAccounts(partnerId, [accountId, ...others])
  const accounts = new Map(locked.map(account => [account.accountId, account]))
  const card = await work.tx.lockCard(partnerId, cardId)
  const account = accounts.get(accountId)
  if (card === undefined || account === undefined) throw new Error(`card ${cardId} has lost its account`)
  return { card, account, accounts }
}

/** The one place where a card's status changes: the card is locked, and so is its account. */
export async function setCardStatus(work: Work, card: Card, status: CardStatus, reason: string | null): Promise<Card> {
  const { partnerId, cardId, status: previous } = card
  const at = work.clock.now()
  const activatedAt = status === 'active' ? (card.activatedAt ?? at) : card.activatedAt
  await work.tx.updateCardStatus({ partnerId, cardId, status, activatedAt })
  const changeId = await work.ids.next('card-status-change')
  await work.tx.insertCardStatusChange({ partnerId, changeId, cardId, previous, status, reason, at })
  await announce(work, { partnerId, cardId, fact: { kind: 'card-status', before: previous, after: status, reason } })
  return { ...card, status, activatedAt }
}
