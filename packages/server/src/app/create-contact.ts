import type { Contact } from '@openissuer/core/contact/contact.ts'
import type { Work } from './ports.ts'

export type CreateContact = Pick<Contact, 'partnerId' | 'firstName' | 'lastName' | 'mobile' | 'email' | 'language'>

export async function createContact(work: Work, command: CreateContact): Promise<Contact> {
  const contact = { ...command, contactId: await work.ids.next('contact'), createdAt: work.clock.now() }
  await work.tx.insertContact(contact)
  return contact
}
