/**
 * Where a card may be used: allow and block lists by MCC, merchant and country. Lists are compiled once into sets and
 * sorted ranges, and a decision only looks up.
 */
import { isCountry } from '../reference/countries.ts'
import { isMcc, type MccCategory, mccCategory } from '../reference/mcc.ts'
import { type FieldProblem, fieldPath, type Parsed, quote, readChoice, readFields } from './window.ts'

/** What a limit or a control is attached to: one card, or all cards of a cardholder, an account or a card program. */
export type SpendScope = { readonly kind: SpendScopeKind; readonly id: bigint }
export type SpendScopeKind = 'card' | 'cardholder' | 'account' | 'program'

/**
 * Merchants by what is known of them. `mccs` are codes ("5411") and ranges ("3000-3299", both ends included);
 * `merchantIds` are DE 42, whose trailing blanks do not count; `countries` are ISO 3166-1 alpha-2.
 */
export type MerchantList = {
  readonly mccs?: readonly string[]
  readonly mccCategories?: readonly MccCategory[]
  readonly merchantIds?: readonly string[]
  readonly countries?: readonly string[]
}

/** The card acceptor of one request; null where the message does not say. */
export type PurchaseMerchant = {
  readonly mcc: string | null
  readonly merchantId: string | null
  readonly country: string | null
}

export type MerchantControl = {
  readonly partnerId: bigint
  readonly controlId: bigint
  /** what an objection calls it */
  readonly name: string
  readonly scope: SpendScope
  /** only these: each dimension that has a list admits its members only */
  readonly allow?: MerchantList
  /** never these, even where `allow` has them */
  readonly block?: MerchantList
}

/** The parts of a merchant that a list can be about; codes, ranges and categories are one dimension. */
export type ControlDimension = 'merchant' | 'mcc' | 'country'

/** The decline reason is `${dimension}-blocked`, whichever list objected. */
export type ControlObjection = {
  readonly dimension: ControlDimension
  readonly control: string
  readonly list: 'block' | 'allow'
  /** what the request said in this dimension */
  readonly value: string | null
}

export type CompiledMerchantControl = {
  readonly control: MerchantControl
  readonly allow: CompiledMerchantList
  readonly block: CompiledMerchantList
}

/** Null where the list does not speak of a dimension. */
type CompiledMerchantList = {
  readonly mccs: MccRanges | null
  readonly merchantIds: ReadonlySet<string> | null
  readonly countries: ReadonlySet<string> | null
}

/**
 * The first control that objects to a merchant; undefined when all let it pass. Controls stack: each has a veto, and
 * they speak in the order given (`stackControls`). Within a control merchant goes before MCC before country, and in a
 * dimension block goes before allow. A dimension that the message leaves empty or garbled is in no list: it is never
 * blocked, and an allow list refuses it.
 */
export function controlObjection(
  controls: readonly CompiledMerchantControl[],
  purchase: PurchaseMerchant,
): ControlObjection | undefined {
  for (const compiled of controls) {
    const { allow, block, control } = compiled
    const { merchantId, mcc, country } = purchase
    const merchant = verdict(block.merchantIds, allow.merchantIds, merchantId, hasMerchantId)
    if (merchant !== undefined)
      return { dimension: 'merchant', control: control.name, list: merchant, value: merchantId }
    const code = verdict(block.mccs, allow.mccs, mcc, hasMcc)
    if (code !== undefined) return { dimension: 'mcc', control: control.name, list: code, value: mcc }
    const land = verdict(block.countries, allow.countries, country, hasText)
    if (land !== undefined) return { dimension: 'country', control: control.name, list: land, value: country }
  }
  return undefined
}

/** Which of the two lists of a dimension objects. */
function verdict<L>(
  block: L | null,
  allow: L | null,
  value: string | null,
  has: (list: L, value: string | null) => boolean,
): 'block' | 'allow' | undefined {
  if (block !== null && has(block, value)) return 'block'
  if (allow !== null && !has(allow, value)) return 'allow'
  return undefined
}

/** Compiles controls and puts them in the order in which they speak: by control id. */
export function stackControls(controls: readonly MerchantControl[]): readonly CompiledMerchantControl[] {
  return controls.toSorted((a, b) => (a.controlId < b.controlId ? -1 : 1)).map(compileMerchantControl)
}

export function compileMerchantControl(control: MerchantControl): CompiledMerchantControl {
  return { control, allow: compileMerchantList(control.allow ?? {}), block: compileMerchantList(control.block ?? {}) }
}

function compileMerchantList(list: MerchantList): CompiledMerchantList {
  const ranges = [...mccRangesOf(list.mccs ?? []), ...mccRangesOfCategories(list.mccCategories ?? [])]
  return {
    mccs: list.mccs === undefined && list.mccCategories === undefined ? null : mergeRanges(ranges),
    merchantIds: list.merchantIds === undefined ? null : merchantIdSet(list.merchantIds),
    countries: list.countries === undefined ? null : new Set(list.countries),
  }
}

/**
 * Disjoint ranges of codes in order, both ends included: from, to, from, to … A set of the codes themselves would be
 * ten thousand entries for `other`, and there is one list for each limit of each card.
 */
export type MccRanges = readonly number[]

/** Codes and ranges in the text form of `MerchantList.mccs`. */
export function compileMccs(mccs: readonly string[]): MccRanges {
  return mergeRanges(mccRangesOf(mccs))
}

export function compileMccCategories(categories: readonly MccCategory[]): MccRanges {
  return mergeRanges(mccRangesOfCategories(categories))
}

/** Whether a code is in one of the ranges; a missing or malformed code is in none. */
export function hasMcc(ranges: MccRanges, mcc: string | null): boolean {
  const code = mccNumber(mcc)
  if (code < 0) return false
  let low = 0
  let high = ranges.length / 2
  while (low < high) {
    const middle = (low + high) >>> 1
    if (code < (ranges[2 * middle] ?? 0)) high = middle
    else if (code > (ranges[2 * middle + 1] ?? 0)) low = middle + 1
    else return true
  }
  return false
}

/** Whether two compiled lists have a code in common. */
export function mccRangesMeet(left: MccRanges, right: MccRanges): boolean {
  return pairs(left).some(([from, to]) => pairs(right).some(other => from <= other[1] && other[0] <= to))
}

export function merchantIdSet(merchantIds: readonly string[]): ReadonlySet<string> {
  return new Set(merchantIds.map(withoutPadding))
}

export function hasMerchantId(set: ReadonlySet<string>, merchantId: string | null): boolean {
  return merchantId !== null && set.has(withoutPadding(merchantId))
}

export function hasText(set: ReadonlySet<string>, value: string | null): boolean {
  return value !== null && set.has(value)
}

/** DE 42 is a fixed field of 15 characters, filled up with blanks. */
function withoutPadding(merchantId: string): string {
  return merchantId.endsWith(' ') ? merchantId.replace(/ +$/, '') : merchantId
}

/** The number of a well-formed code, else -1. */
function mccNumber(mcc: string | null): number {
  if (mcc === null || mcc.length !== 4) return -1
  let code = 0
  for (let index = 0; index < 4; index += 1) {
    const digit = mcc.charCodeAt(index) - 48
    if (digit < 0 || digit > 9) return -1
    code = code * 10 + digit
  }
  return code
}

type Range = readonly [from: number, to: number]

function mccRangesOf(mccs: readonly string[]): Range[] {
  return mccs.map(text => {
    const range = parseMccRange(text)
    if (range === undefined) throw new Error(`${quote(text)} is not an MCC or a range of MCCs`)
    return range
  })
}

function parseMccRange(text: string): Range | undefined {
  const [from = '', to = from, ...rest] = text.split('-')
  if (rest.length > 0 || !isMcc(from) || !isMcc(to) || to < from) return undefined
  return [mccNumber(from), mccNumber(to)]
}

function mccRangesOfCategories(categories: readonly MccCategory[]): Range[] {
  return categories.flatMap(category => rangesByCategory().get(category) ?? [])
}

let rangesByCategoryMemo: ReadonlyMap<MccCategory, readonly Range[]> | undefined

/** Asks `mccCategory` about all ten thousand codes, once (some milliseconds). */
function rangesByCategory(): ReadonlyMap<MccCategory, readonly Range[]> {
  if (rangesByCategoryMemo !== undefined) return rangesByCategoryMemo
  const codes = new Map<MccCategory, Range[]>()
  for (let code = 0; code <= 9999; code += 1) {
    const category = mccCategory(String(code).padStart(4, '0'))
    const ofCategory = codes.get(category) ?? []
    ofCategory.push([code, code])
    codes.set(category, ofCategory)
  }
  rangesByCategoryMemo = new Map([...codes].map(([category, ranges]) => [category, pairs(mergeRanges(ranges))]))
  return rangesByCategoryMemo
}

/** Joins ranges that touch or overlap. */
function mergeRanges(ranges: readonly Range[]): MccRanges {
  const merged: number[] = []
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const lastTo = merged.at(-1)
    if (lastTo !== undefined && from <= lastTo + 1) merged[merged.length - 1] = Math.max(lastTo, to)
    else merged.push(from, to)
  }
  return merged
}

function pairs(ranges: MccRanges): Range[] {
  return ranges.flatMap((from, index) => (index % 2 === 0 ? [[from, ranges[index + 1] ?? from] satisfies Range] : []))
}

/** What an operator says of a control; the ids come from elsewhere. */
export type MerchantControlTerms = Omit<MerchantControl, 'partnerId' | 'controlId'>

/** Reads a control from parsed JSON: `MerchantControlTerms` with ids as text of digits. */
export function parseMerchantControlTerms(json: unknown): Parsed<MerchantControlTerms> {
  const problems: FieldProblem[] = []
  const fields = readFields(json, ['name', 'scope', 'allow', 'block'], '', problems)
  if (fields === undefined) return { ok: false, problems: [{ field: 'control', problem: 'is not an object' }] }
  const name = readName(fields['name'], 'name', problems)
  const scope = readScope(fields['scope'], 'scope', problems)
  const allow = fields['allow'] === undefined ? undefined : readList(fields['allow'], 'allow', problems)
  const block = fields['block'] === undefined ? undefined : readList(fields['block'], 'block', problems)
  if (fields['allow'] === undefined && fields['block'] === undefined) {
    problems.push({ field: 'allow', problem: 'and block are both missing; a control needs at least one' })
  }
  if (name === undefined || scope === undefined || problems.length > 0) return { ok: false, problems }
  return {
    ok: true,
    value: { name, scope, ...(allow === undefined ? {} : { allow }), ...(block === undefined ? {} : { block }) },
  }
}

function readList(json: unknown, field: string, problems: FieldProblem[]): MerchantList | undefined {
  const fields = readFields(json, MERCHANT_LIST_FIELDS, field, problems)
  if (fields === undefined) return undefined
  const list = readMerchantList(fields, field, problems)
  if (Object.keys(fields).length === 0) problems.push({ field, problem: 'lists nothing; leave it out instead' })
  return list
}

export const MERCHANT_LIST_FIELDS: readonly string[] = ['mccs', 'mccCategories', 'merchantIds', 'countries']

/** Reads the fields of a `MerchantList`; what has a problem is left out. */
export function readMerchantList(
  fields: Readonly<Record<string, unknown>>,
  field: string,
  problems: FieldProblem[],
): MerchantList {
  const { mccs, mccCategories, merchantIds, countries } = fields
  return {
    ...(mccs === undefined ? {} : { mccs: readItems(mccs, readMccItem, fieldPath(field, 'mccs'), problems) }),
    ...(mccCategories === undefined
      ? {}
      : { mccCategories: readItems(mccCategories, readCategory, fieldPath(field, 'mccCategories'), problems) }),
    ...(merchantIds === undefined
      ? {}
      : { merchantIds: readItems(merchantIds, readMerchantId, fieldPath(field, 'merchantIds'), problems) }),
    ...(countries === undefined
      ? {}
      : { countries: readItems(countries, readCountry, fieldPath(field, 'countries'), problems) }),
  }
}

export const LIST_LENGTH_MAX = 1000

/** Reads a list of 1 to `LIST_LENGTH_MAX` items; each bad one is a problem of its own, named by its place. */
export function readItems<T>(
  json: unknown,
  readItem: (item: unknown, field: string, problems: FieldProblem[]) => T | undefined,
  field: string,
  problems: FieldProblem[],
): T[] {
  if (!Array.isArray(json)) {
    problems.push({ field, problem: 'is not a list' })
    return []
  }
  if (json.length === 0) problems.push({ field, problem: 'is empty; leave it out for any' })
  if (json.length > LIST_LENGTH_MAX) {
    problems.push({ field, problem: `has ${json.length} entries, more than ${LIST_LENGTH_MAX}` })
    return []
  }
  return json.flatMap((item: unknown, index) => readItem(item, `${field}[${index}]`, problems) ?? [])
}

function readMccItem(item: unknown, field: string, problems: FieldProblem[]): string | undefined {
  if (typeof item !== 'string' || parseMccRange(item) === undefined) {
    const given = typeof item === 'string' ? `${quote(item)} is` : 'is'
    problems.push({ field, problem: `${given} neither an MCC ("5411") nor a range of MCCs ("3000-3299")` })
    return undefined
  }
  return item
}

const MCC_CATEGORIES = Object.keys({
  airline: true,
  'car-rental': true,
  lodging: true,
  cruise: true,
  fuel: true,
  cash: true,
  'quasi-cash': true,
  gambling: true,
  other: true,
} satisfies Record<MccCategory, true>) as MccCategory[]

function readCategory(item: unknown, field: string, problems: FieldProblem[]): MccCategory | undefined {
  return readChoice(item, MCC_CATEGORIES, field, problems)
}

/** Wider than DE 42 (15), for simulated merchants. */
const MERCHANT_ID_LENGTH_MAX = 32

function readMerchantId(item: unknown, field: string, problems: FieldProblem[]): string | undefined {
  if (typeof item === 'string') {
    const merchantId = withoutPadding(item)
    if (merchantId !== '' && merchantId.length <= MERCHANT_ID_LENGTH_MAX) return merchantId
  }
  problems.push({ field, problem: `is not text of 1 to ${MERCHANT_ID_LENGTH_MAX} characters` })
  return undefined
}

function readCountry(item: unknown, field: string, problems: FieldProblem[]): string | undefined {
  if (typeof item === 'string' && isCountry(item)) return item
  const given = typeof item === 'string' ? `${quote(item)} is` : 'is'
  problems.push({ field, problem: `${given} not a country code of ISO 3166-1 alpha-2, such as "DE"` })
  return undefined
}

export const NAME_LENGTH_MAX = 64

/** A name that fits on one line of a trace. */
export function readName(value: unknown, field: string, problems: FieldProblem[]): string | undefined {
  if (typeof value === 'string' && value.length <= NAME_LENGTH_MAX && /^\S(?:.*\S)?$/u.test(value)) {
    if (!/\p{C}/u.test(value)) return value
  }
  const problem = `is not text of 1 to ${NAME_LENGTH_MAX} visible characters without blanks at its ends`
  problems.push({ field, problem: value === undefined ? 'is missing' : problem })
  return undefined
}

const SCOPE_KINDS: readonly SpendScopeKind[] = ['card', 'cardholder', 'account', 'program']

export function readScope(json: unknown, field: string, problems: FieldProblem[]): SpendScope | undefined {
  const fields = readFields(json, ['kind', 'id'], field, problems)
  if (fields === undefined) return undefined
  const kind = readChoice(fields['kind'], SCOPE_KINDS, fieldPath(field, 'kind'), problems)
  const { id } = fields
  if (typeof id !== 'string' || !/^[1-9]\d{0,17}$/.test(id)) {
    const problem = id === undefined ? 'is missing' : 'is not an id: text of 1 to 18 digits, without leading zeros'
    problems.push({ field: fieldPath(field, 'id'), problem })
    return undefined
  }
  return kind === undefined ? undefined : { kind, id: BigInt(id) }
}
