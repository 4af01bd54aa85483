import { TextInput } from '@mantine/core'
import type { SpendLimit } from '@openissuer/sdk/operator.ts'
import { FieldRow, Form, MoneyInput } from '../../components/form.tsx'
import { api } from '../../lib/api.ts'
import { useFields } from '../../lib/fields.ts'
import { useAction } from '../../lib/use-action.ts'
import { thresholdsOf } from './terms.ts'

type ThresholdsFormProps = { readonly partnerId: string; readonly limit: SpendLimit; readonly close: () => void }

/** Name and thresholds of a limit; whatever else it is made of stays. */
export default function ThresholdsForm({ partnerId, limit, close }: ThresholdsFormProps) {
  const fields = useFields({
    name: limit.name,
    maxAmount: limit.maxAmount ?? '',
    maxCount: limit.maxCount === null ? '' : String(limit.maxCount),
  })
  const change = useAction({
    call: () =>
      api.spendLimits.update(partnerId, limit.limitId, {
        name: fields.values.name.trim(),
        ...thresholdsOf(fields.values),
      }),
    done: ({ name }) => `${name} is changed. What was counted stays.`,
    changes: [['spend-limits', partnerId]],
    quiet: true,
    onDone: close,
  })
  return (
    <Form submitLabel="Save" fields={fields} submit={() => change.mutateAsync()} cancel={close}>
      <TextInput {...fields.text('name')} label="Name" required />
      <FieldRow>
        <MoneyInput {...fields.text('maxAmount')} label="Amount" currency={limit.currency} />
        <TextInput {...fields.text('maxCount')} label="Purchases" inputMode="numeric" />
      </FieldRow>
    </Form>
  )
}
