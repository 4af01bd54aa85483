import { Group } from '@mantine/core'
import type { Cardholder, CardholderAddress } from '@openissuer/sdk/operator.ts'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { CreditCard, Pencil } from 'lucide-react'
import { lazy } from 'react'
import { CopyText } from '../../components/copy-button.tsx'
import { DialogButton } from '../../components/dialog-form.tsx'
import { type Fact, Facts } from '../../components/facts.tsx'
import { InstantText } from '../../components/instant.tsx'
import { LinkButton } from '../../components/link-button.tsx'
import { Page, Section } from '../../components/page.tsx'
import { Loaded } from '../../components/states.tsx'
import { StatusBadge, wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { usePartnerId } from '../../lib/partner.ts'
import { useMay } from '../../lib/session.ts'
import { CardholderActions } from './cardholder-actions.tsx'
import { Documents } from './documents.tsx'
import { GENDERS, ID_TYPES } from './identity.ts'

const ChangePersonForm = lazy(() => import('./change-person-form.tsx'))

export default function CardholderPage() {
  const partnerId = usePartnerId()
  const { cardholderId = '' } = useParams({ strict: false }) as { readonly cardholderId?: string }
  const query = useQuery({
    queryKey: ['cardholder', partnerId, cardholderId],
    queryFn: ({ signal }) => api.cardholders.retrieve(partnerId, cardholderId, { signal }),
  })
  const { data: holder } = query
  return (
    <Page
      title={holder === undefined ? 'Cardholder' : (holder.name ?? `Cardholder ${holder.cardholderId}`)}
      crumbs={[{ label: 'Cardholders', to: '/p/$partnerId/cardholders', params: { partnerId } }]}
      aside={holder !== undefined && <States holder={holder} />}
      actions={holder !== undefined && <CardholderActions partnerId={partnerId} holder={holder} />}
    >
      <Loaded query={query} rows={8}>
        {found => <Details partnerId={partnerId} holder={found} />}
      </Loaded>
    </Page>
  )
}

function States({ holder }: { readonly holder: Cardholder }) {
  return (
    <>
      <StatusBadge status={holder.verification} />
      {holder.disabled && <StatusBadge status="disabled" />}
    </>
  )
}

type DetailsProps = { readonly partnerId: string; readonly holder: Cardholder }

function Details({ partnerId, holder }: DetailsProps) {
  return (
    <>
      <Section title="Verification" actions={<Cards partnerId={partnerId} holder={holder} />}>
        <Facts facts={verificationFacts(holder)} />
      </Section>
      <Identity partnerId={partnerId} holder={holder} />
      <Documents partnerId={partnerId} holder={holder} />
    </>
  )
}

function verificationFacts(holder: Cardholder): readonly Fact[] {
  return [
    { term: 'State', value: wordsOf(holder.verification) },
    { term: 'Objection', value: holder.rejection },
    { term: 'Codes of the objection', value: holder.rejectionCodes.join(', ') },
    { term: 'May get cards', value: holder.disabled ? 'No, disabled' : 'Yes, once approved' },
    { term: 'Registered', value: <InstantText at={holder.createdAt} /> },
    { term: 'Id', value: <CopyText value={holder.cardholderId} label="cardholder id" /> },
    { term: 'Unique number', value: holder.uniqueNo && <CopyText value={holder.uniqueNo} label="unique number" /> },
  ]
}

function Cards({ partnerId, holder }: DetailsProps) {
  const may = useMay('operator')
  const { cardholderId } = holder
  const ready = holder.verification === 'approved' && !holder.disabled
  return (
    <Group gap={8}>
      <LinkButton to="/p/$partnerId/cards" params={{ partnerId }} search={{ cardholderId }}>
        Show the cards
      </LinkButton>
      <LinkButton
        to="/p/$partnerId/cards/new"
        params={{ partnerId }}
        search={{ cardholderId }}
        icon={<CreditCard size={15} />}
        disabled={!may || !ready}
      >
        Create cards
      </LinkButton>
    </Group>
  )
}

function Identity({ partnerId, holder }: DetailsProps) {
  const may = useMay('operator')
  const { person, company } = holder
  if (person === null && company === null) {
    return <Section title="Identity">Only the provider that verifies the person knows who it is.</Section>
  }
  const change = person !== null && (
    <DialogButton
      label="Change"
      title="Change the person"
      icon={<Pencil size={15} />}
      size="xl"
      disabled={!may || holder.verification === 'rejected'}
    >
      {close => (
        <ChangePersonForm partnerId={partnerId} cardholderId={holder.cardholderId} person={person} close={close} />
      )}
    </DialogButton>
  )
  return (
    <>
      {person !== null && (
        <Section title="Person" actions={change}>
          <Facts facts={personFacts(person)} />
        </Section>
      )}
      {company !== null && (
        <>
          <Section title="Company">
            <Facts facts={companyFacts(company)} />
          </Section>
          <Section title="Director" lead="Who answers for the company">
            <Facts facts={directorFacts(company.director)} />
          </Section>
        </>
      )}
    </>
  )
}

function personFacts(person: NonNullable<Cardholder['person']>): readonly Fact[] {
  return [
    { term: 'First name', value: person.firstName },
    { term: 'Last name', value: person.lastName },
    { term: 'Birthday', value: person.birthday },
    { term: 'Gender', value: person.gender === null ? null : GENDERS[person.gender] },
    { term: 'Nationality', value: person.nationality },
    { term: 'Identity document', value: `${ID_TYPES[person.idType] ?? person.idType}, ${person.idNo}` },
    { term: 'Issued', value: person.idIssuedOn },
    { term: 'Expires', value: person.idExpiresOn },
    { term: 'Mobile', value: person.mobile },
    { term: 'Email', value: person.email },
    { term: 'Address', value: addressText(person.address) },
  ]
}

type Company = NonNullable<Cardholder['company']>

function companyFacts(company: Company): readonly Fact[] {
  return [
    { term: 'Name', value: company.registrationName },
    { term: 'Registration', value: company.registrationCode },
    { term: 'Registered', value: company.registeredOn },
    { term: 'Expires', value: company.expiresOn },
    { term: 'VAT code', value: company.vatCode },
    { term: 'Business', value: company.businessScope },
    { term: 'Contact', value: company.contactName },
    { term: 'Mobile', value: company.mobile },
    { term: 'Email', value: company.email },
    { term: 'Address', value: addressText(company.registrationAddress) },
  ]
}

function directorFacts(director: Company['director']): readonly Fact[] {
  return [
    { term: 'First name', value: director.firstName },
    { term: 'Middle name', value: director.middleName },
    { term: 'Last name', value: director.lastName },
    { term: 'Name in the own script', value: director.nationalName },
    { term: 'Birthday', value: director.birthday },
    { term: 'Gender', value: director.gender === null ? null : GENDERS[director.gender] },
    { term: 'Citizenship', value: director.citizenship },
    { term: 'Identity document', value: `${ID_TYPES[director.idType] ?? director.idType}, ${director.idNo}` },
    { term: 'Issued', value: director.idIssuedOn },
    { term: 'Expires', value: director.idExpiresOn },
    { term: 'Address', value: addressText(director.address) },
  ]
}

function addressText({ line1, line2, postalCode, city, state, country }: CardholderAddress): string {
  return [line1, line2, `${postalCode} ${city}`, state, country].filter(part => part !== null && part !== '').join(', ')
}
