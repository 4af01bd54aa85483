import type { WebhookEndpoint } from '@openissuer/sdk/operator.ts'
import { useState } from 'react'
import { DialogForm } from '../../components/dialog-form.tsx'
import { api } from '../../lib/api.ts'
import { useAction } from '../../lib/use-action.ts'
import { AddressFields, KindChoice } from './endpoint-fields.tsx'
import { CHANGED } from './webhook-queries.ts'

type EditProps = { readonly partnerId: string; readonly endpoint: WebhookEndpoint; readonly close: () => void }

export default function EditEndpointForm({ partnerId, endpoint, close }: EditProps) {
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
