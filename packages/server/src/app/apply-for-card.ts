import type { CardApplication, CardFunding, CardTerms } from '@openissuer/core/card/application.ts'
import type { Card, CardProgram } from '@openissuer/core/card/card.ts'
import type { Cardholder, Person } from '@openissuer/core/cardholder/cardholder.ts'
import { DomainError, unreachable } from '@openissuer/core/errors.ts'
import { claimOrderNo } from './claim-order-no.ts'
import { createCardholder } from './create-cardholder.ts'
import { assertWithinCeilings } from './create-limit.ts'
import { assertInitialBalance, issueCard } from './issue-card.ts'
import type { Work } from './ports.ts'

export type ApplyForCard = {
  readonly partnerId: bigint
  readonly programId: bigint
  /** the order that the card comes in, where that is not its own reference */
  readonly orderNo?: string
  /** the partner's order number or unique card number */
  readonly reference: string
  /**
   * a known, approved cardholder, or a person to register; that one's card is made once verification has passed.
   * Null for a card that is printed without a name.
   */
  readonly owner: { readonly cardholderId: bigint } | { readonly person: Person } | null
  readonly terms: CardTerms
}

export type CardApplicationResult = {
  readonly application: CardApplication
  /** null where the card has none yet */
  readonly cardholder: Cardholder | null
  /** null until the card is made */
  readonly card: Card | null
}

/**
 * Takes a partner's order for a card and makes the card at once when its cardholder is approved.
 *
 * @throws DomainError `duplicate-order`, `program-not-found`, `card-form-not-offered`, `cardholder-not-found`,
 *   `cardholder-under-review`, `cardholder-rejected`, `cardholder-disabled`, `duplicate-cardholder`, `limit-above-ceiling`,
 *   `account-not-found`, `insufficient-funds`, `insufficient-reserve`, `card-has-no-balance`, `invalid-amount`, `unknown-currency`
 */
export async function applyForCard(work: Work, command: ApplyForCard): Promise<CardApplicationResult> {
  await claimOrderNo(work, command.partnerId, command.reference)
  const program = await openProgram(work, command.programId)
  const { terms } = command
  if (!program.forms.includes(terms.form)) throw new DomainError('card-form-not-offered')
  if (terms.limit !== null) assertWithinCeilings(terms.limit, program.ceilings)
  // the cardholder before accounts, as approval does: two that lock in one order never wait for each other
  const cardholder = await ownerOf(work, command)
  await assertFunding(work, command.partnerId, terms, program)
  const application: CardApplication = {
    partnerId: command.partnerId,
    applicationId: await work.ids.next('card-application'),
    orderNo: command.orderNo ?? command.reference,
    reference: command.reference,
    status: 'in-review',
    cardholderId: cardholder?.cardholderId ?? null,
    programId: program.programId,
    terms,
    cardId: null,
    createdAt: work.clock.now(),
  }
  await work.tx.insertCardApplication(application)
  if (cardholder !== null && cardholder.verification !== 'approved') return { application, cardholder, card: null }
  const card = await issueCard(work, application)
  return { application: { ...application, status: 'completed', cardId: card.cardId }, cardholder, card }
}

/** A program that this mode may issue: test BINs in sandbox, real ones in live. */
async function openProgram(work: Work, programId: bigint): Promise<CardProgram> {
  const program = await work.tx.program(programId)
  if (program === undefined || program.test !== (work.mode === 'sandbox')) throw new DomainError('program-not-found')
  return program
}

/** Returns the cardholder as it stands after registration, automatic approval included. */
async function ownerOf(work: Work, command: ApplyForCard): Promise<Cardholder | null> {
  if (command.owner === null) return null
  if ('person' in command.owner) {
    const created = await createCardholder(work, { partnerId: command.partnerId, person: command.owner.person })
    return (await work.tx.cardholder(created.partnerId, created.cardholderId)) ?? created
  }
  return lockApprovedCardholder(work, command.partnerId, command.owner.cardholderId)
}

/** @throws DomainError `cardholder-not-found`, `cardholder-rejected`, `cardholder-under-review`, `cardholder-disabled` */
export async function lockApprovedCardholder(work: Work, partnerId: bigint, cardholderId: bigint): Promise<Cardholder> {
  const cardholder = await work.tx.lockCardholder(partnerId, cardholderId)
  if (cardholder === undefined) throw new DomainError('cardholder-not-found')
  if (cardholder.disabled) throw new DomainError('cardholder-disabled')
  switch (cardholder.verification) {
    case 'approved':
      return cardholder
    case 'rejected':
      throw new DomainError('cardholder-rejected')
    case 'documents-needed':
    case 'in-review':
      throw new DomainError('cardholder-under-review')
    default:
      return unreachable(cardholder.verification)
  }
}

async function assertFunding(work: Work, partnerId: bigint, terms: CardTerms, program: CardProgram): Promise<void> {
  const funding: CardFunding = terms.funding
  if (funding.kind === 'shared') {
    const shared = await work.tx.account(partnerId, funding.accountId)
    if (shared === undefined || shared.kind !== 'shared') throw new DomainError('account-not-found', 'sharedAccount')
    if (shared.currency !== program.currency) throw new DomainError('unknown-currency', 'sharedAccount')
  }
  if (terms.initialBalance !== null && funding.kind !== 'card') throw new DomainError('card-has-no-balance')
  await assertInitialBalance(work, partnerId, terms)
  if (terms.initialBalance !== null && terms.initialBalance.amount.currency !== program.currency) {
    throw new DomainError('unknown-currency', 'currency')
  }
}
