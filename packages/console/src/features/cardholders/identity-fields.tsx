import { TextInput } from '@mantine/core'
import { useMemo } from 'react'
import { ChoiceInput, FieldGroup, FieldRow } from '../../components/form.tsx'
import type { Fields } from '../../lib/fields.ts'
import { choicesOf, countries, GENDERS, ID_TYPES } from './identity.ts'

type Part = {
  readonly fields: Fields<Record<string, string>>
  /** where the fields stand in the body: `person`, `company.director` */
  readonly at: string
}

type Belonging = 'nationality' | 'citizenship'

/** The fields of a person, or of who answers for a company, with nothing in them. */
export function identityValues(at: string, country: Belonging): Record<string, string> {
  const names = ['firstName', 'lastName', 'idNo', 'idIssuedOn', 'idExpiresOn', 'birthday', 'gender', country]
  return {
    ...Object.fromEntries(names.map(name => [`${at}.${name}`, ''])),
    [`${at}.idType`]: '2',
    ...addressValues(`${at}.address`),
  }
}

export function addressValues(at: string): Record<string, string> {
  const names = ['line1', 'line2', 'postalCode', 'city', 'state', 'country']
  return Object.fromEntries(names.map(name => [`${at}.${name}`, '']))
}

export function IdentityFields({ fields, at, country }: Part & { readonly country: Belonging }) {
  const text = (name: string) => fields.text(`${at}.${name}`)
  const data = useMemo(countries, [])
  return (
    <>
      <FieldRow>
        <TextInput {...text('firstName')} label="First name" maxLength={50} required />
        <TextInput {...text('lastName')} label="Last name" maxLength={50} required />
        <TextInput {...text('birthday')} label="Birthday" type="date" required />
      </FieldRow>
      <FieldRow>
        <ChoiceInput
          {...fields.choice(`${at}.${country}`)}
          label={country === 'nationality' ? 'Nationality' : 'Citizenship'}
          data={data}
          searchable
          required
        />
        <ChoiceInput {...fields.choice(`${at}.gender`)} label="Gender" data={choicesOf(GENDERS)} clearable />
      </FieldRow>
      <FieldRow>
        <ChoiceInput {...fields.choice(`${at}.idType`)} label="Identity document" data={choicesOf(ID_TYPES)} required />
        <TextInput {...text('idNo')} label="Document number" minLength={6} maxLength={20} required />
        <TextInput {...text('idIssuedOn')} label="Issued" type="date" />
        <TextInput {...text('idExpiresOn')} label="Expires" type="date" />
      </FieldRow>
    </>
  )
}

export function ContactFields({ fields, at }: Part) {
  const text = (name: string) => fields.text(`${at}.${name}`)
  return (
    <FieldRow>
      <TextInput {...text('mobile')} label="Mobile" placeholder="+4930123456" type="tel" required />
      <TextInput {...text('email')} label="Email" type="email" maxLength={80} required />
    </FieldRow>
  )
}

export function AddressFields({ fields, at, title = 'Address' }: Part & { readonly title?: string }) {
  const text = (name: string) => fields.text(`${at}.${name}`)
  const data = useMemo(countries, [])
  return (
    <FieldGroup title={title}>
      <FieldRow>
        <TextInput {...text('line1')} label="Street and number" maxLength={128} required />
        <TextInput {...text('line2')} label="Second line" maxLength={128} />
      </FieldRow>
      <FieldRow>
        <TextInput {...text('postalCode')} label="Postal code" maxLength={16} required />
        <TextInput {...text('city')} label="City" maxLength={80} required />
        <TextInput {...text('state')} label="State or province" maxLength={48} required />
        <ChoiceInput {...fields.choice(`${at}.country`)} label="Country" data={data} searchable required />
      </FieldRow>
    </FieldGroup>
  )
}

/** Numbers among the fields, which are text while they are filled in. */
export function withNumbers(values: Readonly<Record<string, string | undefined>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, /\.(?:idType|gender)$/.test(name) ? Number(value) : value]),
  )
}
