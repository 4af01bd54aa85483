import type { Authorization, AuthorizationEvent, Effect, Money, PartnerDecision } from '@openissuer/sdk/operator.ts'
import { expect, test } from 'vitest'
import { stepsOf } from './steps.ts'

const usd = (amount: string): Money => ({ amount, currency: 'USD' })

const NOTHING = { reversed: usd('0.00'), expired: usd('0.00'), cleared: usd('0.00'), refunded: usd('0.00') }

const event = (kind: AuthorizationEvent['kind'], minute: number, changes: Partial<AuthorizationEvent> = {}) => ({
  eventId: `${minute}`,
  partnerId: '1',
  authorizationId: '1',
  originalEventId: null,
  kind,
  transactionAmount: usd('30.00'),
  billingAmount: usd('30.00'),
  entryId: null,
  effect: null,
  createdAt: `2026-05-22T12:0${minute}:00Z`,
  ...changes,
})

const effect = (hold: string, held: string, changes: Partial<Effect> = {}): Effect => ({
  hold: usd(hold),
  conversionRate: null,
  fee: usd('0.00'),
  feeEntryId: null,
  final: false,
  forced: false,
  decision: null,
  declineReason: null,
  explanation: null,
  approvalCode: null,
  trace: [],
  authorization: { status: 'open', approvedAmount: usd('30.00'), held: usd(held), ...NOTHING },
  ...changes,
})

const authorization = (changes: Partial<Authorization>): Authorization => ({
  authorizationId: '1',
  partnerId: '1',
  cardToken: '450620141926',
  maskedPan: '658704******2976',
  purpose: 'purchase',
  decision: 'approved',
  declineReason: null,
  explanation: '',
  responseCode: '00',
  approvalCode: '123456',
  transactionAmount: usd('30.00'),
  billingAmount: usd('30.00'),
  conversionRate: null,
  approvedAmount: usd('30.00'),
  held: usd('30.00'),
  trace: [],
  expiresAt: '2026-05-29T12:00:00Z',
  createdAt: '2026-05-22T12:00:00Z',
  status: 'open',
  ...NOTHING,
  fee: usd('0.00'),
  entryMode: null,
  threeDs: null,
  merchant: { id: null, name: null, mcc: null, country: null, city: null, acquirerId: null },
  events: [event('authorization', 0)],
  partnerDecision: null,
  ...changes,
})

test('an open hold is placed, and lapses ahead', () => {
  expect(stepsOf(authorization({}))).toMatchObject([
    { title: 'Approved', tone: 'good', hold: usd('30.00'), heldAfter: usd('30.00'), notes: ['Approval code 123456'] },
    { tone: 'ahead', at: '2026-05-29T12:00:00Z', hold: usd('-30.00'), heldAfter: usd('0.00') },
  ])
})

test('each message says what it did to the hold, and which entries it made', () => {
  const events = [
    event('authorization', 0),
    event('increment', 1, { effect: effect('5.00', '35.00', { decision: 'approved' }) }),
    event('clearing', 2, {
      entryId: '7',
      effect: effect('-20.00', '15.00', { forced: true, fee: usd('0.20'), feeEntryId: '8' }),
    }),
    event('reversal', 3, { effect: effect('-15.00', '0.00') }),
    event('refund', 4, { entryId: '9', effect: effect('0.00', '0.00') }),
  ]
  const steps = stepsOf(authorization({ events, held: usd('0.00'), status: 'closed' }))
  expect(steps.map(step => [step.title, step.hold?.amount ?? null, step.heldAfter.amount, step.entryIds])).toEqual([
    ['Approved', '30.00', '30.00', []],
    ['Increment approved', '5.00', '35.00', []],
    ['Clearing', '-20.00', '15.00', ['7', '8']],
    ['Reversal', '-15.00', '0.00', []],
    ['Refund', null, '0.00', ['9']],
  ])
  expect(steps[2]?.notes).toEqual(['Forced: beyond its hold, the tolerance or available money', 'Fee 0.20 USD'])
})

test('a decline holds nothing and has no future', () => {
  const steps = stepsOf(
    authorization({
      decision: 'declined',
      declineReason: 'insufficient-funds',
      approvalCode: null,
      held: usd('0.00'),
      expiresAt: null,
      status: 'closed',
    }),
  )
  expect(steps).toMatchObject([{ title: 'Declined: insufficient funds', tone: 'bad', hold: null }])
})

test('what the partner said stands where it was said', () => {
  const partnerDecision: PartnerDecision = {
    outcome: 'timeout',
    decisionSource: 'fallback',
    approved: false,
    code: null,
    message: null,
    latencyMs: null,
    late: { approved: true, code: null, message: null, latencyMs: 1_200 },
    decidedAt: '2026-05-22T12:00:30Z',
  }
  const events = [event('authorization', 0), event('reversal', 1, { effect: effect('-30.00', '0.00') })]
  const steps = stepsOf(authorization({ events, held: usd('0.00'), status: 'closed', partnerDecision }))
  expect(steps.map(({ title }) => title)).toEqual(['Approved', 'The partner declines', 'Reversal'])
  expect(steps[1]?.notes).toEqual(['Fallback: timeout', 'A late answer would have approved after 1200 ms'])
})
