import { TextInput } from '@mantine/core'
import type { MerchantControl } from '@openissuer/sdk/operator.ts'
import { FieldGroup, Form } from '../../components/form.tsx'
import { api } from '../../lib/api.ts'
import { useFields } from '../../lib/fields.ts'
import { useAction } from '../../lib/use-action.ts'
import { ListFields, ScopeFields } from './rule-fields.tsx'
import { controlOf, ruleValues } from './terms.ts'

const LISTS = ['mccs', 'mccCategories', 'merchantIds', 'countries']

type ControlFormProps = {
  readonly partnerId: string
  /** the control that is changed; null for a new one */
  readonly known: MerchantControl | null
  readonly close: () => void
}

/** A control is never changed on the server: the new one is there before the old one goes, so that none is missing meanwhile. */
export default function ControlForm({ partnerId, known, close }: ControlFormProps) {
  const fields = useFields<Record<string, string>>({
    name: known?.name ?? '',
    'scope.kind': known?.scope.kind ?? 'card',
    'scope.id': known?.scope.id ?? '',
    ...ruleValues(known?.allow ?? null, 'allow'),
    ...ruleValues(known?.block ?? null, 'block'),
  })
  const keep = useAction({
    call: async () => {
      const created = await api.merchantControls.create(partnerId, controlOf(fields.values))
      if (known !== null) await api.merchantControls.remove(partnerId, known.controlId)
      return created
    },
    done: ({ name }) => `${name} counts from now on.`,
    changes: [['merchant-controls', partnerId]],
    quiet: true,
    onDone: close,
  })
  return (
    <Form
      submitLabel={known === null ? 'Create the control' : 'Save'}
      fields={fields}
      submit={() => keep.mutateAsync()}
      cancel={close}
    >
      <TextInput {...fields.text('name')} label="Name" required data-autofocus />
      <ScopeFields fields={fields} />
      <FieldGroup
        title="Only at"
        lead="Values with commas between them; a purchase must fit every list that is not empty"
      >
        <ListFields fields={fields} at="allow" names={LISTS} />
      </FieldGroup>
      <FieldGroup title="Never at" lead="A purchase must fit none of them">
        <ListFields fields={fields} at="block" names={LISTS} />
      </FieldGroup>
    </Form>
  )
}
