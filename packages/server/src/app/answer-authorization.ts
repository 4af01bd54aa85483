import { type Authorize, authorize } from './authorize.ts'
import type { EngineAnswer } from './engine/authorization-engine.ts'
import { chargeDecision } from './fees/charge-decision.ts'
import type { Ports } from './ports.ts'

/**
 * What the network hears to an authorization: the engine's decision, after what it costs was charged.
 *
 * @throws DomainError as `authorize` does
 */
export async function answerAuthorization(ports: Ports, command: Authorize): Promise<EngineAnswer> {
  const answer = await authorize(ports, command)
  if (answer.kind === 'decided' || answer.kind === 'repeated') await chargeDecision(ports, answer.authorization)
  return answer
}
