import { path } from '../path.ts'
import type { OperatorCallOptions } from './call.ts'
import { type Page, type PageQuery, type PeriodQuery, Resource } from './resource.ts'

export type AuditEntry = {
  readonly auditId: string
  /** `operator-key:100001`, or the app or credential that saw a card */
  readonly actor: string
  /** of an operator key */
  readonly actorName: string | null
  /** method and path of the call */
  readonly action: string
  readonly subject: string
  /** why a card was shown */
  readonly reason: string | null
  readonly at: string
}

/** Calls that changed something or showed secrets. */
export class AuditLog extends Resource {
  /** One page, newest first. */
  list(
    partnerId: string,
    query: PeriodQuery & PageQuery = {},
    options?: OperatorCallOptions,
  ): Promise<Page<AuditEntry>> {
    return this.page(path`/partners/${partnerId}/audit-log`, 'entries', query, options)
  }

  listAll(partnerId: string, query: PeriodQuery = {}, options?: OperatorCallOptions): AsyncIterable<AuditEntry> {
    return this.all(page => this.list(partnerId, { ...query, ...page }, options))
  }

  /** Calls that concerned no partner; one page, newest first. */
  listPlatform(query: PeriodQuery & PageQuery = {}, options?: OperatorCallOptions): Promise<Page<AuditEntry>> {
    return this.page('/audit-log', 'entries', query, options)
  }

  listAllPlatform(query: PeriodQuery = {}, options?: OperatorCallOptions): AsyncIterable<AuditEntry> {
    return this.all(page => this.listPlatform({ ...query, ...page }, options))
  }
}
