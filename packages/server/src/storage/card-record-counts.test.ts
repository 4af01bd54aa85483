/** Totals by counts are the totals of the rows, for any window and filter, and what would make them wrong is found. */
import { PURPOSES } from '@openissuer/core/authorization/authorization.ts'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lifecycleOf } from '../../../../test/support/lifecycle.ts'
import {
  addLoadedCard,
  addPartner,
  addProgram,
  createUseCases,
  purchase,
  type TestPartner,
  type UseCases,
  usd,
} from '../../../../test/support/use-cases.ts'
import type { CardRecordFilter } from '../app/ports.ts'
import { countHours, startOfHour } from './card-record-counts.ts'
import { ledgerViolations } from './ledger-verification.ts'

const HOURS = 12
const START = Temporal.Instant.from('2026-05-22T00:00:00Z')
const KINDS: CardRecordFilter['eventKinds'] = ['clearing', 'clearing-correction', 'refund', 'refund-reversal', 'expiry']

let useCases: UseCases
let partner: TestPartner

beforeAll(async () => {
  useCases = await createUseCases(START.toString())
  await addProgram(useCases)
  partner = await addPartner(useCases)
  const life = lifecycleOf(useCases)
  const card = await addLoadedCard(useCases, partner, 5_000n)
  for (let quarter = 0; quarter < HOURS * 4; quarter++) {
    useCases.clock.set(START.add({ minutes: quarter * 15 }).toString())
    // the last ones are declined: the money is spent
    const bought = await purchase(useCases, card, 150n)
    if (bought.declineReason === null && quarter % 3 === 0) {
      await life.clear(partner.partnerId, bought, usd(150n), { final: true })
      await life.refund(partner.partnerId, bought, usd(10n))
    }
  }
})

afterAll(() => useCases.close())

const anyInstant = fc
  .integer({ min: -3_600_000, max: (HOURS + 1) * 3_600_000 })
  .map(milliseconds => START.add({ milliseconds }))

const anyFilter = fc
  .record({
    bounds: fc.tuple(anyInstant, anyInstant),
    purposes: fc.subarray([...PURPOSES]),
    eventKinds: fc.subarray([...KINDS]),
    declined: fc.boolean(),
  })
  .map(({ bounds, ...rest }): CardRecordFilter => {
    const [from, to] = bounds.toSorted((a, b) => Temporal.Instant.compare(a, b)) as [Temporal.Instant, Temporal.Instant]
    return { ...rest, partnerId: partner.partnerId, from, to, offset: 0, limit: 30 }
  })

const totalOf = async (filter: CardRecordFilter) => (await useCases.ports.storage.read.cardRecords(filter)).total

test('a total is the same before anything is counted, in between and after', async () => {
  const filters = fc.sample(anyFilter, 100)
  const plain = await Promise.all(filters.map(totalOf))
  expect(new Set(plain).size).toBeGreaterThan(10)
  for (const hours of [1, 5, 5, HOURS + 2]) {
    await countHours(useCases.pool, startOfHour(START.add({ hours })))
    expect(await Promise.all(filters.map(totalOf))).toEqual(plain)
    expect(await ledgerViolations(useCases.pool)).toEqual([])
  }
})

test('counting at once counts once', async () => {
  const other = await addPartner(useCases)
  const card = await addLoadedCard(useCases, other, 5_000n)
  await purchase(useCases, card, 150n)
  const upTo = startOfHour(START.add({ hours: HOURS + 2 }))
  await Promise.all(Array.from({ length: 4 }, () => countHours(useCases.pool, upTo)))
  expect(await ledgerViolations(useCases.pool)).toEqual([])
})

test('a row that is written into a counted hour is found', async () => {
  useCases.clock.set(START.toString())
  const card = await addLoadedCard(useCases, await addPartner(useCases), 100n)
  await countHours(useCases.pool, startOfHour(START.add({ hours: HOURS + 2 })))
  await purchase(useCases, card, 1n)
  expect((await ledgerViolations(useCases.pool)).join()).toContain('purchase:approved')
})
