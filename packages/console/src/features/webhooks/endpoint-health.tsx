import type { WebhookBacklog, WebhookEndpoint } from '@openissuer/sdk/operator.ts'
import { StatusBadge } from '../../components/status-badge.tsx'

export type EndpointHealthProps = {
  readonly endpoint: WebhookEndpoint
  readonly backlog: WebhookBacklog['endpoints'][number] | undefined
}

/** An endpoint that fails is active, but does not do well. */
export function EndpointHealth({ endpoint, backlog }: EndpointHealthProps) {
  const failures = backlog?.failuresInRow ?? 0
  if (endpoint.state !== 'active' || failures === 0) return <StatusBadge status={endpoint.state} />
  return (
    <StatusBadge status="active" tone="warn" label={failures === 1 ? 'Failing' : `Failing, ${failures} in a row`} />
  )
}
