/** Card application (docs) and card list (seed). */
import type { CardFunding } from '@openissuer/core/card/application.ts'
import type { Card, CardProgram } from '@openissuer/core/card/card.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { IntegrationMode } from '@openissuer/core/partner/partner.ts'
import { type Static, Type } from 'typebox'
import { applyForCard } from '../../app/apply-for-card.ts'
import { perform } from '../../app/perform.ts'
import type { CardFilter, Ports, Reader } from '../../app/ports.ts'
import { AddressInfo, deliveryOf } from './address.ts'
import { CardRow, cardRowOf } from './card-rows.ts'
import { cardholderInFilter, requireCardholder } from './cardholder-numbers.ts'
import { CARD_TYPES, type FailureCode, FORM_OF } from './dictionary.ts'
import { KeysecureError } from './errors.ts'
import type { Caller } from './headers.ts'
import { cardholderNoOf, cardNoOf, parseNo, programNoOf } from './ids.ts'
import { PAGE_FIELDS, pageOf, WINDOW_FIELDS, windowOf, zoneOf } from './pagination.ts'

export const CardApplyBody = Type.Object({
  card_bin_no: Type.Optional(Type.String({ description: 'required in AUTHORIZATION mode, else ignored' })),
  package_no: Type.Optional(Type.String({ description: 'required in CREDIT_EXTENSION mode, else ignored' })),
  cardholder_no: Type.String(),
  card_unique_no: Type.String({ minLength: 1, maxLength: 64 }),
  card_type: Type.Enum(CARD_TYPES),
  address_info: Type.Optional(AddressInfo),
})

export const CardApplyData = Type.Object({ card_no: Type.String(), card_unique_no: Type.String() })

type Product = {
  /** what a card program is called on this merchant's wire */
  readonly kind: 'package' | 'card-bin'
  readonly field: 'package_no' | 'card_bin_no'
  readonly unknown: FailureCode
  readonly funding: CardFunding
}

/** `credit` is CREDIT_EXTENSION, `partner-decides` is AUTHORIZATION; where both numbers are sent, the other is ignored. */
const PRODUCTS: Readonly<Record<IntegrationMode, Product>> = {
  credit: { kind: 'package', field: 'package_no', unknown: 4003, funding: { kind: 'cardholder' } },
  'partner-decides': {
    kind: 'card-bin',
    field: 'card_bin_no',
    unknown: 4004,
    funding: { kind: 'reserve' },
  },
}

/** Checks the fields first, then what they name: product, cardholder, and the rules of the use case. */
export async function applyCard(
  ports: Ports,
  caller: Caller,
  body: Static<typeof CardApplyBody>,
): Promise<Static<typeof CardApplyData>> {
  const { partnerId, settings } = caller.partner
  const product = PRODUCTS[settings.integrationMode]
  const productNo = body[product.field]
  if (productNo === undefined) throw new KeysecureError(1004, product.field)
  const form = FORM_OF[body.card_type]
  const delivery = deliveryOf(body.address_info, form)
  const program = await programByNo(ports.storage.read, product.kind, productNo)
  if (program === undefined) throw new KeysecureError(product.unknown)
  const { cardholderId } = await requireCardholder(ports.storage.read, partnerId, body.cardholder_no)
  try {
    return await perform(
      ports,
      { partnerId, idempotency: null },
      work =>
        applyForCard(work, {
          partnerId,
          programId: program.programId,
          reference: body.card_unique_no,
          owner: { cardholderId },
          terms: {
            form,
            funding: product.funding,
            initialBalance: null,
            limit: null,
            remark: null,
            delivery,
            production: null,
          },
        }),
      ({ card }) => {
        if (card === null) throw new Error('an approved cardholder was left without a card')
        return { card_no: cardNoOf(card), card_unique_no: card.uniqueNo }
      },
    )
  } catch (error) {
    // Only here is known under which of its two names the program was asked for.
    if (error instanceof DomainError && error.code === 'program-not-found') throw new KeysecureError(product.unknown)
    throw error
  }
}

async function programByNo(read: Reader, kind: Product['kind'], no: string): Promise<CardProgram | undefined> {
  const programId = parseNo(kind, no)
  if (programId === undefined) return undefined
  const program = await read.program(programId)
  return program !== undefined && programNoOf(kind, program) === no ? program : undefined
}

export const CardListBody = Type.Object({
  cardholder_no: Type.Optional(Type.String()),
  card_unique_no: Type.Optional(Type.String()),
  card_no: Type.Optional(Type.String()),
  ...WINDOW_FIELDS,
  ...PAGE_FIELDS,
})

export const CardListData = Type.Object({ list: Type.Array(CardRow) })

/**
 * Cards created in the window, newest first. Filters are exact and joined with AND; a number that names nothing of the
 * partner's, well-formed or not, matches nothing.
 */
export async function listCards(
  ports: Ports,
  caller: Caller,
  body: Static<typeof CardListBody>,
  timezone: string | undefined,
): Promise<Static<typeof CardListData>> {
  const window = windowOf(body, zoneOf(timezone))
  const page = pageOf(body)
  const { read } = ports.storage
  const filter = page && (await filterOf(read, caller.partner.partnerId, body, { ...window, ...page }))
  if (filter === undefined) return { list: [] }
  const cards = (await read.cards(filter)).filter(card => body.card_no === undefined || cardNoOf(card) === body.card_no)
  const owners = await cardholderNos(read, caller.partner.partnerId, cards)
  return { list: cards.map(card => cardRowOf(card, ownerNoOf(card, owners))) }
}

/** @returns undefined when nothing can match */
async function filterOf(
  read: Reader,
  partnerId: bigint,
  body: Static<typeof CardListBody>,
  window: Pick<CardFilter, 'from' | 'to' | 'offset' | 'limit'>,
): Promise<CardFilter | undefined> {
  const cardId = body.card_no === undefined ? undefined : parseNo('card', body.card_no)
  if (body.card_no !== undefined && cardId === undefined) return undefined
  const cardholder = await cardholderInFilter(read, partnerId, body.cardholder_no)
  if (cardholder === 'unknown') return undefined
  return { partnerId, cardId, cardholderId: cardholder?.cardholderId, uniqueNo: body.card_unique_no, ...window }
}

async function cardholderNos(read: Reader, partnerId: bigint, cards: readonly Card[]): Promise<Map<bigint, string>> {
  const owners = await read.cardholders(partnerId, [
    ...new Set(cards.map(card => card.cardholderId).filter(id => id !== null)),
  ])
  return new Map(owners.map(owner => [owner.cardholderId, cardholderNoOf(owner)]))
}

function ownerNoOf(card: Card, owners: ReadonlyMap<bigint, string>): string {
  // a card that its partner ordered without a holder, through the other dialect
  if (card.cardholderId === null) return ''
  const cardholderNo = owners.get(card.cardholderId)
  if (cardholderNo === undefined) throw new Error(`cardholder ${card.cardholderId} has a card and does not exist`)
  return cardholderNo
}
