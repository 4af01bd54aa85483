/**
 * Spend limits and merchant controls of a partner: created, read with what is used of them, changed and removed.
 */
import { DomainError } from '@openissuer/core/errors.ts'
import {
  type MerchantControl,
  parseMerchantControlTerms,
  readScope,
  type SpendScope,
} from '@openissuer/core/limits/merchant-controls.ts'
import {
  COUNT_MAX,
  compileSpendLimit,
  NO_USE,
  parseSpendLimitTerms,
  type SpendLimit,
  spendLimitJson,
  windowOf,
} from '@openissuer/core/limits/spend-limit.ts'
import type { FieldProblem, Parsed } from '@openissuer/core/limits/window.ts'
import { type Amount, formatDecimal, subtract, zero } from '@openissuer/core/money/amount.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import { createMerchantControl } from '../app/create-merchant-control.ts'
import { createSpendLimit } from '../app/create-spend-limit.ts'
import type { Ports } from '../app/ports.ts'
import { updateSpendLimit } from '../app/update-spend-limit.ts'
import { idParameter } from './ids.ts'
import { type OperatorContext, OperatorError } from './operator-api.ts'

/** Their fields are read by the core, which names every problem of a body. */
const TermsBody = Type.Object({}, { additionalProperties: true })

const ChangesBody = Type.Object(
  {
    name: Type.Optional(Type.String()),
    /** major units; null takes the threshold away */
    maxAmount: Type.Optional(Type.Union([Type.String({ maxLength: 24 }), Type.Null()])),
    maxCount: Type.Optional(Type.Union([Type.Integer({ minimum: 1, maximum: COUNT_MAX }), Type.Null()])),
  },
  { additionalProperties: false, minProperties: 1 },
)

const ListQuery = Type.Object(
  {
    scopeKind: Type.Optional(Type.String({ maxLength: 16 })),
    scopeId: Type.Optional(Type.String({ maxLength: 18 })),
    offset: Type.Optional(Type.String({ pattern: '^[0-9]{1,9}$' })),
    limit: Type.Optional(Type.String({ pattern: '^([1-9]|[1-9][0-9]|100)$' })),
  },
  { additionalProperties: false },
)

type PartnerParams = { partnerId: string }
type LimitParams = PartnerParams & { limitId: string }
type ControlParams = PartnerParams & { controlId: string }

export const spendLimitRoutes: FastifyPluginAsync<OperatorContext> = async (server, { ports, run }) => {
  server.post<{ Params: PartnerParams; Body: Record<string, unknown> }>(
    '/partners/:partnerId/spend-limits',
    { schema: { body: TermsBody } },
    async (request, reply) => {
      const partnerId = idParameter(request.params.partnerId, 'partner-not-found')
      const terms = read(parseSpendLimitTerms(await withCardId(ports, partnerId, request.body)))
      const created = await run(
        request,
        partnerId,
        async work => {
          await assertPartner(work.tx, partnerId)
          return createSpendLimit(work, { partnerId, terms })
        },
        encodeLimit,
      )
      return reply.code(201).send(created)
    },
  )

  server.get<{ Params: PartnerParams; Querystring: Static<typeof ListQuery> }>(
    '/partners/:partnerId/spend-limits',
    { schema: { querystring: ListQuery } },
    async request => {
      const partnerId = idParameter(request.params.partnerId, 'partner-not-found')
      await assertPartner(ports.storage.read, partnerId)
      const limits = await ports.storage.read.spendLimits({ partnerId, ...pageOf(request.query) })
      return { spendLimits: await withUse(ports, partnerId, limits) }
    },
  )

  server.get<{ Params: LimitParams }>('/partners/:partnerId/spend-limits/:limitId', async request => {
    const { partnerId, limitId } = limitIdOf(request.params)
    const limit = await ports.storage.read.spendLimit(partnerId, limitId)
    if (limit === undefined) throw new DomainError('spend-limit-not-found')
    const [encoded] = await withUse(ports, partnerId, [limit])
    return encoded
  })

  server.patch<{ Params: LimitParams; Body: Static<typeof ChangesBody> }>(
    '/partners/:partnerId/spend-limits/:limitId',
    { schema: { body: ChangesBody } },
    request => {
      const { partnerId, limitId } = limitIdOf(request.params)
      return run(
        request,
        partnerId,
        async work => {
          const limit = await work.tx.spendLimit(partnerId, limitId)
          if (limit === undefined) throw new DomainError('spend-limit-not-found')
          return updateSpendLimit(work, { partnerId, limitId, changes: changesOf(limit, request.body) })
        },
        encodeLimit,
      )
    },
  )

  server.delete<{ Params: LimitParams }>('/partners/:partnerId/spend-limits/:limitId', request => {
    const { partnerId, limitId } = limitIdOf(request.params)
    return run(
      request,
      partnerId,
      async ({ tx, clock }) => {
        if (!(await tx.removeSpendLimit(partnerId, limitId, clock.now())))
          throw new DomainError('spend-limit-not-found')
      },
      () => ({ limitId: String(limitId), removed: true }),
    )
  })
}

export const merchantControlRoutes: FastifyPluginAsync<OperatorContext> = async (server, { ports, run }) => {
  server.post<{ Params: PartnerParams; Body: Record<string, unknown> }>(
    '/partners/:partnerId/merchant-controls',
    { schema: { body: TermsBody } },
    async (request, reply) => {
      const partnerId = idParameter(request.params.partnerId, 'partner-not-found')
      const terms = read(parseMerchantControlTerms(await withCardId(ports, partnerId, request.body)))
      const created = await run(
        request,
        partnerId,
        async work => {
          await assertPartner(work.tx, partnerId)
          return createMerchantControl(work, { partnerId, terms })
        },
        encodeControl,
      )
      return reply.code(201).send(created)
    },
  )

  server.get<{ Params: PartnerParams; Querystring: Static<typeof ListQuery> }>(
    '/partners/:partnerId/merchant-controls',
    { schema: { querystring: ListQuery } },
    async request => {
      const partnerId = idParameter(request.params.partnerId, 'partner-not-found')
      await assertPartner(ports.storage.read, partnerId)
      const controls = await ports.storage.read.merchantControls({ partnerId, ...pageOf(request.query) })
      return { merchantControls: controls.map(encodeControl) }
    },
  )

  server.get<{ Params: ControlParams }>('/partners/:partnerId/merchant-controls/:controlId', async request => {
    const { partnerId, controlId } = controlIdOf(request.params)
    const control = await ports.storage.read.merchantControl(partnerId, controlId)
    if (control === undefined) throw new DomainError('merchant-control-not-found')
    return encodeControl(control)
  })

  server.delete<{ Params: ControlParams }>('/partners/:partnerId/merchant-controls/:controlId', request => {
    const { partnerId, controlId } = controlIdOf(request.params)
    return run(
      request,
      partnerId,
      async ({ tx, clock }) => {
        const removed = await tx.removeMerchantControl(partnerId, controlId, clock.now())
        if (!removed) throw new DomainError('merchant-control-not-found')
      },
      () => ({ controlId: String(controlId), removed: true }),
    )
  })
}

function limitIdOf(params: LimitParams): { partnerId: bigint; limitId: bigint } {
  return {
    partnerId: idParameter(params.partnerId, 'partner-not-found'),
    limitId: idParameter(params.limitId, 'spend-limit-not-found'),
  }
}

function controlIdOf(params: ControlParams): { partnerId: bigint; controlId: bigint } {
  return {
    partnerId: idParameter(params.partnerId, 'partner-not-found'),
    controlId: idParameter(params.controlId, 'merchant-control-not-found'),
  }
}

async function assertPartner(reader: Pick<Ports['storage']['read'], 'partner'>, partnerId: bigint): Promise<void> {
  if ((await reader.partner(partnerId)) === undefined) throw new DomainError('partner-not-found')
}

/** A scope may name a card by its token: `{ "kind": "card", "cardToken": "…" }`. */
async function withCardId({ storage }: Ports, partnerId: bigint, body: object): Promise<object> {
  const scope = 'scope' in body ? body.scope : undefined
  if (typeof scope !== 'object' || scope === null || !('cardToken' in scope)) return body
  const { cardToken, ...rest } = scope
  const card = typeof cardToken === 'string' ? await storage.read.cardByToken(partnerId, cardToken) : undefined
  if (card === undefined) throw new DomainError('card-not-found', 'scope.cardToken')
  if ('id' in rest)
    throw new OperatorError(400, 'invalid-request', 'Name the card by one of id and cardToken.', 'scope')
  return { ...body, scope: { ...rest, id: String(card.cardId) } }
}

/** What was read, or a refusal that names all problems and the field of the first. */
function read<T>(parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.value
  const all = parsed.problems.map(({ field, problem }) => `${field} ${problem}`).join('; ')
  throw new OperatorError(400, 'invalid-request', `${all}.`, parsed.problems[0]?.field)
}

function pageOf(query: Static<typeof ListQuery>): { scope: SpendScope | null; offset: number; limit: number } {
  return { scope: scopeOf(query), offset: Number(query.offset ?? 0), limit: Number(query.limit ?? 50) }
}

function scopeOf({ scopeKind, scopeId }: Static<typeof ListQuery>): SpendScope | null {
  if (scopeKind === undefined && scopeId === undefined) return null
  const problems: FieldProblem[] = []
  const scope = readScope({ kind: scopeKind, id: scopeId }, 'scope', problems)
  if (scope === undefined) {
    const all = problems.map(({ field, problem }) => `${QUERY_FIELDS[field] ?? field} ${problem}`).join('; ')
    throw new OperatorError(400, 'invalid-request', `${all}.`, QUERY_FIELDS[problems[0]?.field ?? ''])
  }
  return scope
}

const QUERY_FIELDS: Readonly<Record<string, string>> = { 'scope.kind': 'scopeKind', 'scope.id': 'scopeId' }

function changesOf(limit: SpendLimit, body: Static<typeof ChangesBody>): Partial<SpendLimit> {
  const { name, maxAmount, maxCount } = body
  const terms = {
    ...spendLimitJson(limit),
    ...(name === undefined ? {} : { name }),
    ...(maxAmount === undefined ? {} : { maxAmount }),
    ...(maxCount === undefined ? {} : { maxCount }),
  }
  const changed = read(parseSpendLimitTerms(terms))
  return { name: changed.name, maxAmount: changed.maxAmount, maxCount: changed.maxCount }
}

function encodeLimit(limit: SpendLimit) {
  const { partnerId, limitId, ...terms } = limit
  return { limitId: String(limitId), partnerId: String(partnerId), ...spendLimitJson(terms) }
}

/** With what is used of the window around now, and what is left of it. */
async function withUse({ storage, clock }: Ports, partnerId: bigint, limits: readonly SpendLimit[]) {
  const nowMs = clock.now().epochMilliseconds
  const compiled = limits.map(limit => compileSpendLimit(limit))
  const uses = await storage.read.spendLimitUse(
    partnerId,
    compiled.map(each => windowOf(each, nowMs)),
  )
  return compiled.map(({ limit, clock: windows }) => {
    const used = uses.get(limit.limitId) ?? NO_USE
    const amount: Amount = { minor: used.amountMinor, currency: limit.currency }
    return {
      ...encodeLimit(limit),
      use: {
        window: { ...windows.boundsAt(nowMs).text },
        count: used.count,
        amount: formatDecimal(amount),
        remainingCount: limit.maxCount === null ? null : Math.max(0, limit.maxCount - used.count),
        remainingAmount: limit.maxAmount === null ? null : formatDecimal(leftOf(limit.maxAmount, amount)),
      },
    }
  })
}

function leftOf(max: Amount, used: Amount): Amount {
  const left = subtract(max, used)
  return left.minor < 0n ? zero(max.currency) : left
}

function encodeControl({ partnerId, controlId, name, scope, allow, block }: MerchantControl) {
  return {
    controlId: String(controlId),
    partnerId: String(partnerId),
    name,
    scope: { kind: scope.kind, id: String(scope.id) },
    allow: allow === undefined ? null : { ...allow },
    block: block === undefined ? null : { ...block },
  }
}
