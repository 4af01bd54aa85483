import type { PartnerWithCredentials } from '@openissuer/sdk/operator.ts'
import { SlidersHorizontal } from 'lucide-react'
import { lazy } from 'react'
import { CopyText } from '../../components/copy-button.tsx'
import { DialogButton } from '../../components/dialog-form.tsx'
import { Facts } from '../../components/facts.tsx'
import { InstantText } from '../../components/instant.tsx'
import { Section } from '../../components/page.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import { useMay } from '../../lib/session.ts'

const KeysecureSettingsForm = lazy(() => import('./keysecure-settings-form.tsx'))

export type Credential = PartnerWithCredentials['keysecureCredentials'][number]

export type OfCredential = { readonly partnerId: string; readonly credential: Credential }

export function KeysecureCredential({ partnerId, credential }: OfCredential) {
  const mayChange = useMay('operator')
  return (
    <Section
      title="KeySecure credential"
      actions={
        <DialogButton label="Settings" icon={<SlidersHorizontal size={15} />} disabled={!mayChange} size="lg">
          {close => <KeysecureSettingsForm partnerId={partnerId} credential={credential} close={close} />}
        </DialogButton>
      }
    >
      <Facts
        facts={[
          { term: 'API key', value: <CopyText value={credential.apiKey} label="the API key" /> },
          {
            term: 'State',
            value: <StatusBadge status={credential.enabled ? 'active' : 'disabled'} />,
          },
          {
            term: 'Expires',
            value: credential.expiresAt === null ? 'Never' : <InstantText at={credential.expiresAt} />,
          },
          {
            term: 'Requests per second',
            value: credential.requestsPerSecond === null ? 'No limit' : String(credential.requestsPerSecond),
          },
          { term: 'Allowed addresses', value: <Lines lines={credential.allowedAddresses} none="All" /> },
          {
            term: 'Card page',
            value: credential.pciEnabled ? <Lines lines={credential.pciOrigins} none="On, for no origin yet" /> : 'Off',
          },
        ]}
      />
    </Section>
  )
}

function Lines({ lines, none }: { readonly lines: readonly string[]; readonly none: string }) {
  if (lines.length === 0) return none
  return lines.map(line => (
    <div key={line} className="mono">
      {line}
    </div>
  ))
}
