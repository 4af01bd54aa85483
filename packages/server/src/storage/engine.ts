import type { Queryable } from './database.ts'

/** What decides whether an acknowledged commit survives a power cut, as the database reports it. */
export type EngineFacts = {
  readonly version: string
  readonly fsync: string
  readonly synchronousCommit: string
}

export class UnsafeEngineError extends Error {}

export async function readEngineFacts(database: Queryable): Promise<EngineFacts> {
  const { rows } = await database.query<{ version: string; fsync: string; synchronous_commit: string }>(
    `select current_setting('server_version') as version, current_setting('fsync') as fsync,
            current_setting('synchronous_commit') as synchronous_commit`,
  )
  const row = rows[0]
  if (row === undefined) throw new Error('the database does not report its settings')
  return { version: row.version, fsync: row.fsync, synchronousCommit: row.synchronous_commit }
}

/** @throws UnsafeEngineError when a commit that was acknowledged may be lost */
export function assertDurable(facts: EngineFacts): void {
  const off = [
    ...(facts.fsync === 'off' ? ['fsync'] : []),
    ...(facts.synchronousCommit === 'off' ? ['synchronous_commit'] : []),
  ]
  if (off.length > 0) {
    throw new UnsafeEngineError(
      `live mode needs a durable database, but ${off.join(' and ')} is off: an acknowledged approval could be lost. ` +
        'Switch it on in the PostgreSQL configuration.',
    )
  }
}
