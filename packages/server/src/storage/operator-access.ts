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

const KEY = 'key_id, name, role, created_at, revoked_at'

type OperatorAccessOperations = Pick<
  Reader & Transaction,
  | 'operatorKey'
  | 'operatorSession'
  | 'listOperatorKeys'
  | 'insertOperatorKey'
  | 'lockOperatorKey'
  | 'lockRevealKeys'
  | 'revokeOperatorKey'
  | 'insertOperatorSession'
  | 'deleteOperatorSession'
  | 'deleteOperatorSessionsOver'
>

export function operatorAccessOperations(database: Queryable): OperatorAccessOperations {
  return {
    async operatorKey(keyHash) {
      const { rows } = await database.query<KeyRow>({
        name: 'operator-key',
        text: `select ${KEY} from operator_key where key_hash = $1 and revoked_at is null`,
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

    async listOperatorKeys({ after, limit }) {
      const { rows } = await database.query<KeyRow>(
        `select ${KEY} from operator_key where $1::bigint is null or key_id < $1 order by key_id desc limit $2`,
        [after?.id ?? null, limit],
      )
      return rows.map(keyOf)
    },

    async lockOperatorKey(keyId) {
      const { rows } = await database.query<KeyRow>(
        `select ${KEY} from operator_key where key_id = $1 for no key update`,
        [keyId],
      )
      return rows[0] && keyOf(rows[0])
    },

    async lockRevealKeys() {
      const { rows } = await database.query<KeyRow>(
        `select ${KEY} from operator_key where role = 'reveal' and revoked_at is null
          order by key_id for no key update`,
      )
      return rows.map(keyOf)
    },

    async revokeOperatorKey(keyId, revokedAt) {
      await database.query('update operator_key set revoked_at = $2 where key_id = $1', [keyId, revokedAt.toString()])
      await database.query('delete from operator_session where key_id = $1', [keyId])
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
