import { Switch, TextInput } from '@mantine/core'
import type { CreateFeePlan } from '@openissuer/sdk/operator.ts'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { ChoiceInput, FieldGroup, FieldRow, Form, MoneyInput } from '../../components/form.tsx'
import { Page, Section } from '../../components/page.tsx'
import { api } from '../../lib/api.ts'
import { type Fields, useFields } from '../../lib/fields.ts'
import { useMay } from '../../lib/session.ts'
import { useAction } from '../../lib/use-action.ts'
import { type FeePlanValues, FREE, faultsOf, feePlanOf } from './terms.ts'

export default function NewFeePlanPage() {
  return (
    <Page
      title="Create fee plan"
      lead="What is left empty is free. Percentages are of the amount; amounts are in the plan's currency."
      crumbs={[{ label: 'Fee plans', to: '/fee-plans' }]}
    >
      <Section title="New fee plan">
        <NewFeePlanForm />
      </Section>
    </Page>
  )
}

/** The fields with what is wrong in them said at once. */
type PlanFields = Fields<FeePlanValues>

function NewFeePlanForm() {
  const mayChange = useMay('operator')
  const navigate = useNavigate()
  const known = useFields(FREE)
  const [closesUnpaid, setClosesUnpaid] = useState(true)
  const create = useAction({
    call: (plan: CreateFeePlan) => api.feePlans.create(plan),
    done: ({ name }) => `The plan ${name} is there: give it to a program`,
    changes: [['fee-plans']],
    quiet: true,
    onDone: ({ feePlanId }) => void navigate({ to: '/fee-plans/$feePlanId' as never, params: { feePlanId } as never }),
  })
  const faults = faultsOf(known.values)
  const fields: PlanFields = {
    ...known,
    text: name => {
      const props = known.text(name)
      return { ...props, error: faults[name] ?? props.error }
    },
  }
  const { name, currency } = known.values
  const ready = name.trim() !== '' && /^[A-Za-z]{3,5}$/.test(currency.trim()) && Object.keys(faults).length === 0
  return (
    <Form
      submitLabel="Create fee plan"
      fields={known}
      disabled={!mayChange || !ready}
      submit={() => create.mutateAsync(feePlanOf(known.values, closesUnpaid))}
    >
      <FieldRow>
        <TextInput {...fields.text('name')} label="Name" required maxLength={100} />
        <TextInput {...fields.text('currency')} label="Currency" required maxLength={5} />
      </FieldRow>
      <PurchaseFields fields={fields} />
      <OtherFields fields={fields} />
      <ManagementFields fields={fields} closesUnpaid={closesUnpaid} setClosesUnpaid={setClosesUnpaid} />
    </Form>
  )
}

type GroupProps = { readonly fields: PlanFields }

function currencyOf({ values }: PlanFields): string {
  return values.currency.trim().toUpperCase()
}

function PurchaseFields({ fields }: GroupProps) {
  const currency = currencyOf(fields)
  return (
    <>
      <FieldGroup title="Cards and purchases">
        <FieldRow>
          <MoneyInput {...fields.text('issue')} label="Making a card" currency={currency} />
          <PercentInput fields={fields} name="purchaseRate" label="Purchases" />
          <PercentInput fields={fields} name="crossBorderRate" label="Purchases in another currency" />
        </FieldRow>
      </FieldGroup>
      <FieldGroup title="Small purchases">
        <FieldRow>
          <MoneyInput {...fields.text('small')} label="Each" currency={currency} />
          <MoneyInput {...fields.text('smallBelow')} label="Below" currency={currency} />
        </FieldRow>
        <AllowanceFields fields={fields} allowance="smallFree" />
      </FieldGroup>
    </>
  )
}

function OtherFields({ fields }: GroupProps) {
  const currency = currencyOf(fields)
  return (
    <>
      <FieldGroup title="Declines">
        <FieldRow>
          <MoneyInput {...fields.text('decline')} label="Each" currency={currency} />
        </FieldRow>
        <AllowanceFields fields={fields} allowance="declineFree" />
      </FieldGroup>
      <FieldGroup title="Cash, refunds and the rest">
        <FieldRow>
          <PercentInput fields={fields} name="cashRate" label="Cash withdrawals" />
          <MoneyInput {...fields.text('cashLeast')} label="Cash, at least" currency={currency} />
          <PercentInput fields={fields} name="refundRate" label="Refunds" />
        </FieldRow>
        <FieldRow>
          <MoneyInput {...fields.text('cancel')} label="Cancelled purchase" currency={currency} />
          <MoneyInput {...fields.text('cancelFrom')} label="Cancelled, from" currency={currency} />
          <MoneyInput {...fields.text('verification')} label="Verification without amount" currency={currency} />
        </FieldRow>
      </FieldGroup>
    </>
  )
}

const PERIODS = [
  { value: 'none', label: 'None' },
  { value: 'forever', label: "In the card's life" },
  { value: 'day', label: 'In a run of days' },
]

type AllowanceProps = GroupProps & { readonly allowance: 'smallFree' | 'declineFree' }

function AllowanceFields({ fields, allowance }: AllowanceProps) {
  const period = fields.values[`${allowance}.period`]
  return (
    <FieldRow>
      <ChoiceInput {...fields.choice(`${allowance}.period`)} label="Free ones" data={PERIODS} />
      {period !== 'none' && (
        <TextInput {...fields.text(`${allowance}.count`)} label="How many" inputMode="numeric" required />
      )}
      {period === 'day' && (
        <TextInput {...fields.text(`${allowance}.days`)} label="Days" inputMode="numeric" required />
      )}
    </FieldRow>
  )
}

type ManagementProps = GroupProps & {
  readonly closesUnpaid: boolean
  readonly setClosesUnpaid: (closes: boolean) => void
}

function ManagementFields({ fields, closesUnpaid, setClosesUnpaid }: ManagementProps) {
  const currency = currencyOf(fields)
  const { 'management.cycle': cycle, 'management.waiver': waiver } = fields.values
  return (
    <FieldGroup title="Management">
      <FieldRow>
        <ChoiceInput {...fields.choice('management.cycle')} label="Charged" data={CYCLES} />
        {cycle !== 'none' && <MoneyInput {...fields.text('management.amount')} label="Each time" currency={currency} />}
      </FieldRow>
      {cycle !== 'none' && (
        <>
          <FieldRow>
            <ChoiceInput {...fields.choice('management.waiver')} label="Waived" data={WAIVERS} />
            {waiver === 'amount' && (
              <MoneyInput {...fields.text('management.waiverFrom')} label="From" currency={currency} required />
            )}
            {waiver === 'count' && (
              <TextInput {...fields.text('management.waiverFrom')} label="From" inputMode="numeric" required />
            )}
          </FieldRow>
          <Switch
            label="Close a card that cannot pay"
            description="On the last day of the month, when it is asked for once more"
            checked={closesUnpaid}
            onChange={event => setClosesUnpaid(event.currentTarget.checked)}
          />
        </>
      )}
    </FieldGroup>
  )
}

const CYCLES = [
  { value: 'none', label: 'Never' },
  { value: 'month', label: 'Each month' },
  { value: 'year', label: 'Each year' },
]

const WAIVERS = [
  { value: 'none', label: 'Never' },
  { value: 'amount', label: 'By what was spent in the cycle before' },
  { value: 'count', label: 'By the number of purchases in it' },
]

type PercentProps = GroupProps & { readonly name: keyof FeePlanValues; readonly label: string }

function PercentInput({ fields, name, label }: PercentProps) {
  return (
    <TextInput
      {...fields.text(name)}
      label={label}
      inputMode="decimal"
      autoComplete="off"
      placeholder="0"
      rightSection={<span style={{ color: 'var(--text-soft)' }}>%</span>}
    />
  )
}
