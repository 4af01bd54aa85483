import { PasswordInput } from '@mantine/core'
import type { CardWithDetails } from '@openissuer/sdk/operator.ts'
import { Form } from '../../components/form.tsx'
import { api } from '../../lib/api.ts'
import { useFields } from '../../lib/fields.ts'
import { useAction } from '../../lib/use-action.ts'

export default function PinForm({ card, close }: { readonly card: CardWithDetails; readonly close: () => void }) {
  const { partnerId, cardId, cardToken } = card
  const fields = useFields({ pin: '', again: '' })
  const { pin, again } = fields.values
  const differs = again !== '' && again !== pin
  const set = useAction({
    // not as the mutation's input, which stays in its cache
    call: () => api.cards.setPin(cardToken, pin),
    done: () => 'The PIN is set.',
    changes: [['card', partnerId, cardId]],
    quiet: true,
    onDone: close,
  })
  const field = { autoComplete: 'off', inputMode: 'numeric', maxLength: 12, required: true } as const
  return (
    <Form
      submitLabel="Set the PIN"
      fields={fields}
      submit={() => set.mutateAsync()}
      cancel={close}
      disabled={pin !== again}
    >
      <PasswordInput
        {...field}
        {...fields.text('pin')}
        label="PIN"
        description="4 to 12 digits; nobody can read it back"
      />
      <PasswordInput
        {...field}
        {...fields.text('again')}
        label="PIN once more"
        error={differs ? 'This is another PIN' : undefined}
      />
    </Form>
  )
}
