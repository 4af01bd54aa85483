import {
  PASSWORD_DIGITS,
  PASSWORD_LIFETIME,
  passes,
  type ThreeDsChallenge,
} from '@openissuer/core/authorization/three-ds-challenge.ts'
import type { Ports, Vault, Work } from './ports.ts'

/**
 * Asks the cardholder for a one-time password: the partner hears it, nobody else does. It is kept sealed by the vault,
 * until it is answered.
 */
export async function challengeCardholder(
  { tx, ids, random, clock, vault }: Work,
  asked: Pick<ThreeDsChallenge, 'partnerId' | 'cardId' | 'amount' | 'merchantName'>,
): Promise<ThreeDsChallenge> {
  const challengeId = await ids.next('authorization')
  const createdAt = clock.now()
  const { partnerId, cardId } = asked
  const challenge = { ...asked, challengeId, createdAt, expiresAt: createdAt.add(PASSWORD_LIFETIME), answer: null }
  const password = vault.sealSecret(contextOf(challenge), random.digits(PASSWORD_DIGITS))
  await tx.insertThreeDsChallenge({ challenge, password })
  const fact = { kind: 'one-time-password' } as const
  await tx.announce({ partnerId, eventId: challengeId, cardId, createdAt, fact })
  return challenge
}

/**
 * Answers a challenge of a card in the name of a message; what was answered stays, whatever becomes of the message.
 *
 * @returns whether the message has passed it; undefined when the card has no such challenge
 */
export async function answerChallenge(
  { storage, clock, vault }: Pick<Ports, 'storage' | 'clock' | 'vault'>,
  message: {
    readonly partnerId: bigint
    readonly cardId: bigint
    readonly challengeId: bigint
    readonly matchKey: string
    readonly password: string
  },
): Promise<boolean | undefined> {
  const { partnerId, cardId, challengeId, matchKey } = message
  return storage.transaction(async tx => {
    const kept = await tx.lockThreeDsChallenge(partnerId, challengeId)
    if (kept === undefined || kept.challenge.cardId !== cardId) return undefined
    const { challenge, password } = kept
    const matches = password !== null && openPassword(vault, challenge, password) === message.password
    const passed = passes(challenge, { matchKey, matches }, clock.now())
    if (challenge.answer === null) await tx.answerThreeDsChallenge(partnerId, challengeId, { matchKey, passed })
    return passed
  })
}

/** @throws Error for a password that was sealed for another challenge */
export function openPassword(
  vault: Pick<Vault, 'openSecret'>,
  challenge: Pick<ThreeDsChallenge, 'partnerId' | 'challengeId'>,
  sealed: Uint8Array,
): string {
  return vault.openSecret(contextOf(challenge), sealed)
}

function contextOf({ partnerId, challengeId }: Pick<ThreeDsChallenge, 'partnerId' | 'challengeId'>): string {
  return `one-time-password:${partnerId}:${challengeId}`
}
