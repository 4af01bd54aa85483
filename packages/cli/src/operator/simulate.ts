import type { OperatorClient, operator } from '@openissuer/sdk/index.ts'
import type { VerbName } from '../commands/simulate.ts'
import type { ConnectionOptions } from '../connection.ts'
import { newestAuthorization, newestCard } from '../newest.ts'
import { type Server, withServer } from '../server.ts'
import { type Show, showRecord } from '../show.ts'
import type { Terminal } from '../terminal.ts'
import { explanationOf } from './authorizations.ts'

type Options = ConnectionOptions & Show & { readonly key?: string }
type Body = Readonly<Record<string, unknown>>
type Calls = OperatorClient['simulations']
type Send = (simulations: Calls, body: never, options: operator.OperatorCallOptions) => Promise<object>

/** What a body lacks or has too much is for the server to say. */
const CALLS: Readonly<Record<VerbName, Send>> = {
  authorization: (simulations, body, options) => simulations.authorize(body, options),
  'three-ds-challenge': (simulations, body, options) => simulations.challenge(body, options),
  increment: (simulations, body, options) => simulations.increment(body, options),
  reversal: (simulations, body, options) => simulations.reverse(body, options),
  expiry: (simulations, body, options) => simulations.expire(body, options),
  clearing: (simulations, body, options) => simulations.clear(body, options),
  'clearing-correction': (simulations, body, options) => simulations.correctClearing(body, options),
  refund: (simulations, body, options) => simulations.refund(body, options),
  'refund-reversal': (simulations, body, options) => simulations.reverseRefund(body, options),
  duplicate: (simulations, body, options) => simulations.resend(body, options),
  'out-of-order-pair': (simulations, body, options) => simulations.sendOutOfOrder(body, options),
}

export async function simulateMessage(terminal: Terminal, verb: VerbName, body: Body, options: Options): Promise<void> {
  const answer = await withServer(terminal, options, async server =>
    CALLS[verb](server.client.simulations, (await withSubject(server, verb, body)) as never, {
      idempotencyKey: options.key,
    }),
  )
  if (options.json !== true && verb === 'authorization') {
    const decision = answer as operator.SimulatedDecision
    terminal.out(`${decision.authorizationId}: ${explanationOf(terminal, decision)}`)
  } else showRecord(terminal, options, answer)
}

/** Of these the first message of a purchase is made; the others follow one. */
const BEGINNINGS: readonly VerbName[] = ['authorization', 'out-of-order-pair']
/** These follow a message that only its id or key tells. */
const OF_AN_EVENT: readonly VerbName[] = ['clearing-correction', 'refund-reversal']

/** A body that names no card and no original is about the newest of the demo partner. */
async function withSubject(server: Server, verb: VerbName, body: Body): Promise<Body> {
  if ('cardToken' in body || 'pan' in body) return body
  if (BEGINNINGS.includes(verb)) return { ...body, cardToken: await newestCard(server, undefined) }
  if (OF_AN_EVENT.includes(verb) || 'authorizationId' in body || 'originalKey' in body) return body
  return { ...body, authorizationId: await newestAuthorization(server, undefined) }
}
