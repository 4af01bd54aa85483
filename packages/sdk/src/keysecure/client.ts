import type { ClientOptions } from '../options.ts'
import { Transport } from '../transport.ts'
import type { AccessToken } from './access-token.ts'
import { Accounts } from './accounts.ts'
import { KeySecureCall } from './call.ts'
import { Cardholders } from './cardholders.ts'
import { Cards } from './cards.ts'
import { Consumptions } from './consumptions.ts'
import { isFieldKey } from './field-encryption.ts'
import { Products } from './products.ts'

export type KeySecureOptions = ClientOptions & {
  readonly apiKey: string
  /** never sent: CVV and PIN are encrypted under it; 16, 24 or 32 bytes */
  readonly apiSecret: string
  /** what the times of queries are read in: `UTC`, `UTC+8`, `UTC-05:30`; the API's default is `UTC+8` */
  readonly timezone?: string
  /** of the messages of errors */
  readonly language?: 'en_US' | 'zh_CN'
}

/**
 * The KeySecure Open Platform. Requests and answers have the names of the API's reference; access token, timestamp and the
 * encryption of single fields are taken care of. Amounts are decimal text in major units, `time` is Unix milliseconds.
 */
export class KeySecureClient {
  readonly cardholders: Cardholders
  readonly cards: Cards
  readonly consumptions: Consumptions
  readonly accounts: Accounts
  readonly products: Products
  readonly #call: KeySecureCall

  /** @throws TypeError for options that no call could be made with; it names the option and not its value */
  constructor({ apiKey, apiSecret, timezone, language, ...options }: KeySecureOptions) {
    if (typeof apiKey !== 'string' || !/^[\x21-\x7e]+$/.test(apiKey)) {
      throw new TypeError('apiKey is missing or holds a blank.')
    }
    if (typeof apiSecret !== 'string' || !isFieldKey(apiSecret)) {
      throw new TypeError('apiSecret must have 16, 24 or 32 bytes.')
    }
    const call = new KeySecureCall(new Transport(options), { apiKey, apiSecret, timezone, language })
    this.#call = call
    this.cardholders = new Cardholders(call)
    this.cards = new Cards(call)
    this.consumptions = new Consumptions(call)
    this.accounts = new Accounts(call)
    this.products = new Products(call)
  }

  /** Fetches a new access token now. Without it the first call does, and later ones renew it in time. */
  logIn(): Promise<AccessToken> {
    return this.#call.renewToken()
  }
}
