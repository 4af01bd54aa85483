/** What cardholders' cards were used for (docs): an authorization with what became of it, or what stands by itself. */
import type { CardFee } from '@openissuer/core/fee/charge.ts'
import { formatDecimal } from '@openissuer/core/money/amount.ts'
import { type Static, Type } from 'typebox'
import type { Consumption, Ports, Reader } from '../../app/ports.ts'
import { cardholderInFilter } from './cardholder-numbers.ts'
import {
  authorizationRecord,
  type ConsumptionRecord,
  eventRecord,
  feeRecord,
  feeTotal,
  merchantInfoOf,
  standsAlone,
} from './consumption-record.ts'
import { COMMON_STATUSES, CONSUMPTION_TYPES, FEE_TYPES } from './dictionary.ts'
import { KeysecureError } from './errors.ts'
import type { Caller } from './headers.ts'
import { cardholderNoOf, cardNoOf, parseNo } from './ids.ts'
import { EVER, PAGE_FIELDS, pageOf, WINDOW_FIELDS, windowOf, zoneOf } from './pagination.ts'

export const ConsumptionListBody = Type.Object({
  cardholder_no: Type.Optional(Type.String()),
  consume_no: Type.Optional(Type.String()),
  card_no: Type.Optional(Type.String()),
  ...WINDOW_FIELDS,
  ...PAGE_FIELDS,
})

const ConsumptionRow = Type.Object({
  consume_no: Type.String(),
  card_no: Type.String(),
  type: Type.Enum(CONSUMPTION_TYPES),
  amount: Type.String({ description: 'in the currency of the card' }),
  status: Type.Enum(COMMON_STATUSES),
  time: Type.Integer({ description: 'creation, Unix milliseconds' }),
})

export const ConsumptionListData = Type.Object({ list: Type.Array(ConsumptionRow) })

/** Newest first; a number that names nothing of the merchant's matches nothing. */
export async function listConsumptions(
  { storage }: Ports,
  { partner: { partnerId } }: Caller,
  body: Static<typeof ConsumptionListBody>,
  timezone: string | undefined,
): Promise<Static<typeof ConsumptionListData>> {
  const window = windowOf(body, zoneOf(timezone))
  const page = pageOf(body)
  const named = await namedBy(storage.read, partnerId, body)
  if (page === undefined || named === undefined) return { list: [] }
  const found = await storage.read.consumptions({ partnerId, ...named, ...window, ...page })
  return {
    list: found
      .map(rowOf)
      .filter(row => body.consume_no === undefined || row.consume_no === body.consume_no)
      .filter(row => body.card_no === undefined || row.card_no === body.card_no),
  }
}

/** @returns undefined when nothing can match */
async function namedBy(
  read: Reader,
  partnerId: bigint,
  body: Pick<Static<typeof ConsumptionListBody>, 'cardholder_no' | 'consume_no' | 'card_no'>,
) {
  const cardId = body.card_no === undefined ? undefined : parseNo('card', body.card_no)
  const consumptionId = body.consume_no === undefined ? undefined : parseNo('consumption', body.consume_no)
  const cardholder = await cardholderInFilter(read, partnerId, body.cardholder_no)
  const namesNothing =
    (body.card_no !== undefined && cardId === undefined) ||
    (body.consume_no !== undefined && consumptionId === undefined) ||
    cardholder === 'unknown'
  return namesNothing ? undefined : { cardId, consumptionId, cardholderId: cardholder?.cardholderId }
}

const MerchantInfo = Type.Object({
  merchant_name: Type.String(),
  merchant_mcc: Type.String(),
  city: Type.String(),
  country: Type.String(),
})

const FeeRow = Type.Object({ fee_type: Type.Enum(FEE_TYPES), amount: Type.String() })

export const ConsumptionInfoData = Type.Object({
  consume_no: Type.String(),
  consume_relate_no: Type.String({ description: 'the consumption that this one undoes; empty for none' }),
  card_no: Type.String(),
  cardholder_no: Type.String(),
  type: Type.Enum(CONSUMPTION_TYPES),
  amount: Type.String(),
  local_amount: Type.String(),
  local_currency: Type.String(),
  fee: Type.String({ description: 'the sum of fee_list' }),
  fee_list: Type.Array(FeeRow),
  merchant_info: MerchantInfo,
  remark: Type.String(),
  detail: Type.String(),
  status: Type.Enum(COMMON_STATUSES),
  time: Type.Integer({ description: 'last change, Unix milliseconds' }),
})

export async function consumptionInfo(
  { storage }: Ports,
  { partner: { partnerId } }: Caller,
  consumeNo: string,
): Promise<Static<typeof ConsumptionInfoData>> {
  const { read } = storage
  const consumptionId = parseNo('consumption', consumeNo)
  if (consumptionId === undefined) throw new KeysecureError(4009)
  const [found] = await read.consumptions({ partnerId, consumptionId, ...EVER, offset: 0, limit: 1 })
  if (found === undefined || rowOf(found).consume_no !== consumeNo) throw new KeysecureError(4009)
  const charged = await read.feesAbout(partnerId, [found.id])
  const record = recordOf(found, charged)
  const { cardholderId } = found.card
  const owner = cardholderId === null ? undefined : await read.cardholder(partnerId, cardholderId)
  return {
    consume_no: consumeNo,
    consume_relate_no: record.relateNo,
    card_no: cardNoOf(found.card),
    cardholder_no: owner === undefined ? '' : cardholderNoOf(owner),
    type: record.type,
    amount: formatDecimal(record.amount),
    local_amount: formatDecimal(record.local),
    local_currency: record.local.currency,
    fee: formatDecimal(feeTotal(record)),
    fee_list: record.fees.map(fee => ({ fee_type: fee.type, amount: formatDecimal(fee.amount) })),
    merchant_info: merchantInfoOf(record.merchant),
    remark: '',
    detail: '',
    status: record.status,
    time: (await lastChangeOf(read, found, charged)).epochMilliseconds,
  }
}

/** The time of the newest push of a consumption (docs); only authorizations change after they were made. */
async function lastChangeOf(read: Reader, found: Consumption, charged: readonly CardFee[]): Promise<Temporal.Instant> {
  const { createdAt } = recordOf(found)
  if (found.authorization === null || found.event !== null) return createdAt
  const { partnerId, authorizationId } = found.authorization
  const events = await read.eventsAfterDecision(partnerId, authorizationId)
  const decision = await read.partnerDecision(partnerId, authorizationId)
  const changes = [
    ...events.filter(event => !standsAlone(event)),
    ...charged.filter(fee => fee.eventId === authorizationId && fee.amount.minor !== 0n),
    ...(decision === undefined ? [] : [decision]),
  ]
  return changes.map(change => change.createdAt).reduce(later, createdAt)
}

function later(a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(a, b) < 0 ? b : a
}

function rowOf(consumption: Consumption): Static<typeof ConsumptionRow> {
  const { no, type, amount, status, createdAt } = recordOf(consumption)
  return {
    consume_no: no,
    card_no: cardNoOf(consumption.card),
    type,
    amount: formatDecimal(amount),
    status,
    time: createdAt.epochMilliseconds,
  }
}

function recordOf(
  { authorization, inQuestion, event, fee }: Consumption,
  charged: readonly CardFee[] = [],
): ConsumptionRecord {
  if (fee !== null) return feeRecord(fee)
  if (event !== null) return eventRecord(event, authorization, charged)
  if (authorization === null) throw new Error('a consumption of nothing')
  return authorizationRecord(authorization, charged, inQuestion)
}
