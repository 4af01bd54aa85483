/**
 * The numbers that the platform gives to things: a letter, the day of creation, and the numeric id padded to at least
 * four digits: `C202605220001`, `U202605220001` (docs). The day is the one in UTC (proposed), so a number never depends
 * on a request's time zone. The id alone identifies; the rest must fit, else the number belongs to nothing.
 */
import type { Card, CardProgram } from '@openissuer/core/card/card.ts'
import type { Cardholder } from '@openissuer/core/cardholder/cardholder.ts'
import type { CardholderTransfer } from '@openissuer/core/ledger/cardholder-transfer.ts'

export const NUMBER_PREFIXES = {
  card: 'C',
  cardholder: 'U',
  package: 'P',
  'card-bin': 'B',
  // in the callback examples
  consumption: 'T',
  notification: 'N',
  transfer: 'F',
  // the push that asks about an authorization, beside the one that tells of it
  inquiry: 'A',
} as const

export type NumberKind = keyof typeof NUMBER_PREFIXES

export function cardNoOf(card: Pick<Card, 'cardId' | 'createdAt'>): string {
  return formatNo('card', card.cardId, card.createdAt)
}

export function cardholderNoOf(cardholder: Pick<Cardholder, 'cardholderId' | 'createdAt'>): string {
  return formatNo('cardholder', cardholder.cardholderId, cardholder.createdAt)
}

/** A card program is a package to merchants that extend credit, and a BIN to those that authorize. */
export function programNoOf(
  kind: 'package' | 'card-bin',
  program: Pick<CardProgram, 'programId' | 'createdAt'>,
): string {
  return formatNo(kind, program.programId, program.createdAt)
}

/** The push id of an event: the same on every try. */
export function notificationNoOf(eventId: bigint, createdAt: Temporal.Instant): string {
  return formatNo('notification', eventId, createdAt)
}

/** The push id of the question whether an authorization may stand. */
export function inquiryNoOf(authorizationId: bigint, createdAt: Temporal.Instant): string {
  return formatNo('inquiry', authorizationId, createdAt)
}

export function transferNoOf(transfer: Pick<CardholderTransfer, 'transferId' | 'createdAt'>): string {
  return formatNo('transfer', transfer.transferId, transfer.createdAt)
}

/** Of an authorization, or of an event or a fee that is a consumption of its own. */
export function consumptionNoOf(id: bigint, createdAt: Temporal.Instant): string {
  return formatNo('consumption', id, createdAt)
}

function formatNo(kind: NumberKind, id: bigint, createdAt: Temporal.Instant): string {
  const day = createdAt.toZonedDateTimeISO('UTC').toPlainDate().toString().replaceAll('-', '')
  return `${NUMBER_PREFIXES[kind]}${day}${id.toString().padStart(4, '0')}`
}

/** Eighteen digits at most: every such id fits the database's bigint. */
const NUMBER = /^([A-Z])\d{8}(\d{4,18})$/

/**
 * The id inside a number. Whether the number is right is only known with the record: format it and compare, as the day
 * may be another one or the id padded too far.
 *
 * @returns undefined for text that is no number of this kind
 */
export function parseNo(kind: NumberKind, text: string): bigint | undefined {
  const match = NUMBER.exec(text)
  if (match?.[1] !== NUMBER_PREFIXES[kind]) return undefined
  return BigInt(match[2] ?? '')
}
