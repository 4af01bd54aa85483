import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { Form } from '../../components/form.tsx'
import { api } from '../../lib/api.ts'
import { useFields } from '../../lib/fields.ts'
import ChangeLimit from './change-limit.tsx'

type GiveLimitProps = { readonly partnerId: string; readonly close: () => void }

/** First which card, then how much. */
export default function GiveLimit({ partnerId, close }: GiveLimitProps) {
  const fields = useFields({ cardToken: '' })
  const [cardId, setCardId] = useState<string | null>(null)
  if (cardId !== null) return <ChangeLimit partnerId={partnerId} cardId={cardId} close={close} />
  const find = async () => {
    const card = await api.cards.retrieveByToken(fields.values.cardToken.trim())
    if (card.partnerId !== partnerId) throw new Error('This card belongs to another partner.')
    setCardId(card.cardId)
  }
  return (
    <Form submitLabel="Next" fields={fields} submit={find} cancel={close}>
      <TextInput
        {...fields.text('cardToken')}
        label="Card token"
        description="Twelve digits; it stands on the card’s page"
        inputMode="numeric"
        required
        data-autofocus
      />
    </Form>
  )
}
