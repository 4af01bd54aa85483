import { SegmentedControl, Switch, TextInput } from '@mantine/core'
import type { Card, NewCards, Program } from '@openissuer/sdk/operator.ts'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { ChoiceInput, FieldGroup, FieldRow, Form, MoneyInput } from '../../components/form.tsx'
import { FundingAccountInput } from '../../components/funding-account-input.tsx'
import { LimitFields, limitFieldsOf, limitTermsOf } from '../../components/limit-fields.tsx'
import { Page, Section } from '../../components/page.tsx'
import { EmptyState, Loaded } from '../../components/states.tsx'
import { wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { type Fields, useFields } from '../../lib/fields.ts'
import { usePartnerId } from '../../lib/partner.ts'
import { programsQuery } from '../../lib/programs.ts'
import { useFilters } from '../../lib/search.ts'
import { useMay } from '../../lib/session.ts'
import { useAction } from '../../lib/use-action.ts'
import { CardholderInput } from './cardholder-input.tsx'
import { ContactInput } from './contact-input.tsx'
import { FUNDINGS, type NewCardValues, newCardsOf } from './new-cards.ts'

export default function NewCardsPage() {
  const partnerId = usePartnerId()
  const programs = useQuery(programsQuery)
  return (
    <Page
      title="Create cards"
      lead="As the partner could order them: all cards are made together, or none is."
      crumbs={[{ label: 'Cards', to: '/p/$partnerId/cards', params: { partnerId } }]}
    >
      <Section title="New cards">
        <Loaded query={programs}>
          {([first, ...others]) =>
            first === undefined ? (
              <EmptyState title="No card program">Cards are made under a program, and there is none yet.</EmptyState>
            ) : (
              <NewCardsForm partnerId={partnerId} programs={[first, ...others]} />
            )
          }
        </Loaded>
      </Section>
    </Page>
  )
}

type FormProps = { readonly partnerId: string; readonly programs: readonly [Program, ...Program[]] }

function NewCardsForm({ partnerId, programs }: FormProps) {
  const { values: search } = useFilters()
  const navigate = useNavigate()
  const may = useMay('operator')
  const fields = useFields<NewCardValues>({
    programId: programs[0].programId,
    form: programs[0].forms[0] ?? 'virtual',
    cardholderId: search['cardholderId'] ?? '',
    count: '1',
    uniqueNo: '',
    remark: '',
    contactId: '',
    funding: 'card',
    sharedAccount: '',
    'initialBalance.amount': '',
    'initialBalance.payAccount': '',
  })
  const program = programs.find(each => each.programId === fields.values.programId) ?? programs[0]
  const limit = useFields(limitFieldsOf(null))
  const [limited, setLimited] = useState(false)
  const create = useAction({
    call: () => api.cards.create(partnerId, orderOf()),
    done: cards => (cards.length === 1 ? 'The card is made.' : `${cards.length} cards are made.`),
    changes: [['cards'], ['accounts']],
    quiet: true,
    onDone: (cards: readonly Card[]) => void open(cards),
  })
  const orderOf = (): NewCards => ({
    ...newCardsOf(fields.values, program.currency),
    ...(limited ? { limit: limitTermsOf(limit.values, program.currency) } : {}),
  })
  const open = ([first, second]: readonly Card[]) =>
    first !== undefined && second === undefined
      ? navigate({ to: '/p/$partnerId/cards/$cardId', params: { partnerId, cardId: first.cardId } } as never)
      : navigate({ to: '/p/$partnerId/cards', params: { partnerId } } as never)
  const both = {
    object: (error: unknown) => fields.object(error) || (limited && limit.object(error)),
    clearObjections: () => {
      fields.clearObjections()
      limit.clearObjections()
    },
  }
  const count = Number(fields.values.count)
  return (
    <Form
      submitLabel={count > 1 ? `Create ${count} cards` : 'Create the card'}
      fields={both}
      submit={() => create.mutateAsync()}
      disabled={!may}
    >
      <ProductFields fields={fields} programs={programs} program={program} partnerId={partnerId} />
      <MoneyFields fields={fields} program={program} partnerId={partnerId} />
      <FieldGroup title="Limits">
        <Switch
          label="Give the cards a limit"
          checked={limited}
          onChange={event => setLimited(event.currentTarget.checked)}
        />
        {limited && <LimitFields fields={limit} ceilings={ceilingsOf(program)} />}
      </FieldGroup>
    </Form>
  )
}

function ceilingsOf({ currency, ceilings }: Program) {
  const money = (amount: string) => ({ amount, currency })
  return {
    dailyCount: ceilings.dailyCount,
    singleAmount: money(ceilings.singleAmount),
    dailyAmount: money(ceilings.dailyAmount),
    monthlyAmount: money(ceilings.monthlyAmount),
  }
}

type PartProps = { readonly fields: Fields<NewCardValues>; readonly program: Program; readonly partnerId: string }

function ProductFields({ fields, program, programs, partnerId }: PartProps & Pick<FormProps, 'programs'>) {
  const virtual = fields.values.form === 'virtual'
  const choose = (programId: string | null) => {
    const chosen = programs.find(each => each.programId === programId) ?? program
    const form = chosen.forms.find(each => each === fields.values.form) ?? chosen.forms[0] ?? 'virtual'
    fields.set({ programId: chosen.programId, form })
  }
  return (
    <FieldGroup title="What kind, and whose">
      <FieldRow>
        <ChoiceInput
          {...fields.choice('programId')}
          onChange={choose}
          label="Program"
          description={`BIN ${program.bin}, ${wordsOf(program.network)}, ${program.currency}`}
          data={programs.map(({ programId, name }) => ({ value: programId, label: name }))}
          required
        />
        <CardholderInput
          partnerId={partnerId}
          field={fields.choice('cardholderId')}
          required={virtual}
          description={virtual ? 'Approved cardholders' : 'Without one the card is printed without a name'}
        />
      </FieldRow>
      <SegmentedControl
        aria-label="Form"
        data={program.forms.map(form => ({ value: form, label: wordsOf(form) }))}
        value={fields.values.form}
        onChange={form => fields.set({ form })}
        style={{ alignSelf: 'flex-start' }}
      />
      <FieldRow>
        <TextInput {...fields.text('count')} label="How many" description="1 to 100" inputMode="numeric" required />
        <TextInput
          {...fields.text('uniqueNo')}
          label="Unique number"
          description="Of the first card; made up unless given"
          maxLength={60}
        />
        <TextInput {...fields.text('remark')} label="Remark" description="Optional" maxLength={256} />
        {!virtual && <ContactInput partnerId={partnerId} field={fields.choice('contactId')} />}
      </FieldRow>
    </FieldGroup>
  )
}

function MoneyFields({ fields, program, partnerId }: PartProps) {
  const { funding } = fields.values
  const own = funding === 'card'
  return (
    <FieldGroup title="Money">
      <FieldRow>
        <ChoiceInput {...fields.choice('funding')} label="Spends from" data={FUNDINGS} required />
        {funding === 'shared' && (
          <FundingAccountInput
            partnerId={partnerId}
            kind="shared"
            currency={program.currency}
            label="Shared account"
            field={fields.choice('sharedAccount')}
            choose={sharedAccount => fields.set({ sharedAccount })}
          />
        )}
        {own && (
          <MoneyInput
            {...fields.text('initialBalance.amount')}
            label="First load of each card"
            description="Optional"
            currency={program.currency}
          />
        )}
        {own && fields.values['initialBalance.amount'] !== '' && (
          <FundingAccountInput
            partnerId={partnerId}
            kind="partner-funding"
            currency={program.currency}
            label="From the funding account"
            field={fields.choice('initialBalance.payAccount')}
            choose={account => fields.set({ 'initialBalance.payAccount': account })}
          />
        )}
      </FieldRow>
    </FieldGroup>
  )
}
