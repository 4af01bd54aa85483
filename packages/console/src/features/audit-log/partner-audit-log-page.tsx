import { useQuery } from '@tanstack/react-query'
import { FileClock } from 'lucide-react'
import { LinkButton } from '../../components/link-button.tsx'
import { Page } from '../../components/page.tsx'
import { partnersQuery, usePartnerId } from '../../lib/partner.ts'
import { AuditList } from './audit-list.tsx'

export default function PartnerAuditLogPage() {
  const partnerId = usePartnerId()
  const { data: partners = [] } = useQuery(partnersQuery)
  const name = partners.find(partner => partner.partnerId === partnerId)?.name
  return (
    <Page
      title={name === undefined ? 'Audit log' : `Audit log of ${name}`}
      lead="Calls that changed something of this partner, or showed what is secret of its cards."
      actions={
        <LinkButton to="/audit-log" icon={<FileClock size={15} />}>
          Log of the platform
        </LinkButton>
      }
    >
      <AuditList partnerId={partnerId} />
    </Page>
  )
}
