import type { Contact, ContactQuery } from '@openissuer/sdk/operator.ts'
import { UserPlus } from 'lucide-react'
import { lazy } from 'react'
import { CopyText } from '../../components/copy-button.tsx'
import type { Column } from '../../components/data-table.tsx'
import { DialogButton } from '../../components/dialog-form.tsx'
import { ClearFilters, TextFilter } from '../../components/filters.tsx'
import { InstantText } from '../../components/instant.tsx'
import { ListTable } from '../../components/list-table.tsx'
import { Page } from '../../components/page.tsx'
import { EmptyState } from '../../components/states.tsx'
import { api } from '../../lib/api.ts'
import { useCursorList } from '../../lib/cursor-list.ts'
import { usePartnerId } from '../../lib/partner.ts'
import { useFilters } from '../../lib/search.ts'
import { useMay } from '../../lib/session.ts'

const ContactForm = lazy(() => import('./contact-form.tsx'))

const COLUMNS: readonly Column<Contact>[] = [
  { id: 'name', header: 'Name', cell: nameOf, csv: nameOf },
  { id: 'mobile', header: 'Mobile', cell: contact => contact.mobile, csv: contact => contact.mobile },
  { id: 'email', header: 'Email', cell: contact => contact.email, csv: contact => contact.email },
  { id: 'language', header: 'Language', cell: contact => contact.language, csv: contact => contact.language },
  {
    id: 'created',
    header: 'Created',
    cell: contact => <InstantText at={contact.createdAt} />,
    csv: contact => contact.createdAt,
  },
  {
    id: 'id',
    header: 'Id',
    cell: contact => <CopyText value={contact.contactId} label={`id of ${nameOf(contact)}`} />,
    csv: contact => contact.contactId,
  },
]

function nameOf({ firstName, lastName }: Contact): string {
  return `${firstName} ${lastName}`
}

const FILTERS = ['mobile', 'email'] as const

export default function ContactsPage() {
  const partnerId = usePartnerId()
  const may = useMay('operator')
  const { values } = useFilters()
  const query = Object.fromEntries(FILTERS.map(name => [name, values[name]])) as ContactQuery
  const list = useCursorList(['contacts', partnerId, query], (page, options) =>
    api.contacts.list(partnerId, { ...query, ...page }, options),
  )
  const filtered = FILTERS.some(name => values[name] !== undefined)
  return (
    <Page
      title="Contacts"
      lead="Whom the courier of a physical card may call. A contact owns no card."
      actions={
        <DialogButton label="Create a contact" icon={<UserPlus size={16} />} primary disabled={!may}>
          {close => <ContactForm partnerId={partnerId} close={close} />}
        </DialogButton>
      }
    >
      <ListTable
        label="Contacts"
        name="contacts"
        list={list}
        columns={COLUMNS}
        rowKey={contact => contact.contactId}
        filters={
          <>
            <TextFilter name="mobile" label="Mobile" />
            <TextFilter name="email" label="Email" width={220} />
            <ClearFilters names={FILTERS} />
          </>
        }
        empty={
          filtered ? (
            <EmptyState title="No contact fits these filters">Filters are exact: take one away to see more.</EmptyState>
          ) : (
            <EmptyState title="No contacts yet">
              The partner creates them through its own API, or you create one here.
            </EmptyState>
          )
        }
      />
    </Page>
  )
}
