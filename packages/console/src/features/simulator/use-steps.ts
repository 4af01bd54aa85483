/** The steps that were sent, or loaded to be played: kept while the page is left, and gone with the session. */
import type { ScenarioStep, SimulationCall } from '@openissuer/sdk/operator.ts'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import { api } from '../../lib/api.ts'
import { type Failure, failureOf } from '../../lib/failure.ts'
import type { Answer } from './answers.ts'
import type { Body } from './body.ts'
import { runCall } from './run-call.ts'
import { removed, resolved, swapped, withCard, withoutSecrets } from './steps.ts'

export type Outcome =
  | { readonly state: 'waiting' }
  | { readonly state: 'running' }
  | {
      readonly state: 'done'
      readonly result: Answer
      /** the newest event of the partner before; null where there was none */
      readonly since: string | null
      /** real time, milliseconds since the epoch */
      readonly at: number
    }
  | { readonly state: 'refused'; readonly failure: Failure }

export type Step = {
  /** of this browser alone */
  readonly id: number
  readonly call: SimulationCall
  /** with references to earlier steps, without card data */
  readonly body: Body
  readonly outcome: Outcome
}

export type Sheet = {
  readonly steps: readonly Step[]
  readonly selected: number | null
  /** that the steps were loaded from, or saved as */
  readonly scenario: { readonly scenarioId: string; readonly name: string } | null
}

const EMPTY: Sheet = { steps: [], selected: null, scenario: null }

export type Steps = Sheet & {
  readonly playing: boolean
  /** Sends what the form says and adds it as a step. Rejects with a refusal, which adds none. */
  readonly send: (call: SimulationCall, body: Body) => Promise<Answer>
  /** Adds what the form says without sending it. */
  readonly add: (call: SimulationCall, body: Body) => void
  /** Plays one step, by its place from 0. @returns whether it was done */
  readonly play: (place: number) => Promise<boolean>
  /** Plays all steps anew, until one is refused. */
  readonly playAll: () => Promise<void>
  readonly load: (steps: readonly ScenarioStep[], scenario: Sheet['scenario']) => void
  readonly name: (scenario: Sheet['scenario']) => void
  readonly select: (id: number) => void
  readonly remove: (place: number) => void
  readonly swap: (place: number) => void
  readonly clear: () => void
}

/** @param cardToken of the card that steps without one are played on */
export function useSteps(partnerId: string, cardToken: string | null): Steps {
  const client = useQueryClient()
  const key = useMemo(() => ['simulator', partnerId], [partnerId])
  const { data: sheet = EMPTY } = useQuery({
    queryKey: key,
    queryFn: () => EMPTY,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  })
  const [playing, setPlaying] = useState(false)
  const current = useCallback(() => client.getQueryData<Sheet>(key) ?? EMPTY, [client, key])
  const change = useCallback(
    (next: Partial<Sheet>) => client.setQueryData(key, { ...current(), ...next }),
    [client, key, current],
  )

  const settle = (id: number, outcome: Outcome) =>
    change({ selected: id, steps: current().steps.map(step => (step.id === id ? { ...step, outcome } : step)) })

  const run = async (
    call: SimulationCall,
    body: Body,
    place: number,
  ): Promise<Outcome & { readonly state: 'done' }> => {
    const sent = withCard(call, resolved(body, answersBefore(current().steps, place)), cardToken)
    const since = await newestEventId(partnerId)
    const result = await runCall(call, sent)
    // what the message has moved is shown anew wherever it is
    void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== key[0] && queryKey[0] !== 'session' })
    return { state: 'done', result, since, at: Date.now() }
  }

  const append = (call: SimulationCall, body: Body, outcome: Outcome) => {
    const { steps } = current()
    const step = { id: nextId(steps), call, body: withoutSecrets(body), outcome }
    change({ steps: [...steps, step], selected: step.id })
  }

  const play = async (place: number): Promise<boolean> => {
    const step = current().steps[place]
    if (step === undefined) return false
    settle(step.id, { state: 'running' })
    try {
      settle(step.id, await run(step.call, step.body, place))
      return true
    } catch (error) {
      settle(step.id, { state: 'refused', failure: failureOf(error) })
      return false
    }
  }

  const alone = async <T>(work: () => Promise<T>): Promise<T> => {
    setPlaying(true)
    try {
      return await work()
    } finally {
      setPlaying(false)
    }
  }

  return {
    ...sheet,
    playing,
    send: (call, body) =>
      alone(async () => {
        const outcome = await run(call, body, current().steps.length)
        append(call, body, outcome)
        return outcome.result
      }),
    add: (call, body) => append(call, body, { state: 'waiting' }),
    play: place => alone(() => play(place)),
    playAll: () =>
      alone(async () => {
        change({ steps: current().steps.map(step => ({ ...step, outcome: { state: 'waiting' } as const })) })
        for (let place = 0; place < current().steps.length; place += 1) if (!(await play(place))) return
      }),
    load: (steps, scenario) =>
      change({
        steps: steps.map((step, place) => ({ ...step, id: place + 1, outcome: { state: 'waiting' } as const })),
        selected: null,
        scenario,
      }),
    name: scenario => change({ scenario }),
    select: id => change({ selected: id }),
    remove: place => change({ steps: removed(current().steps, place) }),
    swap: place => change({ steps: swapped(current().steps, place) }),
    clear: () => change(EMPTY),
  }
}

function nextId(steps: readonly Step[]): number {
  return Math.max(0, ...steps.map(({ id }) => id)) + 1
}

function answersBefore(steps: readonly Step[], place: number): readonly unknown[] {
  return steps.slice(0, place).map(({ outcome }) => (outcome.state === 'done' ? outcome.result.answer : undefined))
}

async function newestEventId(partnerId: string): Promise<string | null> {
  return (await api.events.list(partnerId, { limit: 1 })).rows[0]?.eventId ?? null
}
