import { DomainError } from '@openissuer/core/errors.ts'
import type { IdempotencyKey, JsonValue, Ports, Work } from './ports.ts'

/** Who asks, and under which key a repetition is recognised; without a key every call is a new one. */
export type Performance = {
  readonly partnerId: bigint
  readonly idempotency: Pick<IdempotencyKey, 'scope' | 'key' | 'inputHash'> | null
}

/**
 * Runs a use case that changes something: one SQL transaction, at most once per idempotency key.
 * The same key with the same input gets the recorded answer, with another input `duplicate-request`;
 * a refused use case rolls back and burns no key.
 *
 * @param encode makes the answer that is recorded with the key and given back to repetitions unchanged
 */
export async function perform<T, A extends JsonValue>(
  ports: Ports,
  request: Performance,
  useCase: (work: Work) => Promise<T>,
  encode: (result: T) => A,
): Promise<A> {
  const { storage, engine: _engine, ...rest } = ports
  return storage.transaction(async tx => {
    const work: Work = { ...rest, tx }
    if (request.idempotency === null) return encode(await useCase(work))
    const key = { ...request.idempotency, partnerId: request.partnerId, at: ports.clock.now() }
    const recorded = await tx.claimKey(key)
    if (recorded !== undefined) {
      if (!equalBytes(recorded.inputHash, key.inputHash)) throw new DomainError('duplicate-request')
      return recorded.answer as A
    }
    const answer = encode(await useCase(work))
    await tx.recordAnswer(key, answer)
    return answer
  })
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}
