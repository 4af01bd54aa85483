import type { Page, PagsmileCallOptions } from './call.ts'
import type { Address, StoredAddress } from './holders.ts'
import { Resource, type TimeQuery } from './resource.ts'

export type NewDeliveryAddress = Address & {
  readonly first_name: string
  readonly last_name: string
  readonly mobile: string
  readonly email: string
}

export type DeliveryAddress = StoredAddress &
  Omit<NewDeliveryAddress, keyof Address> & { readonly delivery_address_id: number; readonly create_time: string }

export type DeliveryAddressQuery = TimeQuery & { readonly delivery_address_id?: number | string }

/** Where physical cards are sent. */
export class DeliveryAddresses extends Resource {
  create(
    address: NewDeliveryAddress,
    options?: PagsmileCallOptions,
  ): Promise<{ readonly delivery_address_id: number }> {
    return this.change('/issuing/card/create-delivery-address', address, options)
  }

  list(query: DeliveryAddressQuery, options?: PagsmileCallOptions): Promise<Page<DeliveryAddress>> {
    return this.page('/issuing/card/query-delivery-addresses', query, options)
  }

  listAll(
    query: Omit<DeliveryAddressQuery, 'page_num' | 'page_size'>,
    options?: PagsmileCallOptions,
  ): AsyncIterable<DeliveryAddress> {
    return this.all(query, (each: DeliveryAddressQuery) => this.list(each, options))
  }
}
