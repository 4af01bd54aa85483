import { type CardProgram, PROGRAM_TERM_BOUNDS, type ProgramTerms } from '@openissuer/core/card/card.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { formatDecimal } from '@openissuer/core/money/amount.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Static, type TInteger, type TOptional, Type } from 'typebox'
import { updateProgram } from '../app/update-program.ts'
import { idParameter } from './ids.ts'
import type { OperatorContext } from './operator-api.ts'

const TERMS = Object.fromEntries(
  Object.entries(PROGRAM_TERM_BOUNDS).map(([term, [minimum, maximum]]) => [
    term,
    Type.Optional(Type.Integer({ minimum, maximum })),
  ]),
) as { [Term in keyof ProgramTerms]: TOptional<TInteger> }

const UpdateBody = Type.Object(TERMS, { additionalProperties: false, minProperties: 1 })

/** Card programs: what they are, and the terms that an operator may set. */
export const programRoutes: FastifyPluginAsync<OperatorContext> = async (server, { ports, run }) => {
  server.get('/programs', async () => ({ programs: (await ports.storage.read.programs()).map(encodeProgram) }))

  server.get<{ Params: { programId: string } }>('/programs/:programId', async request => {
    const program = await ports.storage.read.program(idParameter(request.params.programId, 'program-not-found'))
    if (program === undefined) throw new DomainError('program-not-found')
    return encodeProgram(program)
  })

  server.patch<{ Params: { programId: string }; Body: Static<typeof UpdateBody> }>(
    '/programs/:programId',
    { schema: { body: UpdateBody } },
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
