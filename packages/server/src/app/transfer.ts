import { DomainError } from '@openissuer/core/errors.ts'
import type { Account } from '@openissuer/core/ledger/account.ts'
import type { Amount } from '@openissuer/core/money/amount.ts'
import { claimOrderNo } from './claim-order-no.ts'
import { OWN_ACCOUNT_KINDS } from './order-deposit.ts'
import type { Work } from './ports.ts'
import { assertPositive } from './post-deposit.ts'

export type Transfer = {
  readonly partnerId: bigint
  readonly payerAccountId: bigint
  readonly payeeAccountId: bigint
  readonly amount: Amount
  readonly orderNo: string
  readonly memo: string | null
}

/**
 * Moves money between two of a partner's own accounts.
 *
 * @returns the ids of the movement as the payer and, always the next one, as the payee sees it
 * @throws DomainError `duplicate-order`, `invalid-field` for one account twice, `account-not-found`, `unknown-currency`,
 *   `invalid-amount`, `insufficient-funds`
 */
export async function transfer(work: Work, command: Transfer): Promise<{ outId: bigint; inId: bigint }> {
  const { partnerId, payerAccountId, payeeAccountId, amount, orderNo, memo } = command
  await claimOrderNo(work, partnerId, orderNo)
  if (payerAccountId === payeeAccountId) throw new DomainError('invalid-field', 'receiverAccount')
  const locked = await work.tx.lockAccounts(partnerId, [payerAccountId, payeeAccountId])
  const payer = ownAccount(locked, payerAccountId, 'payerAccount')
  const payee = ownAccount(locked, payeeAccountId, 'receiverAccount')
  assertPositive(amount)
  if (amount.currency !== payer.currency || amount.currency !== payee.currency) {
    throw new DomainError('unknown-currency', 'currency')
  }
  if (amount.minor > payer.balance.minor - payer.held.minor) throw new DomainError('insufficient-funds')
  const outId = await work.ids.consecutive('journal-entry', 2)
  await work.tx.post({
    partnerId,
    entryId: outId,
    kind: 'transfer',
    cardId: null,
    orderNo,
    memo,
    postings: [
      { accountId: payerAccountId, side: 'debit', amount },
      { accountId: payeeAccountId, side: 'credit', amount },
    ],
    createdAt: work.clock.now(),
  })
  return { outId, inId: outId + 1n }
}

function ownAccount(locked: readonly Account[], accountId: bigint, field: string): Account {
  const account = locked.find(each => each.accountId === accountId)
  if (account === undefined || !OWN_ACCOUNT_KINDS.includes(account.kind)) {
    throw new DomainError('account-not-found', field)
  }
  return account
}
