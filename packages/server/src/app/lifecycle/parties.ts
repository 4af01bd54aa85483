import type { Party } from '@openissuer/core/authorization/lifecycle.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { Account } from '@openissuer/core/ledger/account.ts'
import { zero } from '@openissuer/core/money/amount.ts'
import type { Currency } from '@openissuer/core/money/currency.ts'
import type { Work } from '../ports.ts'

/** Who a card's money goes to and comes from; each has an account per partner and currency. */
export type Side = Exclude<Party, 'card'>

/** The account of a party. */
export type Parties = (party: Party) => bigint

const NAMES: Record<Side, string> = { 'network-settlement': 'Network settlement', 'fee-income': 'Fee income' }

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
  for (const side of sides) ids.set(side, await openAccount(work, partnerId, side, currency))
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

/** The partner's account of a kind and currency, opened when it is needed first. */
async function openAccount(work: Work, partnerId: bigint, kind: Side, currency: Currency): Promise<bigint> {
  const known = await work.tx.accountOfKind(partnerId, kind, currency, null)
  if (known !== undefined) return known.accountId
  const at = work.clock.now()
  const key = { partnerId, scope: 'account-opening', key: `${kind}:${currency}`, inputHash: new Uint8Array(), at }
  // whoever comes second waits here until the first has committed
  if ((await work.tx.claimKey(key)) !== undefined) return openAccount(work, partnerId, kind, currency)
  const accountId = await work.ids.next('account')
  const nothing = zero(currency)
  const name = `${NAMES[kind]} ${currency}`
  await work.tx.insertAccount(
    { partnerId, accountId, kind, name, currency, cardholderId: null, balance: nothing, held: nothing },
    at,
  )
  await work.tx.recordAnswer(key, String(accountId))
  return accountId
}
