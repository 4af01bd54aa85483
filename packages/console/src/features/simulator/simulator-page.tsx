import { Button } from '@mantine/core'
import type { Scenario, SimulationCall } from '@openissuer/sdk/operator.ts'
import { ListPlus } from 'lucide-react'
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import { Form } from '../../components/form.tsx'
import { Page, Section } from '../../components/page.tsx'
import { EmptyState, LoadingState } from '../../components/states.tsx'
import { given, useFields } from '../../lib/fields.ts'
import { usePartnerId } from '../../lib/partner.ts'
import { useFilters } from '../../lib/search.ts'
import { useMay, useSession } from '../../lib/session.ts'
import { originalsOf } from './answers.ts'
import { bodyOf, valuesOf } from './body.ts'
import { CallFields, type FormValues, NO_VALUES } from './call-form.tsx'
import { CALLS } from './calls.ts'
import { CardPicker } from './card-picker.tsx'
import { NewTestCard } from './new-test-card.tsx'
import { PRESETS } from './presets.ts'
import classes from './simulator.module.css'
import { withoutSecrets } from './steps.ts'
import { type Step, type Steps, useSteps } from './use-steps.ts'

const StepResult = lazy(() => import('./step-result.tsx'))
const RequestView = lazy(() => import('./request-view.tsx'))
const StepsSection = lazy(() => import('./steps-section.tsx'))
const ScenariosSection = lazy(() => import('./scenarios-section.tsx'))

const LEAD = 'Plays the card network: sends the messages that merchants would, and shows what comes of each.'

export default function SimulatorPage() {
  const partnerId = usePartnerId()
  if (useSession().mode === 'live') {
    return (
      <Page title="Simulator" lead={LEAD}>
        <Section title="Not here">
          <EmptyState title="Simulations are for sandboxes">
            This server is in live mode: its messages come from the card network alone.
          </EmptyState>
        </Section>
      </Page>
    )
  }
  return (
    <Page title="Simulator" lead={LEAD}>
      <Simulator key={partnerId} partnerId={partnerId} />
    </Page>
  )
}

function Simulator({ partnerId }: { readonly partnerId: string }) {
  const { values, change } = useFilters()
  const cardToken = values['cardToken'] ?? null
  const sheet = useSteps(partnerId, cardToken)
  const [call, setCall] = useState<SimulationCall>(
    values['authorizationId'] === undefined ? 'authorizations' : 'clearings',
  )
  const fields = useFields<FormValues>({
    ...NO_VALUES,
    ...(values['authorizationId'] === undefined ? PRESETS.authorizations?.[0]?.values : {}),
    authorizationId: values['authorizationId'] ?? '',
  })
  const chooseCall = (next: SimulationCall) => {
    setCall(next)
    fields.clearObjections()
    fields.set({ ...emptied(), ...PRESETS[next]?.[0]?.values, ...newestOriginals(sheet.steps, fields.values) })
  }
  const edit = (step: Step) => {
    setCall(step.call)
    fields.set({ ...NO_VALUES, ...valuesOf(step.body) })
  }
  const { load: loadSteps } = sheet
  const load = useCallback(
    ({ steps, scenarioId, name }: Scenario) => loadSteps(steps, { scenarioId, name }),
    [loadSteps],
  )
  return (
    <>
      <div className={classes.columns}>
        <Section title="Message">
          <MessageForm
            {...{ partnerId, call, chooseCall, fields, sheet, cardToken }}
            chooseCard={card => change({ cardToken: card ?? undefined })}
          />
        </Section>
        <ResultSection partnerId={partnerId} sheet={sheet} />
      </div>
      <Suspense fallback={<LoadingState />}>
        <StepsSection sheet={sheet} edit={edit} />
        <ScenariosSection load={load} />
      </Suspense>
    </>
  )
}

/** All fields but what a message follows. */
function emptied(): Partial<FormValues> {
  const { authorizationId: _a, clearingId: _c, refundId: _r, ...others } = NO_VALUES
  return others
}

/** What follows is mostly about what was made last. */
function newestOriginals(steps: readonly Step[], values: FormValues): Partial<FormValues> {
  const newest = {
    authorizationId: originalsOf(steps, 'authorization')[0]?.value ?? '',
    clearingId: originalsOf(steps, 'clearing')[0]?.value ?? '',
    refundId: originalsOf(steps, 'refund')[0]?.value ?? '',
  }
  return Object.fromEntries(
    Object.entries(newest).map(([name, value]) => [name, values[name as keyof typeof newest] || value]),
  )
}

type MessageFormProps = {
  readonly partnerId: string
  readonly call: SimulationCall
  readonly chooseCall: (call: SimulationCall) => void
  readonly fields: ReturnType<typeof useFields<FormValues>>
  readonly sheet: Steps
  readonly cardToken: string | null
  readonly chooseCard: (cardToken: string | null) => void
}

/** What a call makes anew, so that what was chosen before gives way. */
const MAKES: Readonly<Partial<Record<SimulationCall, Partial<FormValues>>>> = {
  authorizations: { authorizationId: '' },
  'out-of-order-pairs': { authorizationId: '' },
  clearings: { clearingId: '' },
  refunds: { refundId: '' },
}

function MessageForm(props: MessageFormProps) {
  const { partnerId, call, fields, sheet, cardToken, chooseCard } = props
  const may = useMay('operator')
  const body = bodyOf(call, { ...given(fields.values), ...(cardToken === null ? {} : { cardToken }) })
  const needsCard = CALLS[call].subject === 'card' && cardToken === null
  const send = async () => {
    await sheet.send(call, body)
    // what comes next is about what was made now
    fields.set(MAKES[call] ?? {})
  }
  return (
    <>
      <Form submitLabel="Send" fields={fields} submit={send} disabled={!may || needsCard || sheet.playing}>
        <CardPicker partnerId={partnerId} cardToken={cardToken} choose={chooseCard} />
        {cardToken === null && <NewTestCard partnerId={partnerId} made={chooseCard} />}
        <CallFields {...props} steps={sheet.steps} />
      </Form>
      <details className={classes.folded}>
        <summary>The request</summary>
        <Suspense fallback={<LoadingState />}>
          <RequestView call={call} body={withoutSecrets(body)} />
        </Suspense>
        <Button
          size="xs"
          variant="default"
          mt={10}
          leftSection={<ListPlus size={14} />}
          disabled={sheet.playing}
          onClick={() => sheet.add(call, body)}
        >
          Add it as a step without sending it
        </Button>
      </details>
    </>
  )
}

function ResultSection({ partnerId, sheet }: { readonly partnerId: string; readonly sheet: Steps }) {
  const place = sheet.steps.findIndex(({ id }) => id === sheet.selected)
  const step = sheet.steps[place]
  return (
    <Section
      title={step === undefined ? 'Result' : `Result of step ${place + 1}: ${CALLS[step.call].label.toLowerCase()}`}
    >
      <div ref={useShown(sheet.selected)} aria-live="polite" className={classes.result}>
        {step === undefined ? (
          <EmptyState title="Nothing sent yet">
            The decision with its checks, and what the partner is told, show up here.
          </EmptyState>
        ) : (
          <Suspense fallback={<LoadingState rows={5} />}>
            <StepResult partnerId={partnerId} step={step} steps={sheet.steps} />
          </Suspense>
        )}
      </div>
    </Section>
  )
}

/** On a narrow screen the result is below the form: it comes into view when there is a new one. */
function useShown(selected: number | null) {
  const place = useRef<HTMLDivElement>(null)
  const shown = useRef(selected)
  useEffect(() => {
    if (shown.current === selected) return
    shown.current = selected
    const top = place.current?.getBoundingClientRect().top ?? 0
    if (top < 0 || top > window.innerHeight / 2) place.current?.scrollIntoView({ block: 'start' })
  }, [selected])
  return place
}
