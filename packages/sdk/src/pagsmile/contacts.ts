import type { Page, PagsmileCallOptions } from './call.ts'
import { Resource, type TimeQuery } from './resource.ts'

export type NewContact = {
  readonly first_name: string
  readonly last_name: string
  readonly mobile: string
  readonly email: string
  /** `en` unless said */
  readonly language?: string
}

export type Contact = Required<NewContact> & { readonly contact_id: number; readonly create_time: string }

export type ContactQuery = TimeQuery & { readonly contact_id?: number | string }

export class Contacts extends Resource {
  create(contact: NewContact, options?: PagsmileCallOptions): Promise<{ readonly contact_id: number }> {
    return this.change('/issuing/card/create-contact', contact, options)
  }

  list(query: ContactQuery, options?: PagsmileCallOptions): Promise<Page<Contact>> {
    return this.page('/issuing/card/query-contacts', query, options)
  }

  listAll(query: Omit<ContactQuery, 'page_num' | 'page_size'>, options?: PagsmileCallOptions): AsyncIterable<Contact> {
    return this.all(query, (each: ContactQuery) => this.list(each, options))
  }
}
