import { Button, Text, TextInput } from '@mantine/core'
import { type ReactNode, Suspense, useState } from 'react'
import { DialogForm } from './dialog-form.tsx'
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

/**
 * A button that asks before it does something that cannot simply be undone. When what it does becomes something else, such as
 * enabling what has just been disabled, the question that was open is gone: nobody confirms the one for the other.
 */
export function ConfirmButton(props: ConfirmProps) {
  return <Confirm key={props.label} {...props} />
}

function Confirm({ label, consequence, danger = false, disabled = false, icon, about, reason, run }: ConfirmProps) {
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

function Question({ label, consequence, danger = false, reason, run, close }: QuestionProps) {
  const [given, setGiven] = useState('')
  const send = () => run(given.trim() === '' ? undefined : given.trim())
  return (
    <DialogForm submit={label} danger={danger} run={send} close={close}>
      <Text component="div">{consequence}</Text>
      {reason !== undefined && (
        <TextInput
          label="Reason"
          description={reason === 'optional' ? 'Optional; kept with the change' : 'Kept with the change'}
          maxLength={REASON_MAX}
          required={reason === 'required'}
          value={given}
          onChange={event => setGiven(event.currentTarget.value)}
          data-autofocus
        />
      )}
    </DialogForm>
  )
}
