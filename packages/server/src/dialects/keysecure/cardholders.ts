/** Cardholder application, list and detail (docs). */
import type { Cardholder } from '@openissuer/core/cardholder/cardholder.ts'
import { type Static, Type } from 'typebox'
import { applyCardholder } from '../../app/apply-cardholder.ts'
import { perform } from '../../app/perform.ts'
import type { Ports } from '../../app/ports.ts'
import { AccountRow, accountRowOf, totalBalanceOf } from './accounts.ts'
import { IssuedCard, issuedCardOf } from './card-rows.ts'
import { requireCardholder } from './cardholder-numbers.ts'
import { CARDHOLDER_STATUSES, cardholderStatusOf, ISSUED_STATUSES } from './dictionary.ts'
import type { Caller } from './headers.ts'
import { cardholderNoOf, parseNo } from './ids.ts'
import { PAGE_FIELDS, pageOf, WINDOW_FIELDS, windowOf, zoneOf } from './pagination.ts'

export const CardholderApplyBody = Type.Object({
  cardholder_no: Type.Optional(Type.String({ description: 'only when a known cardholder applies again' })),
  cardholder_unique_no: Type.String({ minLength: 1, maxLength: 64 }),
  sumsub_share_token: Type.String({ minLength: 1, maxLength: 2048 }),
})

export const CardholderApplyData = Type.Object({
  cardholder_no: Type.String(),
  cardholder_unique_no: Type.String(),
})

/**
 * Without `cardholder_no` a new cardholder, with it the restart of a verification that was rejected. The KYC provider is
 * asked before anything is written.
 */
export async function applyForCardholder(
  ports: Ports,
  caller: Caller,
  body: Static<typeof CardholderApplyBody>,
): Promise<Static<typeof CardholderApplyData>> {
  const { partnerId } = caller.partner
  const known = body.cardholder_no && (await requireCardholder(ports.storage.read, partnerId, body.cardholder_no))
  const finding = await ports.kyc.verify(body.sumsub_share_token)
  return perform(
    ports,
    { partnerId, idempotency: null },
    work =>
      applyCardholder(work, {
        partnerId,
        cardholderId: known ? known.cardholderId : undefined,
        uniqueNo: body.cardholder_unique_no,
        finding,
      }),
    cardholder => ({ cardholder_no: cardholderNoOf(cardholder), cardholder_unique_no: body.cardholder_unique_no }),
  )
}

export const CardholderListBody = Type.Object({
  cardholder_no: Type.Optional(Type.String()),
  cardholder_unique_no: Type.Optional(Type.String()),
  ...WINDOW_FIELDS,
  ...PAGE_FIELDS,
})

const CardholderHead = {
  cardholder_no: Type.String(),
  cardholder_unique_no: Type.String(),
  email: Type.String({ description: 'empty while only the KYC provider knows it' }),
}

const CardholderRow = Type.Object({
  ...CardholderHead,
  fail_reason: Type.String({ description: 'empty unless the verification was refused' }),
  status: Type.Enum(CARDHOLDER_STATUSES),
  time: Type.Integer({ description: 'creation, Unix milliseconds' }),
})

export const CardholderListData = Type.Object({ list: Type.Array(CardholderRow) })

/** Cardholders who were made in the window and have a number of the merchant's, newest first. */
export async function listCardholders(
  ports: Ports,
  caller: Caller,
  body: Static<typeof CardholderListBody>,
  timezone: string | undefined,
): Promise<Static<typeof CardholderListData>> {
  const { partnerId } = caller.partner
  const window = windowOf(body, zoneOf(timezone))
  const page = pageOf(body)
  const cardholderId = body.cardholder_no === undefined ? undefined : parseNo('cardholder', body.cardholder_no)
  const namesNobody = body.cardholder_no !== undefined && cardholderId === undefined
  if (page === undefined || namesNobody) return { list: [] }
  const filter = { partnerId, cardholderId, uniqueNo: body.cardholder_unique_no, ...window, ...page }
  const cardholders = await ports.storage.read.numberedCardholders(filter)
  return {
    list: cardholders
      .filter(cardholder => body.cardholder_no === undefined || cardholderNoOf(cardholder) === body.cardholder_no)
      .map(rowOf),
  }
}

function rowOf(cardholder: Cardholder): Static<typeof CardholderRow> {
  return {
    ...headOf(cardholder),
    fail_reason: cardholder.rejection ?? '',
    status: cardholderStatusOf(cardholder),
    time: cardholder.createdAt.epochMilliseconds,
  }
}

function headOf(cardholder: Cardholder) {
  return {
    cardholder_no: cardholderNoOf(cardholder),
    cardholder_unique_no: cardholder.uniqueNo ?? '',
    email: cardholder.person?.email ?? cardholder.corporation?.email ?? '',
  }
}

export const CardholderInfoData = Type.Object({
  ...CardholderHead,
  status: Type.Enum(CARDHOLDER_STATUSES),
  total_balance: Type.String({ description: 'USD' }),
  time: Type.Integer({ description: 'creation, Unix milliseconds' }),
  card_list: Type.Array(IssuedCard),
  account_list: Type.Array(AccountRow),
})

/** The cardholder with its accounts and the cards that were issued and are not cancelled (proposed). */
export async function cardholderInfo(
  ports: Ports,
  caller: Caller,
  cardholderNo: string,
): Promise<Static<typeof CardholderInfoData>> {
  const { read } = ports.storage
  const { partnerId } = caller.partner
  const cardholder = await requireCardholder(read, partnerId, cardholderNo)
  const cards = (await read.cardsOfCardholder(partnerId, cardholder.cardholderId)).map(issuedCardOf)
  const accounts = await read.accountsOfCardholder(partnerId, cardholder.cardholderId)
  return {
    ...headOf(cardholder),
    status: cardholderStatusOf(cardholder),
    total_balance: totalBalanceOf(accounts),
    time: cardholder.createdAt.epochMilliseconds,
    card_list: cards.filter(({ status }) => ISSUED_STATUSES.includes(status)),
    account_list: accounts.map(account => accountRowOf(cardholder, account)),
  }
}
