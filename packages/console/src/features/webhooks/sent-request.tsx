/** What a receiver gets: headers, body as it stands on the wire, and how it is signed. */

import { SegmentedControl } from '@mantine/core'
import type { LoggedDelivery, WebhookEndpoint, WebhookRequest } from '@openissuer/sdk/operator.ts'
import { useState } from 'react'
import { CopyText } from '../../components/copy-button.tsx'
import { Facts } from '../../components/facts.tsx'
import { JsonView } from '../../components/json-view.tsx'
import { Section } from '../../components/page.tsx'
import { EmptyState } from '../../components/states.tsx'
import { indented } from '../../lib/json-text.ts'
import SignatureSection from './signature.tsx'
import classes from './webhooks.module.css'

type SentRequestProps = Pick<LoggedDelivery, 'request'> & { readonly endpoint: WebhookEndpoint | undefined }

export default function SentRequest({ request, endpoint }: SentRequestProps) {
  if (request === null) {
    return (
      <Section title="What is sent">
        <EmptyState title="Nothing can be shown">
          The dialect has no words for this event, or its endpoint or credential is gone.
        </EmptyState>
      </Section>
    )
  }
  return (
    <>
      <Section
        title="What is sent"
        lead="The body is that of the last try. A header that holds a time, and the signature over it, is made anew for each try: these are of a try now."
      >
        <Facts
          facts={[
            { term: request.method, value: <CopyText value={request.url} label="URL" /> },
            ...Object.entries(request.headers).map(([term, value]) => ({
              term,
              value: <CopyText value={value} label={term} />,
            })),
          ]}
        />
        <Body request={request} />
      </Section>
      {endpoint !== undefined && <SignatureSection dialect={endpoint.dialect} signature={request.signature} />}
    </>
  )
}

function Body({ request }: { readonly request: WebhookRequest }) {
  const [form, setForm] = useState('indented')
  return (
    <div className={classes.part}>
      <SegmentedControl
        size="xs"
        mb={8}
        aria-label="Form of the body"
        data={[
          { value: 'indented', label: 'Indented' },
          { value: 'sent', label: 'As sent' },
        ]}
        value={form}
        onChange={setForm}
      />
      <JsonView value={form === 'sent' ? request.body : indented(request.body)} label="the body" />
    </div>
  )
}
