import { Switch } from '@mantine/core'
import type { PagsmileAppSettings } from '@openissuer/sdk/operator.ts'
import { useSession } from '../../lib/session.ts'

/** All off at first, as the server has them. */
export const SETTINGS_OFF: PagsmileAppSettings = { unlimitedDateRange: false, showSensitive: false, plaintext: false }

/** What an app may see and do. */
export const SETTINGS: readonly {
  readonly name: keyof PagsmileAppSettings
  readonly label: string
  readonly meaning: string
  readonly sandboxOnly?: true
}[] = [
  {
    name: 'unlimitedDateRange',
    label: 'Queries over any period',
    meaning: 'Otherwise a query may span 31 days',
  },
  {
    name: 'showSensitive',
    label: 'Full PAN and CVV2 in answers',
    meaning: 'For partners that may hold card data (PCI DSS); each answer leaves a line in the audit log',
  },
  {
    name: 'plaintext',
    label: 'Business data in clear',
    meaning: 'For a first look at the API, without encryption; sandbox only',
    sandboxOnly: true,
  },
]

export type AppSettingsFieldsProps = {
  readonly value: PagsmileAppSettings
  readonly change: (value: PagsmileAppSettings) => void
}

export function AppSettingsFields({ value, change }: AppSettingsFieldsProps) {
  const { mode } = useSession()
  return SETTINGS.filter(({ sandboxOnly }) => sandboxOnly !== true || mode === 'sandbox').map(
    ({ name, label, meaning }) => (
      <Switch
        key={name}
        label={label}
        description={meaning}
        checked={value[name]}
        onChange={event => change({ ...value, [name]: event.currentTarget.checked })}
      />
    ),
  )
}
