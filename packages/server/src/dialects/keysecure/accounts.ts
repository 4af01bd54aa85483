/** Accounts of cardholders, and the money that merchants move to and from them (docs). */
import type { Cardholder } from '@openissuer/core/cardholder/cardholder.ts'
import type { Account } from '@openissuer/core/ledger/account.ts'
import type { CardholderTransfer } from '@openissuer/core/ledger/cardholder-transfer.ts'
import { type Amount, formatDecimal, parseDecimal, zero } from '@openissuer/core/money/amount.ts'
import { type Currency, currency } from '@openissuer/core/money/currency.ts'
import { type Static, Type } from 'typebox'
import { fundCardholder } from '../../app/fund-cardholder.ts'
import { perform } from '../../app/perform.ts'
import type { Ports } from '../../app/ports.ts'
import { cardholderInFilter, requireCardholder } from './cardholder-numbers.ts'
import { COMMON_STATUSES, directionOf, TRANSFER_TYPE_OF, TRANSFER_TYPES } from './dictionary.ts'
import { KeysecureError } from './errors.ts'
import type { Caller } from './headers.ts'
import { cardholderNoOf, parseNo, transferNoOf } from './ids.ts'
import { PAGE_FIELDS, pageOf, WINDOW_FIELDS, windowOf, zoneOf } from './pagination.ts'

export const AccountRow = Type.Object({
  cardholder_no: Type.String(),
  symbol: Type.String(),
  symbol_chain: Type.String(),
  balance: Type.String(),
  usd_balance: Type.String(),
  bonus_balance: Type.String({ description: 'there is no promotional money' }),
  usd_bonus_balance: Type.String(),
})

const USD = currency('USD')

/** docs: the one currency of transfers. Dollar accounts have this name here (proposed: one for one). */
const DOLLAR_SYMBOL = 'TUSDT'

export function symbolOf(code: Currency): string {
  return code === USD ? DOLLAR_SYMBOL : code
}

export function accountRowOf(cardholder: Cardholder, { currency: code, balance }: Account) {
  const none = formatDecimal(zero(code))
  return {
    cardholder_no: cardholderNoOf(cardholder),
    symbol: symbolOf(code),
    symbol_chain: '',
    balance: formatDecimal(balance),
    usd_balance: formatDecimal(inDollars(balance)),
    bonus_balance: none,
    usd_bonus_balance: formatDecimal(zero(USD)),
  }
}

/** What a cardholder owns in USD; money in other currencies is not converted (proposed). */
export function totalBalanceOf(accounts: readonly Account[]): string {
  const minor = accounts.reduce((sum, { balance }) => sum + inDollars(balance).minor, 0n)
  return formatDecimal({ minor, currency: USD })
}

function inDollars(balance: Amount): Amount {
  return balance.currency === USD ? balance : zero(USD)
}

export const AccountInfoData = Type.Object({ list: Type.Array(AccountRow) })

export async function accountInfo(
  { storage }: Ports,
  { partner }: Caller,
  cardholderNo: string,
): Promise<Static<typeof AccountInfoData>> {
  const cardholder = await requireCardholder(storage.read, partner.partnerId, cardholderNo)
  const accounts = await storage.read.accountsOfCardholder(partner.partnerId, cardholder.cardholderId)
  return { list: accounts.map(account => accountRowOf(cardholder, account)) }
}

export const TransferBody = Type.Object({
  cardholder_no: Type.String(),
  transfer_unique_no: Type.String({ minLength: 1, maxLength: 64 }),
  type: Type.String({ description: 'In or Out, in any case' }),
  balance: Type.String({ maxLength: 24, description: 'above zero, at most 2 decimals' }),
})

export const TransferData = Type.Object({
  transfer_no: Type.String(),
  transfer_unique_no: Type.String(),
  before_balance: Type.String(),
  after_balance: Type.String(),
})

/** Synchronous: the answer has the cardholder's new balance (docs, inferred). */
export async function transfer(
  ports: Ports,
  { partner: { partnerId } }: Caller,
  body: Static<typeof TransferBody>,
): Promise<Static<typeof TransferData>> {
  const direction = directionOf(body.type)
  if (direction === undefined) throw new KeysecureError(1004, 'type')
  const amount = parseDecimal(body.balance, USD)
  if (amount === undefined) throw new KeysecureError(3005)
  const { cardholderId } = await requireCardholder(ports.storage.read, partnerId, body.cardholder_no)
  const uniqueNo = body.transfer_unique_no
  return perform(
    ports,
    { partnerId, idempotency: null },
    work => fundCardholder(work, { partnerId, cardholderId, uniqueNo, direction, amount }),
    moved => ({
      transfer_no: transferNoOf(moved),
      transfer_unique_no: moved.uniqueNo,
      before_balance: formatDecimal(moved.before),
      after_balance: formatDecimal(moved.after),
    }),
  )
}

export const TransferListBody = Type.Object({
  cardholder_no: Type.Optional(Type.String()),
  transfer_no: Type.Optional(Type.String()),
  transfer_unique_no: Type.Optional(Type.String()),
  ...WINDOW_FIELDS,
  ...PAGE_FIELDS,
})

/** proposed, all of it: the page is cut before the fields of a row. */
const TransferRow = Type.Object({
  cardholder_no: Type.String(),
  transfer_no: Type.String(),
  transfer_unique_no: Type.String(),
  type: Type.Enum(TRANSFER_TYPES),
  symbol: Type.String(),
  balance: Type.String({ description: 'what was moved' }),
  before_balance: Type.String(),
  after_balance: Type.String(),
  status: Type.Enum(COMMON_STATUSES),
  time: Type.Integer({ description: 'Unix milliseconds' }),
})

export const TransferListData = Type.Object({ list: Type.Array(TransferRow) })

/** Newest first; a number that names nothing of the merchant's matches nothing. */
export async function listTransfers(
  { storage }: Ports,
  { partner: { partnerId } }: Caller,
  body: Static<typeof TransferListBody>,
  timezone: string | undefined,
): Promise<Static<typeof TransferListData>> {
  const window = windowOf(body, zoneOf(timezone))
  const page = pageOf(body)
  const transferId = body.transfer_no === undefined ? undefined : parseNo('transfer', body.transfer_no)
  if (page === undefined || (body.transfer_no !== undefined && transferId === undefined)) return { list: [] }
  const cardholder = await cardholderInFilter(storage.read, partnerId, body.cardholder_no)
  if (cardholder === 'unknown') return { list: [] }
  const filter = {
    partnerId,
    transferId,
    cardholderId: cardholder?.cardholderId,
    uniqueNo: body.transfer_unique_no,
    ...window,
    ...page,
  }
  const transfers = await storage.read.cardholderTransfers(filter)
  const shown = transfers.filter(moved => body.transfer_no === undefined || transferNoOf(moved) === body.transfer_no)
  const owners = await storage.read.cardholders(partnerId, [...new Set(shown.map(moved => moved.cardholderId))])
  const numbers = new Map(owners.map(owner => [owner.cardholderId, cardholderNoOf(owner)]))
  return { list: shown.map(moved => transferRow(moved, numbers.get(moved.cardholderId) ?? '')) }
}

function transferRow(moved: CardholderTransfer, cardholderNo: string): Static<typeof TransferRow> {
  return {
    cardholder_no: cardholderNo,
    transfer_no: transferNoOf(moved),
    transfer_unique_no: moved.uniqueNo,
    type: TRANSFER_TYPE_OF[moved.direction],
    symbol: symbolOf(moved.amount.currency),
    balance: formatDecimal(moved.amount),
    before_balance: formatDecimal(moved.before),
    after_balance: formatDecimal(moved.after),
    status: 'Success',
    time: moved.createdAt.epochMilliseconds,
  }
}
