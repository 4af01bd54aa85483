/** Limits and controls as people read and write them. */
import type {
  CreateMerchantControl,
  CreateSpendLimit,
  MerchantList,
  NewSpendScope,
  SpendFilter,
  SpendWindow,
} from '@openissuer/sdk/operator.ts'

/** `every week, Europe/Berlin`, `the last 24 hours`, `ever` */
export function windowWords(window: SpendWindow): string {
  if (window.kind === 'lifetime') return 'ever'
  if (window.kind === 'fixed') return `every ${window.unit}, ${window.zone}`
  return `the last ${window.length === 1 ? window.unit : `${window.length} ${window.unit}s`}`
}

const RULES: readonly (readonly [keyof SpendFilter, string])[] = [
  ['mccs', 'MCC'],
  ['mccCategories', 'Category'],
  ['merchantIds', 'Merchant'],
  ['countries', 'Country'],
  ['currencies', 'Currency'],
  ['entryModes', 'Entry'],
]

export function ruleWords(rules: SpendFilter): readonly { readonly what: string; readonly values: string }[] {
  return RULES.flatMap(([name, what]) => {
    const values = rules[name]
    return values === undefined ? [] : [{ what, values: values.join(', ') }]
  })
}

/** The fields of a form that lists of a rule are written in, each with commas between its values. */
export type RuleValues = Readonly<Record<string, string>>

/** @param at where the lists stand: `filter`, `allow` */
export function rulesOf(values: RuleValues, at: string): SpendFilter | undefined {
  const lists = RULES.flatMap(([name]) => {
    const list = listOf(values[`${at}.${name}`] ?? '')
    return list.length === 0 ? [] : [[name, list]]
  })
  return lists.length === 0 ? undefined : (Object.fromEntries(lists) as SpendFilter)
}

/** @returns the fields of lists that are known, and empty ones for the others */
export function ruleValues(rules: SpendFilter | null, at: string): Record<string, string> {
  return Object.fromEntries(RULES.map(([name]) => [`${at}.${name}`, rules?.[name]?.join(', ') ?? '']))
}

export function listOf(written: string): readonly string[] {
  return written
    .split(/[,;\n]/)
    .map(part => part.trim())
    .filter(part => part !== '')
}

export const WINDOWS = [
  { value: 'fixed', label: 'a calendar period' },
  { value: 'rolling', label: 'the last hours or days' },
  { value: 'lifetime', label: 'all time' },
] as const

export const UNITS: Readonly<Record<string, readonly string[]>> = {
  fixed: ['day', 'week', 'month', 'year'],
  rolling: ['hour', 'day'],
  lifetime: [],
}

/** The limit that a form describes. What the server refuses goes as it is, so that it is refused with the server's words. */
export function spendLimitOf(values: RuleValues): CreateSpendLimit {
  const filter = rulesOf(values, 'filter')
  return {
    name: text(values, 'name'),
    scope: scopeOf(values),
    window: windowOf(values),
    currency: text(values, 'currency'),
    ...thresholdsOf(values),
    policy: text(values, 'policy') as NonNullable<CreateSpendLimit['policy']>,
    ...(filter === undefined ? {} : { filter }),
  }
}

export function thresholdsOf(values: RuleValues): { maxAmount: string | null; maxCount: number | null } {
  const [amount, count] = [text(values, 'maxAmount'), text(values, 'maxCount')]
  return { maxAmount: amount === '' ? null : amount, maxCount: count === '' ? null : Number(count) }
}

export function controlOf(values: RuleValues): CreateMerchantControl {
  const [allow, block] = [rulesOf(values, 'allow'), rulesOf(values, 'block')] as (MerchantList | undefined)[]
  return {
    name: text(values, 'name'),
    scope: scopeOf(values),
    ...(allow === undefined ? {} : { allow }),
    ...(block === undefined ? {} : { block }),
  }
}

/** Twelve digits name a card by its token, as ids of cards are shorter. */
function scopeOf(values: RuleValues): NewSpendScope {
  const [kind, id] = [text(values, 'scope.kind'), text(values, 'scope.id')]
  if (kind === 'card' && id.length === 12) return { kind, cardToken: id }
  return { kind, id } as NewSpendScope
}

function windowOf(values: RuleValues): SpendWindow {
  const [kind, unit] = [text(values, 'window.kind'), text(values, 'window.unit')]
  if (kind === 'lifetime') return { kind }
  if (kind === 'rolling') return { kind, unit, length: Number(text(values, 'window.length')) } as SpendWindow
  return { kind: 'fixed', unit, zone: text(values, 'window.zone') } as SpendWindow
}

function text(values: RuleValues, name: string): string {
  return (values[name] ?? '').trim()
}
