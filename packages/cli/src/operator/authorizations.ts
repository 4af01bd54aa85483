import type { operator } from '@openissuer/sdk/index.ts'
import type { ConnectionOptions } from '../connection.ts'
import { filterOf, firstOf } from '../lists.ts'
import { newestAuthorization } from '../newest.ts'
import { withServer } from '../server.ts'
import { type Show, showRecord, showRows } from '../show.ts'
import { type Column, field, formatTable, printable, textOf } from '../table.ts'
import { paint, type Terminal } from '../terminal.ts'

type Common = ConnectionOptions & Show & { readonly partner?: string }

type Filter = {
  readonly card?: string
  readonly status?: string
  readonly decision?: string
  readonly declineReason?: string
  readonly from?: string
  readonly to?: string
}

const COLUMNS = [
  field('authorizationId'),
  field('cardToken'),
  field('decision'),
  field('declineReason', 'reason'),
  field('billingAmount', 'amount', 'right'),
  field('held', 'held', 'right'),
  field('status'),
  field('createdAt'),
  field('merchant.name', 'merchant'),
]

export async function listAuthorizations(
  terminal: Terminal,
  options: Common & Filter & { limit: number },
): Promise<void> {
  const { card, status, decision, declineReason, from, to } = options
  const query = filterOf<operator.AuthorizationQuery>({ cardToken: card, status, decision, declineReason, from, to })
  const rows = await withServer(terminal, options, async ({ client, partnerOr }) =>
    firstOf(client.authorizations.listAll(await partnerOr(options.partner), query), options.limit),
  )
  showRows(terminal, options, rows, COLUMNS, 'There are no such authorizations.')
}

export async function showAuthorization(
  terminal: Terminal,
  authorizationId: string | undefined,
  options: Common,
): Promise<void> {
  showRecord(terminal, options, await retrieve(terminal, authorizationId, options))
}

export async function explainAuthorization(
  terminal: Terminal,
  named: string | undefined,
  options: Common,
): Promise<void> {
  const authorization = await retrieve(terminal, named, options)
  if (options.json) {
    const { authorizationId, decision, declineReason, explanation, trace, partnerDecision } = authorization
    terminal.out(
      `${JSON.stringify({ authorizationId, decision, declineReason, explanation, trace, partnerDecision }, null, 2)}\n`,
    )
  } else terminal.out(explanationOf(terminal, authorization))
}

/** @param named the newest one of the partner where it is undefined */
function retrieve(terminal: Terminal, named: string | undefined, options: Common): Promise<operator.Authorization> {
  return withServer(terminal, options, async server =>
    server.client.authorizations.retrieve(named ?? (await newestAuthorization(server, options.partner))),
  )
}

const CHECKS: readonly Column<operator.Check>[] = [
  { title: 'check', of: check => check.check },
  { title: 'result', of: check => (check.passed ? 'passed' : 'DECLINED') },
  { title: 'value', of: check => check.value },
  { title: 'threshold', of: check => check.threshold },
  { title: 'left', of: check => check.remaining },
  {
    title: 'window',
    of: ({ window }) =>
      window === null
        ? null
        : `${window.from} to ${window.to ?? 'ever'}${window.zone === null ? '' : ` ${window.zone}`}`,
  },
]

type Explained = operator.Decision & Partial<Pick<operator.Authorization, 'partnerDecision' | 'merchant'>>

/** The decision in words, then the checks in the order in which they were made. */
export function explanationOf(terminal: Terminal, authorization: Explained): string {
  const { decision, declineReason, explanation, trace, partnerDecision = null, merchant } = authorization
  const verdict = paint(terminal, decision === 'approved' ? 'green' : 'red', decision)
  const reason = declineReason === null ? '' : ` (${declineReason})`
  const where = merchant?.name ? ` at ${printable(merchant.name)}` : ''
  const { amount, currency } = authorization.transactionAmount
  return [
    `${authorization.purpose} of ${amount} ${currency}${where}: ${verdict}${reason}`,
    explanation,
    '',
    formatTable(terminal, CHECKS, trace).trimEnd(),
    ...(partnerDecision === null ? [] : ['', `The partner was asked: ${textOf(partnerDecision)}`]),
    '',
  ].join('\n')
}
