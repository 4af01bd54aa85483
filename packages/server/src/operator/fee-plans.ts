/** Price lists, which program they count for, and how programs are shown to merchants who choose one. */
import { DomainError } from '@openissuer/core/errors.ts'
import { type Allowance, type FeePlan, type FeeTerms, FREE_TERMS } from '@openissuer/core/fee/fee-plan.ts'
import { formatDecimal, parseDecimal } from '@openissuer/core/money/amount.ts'
import { type Currency, isCurrency } from '@openissuer/core/money/currency.ts'
import { formatPlainDecimal, parsePlainDecimal, powerOfTen } from '@openissuer/core/money/decimal.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import { assignFeePlan, createFeePlan } from '../app/fees/fee-plans.ts'
import { CurrencyText, DecimalText, documented, IdText, InstantText, nullable, pageSchema } from './answers.ts'
import { idParameter, knownPartner } from './ids.ts'
import type { OperatorContext } from './operator-api.ts'
import { PAGE, pageById } from './paging.ts'
import { oneOf } from './simulations.ts'

const Decimal = Type.Optional(Type.String({ maxLength: 24 }))
const Count = Type.Integer({ minimum: 0, maximum: 1_000_000 })

const AllowanceBody = Type.Optional(
  Type.Object(
    { period: oneOf(['none', 'forever', 'day']), count: Type.Optional(Count), days: Type.Optional(Count) },
    { additionalProperties: false },
  ),
)

/** Amounts in major units, rates as decimal fractions: 0.02 is 2 %. What is not named is free. */
const TermsBody = Type.Object(
  {
    issue: Decimal,
    purchaseRate: Decimal,
    crossBorderRate: Decimal,
    smallBelow: Decimal,
    small: Decimal,
    smallFree: AllowanceBody,
    refundRate: Decimal,
    cancel: Decimal,
    cancelFrom: Decimal,
    decline: Decimal,
    declineFree: AllowanceBody,
    cashRate: Decimal,
    cashLeast: Decimal,
    verification: Decimal,
    management: Type.Optional(
      Type.Object(
        {
          cycle: oneOf(['none', 'month', 'year']),
          amount: Decimal,
          waiver: Type.Optional(oneOf(['none', 'amount', 'count'])),
          /** an amount or a number of purchases, as the waiver says */
          waiverFrom: Decimal,
          closesUnpaid: Type.Optional(Type.Boolean()),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)

const PlanBody = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 100 }), currency: Type.String({ maxLength: 5 }), terms: TermsBody },
  { additionalProperties: false },
)

const AssignmentBody = Type.Object(
  { feePlanId: Type.String({ maxLength: 18 }), partnerId: Type.Optional(Type.String({ maxLength: 18 })) },
  { additionalProperties: false },
)

const CountingQuery = Type.Object(
  { partnerId: Type.Optional(Type.String({ maxLength: 18, description: 'what counts for this partner' })) },
  { additionalProperties: false },
)

const Words = Type.String({ maxLength: 500 })
const Tags = Type.Array(Type.String({ minLength: 1, maxLength: 50 }), { maxItems: 20 })

const PresentationBody = Type.Object(
  { nameZh: Words, descriptionEn: Words, descriptionZh: Words, tagsEn: Tags, tagsZh: Tags },
  { additionalProperties: false },
)

const described = documented('Fee plans')

const AllowanceShown = Type.Object({
  period: oneOf(['none', 'forever', 'day']),
  count: Type.Integer(),
  days: Type.Integer(),
})

const Plan = Type.Object(
  {
    feePlanId: IdText,
    name: Type.String(),
    currency: CurrencyText,
    terms: Type.Object(
      {
        issue: DecimalText,
        purchaseRate: DecimalText,
        crossBorderRate: DecimalText,
        smallBelow: DecimalText,
        small: DecimalText,
        smallFree: AllowanceShown,
        refundRate: DecimalText,
        cancel: DecimalText,
        cancelFrom: DecimalText,
        decline: DecimalText,
        declineFree: AllowanceShown,
        cashRate: DecimalText,
        cashLeast: DecimalText,
        verification: DecimalText,
        management: Type.Object({
          cycle: oneOf(['none', 'month', 'year']),
          amount: DecimalText,
          waiver: oneOf(['none', 'amount', 'count']),
          waiverFrom: DecimalText,
          closesUnpaid: Type.Boolean(),
        }),
      },
      { description: 'amounts in major units, rates as fractions: 0.02 is 2 %' },
    ),
    createdAt: InstantText,
  },
  { title: 'FeePlan' },
)

const PlansQuery = Type.Object(PAGE, { additionalProperties: false })

/** Whose plan it is where a partner has none of its own. */
const NO_PARTNER = 0n

type OfProgram = { Params: { programId: string } }

export const feePlanRoutes: FastifyPluginAsync<OperatorContext> = async (server, { ports, run }) => {
  server.post<{ Body: Static<typeof PlanBody> }>(
    '/fee-plans',
    {
      schema: {
        ...described(
          'createFeePlan',
          'Create a fee plan',
          Plan,
          ['duplicate-fee-plan', 'unknown-currency', 'invalid-amount', 'invalid-field'],
          201,
        ),
        body: PlanBody,
      },
    },
    (request, reply) => {
      const { name, currency, terms } = request.body
      if (!isCurrency(currency)) throw new DomainError('unknown-currency', 'currency')
      reply.code(201)
      return run(request, 0n, work => createFeePlan(work, { name, currency, terms: termsOf(terms, currency) }), encode)
    },
  )

  server.get<{ Querystring: Static<typeof PlansQuery> }>(
    '/fee-plans',
    {
      schema: {
        ...described('listFeePlans', 'List the fee plans', pageSchema('feePlans', Plan), ['invalid-field']),
        querystring: PlansQuery,
      },
    },
    async ({ query }) => {
      const { rows, nextCursor } = await pageById(
        query,
        page => ports.storage.read.listFeePlans(page),
        plan => plan.planId,
      )
      return { feePlans: rows.map(encode), nextCursor }
    },
  )

  server.get<{ Params: { feePlanId: string } }>(
    '/fee-plans/:feePlanId',
    { schema: described('showFeePlan', 'Show a fee plan', Plan, ['fee-plan-not-found']) },
    async request => {
      const plan = await ports.storage.read.feePlan(idParameter(request.params.feePlanId, 'fee-plan-not-found'))
      if (plan === undefined) throw new DomainError('fee-plan-not-found')
      return encode(plan)
    },
  )

  server.get<OfProgram & { Querystring: Static<typeof CountingQuery> }>(
    '/programs/:programId/fee-plan',
    {
      schema: {
        ...described(
          'showFeePlanOfProgram',
          'Show the fee plan that counts for a card program',
          Type.Object({ feePlan: nullable(Plan, { description: 'null where cards cost nothing' }) }),
          ['program-not-found', 'partner-not-found'],
        ),
        querystring: CountingQuery,
      },
    },
    async ({ params, query: { partnerId } }) => {
      const programId = await knownProgram(params.programId)
      const plan = await ports.storage.read.feePlanOf(
        partnerId === undefined ? NO_PARTNER : await knownPartner(ports, partnerId),
        programId,
      )
      return { feePlan: plan === undefined ? null : encode(plan) }
    },
  )

  server.put<OfProgram & { Body: Static<typeof AssignmentBody> }>(
    '/programs/:programId/fee-plan',
    {
      schema: {
        ...described('assignFeePlan', 'Choose the fee plan of a card program', Plan, [
          'fee-plan-not-found',
          'program-not-found',
          'partner-not-found',
          'unknown-currency',
        ]),
        body: AssignmentBody,
      },
    },
    request => {
      const { feePlanId, partnerId } = request.body
      const command = {
        programId: idParameter(request.params.programId, 'program-not-found'),
        planId: idParameter(feePlanId, 'fee-plan-not-found'),
        partnerId: partnerId === undefined ? null : idParameter(partnerId, 'partner-not-found'),
      }
      return run(request, 0n, work => assignFeePlan(work, command), encode)
    },
  )

  server.get<OfProgram>(
    '/programs/:programId/presentation',
    {
      schema: described(
        'showPresentation',
        'Read how a card program is shown to merchants',
        Type.Object({ presentation: nullable(PresentationBody, { description: 'null until it is said' }) }),
        ['program-not-found'],
      ),
    },
    async ({ params }) => {
      const presentation = await ports.storage.read.presentation(await knownProgram(params.programId))
      return { presentation: presentation ?? null }
    },
  )

  server.put<OfProgram & { Body: Static<typeof PresentationBody> }>(
    '/programs/:programId/presentation',
    {
      schema: {
        ...described('presentProgram', 'Say how a card program is shown to merchants', PresentationBody, [
          'program-not-found',
        ]),
        body: PresentationBody,
      },
    },
    request => {
      const programId = idParameter(request.params.programId, 'program-not-found')
      return run(
        request,
        0n,
        async ({ tx }) => {
          if ((await tx.program(programId)) === undefined) throw new DomainError('program-not-found')
          await tx.replacePresentation(programId, request.body)
        },
        () => request.body,
      )
    },
  )

  async function knownProgram(text: string): Promise<bigint> {
    const programId = idParameter(text, 'program-not-found')
    if ((await ports.storage.read.program(programId)) === undefined) throw new DomainError('program-not-found')
    return programId
  }
}

function termsOf(body: Static<typeof TermsBody>, currency: Currency): FeeTerms {
  const money = (name: keyof typeof body) => minorOf(body[name] as string | undefined, currency, name)
  return {
    issueMinor: money('issue'),
    purchasePpm: ppmOf(body.purchaseRate, 'purchaseRate'),
    crossBorderPpm: ppmOf(body.crossBorderRate, 'crossBorderRate'),
    smallBelowMinor: money('smallBelow'),
    smallMinor: money('small'),
    smallFree: allowanceOf(body.smallFree),
    refundPpm: ppmOf(body.refundRate, 'refundRate'),
    cancelMinor: money('cancel'),
    cancelFromMinor: money('cancelFrom'),
    declineMinor: money('decline'),
    declineFree: allowanceOf(body.declineFree),
    cashPpm: ppmOf(body.cashRate, 'cashRate'),
    cashLeastMinor: money('cashLeast'),
    verificationMinor: money('verification'),
    management: managementOf(body.management, currency),
  }
}

function managementOf(body: Static<typeof TermsBody>['management'], currency: Currency): FeeTerms['management'] {
  if (body === undefined) return FREE_TERMS.management
  const { cycle, amount, waiver = 'none', waiverFrom, closesUnpaid = true } = body
  const counts = waiver === 'count'
  if (counts && !/^\d{1,9}$/.test(waiverFrom ?? '')) throw new DomainError('invalid-field', 'management.waiverFrom')
  return {
    cycle,
    minor: minorOf(amount, currency, 'management.amount'),
    waiver,
    waiverFrom: counts ? BigInt(waiverFrom ?? 0) : minorOf(waiverFrom, currency, 'management.waiverFrom'),
    closesUnpaid,
  }
}

function allowanceOf(body: Static<typeof AllowanceBody> | undefined): Allowance {
  const { period = 'none', count = 0, days = 0 } = body ?? {}
  return { period, count, days }
}

/** @throws DomainError `invalid-amount` */
function minorOf(text: string | undefined, currency: Currency, field: string): bigint {
  const amount = parseDecimal(text ?? '0', currency)
  if (amount === undefined || amount.minor < 0n) throw new DomainError('invalid-amount', field)
  return amount.minor
}

const PPM_DECIMALS = 6
const PPM_MAX = 1_000_000n

/** @throws DomainError `invalid-field` for what is no rate from 0 to 1 with at most six decimals */
function ppmOf(text: string | undefined, field: string): number {
  const written = parsePlainDecimal(text ?? '0')
  if (written === undefined || written.decimals > PPM_DECIMALS) throw new DomainError('invalid-field', field)
  const ppm = written.unscaled * powerOfTen(PPM_DECIMALS - written.decimals)
  if (ppm < 0n || ppm > PPM_MAX) throw new DomainError('invalid-field', field)
  return Number(ppm)
}

function encode({ planId, name, currency, terms, createdAt }: FeePlan) {
  const money = (minor: bigint) => formatDecimal({ minor, currency })
  const rate = (ppm: number) => formatPlainDecimal({ unscaled: BigInt(ppm), decimals: PPM_DECIMALS })
  const { management } = terms
  return {
    feePlanId: String(planId),
    name,
    currency,
    terms: {
      issue: money(terms.issueMinor),
      purchaseRate: rate(terms.purchasePpm),
      crossBorderRate: rate(terms.crossBorderPpm),
      smallBelow: money(terms.smallBelowMinor),
      small: money(terms.smallMinor),
      smallFree: { ...terms.smallFree },
      refundRate: rate(terms.refundPpm),
      cancel: money(terms.cancelMinor),
      cancelFrom: money(terms.cancelFromMinor),
      decline: money(terms.declineMinor),
      declineFree: { ...terms.declineFree },
      cashRate: rate(terms.cashPpm),
      cashLeast: money(terms.cashLeastMinor),
      verification: money(terms.verificationMinor),
      management: {
        cycle: management.cycle,
        amount: money(management.minor),
        waiver: management.waiver,
        waiverFrom: management.waiver === 'count' ? String(management.waiverFrom) : money(management.waiverFrom),
        closesUnpaid: management.closesUnpaid,
      },
    },
    createdAt: createdAt.toString(),
  }
}
