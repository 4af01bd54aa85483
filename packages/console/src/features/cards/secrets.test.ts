import type { AuditEntry } from '@openissuer/sdk/operator.ts'
import { expect, test } from 'vitest'
import { grouped, revealsOf } from './secrets.ts'

test.each([
  ['6587040000002976', '6587 0400 0000 2976'],
  ['658704000000297', '6587 0400 0000 297'],
  ['6587040000002976123', '6587 0400 0000 2976 123'],
])('%s stands in groups of four', (pan, shown) => {
  expect(grouped(pan)).toBe(shown)
})

test('of the audit log only the lines of this card count', () => {
  const entry = (action: string, subject: string): AuditEntry => ({
    auditId: subject,
    actor: 'operator-key:1',
    actorName: 'First',
    action,
    subject,
    reason: null,
    at: '2026-05-22T12:00:00Z',
  })
  const mine = entry('reveal-card', 'cardId=12')
  const others = [entry('reveal-card', 'cardId=123'), entry('POST /operator/v1/cards', 'cardId=12')]
  expect(revealsOf([mine, ...others], '12')).toEqual([mine])
})
