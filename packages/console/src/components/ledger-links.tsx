/** Ways into the ledger from whatever names an account or an entry. */
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { usePartnerId } from '../lib/partner.ts'

export function AccountLink({ accountId, children }: { readonly accountId: string; readonly children?: ReactNode }) {
  const partnerId = usePartnerId()
  return (
    <Link to={'/p/$partnerId/ledger/accounts/$accountId' as never} params={{ partnerId, accountId } as never}>
      {children ?? <span className="mono">{accountId}</span>}
    </Link>
  )
}

export function EntryLink({ entryId, children }: { readonly entryId: string; readonly children?: ReactNode }) {
  const partnerId = usePartnerId()
  return (
    <Link to={'/p/$partnerId/ledger/journal/$entryId' as never} params={{ partnerId, entryId } as never}>
      {children ?? <span className="mono">{entryId}</span>}
    </Link>
  )
}
