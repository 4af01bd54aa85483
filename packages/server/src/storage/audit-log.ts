import type { Transaction } from '../app/ports.ts'
import type { Queryable } from './database.ts'

export function auditOperations(database: Queryable): Pick<Transaction, 'insertAudit'> {
  return {
    async insertAudit(entry) {
      await database.query(
        `insert into audit_log (partner_id, audit_id, actor, action, subject, created_at) values ($1, $2, $3, $4, $5, $6)`,
        [entry.partnerId, entry.auditId, entry.actor, entry.action, entry.subject, entry.at.toString()],
      )
    },
  }
}
