import { DomainError } from '@openissuer/core/errors.ts'
import type { Account, AccountKind } from '@openissuer/core/ledger/account.ts'
import { type Amount, zero } from '@openissuer/core/money/amount.ts'
import type { Currency } from '@openissuer/core/money/currency.ts'
import type { Partner, PartnerSettings } from '@openissuer/core/partner/partner.ts'
import type { KeysecureCredential, KeysecureSettings, PagsmileApp, PagsmileAppSettings, Work } from './ports.ts'
import { postDeposit } from './post-deposit.ts'

export type CreatePartner = {
  readonly name: string
  readonly settings: PartnerSettings
  readonly currency: Currency
  /** sandbox only: money that is on the funding, shared and reserve account from the start; null for none */
  readonly openingBalance: Amount | null
}

/** The accounts that every partner starts with. */
const ACCOUNTS = {
  bank: 'Bank',
  'partner-funding': 'Funding',
  reserve: 'Reserve',
  shared: 'Shared cards',
} as const satisfies Partial<Record<AccountKind, string>>

export type PartnerAccounts = { readonly [Kind in keyof typeof ACCOUNTS]: Account }

/**
 * Sets up an API client with its accounts. Its credentials are added by the functions below.
 *
 * @throws DomainError `invalid-field` for an opening balance in live mode, `unknown-currency`, `invalid-amount`
 */
export async function createPartner(
  work: Work,
  command: CreatePartner,
): Promise<{ partner: Partner; accounts: PartnerAccounts }> {
  const { name, settings, openingBalance } = command
  if (work.mode === 'live' && openingBalance !== null) throw new DomainError('invalid-field', 'openingBalance')
  const createdAt = work.clock.now()
  const partner: Partner = {
    partnerId: await work.ids.next('partner'),
    name,
    status: 'active',
    settings,
    createdAt,
  }
  await work.tx.insertPartner(partner)
  const opened: Record<string, Account> = {}
  for (const [kind, label] of Object.entries(ACCOUNTS) as [keyof typeof ACCOUNTS, string][]) {
    const account: Account = {
      partnerId: partner.partnerId,
      accountId: await work.ids.next('account'),
      kind,
      name: `${name} ${label}`,
      currency: command.currency,
      cardholderId: null,
      balance: zero(command.currency),
      held: zero(command.currency),
    }
    await work.tx.insertAccount(account, createdAt)
    opened[kind] = account
  }
  const accounts = opened as PartnerAccounts
  if (openingBalance !== null) {
    for (const { accountId } of [accounts['partner-funding'], accounts.reserve, accounts.shared]) {
      await postDeposit(work, {
        partnerId: partner.partnerId,
        accountId,
        amount: openingBalance,
        memo: 'opening balance',
      })
    }
  }
  return { partner, accounts }
}

/** The vault context under which a Pagsmile app's platform private key is sealed. */
export function pagsmileKeyContext(appId: string): string {
  return `pagsmile-app:${appId}`
}

/** The vault context under which a KeySecure credential's secret is sealed. */
export function keysecureSecretContext(apiKey: string): string {
  return `keysecure-credential:${apiKey}`
}

/**
 * Gives a partner a Pagsmile app with a key pair of the platform.
 * @param command.merchantPublicKey RSA-2048 SPKI PEM, or null when the partner uploads it later
 */
export async function addPagsmileApp(
  work: Work,
  command: Pick<PagsmileApp, 'partnerId' | 'merchantPublicKey'> & Partial<PagsmileAppSettings>,
): Promise<PagsmileApp> {
  const { publicKey, privateKey } = await work.random.rsaKeyPair()
  const appId = wireNumber(work)
  const app: PagsmileApp = {
    unlimitedDateRange: false,
    showSensitive: false,
    plaintext: false,
    ...command,
    previousKey: null,
    appId,
    partnerNo: wireNumber(work),
    platformPrivateKey: work.vault.sealSecret(pagsmileKeyContext(appId), privateKey),
    platformPublicKey: publicKey,
  }
  await work.tx.insertPagsmileApp(app, work.clock.now())
  return app
}

/** App and partner numbers on the Pagsmile wire have 17 digits. */
function wireNumber(work: Work): string {
  return `2${work.random.digits(16)}`
}

/** What a credential may do until the operator says otherwise. */
export const KEYSECURE_DEFAULTS: KeysecureSettings = {
  allowedAddresses: [],
  pciEnabled: false,
  pciOrigins: [],
  requestsPerSecond: 20,
}

/**
 * Gives a partner an API key and a secret of 32 ASCII characters, the length of an AES-256 key.
 * @returns the credential and, this once, the secret in clear
 */
export async function addKeysecureCredential(
  work: Work,
  command: Pick<KeysecureCredential, 'partnerId' | 'expiresAt'> & Partial<KeysecureSettings>,
): Promise<{ credential: KeysecureCredential; apiSecret: string }> {
  const apiKey = `ak_${work.random.token(18)}`
  const apiSecret = work.random.token(24)
  const credential: KeysecureCredential = {
    ...KEYSECURE_DEFAULTS,
    ...command,
    apiKey,
    apiSecret: work.vault.sealSecret(keysecureSecretContext(apiKey), apiSecret),
    enabled: true,
  }
  await work.tx.insertKeysecureCredential(credential, work.clock.now())
  return { credential, apiSecret }
}
