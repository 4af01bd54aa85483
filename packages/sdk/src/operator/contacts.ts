import { path } from '../path.ts'
import type { OperatorCallOptions } from './call.ts'
import { type Page, type PageQuery, Resource } from './resource.ts'

export type NewContact = {
  readonly firstName: string
  readonly lastName: string
  /** digits with an optional + */
  readonly mobile: string
  readonly email: string
  /** `en` unless given */
  readonly language?: string
}

export type Contact = Required<NewContact> & { readonly contactId: string; readonly createdAt: string }

export type ContactQuery = { readonly mobile?: string; readonly email?: string }

/** Whom a courier or the issuer may call. */
export class Contacts extends Resource {
  /** One page, newest first. */
  list(partnerId: string, query: ContactQuery & PageQuery = {}, options?: OperatorCallOptions): Promise<Page<Contact>> {
    return this.page(path`/partners/${partnerId}/contacts`, 'contacts', query, options)
  }

  listAll(partnerId: string, query: ContactQuery = {}, options?: OperatorCallOptions): AsyncIterable<Contact> {
    return this.all(page => this.list(partnerId, { ...query, ...page }, options))
  }

  retrieve(partnerId: string, contactId: string, options?: OperatorCallOptions): Promise<Contact> {
    return this.get(path`/partners/${partnerId}/contacts/${contactId}`, {}, options)
  }

  create(partnerId: string, contact: NewContact, options?: OperatorCallOptions): Promise<Contact> {
    return this.post(path`/partners/${partnerId}/contacts`, contact, options)
  }
}
