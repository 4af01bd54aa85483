import { type CardProgram, PROGRAM_TERM_BOUNDS, type ProgramTerms } from '@openissuer/core/card/card.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { formatDecimal } from '@openissuer/core/money/amount.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Static, type TInteger, type TOptional, Type } from 'typebox'
import { updateProgram } from '../app/update-program.ts'
import { CurrencyText, DecimalText, documented, Form, IdText, InstantText, Network } from './answers.ts'
import { idParameter } from './ids.ts'
import type { OperatorContext } from './operator-api.ts'

const TERMS = Object.fromEntries(
  Object.entries(PROGRAM_TERM_BOUNDS).map(([term, [minimum, maximum]]) => [
    term,
    Type.Optional(Type.Integer({ minimum, maximum })),
  ]),
) as { [Term in keyof ProgramTerms]: TOptional<TInteger> }

const UpdateBody = Type.Object(TERMS, { additionalProperties: false, minProperties: 1 })

const described = documented('Card programs')

const Program = Type.Object(
  {
    programId: IdText,
    name: Type.String(),
    bin: Type.String(),
    network: Network,
    forms: Type.Array(Form),
    currency: CurrencyText,
    test: Type.Boolean({ description: 'issued in sandbox mode only' }),
    validityMonths: Type.Integer(),
    ceilings: Type.Object(
      { dailyCount: Type.Integer(), singleAmount: DecimalText, dailyAmount: DecimalText, monthlyAmount: DecimalText },
      { description: 'the highest limits that a card may have' },
    ),
    fxMarkupBps: Type.Integer(),
    foreignFeeBps: Type.Integer(),
    clearingToleranceBps: Type.Integer(),
    holdDays: Type.Integer(),
    longHoldDays: Type.Integer(),
    createdAt: InstantText,
  },
  { title: 'CardProgram' },
)

/** Card programs: what they are, and the terms that an operator may set. */
export const programRoutes: FastifyPluginAsync<OperatorContext> = async (server, { ports, run }) => {
  server.get(
    '/programs',
    { schema: described('listPrograms', 'List the card programs', Type.Object({ programs: Type.Array(Program) })) },
    async () => ({ programs: (await ports.storage.read.programs()).map(encodeProgram) }),
  )

  server.get<{ Params: { programId: string } }>(
    '/programs/:programId',
    { schema: described('showProgram', 'Show a card program', Program, ['program-not-found']) },
    async request => {
      const program = await ports.storage.read.program(idParameter(request.params.programId, 'program-not-found'))
      if (program === undefined) throw new DomainError('program-not-found')
      return encodeProgram(program)
    },
  )

  server.patch<{ Params: { programId: string }; Body: Static<typeof UpdateBody> }>(
    '/programs/:programId',
    {
      schema: {
        ...described('changeProgram', 'Change the terms of a card program', Program, ['program-not-found']),
        body: UpdateBody,
      },
    },
    async request => {
      const programId = idParameter(request.params.programId, 'program-not-found')
      return run(request, 0n, work => updateProgram(work, programId, request.body), encodeProgram)
    },
  )
}

function encodeProgram(program: CardProgram) {
  const { ceilings } = program
  return {
    programId: String(program.programId),
    name: program.name,
    bin: program.bin,
    network: program.network,
    forms: program.forms,
    currency: program.currency,
    test: program.test,
    validityMonths: program.validityMonths,
    ceilings: {
      dailyCount: ceilings.dailyCount,
      singleAmount: formatDecimal(ceilings.singleAmount),
      dailyAmount: formatDecimal(ceilings.dailyAmount),
      monthlyAmount: formatDecimal(ceilings.monthlyAmount),
    },
    ...program.terms,
    createdAt: program.createdAt.toString(),
  }
}
