import { DomainError } from '@openissuer/core/errors.ts'
import type { Account } from '@openissuer/core/ledger/account.ts'
import type { CardholderTransfer, TransferDirection } from '@openissuer/core/ledger/cardholder-transfer.ts'
import { type Amount, add, subtract } from '@openissuer/core/money/amount.ts'
import { lockApprovedCardholder } from './apply-for-card.ts'
import { cardholderAccount } from './open-account.ts'
import type { Work } from './ports.ts'
import { assertPositive } from './post-deposit.ts'
import { lockedCardholder } from './review-cardholder.ts'

export type FundCardholder = {
  readonly partnerId: bigint
  readonly cardholderId: bigint
  readonly uniqueNo: string
  readonly direction: TransferDirection
  readonly amount: Amount
}

/**
 * Moves money between a partner's reserve and the account that all cards of a cardholder spend from. Only an approved
 * cardholder is given money, and an account with the first of it; money is taken back from anybody.
 *
 * @throws DomainError `duplicate-transfer`, `cardholder-not-found`, `cardholder-under-review`, `cardholder-rejected`,
 *   `cardholder-disabled`, `invalid-amount`, `account-not-found`, `insufficient-reserve`, `insufficient-funds`
 */
export async function fundCardholder(work: Work, command: FundCardholder): Promise<CardholderTransfer> {
  const { partnerId, cardholderId, uniqueNo, direction, amount } = command
  await claimTransferNo(work, command)
  assertPositive(amount)
  const { reserve, account } = await lockBoth(work, command)
  const payer = direction === 'in' ? reserve : account
  if (amount.minor > payer.balance.minor - payer.held.minor) {
    throw new DomainError(direction === 'in' ? 'insufficient-reserve' : 'insufficient-funds')
  }
  const createdAt = work.clock.now()
  const entryId = await work.ids.consecutive('journal-entry', 2)
  await work.tx.post({
    partnerId,
    entryId,
    kind: 'transfer',
    cardId: null,
    orderNo: uniqueNo,
    memo: null,
    postings: [
      { accountId: payer.accountId, side: 'debit', amount },
      { accountId: (direction === 'in' ? account : reserve).accountId, side: 'credit', amount },
    ],
    createdAt,
  })
  const transfer: CardholderTransfer = {
    partnerId,
    transferId: await work.ids.next('transfer'),
    cardholderId,
    uniqueNo,
    direction,
    amount,
    before: account.balance,
    after: direction === 'in' ? add(account.balance, amount) : subtract(account.balance, amount),
    entryId,
    createdAt,
  }
  await work.tx.insertCardholderTransfer(transfer)
  return transfer
}

async function claimTransferNo(work: Work, { partnerId, uniqueNo }: FundCardholder): Promise<void> {
  const at = work.clock.now()
  const key = { partnerId, scope: 'cardholder-transfer', key: uniqueNo, inputHash: new Uint8Array(), at }
  if ((await work.tx.claimKey(key)) !== undefined) throw new DomainError('duplicate-transfer')
}

/** The cardholder before accounts, as whoever makes a card does. */
async function lockBoth(work: Work, command: FundCardholder): Promise<{ reserve: Account; account: Account }> {
  const { partnerId, cardholderId, direction } = command
  const { currency } = command.amount
  if (direction === 'in') await lockApprovedCardholder(work, partnerId, cardholderId)
  else await lockedCardholder(work, command)
  const reserve = await work.tx.accountOfKind(partnerId, 'reserve', currency, null)
  const known =
    direction === 'in'
      ? await cardholderAccount(work, { partnerId, cardholderId, currency })
      : await work.tx.accountOfKind(partnerId, 'cardholder', currency, cardholderId)
  if (reserve === undefined || known === undefined) throw new DomainError('account-not-found')
  const locked = await work.tx.lockAccounts(partnerId, [reserve.accountId, known.accountId])
  const byId = (accountId: bigint) => {
    const account = locked.find(each => each.accountId === accountId)
    if (account === undefined) throw new Error(`account ${accountId} vanished`)
    return account
  }
  return { reserve: byId(reserve.accountId), account: byId(known.accountId) }
}
