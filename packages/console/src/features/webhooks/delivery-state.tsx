import type { WebhookDelivery } from '@openissuer/sdk/operator.ts'
import { StatusBadge } from '../../components/status-badge.tsx'

/** A delivery that waits for its next try after a failure is told from one that has not been tried yet. */
export function DeliveryState({ delivery }: { readonly delivery: Pick<WebhookDelivery, 'state' | 'attempts'> }) {
  const retrying = delivery.state === 'pending' && delivery.attempts > 0
  return retrying ? (
    <StatusBadge status="pending" tone="warn" label="Retrying" />
  ) : (
    <StatusBadge status={delivery.state} />
  )
}
