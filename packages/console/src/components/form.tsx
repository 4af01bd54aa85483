/** Forms: fields side by side as far as there is room, one button that sends, and a failure that stays until the next try. */
import { Button, Group, Select, Text, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { failureOf } from '../lib/failure.ts'
import type { Fields } from '../lib/fields.ts'
import classes from './form.module.css'

type AnyFields = Pick<Fields<Record<string, string>>, 'object' | 'clearObjections'>

export type FormProps = {
  readonly submitLabel: string
  readonly fields: AnyFields
  /** rejects with the failure, which is then shown at its field or above the buttons */
  readonly submit: () => Promise<unknown>
  readonly cancel?: () => void
  readonly disabled?: boolean
  readonly danger?: boolean
  readonly children: ReactNode
}

export function Form({ submitLabel, fields, submit, cancel, disabled = false, danger = false, children }: FormProps) {
  const [working, setWorking] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const send = async () => {
    setWorking(true)
    setError(null)
    fields.clearObjections()
    try {
      await submit()
    } catch (failure) {
      if (!fields.object(failure)) setError(failure)
    } finally {
      setWorking(false)
    }
  }
  return (
    <form
      className={classes.form}
      onSubmit={event => {
        event.preventDefault()
        void send()
      }}
    >
      {children}
      {error !== null && (
        <Text c="var(--bad)" role="alert">
          {failureOf(error).message}
        </Text>
      )}
      <Group justify="flex-end" mt={4}>
        {cancel !== undefined && (
          <Button variant="default" onClick={cancel} disabled={working}>
            Cancel
          </Button>
        )}
        <Button type="submit" loading={working} disabled={disabled} color={danger ? 'red.8' : undefined}>
          {submitLabel}
        </Button>
      </Group>
    </form>
  )
}

/** Fields side by side. */
export function FieldRow({ children }: { readonly children: ReactNode }) {
  return <div className={classes.row}>{children}</div>
}

/** Fields under a heading of their own. */
export function FieldGroup({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  return (
    <fieldset className={classes.group}>
      <legend>{title}</legend>
      {lead !== undefined && <p className={classes.lead}>{lead}</p>}
      {children}
    </fieldset>
  )
}

type FieldProps = ReturnType<Fields<Record<string, string>>['text']> & {
  readonly label: string
  readonly description?: string
  readonly required?: boolean
}

/** An amount in major units, with its currency at the end. */
export function MoneyInput({ currency, ...field }: FieldProps & { readonly currency: string }) {
  return (
    <TextInput
      {...field}
      inputMode="decimal"
      autoComplete="off"
      placeholder="0.00"
      classNames={{ input: 'number' }}
      rightSection={<span className={classes.currency}>{currency}</span>}
      rightSectionWidth={52}
    />
  )
}

type ChoiceProps = ReturnType<Fields<Record<string, string>>['choice']> & {
  readonly label: string
  readonly description?: string
  readonly required?: boolean
  readonly data: readonly { readonly value: string; readonly label: string }[]
  readonly placeholder?: string
  readonly searchable?: boolean
  readonly clearable?: boolean
}

export function ChoiceInput({ data, ...field }: ChoiceProps) {
  return <Select {...field} data={[...data]} allowDeselect={field.clearable === true} />
}
