/** How a receiver knows that a message is genuine: what the dialect signs, step by step, and the same in code. */

import { List, Text } from '@mantine/core'
import type { WebhookRequest } from '@openissuer/sdk/operator.ts'
import { JsonView } from '../../components/json-view.tsx'
import { Section } from '../../components/page.tsx'
import type { Dialect } from './dialects.ts'
import classes from './webhooks.module.css'

type SignatureProps = {
  readonly dialect: Dialect
  /** of one message, whose text that is signed is shown then */
  readonly signature?: WebhookRequest['signature']
}

export default function SignatureSection({ dialect, signature = null }: SignatureProps) {
  return (
    <Section title="How it is signed">
      {dialect === 'pagsmile' ? <Unsigned /> : <Keysecure />}
      {signature !== null && (
        <div className={classes.part}>
          <Text fw={550} mb={6}>
            The text that was signed: {signature.scheme}
          </Text>
          <JsonView value={signature.over} label="the text that is signed" />
        </div>
      )}
    </Section>
  )
}

function Unsigned() {
  return (
    <Text maw="78ch">
      Pagsmile notifications are plain JSON and carry no signature, so a receiver cannot know the sender from the
      message. Give the endpoint a URL that nobody can guess, take connections from the platform's addresses only, and
      ask the API about what moves money before you act on it.
    </Text>
  )
}

function Keysecure() {
  return (
    <>
      <List type="ordered" spacing={6} className={classes.steps ?? ''}>
        <List.Item>
          Take the members of <code>data</code> as pairs, from the raw body: a text stands as it is, everything else as
          its JSON text. <code>100.00</code> stays <code>100.00</code>.
        </List.Item>
        <List.Item>
          Add <code>appId</code>, which is the API key, and <code>timestamp</code>, which is the header{' '}
          <code>Timestamp</code>.
        </List.Item>
        <List.Item>
          Sort the pairs by name, write each as <code>name=value</code>, and join them with <code>&amp;</code>.
        </List.Item>
        <List.Item>
          The HMAC-SHA256 of that text under the API secret, in hex, is the header <code>Signature</code> (
          <code>Sign-Version: V1</code>). Compare in constant time, and refuse a <code>Timestamp</code> that is old: it
          is real time, whatever the sandbox's clock says.
        </List.Item>
      </List>
      <div className={classes.part}>
        <JsonView value={SAMPLE} label="the sample" />
      </div>
    </>
  )
}

const SAMPLE = `import { createHmac, timingSafeEqual } from 'node:crypto'

/** rawData: the members of \`data\` as they stand in the body: name → text, or JSON text for what is no text */
function isGenuine(headers, rawData, apiKey, apiSecret) {
  const pairs = { appId: apiKey, timestamp: headers.timestamp, ...rawData }
  const text = Object.keys(pairs).sort().map(name => \`\${name}=\${pairs[name]}\`).join('&')
  const expected = createHmac('sha256', apiSecret).update(text).digest()
  const given = Buffer.from(headers.signature, 'hex')
  return given.length === expected.length && timingSafeEqual(given, expected)
}`
