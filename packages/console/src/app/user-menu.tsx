import { Button, Menu, Text } from '@mantine/core'
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
    <Menu position="bottom-end" shadow="md" width={240}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          rightSection={<ChevronDown size={14} />}
          aria-label={`${mode}, signed in as ${session.name}`}
        >
          {mode}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <div style={{ padding: '6px 12px 10px' }}>
          <Text fw={600}>{session.name}</Text>
          <Text size="xs" c="dimmed">
            {wordsOf(session.role)} role
          </Text>
        </div>
        <Menu.Divider />
        <Menu.Item leftSection={<LogOut size={15} />} onClick={() => signOut.mutate()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
