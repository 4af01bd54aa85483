/** A made-up event for an endpoint, so that its receiver can be tried. */

import { Select, Text } from '@mantine/core'
import type { HappeningKind, WebhookEndpoint } from '@openissuer/sdk/operator.ts'
import { useState } from 'react'
import { DialogForm } from '../../components/dialog-form.tsx'
import { wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { useAction } from '../../lib/use-action.ts'
import { CHANGED } from './webhook-queries.ts'

type ExampleProps = { readonly partnerId: string; readonly endpoint: WebhookEndpoint; readonly close: () => void }

export default function ExampleForm({ partnerId, endpoint: { endpointId, kinds }, close }: ExampleProps) {
  const [kind, setKind] = useState<string | null>(
    kinds.includes('authorization') ? 'authorization' : (kinds[0] ?? null),
  )
  const send = useAction({
    call: () => api.webhookEndpoints.sendExample(partnerId, endpointId, kind as HappeningKind),
    done: () => 'The example is on its way: it is the newest delivery.',
    changes: CHANGED,
    quiet: true,
  })
  return (
    <DialogForm submit="Send it" ready={kind !== null} run={() => send.mutateAsync()} close={close}>
      <Text>A made-up event for this endpoint alone. Nothing has happened to any card.</Text>
      <Select
        label="Kind"
        data={kinds.map(value => ({ value, label: wordsOf(value) }))}
        value={kind}
        onChange={setKind}
        allowDeselect={false}
      />
    </DialogForm>
  )
}
