/** What a look ahead says is held against what then happens. */
import { FREE_TERMS } from '@openissuer/core/fee/fee-plan.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createOperatorDoor, type OperatorDoor } from '../../../../test/support/operator-door.ts'
import {
  addLoadedCard,
  addPartner,
  addProgram,
  purchase,
  type TestPartner,
  USD,
} from '../../../../test/support/use-cases.ts'
import { addEndpoint } from '../../../../test/support/webhooks.ts'
import { closings } from '../app/close-card.ts'
import { runDue } from '../app/due-work.ts'
import { managementFees } from '../app/fees/management-fees.ts'
import { expiries } from '../app/lifecycle/expire-authorizations.ts'

type Kind = {
  readonly kind: string
  readonly count: number
  readonly precision: string
  readonly earliestAt: string | null
  readonly amounts: readonly unknown[]
  readonly first: readonly { readonly at: string; readonly subject: string; readonly cardToken: string | null }[]
}

let door: OperatorDoor
let partner: TestPartner

beforeEach(async () => {
  door = await createOperatorDoor()
  await addProgram(door.useCases)
  partner = await addPartner(door.useCases)
})

afterEach(() => door.close())

async function due(until: string): Promise<Record<string, Kind>> {
  const { status, text } = await door.call('GET', `/operator/v1/clock/due?until=${until}`)
  expect(status).toBe(200)
  const { due: kinds } = JSON.parse(text) as { due: Kind[] }
  return Object.fromEntries(kinds.map(each => [each.kind, each]))
}

/** Moves the clock and runs what a server would. */
async function run(now: string): Promise<readonly string[]> {
  const { useCases } = door
  useCases.clock.set(now)
  const work = [expiries(useCases.ports), managementFees(useCases.ports), closings(useCases.ports)]
  return (await runDue(work, useCases.clock.now())).map(({ kind }) => kind)
}

const NOTHING = { count: 0, precision: 'exact', earliestAt: null, amounts: [], first: [] }

test('where nothing waits nothing is due', async () => {
  expect(await due('2026-07-01T00:00:00Z')).toEqual({
    expiry: { kind: 'expiry', ...NOTHING },
    'management-fee': { kind: 'management-fee', ...NOTHING, precision: 'estimate' },
    'unpaid-management-fee': { kind: 'unpaid-management-fee', ...NOTHING },
    'card-closing': { kind: 'card-closing', ...NOTHING },
    'webhook-retry': { kind: 'webhook-retry', ...NOTHING },
  })
})

test('holds that lapse are counted and summed up to the instant, that included', async () => {
  const { useCases } = door
  const card = await addLoadedCard(useCases, partner, 5_000n)
  const { authorizationId } = await purchase(useCases, card, 1_000n)
  useCases.clock.set('2026-05-22T13:00:00Z')
  await purchase(useCases, card, 234n)
  await purchase(useCases, card, 999_999n)
  expect((await due('2026-05-29T11:59:59Z'))['expiry']).toMatchObject(NOTHING)
  const soon = (await due('2026-05-29T12:00:00Z'))['expiry']
  expect(soon).toMatchObject({
    count: 1,
    precision: 'exact',
    earliestAt: '2026-05-29T12:00:00Z',
    amounts: [{ amount: '10.00', currency: 'USD' }],
    first: [{ subject: String(authorizationId), cardToken: card.token, partnerId: String(partner.partnerId) }],
  })
  const other = await addPartner(useCases)
  await purchase(useCases, await addLoadedCard(useCases, other, 5_000n), 100n)
  const later = (await due('2026-06-30T00:00:00Z'))['expiry']
  expect(later).toMatchObject({ count: 3, amounts: [{ amount: '13.34', currency: 'USD' }] })
  expect(later?.first.map(({ at }) => at)).toEqual([
    '2026-05-29T12:00:00Z',
    '2026-05-29T13:00:00Z',
    '2026-05-29T13:00:00Z',
  ])
  expect(await run('2026-06-30T00:00:00Z')).toEqual(['expiry', 'expiry', 'expiry'])
  expect((await due('2026-06-30T00:00:00Z'))['expiry']).toMatchObject(NOTHING)
})

test('management fees are estimated over all cycles, and so is what is asked for again', async () => {
  const { useCases } = door
  await useCases.run(async ({ tx, clock }) => {
    const management = { cycle: 'month', minor: 100n, waiver: 'none', waiverFrom: 0n, closesUnpaid: false } as const
    const terms = { ...FREE_TERMS, management }
    await tx.insertFeePlan({ planId: 1n, name: 'monthly', currency: USD, terms, createdAt: clock.now() })
    await tx.setFeePlanOf({ programId: 1n, partnerId: null, planId: 1n, assignedAt: clock.now() })
  })
  const [rich, poor] = [await addLoadedCard(useCases, partner, 1_000n), await addLoadedCard(useCases, partner, 1n)]
  expect((await due('2026-05-31T23:59:59Z'))['management-fee']).toMatchObject({ count: 0 })
  expect((await due('2026-08-15T00:00:00Z'))['management-fee']).toEqual({
    kind: 'management-fee',
    count: 6,
    precision: 'estimate',
    earliestAt: '2026-06-01T00:00:00Z',
    amounts: [{ amount: '6.00', currency: 'USD' }],
    first: ['2026-06-01T00:00:00Z', '2026-07-01T00:00:00Z'].flatMap(at =>
      [rich, poor].map(card => ({
        at,
        partnerId: String(partner.partnerId),
        subject: String(card.cardId),
        cardToken: null,
        amount: { amount: '1.00', currency: 'USD' },
      })),
    ),
  })
  expect(await run('2026-06-01T00:00:00Z')).toHaveLength(2)
  const unpaid = (await due('2026-06-30T00:00:00Z'))['unpaid-management-fee']
  expect(unpaid).toMatchObject({
    count: 1,
    earliestAt: '2026-06-30T00:00:00Z',
    first: [{ subject: String(poor.cardId) }],
  })
  expect((await due('2026-06-29T23:59:59Z'))['unpaid-management-fee']).toMatchObject(NOTHING)
  expect(await run('2026-06-30T00:00:00Z')).toEqual(['management-fee'])
})

test('a closing card is closed with its last hold', async () => {
  const { useCases } = door
  const card = await addLoadedCard(useCases, partner, 5_000n)
  await purchase(useCases, card, 1_000n)
  await door.post(`/operator/v1/partners/${partner.partnerId}/cards/${card.cardId}/close`, {})
  expect((await due('2026-05-29T11:59:59Z'))['card-closing']).toMatchObject(NOTHING)
  expect((await due('2026-05-29T12:00:00Z'))['card-closing']).toMatchObject({
    count: 1,
    earliestAt: '2026-05-29T12:00:00Z',
    first: [{ subject: String(card.cardId), cardToken: card.token }],
  })
  expect((await run('2026-05-29T12:00:00Z')).toSorted()).toEqual(['card-closing', 'expiry'])
})

test('deliveries that failed wait for their next try', async () => {
  const { useCases } = door
  const { endpointId } = await addEndpoint(useCases, partner.partnerId, 'http://127.0.0.1:9/')
  const card = await addLoadedCard(useCases, partner, 5_000n)
  const { authorizationId } = await purchase(useCases, card, 1n)
  await useCases.pool.query(
    `insert into webhook_delivery (partner_id, outbox_id, endpoint_id, seq, kind, card_id, state, attempts, due_at, created_at)
     values ($1, $2, $3, 1, 'authorization', $4, 'pending', 1, '2026-05-22T12:01:00Z', now())`,
    [partner.partnerId, authorizationId, endpointId, card.cardId],
  )
  expect((await due('2026-05-22T12:00:59Z'))['webhook-retry']).toMatchObject(NOTHING)
  expect((await due('2026-05-22T12:01:00Z'))['webhook-retry']).toMatchObject({
    count: 1,
    earliestAt: '2026-05-22T12:01:00Z',
    first: [{ subject: `${authorizationId}-${endpointId}`, cardToken: card.token }],
  })
})

test.each([
  ['until=2026-05-22T11:59:59Z', 409, 'clock-goes-back'],
  ['until=later', 400, 'invalid-field'],
  ['until=2100-01-01T00:00:00Z', 400, 'invalid-field'],
  ['', 400, 'invalid-request'],
])('%s is refused', async (query, status, code) => {
  const answer = await door.call('GET', `/operator/v1/clock/due?${query}`)
  expect([answer.status, answer.body.error.code]).toEqual([status, code])
})
