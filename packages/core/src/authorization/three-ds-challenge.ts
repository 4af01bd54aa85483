/**
 * A challenge of 3-D Secure: before a purchase the cardholder is asked for a one-time password, which the partner hands
 * on. It takes one answer, as it has one result.
 */
import type { Amount } from '../money/amount.ts'

export type ThreeDsChallenge = {
  readonly partnerId: bigint
  /** also the id of the event that announces it */
  readonly challengeId: bigint
  readonly cardId: bigint
  /** what is to be bought; zero where only the card is verified */
  readonly amount: Amount
  readonly merchantName: string | null
  readonly createdAt: Temporal.Instant
  /** from when on no password passes */
  readonly expiresAt: Temporal.Instant
  /** null until it was answered, by the message with this match key */
  readonly answer: ChallengeAnswer | null
}

export type ChallengeAnswer = { readonly matchKey: string; readonly passed: boolean }

export const PASSWORD_DIGITS = 6

export const PASSWORD_LIFETIME = { minutes: 5 } as const

/**
 * Whether a message passes the challenge. The message that has answered it hears the same again, every other one after
 * it fails.
 *
 * @param given `matches` says whether it came with the right password
 */
export function passes(
  { answer, expiresAt }: Pick<ThreeDsChallenge, 'answer' | 'expiresAt'>,
  given: { readonly matchKey: string; readonly matches: boolean },
  now: Temporal.Instant,
): boolean {
  if (answer !== null) return answer.passed && answer.matchKey === given.matchKey
  return given.matches && Temporal.Instant.compare(now, expiresAt) < 0
}
