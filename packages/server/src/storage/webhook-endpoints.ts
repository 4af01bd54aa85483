import type { HappeningKind } from '@openissuer/core/event/domain-event.ts'
import type {
  DialectName,
  EndpointBacklog,
  EndpointState,
  WebhookEndpoint,
  WebhookReader,
  WebhookTransaction,
} from '../app/webhook-ports.ts'
import type { Queryable } from './database.ts'
import { handOnEvents } from './fan-out.ts'

export type EndpointRow = {
  partner_id: bigint
  endpoint_id: bigint
  dialect: DialectName
  credential: string
  url: string
  description: string | null
  kinds: HappeningKind[]
  state: EndpointState
  state_reason: string | null
  created_at: Temporal.Instant
}

type EndpointOperations = Pick<
  WebhookReader & WebhookTransaction,
  | 'webhookEndpoints'
  | 'webhookEndpoint'
  | 'webhookBacklog'
  | 'ownsCredential'
  | 'insertWebhookEndpoint'
  | 'lockWebhookEndpoint'
  | 'updateWebhookEndpoint'
>

export function webhookEndpointOperations(database: Queryable): EndpointOperations {
  return {
    async webhookEndpoints(partnerId) {
      const { rows } = await database.query<EndpointRow>(
        `select * from webhook_endpoint where partner_id = $1 and state <> 'deleted' order by endpoint_id`,
        [partnerId],
      )
      return rows.map(endpointOf)
    },

    async webhookEndpoint(partnerId, endpointId) {
      const { rows } = await database.query<EndpointRow>(
        `select * from webhook_endpoint where partner_id = $1 and endpoint_id = $2 and state <> 'deleted'`,
        [partnerId, endpointId],
      )
      return rows[0] && endpointOf(rows[0])
    },

    async webhookBacklog(partnerId) {
      const { rows } = await database.query<BacklogRow>(
        `select e.partner_id, e.endpoint_id, e.dialect, e.state, e.failures_in_row, e.open_until,
                fresh.count + due.count as pending, due.count as retrying, least(fresh.oldest, due.oldest) as oldest,
                failed.count as failed
           from webhook_endpoint e
          -- each counts the entries of an index of its own
          cross join lateral (
             select count(*) as count, min(created_at) as oldest from webhook_delivery d
              where d.partner_id = e.partner_id and d.endpoint_id = e.endpoint_id and d.state = 'pending' and d.due_at is null
           ) fresh
          cross join lateral (
             select count(*) as count, min(created_at) as oldest from webhook_delivery d
              where d.partner_id = e.partner_id and d.endpoint_id = e.endpoint_id and d.state = 'pending' and d.due_at is not null
           ) due
          cross join lateral (
             select count(*) as count from webhook_delivery d
              where d.partner_id = e.partner_id and d.endpoint_id = e.endpoint_id and d.state = 'failed'
           ) failed
          where ($1::bigint is null or e.partner_id = $1) and e.state <> 'deleted'
          order by e.partner_id, e.endpoint_id`,
        [partnerId ?? null],
      )
      return rows.map(backlogOf)
    },

    async ownsCredential(partnerId, dialect, credential) {
      const { rowCount } = await database.query(CREDENTIAL_OF[dialect], [partnerId, credential])
      return rowCount === 1
    },

    async insertWebhookEndpoint(endpoint) {
      // what has happened before is not for it
      await handOnEvents(database, endpoint.partnerId, null)
      await database.query(
        `insert into webhook_endpoint (partner_id, endpoint_id, dialect, credential, url, description, kinds, state, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [
          endpoint.partnerId,
          endpoint.endpointId,
          endpoint.dialect,
          endpoint.credential,
          endpoint.url,
          endpoint.description,
          endpoint.kinds,
          endpoint.state,
          endpoint.createdAt.toString(),
        ],
      )
    },

    async lockWebhookEndpoint(partnerId, endpointId) {
      const { rows } = await database.query<EndpointRow>(
        `select * from webhook_endpoint where partner_id = $1 and endpoint_id = $2 and state <> 'deleted'
            for no key update`,
        [partnerId, endpointId],
      )
      return rows[0] && endpointOf(rows[0])
    },

    async updateWebhookEndpoint(endpoint) {
      await database.query(
        `update webhook_endpoint
            set url = $3, description = $4, kinds = $5, state = $6, state_reason = $7, failures_in_row = 0, open_until = null
          where partner_id = $1 and endpoint_id = $2`,
        [
          endpoint.partnerId,
          endpoint.endpointId,
          endpoint.url,
          endpoint.description,
          endpoint.kinds,
          endpoint.state,
          endpoint.stateReason,
        ],
      )
    },
  }
}

const CREDENTIAL_OF: Record<DialectName, string> = {
  pagsmile: 'select 1 from pagsmile_app where partner_id = $1 and app_id = $2',
  keysecure: 'select 1 from keysecure_credential where partner_id = $1 and api_key = $2',
}

type BacklogRow = {
  partner_id: bigint
  endpoint_id: bigint
  dialect: DialectName
  state: EndpointState
  failures_in_row: number
  open_until: Temporal.Instant | null
  pending: bigint
  retrying: bigint
  oldest: Temporal.Instant | null
  failed: bigint
}

function backlogOf(row: BacklogRow): EndpointBacklog {
  return {
    partnerId: row.partner_id,
    endpointId: row.endpoint_id,
    dialect: row.dialect,
    state: row.state,
    pending: Number(row.pending),
    retrying: Number(row.retrying),
    oldestPendingAt: row.oldest,
    failed: Number(row.failed),
    failuresInRow: row.failures_in_row,
    openUntil: row.open_until,
  }
}

export function endpointOf(row: EndpointRow): WebhookEndpoint {
  return {
    partnerId: row.partner_id,
    endpointId: row.endpoint_id,
    dialect: row.dialect,
    credential: row.credential,
    url: row.url,
    description: row.description,
    kinds: row.kinds,
    state: row.state,
    stateReason: row.state_reason,
    createdAt: row.created_at,
  }
}
