/** The steps so far: what each has come to, in which order, and what to do with all of them. */
import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { ArrowDown, ArrowUp, ListRestart, Pencil, Play, Save, Trash2, X } from 'lucide-react'
import { lazy, type ReactNode } from 'react'
import { DialogButton } from '../../components/dialog-form.tsx'
import { Section } from '../../components/page.tsx'
import { EmptyState } from '../../components/states.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import { useMay } from '../../lib/session.ts'
import { decisionOf, summaryOf } from './answers.ts'
import { valuesOf } from './body.ts'
import { CALLS } from './calls.ts'
import classes from './simulator.module.css'
import { mayRemove, maySwap } from './steps.ts'
import type { Step, Steps } from './use-steps.ts'

const SaveForm = lazy(() => import('./save-form.tsx'))

type StepsSectionProps = {
  readonly sheet: Steps
  /** puts a step into the form */
  readonly edit: (step: Step) => void
}

export default function StepsSection({ sheet, edit }: StepsSectionProps) {
  const { steps, scenario } = sheet
  return (
    <Section
      title={scenario === null ? 'Steps' : `Steps of “${scenario.name}”`}
      lead="A step may follow what an earlier one has made. Together they can be kept as a scenario and played again."
      actions={<SheetButtons sheet={sheet} />}
      flush
    >
      {steps.length === 0 ? (
        <EmptyState title="No steps yet">
          Every message that is sent becomes a step, and so does each of a scenario.
        </EmptyState>
      ) : (
        <ol className={classes.steps}>
          {steps.map((step, place) => (
            <StepRow key={step.id} {...{ step, place, sheet, edit }} />
          ))}
        </ol>
      )}
    </Section>
  )
}

function SheetButtons({ sheet }: { readonly sheet: Steps }) {
  const may = useMay('operator')
  const none = sheet.steps.length === 0
  const waiting = sheet.steps.findIndex(({ outcome }) => outcome.state === 'waiting' || outcome.state === 'refused')
  return (
    <>
      <Button
        variant="default"
        leftSection={<Play size={14} />}
        disabled={waiting < 0 || sheet.playing || !may}
        onClick={() => void sheet.play(waiting)}
      >
        Play the next
      </Button>
      <Button
        variant="default"
        leftSection={<ListRestart size={14} />}
        disabled={none || sheet.playing || !may}
        onClick={() => void sheet.playAll()}
      >
        Play all
      </Button>
      <DialogButton label="Save as a scenario" icon={<Save size={14} />} disabled={none || !may} size="md">
        {close => <SaveForm sheet={sheet} close={close} />}
      </DialogButton>
      <Button variant="subtle" disabled={none || sheet.playing} onClick={sheet.clear}>
        Clear
      </Button>
    </>
  )
}

type StepRowProps = StepsSectionProps & { readonly step: Step; readonly place: number }

function StepRow({ step, place, sheet, edit }: StepRowProps) {
  const { steps, selected, playing } = sheet
  return (
    <li className={classes.step} data-selected={selected === step.id || undefined}>
      <button type="button" className={classes.stepName} onClick={() => sheet.select(step.id)}>
        <span className={classes.stepPlace}>{place + 1}</span>
        <span>
          <strong>{CALLS[step.call].label}</strong> <span className={classes.stepBody}>{shortBody(step)}</span>
        </span>
      </button>
      <StepState step={step} />
      <div className={classes.stepButtons}>
        <StepButton label={`Put step ${place + 1} into the form`} onClick={() => edit(step)}>
          <Pencil size={14} />
        </StepButton>
        <StepButton
          label={`Move step ${place + 1} up`}
          disabled={playing || !maySwap(steps, place - 1)}
          onClick={() => sheet.swap(place - 1)}
        >
          <ArrowUp size={14} />
        </StepButton>
        <StepButton
          label={`Move step ${place + 1} down`}
          disabled={playing || !maySwap(steps, place)}
          onClick={() => sheet.swap(place)}
        >
          <ArrowDown size={14} />
        </StepButton>
        <StepButton
          label={`Remove step ${place + 1}`}
          disabled={playing || !mayRemove(steps, place)}
          onClick={() => sheet.remove(place)}
        >
          {mayRemove(steps, place) ? <Trash2 size={14} /> : <X size={14} />}
        </StepButton>
      </div>
    </li>
  )
}

type StepButtonProps = {
  readonly label: string
  readonly disabled?: boolean
  readonly onClick: () => void
  readonly children: ReactNode
}

function StepButton({ label, disabled = false, onClick, children }: StepButtonProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={label} disabled={disabled} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  )
}

function StepState({ step: { outcome } }: { readonly step: Step }) {
  switch (outcome.state) {
    case 'waiting':
      return <StatusBadge status="waiting" label="Not played" />
    case 'running':
      return <StatusBadge status="pending" label="Playing" />
    case 'refused':
      return <StatusBadge status="failed" label="Refused" />
    case 'done':
      return <DoneBadge outcome={outcome} />
    default:
      return outcome satisfies never
  }
}

function DoneBadge({
  outcome: { result },
}: {
  readonly outcome: Extract<Step['outcome'], { readonly state: 'done' }>
}) {
  const decision = decisionOf(result)
  const summary = summaryOf(result)
  return (
    <StatusBadge status={decision ?? 'done'} tone={decision === null ? 'calm' : undefined} label={capital(summary)} />
  )
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

const SHOWN = ['authorizationId', 'clearingId', 'refundId', 'amount', 'currency', 'merchant.name', 'action', 'by', 'to']

/** What tells one step from another. */
function shortBody({ body }: Step): string {
  const values = valuesOf(body)
  return SHOWN.flatMap(name => (values[name] === undefined ? [] : [words(values[name])])).join(' · ')
}

/** A reference as `of step 1`. */
function words(value: string): string {
  const [, place] = /^\{\{(\d+)\./.exec(value) ?? []
  return place === undefined ? value : `of step ${place}`
}
