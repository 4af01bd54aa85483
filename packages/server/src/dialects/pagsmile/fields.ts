/**
 * Types of the fields that business data is made of. Each is a JSON Schema of what is accepted and, where the wire form
 * is not the value, a decoder. Lengths count Unicode code points. Members that are null, empty or blank count as absent
 * (`check.ts`), so no type here allows them.
 */

import { type Amount, parseDecimal } from '@openissuer/core/money/amount.ts'
import { type Currency, currency, isCurrency } from '@openissuer/core/money/currency.ts'
import { isCountry } from '@openissuer/core/reference/countries.ts'
import { type TSchemaOptions, Type } from 'typebox'
import { AMOUNT_MINOR_MAX } from '../../app/post-deposit.ts'
import { isDate, parseDateTime } from './dates.ts'
import { INVALID_AMOUNT, PagsmileError } from './errors.ts'
import { ID_DIGITS_MAX } from './ids.ts'

/** The currency of card limits and initial balances (docs). */
export const LIMIT_CURRENCY: Currency = currency('USD')

/** Refinement text that makes a violation `invalid-amount` instead of `parameters-error`. */
export const AMOUNT_RULE = 'invalid-amount'

/** Text of up to `max` characters, blanks at its ends kept as sent. */
export function text(max: number, options: TSchemaOptions = {}) {
  return Type.String({ minLength: 1, maxLength: max, ...options })
}

/** An identifier that is text on the wire, sent as text or as a number (seed: a `card_token` sent as a number). */
export function idText(max: number, options: TSchemaOptions = {}) {
  const schema = Type.Unsafe<string | number>({ type: ['string', 'integer'], maxLength: max, minimum: 0, ...options })
  return Type.Decode(schema, value => String(value))
}

/** A numeric id, sent as a number or as its digits (docs: a `holder_id` sent as text). */
export const Id = Type.Decode(
  Type.Unsafe<string | number>({
    type: ['integer', 'string'],
    minimum: 0,
    pattern: `^[0-9]{1,${ID_DIGITS_MAX}}$`,
  }),
  value => BigInt(value),
)

/** An integer, sent as a number or as its digits (docs: a `daily_transactions` sent as text). */
export function integer(minimum: number, maximum: number, options: TSchemaOptions = {}) {
  const schema = Type.Unsafe<string | number>({
    type: ['integer', 'string'],
    minimum,
    maximum,
    pattern: '^[0-9]{1,15}$',
    ...options,
  })
  const within = Type.Refine(schema, value => Number(value) >= minimum && Number(value) <= maximum)
  return Type.Decode(within, Number)
}

/** A number out of a dictionary, sent as a number or as its digits. */
export function oneOfNumbers(meanings: Readonly<Record<number, unknown>>, options: TSchemaOptions = {}) {
  const values = Object.keys(meanings).map(Number)
  const schema = Type.Unsafe<string | number>({ enum: [...values, ...values.map(String)], ...options })
  return Type.Decode(schema, Number)
}

/** `yyyy-MM-dd`, a day of the calendar. */
export const CalendarDate = Type.Refine(Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' }), isDate)

/** `yyyy-MM-dd HH:mm:ss` in UTC, a time of the calendar. */
export const DateTime = Type.Decode(
  Type.Refine(
    Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$' }),
    value => parseDateTime(value) !== undefined,
  ),
  value => checked(parseDateTime(value)),
)

/** ISO 3166-1 alpha-2, upper case. */
export const Country = Type.Refine(Type.String({ pattern: '^[A-Z]{2}$' }), isCountry)

/** One `@` with text on both sides and no blanks (proposed). */
export function email(max: number) {
  return text(max, { pattern: '^[^@\\s]+@[^@\\s]+$' })
}

/**
 * A decimal in major units; whole numbers may come as JSON numbers, others not, as a JSON fraction may already have
 * lost a digit. More decimals than the currency has are an amount error.
 */
const DecimalText = Type.Unsafe<string | number>({
  type: ['string', 'integer'],
  maxLength: 32,
  pattern: '^-?[0-9]+(\\.[0-9]+)?$',
  examples: ['100.00'],
})

/** An amount above zero whose currency is another field; still text. */
export const PositiveDecimal = Type.Decode(
  Type.Refine(
    DecimalText,
    value => Number(value) > 0,
    () => AMOUNT_RULE,
  ),
  value => String(value),
)

/** @throws PagsmileError `invalid-amount` for more decimals than the currency has, and for too much */
export function positiveAmount(decimal: string, of: Currency): Amount {
  const amount = amountOf(decimal, of)
  if (!isWithin(amount, 1n)) throw new PagsmileError(INVALID_AMOUNT)
  return checked(amount)
}

/** ISO 4217, or a token of the platform. */
export const CurrencyCode = Type.Decode(
  Type.Refine(Type.String({ pattern: '^[A-Z]{3,5}$' }), isCurrency),
  (value): Currency => currency(value),
)

/** An amount above zero in the currency of card limits. */
export const LimitAmount = limitAmount(1n)

/** An amount from zero on in the currency of card limits. */
export const LimitAmountOrZero = limitAmount(0n)

function limitAmount(minorMin: bigint) {
  const within = Type.Refine(
    DecimalText,
    value => isWithin(amountOf(String(value), LIMIT_CURRENCY), minorMin),
    () => AMOUNT_RULE,
  )
  return Type.Decode(within, value => checked(amountOf(String(value), LIMIT_CURRENCY)))
}

/** Two decimals are always allowed, as every amount on this wire has them: `48.00` JPY. */
export function amountOf(decimal: string, of: Currency): Amount | undefined {
  return parseDecimal(decimal, of, 2)
}

function isWithin(amount: Amount | undefined, minorMin: bigint): boolean {
  return amount !== undefined && amount.minor >= minorMin && amount.minor <= AMOUNT_MINOR_MAX
}

function checked<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a field was decoded without having been checked')
  return value
}
