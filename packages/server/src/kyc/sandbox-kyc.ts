/**
 * The KYC providers that come with the product. A sandbox asks nobody: the last word of a token says what the provider
 * finds. In live mode nobody is asked either, and every cardholder waits for the operator's review.
 */
import type { KycFinding } from '@openissuer/core/cardholder/kyc.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { KycProvider } from '../app/ports.ts'

const FINDINGS: Readonly<Record<string, KycFinding>> = {
  pending: { outcome: 'waiting' },
  in_progress: { outcome: 'in-review' },
  approved: { outcome: 'approved' },
  rejected: { outcome: 'rejected', reason: 'The verification was not passed.' },
}

/** `share-rejected`, `share:rejected` or `rejected` alone, in either case. */
const LAST_WORD = /(?:^|[-:])([a-z_]+)$/i

export const sandboxKyc: KycProvider = {
  async verify(token) {
    const word = LAST_WORD.exec(token)?.[1]?.toLowerCase() ?? ''
    if (word === 'unavailable') throw new DomainError('kyc-unavailable')
    return Object.hasOwn(FINDINGS, word) ? (FINDINGS[word] as KycFinding) : { outcome: 'undecided' }
  },
}

export const reviewByOperator: KycProvider = {
  verify: async () => ({ outcome: 'in-review' }),
}
