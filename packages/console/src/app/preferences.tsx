import { ActionIcon, Popover } from '@mantine/core'
import { Settings2 } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { LoadingState } from '../components/states.tsx'

const PreferencesForm = lazy(() => import('./preferences-form.tsx'))

/** How the console looks to this user. */
export function Preferences() {
  return (
    <Popover position="bottom-end" shadow="md" width={280} trapFocus>
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Preferences">
          <Settings2 size={18} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label="Preferences">
        <Suspense fallback={<LoadingState rows={3} />}>
          <PreferencesForm />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  )
}
