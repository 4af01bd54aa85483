/** Where a partner is to hear of what happens. */

import { SegmentedControl, Select, Text } from '@mantine/core'
import type { HappeningKind, PartnerWithCredentials } from '@openissuer/sdk/operator.ts'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { DialogForm } from '../../components/dialog-form.tsx'
import { Loaded } from '../../components/states.tsx'
import { api } from '../../lib/api.ts'
import { useAction } from '../../lib/use-action.ts'
import { DIALECT_NAMES, DIALECTS, type Dialect } from './dialects.ts'
import { AddressFields, KindChoice } from './endpoint-fields.tsx'
import { CHANGED } from './webhook-queries.ts'

type NewEndpointProps = { readonly partnerId: string; readonly close: () => void }

export default function NewEndpointForm({ partnerId, close }: NewEndpointProps) {
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
