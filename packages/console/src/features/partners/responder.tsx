import { Radio, Select, Stack, TextInput } from '@mantine/core'
import type { PartnerWithCredentials, Responder } from '@openissuer/sdk/operator.ts'
import { useQuery } from '@tanstack/react-query'
import { MessageCircleQuestion } from 'lucide-react'
import { useState } from 'react'
import { CopyText } from '../../components/copy-button.tsx'
import { DialogButton, DialogForm } from '../../components/dialog-form.tsx'
import { Facts } from '../../components/facts.tsx'
import { Note } from '../../components/note.tsx'
import { Section } from '../../components/page.tsx'
import { Loaded } from '../../components/states.tsx'
import { api } from '../../lib/api.ts'
import { useMay } from '../../lib/session.ts'
import { useAction } from '../../lib/use-action.ts'

type OfPartner = { readonly partner: PartnerWithCredentials }

/** Who is asked about the authorizations of a partner that decides itself. */
export function ResponderSection({ partner }: OfPartner) {
  const { partnerId, keysecureCredentials } = partner
  const mayChange = useMay('operator')
  const isSet = partner.responder !== null
  const query = useQuery({
    queryKey: ['partner', partnerId, 'responder'],
    queryFn: ({ signal }) => api.partners.responder(partnerId, { signal }),
    enabled: isSet,
  })
  return (
    <Section
      title="Who is asked"
      lead="What the platform would approve is asked here; the answer counts when it comes in time."
      actions={
        <DialogButton
          label={isSet ? 'Change' : 'Say where'}
          title="Where the partner is asked"
          icon={<MessageCircleQuestion size={15} />}
          disabled={!mayChange || keysecureCredentials.length === 0 || (isSet && query.data === undefined)}
        >
          {close => <ResponderForm partner={partner} before={query.data} close={close} />}
        </DialogButton>
      }
    >
      {isSet ? (
        <Loaded query={query}>{responder => <ResponderFacts responder={responder} />}</Loaded>
      ) : (
        <NobodyAsked partner={partner} />
      )}
    </Section>
  )
}

function ResponderFacts({ responder: { url, apiKey, fallback } }: { readonly responder: Responder }) {
  return (
    <Facts
      facts={[
        { term: 'Address', value: <CopyText value={url} label="the address" /> },
        { term: 'In the name of', value: <span className="mono">{apiKey}</span> },
        { term: 'When nobody answers in time', value: FALLBACKS[fallback] },
      ]}
    />
  )
}

function NobodyAsked({ partner: { keysecureCredentials } }: OfPartner) {
  return (
    <Note tone="warn" title="Nobody can be asked">
      {keysecureCredentials.length === 0
        ? 'The question is asked with KeySecure only, and this partner has no credential of it.'
        : 'The partner decides itself, and it is not said where it is asked.'}
    </Note>
  )
}

const FALLBACKS: Record<Responder['fallback'], string> = {
  decline: 'It is declined',
  approve: 'It is approved',
}

type FormProps = OfPartner & { readonly before: Responder | undefined; readonly close: () => void }

function ResponderForm({ partner: { partnerId, keysecureCredentials }, before, close }: FormProps) {
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
