import { Radio, Stack, TextInput } from '@mantine/core'
import type { OperatorRole } from '@openissuer/sdk/operator.ts'
import { useState } from 'react'
import { DialogForm } from '../../components/dialog-form.tsx'
import { wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { useAction } from '../../lib/use-action.ts'
import type { CreatedKey } from './operator-keys-page.tsx'

const ROLES: readonly { readonly role: OperatorRole; readonly meaning: string }[] = [
  { role: 'read-only', meaning: 'Looks at everything that is not secret' },
  { role: 'operator', meaning: 'Changes everything too, and sees documents of cardholders' },
  { role: 'reveal', meaning: 'Sees full card numbers too, with a reason in the audit log, and manages keys' },
]

type CreateKeyProps = { readonly close: () => void; readonly created: (key: CreatedKey) => void }

export default function CreateKeyForm({ close, created }: CreateKeyProps) {
  const [name, setName] = useState('')
  const [role, setRole] = useState<OperatorRole>('read-only')
  const create = useAction({
    call: () => api.operatorKeys.create({ name: name.trim(), role }),
    changes: [['operator-keys']],
    quiet: true,
    secret: true,
  })
  return (
    <DialogForm
      submit="Create key"
      close={close}
      ready={name.trim() !== ''}
      run={async () => created(await create.mutateAsync())}
    >
      <TextInput
        label="Name"
        description="Whose it is, or what it is for"
        required
        maxLength={100}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
        data-autofocus
      />
      <Radio.Group label="Role" value={role} onChange={setRole}>
        <Stack gap={8} mt={6}>
          {ROLES.map(({ role: value, meaning }) => (
            <Radio key={value} value={value} label={wordsOf(value)} description={meaning} />
          ))}
        </Stack>
      </Radio.Group>
    </DialogForm>
  )
}
