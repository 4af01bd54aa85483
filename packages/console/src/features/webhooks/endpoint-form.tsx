/** Where a partner hears of what happens: a new endpoint, or another address or choice for one that there is. */

import { Checkbox, Group, SegmentedControl, Select, Text, TextInput } from '@mantine/core'
import type { HappeningKind, PartnerWithCredentials, WebhookEndpoint } from '@openissuer/sdk/operator.ts'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { DialogForm } from '../../components/dialog-form.tsx'
import { Loaded } from '../../components/states.tsx'
import { wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { useAction } from '../../lib/use-action.ts'
import { DIALECT_NAMES, DIALECTS, type Dialect } from './dialects.ts'
import { CHANGED } from './webhook-queries.ts'

const URL_MAX = 512
const DESCRIPTION_MAX = 128

type NewEndpointProps = { readonly partnerId: string; readonly close: () => void }

export function NewEndpointForm({ partnerId, close }: NewEndpointProps) {
  const partner = useQuery({
    queryKey: ['partner', partnerId],
    queryFn: ({ signal }) => api.partners.retrieve(partnerId, { signal }),
  })
  return <Loaded query={partner}>{data => <CreateForm partner={data} close={close} />}</Loaded>
}

function CreateForm({ partner, close }: { readonly partner: PartnerWithCredentials; readonly close: () => void }) {
  const usable = DIALECT_NAMES.filter(name => credentialsOf(partner, name).length > 0)
  const [dialect, setDialect] = useState<Dialect>(usable[0] ?? 'pagsmile')
  const [credential, setCredential] = useState<string | null>(credentialsOf(partner, dialect)[0] ?? null)
  const [url, setUrl] = useState('')
  const [description, setDescription] = useState('')
  const [kinds, setKinds] = useState<readonly HappeningKind[]>(DIALECTS[dialect].kinds)
  const create = useAction({
    call: () =>
      api.webhookEndpoints.create(partner.partnerId, {
        dialect,
        credential: credential ?? '',
        url: url.trim(),
        description: description.trim() === '' ? null : description.trim(),
        kinds,
      }),
    done: () => 'The endpoint hears of what happens from now on.',
    changes: CHANGED,
    quiet: true,
  })
  const speak = (name: Dialect) => {
    setDialect(name)
    setCredential(credentialsOf(partner, name)[0] ?? null)
    setKinds(DIALECTS[name].kinds)
  }
  if (usable.length === 0) {
    return <Text>This partner has no credential of a dialect, in whose name it could be told anything.</Text>
  }
  return (
    <DialogForm
      submit="Create the endpoint"
      ready={credential !== null && url.trim() !== '' && kinds.length > 0}
      run={() => create.mutateAsync()}
      close={close}
    >
      <SegmentedControl
        aria-label="Dialect"
        data={usable.map(value => ({ value, label: DIALECTS[value].label }))}
        value={dialect}
        onChange={value => speak(value)}
      />
      <Select
        label={dialect === 'pagsmile' ? 'App' : 'API key'}
        description="In whose name the partner is told"
        data={[...credentialsOf(partner, dialect)]}
        value={credential}
        onChange={setCredential}
        allowDeselect={false}
      />
      <AddressFields {...{ url, setUrl, description, setDescription }} />
      <KindChoice dialect={dialect} kinds={kinds} choose={setKinds} />
    </DialogForm>
  )
}

function credentialsOf(partner: PartnerWithCredentials, dialect: Dialect): readonly string[] {
  if (dialect === 'pagsmile') return partner.pagsmileApps.map(({ appId }) => appId)
  return partner.keysecureCredentials.map(({ apiKey }) => apiKey)
}

type EditProps = { readonly partnerId: string; readonly endpoint: WebhookEndpoint; readonly close: () => void }

export function EditEndpointForm({ partnerId, endpoint, close }: EditProps) {
  const [url, setUrl] = useState(endpoint.url)
  const [description, setDescription] = useState(endpoint.description ?? '')
  const [kinds, setKinds] = useState(endpoint.kinds)
  const change = useAction({
    call: () =>
      api.webhookEndpoints.update(partnerId, endpoint.endpointId, {
        url: url.trim(),
        description: description.trim() === '' ? null : description.trim(),
        kinds,
      }),
    done: () => 'The endpoint is changed.',
    changes: CHANGED,
    quiet: true,
  })
  return (
    <DialogForm
      submit="Save"
      ready={url.trim() !== '' && kinds.length > 0}
      run={() => change.mutateAsync()}
      close={close}
    >
      <AddressFields {...{ url, setUrl, description, setDescription }} />
      <KindChoice dialect={endpoint.dialect} kinds={kinds} choose={setKinds} />
    </DialogForm>
  )
}

type AddressProps = {
  readonly url: string
  readonly setUrl: (url: string) => void
  readonly description: string
  readonly setDescription: (description: string) => void
}

function AddressFields({ url, setUrl, description, setDescription }: AddressProps) {
  return (
    <>
      <TextInput
        label="URL"
        description="https in live mode; in sandbox http and this machine too"
        placeholder="https://partner.example/webhooks"
        type="url"
        maxLength={URL_MAX}
        required
        value={url}
        onChange={event => setUrl(event.currentTarget.value)}
        data-autofocus
      />
      <TextInput
        label="Description"
        maxLength={DESCRIPTION_MAX}
        value={description}
        onChange={event => setDescription(event.currentTarget.value)}
      />
    </>
  )
}

type KindChoiceProps = {
  readonly dialect: Dialect
  readonly kinds: readonly HappeningKind[]
  readonly choose: (kinds: readonly HappeningKind[]) => void
}

function KindChoice({ dialect, kinds, choose }: KindChoiceProps) {
  const told = DIALECTS[dialect].kinds
  return (
    <div>
      <Checkbox.Group
        label="Kinds"
        description="What it wants to hear of"
        value={[...kinds]}
        onChange={chosen => choose(told.filter(kind => chosen.includes(kind)))}
      >
        <Group gap="8px 18px" mt={8}>
          {told.map(kind => (
            <Checkbox key={kind} value={kind} label={wordsOf(kind)} size="xs" />
          ))}
        </Group>
      </Checkbox.Group>
      <Checkbox
        mt="sm"
        size="xs"
        label="All of them"
        checked={kinds.length === told.length}
        indeterminate={kinds.length > 0 && kinds.length < told.length}
        onChange={event => choose(event.currentTarget.checked ? told : [])}
      />
    </div>
  )
}
