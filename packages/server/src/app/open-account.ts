import type { Account, AccountKind } from '@openissuer/core/ledger/account.ts'
import { zero } from '@openissuer/core/money/amount.ts'
import type { Currency } from '@openissuer/core/money/currency.ts'
import type { Work } from './ports.ts'

/** Kinds of accounts that belong to a partner as a whole, and what one is called. */
const NAMES = {
  bank: 'Bank',
  'partner-funding': 'Funding',
  shared: 'Shared cards',
  'network-settlement': 'Network settlement',
  'fee-income': 'Fee income',
} as const satisfies Partial<Record<AccountKind, string>>

export type PartnerAccountKind = keyof typeof NAMES

/** Opens one more account of a kind, without money. */
export async function openAccount(
  work: Work,
  command: {
    readonly partnerId: bigint
    readonly kind: PartnerAccountKind
    readonly currency: Currency
    /** null names it after its kind */
    readonly name: string | null
  },
): Promise<Account> {
  const { partnerId, kind, currency } = command
  const account: Account = {
    partnerId,
    accountId: await work.ids.next('account'),
    kind,
    name: command.name ?? `${NAMES[kind]} ${currency}`,
    currency,
    cardholderId: null,
    balance: zero(currency),
    held: zero(currency),
  }
  await work.tx.insertAccount(account, work.clock.now())
  return account
}

/** The partner's first account of a kind and currency, opened when it is needed first. */
export async function accountOnce(
  work: Work,
  partnerId: bigint,
  kind: PartnerAccountKind,
  currency: Currency,
): Promise<bigint> {
  const known = await work.tx.accountOfKind(partnerId, kind, currency, null)
  if (known !== undefined) return known.accountId
  const at = work.clock.now()
  const key = { partnerId, scope: 'account-opening', key: `${kind}:${currency}`, inputHash: new Uint8Array(), at }
  // whoever comes second waits here until the first has committed
  if ((await work.tx.claimKey(key)) !== undefined) return accountOnce(work, partnerId, kind, currency)
  const { accountId } = await openAccount(work, { partnerId, kind, currency, name: null })
  await work.tx.recordAnswer(key, String(accountId))
  return accountId
}

/** The account that all cards of a cardholder spend from; the cardholder is locked. */
export async function cardholderAccount(
  work: Work,
  owner: { readonly partnerId: bigint; readonly cardholderId: bigint; readonly currency: Currency },
): Promise<Account> {
  const { partnerId, cardholderId, currency } = owner
  const known = await work.tx.accountOfKind(partnerId, 'cardholder', currency, cardholderId)
  if (known !== undefined) return known
  const account: Account = {
    ...owner,
    accountId: await work.ids.next('account'),
    kind: 'cardholder',
    name: `Cardholder ${currency}`,
    balance: zero(currency),
    held: zero(currency),
  }
  await work.tx.insertAccount(account, work.clock.now())
  return account
}
