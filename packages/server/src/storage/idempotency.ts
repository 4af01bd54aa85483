import type { JsonValue, Transaction } from '../app/ports.ts'
import type { Queryable } from './database.ts'

type IdempotencyOperations = Pick<Transaction, 'claimKey' | 'recordAnswer'>

export function idempotencyOperations(database: Queryable): IdempotencyOperations {
  return {
    async claimKey(key) {
      // waits for a concurrent claimant: its commit makes this a conflict, its rollback lets this one go on
      const { rowCount } = await database.query({
        name: 'claim-key',
        text: `insert into idempotency_key (partner_id, scope, key, input_hash, created_at)
               values ($1, $2, $3, $4, $5) on conflict do nothing`,
        values: [key.partnerId, key.scope, key.key, key.inputHash, key.at.toString()],
      })
      if (rowCount === 1) return undefined
      const { rows } = await database.query<{ input_hash: Buffer; answer: JsonValue }>({
        name: 'recorded-answer',
        text: `select input_hash, answer from idempotency_key where partner_id = $1 and scope = $2 and key = $3`,
        values: [key.partnerId, key.scope, key.key],
      })
      const row = rows[0]
      if (row === undefined) throw new Error(`idempotency key of scope ${key.scope} vanished`)
      return { inputHash: row.input_hash, answer: row.answer }
    },

    async recordAnswer(key, answer) {
      await database.query({
        name: 'record-answer',
        text: `update idempotency_key set answer = $4 where partner_id = $1 and scope = $2 and key = $3`,
        values: [key.partnerId, key.scope, key.key, JSON.stringify(answer)],
      })
    },
  }
}
