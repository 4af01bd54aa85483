import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import type { ListedAudit } from '../app/list-ports.ts'
import { documented, IdText, InstantText, nullable, pageSchema } from './answers.ts'
import { knownPartner } from './ids.ts'
import type { OperatorContext } from './operator-api.ts'
import { PAGE, PERIOD, pageById, periodOf } from './paging.ts'

const ListQuery = Type.Object({ ...PERIOD, ...PAGE }, { additionalProperties: false })
type ListQuery = Static<typeof ListQuery>

const described = documented('Events and audit')

const AuditPage = pageSchema(
  'entries',
  Type.Object({
    auditId: IdText,
    actor: Type.String({ description: '`operator-key:100001`, or the app or credential that saw a card' }),
    actorName: nullable(Type.String(), { description: 'of an operator key' }),
    action: Type.String(),
    subject: Type.String(),
    reason: nullable(Type.String(), { description: 'why a card was shown' }),
    at: InstantText,
  }),
)

/** Whose log it is where a call concerned no partner. */
const NO_PARTNER = 0n

export const auditListRoutes: FastifyPluginAsync<OperatorContext> = async (server, { ports }) => {
  server.get<{ Querystring: ListQuery }>(
    '/audit-log',
    {
      schema: {
        ...described('listPlatformAudit', 'List the calls that concerned no partner', AuditPage, ['invalid-field']),
        querystring: ListQuery,
      },
    },
    ({ query }) => auditOf(NO_PARTNER, query),
  )

  server.get<{ Params: { partnerId: string }; Querystring: ListQuery }>(
    '/partners/:partnerId/audit-log',
    {
      schema: {
        ...described('listAudit', 'List the calls that changed something of a partner', AuditPage, ['invalid-field']),
        querystring: ListQuery,
      },
    },
    async ({ params, query }) => auditOf(await knownPartner(ports, params.partnerId), query),
  )

  async function auditOf(partnerId: bigint, query: ListQuery) {
    const filter = { ...periodOf(query), partnerId }
    const { rows, nextCursor } = await pageById(
      query,
      page => ports.storage.read.listAudit({ ...filter, ...page }),
      entry => entry.auditId,
    )
    return { entries: rows.map(encodeEntry), nextCursor }
  }
}

function encodeEntry({ auditId, actor, actorName, action, subject, reason, at }: ListedAudit) {
  return { auditId: String(auditId), actor, actorName, action, subject, reason: reason ?? null, at: at.toString() }
}
