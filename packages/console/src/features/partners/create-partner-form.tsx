import { Checkbox, Radio, Stack, Switch, TextInput } from '@mantine/core'
import type { CreatedPartner, CreatePartner, IntegrationMode, PagsmileAppSettings } from '@openissuer/sdk/operator.ts'
import { useState } from 'react'
import { DialogForm } from '../../components/dialog-form.tsx'
import { api } from '../../lib/api.ts'
import { isDecimal } from '../../lib/decimal.ts'
import { useSession } from '../../lib/session.ts'
import { useAction } from '../../lib/use-action.ts'
import { faultOfAddresses, linesOf } from './addresses.ts'
import { AppSettingsFields, SETTINGS_OFF } from './app-settings-fields.tsx'
import classes from './create-partner-form.module.css'
import { LinesField } from './lines-field.tsx'
import { readPublicKey } from './public-key.ts'
import { PublicKeyField } from './public-key-field.tsx'

type Draft = {
  readonly name: string
  readonly integrationMode: IntegrationMode
  readonly approveCardholdersAutomatically: boolean
  readonly openingBalance: string
  readonly pagsmile: boolean
  readonly settings: PagsmileAppSettings
  readonly merchantPublicKey: string
  readonly keysecure: boolean
  readonly addresses: string
}

type CreatePartnerFormProps = {
  readonly close: () => void
  readonly created: (partner: CreatedPartner) => void
}

export default function CreatePartnerForm({ close, created }: CreatePartnerFormProps) {
  const sandbox = useSession().mode === 'sandbox'
  const [draft, setDraft] = useState<Draft>(() => emptyDraft(sandbox))
  const put = (changes: Partial<Draft>) => setDraft(before => ({ ...before, ...changes }))
  const create = useAction({
    call: (partner: CreatePartner) => api.partners.create(partner),
    changes: [['partners']],
    quiet: true,
    secret: true,
  })
  return (
    <DialogForm
      submit="Create partner"
      close={close}
      ready={isReady(draft)}
      run={async () => created(await create.mutateAsync(partnerOf(draft)))}
    >
      <TextInput
        label="Name"
        required
        maxLength={100}
        value={draft.name}
        onChange={event => put({ name: event.currentTarget.value })}
        data-autofocus
      />
      <DecisionFields draft={draft} put={put} sandbox={sandbox} />
      <PagsmileFields draft={draft} put={put} />
      <KeysecureFields draft={draft} put={put} />
    </DialogForm>
  )
}

type FieldsProps = { readonly draft: Draft; readonly put: (changes: Partial<Draft>) => void }

function DecisionFields({ draft, put, sandbox }: FieldsProps & { readonly sandbox: boolean }) {
  return (
    <>
      <Radio.Group
        label="Who decides on purchases"
        value={draft.integrationMode}
        onChange={value => put({ integrationMode: value })}
      >
        <Stack gap={8} mt={6}>
          <Radio value="credit" label="The platform" description="Limits and balances decide alone" />
          <Radio
            value="partner-decides"
            label="The partner is asked"
            description="What the platform would approve, the partner's server may decline; say after this where it is asked"
          />
        </Stack>
      </Radio.Group>
      {sandbox && (
        <>
          <Switch
            label="Approve cardholders automatically"
            description="Without waiting for documents and their review"
            checked={draft.approveCardholdersAutomatically}
            onChange={event => put({ approveCardholdersAutomatically: event.currentTarget.checked })}
          />
          <TextInput
            label="Opening balance in USD"
            description="On its funding, reserve and shared account; none when empty"
            inputMode="decimal"
            value={draft.openingBalance}
            onChange={event => put({ openingBalance: event.currentTarget.value })}
            error={isBalance(draft.openingBalance) ? undefined : 'An amount such as 1000.00'}
          />
        </>
      )}
    </>
  )
}

function PagsmileFields({ draft, put }: FieldsProps) {
  return (
    <div className={classes.dialect}>
      <Checkbox
        label="Pagsmile Issuing Card API"
        checked={draft.pagsmile}
        onChange={event => put({ pagsmile: event.currentTarget.checked })}
      />
      {draft.pagsmile && (
        <Stack gap="md" mt="md">
          <AppSettingsFields value={draft.settings} change={settings => put({ settings })} />
          <PublicKeyField value={draft.merchantPublicKey} change={merchantPublicKey => put({ merchantPublicKey })} />
        </Stack>
      )}
    </div>
  )
}

function KeysecureFields({ draft, put }: FieldsProps) {
  return (
    <div className={classes.dialect}>
      <Checkbox
        label="KeySecure Open Platform"
        checked={draft.keysecure}
        onChange={event => put({ keysecure: event.currentTarget.checked })}
      />
      {draft.keysecure && (
        <Stack gap="md" mt="md">
          <LinesField
            label="Allowed addresses"
            description="IP addresses and CIDR ranges, one a line; empty for all"
            placeholder="203.0.113.7"
            value={draft.addresses}
            change={addresses => put({ addresses })}
            fault={faultOfAddresses(linesOf(draft.addresses))}
          />
        </Stack>
      )}
    </div>
  )
}

function emptyDraft(sandbox: boolean): Draft {
  return {
    name: '',
    integrationMode: 'credit',
    approveCardholdersAutomatically: sandbox,
    openingBalance: '',
    pagsmile: true,
    settings: SETTINGS_OFF,
    merchantPublicKey: '',
    keysecure: false,
    addresses: '',
  }
}

function isBalance(text: string): boolean {
  return text.trim() === '' || isDecimal(text.trim(), 2)
}

function isReady(draft: Draft): boolean {
  const key = draft.merchantPublicKey.trim()
  const pagsmile = key === '' || 'bits' in readPublicKey(key)
  const keysecure = faultOfAddresses(linesOf(draft.addresses)) === undefined
  return (
    draft.name.trim() !== '' &&
    isBalance(draft.openingBalance) &&
    (draft.pagsmile || draft.keysecure) &&
    (!draft.pagsmile || pagsmile) &&
    (!draft.keysecure || keysecure)
  )
}

function partnerOf(draft: Draft): CreatePartner {
  const { integrationMode, approveCardholdersAutomatically, settings } = draft
  const [openingBalance, merchantPublicKey] = [draft.openingBalance.trim(), draft.merchantPublicKey.trim()]
  return {
    name: draft.name.trim(),
    integrationMode,
    approveCardholdersAutomatically,
    ...(openingBalance === '' ? {} : { openingBalance }),
    ...(draft.pagsmile
      ? { pagsmile: { ...settings, ...(merchantPublicKey === '' ? {} : { merchantPublicKey }) } }
      : {}),
    ...(draft.keysecure ? { keysecure: { allowedAddresses: linesOf(draft.addresses) } } : {}),
  }
}
