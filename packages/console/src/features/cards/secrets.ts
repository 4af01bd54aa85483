import type { AuditEntry } from '@openissuer/sdk/operator.ts'

/** `6587040000002976` as `6587 0400 0000 2976`, as it stands on a card. */
export function grouped(pan: string): string {
  return pan.replaceAll(/(\d{4})(?=\d)/g, '$1 ')
}

/** The lines of the audit log that say that this card's number was shown. */
export function revealsOf(entries: readonly AuditEntry[], cardId: string): readonly AuditEntry[] {
  return entries.filter(
    ({ action, subject }) => action === 'reveal-card' && subject.split(' ').includes(`cardId=${cardId}`),
  )
}
