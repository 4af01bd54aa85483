import { DomainError, unreachable } from '@openissuer/core/errors.ts'
import type { SpendScope } from '@openissuer/core/limits/merchant-controls.ts'
import type { Currency } from '@openissuer/core/money/currency.ts'
import type { Work } from './ports.ts'

/**
 * What the cards of a scope are billed in; null for a cardholder, whose cards may differ.
 * @throws DomainError `card-not-found`, `cardholder-not-found`, `account-not-found`, `program-not-found`
 */
export async function currencyOfScope(
  work: Work,
  partnerId: bigint,
  { kind, id }: SpendScope,
): Promise<Currency | null> {
  switch (kind) {
    case 'card': {
      const card = await work.tx.card(partnerId, id)
      if (card === undefined) throw new DomainError('card-not-found', 'scope.id')
      return currencyOfProgram(work, card.programId)
    }
    case 'cardholder':
      if ((await work.tx.cardholder(partnerId, id)) === undefined) {
        throw new DomainError('cardholder-not-found', 'scope.id')
      }
      return null
    case 'account': {
      const account = await work.tx.account(partnerId, id)
      if (account === undefined) throw new DomainError('account-not-found', 'scope.id')
      return account.currency
    }
    case 'program':
      return currencyOfProgram(work, id)
    default:
      return unreachable(kind)
  }
}

async function currencyOfProgram(work: Work, programId: bigint): Promise<Currency> {
  const program = await work.tx.program(programId)
  if (program === undefined) throw new DomainError('program-not-found', 'scope.id')
  return program.currency
}
