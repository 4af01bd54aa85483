import { FileClock } from 'lucide-react'
import { LinkButton } from '../../components/link-button.tsx'
import { Page } from '../../components/page.tsx'
import { useCurrentPartnerId } from '../../lib/partner.ts'
import { AuditList } from './audit-list.tsx'

export default function AuditLogPage() {
  const partnerId = useCurrentPartnerId()
  return (
    <Page
      title="Audit log"
      lead="Calls that changed something or showed secrets and concerned no single partner. The lines are part of the chains of digests that the proof of the ledger checks."
      actions={
        partnerId !== undefined && (
          <LinkButton to="/p/$partnerId/audit-log" params={{ partnerId }} icon={<FileClock size={15} />}>
            Log of the partner
          </LinkButton>
        )
      }
    >
      <AuditList partnerId={null} />
    </Page>
  )
}
