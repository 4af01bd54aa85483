import { type Card, maskedPanOf } from '@openissuer/core/card/card.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { CardLimit, LimitTerms } from '@openissuer/core/limits/card-limit.ts'
import { type Amount, formatDecimal } from '@openissuer/core/money/amount.ts'
import { type StaticDecode, Type } from 'typebox'
import { createLimit } from '../../app/create-limit.ts'
import type { LimitUsageMinor, Reader } from '../../app/ports.ts'
import { updateLimit } from '../../app/update-limit.ts'
import { AmountText, IdNumber, MaskedPan, nullable, TimeText, Token } from './answers.ts'
import { changingCall, readingCall } from './call.ts'
import { formatDateTime } from './dates.ts'
import { DEFAULT_CARD_BIN } from './dictionary.ts'
import { dataNotFound, mandatoryData, PagsmileError } from './errors.ts'
import { CalendarDate, Id, idText, integer, LIMIT_CURRENCY, LimitAmount, text } from './fields.ts'
import { idNumber } from './ids.ts'
import { assertOwnPartner, PARTNER_FIELDS } from './partner-fields.ts'
import { openPrograms } from './programs.ts'

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
    data: Type.Object({ limit_id: IdNumber }),
    errors: ['card-not-found', 'duplicate-limit', 'invalid-amount', 'limit-above-ceiling'],
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
    data: null,
    errors: ['limit-not-found', 'card-not-found', 'invalid-amount', 'limit-above-ceiling'],
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
    data: Type.Object({
      limit_id: IdNumber,
      card_token: Token,
      daily_transactions: Type.Integer(),
      single_amount: AmountText,
      daily_amount: AmountText,
      monthly_amount: AmountText,
      total_amount: nullable(AmountText),
      create_time: TimeText,
    }),
    errors: ['limit-not-found'],
    bizData: Type.Object({ limit_id: Type.Optional(Id), card_token: Type.Optional(idText(48)) }),
  },
  async (ports, app, bizData) => {
    const limit = await findLimit(ports.storage.read, app.partnerId, bizData.limit_id, bizData.card_token)
    if (limit === undefined) throw new PagsmileError(dataNotFound('card limit'))
    return { total: 1, data: encodeLimit(limit) }
  },
)

/** The ceilings of other limits (docs): those of the card program, of the default BIN's where none is named (proposed). */
export const QUERY_DEFAULT_LIMIT = readingCall(
  {
    path: '/issuing/card/query-default-limit',
    summary: 'Query the highest limits that a card may have',
    data: Type.Object({
      daily_transactions: Type.Integer(),
      single_amount: AmountText,
      daily_amount: AmountText,
      monthly_amount: AmountText,
    }),
    errors: ['program-not-found'],
    bizData: Type.Object({
      ...PARTNER_FIELDS,
      card_bin: Type.Optional(text(8, { pattern: '^[0-9]{6,8}$' })),
    }),
  },
  async (ports, app, bizData) => {
    assertOwnPartner(app, bizData)
    const bin = bizData.card_bin ?? DEFAULT_CARD_BIN
    const program = (await openPrograms(ports.storage.read, ports.mode)).find(each => each.bin === bin)
    if (program === undefined) throw new DomainError('program-not-found')
    const { ceilings } = program
    const data = {
      daily_transactions: ceilings.dailyCount,
      single_amount: amountText(ceilings.singleAmount),
      daily_amount: amountText(ceilings.dailyAmount),
      monthly_amount: amountText(ceilings.monthlyAmount),
    }
    return { total: 1, data }
  },
)

/**
 * Fields and answer (docs): what a card has used up to a day of UTC, and what is left of its limit. Nothing is left to say
 * where the card has no limit, or no total one: null (proposed).
 */
export const QUERY_REMAINING_LIMIT = readingCall(
  {
    path: '/issuing/card/query-remaining-limit',
    summary: 'Query what a card has used of its limit',
    data: Type.Object({
      card_token: Token,
      account_num: MaskedPan,
      daily_used_transactions: Type.Integer(),
      daily_used_amount: AmountText,
      monthly_used_amount: AmountText,
      total_used_amount: AmountText,
      daily_remaining_transactions: nullable(Type.Integer()),
      daily_remaining_amount: nullable(AmountText),
      monthly_remaining_amount: nullable(AmountText),
      total_remaining_amount: nullable(AmountText),
      total_remaining_limit: nullable(AmountText),
    }),
    errors: ['card-not-found'],
    bizData: Type.Object({ card_token: idText(48), stat_date: Type.Optional(CalendarDate) }),
  },
  async (ports, app, bizData) => {
    const { read } = ports.storage
    const card = await read.cardByToken(app.partnerId, bizData.card_token)
    if (card === undefined) throw new DomainError('card-not-found')
    const limit = await read.limitOfCard(app.partnerId, card.token)
    const today = formatDateTime(ports.clock.now()).slice(0, 10)
    const used = await read.usageOn(app.partnerId, card.cardId, bizData.stat_date ?? today)
    return { total: 1, data: encodeRemaining(card, limit, used) }
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

function encodeRemaining(card: Card, limit: CardLimit | undefined, used: LimitUsageMinor) {
  const usedText = (minor: bigint) => amountText({ minor, currency: limit?.singleAmount.currency ?? LIMIT_CURRENCY })
  const left = (of: Amount | null | undefined, minor: bigint) =>
    of == null ? null : amountText({ minor: of.minor > minor ? of.minor - minor : 0n, currency: of.currency })
  const total = left(limit?.totalAmount, used.totalMinor)
  return {
    card_token: card.token,
    account_num: maskedPanOf(card),
    daily_used_transactions: used.dayCount,
    daily_used_amount: usedText(used.dayMinor),
    monthly_used_amount: usedText(used.monthMinor),
    total_used_amount: usedText(used.totalMinor),
    daily_remaining_transactions: limit === undefined ? null : Math.max(0, limit.dailyCount - used.dayCount),
    daily_remaining_amount: left(limit?.dailyAmount, used.dayMinor),
    monthly_remaining_amount: left(limit?.monthlyAmount, used.monthMinor),
    // both names that versions of the page have (docs)
    total_remaining_amount: total,
    total_remaining_limit: total,
  }
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
