import type { Responder } from '@openissuer/sdk/operator.ts'

/** What counts when a partner that is asked does not answer in time. */
export const FALLBACKS: Record<Responder['fallback'], string> = {
  decline: 'It is declined',
  approve: 'It is approved',
}
