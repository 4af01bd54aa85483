import { Button, Group, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Section } from '../../components/page.tsx'
import { api } from '../../lib/api.ts'
import { useMay } from '../../lib/session.ts'
import { useAction } from '../../lib/use-action.ts'
import classes from './api-log.module.css'
import { InspectionResult } from './inspection-result.tsx'

export function SignatureForm() {
  const [apiKey, setApiKey] = useState('')
  const [timestamp, setTimestamp] = useState('')
  const [signature, setSignature] = useState('')
  const [body, setBody] = useState('')
  const mayInspect = useMay('operator')
  const inspect = useAction({
    call: () =>
      api.inspections.signature(apiKey.trim(), { timestamp: timestamp.trim(), signature: signature.trim(), body }),
    quiet: true,
  })
  const isReady = [apiKey, timestamp, signature, body].every(text => text.trim() !== '')
  return (
    <div className={classes.bodies}>
      <Section title="The callback">
        <form
          className={classes.form}
          onSubmit={event => {
            event.preventDefault()
            inspect.mutate()
          }}
        >
          <TextInput
            label="API key"
            description="In whose name it was signed"
            value={apiKey}
            onChange={event => setApiKey(event.currentTarget.value)}
          />
          <TextInput
            label="Timestamp"
            description="The header of this name"
            value={timestamp}
            onChange={event => setTimestamp(event.currentTarget.value)}
          />
          <TextInput
            label="Signature"
            description="The header of this name"
            classNames={{ input: 'mono' }}
            spellCheck={false}
            value={signature}
            onChange={event => setSignature(event.currentTarget.value)}
          />
          <Textarea
            label="Body as it came"
            description="Byte for byte: 100.00 and 100 are signed differently"
            autosize
            minRows={8}
            maxRows={22}
            spellCheck={false}
            classNames={{ input: 'mono' }}
            value={body}
            onChange={event => setBody(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button type="submit" loading={inspect.isPending} disabled={!mayInspect || !isReady}>
              Inspect
            </Button>
          </Group>
        </form>
      </Section>
      <InspectionResult result={inspect.data} error={inspect.error} />
    </div>
  )
}
