/** `/simulator` is that of the partner who was looked at last. */
import { Navigate } from '@tanstack/react-router'
import { EmptyState } from '../../components/states.tsx'
import { useCurrentPartnerId } from '../../lib/partner.ts'
import { useFilters } from '../../lib/search.ts'

export default function SimulatorRedirect() {
  const partnerId = useCurrentPartnerId()
  const { values } = useFilters()
  if (partnerId === undefined)
    return <EmptyState title="No partner yet">The simulator plays with a partner's cards.</EmptyState>
  return (
    <Navigate
      to={'/p/$partnerId/simulator' as never}
      params={{ partnerId } as never}
      search={values as never}
      replace
    />
  )
}
