/** Spend limits as operators write them: read from JSON with every problem named, and written back. */
import { ENTRY_MODES, type EntryMode } from '../authorization/authorization.ts'
import { type Amount, formatDecimal, parseDecimal } from '../money/amount.ts'
import { type Currency, exponentOf, isCurrency } from '../money/currency.ts'
import {
  compileMccCategories,
  compileMccs,
  MERCHANT_LIST_FIELDS,
  mccRangesMeet,
  readItems,
  readMerchantList,
  readName,
  readScope,
} from './merchant-controls.ts'
import { DEFAULT_USAGE_POLICY, type SpendFilter, type SpendLimit, type UsagePolicyName } from './spend-limit.ts'
import {
  type FieldProblem,
  fieldPath,
  type Parsed,
  parseWindowSpec,
  quote,
  readChoice,
  readFields,
  readWhole,
} from './window.ts'

/** What an operator says of a limit; the ids come from elsewhere. */
export type SpendLimitTerms = Omit<SpendLimit, 'partnerId' | 'limitId'>

/** As the column of a count. */
export const COUNT_MAX = 2_147_483_647

const TERMS_FIELDS: readonly string[] = [
  'name',
  'scope',
  'window',
  'currency',
  'maxAmount',
  'maxCount',
  'filter',
  'policy',
]

/**
 * Reads a limit from parsed JSON, as `spendLimitJson` writes it: `maxAmount` in major units as text, ids as text.
 * `filter` may be absent for any purchase, `policy` for the standard one. Zero is refused for both thresholds: who
 * means "no limit" must not get one that nothing fits.
 *
 * @returns the terms, or one problem for each thing that is wrong
 */
export function parseSpendLimitTerms(json: unknown): Parsed<SpendLimitTerms> {
  const problems: FieldProblem[] = []
  const fields = readFields(json, TERMS_FIELDS, '', problems)
  if (fields === undefined) return { ok: false, problems: [{ field: 'limit', problem: 'is not an object' }] }
  const name = readName(fields['name'], 'name', problems)
  const scope = readScope(fields['scope'], 'scope', problems)
  const window = parseWindowSpec(fields['window'], 'window')
  if (!window.ok) problems.push(...window.problems)
  const currency = readCurrency(fields['currency'], 'currency', problems)
  const maxAmount = readMaxAmount(fields['maxAmount'] ?? null, currency, 'maxAmount', problems)
  const maxCount =
    (fields['maxCount'] ?? null) === null
      ? null
      : (readWhole(fields['maxCount'], 1, COUNT_MAX, 'maxCount', problems) ?? null)
  if ((fields['maxAmount'] ?? null) === null && (fields['maxCount'] ?? null) === null) {
    problems.push({ field: 'maxAmount', problem: 'and maxCount are both missing; a limit needs at least one' })
  }
  const filter = fields['filter'] === undefined ? {} : readFilter(fields['filter'], 'filter', problems)
  const policy =
    fields['policy'] === undefined
      ? DEFAULT_USAGE_POLICY
      : readChoice(fields['policy'], USAGE_POLICY_NAMES, 'policy', problems)
  if (
    problems.length > 0 ||
    name === undefined ||
    scope === undefined ||
    !window.ok ||
    currency === undefined ||
    policy === undefined
  ) {
    return { ok: false, problems }
  }
  return { ok: true, value: { name, scope, window: window.value, currency, maxAmount, maxCount, filter, policy } }
}

const USAGE_POLICY_NAMES: readonly UsagePolicyName[] = ['standard', 'refunds-return', 'cleared-spend']

function readCurrency(value: unknown, field: string, problems: FieldProblem[]): Currency | undefined {
  if (typeof value === 'string' && isCurrency(value)) return value
  const given = typeof value === 'string' ? `${quote(value)} is` : 'is'
  problems.push({ field, problem: value === undefined ? 'is missing' : `${given} not a known currency` })
  return undefined
}

function readMaxAmount(
  value: unknown,
  currency: Currency | undefined,
  field: string,
  problems: FieldProblem[],
): Amount | null {
  if (value === null) return null
  if (typeof value !== 'string') {
    problems.push({ field, problem: 'is not text, such as "250.00"' })
    return null
  }
  // without a currency the number of decimals is not known, and the currency is a problem already
  if (currency === undefined) return null
  const amount = parseDecimal(value, currency)
  if (amount !== undefined && amount.minor > 0n) return amount
  const decimals = exponentOf(currency)
  const problem = `is not a positive amount of ${currency} with at most ${decimals} decimals`
  problems.push({ field, problem: `${quote(value)} ${problem}` })
  return null
}

function readFilter(json: unknown, field: string, problems: FieldProblem[]): SpendFilter {
  const fields = readFields(json, [...MERCHANT_LIST_FIELDS, 'currencies', 'entryModes'], field, problems)
  if (fields === undefined) return {}
  const { currencies, entryModes } = fields
  const problemsBefore = problems.length
  const filter: SpendFilter = {
    ...readMerchantList(fields, field, problems),
    ...(currencies === undefined
      ? {}
      : { currencies: readItems(currencies, readCurrency, fieldPath(field, 'currencies'), problems) }),
    ...(entryModes === undefined
      ? {}
      : { entryModes: readItems(entryModes, readEntryMode, fieldPath(field, 'entryModes'), problems) }),
  }
  if (
    problems.length === problemsBefore &&
    filter.mccs !== undefined &&
    filter.mccCategories !== undefined &&
    !mccRangesMeet(compileMccs(filter.mccs), compileMccCategories(filter.mccCategories))
  ) {
    problems.push({ field: fieldPath(field, 'mccs'), problem: 'and mccCategories have no MCC in common' })
  }
  return filter
}

function readEntryMode(item: unknown, field: string, problems: FieldProblem[]): EntryMode | undefined {
  return readChoice(item, ENTRY_MODES, field, problems)
}

/** The terms as JSON; `parseSpendLimitTerms` reads them back. */
export function spendLimitJson(terms: SpendLimitTerms) {
  const { name, scope, window, currency, maxAmount, maxCount, filter, policy } = terms
  return {
    name,
    scope: { kind: scope.kind, id: String(scope.id) },
    window,
    currency,
    maxAmount: maxAmount === null ? null : formatDecimal(maxAmount),
    maxCount,
    filter,
    policy,
  }
}

/**
 * Holds a limit against all that `parseSpendLimitTerms` asks for, as after reading it back from storage.
 * @throws Error naming each field that is wrong; it is a bug, not a refusal
 */
export function assertSpendLimit(limit: SpendLimit): void {
  const { partnerId, limitId, ...terms } = limit
  const problems: FieldProblem[] = []
  if (partnerId <= 0n) problems.push({ field: 'partnerId', problem: 'is not positive' })
  if (limitId <= 0n) problems.push({ field: 'limitId', problem: 'is not positive' })
  if (terms.maxAmount !== null && terms.maxAmount.currency !== terms.currency) {
    problems.push({ field: 'maxAmount', problem: `is in ${terms.maxAmount.currency}, the limit in ${terms.currency}` })
  }
  const parsed = parseSpendLimitTerms(spendLimitJson(terms))
  if (!parsed.ok) problems.push(...parsed.problems)
  if (problems.length > 0) {
    throw new Error(`spend limit ${limitId}: ${problems.map(({ field, problem }) => `${field} ${problem}`).join('; ')}`)
  }
}
