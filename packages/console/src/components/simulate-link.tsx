import { FlaskConical } from 'lucide-react'
import { useSession } from '../lib/session.ts'
import { LinkButton } from './link-button.tsx'

export type SimulateLinkProps = {
  readonly partnerId: string
  readonly cardToken: string
  /** that the next message is to follow */
  readonly authorizationId?: string
}

/** To the simulator, with the card chosen; there is none in live mode. */
export function SimulateLink({ partnerId, cardToken, authorizationId }: SimulateLinkProps) {
  if (useSession().mode === 'live') return null
  const search = { cardToken, ...(authorizationId === undefined ? {} : { authorizationId }) }
  return (
    <LinkButton
      to="/p/$partnerId/simulator"
      params={{ partnerId }}
      search={search}
      icon={<FlaskConical size={15} aria-hidden />}
    >
      {authorizationId === undefined ? 'Simulate' : 'Simulate what follows'}
    </LinkButton>
  )
}
