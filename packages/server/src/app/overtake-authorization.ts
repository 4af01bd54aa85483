import { type Authorize, messageOf } from './authorize.ts'
import type { EngineAnswer } from './engine/authorization-engine.ts'
import type { Answer, Message } from './lifecycle/message.ts'
import { reverseAuthorization } from './lifecycle/reverse-authorization.ts'
import type { Ports } from './ports.ts'

/**
 * Has a reversal arrive before its authorization: the reversal of everything first, and when it is recorded the message
 * that it reverses. Sent again, both get their recorded answers; where the second was not answered, it is made up for.
 *
 * @param reversal the message of the reversal; `authorization.matchKey` is what it names
 * @throws DomainError as `authorize` does, before anything is recorded; `duplicate-request`
 */
export async function overtakeAuthorization(
  ports: Ports,
  { authorization, reversal }: { readonly authorization: Authorize; readonly reversal: Message },
): Promise<{ readonly reversal: Answer; readonly authorization: EngineAnswer }> {
  const message = await messageOf(ports, authorization)
  const { cardId, matchKey: originalKey } = message
  const { storage, engine, ...rest } = ports
  const recorded = await storage.transaction(tx => {
    const original = { cardId, originalKey }
    return reverseAuthorization({ ...rest, tx }, { ...reversal, original, amount: message.transactionAmount })
  })
  const askedMs = performance.now()
  const answer = await engine.submit(message)
  ports.decisions.heard(answer, performance.now() - askedMs)
  return { reversal: recorded, authorization: answer }
}
