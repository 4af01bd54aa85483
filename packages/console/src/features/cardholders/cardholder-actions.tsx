import { Group } from '@mantine/core'
import type { Cardholder, CardholderReview } from '@openissuer/sdk/operator.ts'
import { Check } from 'lucide-react'
import { lazy } from 'react'
import { ConfirmButton } from '../../components/confirm.tsx'
import { DialogButton } from '../../components/dialog-form.tsx'
import { api } from '../../lib/api.ts'
import { useMay } from '../../lib/session.ts'
import { useAction } from '../../lib/use-action.ts'

const RejectForm = lazy(() => import('./reject-form.tsx'))

type ActionProps = { readonly partnerId: string; readonly holder: Cardholder }

/** What a review can come to, and whether the cardholder may get more cards. */
export function CardholderActions({ partnerId, holder }: ActionProps) {
  const { cardholderId, verification, disabled } = holder
  const may = useMay('operator')
  const changes = [
    ['cardholder', partnerId, cardholderId],
    ['cardholders', partnerId],
    ['cards', partnerId],
  ]
  const approve = useAction({
    call: () => api.cardholders.approve(partnerId, cardholderId),
    done: () => 'The cardholder is approved.',
    changes,
    quiet: true,
  })
  const able = useAction({
    call: () => api.cardholders[disabled ? 'enable' : 'disable'](partnerId, cardholderId),
    done: (review: CardholderReview) =>
      review.disabled ? 'The cardholder gets no more cards.' : 'The cardholder may get cards again.',
    changes,
    quiet: true,
  })
  return (
    <Group gap={8}>
      {verification !== 'approved' && (
        <ConfirmButton
          label="Approve"
          consequence="Who it is has been verified. Cards that waited for it are made at once."
          icon={<Check size={15} />}
          disabled={!may}
          run={() => approve.mutateAsync()}
        />
      )}
      {verification !== 'rejected' && (
        <DialogButton label="Reject" title="Reject the cardholder" disabled={!may}>
          {close => <RejectForm partnerId={partnerId} cardholderId={cardholderId} close={close} />}
        </DialogButton>
      )}
      <ConfirmButton
        label={disabled ? 'Enable' : 'Disable'}
        consequence={
          disabled
            ? 'The cardholder may get cards again, once approved.'
            : 'The cardholder gets no more cards. Those that it has go on.'
        }
        danger={!disabled}
        disabled={!may}
        run={() => able.mutateAsync()}
      />
    </Group>
  )
}
