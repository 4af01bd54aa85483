/** What was before, told to an endpoint once more. */

import { Text, TextInput } from '@mantine/core'
import type { WebhookEndpoint } from '@openissuer/sdk/operator.ts'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { DialogForm } from '../../components/dialog-form.tsx'
import { api } from '../../lib/api.ts'
import { instantOf, localOf } from '../../lib/time.ts'
import { useAction } from '../../lib/use-action.ts'
import { useZone } from '../../lib/zone.tsx'
import { CHANGED } from './webhook-queries.ts'

type ReplayProps = { readonly partnerId: string; readonly endpoint: WebhookEndpoint; readonly close: () => void }

export default function ReplayForm({ partnerId, endpoint: { endpointId }, close }: ReplayProps) {
  const { zone } = useZone()
  const { data: clock } = useQuery({ queryKey: ['clock'], queryFn: ({ signal }) => api.clock.read({ signal }) })
  const [typed, setTyped] = useState<string>()
  const local = typed ?? (clock === undefined ? '' : localOf(hourBefore(clock.now), zone))
  const since = instantOf(local, zone)
  const replay = useAction({
    call: () => api.webhookEndpoints.replay(partnerId, endpointId, since ?? ''),
    done: ({ events }) => (events === 1 ? 'One event is sent again.' : `${events} events are sent again.`),
    changes: CHANGED,
    quiet: true,
  })
  return (
    <DialogForm submit="Replay" ready={since !== undefined} run={() => replay.mutateAsync()} close={close}>
      <Text>
        Every event since then that the endpoint wants is sent once more, delivered or not, in its order and under its
        old id: a receiver that knows the id leaves it out.
      </Text>
      <TextInput
        label="Since"
        description={`By the product's clock, in ${zone}`}
        type="datetime-local"
        step={1}
        required
        value={local}
        onChange={event => setTyped(event.currentTarget.value)}
      />
    </DialogForm>
  )
}

function hourBefore(instant: string): string {
  return new Date(Date.parse(instant) - 3_600_000).toISOString()
}
