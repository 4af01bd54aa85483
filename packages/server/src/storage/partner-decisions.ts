import type {
  DecisionSource,
  Fallback,
  InquiryOutcome,
  PartnerDecision,
} from '@openissuer/core/authorization/partner-decision.ts'
import type { NewPartnerDecision, PartnerResponder, Reader, Transaction } from '../app/ports.ts'
import type { Queryable } from './database.ts'

type DecisionRow = {
  partner_id: bigint
  authorization_id: bigint
  outcome: InquiryOutcome
  source: DecisionSource
  approved: boolean
  code: string | null
  message: string | null
  latency_ms: number | null
  late_approved: boolean | null
  late_code: string | null
  late_message: string | null
  late_ms: number | null
  created_at: Temporal.Instant
}

/**
 * Whether the partner of the authorization `r` is or was asked about it: what the issuer has approved, unless it was an
 * advice. How a partner decides never changes.
 */
export const IS_ASKED = `(r.approved_minor > 0
  and exists (select from partner p where p.partner_id = r.partner_id and p.integration_mode = 'partner-decides')
  and exists (select from authorization_event e
               where e.partner_id = r.partner_id and e.event_id = r.authorization_id and e.kind = 'authorization'))`

/** Which of the authorizations their partner is being asked about. */
export async function openQuestions(
  database: Queryable,
  partnerId: bigint,
  authorizationIds: readonly bigint[],
): Promise<ReadonlySet<bigint>> {
  if (authorizationIds.length === 0) return new Set()
  const { rows } = await database.query<{ authorization_id: bigint }>({
    name: 'open-questions',
    text: `select r.authorization_id from card_authorization r
            where r.partner_id = $1 and r.authorization_id = any($2::bigint[]) and ${IS_ASKED}
              and not exists (select from partner_decision d
                               where d.partner_id = $1 and d.authorization_id = r.authorization_id)`,
    values: [partnerId, authorizationIds],
  })
  return new Set(rows.map(row => row.authorization_id))
}

type PartnerDecisionOperations = Pick<
  Reader & Transaction,
  | 'partnerResponder'
  | 'partnerDecision'
  | 'undecidedAuthorizations'
  | 'replacePartnerResponder'
  | 'insertPartnerDecisions'
  | 'noteLateAnswer'
  | 'declineByPartner'
  | 'noteInquirySweep'
>

export function partnerDecisionOperations(database: Queryable): PartnerDecisionOperations {
  return {
    async partnerResponder(partnerId) {
      const { rows } = await database.query<{ api_key: string; url: string; fallback: Fallback }>({
        name: 'partner-responder',
        text: 'select api_key, url, fallback from partner_responder where partner_id = $1',
        values: [partnerId],
      })
      const [row] = rows
      return row && { partnerId, apiKey: row.api_key, url: row.url, fallback: row.fallback }
    },

    async replacePartnerResponder({ partnerId, apiKey, url, fallback }: PartnerResponder) {
      await database.query(
        `insert into partner_responder (partner_id, api_key, url, fallback) values ($1, $2, $3, $4)
         on conflict (partner_id)
         do update set api_key = excluded.api_key, url = excluded.url, fallback = excluded.fallback`,
        [partnerId, apiKey, url, fallback],
      )
    },

    async partnerDecision(partnerId, authorizationId) {
      const { rows } = await database.query<DecisionRow>({
        name: 'partner-decision',
        text: 'select * from partner_decision where partner_id = $1 and authorization_id = $2',
        values: [partnerId, authorizationId],
      })
      return rows[0] && decisionOf(rows[0])
    },

    async undecidedAuthorizations(partnerId, now, limit) {
      const { rows } = await database.query<{ authorization_id: bigint }>({
        name: 'undecided-authorizations',
        text: `select a.authorization_id from card_authorization a
                where a.partner_id = $1 and a.created_at <= $2 and a.approved_minor > 0
                  and a.created_at >= coalesce((select swept_through from inquiry_sweep where partner_id = $1), '-infinity')
                  and not exists (select from partner_decision d
                                   where d.partner_id = $1 and d.authorization_id = a.authorization_id)
                  and exists (select from authorization_event e
                               where e.partner_id = $1 and e.event_id = a.authorization_id and e.kind = 'authorization')
                order by a.created_at, a.authorization_id limit $3`,
        values: [partnerId, now.toString(), limit],
      })
      return rows.map(row => row.authorization_id)
    },

    async noteInquirySweep(partnerId, sweptThrough) {
      await database.query({
        name: 'note-inquiry-sweep',
        text: `insert into inquiry_sweep as s (partner_id, swept_through) values ($1, $2)
               on conflict (partner_id) do update set swept_through = excluded.swept_through
                where s.swept_through < excluded.swept_through`,
        values: [partnerId, sweptThrough.toString()],
      })
    },

    async insertPartnerDecisions(partnerId, decisions) {
      const column = <T>(value: (decision: NewPartnerDecision) => T) => decisions.map(value)
      const { rows } = await database.query<{ authorization_id: bigint }>({
        name: 'insert-partner-decisions',
        text: `insert into partner_decision (partner_id, authorization_id, outcome, source, approved, code, message,
                 latency_ms, created_at)
               select $1, d.*
                 from unnest($2::bigint[], $3::text[], $4::text[], $5::boolean[], $6::text[], $7::text[], $8::integer[],
                             $9::timestamptz[]) as d
               on conflict do nothing returning authorization_id`,
        values: [
          partnerId,
          column(decision => decision.authorizationId),
          column(decision => decision.outcome),
          column(decision => decision.source),
          column(decision => decision.approved),
          column(decision => decision.code),
          column(decision => decision.message),
          column(decision => decision.latencyMs),
          column(decision => decision.createdAt.toString()),
        ],
      })
      const recorded = new Set(rows.map(row => row.authorization_id))
      const news = decisions.filter(({ authorizationId }) => recorded.has(authorizationId))
      if (news.length > 0) await announceDecisions(database, partnerId, news)
      return recorded
    },

    async noteLateAnswer(partnerId, authorizationId, late) {
      await database.query({
        name: 'note-late-answer',
        text: `update partner_decision set late_approved = $3, late_code = $4, late_message = $5, late_ms = $6
                where partner_id = $1 and authorization_id = $2`,
        values: [partnerId, authorizationId, late.approved, late.code, late.message, late.latencyMs],
      })
    },

    async declineByPartner(partnerId, authorizationId, reason) {
      await database.query({
        name: 'decline-by-partner',
        text: `update card_authorization set decline_reason = $3, approval_code = null
                where partner_id = $1 and authorization_id = $2 and held_minor = 0`,
        values: [partnerId, authorizationId, reason],
      })
    },
  }
}

async function announceDecisions(
  database: Queryable,
  partnerId: bigint,
  decisions: readonly NewPartnerDecision[],
): Promise<void> {
  await database.query({
    name: 'announce-partner-decisions',
    text: `with announced as (
             insert into outbox (partner_id, outbox_id, kind, card_id, payload, created_at)
             select $1, d.event_id, 'partner-decision', d.card_id,
                    json_build_object('authorizationId', d.authorization_id::text), d.created_at
               from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::timestamptz[])
                 as d(event_id, card_id, authorization_id, created_at)
           )
           insert into outbox_batch (partner_id, batch_id, outbox_ids)
           select $1, min(event_id), $2::bigint[] from unnest($2::bigint[]) as event_id`,
    values: [
      partnerId,
      decisions.map(({ eventId }) => eventId),
      decisions.map(({ cardId }) => cardId),
      decisions.map(({ authorizationId }) => authorizationId),
      decisions.map(({ createdAt }) => createdAt.toString()),
    ],
  })
}

function decisionOf(row: DecisionRow): PartnerDecision {
  const { late_approved: approved, late_code: code, late_message: message, late_ms: latencyMs } = row
  return {
    partnerId: row.partner_id,
    authorizationId: row.authorization_id,
    outcome: row.outcome,
    source: row.source,
    approved: row.approved,
    code: row.code,
    message: row.message,
    latencyMs: row.latency_ms,
    late: approved === null || latencyMs === null ? null : { approved, code, message, latencyMs },
    createdAt: row.created_at,
  }
}
