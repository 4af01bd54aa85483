import type { PagsmileAppSettings } from '@openissuer/sdk/operator.ts'
import { useState } from 'react'
import { DialogForm } from '../../components/dialog-form.tsx'
import { api } from '../../lib/api.ts'
import { useAction } from '../../lib/use-action.ts'
import { AppSettingsFields, SETTINGS } from './app-settings-fields.tsx'
import type { OfApp } from './pagsmile-app.tsx'

type FormProps = OfApp & { readonly close: () => void }

export default function AppSettingsForm({ partnerId, app, close }: FormProps) {
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
