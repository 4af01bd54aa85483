import type { ListReader } from '../app/list-ports.ts'
import type { Transaction } from '../app/ports.ts'
import { Conditions } from './conditions.ts'
import type { Queryable } from './database.ts'

export function auditOperations(database: Queryable): Pick<ListReader & Transaction, 'insertAudit' | 'listAudit'> {
  return {
    async insertAudit(entry) {
      await database.query(
        `insert into audit_log (partner_id, audit_id, actor, action, subject, detail, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)`,
        [
          entry.partnerId,
          entry.auditId,
          entry.actor,
          entry.action,
          entry.subject,
          typeof entry.reason === 'string' ? JSON.stringify({ reason: entry.reason }) : null,
          entry.at.toString(),
        ],
      )
    },

    async listAudit(filter) {
      const where = new Conditions('partner_id', filter.partnerId)
        .within(filter, 'created_at')
        .and(filter.after?.id, value => `audit_id < ${value}`)
      const { rows } = await database.query<AuditRow>(
        `select a.*, k.name as actor_name
           from (select partner_id, audit_id, actor, action, subject, detail, created_at from audit_log
                  where ${where.sql} order by audit_id desc limit ${where.add(filter.limit)}) a
                left join operator_key k on a.actor = 'operator-key:' || k.key_id
          order by a.audit_id desc`,
        where.values,
      )
      return rows.map(row => ({
        partnerId: row.partner_id,
        auditId: row.audit_id,
        actor: row.actor,
        actorName: row.actor_name,
        action: row.action,
        subject: row.subject,
        reason: row.detail?.reason ?? null,
        at: row.created_at,
      }))
    },
  }
}

type AuditRow = {
  partner_id: bigint
  audit_id: bigint
  actor: string
  actor_name: string | null
  action: string
  subject: string
  detail: { reason: string } | null
  created_at: Temporal.Instant
}
