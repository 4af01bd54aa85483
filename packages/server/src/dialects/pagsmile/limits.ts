import type { CardLimit, LimitTerms } from '@openissuer/core/limits/card-limit.ts'
import { type Amount, formatDecimal } from '@openissuer/core/money/amount.ts'
import { type StaticDecode, Type } from 'typebox'
import { createLimit } from '../../app/create-limit.ts'
import type { Reader } from '../../app/ports.ts'
import { updateLimit } from '../../app/update-limit.ts'
import { changingCall, readingCall } from './call.ts'
import { formatDateTime } from './dates.ts'
import { dataNotFound, mandatoryData, PagsmileError } from './errors.ts'
import { Id, idText, integer, LimitAmount } from './fields.ts'
import { idNumber } from './ids.ts'

/** The values of a limit (docs). Zero is refused everywhere: a client that means "no limit" must not get a dead card. */
const LIMIT_FIELDS = {
  daily_transactions: integer(1, 999_999_999),
  single_amount: LimitAmount,
  daily_amount: LimitAmount,
  monthly_amount: LimitAmount,
  total_amount: Type.Optional(LimitAmount),
}

/** The limit inside an application for a card. */
export const LimitValues = Type.Object(LIMIT_FIELDS)

/** That the answer is `limit_id` is (inferred): every version of the page breaks off before it. */
export const CREATE_LIMIT = changingCall(
  {
    path: '/issuing/card/create-limit',
    summary: 'Create a card limit',
    bizData: Type.Object({ card_token: idText(48), ...LIMIT_FIELDS }),
  },
  (work, app, bizData) =>
    createLimit(work, { partnerId: app.partnerId, cardToken: bizData.card_token, terms: limitTermsOf(bizData) }),
  limit => ({ limit_id: idNumber(limit.limitId) }),
)

/** Both the id and the card are required and must fit (docs). Answers with code and msg only (docs). */
export const UPDATE_LIMIT = changingCall(
  {
    path: '/issuing/card/update-limit',
    summary: 'Update a card limit',
    bizData: Type.Object({ limit_id: Id, card_token: idText(48), ...LIMIT_FIELDS }),
  },
  (work, app, bizData) =>
    updateLimit(work, {
      partnerId: app.partnerId,
      limitId: bizData.limit_id,
      cardToken: bizData.card_token,
      terms: limitTermsOf(bizData),
    }),
  () => null,
)

/** By id or by card (seed); when both are given, both must name the same limit (proposed). */
export const QUERY_LIMIT = readingCall(
  {
    path: '/issuing/card/query-limit',
    summary: 'Query a card limit',
    bizData: Type.Object({ limit_id: Type.Optional(Id), card_token: Type.Optional(idText(48)) }),
  },
  async (ports, app, bizData) => {
    const limit = await findLimit(ports.storage.read, app.partnerId, bizData.limit_id, bizData.card_token)
    if (limit === undefined) throw new PagsmileError(dataNotFound('card limit'))
    return { total: 1, data: encodeLimit(limit) }
  },
)

export function limitTermsOf(values: StaticDecode<typeof LimitValues>): LimitTerms {
  return {
    dailyCount: values.daily_transactions,
    singleAmount: values.single_amount,
    dailyAmount: values.daily_amount,
    monthlyAmount: values.monthly_amount,
    totalAmount: values.total_amount ?? null,
  }
}

async function findLimit(
  read: Reader,
  partnerId: bigint,
  limitId: bigint | undefined,
  cardToken: string | undefined,
): Promise<CardLimit | undefined> {
  if (limitId !== undefined) {
    const limit = await read.limit(partnerId, limitId)
    return cardToken === undefined || limit?.cardToken === cardToken ? limit : undefined
  }
  if (cardToken === undefined) throw new PagsmileError(mandatoryData('limit_id or card_token'))
  return read.limitOfCard(partnerId, cardToken)
}

function encodeLimit(limit: CardLimit) {
  return {
    limit_id: idNumber(limit.limitId),
    card_token: limit.cardToken,
    daily_transactions: limit.dailyCount,
    single_amount: amountText(limit.singleAmount),
    daily_amount: amountText(limit.dailyAmount),
    monthly_amount: amountText(limit.monthlyAmount),
    total_amount: limit.totalAmount === null ? null : amountText(limit.totalAmount),
    create_time: formatDateTime(limit.createdAt),
  }
}

function amountText(amount: Amount): string {
  return formatDecimal(amount, 2)
}
