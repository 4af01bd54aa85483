import { Switch, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Form } from '../../components/form.tsx'
import { api } from '../../lib/api.ts'
import { useFields } from '../../lib/fields.ts'
import { useAction } from '../../lib/use-action.ts'

type RejectFormProps = { readonly partnerId: string; readonly cardholderId: string; readonly close: () => void }

export default function RejectForm({ partnerId, cardholderId, close }: RejectFormProps) {
  const fields = useFields({ remark: '', codes: '' })
  const [final, setFinal] = useState(false)
  const codes = fields.values.codes.split(/[\s,]+/).filter(code => code !== '')
  const reject = useAction({
    call: () => api.cardholders.reject(partnerId, cardholderId, { remark: fields.values.remark.trim(), codes, final }),
    done: () => (final ? 'The cardholder is rejected.' : 'The cardholder is asked for better documents.'),
    changes: [
      ['cardholder', partnerId, cardholderId],
      ['cardholders', partnerId],
    ],
    quiet: true,
    onDone: close,
  })
  return (
    <Form
      submitLabel={final ? 'Reject for good' : 'Ask again'}
      fields={fields}
      submit={() => reject.mutateAsync()}
      cancel={close}
      danger={final}
    >
      <TextInput
        {...fields.text('remark')}
        label="Reason"
        description="The partner is told so"
        maxLength={128}
        required
        data-autofocus
      />
      <TextInput
        {...fields.text('codes')}
        label="Codes"
        description="Optional; of the partner’s dialect, with commas"
      />
      <Switch
        label="For good"
        description="Nothing more may be sent, and cards that waited have failed"
        checked={final}
        onChange={event => setFinal(event.currentTarget.checked)}
      />
    </Form>
  )
}
