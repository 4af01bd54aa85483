import { NumberInput, Stack, Switch, TextInput } from '@mantine/core'
import type { KeysecureSettings } from '@openissuer/sdk/operator.ts'
import { useState } from 'react'
import { DialogForm } from '../../components/dialog-form.tsx'
import { api } from '../../lib/api.ts'
import { instantOf, localOf } from '../../lib/time.ts'
import { useAction } from '../../lib/use-action.ts'
import { useZone } from '../../lib/zone.tsx'
import { faultOfAddresses, faultOfOrigins, linesOf } from './addresses.ts'
import type { Credential, OfCredential } from './keysecure-credential.tsx'
import { LinesField } from './lines-field.tsx'

/** The fields as text. */
type Draft = Pick<KeysecureSettings, 'enabled' | 'pciEnabled'> & {
  readonly expiresAt: string
  readonly addresses: string
  readonly origins: string
  readonly rate: number | string
}

export default function KeysecureSettingsForm({
  partnerId,
  credential,
  close,
}: OfCredential & { readonly close: () => void }) {
  const { zone } = useZone()
  const [draft, setDraft] = useState<Draft>(() => draftOf(credential, zone))
  const put = (changes: Partial<Draft>) => setDraft(before => ({ ...before, ...changes }))
  const change = useAction({
    call: (wanted: Partial<KeysecureSettings>) =>
      api.partners.updateKeysecureCredential(partnerId, credential.apiKey, wanted),
    done: () => 'The settings are changed',
    changes: [['partner', partnerId]],
    quiet: true,
  })
  const settings = settingsOf(draft, zone)
  const changes = settings === undefined ? {} : changesOf(credential, settings)
  return (
    <DialogForm
      submit="Change settings"
      close={close}
      ready={Object.keys(changes).length > 0}
      run={() => change.mutateAsync(changes)}
    >
      <AccessFields draft={draft} put={put} zone={zone} />
      <CardPageFields draft={draft} put={put} />
    </DialogForm>
  )
}

type FieldsProps = { readonly draft: Draft; readonly put: (changes: Partial<Draft>) => void }

function AccessFields({ draft, put, zone }: FieldsProps & { readonly zone: string }) {
  return (
    <>
      <Switch
        label="Enabled"
        description="Otherwise every call with this key is refused"
        checked={draft.enabled}
        onChange={event => put({ enabled: event.currentTarget.checked })}
      />
      <TextInput
        label="Expires"
        description={`In ${zone}; never when empty`}
        type="datetime-local"
        step={1}
        value={draft.expiresAt}
        onChange={event => put({ expiresAt: event.currentTarget.value })}
      />
      <NumberInput
        label="Requests per second"
        description="No limit when empty"
        min={1}
        max={100_000}
        clampBehavior="strict"
        allowDecimal={false}
        value={draft.rate}
        onChange={rate => put({ rate })}
      />
      <LinesField
        label="Allowed addresses"
        description="IP addresses and CIDR ranges, one a line; empty for all"
        placeholder="203.0.113.7"
        value={draft.addresses}
        change={addresses => put({ addresses })}
        fault={faultOfAddresses(linesOf(draft.addresses))}
      />
    </>
  )
}

function CardPageFields({ draft, put }: FieldsProps) {
  return (
    <Stack gap="md">
      <Switch
        label="Card page"
        description="The partner's own pages may show a card's number in a frame of the platform"
        checked={draft.pciEnabled}
        onChange={event => put({ pciEnabled: event.currentTarget.checked })}
      />
      {draft.pciEnabled && (
        <LinesField
          label="Origins that may show it"
          description="One a line, as browsers write them: scheme, host and port"
          placeholder="https://shop.example"
          value={draft.origins}
          change={origins => put({ origins })}
          fault={faultOfOrigins(linesOf(draft.origins))}
        />
      )}
    </Stack>
  )
}

function draftOf(credential: Credential, zone: string): Draft {
  const { enabled, pciEnabled, expiresAt, allowedAddresses, pciOrigins, requestsPerSecond } = credential
  return {
    enabled,
    pciEnabled,
    expiresAt: expiresAt === null ? '' : localOf(expiresAt, zone),
    addresses: allowedAddresses.join('\n'),
    origins: pciOrigins.join('\n'),
    rate: requestsPerSecond ?? '',
  }
}

/** @returns undefined while something in it is not valid */
function settingsOf(draft: Draft, zone: string): KeysecureSettings | undefined {
  const expiresAt = draft.expiresAt === '' ? null : instantOf(draft.expiresAt, zone)
  const [allowedAddresses, pciOrigins] = [linesOf(draft.addresses), linesOf(draft.origins)]
  const fault = faultOfAddresses(allowedAddresses) ?? faultOfOrigins(pciOrigins)
  if (expiresAt === undefined || fault !== undefined) return undefined
  const { enabled, pciEnabled, rate } = draft
  return {
    enabled,
    pciEnabled,
    expiresAt,
    allowedAddresses,
    pciOrigins,
    requestsPerSecond: typeof rate === 'number' ? rate : null,
  }
}

/** What is to be another than it was, so that nobody's change of something else is undone. */
function changesOf(before: Credential, wanted: KeysecureSettings): Partial<KeysecureSettings> {
  const names = Object.keys(wanted) as (keyof KeysecureSettings)[]
  return Object.fromEntries(names.filter(name => !isSame(before[name], wanted[name])).map(name => [name, wanted[name]]))
}

/** Instants have the same moment in many spellings; the field has no milliseconds. */
function isSame(before: Credential[keyof KeysecureSettings], wanted: KeysecureSettings[keyof KeysecureSettings]) {
  if (typeof before !== 'string' || typeof wanted !== 'string') return JSON.stringify(before) === JSON.stringify(wanted)
  return Math.floor(Date.parse(before) / 1_000) === Math.floor(Date.parse(wanted) / 1_000)
}
