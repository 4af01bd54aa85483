import { type CardProgram, PROGRAM_TERM_BOUNDS, type ProgramTerms } from '@openissuer/core/card/card.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { Work } from './ports.ts'

/**
 * Changes terms of a card program. They count from the next message on; what was decided and posted before stays.
 *
 * @throws DomainError `program-not-found`, `invalid-field` for a value out of its bounds
 */
export async function updateProgram(
  work: Work,
  programId: bigint,
  changes: Partial<ProgramTerms>,
): Promise<CardProgram> {
  const program = await work.tx.lockProgram(programId)
  if (program === undefined) throw new DomainError('program-not-found')
  const terms = { ...program.terms, ...changes }
  assertWithinBounds(terms)
  await work.tx.replaceProgramTerms(programId, terms)
  return { ...program, terms }
}

function assertWithinBounds(terms: ProgramTerms): void {
  for (const [term, [least, most]] of Object.entries(PROGRAM_TERM_BOUNDS)) {
    const value = terms[term as keyof ProgramTerms]
    if (!Number.isInteger(value) || value < least || value > most) throw new DomainError('invalid-field', term)
  }
}
