/**
 * Closing a card for good: no purchase is approved from then on. What is on hold may still clear; as soon as nothing is
 * held, the card's own money goes back to the partner.
 */
import type { Card } from '@openissuer/core/card/card.ts'
import { statusAfter } from '@openissuer/core/card/status-change.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { Account } from '@openissuer/core/ledger/account.ts'
import { lockCardUnderAccounts, setCardStatus } from './change-card-status.ts'
import type { DueItem, DueWork } from './due-work.ts'
import type { CardAtRest, Ports, Work } from './ports.ts'

export type CloseCard = { readonly partnerId: bigint; readonly cardId: bigint; readonly reason: string | null }

/**
 * @returns the card, `closed` when nothing was held for it and `closing` otherwise
 * @throws DomainError `card-not-found`, `card-status-conflict`, `account-not-found` when the partner has no account
 *   that the card's money could go back to
 */
export async function closeCard(work: Work, command: CloseCard): Promise<Card> {
  const known = await work.tx.card(command.partnerId, command.cardId)
  if (known === undefined) throw new DomainError('card-not-found')
  const { card, account, home } = await lockForClosing(work, known)
  const closing = statusAfter(card.status, 'close')
  if (closing === undefined) throw new DomainError('card-status-conflict')
  if (await isHeld(work, card, account)) {
    await work.tx.insertClosingCard(command.partnerId, command.cardId)
    return setCardStatus(work, card, closing, command.reason)
  }
  await returnMoney(work, card, account, home)
  return setCardStatus(work, card, 'closed', command.reason)
}

/**
 * Closes cards whose last hold is gone, and empties closed ones that were refunded since: up to `limit` over all
 * partners, each in a SQL transaction of its own. Safe beside other processes that do the same.
 *
 * @returns what was done; empty when nothing is left
 */
export async function finishClosings(ports: Ports, limit: number): Promise<readonly CardAtRest[]> {
  const { storage, engine: _engine, ...rest } = ports
  const waiting: CardAtRest[] = []
  for (const partnerId of await storage.read.partnersWithClosingCards()) {
    waiting.push(...(await storage.read.closingCardsAtRest(partnerId, limit)))
  }
  const next = waiting.slice(0, limit)
  for (const card of next) await storage.transaction(tx => finishClosing({ ...rest, tx }, card))
  return next
}

/** Looked at again under the lock: a hold cannot have come back, but another process may have done the work. */
async function finishClosing(work: Work, { partnerId, cardId }: CardAtRest): Promise<void> {
  const known = await work.tx.card(partnerId, cardId)
  if (known === undefined) throw new DomainError('card-not-found')
  const { card, account, home } = await lockForClosing(work, known)
  if (await isHeld(work, card, account)) return
  if (!(await work.tx.deleteClosingCard(partnerId, cardId))) return
  await returnMoney(work, card, account, home)
  if (card.status === 'closing') await setCardStatus(work, card, 'closed', null)
}

const CLOSINGS_AT_ONCE = 200

/** Closings as work that is waited for by nobody: a hold may go by a message, by time or by an operator. */
export function closings(ports: Ports): DueWork {
  return {
    async run(now) {
      const finished = await finishClosings(ports, CLOSINGS_AT_ONCE)
      return finished.map(({ cardId }): DueItem => ({ at: now, kind: 'card-closing', subject: String(cardId) }))
    },
  }
}

type LockedForClosing = {
  readonly card: Card
  readonly account: Account
  /** where the money goes; null where the card has none of its own */
  readonly home: bigint | null
}

async function lockForClosing(work: Work, known: Card): Promise<LockedForClosing> {
  const home = await homeOf(work, known)
  const { card, account } = await lockCardUnderAccounts(work, known, home === null ? [] : [home])
  return { card, account, home }
}

/** Money on a shared, cardholder or reserve account is not the card's and stays there. */
async function homeOf(work: Work, { partnerId, accountId }: Card): Promise<bigint | null> {
  const account = await work.tx.account(partnerId, accountId)
  if (account === undefined) throw new DomainError('account-not-found')
  if (account.kind !== 'card') return null
  const funding = await work.tx.accountOfKind(partnerId, 'partner-funding', account.currency, null)
  if (funding === undefined) throw new DomainError('account-not-found', 'payeeAccount')
  return funding.accountId
}

async function isHeld(work: Work, card: Card, account: Account): Promise<boolean> {
  if (account.held.minor === 0n) return false
  return account.kind === 'card' || work.tx.cardHasHold(card.partnerId, card.cardId)
}

async function returnMoney(work: Work, card: Card, account: Account, home: bigint | null): Promise<void> {
  if (home === null || account.balance.minor <= 0n) return
  await work.tx.post({
    partnerId: card.partnerId,
    entryId: await work.ids.consecutive('journal-entry', 2),
    kind: 'card-closure',
    cardId: card.cardId,
    orderNo: null,
    memo: null,
    postings: [
      { accountId: account.accountId, side: 'debit', amount: account.balance },
      { accountId: home, side: 'credit', amount: account.balance },
    ],
    createdAt: work.clock.now(),
  })
}
