import { FileInput, TextInput } from '@mantine/core'
import type { NewDocument } from '@openissuer/sdk/operator.ts'
import { useState } from 'react'
import { ChoiceInput, Form } from '../../components/form.tsx'
import { api } from '../../lib/api.ts'
import { useFields } from '../../lib/fields.ts'
import { useAction } from '../../lib/use-action.ts'
import { choicesOf, DOCUMENT_KINDS } from './identity.ts'

const BYTES_MAX = 2 * 1024 * 1024

type DocumentFormProps = { readonly partnerId: string; readonly cardholderId: string; readonly close: () => void }

export default function DocumentForm({ partnerId, cardholderId, close }: DocumentFormProps) {
  const fields = useFields({ kind: 'id-front', description: '', fileName: '', content: '' })
  const [file, setFile] = useState<File | null>(null)
  const tooLarge = file !== null && file.size > BYTES_MAX
  const add = useAction({
    call: async () => api.cardholders.addDocument(partnerId, cardholderId, await documentOf(fields.values, file)),
    done: () => 'The document is kept.',
    changes: [
      ['cardholder', partnerId, cardholderId],
      ['cardholders', partnerId],
    ],
    quiet: true,
    onDone: close,
  })
  const objection = fields.text('fileName').error ?? fields.text('content').error
  return (
    <Form
      submitLabel="Add the document"
      fields={fields}
      submit={() => add.mutateAsync()}
      cancel={close}
      disabled={file === null || tooLarge}
    >
      <ChoiceInput {...fields.choice('kind')} label="What it is" data={choicesOf(DOCUMENT_KINDS)} required />
      <FileInput
        label="File"
        description="PDF, JPEG, PNG, DOC or DOCX, at most 2 MB"
        accept=".pdf,.jpg,.jpeg,.png,.doc,.docx"
        value={file}
        onChange={chosen => {
          setFile(chosen)
          fields.clearObjections()
        }}
        error={tooLarge ? 'Larger than 2 MB' : objection}
        placeholder="Choose a file"
        required
      />
      <TextInput {...fields.text('description')} label="Description" description="Optional" maxLength={128} />
    </Form>
  )
}

type Described = { readonly kind: string; readonly description: string }

async function documentOf({ kind, description }: Described, file: File | null): Promise<NewDocument> {
  if (file === null) throw new Error('No file was chosen.')
  return {
    kind: kind as NewDocument['kind'],
    fileName: file.name,
    content: new Uint8Array(await file.arrayBuffer()),
    ...(description.trim() === '' ? {} : { description: description.trim() }),
  }
}
