import { DomainError, type DomainErrorCode } from '@openissuer/core/errors.ts'

/**
 * An id of the path or body: decimal digits.
 * @throws DomainError `notFound` for anything else, as nothing can have such an id
 */
export function idParameter(text: string, notFound: DomainErrorCode): bigint {
  if (!/^\d{1,18}$/.test(text)) throw new DomainError(notFound)
  return BigInt(text)
}
