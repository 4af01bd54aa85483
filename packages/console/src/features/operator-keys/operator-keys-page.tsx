import type { OperatorKey } from '@openissuer/sdk/operator.ts'
import { Plus } from 'lucide-react'
import { lazy, Suspense, useMemo, useState } from 'react'
import { ConfirmButton } from '../../components/confirm.tsx'
import type { Column } from '../../components/data-table.tsx'
import { DialogButton } from '../../components/dialog-form.tsx'
import { InstantText } from '../../components/instant.tsx'
import { ListTable } from '../../components/list-table.tsx'
import { Note } from '../../components/note.tsx'
import { Page } from '../../components/page.tsx'
import { EmptyState } from '../../components/states.tsx'
import { StatusBadge, wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { useCursorList } from '../../lib/cursor-list.ts'
import { useMay, useSession } from '../../lib/session.ts'
import { useAction } from '../../lib/use-action.ts'

const CreateKeyForm = lazy(() => import('./create-key-form.tsx'))
const NewKey = lazy(() => import('./new-key.tsx'))

export type CreatedKey = OperatorKey & { readonly operatorKey: string }

export default function OperatorKeysPage() {
  const mayManage = useMay('reveal')
  const [created, setCreated] = useState<CreatedKey | null>(null)
  const createButton = (
    <DialogButton label="Create operator key" icon={<Plus size={16} />} primary disabled={!mayManage}>
      {close => <CreateKeyForm close={close} created={setCreated} />}
    </DialogButton>
  )
  return (
    <Page
      title="Operator keys"
      lead="Who runs the platform: people sign in here with a key, programs call the Operator API with one. Each line of the audit log names the key."
      actions={createButton}
    >
      {mayManage ? (
        <KeyList />
      ) : (
        <Note title="Only a key of role reveal manages keys">Sign in with one to see who may do what.</Note>
      )}
      {created !== null && (
        <Suspense>
          <NewKey created={created} done={() => setCreated(null)} />
        </Suspense>
      )}
    </Page>
  )
}

function KeyList() {
  const { keyId: ownKeyId } = useSession()
  const list = useCursorList(['operator-keys'], (page, options) => api.operatorKeys.list(page, options))
  const columns = useMemo(() => columnsOf(ownKeyId), [ownKeyId])
  return (
    <ListTable
      label="Operator keys"
      name="operator-keys"
      list={list}
      columns={columns}
      rowKey={key => key.keyId}
      empty={<EmptyState title="No operator keys">The first one is made at the first start.</EmptyState>}
    />
  )
}

function columnsOf(ownKeyId: string): readonly Column<OperatorKey>[] {
  return [
    {
      id: 'name',
      header: 'Name',
      cell: ({ name, keyId }) => (keyId === ownKeyId ? `${name} (yours)` : name),
      csv: ({ name }) => name,
    },
    { id: 'role', header: 'Role', cell: ({ role }) => wordsOf(role), csv: ({ role }) => role },
    {
      id: 'state',
      header: 'State',
      cell: ({ revokedAt }) => <StatusBadge status={revokedAt === null ? 'active' : 'revoked'} />,
      csv: ({ revokedAt }) => (revokedAt === null ? 'active' : 'revoked'),
    },
    {
      id: 'id',
      header: 'Id',
      cell: ({ keyId }) => <span className="mono">{keyId}</span>,
      csv: ({ keyId }) => keyId,
    },
    {
      id: 'created',
      header: 'Created',
      cell: ({ createdAt }) => <InstantText at={createdAt} />,
      csv: ({ createdAt }) => createdAt,
    },
    {
      id: 'revoked',
      header: 'Revoked',
      cell: key => (key.revokedAt === null ? <RevokeButton operatorKey={key} /> : <InstantText at={key.revokedAt} />),
      csv: ({ revokedAt }) => revokedAt,
    },
  ]
}

function RevokeButton({ operatorKey: { keyId, name } }: { readonly operatorKey: OperatorKey }) {
  const { keyId: ownKeyId } = useSession()
  const revoke = useAction({
    call: () => api.operatorKeys.revoke(keyId),
    done: () => `The key ${name} opens nothing any more`,
    changes: [['operator-keys']],
    quiet: true,
  })
  return (
    <ConfirmButton
      label="Revoke"
      about={name}
      danger
      consequence={
        keyId === ownKeyId
          ? 'This is the key you have signed in with: you are signed out, and it opens nothing any more. It cannot be undone.'
          : 'Its calls are refused and its sessions end. It cannot be undone: whoever needs it gets another key.'
      }
      run={() => revoke.mutateAsync()}
    />
  )
}
