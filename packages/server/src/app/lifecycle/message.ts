/**
 * What every message after the decision has in common: it is recognised when it is repeated, it finds what it follows,
 * it is worked out under the account's lock, and what it changes is written with its event in one SQL transaction.
 */
import type { Authorization, Merchant } from '@openissuer/core/authorization/authorization.ts'
import type { AuthorizationEvent, Effect, EventKind, Sums } from '@openissuer/core/authorization/event.ts'
import { type Change, isRefusal, type Life, type Refusal, usedBy } from '@openissuer/core/authorization/lifecycle.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { FeePlan } from '@openissuer/core/fee/fee-plan.ts'
import type { Account } from '@openissuer/core/ledger/account.ts'
import { type Amount, zero } from '@openissuer/core/money/amount.ts'
import { divideRounded } from '@openissuer/core/money/rounding.ts'
import { chargeEvent } from '../fees/charge-event.ts'
import type { Work } from '../ports.ts'
import { assertPositive } from '../post-deposit.ts'
import { type Counted, countedSoFar, limitUseOf, type Step } from './limit-use.ts'
import { lockParties, type Parties, type Side } from './parties.ts'

/** What the network sends every message with. */
export type Message = {
  readonly partnerId: bigint
  /** what the network repeats the message under, unique per partner */
  readonly matchKey: string
  /** SHA-256 of the message: the same key with another one is a conflict */
  readonly inputHash: Uint8Array
}

/** How a message names the authorization that it follows: by our id, or by that message's match key and its card. */
export type Original = { readonly authorizationId: bigint } | { readonly cardId: bigint; readonly originalKey: string }

/** A card that a message is about, where it follows no authorization. */
export type OnCard = { readonly cardId: bigint; readonly originalKey: null; readonly merchant: Merchant }

/** `repeated`: the same message was processed before, this is what came of it. */
export type Answer = { readonly event: AuthorizationEvent; readonly repeated: boolean }

/** Where a message takes effect. */
export type Place = {
  readonly cardId: bigint
  readonly accountId: bigint
  /** null: it follows no authorization, or one that has not arrived */
  readonly authorizationId: bigint | null
}

/** What a message is worked out on, all of it locked. */
export type Locked = {
  readonly place: Place
  readonly account: Account
  readonly parties: Parties
  readonly life: Life | null
  /** what came after the decision so far */
  readonly events: readonly AuthorizationEvent[]
}

/** What came of a message, before it is written. */
export type Outcome = {
  readonly kind: EventKind
  readonly change: Change
  readonly transactionAmount: Amount
  readonly billingAmount: Amount
  /** what happens to the purchase, for the limits that count it */
  readonly steps?: readonly Step[]
  /** the purchase, where it is not the authorization's */
  readonly counted?: Counted
  readonly originalEventId?: bigint
  readonly effect?: Partial<Effect>
  /** the match key of an original that has not arrived */
  readonly reversedEarly?: string
}

/**
 * Processes a message once. A repetition gets the recorded answer, whatever has happened since.
 *
 * @param find where the message takes effect; read again under the lock, as an original may just have arrived
 * @param sides whose accounts the message moves money of
 * @throws DomainError `duplicate-request` when the match key belongs to another message, and what the others throw
 */
export async function processMessage(
  work: Work,
  message: Message,
  find: () => Promise<Place>,
  sides: readonly Side[],
  decideOn: (locked: Locked) => Promise<Outcome>,
): Promise<Answer> {
  const answered = await answerBefore(work, message)
  if (answered !== undefined) return answered
  const { accountId, cardId } = await find()
  const plan = await feePlanOf(work, message.partnerId, cardId)
  const paid = plan === undefined ? sides : [...sides, 'fee-income' as const]
  const { account, parties } = await lockParties(work, message.partnerId, accountId, paid)
  // the same message may have been under way, and so may the original
  const meanwhile = await answerBefore(work, message)
  if (meanwhile !== undefined) return meanwhile
  const place = await find()
  if (place.accountId !== accountId) throw new Error(`card ${place.cardId} has changed its account under way`)
  const { locked, event } = await processLocked(work, message, { place, account, parties }, decideOn)
  if (plan !== undefined) await chargeEvent(work, plan, locked, event)
  return { event, repeated: false }
}

/**
 * Processes what is known to come once, such as what follows from a decision that was recorded just now. Costs nothing in
 * any fee plan.
 *
 * @param at with the account locked
 */
export async function processLocked(
  work: Work,
  message: Message,
  at: Pick<Locked, 'place' | 'account' | 'parties'>,
  decideOn: (locked: Locked) => Promise<Outcome>,
): Promise<{ readonly locked: Locked; readonly event: AuthorizationEvent }> {
  const locked = { ...at, ...(await lockLife(work, message.partnerId, at.place)) }
  return { locked, event: await write(work, message, locked, await decideOn(locked)) }
}

async function feePlanOf(work: Work, partnerId: bigint, cardId: bigint): Promise<FeePlan | undefined> {
  const card = await work.tx.card(partnerId, cardId)
  return card && work.tx.feePlanOf(partnerId, card.programId)
}

async function answerBefore(work: Work, message: Message): Promise<Answer | undefined> {
  const event = await work.tx.eventByMatchKey(message.partnerId, message.matchKey)
  if (event === undefined) return undefined
  if (event.effect === null || !equalBytes(event.inputHash, message.inputHash)) {
    throw new DomainError('duplicate-request')
  }
  return { event, repeated: true }
}

async function lockLife(
  work: Work,
  partnerId: bigint,
  { authorizationId }: Place,
): Promise<{ life: Life | null; events: readonly AuthorizationEvent[] }> {
  if (authorizationId === null) return { life: null, events: [] }
  const authorization = await work.tx.lockAuthorization(partnerId, authorizationId)
  if (authorization === undefined) throw new DomainError('authorization-not-found')
  const events = await work.tx.eventsAfterDecision(partnerId, authorizationId)
  return { life: { authorization, used: usedBy(authorization, events) }, events }
}

/** Holds move before money, so that a clearing finds released what was held for it. */
async function write(work: Work, message: Message, locked: Locked, outcome: Outcome): Promise<AuthorizationEvent> {
  const { place, account, parties } = locked
  const { partnerId } = message
  const { change } = outcome
  const { currency } = account
  const createdAt = work.clock.now()
  const eventId = await work.ids.next('authorization')
  if (change.hold !== 0n) await work.tx.changeHold(partnerId, account.accountId, change.hold)
  const entryIds = await postMovements(work, { partnerId, cardId: place.cardId }, parties, change, createdAt)
  await work.tx.changeUsage({ partnerId, cardId: place.cardId, currency, usage: change.usage })
  const limitUse = outcome.effect?.limitUse ?? (await limitUseOfSteps(work, locked, outcome))
  await work.tx.changeSpendLimitUse(partnerId, limitUse)
  if (change.authorization !== null) await work.tx.updateAuthorization(change.authorization)
  const event: AuthorizationEvent = {
    partnerId,
    matchKey: message.matchKey,
    inputHash: message.inputHash,
    eventId,
    authorizationId: place.authorizationId,
    originalEventId: outcome.originalEventId ?? null,
    cardId: place.cardId,
    accountId: account.accountId,
    kind: outcome.kind,
    transactionAmount: outcome.transactionAmount,
    billingAmount: outcome.billingAmount,
    entryId: entryIds.money,
    effect: {
      hold: change.hold,
      usage: change.usage,
      conversionRate: null,
      fee: zero(currency),
      feeBps: 0,
      feeEntryId: entryIds.fee,
      final: false,
      forced: change.forced,
      originalKey: null,
      declineReason: null,
      approvalCode: null,
      trace: [],
      merchant: null,
      after: change.authorization === null ? null : sumsOf(change.authorization),
      ...outcome.effect,
      limitUse,
    },
    createdAt,
  }
  if (!(await work.tx.insertAuthorizationEvent(event))) throw new DomainError('duplicate-request')
  if (change.movements.length > 0) await work.tx.noteMoneyOnClosedCard(partnerId, place.cardId)
  if (outcome.reversedEarly !== undefined) {
    await work.tx.insertEarlyReversal({ partnerId, originalKey: outcome.reversedEarly, eventId, createdAt })
  }
  return event
}

async function limitUseOfSteps(work: Work, locked: Locked, { steps, counted }: Outcome): Promise<Effect['limitUse']> {
  const purchase = counted ?? countedSoFar(locked)
  return steps === undefined || purchase === undefined ? [] : limitUseOf(work, locked, purchase, steps)
}

async function postMovements(
  work: Work,
  card: { readonly partnerId: bigint; readonly cardId: bigint },
  parties: Parties,
  { movements }: Change,
  createdAt: Temporal.Instant,
): Promise<{ money: bigint | null; fee: bigint | null }> {
  const entryIds: { money: bigint | null; fee: bigint | null } = { money: null, fee: null }
  for (const { kind, debit, credit, amount: moved } of movements) {
    const entryId = await work.ids.next('journal-entry')
    await work.tx.post(
      {
        ...card,
        entryId,
        kind,
        orderNo: null,
        memo: null,
        postings: [
          { accountId: parties(debit), side: 'debit', amount: moved },
          { accountId: parties(credit), side: 'credit', amount: moved },
        ],
        createdAt,
      },
      true,
    )
    entryIds[kind === 'fee' ? 'fee' : 'money'] = entryId
  }
  return entryIds
}

function sumsOf({ status, approved, held, reversed, expired, cleared, refunded }: Authorization): Sums {
  return { status, approved, held, reversed, expired, cleared, refunded }
}

/**
 * Finds the authorization that a message follows. One that has not arrived leaves the card, whose account is locked all
 * the same, so that it cannot arrive meanwhile.
 *
 * @throws DomainError `authorization-not-found` for an id that is none, or for a key of another card; `card-not-found`
 */
export function findOriginal(work: Work, partnerId: bigint, original: Original | OnCard): () => Promise<Place> {
  return async () => {
    if ('authorizationId' in original) {
      const authorization = await work.tx.authorizationById(partnerId, original.authorizationId)
      if (authorization === undefined) throw new DomainError('authorization-not-found')
      return placeOf(authorization)
    }
    const card = await work.tx.card(partnerId, original.cardId)
    if (card === undefined) throw new DomainError('card-not-found')
    const nowhere: Place = { cardId: card.cardId, accountId: card.accountId, authorizationId: null }
    if (original.originalKey === null) return nowhere
    const event = await work.tx.eventByMatchKey(partnerId, original.originalKey)
    if (event === undefined) return nowhere
    const isDecision = event.kind === 'authorization' || event.kind === 'advice'
    if (!isDecision || event.cardId !== card.cardId) throw new DomainError('authorization-not-found')
    return { cardId: event.cardId, accountId: event.accountId, authorizationId: event.authorizationId }
  }
}

function placeOf({ card, accountId, authorizationId }: Authorization): Place {
  return { cardId: card.cardId, accountId, authorizationId }
}

/**
 * A message amount in the account's currency: as it is, or from the merchant's currency at the rate of the authorization.
 *
 * @throws DomainError `no-exchange-rate` for any other currency, `invalid-amount` when nothing is left of it or too much
 */
export function inBilling(value: Amount, { account, life }: Locked): Amount {
  if (value.currency === account.currency) return value
  const authorization = life?.authorization
  // one that was declined for want of a rate has a billing amount of zero
  if (authorization?.transactionAmount.currency !== value.currency || authorization.billingAmount.minor <= 0n) {
    throw new DomainError('no-exchange-rate', 'currency')
  }
  const { transactionAmount, billingAmount } = authorization
  const minor = divideRounded(value.minor * billingAmount.minor, transactionAmount.minor, 'half-up')
  const converted = { minor, currency: account.currency }
  assertPositive(converted)
  return converted
}

/** @throws DomainError when the rules refuse the message */
export function accepted<T extends object>(result: T | Refusal): T {
  if (isRefusal(result)) throw new DomainError(result.refused, result.field)
  return result
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}
