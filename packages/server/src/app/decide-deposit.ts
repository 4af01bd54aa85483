/** What the operator says about an announced deposit, having looked at the bank. */
import { DomainError } from '@openissuer/core/errors.ts'
import type { DepositOrder, DepositStatus } from '@openissuer/core/ledger/deposit.ts'
import type { Amount } from '@openissuer/core/money/amount.ts'
import { accountOnce } from './open-account.ts'
import type { Work } from './ports.ts'
import { postDeposit } from './post-deposit.ts'

type Named = { readonly partnerId: bigint; readonly depositId: bigint }

/**
 * The money has arrived: credits the account.
 *
 * @param command.amount what is credited, in the account's currency; null for what the partner announced, where that is
 *   in the same currency
 * @throws DomainError `deposit-not-found`, `deposit-closed`, `missing-field` when the amount is not known, `invalid-amount`,
 *   `unknown-currency`
 */
export async function confirmDeposit(
  work: Work,
  command: Named & { readonly amount: Amount | null },
): Promise<DepositOrder> {
  const deposit = await lockOpen(work, command)
  const amount = command.amount ?? deposit.creditAmount
  if (amount === null) throw new DomainError('missing-field', 'amount')
  await accountOnce(work, deposit.partnerId, 'bank', deposit.creditCurrency)
  const { partnerId, accountId, orderNo, memo } = deposit
  await postDeposit(work, { partnerId, accountId, amount, orderNo, memo })
  return store(work, { ...deposit, status: 'completed', creditAmount: amount })
}

/** @throws DomainError `deposit-not-found`, `deposit-closed` */
export async function reviewDeposit(work: Work, command: Named): Promise<DepositOrder> {
  const deposit = await lockOpen(work, command)
  return store(work, { ...deposit, status: 'in-review' })
}

/**
 * The money has not come, or goes back.
 *
 * @throws DomainError `deposit-not-found`, `deposit-closed`
 */
export async function rejectDeposit(work: Work, command: Named & { readonly reason: string }): Promise<DepositOrder> {
  const deposit = await lockOpen(work, command)
  return store(work, { ...deposit, status: 'failed', rejection: command.reason })
}

const CLOSED: readonly DepositStatus[] = ['completed', 'failed']

async function lockOpen(work: Work, { partnerId, depositId }: Named): Promise<DepositOrder> {
  const deposit = await work.tx.lockDepositOrder(partnerId, depositId)
  if (deposit === undefined) throw new DomainError('deposit-not-found')
  if (CLOSED.includes(deposit.status)) throw new DomainError('deposit-closed')
  return deposit
}

async function store(work: Work, deposit: DepositOrder): Promise<DepositOrder> {
  await work.tx.updateDepositOrder(deposit)
  return deposit
}
