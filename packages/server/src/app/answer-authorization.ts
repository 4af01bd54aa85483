import type { Authorization } from '@openissuer/core/authorization/authorization.ts'
import { isPositive } from '@openissuer/core/money/amount.ts'
import { type Authorize, authorize } from './authorize.ts'
import type { EngineAnswer } from './engine/authorization-engine.ts'
import { chargeDecision } from './fees/charge-decision.ts'
import type { Ports } from './ports.ts'

/**
 * What the network hears to an authorization: the engine's decision, and where the engine approves for a partner that
 * decides itself, the partner's. What the decision costs is charged before it is answered.
 *
 * @throws DomainError as `authorize` does
 */
export async function answerAuthorization(ports: Ports, command: Authorize): Promise<EngineAnswer> {
  const askedMs = performance.now()
  const answer = await finalAnswer(ports, command)
  ports.decisions.heard(answer, performance.now() - askedMs)
  return answer
}

async function finalAnswer(ports: Ports, command: Authorize): Promise<EngineAnswer> {
  const answer = await authorize(ports, command)
  if (answer.kind !== 'decided' && answer.kind !== 'repeated') return answer
  const asks =
    !command.advice && isInQuestion(answer.authorization) && (await ports.inquiries.concern(command.partnerId))
  const authorization = asks
    ? await ports.inquiries.settle(answer.authorization, answer.kind === 'repeated')
    : answer.authorization
  await chargeDecision(ports, authorization)
  return { kind: answer.kind, authorization }
}

/** A decline needs no second opinion, and neither does what takes no money. An advice has happened already. */
function isInQuestion({ approved }: Authorization): boolean {
  return isPositive(approved)
}
