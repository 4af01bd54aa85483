import type { Cardholder } from '@openissuer/sdk/operator.ts'
import { FieldGroup, Form } from '../../components/form.tsx'
import { api } from '../../lib/api.ts'
import { useFields } from '../../lib/fields.ts'
import { useAction } from '../../lib/use-action.ts'
import { AddressFields, ContactFields, IdentityFields } from './identity-fields.tsx'
import { personChanges, personValues } from './person-changes.ts'

type ChangePersonProps = {
  readonly partnerId: string
  readonly cardholderId: string
  readonly person: NonNullable<Cardholder['person']>
  readonly close: () => void
}

export default function ChangePersonForm({ partnerId, cardholderId, person, close }: ChangePersonProps) {
  const before = personValues(person)
  const fields = useFields<Record<string, string>>(before)
  const changes = personChanges(before, fields.values)
  const change = useAction({
    call: () => api.cardholders.update(partnerId, cardholderId, changes ?? {}),
    done: ({ verification }) =>
      verification === 'approved' ? 'The person is changed.' : 'The person is changed, and waits for a new review.',
    changes: [
      ['cardholder', partnerId, cardholderId],
      ['cardholders', partnerId],
    ],
    quiet: true,
    onDone: close,
  })
  return (
    <Form
      submitLabel="Save"
      fields={fields}
      submit={() => change.mutateAsync()}
      cancel={close}
      disabled={changes === undefined}
    >
      <FieldGroup title="Who it is" lead="A change of anything but mobile, email and gender asks for a new review.">
        <IdentityFields fields={fields} at="person" country="nationality" />
        <ContactFields fields={fields} at="person" />
      </FieldGroup>
      <AddressFields fields={fields} at="person.address" />
    </Form>
  )
}
