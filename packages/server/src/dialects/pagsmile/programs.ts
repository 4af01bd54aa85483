/** The card programs as this dialect offers them. */
import type { CardProgram } from '@openissuer/core/card/card.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { Ports, Reader, Work } from '../../app/ports.ts'
import { APPLY_CARD_SCHEME, CARD_SCHEMES } from './dictionary.ts'

/** @throws DomainError `program-not-found` */
export async function openProgram(work: Work, bin: string): Promise<CardProgram> {
  const program = (await openPrograms(work.tx, work.mode)).find(each => each.bin === bin)
  if (program === undefined) throw new DomainError('program-not-found')
  return program
}

/** The programs that this server's mode may issue, of the one scheme that applications accept. */
export async function openPrograms(read: Reader, mode: Ports['mode']): Promise<readonly CardProgram[]> {
  return (await read.programs()).filter(
    ({ network, test }) => CARD_SCHEMES[network] === APPLY_CARD_SCHEME && test === (mode === 'sandbox'),
  )
}
