import type { ClientOptions } from '../options.ts'
import { Transport } from '../transport.ts'
import { Accounts } from './accounts.ts'
import { Authorizations } from './authorizations.ts'
import { PagsmileCall } from './call.ts'
import { Cards } from './cards.ts'
import { Contacts } from './contacts.ts'
import { DeliveryAddresses } from './delivery-addresses.ts'
import { Envelope } from './envelope.ts'
import { Holders } from './holders.ts'
import { Limits } from './limits.ts'
import { Transactions } from './transactions.ts'
import { Webhooks } from './webhooks.ts'

export type PagsmileOptions = ClientOptions & {
  readonly appId: string
  readonly partnerId: string
  /** the platform's public key: SubjectPublicKeyInfo as PEM or as Base64 of the DER */
  readonly platformPublicKey: string
  /** your own private key: PKCS#8 as PEM or as Base64 of the DER */
  readonly merchantPrivateKey: string
  /**
   * Whether a change whose answer was lost is sent again under its `request_id`. True unless said: OpenIssuer answers such
   * a repetition with the recorded answer. Say false for a host that does not.
   */
  readonly retryChanges?: boolean
}

/**
 * The Pagsmile Issuing Card API. Business data goes in and comes out as the API's reference has it, in its own names;
 * envelope, encryption and `request_id` are taken care of. Amounts are decimal text in major units (`"12.50"`), times
 * `yyyy-MM-dd HH:mm:ss` in UTC.
 */
export class PagsmileClient {
  readonly holders: Holders
  readonly contacts: Contacts
  readonly cards: Cards
  readonly deliveryAddresses: DeliveryAddresses
  readonly limits: Limits
  readonly transactions: Transactions
  readonly authorizations: Authorizations
  readonly accounts: Accounts
  readonly webhooks: Webhooks

  /** @throws TypeError for options that no call could be made with; it names the option and not its value */
  constructor({
    appId,
    partnerId,
    platformPublicKey,
    merchantPrivateKey,
    retryChanges = true,
    ...options
  }: PagsmileOptions) {
    for (const [name, value] of Object.entries({ appId, partnerId })) {
      if (typeof value !== 'string' || value === '') throw new TypeError(`${name} is missing.`)
    }
    const call = new PagsmileCall(new Transport(options), {
      appId,
      partnerId,
      envelope: new Envelope({ platformPublicKey, merchantPrivateKey }),
      retryChanges,
    })
    this.holders = new Holders(call)
    this.contacts = new Contacts(call)
    this.cards = new Cards(call)
    this.deliveryAddresses = new DeliveryAddresses(call)
    this.limits = new Limits(call)
    this.transactions = new Transactions(call)
    this.authorizations = new Authorizations(call)
    this.accounts = new Accounts(call)
    this.webhooks = new Webhooks(call)
  }
}
