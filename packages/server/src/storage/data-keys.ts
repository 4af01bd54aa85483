import type { DataKeyStore } from '../app/ports.ts'
import type { Queryable } from './database.ts'

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
