import { DomainError, type DomainErrorCode } from '@openissuer/core/errors.ts'
import { Type } from 'typebox'
import type { Ports } from '../app/ports.ts'

/**
 * An id of the path or body: decimal digits.
 * @throws DomainError `notFound` for anything else, as nothing can have such an id
 */
export function idParameter(text: string, notFound: DomainErrorCode): bigint {
  if (!/^\d{1,18}$/.test(text)) throw new DomainError(notFound)
  return BigInt(text)
}

/** @throws DomainError `partner-not-found` */
export async function knownPartner({ storage }: Pick<Ports, 'storage'>, text: string): Promise<bigint> {
  const partnerId = idParameter(text, 'partner-not-found')
  if ((await storage.read.partner(partnerId)) === undefined) throw new DomainError('partner-not-found')
  return partnerId
}

export function idOrNull(id: bigint | null): string | null {
  return id === null ? null : String(id)
}

/** How partners name a card; what has another form names none. */
export const CardToken = Type.String({ pattern: '^[0-9]{1,20}$' })
