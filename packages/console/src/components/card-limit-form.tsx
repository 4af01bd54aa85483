import type { LimitOfCard } from '@openissuer/sdk/operator.ts'
import { api } from '../lib/api.ts'
import { useFields } from '../lib/fields.ts'
import { useAction } from '../lib/use-action.ts'
import { Form } from './form.tsx'
import { LimitFields, limitFieldsOf, limitTermsOf } from './limit-fields.tsx'

export type CardLimitFormProps = {
  readonly partnerId: string
  readonly cardId: string
  readonly known: LimitOfCard
  readonly close: () => void
}

/** Gives a card its limit, or another one. */
export default function CardLimitForm({ partnerId, cardId, known, close }: CardLimitFormProps) {
  const { ceilings, limit } = known
  const { currency } = ceilings.singleAmount
  const fields = useFields(limitFieldsOf(limit))
  const set = useAction({
    call: () => api.cardLimits.set(partnerId, cardId, limitTermsOf(fields.values, currency)),
    done: () => 'The limit counts from now on.',
    changes: [['card', partnerId, cardId], ['card-limits']],
    quiet: true,
    onDone: close,
  })
  return (
    <Form submitLabel="Save the limit" fields={fields} submit={() => set.mutateAsync()} cancel={close}>
      <LimitFields fields={fields} ceilings={ceilings} />
    </Form>
  )
}
