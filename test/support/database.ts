import { randomBytes } from 'node:crypto'
import type { Pool } from 'pg'
import { inject } from 'vitest'
import { openPool } from '../../packages/server/src/storage/database.ts'
import { TEMPLATE } from './global-setup.ts'

export type TestDatabase = {
  readonly pool: Pool
  readonly name: string
  /** for programs that are given the database by its address */
  readonly url: string
  /** drops the database; connections that others still have to it are ended */
  close(): Promise<void>
}

/** A database of its own for one test file: a copy of the migrated template, or an empty one. */
export async function createTestDatabase(options: { readonly empty?: boolean } = {}): Promise<TestDatabase> {
  const cluster = inject('cluster')
  const name = `test_${randomBytes(8).toString('hex')}`
  const onError = () => undefined
  const admin = openPool({ ...cluster, database: 'postgres' }, { connections: 1, onError })
  await admin.query(`create database ${name} template ${options.empty ? 'template0' : TEMPLATE}`)
  const pool = openPool({ ...cluster, database: name }, { connections: 10, onError })
  const { user, password, host, port } = cluster
  return {
    pool,
    name,
    url: `postgres://${user}:${encodeURIComponent(password)}@/${name}?host=${encodeURIComponent(host)}&port=${port}`,
    async close() {
      await pool.end()
      await admin.query(`drop database ${name} with (force)`)
      await admin.end()
    },
  }
}
