/** A form that opens over the page. Its fields begin anew each time, as they are there only while it is open. */
import { Button, Group, type ModalProps, Stack, Text } from '@mantine/core'
import { type ReactNode, Suspense, useState } from 'react'
import { failureOf } from '../lib/failure.ts'
import { LoadingState } from './states.tsx'
import { Dialog, useDialog } from './use-dialog.ts'

export type DialogButtonProps = {
  /** on the button */
  readonly label: string
  /** of the dialog; the label unless said */
  readonly title?: string
  readonly icon?: ReactNode
  readonly disabled?: boolean
  /** what the page is mostly for */
  readonly primary?: boolean
  readonly size?: ModalProps['size']
  /** in a row of a table: what the row is about, for whoever cannot see that */
  readonly about?: string
  /** a `DialogForm`, or a `Form`; it may be fetched when it is first opened */
  readonly children: (close: () => void) => ReactNode
}

export function DialogButton({
  label,
  title = label,
  icon,
  disabled = false,
  primary = false,
  size = 'md',
  about,
  children,
}: DialogButtonProps) {
  const { opened, fetched, open, close } = useDialog()
  return (
    <>
      <Button
        variant={primary ? 'filled' : 'default'}
        leftSection={icon}
        disabled={disabled}
        onClick={open}
        {...(about === undefined ? {} : { size: 'compact-xs', 'aria-label': `${label} ${about}` })}
      >
        {label}
      </Button>
      {fetched && (
        <Suspense>
          <Dialog opened={opened} onClose={close} size={size} title={title}>
            <Suspense fallback={<LoadingState />}>{children(close)}</Suspense>
          </Dialog>
        </Suspense>
      )}
    </>
  )
}

export type DialogFormProps = {
  /** on the button that sends it */
  readonly submit: string
  /** what is sent cannot simply be undone */
  readonly danger?: boolean
  /** whether it can be sent as it is filled in */
  readonly ready?: boolean
  /** rejects with the failure, which is then shown in the dialog */
  readonly run: () => Promise<unknown>
  readonly close: () => void
  readonly children: ReactNode
}

export function DialogForm({ submit, danger = false, ready = true, run, close, children }: DialogFormProps) {
  const [working, setWorking] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const send = async () => {
    setWorking(true)
    setError(null)
    try {
      await run()
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
        if (ready && !working) void send()
      }}
    >
      <Stack gap="md">{children}</Stack>
      {error !== null && (
        <Text c="var(--bad)" mt="md" role="alert">
          {failureOf(error).message}
        </Text>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={close} disabled={working}>
          Cancel
        </Button>
        <Button type="submit" color={danger ? 'red.8' : undefined} loading={working} disabled={!ready}>
          {submit}
        </Button>
      </Group>
    </form>
  )
}
