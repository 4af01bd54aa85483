import { Button, Group, Text, TextInput } from '@mantine/core'
import { type ReactNode, Suspense, useState } from 'react'
import { failureOf } from '../lib/failure.ts'
import { Dialog, useDialog } from './use-dialog.ts'

export type ConfirmProps = {
  /** on the button, and the title of the question */
  readonly label: string
  /** what it brings about, and whether it can be undone */
  readonly consequence: ReactNode
  readonly danger?: boolean
  readonly disabled?: boolean
  readonly icon?: ReactNode
  /** in a row of a table: what the row is about, for whoever cannot see that */
  readonly about?: string
  /** asks for a reason of 1 to 128 characters; `required` refuses to go on without */
  readonly reason?: 'optional' | 'required'
  /** rejects with the failure, which is then shown in the dialog */
  readonly run: (reason: string | undefined) => Promise<unknown>
}

/** A button that asks before it does something that cannot simply be undone. */
export function ConfirmButton({
  label,
  consequence,
  danger = false,
  disabled = false,
  icon,
  about,
  reason,
  run,
}: ConfirmProps) {
  const { opened, fetched, open, close } = useDialog()
  return (
    <>
      <Button
        variant="default"
        c={danger ? 'var(--bad)' : undefined}
        leftSection={icon}
        disabled={disabled}
        onClick={open}
        {...(about === undefined ? {} : { size: 'compact-xs', 'aria-label': `${label} ${about}` })}
      >
        {label}
      </Button>
      {fetched && (
        <Suspense>
          <Dialog opened={opened} onClose={close} title={about === undefined ? label : `${label} ${about}`}>
            <Question {...{ label, consequence, danger, reason, run, close }} />
          </Dialog>
        </Suspense>
      )}
    </>
  )
}

type QuestionProps = Pick<ConfirmProps, 'label' | 'consequence' | 'danger' | 'run'> & {
  readonly reason: ConfirmProps['reason']
  readonly close: () => void
}

const REASON_MAX = 128

function Question({ label, consequence, danger, reason, run, close }: QuestionProps) {
  const [given, setGiven] = useState('')
  const [working, setWorking] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const submit = async () => {
    setWorking(true)
    setError(null)
    try {
      await run(given.trim() === '' ? undefined : given.trim())
      close()
    } catch (failure) {
      setError(failure)
    } finally {
      setWorking(false)
    }
  }
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        void submit()
      }}
    >
      <Text component="div">{consequence}</Text>
      {reason !== undefined && (
        <TextInput
          mt="md"
          label="Reason"
          description={reason === 'optional' ? 'Optional; kept with the change' : 'Kept with the change'}
          maxLength={REASON_MAX}
          required={reason === 'required'}
          value={given}
          onChange={event => setGiven(event.currentTarget.value)}
          data-autofocus
        />
      )}
      {error !== null && (
        <Text c="var(--bad)" mt="sm" role="alert">
          {failureOf(error).message}
        </Text>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={close} disabled={working}>
          Cancel
        </Button>
        <Button type="submit" color={danger === true ? 'red.8' : undefined} loading={working}>
          {label}
        </Button>
      </Group>
    </form>
  )
}
