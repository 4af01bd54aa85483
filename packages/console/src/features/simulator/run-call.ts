/** Sends one message, whatever it is. Bodies are made by forms and checked by the API, which names the field that is wrong. */
import type { OperatorCallOptions, SimulationCall } from '@openissuer/sdk/operator.ts'
import { api } from '../../lib/api.ts'
import type { Answer } from './answers.ts'
import type { Body } from './body.ts'

type Run = (body: never, options?: OperatorCallOptions) => Promise<Answer>

const { simulations, clock } = api

const RUNS: Readonly<Record<SimulationCall, Run>> = {
  authorizations: async body => ({ kind: 'decision', answer: await simulations.authorize(body) }),
  'three-ds-challenges': async body => ({ kind: 'challenge', answer: await simulations.challenge(body) }),
  increments: async body => ({ kind: 'event', answer: await simulations.increment(body) }),
  reversals: async body => ({ kind: 'event', answer: await simulations.reverse(body) }),
  expiries: async body => ({ kind: 'event', answer: await simulations.expire(body) }),
  clearings: async body => ({ kind: 'event', answer: await simulations.clear(body) }),
  'clearing-corrections': async body => ({ kind: 'event', answer: await simulations.correctClearing(body) }),
  refunds: async body => ({ kind: 'event', answer: await simulations.refund(body) }),
  'refund-reversals': async body => ({ kind: 'event', answer: await simulations.reverseRefund(body) }),
  duplicates: async body => ({ kind: 'decision', answer: await simulations.resend(body) }),
  'out-of-order-pairs': async body => ({ kind: 'out-of-order', answer: await simulations.sendOutOfOrder(body) }),
  clock: async body => ({ kind: 'clock', answer: await moveClock(body) }),
}

export function runCall(call: SimulationCall, body: Body): Promise<Answer> {
  return RUNS[call](body as never)
}

function moveClock({ action, by = '', to = '' }: ClockStep) {
  if (action === 'freeze') return clock.freeze()
  if (action === 'resume') return clock.resume()
  return action === 'set' ? clock.set(to) : clock.advance(by)
}

type ClockStep = { readonly action?: string; readonly by?: string; readonly to?: string }
