import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts'
import { TestClock } from '../../../../test/support/ports.ts'
import { createStorage } from '../storage/postgres-storage.ts'
import type { Storage } from './ports.ts'
import {
  type ClockChange,
  changeClock,
  createProductClock,
  followClock,
  type ProductClock,
  REAL_TIME,
} from './product-clock.ts'

let database: TestDatabase
let storage: Storage
let wall: TestClock
let clock: ProductClock

beforeAll(async () => {
  database = await createTestDatabase()
  storage = createStorage(database.pool)
})

beforeEach(async () => {
  await database.pool.query('delete from product_clock')
  wall = new TestClock('2026-05-22T12:00:00Z')
  clock = createProductClock(wall, REAL_TIME)
})

afterAll(() => database.close())

async function change(what: ClockChange, mine: ProductClock = clock) {
  const moved = await storage.transaction(tx => changeClock(tx, wall, what))
  await followClock(mine, storage)
  return moved
}
const advance = (by: string) => change({ kind: 'advance', by: Temporal.Duration.from(by) })
const set = (to: string) => change({ kind: 'set', to: Temporal.Instant.from(to) })

test('it is real time until it is touched', () => {
  expect(clock.now().toString()).toBe('2026-05-22T12:00:00Z')
  wall.set('2026-05-22T12:00:05Z')
  expect(clock.now().toString()).toBe('2026-05-22T12:00:05Z')
})

test('a frozen clock stands still, and runs on from where it stood', async () => {
  await change({ kind: 'freeze' })
  wall.set('2026-05-22T13:00:00Z')
  expect(clock.now().toString()).toBe('2026-05-22T12:00:00Z')
  await change({ kind: 'resume' })
  wall.set('2026-05-22T13:00:10Z')
  expect(clock.now().toString()).toBe('2026-05-22T12:00:10Z')
})

test('advancing moves a running clock, which goes on running', async () => {
  expect(await advance('P7DT1H')).toMatchObject({ to: Temporal.Instant.from('2026-05-29T13:00:00Z') })
  wall.set('2026-05-22T12:00:01Z')
  expect(clock.now().toString()).toBe('2026-05-29T13:00:01Z')
})

test('advancing a frozen clock keeps it frozen', async () => {
  await change({ kind: 'freeze' })
  await advance('PT1S')
  wall.set('2026-05-22T18:00:00Z')
  expect(clock.now().toString()).toBe('2026-05-22T12:00:01Z')
})

test('a month is a calendar month: from the last of January to the last of February', async () => {
  await set('2027-01-31T10:00:00Z')
  await advance('P1M')
  expect(clock.now().toString()).toBe('2027-02-28T10:00:00Z')
})

test('setting it to now is allowed, a millisecond earlier is not and changes nothing', async () => {
  await set('2026-05-22T12:00:00Z')
  await expect(set('2026-05-22T11:59:59.999Z')).rejects.toMatchObject({ code: 'clock-goes-back' })
  expect(clock.now().toString()).toBe('2026-05-22T12:00:00Z')
})

test('a time beyond this century is refused', async () => {
  await expect(advance('P200Y')).rejects.toMatchObject({ code: 'invalid-field' })
})

describe('over several processes', () => {
  test('a process that reads the stored setting shows the same time', async () => {
    await advance('P1D')
    const other = createProductClock(wall, REAL_TIME)
    await followClock(other, storage)
    expect(other.now()).toEqual(clock.now())
  })

  test('two changes at once both count', async () => {
    const other = createProductClock(wall, REAL_TIME)
    await Promise.all([advance('PT1H'), change({ kind: 'advance', by: Temporal.Duration.from('PT2H') }, other)])
    await followClock(clock, storage)
    expect(clock.now().toString()).toBe('2026-05-22T15:00:00Z')
  })

  test('an older setting that arrives late is ignored', async () => {
    const before = clock.setting
    await advance('PT1H')
    clock.apply(before)
    expect(clock.now().toString()).toBe('2026-05-22T13:00:00Z')
  })
})
