/** What is shown once and never again. Neither a click beside it, a key, the way back nor a reload closes it unasked. */
import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core'
import { useBlocker } from '@tanstack/react-router'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { download } from '../lib/csv.ts'
import { CopyText } from './copy-button.tsx'
import { JsonView } from './json-view.tsx'
import { Note } from './note.tsx'
import classes from './once-dialog.module.css'

export type Shown = {
  readonly label: string
  readonly value: string
  /** cannot be had again */
  readonly secret?: boolean
}

export type OnceDialogProps = {
  readonly title: string
  readonly shown: readonly Shown[]
  /** of the file that it can be kept in, without an ending */
  readonly fileName: string
  readonly done: () => void
}

export function OnceDialog({ title, shown, fileName, done }: OnceDialogProps) {
  const secrets = shown.filter(({ secret }) => secret === true)
  const [kept, setKept] = useState(secrets.length === 0)
  useBlocker({ shouldBlockFn: () => !kept, enableBeforeUnload: () => !kept })
  const save = () => {
    const content = Object.fromEntries(shown.map(({ label, value }) => [label, value]))
    download(`${fileName}.json`, `${JSON.stringify(content, null, 2)}\n`, 'application/json')
  }
  return (
    <Modal
      opened
      onClose={done}
      size="lg"
      title={<Text fw={600}>{title}</Text>}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack gap="md">
        {secrets.length > 0 && (
          <Note tone="warn" title="This is not shown again">
            {`Keep ${namesOf(secrets)} in a safe place now: nobody can read it back, here or from the database.`}
          </Note>
        )}
        <dl className={classes.list}>
          {shown.map(({ label, value }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>
                {value.includes('\n') ? (
                  <JsonView value={value} label={label} />
                ) : (
                  <CopyText value={value} label={label} />
                )}
              </dd>
            </div>
          ))}
        </dl>
        {secrets.length > 0 && (
          <Checkbox
            label={`I have kept ${namesOf(secrets)}`}
            checked={kept}
            onChange={event => setKept(event.currentTarget.checked)}
          />
        )}
        <Group justify="flex-end">
          <Button variant="default" leftSection={<Download size={15} />} onClick={save}>
            Save as a file
          </Button>
          <Button disabled={!kept} onClick={done}>
            Done
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

function namesOf(secrets: readonly Shown[]): string {
  // a word begins small within a sentence, an abbreviation does not
  return secrets
    .map(({ label }) => `the ${label.replace(/^[A-Z](?=[a-z])/, first => first.toLowerCase())}`)
    .join(' and ')
}
