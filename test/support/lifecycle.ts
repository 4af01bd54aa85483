/**
 * Shortcuts to what follows a decision: messages under keys that nobody else has, and what a test reads afterwards.
 */
import type { Authorization } from '@openissuer/core/authorization/authorization.ts'
import type { Card } from '@openissuer/core/card/card.ts'
import { DomainError, type DomainErrorCode } from '@openissuer/core/errors.ts'
import type { Amount } from '@openissuer/core/money/amount.ts'
import { correctClearing } from '../../packages/server/src/app/lifecycle/correct-clearing.ts'
import { expireAuthorization } from '../../packages/server/src/app/lifecycle/expire-authorizations.ts'
import { incrementAuthorization } from '../../packages/server/src/app/lifecycle/increment-authorization.ts'
import type { Answer, Message, OnCard, Original } from '../../packages/server/src/app/lifecycle/message.ts'
import { type PostClearing, postClearing } from '../../packages/server/src/app/lifecycle/post-clearing.ts'
import { type PostRefund, postRefund } from '../../packages/server/src/app/lifecycle/post-refund.ts'
import { reverseAuthorization } from '../../packages/server/src/app/lifecycle/reverse-authorization.ts'
import { reverseRefund } from '../../packages/server/src/app/lifecycle/reverse-refund.ts'
import { NO_MERCHANT, type UseCases, usd } from './use-cases.ts'

let messages = 0

/** A message under a match key that nobody else has. */
export function newMessage(partnerId: bigint): Message {
  messages += 1
  return { partnerId, matchKey: `follow-up:${messages}`, inputHash: Uint8Array.of(messages % 256) }
}

/** A card that a message is about without naming an authorization. */
export function onCard({ cardId }: Pick<Card, 'cardId'>): OnCard {
  return { cardId, originalKey: null, merchant: NO_MERCHANT }
}

type Named = Pick<Authorization, 'partnerId' | 'authorizationId'>

/** The messages after a decision, each in a SQL transaction of its own; amounts in minor units of USD. */
export function lifecycleOf(useCases: UseCases) {
  return {
    increment: ({ partnerId, authorizationId }: Named, minor: bigint, message = newMessage(partnerId)) =>
      useCases.run(work =>
        incrementAuthorization(work, { ...message, original: { authorizationId }, amount: usd(minor) }),
      ),
    reverse: ({ partnerId, authorizationId }: Named, minor: bigint | null = null, message = newMessage(partnerId)) =>
      useCases.run(work =>
        reverseAuthorization(work, {
          ...message,
          original: { authorizationId },
          amount: minor === null ? null : usd(minor),
        }),
      ),
    expire: ({ partnerId, authorizationId }: Named) =>
      useCases.run(work => expireAuthorization(work, { partnerId, authorizationId })),
    clear: (
      partnerId: bigint,
      original: Original | OnCard,
      transactionAmount: Amount,
      changes: Partial<PostClearing> = {},
    ) =>
      useCases.run(work =>
        postClearing(work, {
          ...newMessage(partnerId),
          original,
          transactionAmount,
          billingAmount: null,
          final: false,
          ...changes,
        }),
      ),
    correct: (partnerId: bigint, clearing: Answer, minor: bigint, message = newMessage(partnerId)) =>
      useCases.run(work =>
        correctClearing(work, {
          ...message,
          clearing: { eventId: clearing.event.eventId },
          billingAmount: usd(minor),
        }),
      ),
    refund: (
      partnerId: bigint,
      original: Original | OnCard,
      transactionAmount: Amount,
      changes: Partial<PostRefund> = {},
    ) =>
      useCases.run(work =>
        postRefund(work, { ...newMessage(partnerId), original, transactionAmount, billingAmount: null, ...changes }),
      ),
    reverseRefund: (partnerId: bigint, refund: Answer, minor: bigint | null = null, message = newMessage(partnerId)) =>
      useCases.run(work =>
        reverseRefund(work, {
          ...message,
          refund: { eventId: refund.event.eventId },
          billingAmount: minor === null ? null : usd(minor),
        }),
      ),
  }
}

/** What a refused use case is refused with; undefined when it is not. */
export async function refusalOf(work: Promise<unknown>): Promise<DomainErrorCode | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    if (error instanceof DomainError) return error.code
    throw error
  }
}

export async function authorizationOf(
  { ports }: Pick<UseCases, 'ports'>,
  { partnerId, authorizationId }: Named,
): Promise<Authorization> {
  const authorization = await ports.storage.read.authorizationById(partnerId, authorizationId)
  if (authorization === undefined) throw new Error(`no authorization ${authorizationId}`)
  return authorization
}

/** The sums of an authorization in minor units. */
export async function sumsOf(useCases: Pick<UseCases, 'ports'>, named: Named) {
  const { approved, held, reversed, expired, cleared, refunded, fee, status } = await authorizationOf(useCases, named)
  const minor = { approved, held, reversed, expired, cleared, refunded, fee }
  return { ...Object.fromEntries(Object.entries(minor).map(([name, value]) => [name, value.minor])), status }
}

export async function accountOf({ pool }: Pick<UseCases, 'pool'>, { partnerId, accountId }: Card) {
  const { rows } = await pool.query<{ balance: bigint; held: bigint; forced: bigint }>(
    `select balance_minor as balance, held_minor as held, forced_minor as forced from account
      where partner_id = $1 and account_id = $2`,
    [partnerId, accountId],
  )
  return rows[0]
}

/** What a card has used, by day: count, day, month and total in minor units. */
export async function usageOf({ pool }: Pick<UseCases, 'pool'>, { partnerId, cardId }: Card) {
  const { rows } = await pool.query<{ day: string; count: number; minor: bigint; month: bigint; total: bigint }>(
    `select day, day_count as count, day_minor as minor, month_minor as month, total_minor as total from card_day_usage
      where partner_id = $1 and card_id = $2 order by day`,
    [partnerId, cardId],
  )
  return rows.map(row => [row.day, row.count, row.minor, row.month, row.total])
}

/** Everything that money and limits consist of, to compare before and after; of one partner or of all. */
export async function moneyOf({ pool }: Pick<UseCases, 'pool'>, partnerId: bigint | null = null): Promise<unknown> {
  const tables = {
    account: 'account_id',
    card_authorization: 'authorization_id',
    authorization_event: 'event_id',
    card_day_usage: 'card_id, day',
    journal_entry: 'entry_id',
    posting: 'entry_id, line_no',
    outbox: 'outbox_id',
    early_reversal: 'original_key',
  }
  const state: Record<string, unknown> = {}
  for (const [table, order] of Object.entries(tables)) {
    const { rows } = await pool.query(
      `select * from ${table} where $1::bigint is null or partner_id = $1 order by partner_id, ${order}`,
      [partnerId],
    )
    state[table] = rows
  }
  return state
}
