import type { PartnerWithCredentials, Responder } from '@openissuer/sdk/operator.ts'
import { useQuery } from '@tanstack/react-query'
import { MessageCircleQuestion } from 'lucide-react'
import { lazy } from 'react'
import { CopyText } from '../../components/copy-button.tsx'
import { DialogButton } from '../../components/dialog-form.tsx'
import { Facts } from '../../components/facts.tsx'
import { Note } from '../../components/note.tsx'
import { Section } from '../../components/page.tsx'
import { Loaded } from '../../components/states.tsx'
import { api } from '../../lib/api.ts'
import { useMay } from '../../lib/session.ts'
import { FALLBACKS } from './fallbacks.ts'

const ResponderForm = lazy(() => import('./responder-form.tsx'))

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
