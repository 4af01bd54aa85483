/** The form of a message, made of the table of calls: it shows the fields that the call takes and no others. */

import { Button, Checkbox, Select, TextInput } from '@mantine/core'
import type { SimulationCall } from '@openissuer/sdk/operator.ts'
import type { ReactNode } from 'react'
import { FieldRow } from '../../components/form.tsx'
import { wordsOf } from '../../components/status-badge.tsx'
import type { Fields } from '../../lib/fields.ts'
import type { Made } from './answers.ts'
import { fieldsTaken } from './body.ts'
import {
  CALL_NAMES,
  CALLS,
  FIELD_GROUPS,
  FIELDS,
  type Field,
  type FieldGroupName,
  type FieldName,
  subjectFieldOf,
} from './calls.ts'
import { useCard } from './card-picker.tsx'
import { DECLINE_REASONS, magicAmount } from './magic-amounts.ts'
import { OriginalInput } from './original-input.tsx'
import { PRESETS, type Preset } from './presets.ts'
import classes from './simulator.module.css'
import { eciOf } from './three-ds.ts'
import type { Step } from './use-steps.ts'

export type FormValues = Readonly<Record<FieldName | 'authorizationId' | 'clearingId' | 'refundId', string>>

export const NO_VALUES = Object.fromEntries(
  [...Object.keys(FIELDS), 'authorizationId', 'clearingId', 'refundId'].map(name => [name, '']),
) as FormValues

export type CallFormProps = {
  readonly call: SimulationCall
  readonly chooseCall: (call: SimulationCall) => void
  readonly fields: Fields<FormValues>
  readonly partnerId: string
  readonly cardToken: string | null
  readonly steps: readonly Step[]
}

export function CallFields(props: CallFormProps) {
  const { call, chooseCall, fields } = props
  return (
    <>
      <Select
        label="Message"
        description={CALLS[call].lead}
        data={CALL_NAMES.map(value => ({ value, label: CALLS[value].label }))}
        value={call}
        onChange={value => value !== null && chooseCall(value)}
        allowDeselect={false}
        maxDropdownHeight={420}
      />
      <Presets presets={PRESETS[call] ?? []} fields={fields} call={call} />
      <Original {...props} />
      {FIELD_GROUPS.map(group => (
        <Group key={group} group={group} {...props} />
      ))}
    </>
  )
}

type PresetsProps = {
  readonly presets: readonly Preset[]
  readonly fields: Fields<FormValues>
  readonly call: SimulationCall
}

function Presets({ presets, fields, call }: PresetsProps) {
  if (presets.length === 0) return null
  const fill = ({ values }: Preset) => {
    const emptied = Object.fromEntries(CALLS[call].fields.map(name => [name, '']))
    fields.set({ ...emptied, ...values })
  }
  return (
    <div role="group" aria-label="Presets" className={classes.presets}>
      {presets.map(preset => (
        <Button key={preset.label} size="compact-xs" variant="default" onClick={() => fill(preset)}>
          {preset.label}
        </Button>
      ))}
    </div>
  )
}

const MADE = { authorizationId: 'authorization', clearingId: 'clearing', refundId: 'refund' } as const satisfies Record<
  string,
  Made
>

function Original({ call, fields, ...context }: CallFormProps) {
  const subject = subjectFieldOf(call)
  if (subject === undefined) return null
  const required = CALLS[call].subject !== 'authorization-or-card'
  return <OriginalInput made={MADE[subject]} required={required} {...context} {...fields.choice(subject)} />
}

function Group({ group, ...props }: CallFormProps & { readonly group: FieldGroupName }) {
  const { call, fields } = props
  const follows = fields.values.authorizationId !== ''
  const names = fieldsTaken(call, follows).filter(name => FIELDS[name].group === group)
  if (names.length === 0) return null
  const inputs = (
    <>
      <FieldRow>
        {names
          .filter(name => FIELDS[name].kind !== 'switch')
          .map(name => (
            <Input key={name} name={name} {...props} />
          ))}
      </FieldRow>
      {names
        .filter(name => FIELDS[name].kind === 'switch')
        .map(name => (
          <Switch key={name} name={name} {...props} />
        ))}
    </>
  )
  if (group === 'Message') return <div className={classes.fields}>{inputs}</div>
  const filled = names.filter(name => fields.values[name] !== '').length
  return (
    <Folded title={group} filled={filled}>
      {inputs}
    </Folded>
  )
}

/** What most messages go without is folded; it says how much of it is filled in. */
function Folded({
  title,
  filled,
  children,
}: {
  readonly title: string
  readonly filled: number
  readonly children: ReactNode
}) {
  return (
    <details className={classes.folded}>
      <summary>
        {title}
        {filled > 0 && <span className={classes.filled}>{filled} filled in</span>}
      </summary>
      <div className={classes.fields}>{children}</div>
    </details>
  )
}

type InputProps = CallFormProps & { readonly name: FieldName }

function Input({ name, ...props }: InputProps) {
  const { call, fields } = props
  if (name === 'amount') return <AmountInput {...props} />
  if (name === 'forceDecline') return <Choice {...props} name={name} choices={DECLINE_REASONS} />
  const field: Field = FIELDS[name]
  if (field.kind === 'choice') return <Choice {...props} name={name} choices={field.choices ?? []} />
  const required = (CALLS[call].required as readonly string[]).includes(name)
  return (
    <TextInput
      label={field.label}
      description={field.description}
      placeholder={field.placeholder}
      required={required}
      autoComplete="off"
      {...fields.text(name)}
    />
  )
}

/** With the amounts that a sandbox declines, where they have an effect. */
function AmountInput({ call, fields }: CallFormProps) {
  const required = (CALLS[call].required as readonly string[]).includes('amount')
  return (
    <>
      <TextInput
        label="Amount"
        description={required ? undefined : 'All of it without one'}
        placeholder={FIELDS.amount.placeholder}
        inputMode="decimal"
        required={required}
        autoComplete="off"
        {...fields.text('amount')}
      />
      {call === 'authorizations' && (
        <Select
          label="Decline by a magic amount"
          placeholder="No reason"
          data={DECLINE_REASONS.map(value => ({ value, label: wordsOf(value) }))}
          searchable
          value={null}
          onChange={reason =>
            reason !== null &&
            fields.set({
              amount: magicAmount(reason, fields.values.currency || 'USD'),
            })
          }
        />
      )}
    </>
  )
}

function Choice({ name, choices, fields, cardToken }: InputProps & { readonly choices: readonly string[] }) {
  const field: Field = FIELDS[name]
  const network = useCard(cardToken)?.network
  const { onChange, ...input } = fields.choice(name)
  const choose = (value: string | null) => {
    onChange(value)
    // a result says which indicator goes with it
    if (name === 'threeDs.result') fields.set({ 'threeDs.eci': value === null ? '' : eciOf(value, network) })
  }
  return (
    <Select
      label={field.label}
      description={field.description}
      placeholder="Not said"
      data={choices.map(value => ({ value, label: wordsOf(value) }))}
      searchable={choices.length > 8}
      clearable
      clearButtonProps={{ 'aria-label': `Clear ${field.label}` }}
      onChange={choose}
      {...input}
    />
  )
}

function Switch({ name, fields }: InputProps) {
  return (
    <Checkbox
      label={FIELDS[name].label}
      checked={fields.values[name] === 'true'}
      onChange={event => fields.set({ [name]: event.currentTarget.checked ? 'true' : '' })}
    />
  )
}
