import type { Pool } from 'pg'
import type { DataKeyStore, WrappedKey } from '../app/ports.ts'
import { inSqlTransaction, type Queryable } from './database.ts'

export function createDataKeyStore(database: Queryable): DataKeyStore {
  return {
    async all() {
      const { rows } = await database.query<{ key_id: number; purpose: string; wrapped_key: Buffer }>(
        'select key_id, purpose, wrapped_key from data_key order by key_id',
      )
      return rows.map(row => ({ keyId: row.key_id, purpose: row.purpose, wrappedKey: row.wrapped_key }))
    },

    async add(keys) {
      await database.query(
        `insert into data_key (key_id, purpose, wrapped_key, created_at)
         select k.key_id, k.purpose, k.wrapped_key, now()
           from unnest($1::integer[], $2::text[], $3::bytea[]) as k(key_id, purpose, wrapped_key)
         on conflict do nothing`,
        [keys.map(key => key.keyId), keys.map(key => key.purpose), keys.map(key => key.wrappedKey)],
      )
    },
  }
}

/**
 * Replaces the wrappings of all data keys in one SQL transaction: after a crash either all are new or none is.
 *
 * @param change gets what is stored, locked, and gives the same keys wrapped anew; what it throws changes nothing
 */
export async function rewrapDataKeys(
  pool: Pool,
  change: (stored: readonly WrappedKey[]) => readonly WrappedKey[],
): Promise<void> {
  await inSqlTransaction(pool, async client => {
    await client.query('select key_id from data_key order by key_id for update')
    for (const key of change(await createDataKeyStore(client).all())) {
      await client.query('update data_key set wrapped_key = $3 where key_id = $1 and purpose = $2', [
        key.keyId,
        key.purpose,
        key.wrappedKey,
      ])
    }
  })
}

export type KeyAge = {
  readonly kind: 'data-key' | 'platform-key' | 'previous-platform-key'
  /** purpose of a data key, app id of a platform key */
  readonly name: string
  /** of a platform key */
  readonly partnerId: bigint | null
  /** of a platform key that has replaced another one, when the operator asked for it; null where it is not kept */
  readonly createdAt: Temporal.Instant | null
  /** until when a replaced platform key is understood */
  readonly expiresAt: Temporal.Instant | null
}

/** Every key that the database holds sealed, without the keys. */
export async function listKeys(database: Queryable): Promise<KeyAge[]> {
  const { rows } = await database.query<{
    kind: KeyAge['kind']
    name: string
    partner_id: bigint | null
    created_at: Temporal.Instant | null
    expires_at: Temporal.Instant | null
  }>(
    `select 1 as place, key_id::bigint as number, 'data-key' as kind, purpose as name, null::bigint as partner_id,
            created_at, null::timestamptz as expires_at
       from data_key
     union all
     select 2, a.partner_id, 'platform-key', a.app_id, a.partner_id,
            coalesce((select max(l.created_at) from audit_log l
                       where l.partner_id = a.partner_id and l.action like 'POST %/platform-key'
                         and ' ' || l.subject || ' ' like '% appId=' || a.app_id || ' %'), a.created_at),
            null
       from pagsmile_app a
     union all
     select 3, partner_id, 'previous-platform-key', app_id, partner_id, null, previous_expires_at
       from pagsmile_app where previous_private_key is not null
      order by place, number, name`,
  )
  return rows.map(row => ({
    kind: row.kind,
    name: row.name,
    partnerId: row.partner_id,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }))
}
