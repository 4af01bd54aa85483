import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts'
import { chainHeads, chainViolations, sealChains } from './chain-seals.ts'

const AT = Temporal.Instant.from('2026-05-22T12:00:00Z')

let database: TestDatabase

beforeEach(async () => {
  database = await createTestDatabase()
  await database.pool.query(
    `insert into partner select i, 'p', 'active', 'credit', true, now() from generate_series(1, 2) i`,
  )
})

afterEach(() => database.close())

async function addAudits(partnerId: number, from: number, to: number): Promise<void> {
  await database.pool.query(
    `insert into audit_log (partner_id, audit_id, actor, action, subject, created_at)
     select $1, i, 'operator', 'test', 'subject ' || i, now() from generate_series($2::int, $3::int) i`,
    [partnerId, from, to],
  )
}

const seal = async () => sealChains(database.pool, await chainHeads(database.pool), AT)

test('sealed rows fit their seals, over several seals and partners', async () => {
  await addAudits(1, 1, 5)
  await addAudits(2, 3, 4)
  expect(await seal()).toBe(2)
  await addAudits(1, 6, 9)
  expect(await seal()).toBe(1)
  expect(await seal()).toBe(0)
  expect(await chainViolations(database.pool)).toEqual([])
})

describe('a sealed row that was', () => {
  beforeEach(async () => {
    await addAudits(1, 1, 3)
    await seal()
    await addAudits(1, 5, 6)
    await seal()
  })

  test.each([
    [
      'changed',
      `update audit_log set subject = 'other' where audit_id = 2`,
      'rows 1 to 3',
      'seal 1 (3 rows, sealed 3)',
    ],
    ['removed', 'delete from audit_log where audit_id = 6', 'rows 4 to 6', 'seal 2 (1 rows, sealed 2)'],
    [
      'slipped in',
      `insert into audit_log values (1, 4, 'operator', 'test', 'late', null, now())`,
      'rows 4 to 6',
      'seal 2 (3 rows, sealed 2)',
    ],
    [
      'changed, with its own seal forged to fit,',
      `update audit_log set subject = 'other' where audit_id = 2;
       update chain_seal set digest = '\\x00' where seal_no = 1`,
      'rows 1 to 3',
      'seal 1',
    ],
  ])('%s no longer fits', async (_name, tampering, rows, sealText) => {
    await database.pool.query(tampering)
    const violations = await chainViolations(database.pool)
    expect(violations[0]).toContain(rows)
    expect(violations[0]).toContain(sealText)
    expect(violations).toHaveLength(1)
  })
})

test('rows after the last seal are not judged yet', async () => {
  await addAudits(1, 1, 3)
  await seal()
  await addAudits(1, 4, 4)
  await database.pool.query(`update audit_log set subject = 'other' where audit_id = 4`)
  expect(await chainViolations(database.pool)).toEqual([])
})

test('sealers at once make one chain', async () => {
  await addAudits(1, 1, 50)
  const heads = await chainHeads(database.pool)
  const sealed = await Promise.all([1, 2, 3, 4].map(() => sealChains(database.pool, heads, AT)))
  expect(sealed.reduce((sum, count) => sum + count, 0)).toBe(1)
  expect(await chainViolations(database.pool)).toEqual([])
})
