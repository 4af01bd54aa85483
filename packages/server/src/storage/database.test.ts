import type { PoolClient } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts'
import { isConflict } from './database.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase({ empty: true })
  await database.pool.query('create table counter (id integer primary key, value integer not null)')
  await database.pool.query('insert into counter values (1, 0), (2, 0)')
})

afterAll(() => database.close())

describe('a conflict with another SQL transaction', () => {
  const increment = (client: PoolClient, id: number) =>
    client.query('update counter set value = value + 1 where id = $1', [id])

  /** Two SQL transactions side by side; both are rolled back in the end. */
  async function sideBySide(work: (one: PoolClient, two: PoolClient) => Promise<void>): Promise<void> {
    const [one, two] = await Promise.all([database.pool.connect(), database.pool.connect()])
    try {
      for (const client of [one, two]) await client.query('begin isolation level repeatable read')
      await work(one, two)
    } finally {
      for (const client of [one, two]) {
        await client.query('rollback')
        client.release()
      }
    }
  }

  test('is a serialization failure', () =>
    sideBySide(async (one, two) => {
      await two.query('select * from counter')
      await increment(one, 1)
      await one.query('commit')
      expect(await increment(two, 1).then(() => undefined, isConflict)).toBe(true)
    }))

  test('is a dead-lock', () =>
    sideBySide(async (one, two) => {
      await increment(one, 1)
      await increment(two, 2)
      const outcomes = await Promise.allSettled([increment(one, 2), increment(two, 1)])
      const failures = outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason] : []))
      expect(failures.map(isConflict)).toContain(true)
    }))

  test('is neither a constraint nor a fault of another kind', async () => {
    const refused = await database.pool.query('insert into counter values (1, 0)').catch((error: unknown) => error)
    expect(isConflict(refused)).toBe(false)
    expect(isConflict(new Error('connection lost'))).toBe(false)
  })
})
