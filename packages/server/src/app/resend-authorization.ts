import { DomainError } from '@openissuer/core/errors.ts'
import type { EngineAnswer } from './engine/authorization-engine.ts'
import type { Original } from './lifecycle/message.ts'
import type { Ports } from './ports.ts'

/**
 * Sends the engine the message of an authorization once more, as a network does that has not heard the answer. The
 * message is put together from its record: match key and digest of its content are those that it came with, and by them
 * the engine recognises it. What is not kept of a message (card data, whether less would do) is in the digest.
 *
 * @returns the recorded answer, `repeated`; or `unanswered`
 * @throws DomainError `authorization-not-found`, also for a key of another card or of a message of another kind
 */
export async function resendAuthorization(
  ports: Ports,
  { partnerId, original }: { readonly partnerId: bigint; readonly original: Original },
): Promise<EngineAnswer> {
  const event = await decisionEvent(ports, partnerId, original)
  const sent = event && (await ports.storage.read.authorizationAsDecided(partnerId, event.eventId))
  if (event === undefined || sent === undefined) throw new DomainError('authorization-not-found')
  const answer = await ports.engine.submit({
    partnerId,
    cardId: event.cardId,
    accountId: event.accountId,
    matchKey: event.matchKey,
    inputHash: event.inputHash,
    purpose: sent.purpose,
    transactionAmount: event.transactionAmount,
    billingAmount: event.billingAmount,
    merchant: sent.merchant,
    entryMode: sent.entryMode,
    cardData: sent.threeDs === null ? {} : { threeDs: sent.threeDs },
    partialApproval: false,
    advice: event.kind === 'advice',
    forcedReason: null,
  })
  if (answer.kind === 'repeated' || answer.kind === 'unanswered') return answer
  throw new Error(`authorization ${event.eventId} was sent again and ${answer.kind}`)
}

/** The event of a decision has the id of its authorization. */
async function decisionEvent({ storage }: Ports, partnerId: bigint, original: Original) {
  const event =
    'authorizationId' in original
      ? await storage.read.authorizationEvent(partnerId, original.authorizationId)
      : await storage.read.eventByMatchKey(partnerId, original.originalKey)
  const isDecision = event?.kind === 'authorization' || event?.kind === 'advice'
  const isOfCard = 'authorizationId' in original || event?.cardId === original.cardId
  return isDecision && isOfCard ? event : undefined
}
