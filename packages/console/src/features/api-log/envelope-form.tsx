import { Button, Group, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Section } from '../../components/page.tsx'
import { api } from '../../lib/api.ts'
import { useMay } from '../../lib/session.ts'
import { useAction } from '../../lib/use-action.ts'
import classes from './api-log.module.css'
import { envelopeOf } from './envelope-text.ts'
import { InspectionResult } from './inspection-result.tsx'

export function EnvelopeForm({ path: givenPath }: { readonly path: string }) {
  const [text, setText] = useState('')
  const [path, setPath] = useState(givenPath)
  const [appId, setAppId] = useState('')
  const mayInspect = useMay('operator')
  const read = envelopeOf(text)
  const app = appId.trim() === '' ? (read.appId ?? '') : appId.trim()
  const inspect = useAction({
    call: () =>
      api.inspections.envelope(app, {
        envelope: read.envelope ?? {},
        ...(path.trim() === '' ? {} : { path: path.trim() }),
      }),
    quiet: true,
  })
  return (
    <div className={classes.bodies}>
      <Section title="The envelope">
        <form
          className={classes.form}
          onSubmit={event => {
            event.preventDefault()
            inspect.mutate()
          }}
        >
          <Textarea
            label="Body as the client has sent it"
            description="A JSON object with app_id, partner_id, random_key, biz_data and four more"
            autosize
            minRows={10}
            maxRows={22}
            spellCheck={false}
            classNames={{ input: 'mono' }}
            value={text}
            error={text.trim() === '' ? undefined : read.problem}
            onChange={event => setText(event.currentTarget.value)}
          />
          <TextInput
            label="App id"
            description="Whose keys are tried; of the envelope, unless given"
            placeholder={read.appId ?? ''}
            value={appId}
            onChange={event => setAppId(event.currentTarget.value)}
          />
          <TextInput
            label="Path of the call"
            description="Optional: has the business data checked too"
            placeholder="/issuing/card/query-card-info"
            value={path}
            onChange={event => setPath(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button
              type="submit"
              loading={inspect.isPending}
              disabled={!mayInspect || read.envelope === undefined || app === ''}
            >
              Inspect
            </Button>
          </Group>
        </form>
      </Section>
      <InspectionResult result={inspect.data} error={inspect.error} />
    </div>
  )
}
