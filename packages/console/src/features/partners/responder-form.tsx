import { Radio, Select, Stack, TextInput } from '@mantine/core'
import type { PartnerWithCredentials, Responder } from '@openissuer/sdk/operator.ts'
import { useState } from 'react'
import { DialogForm } from '../../components/dialog-form.tsx'
import { api } from '../../lib/api.ts'
import { useAction } from '../../lib/use-action.ts'
import { FALLBACKS } from './fallbacks.ts'

type FormProps = {
  readonly partner: PartnerWithCredentials
  readonly before: Responder | undefined
  readonly close: () => void
}

export default function ResponderForm({ partner: { partnerId, keysecureCredentials }, before, close }: FormProps) {
  const [url, setUrl] = useState(before?.url ?? '')
  const [apiKey, setApiKey] = useState(before?.apiKey ?? keysecureCredentials[0]?.apiKey ?? '')
  const [fallback, setFallback] = useState<Responder['fallback']>(before?.fallback ?? 'decline')
  const save = useAction({
    call: (responder: Responder) => api.partners.setResponder(partnerId, responder),
    done: () => 'The partner is asked there from now on',
    changes: [['partner', partnerId]],
    quiet: true,
  })
  const wrong = url.trim() !== '' && !URL.canParse(url.trim())
  return (
    <DialogForm
      submit="Ask here"
      close={close}
      ready={URL.canParse(url.trim()) && apiKey !== ''}
      run={() => save.mutateAsync({ url: url.trim(), apiKey, fallback })}
    >
      <TextInput
        label="Address"
        placeholder="https://partner.example/authorize"
        type="url"
        required
        maxLength={2_048}
        value={url}
        onChange={event => setUrl(event.currentTarget.value)}
        error={wrong ? 'A whole address, with https:// before it' : undefined}
        data-autofocus
      />
      <Select
        label="In the name of"
        description="The question is signed with the secret of this API key"
        allowDeselect={false}
        data={keysecureCredentials.map(credential => credential.apiKey)}
        value={apiKey}
        onChange={value => setApiKey(value ?? apiKey)}
      />
      <Radio.Group label="When nobody answers in time" value={fallback} onChange={value => setFallback(value)}>
        <Stack gap={8} mt={6}>
          <Radio value="decline" label={FALLBACKS.decline} />
          <Radio value="approve" label={FALLBACKS.approve} />
        </Stack>
      </Radio.Group>
    </DialogForm>
  )
}
