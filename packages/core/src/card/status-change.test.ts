import { describe, expect, test } from 'vitest'
import { CARD_STATUSES, type CardStatus } from './card.ts'
import { type CardAction, isOpen, statusAfter } from './status-change.ts'

const ALLOWED: Record<CardAction, Partial<Record<CardStatus, CardStatus>>> = {
  produce: { pending: 'awaiting-activation' },
  activate: { 'awaiting-activation': 'active' },
  block: { active: 'blocked' },
  unblock: { blocked: 'active' },
  'report-lost': { active: 'lost', blocked: 'lost' },
  close: {
    pending: 'closing',
    'awaiting-activation': 'closing',
    active: 'closing',
    blocked: 'closing',
    lost: 'closing',
  },
}

describe.each(Object.keys(ALLOWED) as CardAction[])('%s', action => {
  test.each(CARD_STATUSES)('on a card that is %s', status => {
    expect(statusAfter(status, action)).toBe(ALLOWED[action][status])
  })
})

test('nothing leads out of closing, closed and failed, and such a card is not open', () => {
  for (const status of ['closing', 'closed', 'failed'] as const) {
    for (const action of Object.keys(ALLOWED) as CardAction[]) expect(statusAfter(status, action)).toBeUndefined()
    expect(isOpen(status)).toBe(false)
  }
  expect(CARD_STATUSES.filter(isOpen)).toEqual(['pending', 'awaiting-activation', 'active', 'blocked', 'lost'])
})
