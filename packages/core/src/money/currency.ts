import { type CurrencyRow, ISO_4217_CURRENCIES, ISO_4217_FUNDS } from './iso-4217.ts'

declare const currencyBrand: unique symbol

/** A code that `isCurrency` knows: ISO 4217, or one of the platform tokens. */
export type Currency = string & { readonly [currencyBrand]: true }

type CurrencyFacts = { readonly numericCode: string | undefined; readonly exponent: number; readonly name: string }

/**
 * Codes that are not ISO 4217 and have no numeric code, so they never appear in a network message.
 * `TUSDT`: the only transfer currency of the KeySecure Open Platform, "at most 2 decimals" in its transfer reference.
 */
const PLATFORM_TOKENS: readonly (readonly [code: string, exponent: number, name: string])[] = [
  ['TUSDT', 2, 'KeySecure platform token'],
]

const FACTS: ReadonlyMap<string, CurrencyFacts> = new Map([
  ...[...ISO_4217_CURRENCIES, ...ISO_4217_FUNDS].map(factsOfRow),
  ...PLATFORM_TOKENS.map(
    ([code, exponent, name]) => [code, { numericCode: undefined, exponent, name }] satisfies [string, CurrencyFacts],
  ),
])

const BY_NUMERIC_CODE: ReadonlyMap<string, Currency> = new Map(
  [...ISO_4217_CURRENCIES, ...ISO_4217_FUNDS].map(([code, numericCode]) => [numericCode, currency(code)]),
)

/** Every known currency: ISO 4217, its funds, then the platform tokens. */
export const CURRENCIES: readonly Currency[] = [...FACTS.keys()].map(currency)

/** Whether `code` is a known currency. Codes are upper case. */
export function isCurrency(code: string): code is Currency {
  return FACTS.has(code)
}

/**
 * The currency of a code that must be known, such as one from configuration or the database.
 * @throws RangeError when it is not
 */
export function currency(code: string): Currency {
  if (!isCurrency(code)) throw new RangeError(`unknown currency ${JSON.stringify(code.slice(0, 8))}`)
  return code
}

/** The currency of a three-digit ISO 4217 code, as ISO 8583 DE 49 to DE 51 carry it; undefined when unknown. */
export function currencyOfNumericCode(numericCode: string): Currency | undefined {
  return BY_NUMERIC_CODE.get(numericCode)
}

/** How many decimals the minor unit has: 2 for USD, 0 for JPY, 3 for KWD, 4 for CLF. */
export function exponentOf(known: Currency): number {
  return factsOf(known).exponent
}

/** The three-digit ISO 4217 code; undefined for a platform token. */
export function numericCodeOf(known: Currency): string | undefined {
  return factsOf(known).numericCode
}

/** The English name, as ISO 4217 gives it. */
export function currencyNameOf(known: Currency): string {
  return factsOf(known).name
}

function factsOfRow([code, numericCode, exponent, name]: CurrencyRow): [string, CurrencyFacts] {
  return [code, { numericCode, exponent, name }]
}

function factsOf(known: Currency): CurrencyFacts {
  const facts = FACTS.get(known)
  if (facts === undefined) throw new RangeError('a currency that currency() did not check')
  return facts
}
