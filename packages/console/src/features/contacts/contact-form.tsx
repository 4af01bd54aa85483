import { TextInput } from '@mantine/core'
import type { NewContact } from '@openissuer/sdk/operator.ts'
import { FieldRow, Form } from '../../components/form.tsx'
import { api } from '../../lib/api.ts'
import { given, useFields } from '../../lib/fields.ts'
import { useAction } from '../../lib/use-action.ts'

type ContactFormProps = { readonly partnerId: string; readonly close: () => void }

export default function ContactForm({ partnerId, close }: ContactFormProps) {
  const fields = useFields({ firstName: '', lastName: '', mobile: '', email: '', language: '' })
  const create = useAction({
    call: () => api.contacts.create(partnerId, given(fields.values) as NewContact),
    done: ({ firstName, lastName }) => `${firstName} ${lastName} can be called.`,
    changes: [['contacts', partnerId]],
    quiet: true,
    onDone: close,
  })
  return (
    <Form submitLabel="Create the contact" fields={fields} submit={() => create.mutateAsync()} cancel={close}>
      <FieldRow>
        <TextInput {...fields.text('firstName')} label="First name" maxLength={64} required data-autofocus />
        <TextInput {...fields.text('lastName')} label="Last name" maxLength={64} required />
      </FieldRow>
      <TextInput {...fields.text('mobile')} label="Mobile" placeholder="+4930123456" type="tel" required />
      <TextInput {...fields.text('email')} label="Email" type="email" maxLength={80} required />
      <TextInput {...fields.text('language')} label="Language" description="Such as en or pt-BR; en unless given" />
    </Form>
  )
}
