import type { ListReader } from '../app/list-ports.ts'
import type { Transaction } from '../app/ports.ts'
import { Conditions } from './conditions.ts'
import type { Queryable } from './database.ts'

export function auditOperations(database: Queryable): Pick<ListReader & Transaction, 'insertAudit' | 'listAudit'> {
  return {
    async insertAudit(entry) {
      await database.query(
        `insert into audit_log (partner_id, audit_id, actor, action, subject, created_at) values ($1, $2, $3, $4, $5, $6)`,
        [entry.partnerId, entry.auditId, entry.actor, entry.action, entry.subject, entry.at.toString()],
      )
    },

    async listAudit(filter) {
      const where = new Conditions('partner_id', filter.partnerId)
        .within(filter, 'created_at')
        .and(filter.after?.id, value => `audit_id < ${value}`)
      const { rows } = await database.query<AuditRow>(
        `select partner_id, audit_id, actor, action, subject, created_at from audit_log where ${where.sql}
          order by audit_id desc limit ${where.add(filter.limit)}`,
        where.values,
      )
      return rows.map(row => ({
        partnerId: row.partner_id,
        auditId: row.audit_id,
        actor: row.actor,
        action: row.action,
        subject: row.subject,
        at: row.created_at,
      }))
    },
  }
}

type AuditRow = {
  partner_id: bigint
  audit_id: bigint
  actor: string
  action: string
  subject: string
  created_at: Temporal.Instant
}
