import { Stack } from '@mantine/core'
import type { PartnerWithCredentials } from '@openissuer/sdk/operator.ts'
import { KeyRound, RefreshCw, SlidersHorizontal } from 'lucide-react'
import { lazy } from 'react'
import { CopyText } from '../../components/copy-button.tsx'
import { DialogButton } from '../../components/dialog-form.tsx'
import { Facts } from '../../components/facts.tsx'
import { InstantText } from '../../components/instant.tsx'
import { Section } from '../../components/page.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import { useMay } from '../../lib/session.ts'
import { SETTINGS } from './app-settings-fields.tsx'
import { PemDetails } from './pem-details.tsx'

const AppSettingsForm = lazy(() => import('./app-settings-form.tsx'))
const MerchantKeyForm = lazy(() => import('./merchant-key-form.tsx'))
const RotationForm = lazy(() => import('./rotation-form.tsx'))

type App = PartnerWithCredentials['pagsmileApps'][number]

export type OfApp = { readonly partnerId: string; readonly app: App }

export function PagsmileApp({ partnerId, app }: OfApp) {
  return (
    <Section title={`Pagsmile app ${app.appId}`} actions={<AppActions partnerId={partnerId} app={app} />}>
      <Stack gap="lg">
        <Facts
          facts={[
            { term: 'App id', value: <CopyText value={app.appId} label="the app id" /> },
            { term: 'Partner id on the wire', value: <CopyText value={app.partnerId} label="the partner id" /> },
            ...SETTINGS.map(({ name, label }) => ({ term: label, value: app[name] ? 'On' : 'Off' })),
          ]}
        />
        <Facts
          wide
          facts={[
            {
              term: 'Merchant public key',
              value:
                app.merchantPublicKey === null ? (
                  <StatusBadge status="missing" tone="warn" label="Not uploaded: the partner cannot call" />
                ) : (
                  <PemDetails pem={app.merchantPublicKey} label="merchant public key" />
                ),
            },
            {
              term: 'Platform public key',
              value: <PemDetails pem={app.platformPublicKey} label="platform public key" />,
            },
            ...(app.previousKeyExpiresAt === null
              ? []
              : [
                  {
                    term: 'Previous platform key understood until',
                    value: <InstantText at={app.previousKeyExpiresAt} />,
                  },
                ]),
          ]}
        />
      </Stack>
    </Section>
  )
}

function AppActions(of: OfApp) {
  const mayChange = useMay('operator')
  const { app } = of
  return (
    <>
      <DialogButton label="Settings" icon={<SlidersHorizontal size={15} />} disabled={!mayChange}>
        {close => <AppSettingsForm {...of} close={close} />}
      </DialogButton>
      <DialogButton
        label={app.merchantPublicKey === null ? 'Upload merchant key' : 'Replace merchant key'}
        icon={<KeyRound size={15} />}
        disabled={!mayChange}
        size="lg"
      >
        {close => <MerchantKeyForm {...of} close={close} />}
      </DialogButton>
      <DialogButton label="Rotate platform key" icon={<RefreshCw size={15} />} disabled={!mayChange}>
        {close => <RotationForm {...of} close={close} />}
      </DialogButton>
    </>
  )
}
