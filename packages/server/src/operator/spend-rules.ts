/**
 * Spend limits and merchant controls of a partner: created, read with what is used of them, changed and removed.
 */
import { DomainError, type DomainErrorCode } from '@openissuer/core/errors.ts'
import {
  type MerchantControl,
  type MerchantControlTerms,
  parseMerchantControlTerms,
  readScope,
  type SpendScope,
} from '@openissuer/core/limits/merchant-controls.ts'
import { compileSpendLimit, NO_USE, type SpendLimit, windowOf } from '@openissuer/core/limits/spend-limit.ts'
import {
  COUNT_MAX,
  parseSpendLimitTerms,
  type SpendLimitTerms,
  spendLimitJson,
} from '@openissuer/core/limits/spend-limit-terms.ts'
import type { FieldProblem, Parsed } from '@openissuer/core/limits/window.ts'
import { type Amount, formatDecimal, subtract, zero } from '@openissuer/core/money/amount.ts'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import { createMerchantControl } from '../app/create-merchant-control.ts'
import { createSpendLimit } from '../app/create-spend-limit.ts'
import type { JsonValue, Ports, Reader, SpendRuleFilter, Work } from '../app/ports.ts'
import { updateSpendLimit } from '../app/update-spend-limit.ts'
import { CurrencyText, DecimalText, documented, IdText, nullable } from './answers.ts'
import { idParameter } from './ids.ts'
import { type OperatorContext, OperatorError } from './operator-api.ts'

/** Their fields are read by the core, which names every problem of a body. */
const TermsBody = Type.Object({}, { additionalProperties: true })

const described = documented('Spend limits and merchant controls')

const Texts = Type.Array(Type.String(), { minItems: 1 })

const MERCHANT_LIST = {
  mccs: Type.Optional(Texts),
  mccCategories: Type.Optional(Texts),
  merchantIds: Type.Optional(Texts),
  countries: Type.Optional(Texts),
}

const Scope = Type.Object({ kind: Type.Enum(['card', 'cardholder', 'account', 'program']), id: IdText })

const WindowText = Type.Union([
  Type.Object({
    kind: Type.Literal('fixed'),
    unit: Type.Enum(['day', 'week', 'month', 'year']),
    zone: Type.String({ description: 'IANA name' }),
    weekStart: Type.Optional(Type.Integer({ minimum: 1, maximum: 7, description: '1 is Monday' })),
  }),
  Type.Object({
    kind: Type.Literal('rolling'),
    unit: Type.Enum(['hour', 'day']),
    length: Type.Integer({ minimum: 1, maximum: 10_000 }),
  }),
  Type.Object({ kind: Type.Literal('lifetime') }),
])

const LIMIT_TERMS = {
  name: Type.String(),
  scope: Scope,
  window: WindowText,
  currency: CurrencyText,
  maxAmount: nullable(DecimalText),
  maxCount: nullable(Type.Integer({ minimum: 1 })),
  filter: Type.Object({ ...MERCHANT_LIST, currencies: Type.Optional(Texts), entryModes: Type.Optional(Texts) }),
  policy: Type.Enum(['standard', 'refunds-return', 'cleared-spend']),
}

const LIMIT = { limitId: IdText, partnerId: IdText, ...LIMIT_TERMS }

const LimitAnswer = Type.Object(LIMIT, { title: 'SpendLimit' })

const LimitWithUse = Type.Object(
  {
    ...LIMIT,
    use: Type.Object({
      window: Type.Object({ from: Type.String(), to: nullable(Type.String()), zone: nullable(Type.String()) }),
      count: Type.Integer(),
      amount: DecimalText,
      remainingCount: nullable(Type.Integer()),
      remainingAmount: nullable(DecimalText),
    }),
  },
  { title: 'SpendLimitWithUse' },
)

const Control = Type.Object(
  {
    controlId: IdText,
    partnerId: IdText,
    name: Type.String(),
    scope: Scope,
    allow: nullable(Type.Object(MERCHANT_LIST)),
    block: nullable(Type.Object(MERCHANT_LIST)),
  },
  { title: 'MerchantControl' },
)

/** A scope that is a card may be named by its token. */
const ScopeAsked = Type.Union([Scope, Type.Object({ kind: Type.Literal('card'), cardToken: Type.String() })])

/** What the core reads, in words of a schema. */
const LimitAsked = Type.Object({
  name: LIMIT_TERMS.name,
  scope: ScopeAsked,
  window: WindowText,
  currency: CurrencyText,
  maxAmount: Type.Optional(LIMIT_TERMS.maxAmount),
  maxCount: Type.Optional(LIMIT_TERMS.maxCount),
  filter: Type.Optional(LIMIT_TERMS.filter),
  policy: Type.Optional(LIMIT_TERMS.policy),
})

const ControlAsked = Type.Object({
  name: Type.String(),
  scope: ScopeAsked,
  allow: Type.Optional(Type.Object(MERCHANT_LIST)),
  block: Type.Optional(Type.Object(MERCHANT_LIST)),
})

const SCOPE_ERRORS = ['card-not-found', 'cardholder-not-found', 'account-not-found', 'program-not-found']

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
type RuleParams = PartnerParams & Record<string, string>

/** What limits and controls differ in: the words of their calls, and what is done in each. */
type RuleKind<T, Terms> = {
  readonly path: 'spend-limits' | 'merchant-controls'
  readonly listName: 'spendLimits' | 'merchantControls'
  readonly idName: 'limitId' | 'controlId'
  readonly notFound: DomainErrorCode
  /** what the reference says of each call */
  readonly schemas: { readonly create: object; readonly list: object; readonly show: object; readonly remove: object }
  readonly parse: (json: unknown) => Parsed<Terms>
  readonly create: (work: Work, command: { readonly partnerId: bigint; readonly terms: Terms }) => Promise<T>
  readonly find: (read: Reader, partnerId: bigint, id: bigint) => Promise<T | undefined>
  readonly list: (read: Reader, filter: SpendRuleFilter) => Promise<readonly T[]>
  readonly remove: (work: Work, partnerId: bigint, id: bigint) => Promise<boolean>
  readonly encode: (rule: T) => { [field: string]: JsonValue }
  /** as reading shows them */
  readonly show: (ports: Ports, partnerId: bigint, rules: readonly T[]) => Promise<readonly object[]>
}

const LIMITS: RuleKind<SpendLimit, SpendLimitTerms> = {
  path: 'spend-limits',
  listName: 'spendLimits',
  idName: 'limitId',
  notFound: 'spend-limit-not-found',
  schemas: {
    create: {
      ...described('createSpendLimit', 'Create a spend limit', LimitAnswer, [...SCOPE_ERRORS, 'unknown-currency'], 201),
      asked: LimitAsked,
    },
    list: described(
      'listSpendLimits',
      'List spend limits with what is used of them',
      Type.Object({ spendLimits: Type.Array(LimitWithUse) }),
    ),
    show: described('showSpendLimit', 'Show a spend limit with what is used of it', LimitWithUse, [
      'spend-limit-not-found',
    ]),
    remove: described(
      'removeSpendLimit',
      'Remove a spend limit',
      Type.Object({ limitId: IdText, removed: Type.Literal(true) }),
      ['spend-limit-not-found'],
    ),
  },
  parse: parseSpendLimitTerms,
  create: createSpendLimit,
  find: (read, partnerId, id) => read.spendLimit(partnerId, id),
  list: (read, filter) => read.spendLimits(filter),
  remove: ({ tx, clock }, partnerId, id) => tx.removeSpendLimit(partnerId, id, clock.now()),
  encode: encodeLimit,
  show: withUse,
}

const CONTROLS: RuleKind<MerchantControl, MerchantControlTerms> = {
  path: 'merchant-controls',
  listName: 'merchantControls',
  idName: 'controlId',
  notFound: 'merchant-control-not-found',
  schemas: {
    create: {
      ...described('createMerchantControl', 'Create a merchant control', Control, SCOPE_ERRORS, 201),
      asked: ControlAsked,
    },
    list: described(
      'listMerchantControls',
      'List merchant controls',
      Type.Object({ merchantControls: Type.Array(Control) }),
    ),
    show: described('showMerchantControl', 'Show a merchant control', Control, ['merchant-control-not-found']),
    remove: described(
      'removeMerchantControl',
      'Remove a merchant control',
      Type.Object({ controlId: IdText, removed: Type.Literal(true) }),
      ['merchant-control-not-found'],
    ),
  },
  parse: parseMerchantControlTerms,
  create: createMerchantControl,
  find: (read, partnerId, id) => read.merchantControl(partnerId, id),
  list: (read, filter) => read.merchantControls(filter),
  remove: ({ tx, clock }, partnerId, id) => tx.removeMerchantControl(partnerId, id, clock.now()),
  encode: encodeControl,
  show: async (_ports, _partnerId, controls) => controls.map(encodeControl),
}

export const spendLimitRoutes: FastifyPluginAsync<OperatorContext> = async (server, context) => {
  ruleRoutes(server, context, LIMITS)

  server.patch<{ Params: RuleParams; Body: Static<typeof ChangesBody> }>(
    '/partners/:partnerId/spend-limits/:limitId',
    {
      schema: {
        ...described('changeSpendLimit', 'Change name and thresholds of a spend limit', LimitAnswer, [
          'spend-limit-not-found',
        ]),
        body: ChangesBody,
      },
    },
    request => {
      const { partnerId, id: limitId } = idsOf(request.params, LIMITS)
      return context.run(
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
}

export const merchantControlRoutes: FastifyPluginAsync<OperatorContext> = async (server, context) => {
  ruleRoutes(server, context, CONTROLS)
}

/** To create a rule, list them, read one and remove it. */
function ruleRoutes<T, Terms>(
  server: FastifyInstance,
  { ports, run }: OperatorContext,
  kind: RuleKind<T, Terms>,
): void {
  const path = `/partners/:partnerId/${kind.path}`
  const onePath = `${path}/:${kind.idName}`
  const { read } = ports.storage

  server.post<{ Params: PartnerParams; Body: Record<string, unknown> }>(
    path,
    { schema: { ...kind.schemas.create, body: TermsBody } },
    async (request, reply) => {
      const partnerId = idParameter(request.params.partnerId, 'partner-not-found')
      const terms = accepted(kind.parse(await withCardId(ports, partnerId, request.body)))
      const created = await run(
        request,
        partnerId,
        async work => {
          await assertPartner(work.tx, partnerId)
          return kind.create(work, { partnerId, terms })
        },
        kind.encode,
      )
      return reply.code(201).send(created)
    },
  )

  server.get<{ Params: PartnerParams; Querystring: Static<typeof ListQuery> }>(
    path,
    { schema: { ...kind.schemas.list, querystring: ListQuery } },
    async request => {
      const partnerId = idParameter(request.params.partnerId, 'partner-not-found')
      await assertPartner(read, partnerId)
      const rules = await kind.list(read, { partnerId, ...pageOf(request.query) })
      return { [kind.listName]: await kind.show(ports, partnerId, rules) }
    },
  )

  server.get<{ Params: RuleParams }>(onePath, { schema: kind.schemas.show }, async request => {
    const { partnerId, id } = idsOf(request.params, kind)
    const rule = await kind.find(read, partnerId, id)
    if (rule === undefined) throw new DomainError(kind.notFound)
    const [shown] = await kind.show(ports, partnerId, [rule])
    return shown
  })

  server.delete<{ Params: RuleParams }>(onePath, { schema: kind.schemas.remove }, request => {
    const { partnerId, id } = idsOf(request.params, kind)
    return run(
      request,
      partnerId,
      async work => {
        if (!(await kind.remove(work, partnerId, id))) throw new DomainError(kind.notFound)
      },
      () => ({ [kind.idName]: String(id), removed: true }),
    )
  })
}

function idsOf(
  params: RuleParams,
  { idName, notFound }: Pick<RuleKind<unknown, unknown>, 'idName' | 'notFound'>,
): { partnerId: bigint; id: bigint } {
  return {
    partnerId: idParameter(params.partnerId, 'partner-not-found'),
    id: idParameter(params[idName] ?? '', notFound),
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
function accepted<T>(parsed: Parsed<T>): T {
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
  const changed = accepted(parseSpendLimitTerms(terms))
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
