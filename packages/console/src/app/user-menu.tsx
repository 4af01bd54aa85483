import { Button, Popover, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { ChevronDown, LogOut } from 'lucide-react'
import { wordsOf } from '../components/status-badge.tsx'
import { api } from '../lib/api.ts'
import { changeSession, useSession } from '../lib/session.ts'
import { useAction } from '../lib/use-action.ts'

/** In whose name things are done here, and the way out. */
export function UserMenu() {
  const session = useSession()
  const mode = session.mode === 'sandbox' ? 'Sandbox' : 'Live'
  const client = useQueryClient()
  const signOut = useAction({
    call: () => api.session.signOut(),
    onDone: () => changeSession(client, null),
  })
  return (
    <Popover position="bottom-end" shadow="md" width={240} trapFocus>
      <Popover.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          rightSection={<ChevronDown size={14} />}
          aria-label={`${mode}, signed in as ${session.name}`}
        >
          {mode}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Signed in">
        <Text fw={600}>{session.name}</Text>
        <Text size="xs" c="dimmed" mb="sm">
          {wordsOf(session.role)} role
        </Text>
        <Button variant="default" fullWidth leftSection={<LogOut size={15} />} onClick={() => signOut.mutate()}>
          Sign out
        </Button>
      </Popover.Dropdown>
    </Popover>
  )
}
