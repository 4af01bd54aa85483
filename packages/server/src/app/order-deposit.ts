import { DomainError } from '@openissuer/core/errors.ts'
import type { DepositOrder, Payer } from '@openissuer/core/ledger/deposit.ts'
import type { Amount } from '@openissuer/core/money/amount.ts'
import type { Currency } from '@openissuer/core/money/currency.ts'
import { claimOrderNo } from './claim-order-no.ts'
import { accountOnce } from './open-account.ts'
import type { Work } from './ports.ts'
import { assertPositive } from './post-deposit.ts'

export type OrderDeposit = {
  readonly partnerId: bigint
  readonly orderNo: string
  readonly payAmount: Amount
  /** null: the partner's first funding account in the currency, opened when there is none */
  readonly accountId: bigint | null
  readonly creditCurrency: Currency
  readonly payer: Payer
  readonly memo: string | null
}

/** Accounts that partners may pay into and move money between. */
export const OWN_ACCOUNT_KINDS: readonly string[] = ['partner-funding', 'shared', 'reserve']

/**
 * Notes that a partner has sent money. Nothing is credited before the operator confirms it.
 *
 * @throws DomainError `duplicate-order`, `invalid-amount`, `account-not-found`, `unknown-currency` when the account is in
 *   another one
 */
export async function orderDeposit(work: Work, command: OrderDeposit): Promise<DepositOrder> {
  const { partnerId, orderNo, payAmount, creditCurrency } = command
  await claimOrderNo(work, partnerId, orderNo)
  assertPositive(payAmount)
  const deposit: DepositOrder = {
    partnerId,
    depositId: await work.ids.next('deposit'),
    orderNo,
    status: 'awaiting-confirmation',
    accountId: await creditedAccount(work, command),
    payAmount,
    creditCurrency,
    creditAmount: payAmount.currency === creditCurrency ? payAmount : null,
    payer: command.payer,
    memo: command.memo,
    rejection: null,
    createdAt: work.clock.now(),
  }
  await work.tx.insertDepositOrder(deposit)
  return deposit
}

async function creditedAccount(work: Work, { partnerId, accountId, creditCurrency }: OrderDeposit): Promise<bigint> {
  if (accountId === null) return accountOnce(work, partnerId, 'partner-funding', creditCurrency)
  const account = await work.tx.account(partnerId, accountId)
  if (account === undefined || !OWN_ACCOUNT_KINDS.includes(account.kind))
    throw new DomainError('account-not-found', 'creditAccount')
  if (account.currency !== creditCurrency) throw new DomainError('unknown-currency', 'creditCurrency')
  return accountId
}
