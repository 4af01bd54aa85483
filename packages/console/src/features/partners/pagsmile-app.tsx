import { NumberInput, Stack, Text } from '@mantine/core'
import type { PagsmileAppSettings, PartnerWithCredentials } from '@openissuer/sdk/operator.ts'
import { KeyRound, RefreshCw, SlidersHorizontal } from 'lucide-react'
import { useState } from 'react'
import { CopyText } from '../../components/copy-button.tsx'
import { DialogButton, DialogForm } from '../../components/dialog-form.tsx'
import { Facts } from '../../components/facts.tsx'
import { InstantText } from '../../components/instant.tsx'
import { Section } from '../../components/page.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { useMay } from '../../lib/session.ts'
import { useAction } from '../../lib/use-action.ts'
import { AppSettingsFields, SETTINGS } from './app-settings-fields.tsx'
import { PemDetails } from './pem-details.tsx'
import { readPublicKey } from './public-key.ts'
import { PublicKeyField } from './public-key-field.tsx'

type App = PartnerWithCredentials['pagsmileApps'][number]

type OfApp = { readonly partnerId: string; readonly app: App }

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
        {close => <SettingsForm {...of} close={close} />}
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

type FormProps = OfApp & { readonly close: () => void }

function SettingsForm({ partnerId, app, close }: FormProps) {
  const { unlimitedDateRange, showSensitive, plaintext } = app
  const [settings, setSettings] = useState<PagsmileAppSettings>({ unlimitedDateRange, showSensitive, plaintext })
  const change = useAction({
    call: (wanted: Partial<PagsmileAppSettings>) => api.partners.updatePagsmileApp(partnerId, app.appId, wanted),
    done: () => 'The settings are changed',
    changes: [['partner', partnerId]],
    quiet: true,
  })
  const changed = SETTINGS.filter(({ name }) => settings[name] !== app[name])
  return (
    <DialogForm
      submit="Change settings"
      close={close}
      ready={changed.length > 0}
      run={() => change.mutateAsync(Object.fromEntries(changed.map(({ name }) => [name, settings[name]])))}
    >
      <AppSettingsFields value={settings} change={setSettings} />
    </DialogForm>
  )
}

function MerchantKeyForm({ partnerId, app, close }: FormProps) {
  const [publicKey, setPublicKey] = useState('')
  const replace = useAction({
    call: (key: string) => api.partners.setMerchantKey(partnerId, app.appId, key),
    done: () => 'The merchant key counts within three seconds',
    changes: [['partner', partnerId]],
    quiet: true,
  })
  const replaces = app.merchantPublicKey !== null
  return (
    <DialogForm
      submit={replaces ? 'Replace key' : 'Upload key'}
      close={close}
      ready={'bits' in readPublicKey(publicKey)}
      run={() => replace.mutateAsync(publicKey.trim())}
    >
      <Text>
        Answers and notifications are encrypted with it.
        {replaces && ' From then on the partner needs the private key of the new one to read them.'}
      </Text>
      <PublicKeyField value={publicKey} change={setPublicKey} required />
    </DialogForm>
  )
}

const GRACE_HOURS = 168
const GRACE_HOURS_MAX = 2_160

function RotationForm({ partnerId, app, close }: FormProps) {
  const [graceHours, setGraceHours] = useState<number | string>(GRACE_HOURS)
  const rotate = useAction({
    call: (hours: number) => api.partners.rotatePlatformKey(partnerId, app.appId, { graceHours: hours }),
    done: () => 'The platform has a new key',
    changes: [['partner', partnerId]],
    quiet: true,
  })
  return (
    <DialogForm
      submit="Rotate key"
      close={close}
      ready={typeof graceHours === 'number'}
      run={() => rotate.mutateAsync(Number(graceHours))}
    >
      <Text>
        The app gets a new platform key, whose public part the partner then encrypts its requests with. Requests under
        the old one are understood until the hours are over; one that was replaced before is not understood any more.
      </Text>
      <NumberInput
        label="Hours of grace for the old key"
        description={`0 to ${GRACE_HOURS_MAX}; ${GRACE_HOURS} hours are a week`}
        min={0}
        max={GRACE_HOURS_MAX}
        clampBehavior="strict"
        allowDecimal={false}
        value={graceHours}
        onChange={setGraceHours}
        required
      />
    </DialogForm>
  )
}
