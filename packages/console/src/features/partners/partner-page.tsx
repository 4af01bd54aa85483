import { Stack } from '@mantine/core'
import type { PartnerWithCredentials } from '@openissuer/sdk/operator.ts'
import { useQuery } from '@tanstack/react-query'
import { Ban, Power } from 'lucide-react'
import { ConfirmButton } from '../../components/confirm.tsx'
import { CopyText } from '../../components/copy-button.tsx'
import { Facts } from '../../components/facts.tsx'
import { InstantText } from '../../components/instant.tsx'
import { Page, Section } from '../../components/page.tsx'
import { EmptyState, Loaded } from '../../components/states.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { usePartnerId } from '../../lib/partner.ts'
import { useMay } from '../../lib/session.ts'
import { useAction } from '../../lib/use-action.ts'
import { KeysecureCredential } from './keysecure-credential.tsx'
import { PagsmileApp } from './pagsmile-app.tsx'
import { PartnerAccounts } from './partner-accounts.tsx'
import { PartnerLinks } from './partner-links.tsx'
import { ResponderSection } from './responder.tsx'

export default function PartnerPage() {
  const partnerId = usePartnerId()
  const query = useQuery({
    queryKey: ['partner', partnerId],
    queryFn: ({ signal }) => api.partners.retrieve(partnerId, { signal }),
  })
  const partner = query.data
  return (
    <Page
      title={partner?.name ?? 'Partner'}
      crumbs={[{ label: 'Partners', to: '/partners' }]}
      {...(partner === undefined
        ? {}
        : { aside: <StatusBadge status={partner.status} />, actions: <StatusAction partner={partner} /> })}
    >
      <Loaded query={query} rows={8}>
        {loaded => <PartnerSections partner={loaded} />}
      </Loaded>
    </Page>
  )
}

function PartnerSections({ partner }: { readonly partner: PartnerWithCredentials }) {
  const { partnerId, pagsmileApps, keysecureCredentials } = partner
  const asks = partner.integrationMode === 'partner-decides'
  return (
    <Stack gap={18}>
      <Section title="About">
        <Facts
          facts={[
            { term: 'Partner id', value: <CopyText value={partnerId} label="the partner id" /> },
            { term: 'Who decides on purchases', value: asks ? 'The partner is asked' : 'The platform' },
            {
              term: 'Cardholders',
              value: partner.approveCardholdersAutomatically ? 'Approved automatically' : 'Reviewed by an operator',
            },
            { term: 'Created', value: <InstantText at={partner.createdAt} /> },
          ]}
        />
      </Section>
      <PartnerLinks partnerId={partnerId} />
      <PartnerAccounts partnerId={partnerId} />
      {pagsmileApps.map(app => (
        <PagsmileApp key={app.appId} partnerId={partnerId} app={app} />
      ))}
      {keysecureCredentials.map(credential => (
        <KeysecureCredential key={credential.apiKey} partnerId={partnerId} credential={credential} />
      ))}
      {pagsmileApps.length + keysecureCredentials.length === 0 && (
        <Section title="Credentials">
          <EmptyState title="No credentials">This partner cannot call the platform.</EmptyState>
        </Section>
      )}
      {(asks || partner.responder !== null) && <ResponderSection partner={partner} />}
    </Stack>
  )
}

/** Whether the partner's own calls are answered; its cards go on either way. */
function StatusAction({ partner: { partnerId, name, status } }: { readonly partner: PartnerWithCredentials }) {
  const mayChange = useMay('operator')
  const change = useAction({
    call: (enable: boolean) => (enable ? api.partners.enable(partnerId) : api.partners.disable(partnerId)),
    done: ({ status: now }) => `${name} is ${now}`,
    changes: [['partner', partnerId], ['partners']],
    quiet: true,
  })
  if (status === 'disabled') {
    return (
      <ConfirmButton
        label="Enable partner"
        icon={<Power size={15} />}
        disabled={!mayChange}
        consequence="Its calls are answered again, within three seconds."
        run={() => change.mutateAsync(true)}
      />
    )
  }
  return (
    <ConfirmButton
      label="Disable partner"
      danger
      icon={<Ban size={15} />}
      disabled={!mayChange}
      consequence="All its calls are refused from then on, within three seconds. Its cards go on: they are blocked or closed one by one. It can be enabled again."
      run={() => change.mutateAsync(false)}
    />
  )
}
