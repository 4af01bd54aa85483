import { UnexpectedAnswerError } from '../errors.ts'
import { isRecord } from '../json.ts'
import type { CallOptions } from '../options.ts'
import { path } from '../path.ts'
import type { FeeDetail } from './products.ts'
import { allPages, type CardType, type Organization, Resource, type Rows, type WindowQuery } from './resource.ts'

/** In English letters; a physical card needs all of it but the second line. */
export type AddressInfo = {
  readonly first_name?: string
  readonly last_name?: string
  /** dialling code, digits without + */
  readonly phone_code?: string
  readonly phone?: string
  readonly postal_code?: string
  /** ISO 3166-1 alpha-2 */
  readonly country?: string
  readonly state?: string
  readonly city?: string
  readonly address_line1?: string
  readonly address_line2?: string
}

/** `package_no` in CREDIT_EXTENSION mode, `card_bin_no` in AUTHORIZATION mode. */
export type CardApplication = {
  readonly package_no?: string
  readonly card_bin_no?: string
  readonly cardholder_no: string
  /** your own, never used before */
  readonly card_unique_no: string
  readonly card_type: CardType
  readonly address_info?: AddressInfo
}

export type CardStatus = 'Pending' | 'ToActivate' | 'Activated' | 'Frozen' | 'Delete' | 'Fail'

export type Card = {
  readonly card_no: string
  readonly card_unique_no: string
  readonly cardholder_no: string
  readonly card_type: CardType
  /** last four digits */
  readonly card_last_no: string
  readonly organization: Organization
  readonly status: CardStatus
  /** creation, Unix milliseconds */
  readonly time: number
}

export type CardDetail = Card & {
  readonly card_name: string
  readonly package_name_en: string
  readonly package_name_cn: string
  readonly fee_detail: FeeDetail
}

/** Card data in clear: keep it out of logs. */
export type CardSecrets = {
  readonly card_no: string
  readonly card_unique_no: string
  readonly cvv: string
  readonly pan: string
  readonly exp_year: string
  readonly exp_month: string
}

export type CardActivation = {
  readonly cardholder_no: string
  readonly card_no: string
  /** three digits in clear; encrypted on the way */
  readonly cvv: string
  /** last four digits */
  readonly card_last_no: string
}

export type CardPin = {
  readonly card_no: string
  readonly cardholder_no: string
  /** six digits in clear; encrypted on the way */
  readonly pin: string
}

export type CardQuery = WindowQuery & {
  readonly cardholder_no?: string
  readonly card_unique_no?: string
  readonly card_no?: string
}

export type Done = { readonly result: boolean }

export class Cards extends Resource {
  /** Not repeated when its answer is lost: look for `card_unique_no` in the list. */
  apply(
    application: CardApplication,
    options?: CallOptions,
  ): Promise<{ readonly card_no: string; readonly card_unique_no: string }> {
    return this.call.postOnce('/v1/card/apply', application, options)
  }

  /** One page, newest first. */
  async list(query: CardQuery, options?: CallOptions): Promise<readonly Card[]> {
    return (await this.call.post<Rows<Card>>('/v1/card/list', query, options)).list
  }

  listAll(query: Omit<CardQuery, 'page' | 'size'>, options?: CallOptions): AsyncIterable<Card> {
    return allPages(query, (each: CardQuery) => this.list(each, options))
  }

  retrieve(cardNo: string, options?: CallOptions): Promise<CardDetail> {
    return this.call.get(path`/v1/card/${cardNo}/detail`, options)
  }

  /** PAN and CVV, decrypted; needs the PCI permission. */
  async reveal(cardNo: string, options?: CallOptions): Promise<CardSecrets> {
    const encrypted = await this.call.get<unknown>(path`/v1/card/${cardNo}/private/info`, options)
    const secrets = typeof encrypted === 'string' ? this.call.decrypt(encrypted) : undefined
    if (isRecord(secrets)) return secrets as CardSecrets
    throw new UnexpectedAnswerError('The answer holds no card data.', { status: 200, requestId: null })
  }

  /** A physical card, by its holder. Not repeated when its answer is lost: retrieve the card to see its status. */
  activate({ cvv, ...activation }: CardActivation, options?: CallOptions): Promise<Done> {
    return this.call.postOnce('/v1/card/active', { ...activation, cvv: this.call.encrypt(cvv) }, options)
  }

  updateStatus(cardNo: string, status: 'Activated' | 'Frozen' | 'Delete', options?: CallOptions): Promise<Done> {
    return this.call.post('/v1/card/status/update', { card_no: cardNo, status }, options)
  }

  setPin({ pin, ...card }: CardPin, options?: CallOptions): Promise<Done> {
    return this.call.post('/v1/card/pin/set', { ...card, pin: this.call.encrypt(pin) }, options)
  }

  /** A token that opens the hosted page for one card once; `expires_in` is seconds. */
  clientToken(
    cardNo: string,
    options?: CallOptions,
  ): Promise<{ readonly client_access_token: string; readonly expires_in: number }> {
    return this.call.get(path`/v1/merchant/client/${cardNo}/token`, options)
  }
}
