import type { Party } from '@openissuer/core/authorization/lifecycle.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { Account } from '@openissuer/core/ledger/account.ts'
import { accountOnce } from '../open-account.ts'
import type { Work } from '../ports.ts'

/** Who a card's money goes to and comes from; each has an account per partner and currency. */
export type Side = Exclude<Party, 'card'>

/** The account of a party. */
export type Parties = (party: Party) => bigint

/**
 * Locks the account of a card and those of the parties that its money moves to or from, all in key order.
 *
 * @throws DomainError `account-not-found`
 */
export async function lockParties(
  work: Work,
  partnerId: bigint,
  accountId: bigint,
  sides: readonly Side[],
): Promise<{ account: Account; parties: Parties }> {
  const ids = new Map<Party, bigint>([['card', accountId]])
  const currency = (await work.tx.account(partnerId, accountId))?.currency
  if (currency === undefined) throw new DomainError('account-not-found')
  for (const side of sides) ids.set(side, await accountOnce(work, partnerId, side, currency))
  const locked = await work.tx.lockAccounts(partnerId, [...ids.values()])
  const account = locked.find(each => each.accountId === accountId)
  if (account === undefined) throw new DomainError('account-not-found')
  return {
    account,
    parties: party => {
      const id = ids.get(party)
      if (id === undefined) throw new Error(`no account of ${party} was locked`)
      return id
    },
  }
}
