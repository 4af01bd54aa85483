import type { OperatorKey } from '@openissuer/core/operator/operator-key.ts'
import type { Reader, Transaction } from '../app/ports.ts'
import type { Queryable } from './database.ts'

type KeyRow = {
  key_id: bigint
  name: string
  role: OperatorKey['role']
  created_at: Temporal.Instant
  revoked_at: Temporal.Instant | null
}

type OperatorAccessOperations = Pick<
  Reader & Transaction,
  | 'operatorKey'
  | 'operatorSession'
  | 'insertOperatorKey'
  | 'insertOperatorSession'
  | 'deleteOperatorSession'
  | 'deleteOperatorSessionsOver'
>

export function operatorAccessOperations(database: Queryable): OperatorAccessOperations {
  return {
    async operatorKey(keyHash) {
      const { rows } = await database.query<KeyRow>({
        name: 'operator-key',
        text: 'select key_id, name, role, created_at, revoked_at from operator_key where key_hash = $1 and revoked_at is null',
        values: [keyHash],
      })
      return rows[0] && keyOf(rows[0])
    },

    async operatorSession(sessionHash, now) {
      const { rows } = await database.query<KeyRow & { expires_at: Temporal.Instant }>({
        name: 'operator-session',
        text: `select k.key_id, k.name, k.role, k.created_at, k.revoked_at, s.expires_at
                 from operator_session s join operator_key k on k.key_id = s.key_id
                where s.session_hash = $1 and s.expires_at > $2 and k.revoked_at is null`,
        values: [sessionHash, now.toString()],
      })
      return rows[0] && { key: keyOf(rows[0]), expiresAt: rows[0].expires_at }
    },

    async insertOperatorKey(key, keyHash) {
      await database.query(
        'insert into operator_key (key_hash, key_id, name, role, created_at) values ($1, $2, $3, $4, $5)',
        [keyHash, key.keyId, key.name, key.role, key.createdAt.toString()],
      )
    },

    async insertOperatorSession({ sessionHash, keyId, createdAt, expiresAt }) {
      await database.query(
        'insert into operator_session (session_hash, key_id, created_at, expires_at) values ($1, $2, $3, $4)',
        [sessionHash, keyId, createdAt.toString(), expiresAt.toString()],
      )
    },

    async deleteOperatorSession(sessionHash) {
      const { rowCount } = await database.query('delete from operator_session where session_hash = $1', [sessionHash])
      return rowCount === 1
    },

    async deleteOperatorSessionsOver(now) {
      await database.query('delete from operator_session where expires_at <= $1', [now.toString()])
    },
  }
}

function keyOf(row: KeyRow): OperatorKey {
  return {
    keyId: row.key_id,
    name: row.name,
    role: row.role,
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
  }
}
