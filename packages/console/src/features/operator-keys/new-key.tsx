import { OnceDialog } from '../../components/once-dialog.tsx'
import { wordsOf } from '../../components/status-badge.tsx'
import type { CreatedKey } from './operator-keys-page.tsx'

/** The key itself, which is not to be had again. */
export default function NewKey({ created, done }: { readonly created: CreatedKey; readonly done: () => void }) {
  return (
    <OnceDialog
      title={`The key ${created.name} is made`}
      shown={[
        { label: 'Role', value: wordsOf(created.role) },
        { label: 'Operator key', value: created.operatorKey, secret: true },
      ]}
      fileName={`operator-key-${created.keyId}`}
      done={done}
    />
  )
}
