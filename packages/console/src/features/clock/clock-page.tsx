import { Button, NumberInput, Select, TextInput } from '@mantine/core'
import type { ClockMove, ClockReading } from '@openissuer/sdk/operator.ts'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { FastForward, Pause, Play } from 'lucide-react'
import { useState } from 'react'
import { DialogButton, DialogForm } from '../../components/dialog-form.tsx'
import { Page, Section } from '../../components/page.tsx'
import { Loaded } from '../../components/states.tsx'
import { wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { useMay, useSession } from '../../lib/session.ts'
import { instantOf } from '../../lib/time.ts'
import { useAction } from '../../lib/use-action.ts'
import { useZone } from '../../lib/zone.tsx'
import classes from './clock.module.css'
import { ClockFace } from './clock-face.tsx'
import { DueUntil } from './due.tsx'
import { durationOf, type Move, targetOf, UNITS, type Unit, wordsOfMove } from './moves.ts'
import { Ran } from './ran.tsx'

const POLL_MS = 10_000
/** Moving the clock runs all that falls due, and only then is it answered. */
const MOVE_MS_MAX = 300_000

export default function ClockPage() {
  const { mode } = useSession()
  const clock = useQuery({
    queryKey: ['clock'],
    queryFn: ({ signal }) => api.clock.read({ signal }),
    refetchInterval: POLL_MS,
  })
  const [moved, setMoved] = useState<ClockMove | null>(null)
  return (
    <Page
      title="Clock"
      lead={
        mode === 'sandbox'
          ? 'Everything that waits on time follows this clock: holds, limits, fees, tokens and retries. It never goes back.'
          : 'In live mode the clock is real time and cannot be moved.'
      }
    >
      <Loaded query={clock} rows={3}>
        {reading => (
          <>
            <Section title="Now">
              <div className={classes.now}>
                <ClockFace reading={reading} readAt={clock.dataUpdatedAt} />
                {mode === 'sandbox' && <FreezeButton reading={reading} />}
              </div>
            </Section>
            {mode === 'sandbox' && (
              <Section title="Move ahead" lead="What falls due on the way is shown first, and run with the move.">
                <Moves now={reading.now} onMoved={setMoved} />
              </Section>
            )}
            {moved !== null && <Ran moved={moved} />}
            <Coming now={reading.now} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

function FreezeButton({ reading }: { readonly reading: ClockReading }) {
  const may = useMay('operator')
  const frozen = reading.state === 'frozen'
  const change = useAction({
    call: () => (frozen ? api.clock.resume() : api.clock.freeze()),
    done: () => (frozen ? 'The clock runs on.' : 'The clock stands still.'),
    changes: [['clock']],
  })
  return (
    <Button
      variant="default"
      leftSection={frozen ? <Play size={16} /> : <Pause size={16} />}
      disabled={!may}
      loading={change.isPending}
      onClick={() => change.mutate()}
    >
      {frozen ? 'Resume' : 'Freeze'}
    </Button>
  )
}

const PRESETS: readonly Extract<Move, { kind: 'advance' }>[] = [
  { kind: 'advance', count: 1, unit: 'hours' },
  { kind: 'advance', count: 1, unit: 'days' },
  { kind: 'advance', count: 7, unit: 'days' },
  { kind: 'advance', count: 30, unit: 'days' },
]

type MovesProps = { readonly now: string; readonly onMoved: (moved: ClockMove) => void }

function Moves({ now, onMoved }: MovesProps) {
  const { zone } = useZone()
  const [count, setCount] = useState(6)
  const [unit, setUnit] = useState<Unit>('hours')
  const [local, setLocal] = useState('')
  const own: Move = { kind: 'advance', count, unit }
  const to: Move = { kind: 'set', to: instantOf(local, zone) ?? '' }
  return (
    <div className={classes.moves}>
      <div className={classes.presets}>
        {PRESETS.map(move => (
          <MoveButton key={wordsOfMove(move)} label={`+ ${wordsOfMove(move)}`} {...{ move, now, onMoved }} />
        ))}
      </div>
      <div className={classes.own}>
        <NumberInput
          label="Advance by"
          w={110}
          min={1}
          max={100_000}
          allowDecimal={false}
          value={count}
          onChange={value => setCount(Number(value))}
        />
        <Select
          aria-label="Unit"
          w={120}
          data={UNITS.map(value => ({ value, label: wordsOf(value) }))}
          value={unit}
          allowDeselect={false}
          onChange={value => setUnit(value ?? 'hours')}
        />
        <MoveButton label="Advance" move={own} {...{ now, onMoved }} />
      </div>
      <div className={classes.own}>
        <TextInput
          label="Set to"
          type="datetime-local"
          step={1}
          value={local}
          onChange={event => setLocal(event.currentTarget.value)}
        />
        <MoveButton label="Set" move={to} {...{ now, onMoved }} />
      </div>
    </div>
  )
}

function MoveButton({ label, move, now, onMoved }: MovesProps & { readonly label: string; readonly move: Move }) {
  const may = useMay('operator')
  return (
    <DialogButton
      label={label}
      title={move.kind === 'set' ? 'Set the clock' : `Advance the clock by ${wordsOfMove(move)}`}
      icon={<FastForward size={15} />}
      size="lg"
      disabled={!may || targetOf(move, now) === null}
    >
      {close => <Question {...{ move, now, close, onMoved }} />}
    </DialogButton>
  )
}

/** What falls due on the way, before it is done: the instant is the one at which the question was opened. */
function Question({ move, now, close, onMoved }: MovesProps & { readonly move: Move; readonly close: () => void }) {
  const client = useQueryClient()
  const [until] = useState(() => targetOf(move, now) ?? now)
  const run = async () => {
    const options = { timeoutMs: MOVE_MS_MAX }
    onMoved(
      await (move.kind === 'set' ? api.clock.set(move.to, options) : api.clock.advance(durationOf(move), options)),
    )
    // whatever is shown anywhere may have changed
    await client.invalidateQueries()
  }
  return (
    <DialogForm submit="Move the clock" run={run} close={close}>
      <DueUntil until={until} />
    </DialogForm>
  )
}

const HORIZONS = { '1': '1 day', '7': '7 days', '30': '30 days', '365': '1 year' }

/** What would fall due without anybody moving the clock. */
function Coming({ now }: { readonly now: string }) {
  const [days, setDays] = useState('7')
  // to the minute, so that a clock that runs is not asked again and again
  const from = `${now.slice(0, 17)}00Z`
  const until = targetOf({ kind: 'advance', count: Number(days), unit: 'days' }, from) ?? from
  return (
    <Section
      title="What comes next"
      lead="Of all partners, if nothing else happens meanwhile."
      actions={
        <Select
          aria-label="How far ahead"
          size="xs"
          w={110}
          data={Object.entries(HORIZONS).map(([value, label]) => ({ value, label }))}
          value={days}
          allowDeselect={false}
          onChange={value => setDays(value ?? '7')}
        />
      }
      flush
    >
      <DueUntil until={until} />
    </Section>
  )
}
