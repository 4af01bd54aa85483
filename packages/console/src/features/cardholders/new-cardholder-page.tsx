import { SegmentedControl, TextInput } from '@mantine/core'
import type { NewCardholder } from '@openissuer/sdk/operator.ts'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { FieldGroup, FieldRow, Form } from '../../components/form.tsx'
import { Page, Section } from '../../components/page.tsx'
import { api } from '../../lib/api.ts'
import { given, nested, useFields } from '../../lib/fields.ts'
import { usePartnerId } from '../../lib/partner.ts'
import { useMay } from '../../lib/session.ts'
import { useAction } from '../../lib/use-action.ts'
import {
  AddressFields,
  addressValues,
  ContactFields,
  IdentityFields,
  identityValues,
  withNumbers,
} from './identity-fields.tsx'

const KINDS = [
  { value: 'person', label: 'Person' },
  { value: 'company', label: 'Company' },
]

export default function NewCardholderPage() {
  const partnerId = usePartnerId()
  const [kind, setKind] = useState('person')
  return (
    <Page
      title="Register a cardholder"
      lead="As the partner could do it: the cardholder waits for documents, unless the partner approves automatically."
      crumbs={[{ label: 'Cardholders', to: '/p/$partnerId/cardholders', params: { partnerId } }]}
    >
      <Section
        title="New cardholder"
        actions={<SegmentedControl aria-label="Kind" data={KINDS} value={kind} onChange={setKind} />}
      >
        {kind === 'person' ? <PersonForm partnerId={partnerId} /> : <CompanyForm partnerId={partnerId} />}
      </Section>
    </Page>
  )
}

function useRegister(partnerId: string, values: Readonly<Record<string, string>>) {
  const navigate = useNavigate()
  return useAction({
    call: () => api.cardholders.create(partnerId, nested(withNumbers(given(values))) as NewCardholder),
    done: () => 'The cardholder is registered.',
    changes: [['cardholders', partnerId]],
    quiet: true,
    onDone: ({ cardholderId }) =>
      void navigate({ to: '/p/$partnerId/cardholders/$cardholderId', params: { partnerId, cardholderId } } as never),
  })
}

const PERSON = { ...identityValues('person', 'nationality'), 'person.mobile': '', 'person.email': '' }

function PersonForm({ partnerId }: { readonly partnerId: string }) {
  const may = useMay('operator')
  const fields = useFields<Record<string, string>>(PERSON)
  const register = useRegister(partnerId, fields.values)
  return (
    <Form submitLabel="Register the person" fields={fields} submit={() => register.mutateAsync()} disabled={!may}>
      <FieldGroup title="Who it is">
        <IdentityFields fields={fields} at="person" country="nationality" />
        <ContactFields fields={fields} at="person" />
      </FieldGroup>
      <AddressFields fields={fields} at="person.address" />
    </Form>
  )
}

const COMPANY_FIELDS = [
  'contactName',
  'mobile',
  'email',
  'registrationName',
  'registrationCode',
  'registeredOn',
  'vatCode',
  'expiresOn',
  'businessScope',
  'director.middleName',
  'director.nationalName',
]

const COMPANY = {
  ...Object.fromEntries(COMPANY_FIELDS.map(name => [`company.${name}`, ''])),
  ...addressValues('company.registrationAddress'),
  ...identityValues('company.director', 'citizenship'),
}

function CompanyForm({ partnerId }: { readonly partnerId: string }) {
  const may = useMay('operator')
  const fields = useFields<Record<string, string>>(COMPANY)
  const register = useRegister(partnerId, fields.values)
  const text = (name: string) => fields.text(`company.${name}`)
  return (
    <Form submitLabel="Register the company" fields={fields} submit={() => register.mutateAsync()} disabled={!may}>
      <FieldGroup title="The company">
        <FieldRow>
          <TextInput {...text('registrationName')} label="Name" maxLength={100} required />
          <TextInput {...text('registrationCode')} label="Registration" maxLength={32} required />
          <TextInput {...text('vatCode')} label="VAT code" maxLength={32} />
        </FieldRow>
        <FieldRow>
          <TextInput {...text('registeredOn')} label="Registered" type="date" required />
          <TextInput {...text('expiresOn')} label="Registration expires" type="date" />
          <TextInput {...text('businessScope')} label="Business" maxLength={300} />
        </FieldRow>
        <TextInput {...text('contactName')} label="Contact" maxLength={80} required />
        <ContactFields fields={fields} at="company" />
      </FieldGroup>
      <AddressFields fields={fields} at="company.registrationAddress" title="Registered address" />
      <FieldGroup title="Director" lead="Who answers for the company">
        <IdentityFields fields={fields} at="company.director" country="citizenship" />
        <FieldRow>
          <TextInput {...text('director.middleName')} label="Middle name" maxLength={50} />
          <TextInput {...text('director.nationalName')} label="Name in the own script" maxLength={50} />
        </FieldRow>
      </FieldGroup>
      <AddressFields fields={fields} at="company.director.address" title="Address of the director" />
    </Form>
  )
}
