import { DomainError } from '@openissuer/core/errors.ts'
import type { Amount } from '@openissuer/core/money/amount.ts'
import type { Work } from './ports.ts'

/**
 * Books money that arrived at the bank for one of the partner's accounts.
 *
 * @throws DomainError `account-not-found`, `unknown-currency`, `invalid-amount`
 */
export async function postDeposit(
  work: Work,
  command: {
    readonly partnerId: bigint
    readonly accountId: bigint
    readonly amount: Amount
    /** where the partner announced it */
    readonly orderNo?: string
    readonly memo: string | null
  },
): Promise<void> {
  assertPositive(command.amount)
  const { partnerId, amount } = command
  const bank = await work.tx.accountOfKind(partnerId, 'bank', amount.currency, null)
  if (bank === undefined) throw new DomainError('unknown-currency', 'currency')
  const locked = await work.tx.lockAccounts(partnerId, [bank.accountId, command.accountId])
  const credited = locked.find(account => account.accountId === command.accountId)
  if (credited === undefined || credited.accountId === bank.accountId) throw new DomainError('account-not-found')
  if (credited.currency !== amount.currency) throw new DomainError('unknown-currency', 'currency')
  await work.tx.post({
    partnerId,
    entryId: await work.ids.next('journal-entry'),
    kind: 'deposit',
    cardId: null,
    orderNo: command.orderNo ?? null,
    memo: command.memo,
    postings: [
      { accountId: bank.accountId, side: 'debit', amount },
      { accountId: credited.accountId, side: 'credit', amount },
    ],
    createdAt: work.clock.now(),
  })
}

/** The largest amount that one command may move: far above any real one, far below what the database can add up. */
export const AMOUNT_MINOR_MAX = 10n ** 15n

/** @throws DomainError `invalid-amount` unless the amount is above zero and at most AMOUNT_MINOR_MAX */
export function assertPositive(amount: Amount): void {
  if (amount.minor <= 0n || amount.minor > AMOUNT_MINOR_MAX) throw new DomainError('invalid-amount', 'amount')
}
