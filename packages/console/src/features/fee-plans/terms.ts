/** The terms of a fee plan as lines that people read, and the form's fields as terms. */
import type { Allowance, CreateFeePlan, FeePlan } from '@openissuer/sdk/operator.ts'
import { isDecimal, movePoint } from '../../lib/decimal.ts'
import { formatDecimal, formatMoney, isZero } from '../../lib/money.ts'

export type FeeLine = {
  readonly fee: string
  readonly when: string
  /** null where it costs nothing */
  readonly price: string | null
}

export function feeLines({ currency, terms }: FeePlan): readonly FeeLine[] {
  const money = (amount: string) => (isZero({ amount, currency }) ? null : formatMoney({ amount, currency }))
  const from = (amount: string, words: string) => (money(amount) === null ? '' : ` ${words} ${money(amount)}`)
  const cash = rateOf(terms.cashRate)
  const [cashLeast, small] = [money(terms.cashLeast), money(terms.small)]
  return [
    { fee: 'Card', when: 'When it is made, from the reserve', price: money(terms.issue) },
    { fee: 'Purchase', when: `With its clearing, in ${currency}`, price: rateOf(terms.purchaseRate) },
    {
      fee: 'Cross-border purchase',
      when: 'With its clearing, in another currency',
      price: rateOf(terms.crossBorderRate),
    },
    {
      fee: 'Small purchase',
      when: `With its clearing${from(terms.smallBelow, 'of less than')}`,
      // nothing is below zero
      price: money(terms.smallBelow) === null ? null : withFree(small, terms.smallFree),
    },
    {
      fee: 'Cash withdrawal',
      when: 'With its clearing',
      price: joined(cash, cashLeast, cash === null ? 'at least' : ', at least'),
    },
    { fee: 'Refund', when: 'With the refund', price: rateOf(terms.refundRate) },
    {
      fee: 'Cancelled purchase',
      when: `With the reversal that leaves nothing${from(terms.cancelFrom, 'of a purchase of at least')}`,
      price: money(terms.cancel),
    },
    { fee: 'Decline', when: 'After the decision', price: withFree(money(terms.decline), terms.declineFree) },
    { fee: 'Verification', when: 'After the decision', price: money(terms.verification) },
    managementLine(terms.management, currency),
  ]
}

function joined(first: string | null, second: string | null, between: string): string | null {
  if (second === null) return first
  return first === null ? `${between} ${second}` : `${first}${between} ${second}`
}

/** `0.015000` as `1.5 %` */
function rateOf(fraction: string): string | null {
  const percent = movePoint(fraction, 2)
  return percent === '0' ? null : `${formatDecimal(percent)} %`
}

function withFree(price: string | null, { period, count, days }: Allowance): string | null {
  if (price === null || period === 'none' || count === 0) return price
  const window = period === 'forever' ? "in the card's life" : days === 1 ? 'a day' : `in ${days} days`
  return `${price} after ${count} free ${window}`
}

function managementLine(management: FeePlan['terms']['management'], currency: string): FeeLine {
  const { cycle, amount, waiver, waiverFrom, closesUnpaid } = management
  const fee = 'Management'
  if (cycle === 'none' || isZero({ amount, currency })) return { fee, when: 'Never', price: null }
  const waived =
    waiver === 'none'
      ? ''
      : `, unless ${waiver === 'count' ? `${waiverFrom} purchases and withdrawals` : formatMoney({ amount: waiverFrom, currency })} were reached in the one before`
  const unpaid = closesUnpaid ? ' A card that cannot pay is closed.' : ''
  return {
    fee,
    when: `At the start of each ${cycle} (UTC)${waived}.${unpaid}`,
    price: `${formatMoney({ amount, currency })} a ${cycle}`,
  }
}

/** What is typed; rates in percent. */
export type FeePlanValues = {
  readonly name: string
  readonly currency: string
  readonly issue: string
  readonly purchaseRate: string
  readonly crossBorderRate: string
  readonly smallBelow: string
  readonly small: string
  readonly 'smallFree.period': string
  readonly 'smallFree.count': string
  readonly 'smallFree.days': string
  readonly refundRate: string
  readonly cancel: string
  readonly cancelFrom: string
  readonly decline: string
  readonly 'declineFree.period': string
  readonly 'declineFree.count': string
  readonly 'declineFree.days': string
  readonly cashRate: string
  readonly cashLeast: string
  readonly verification: string
  readonly 'management.cycle': string
  readonly 'management.amount': string
  readonly 'management.waiver': string
  readonly 'management.waiverFrom': string
}

export const FREE: FeePlanValues = {
  name: '',
  currency: 'USD',
  issue: '',
  purchaseRate: '',
  crossBorderRate: '',
  smallBelow: '',
  small: '',
  'smallFree.period': 'none',
  'smallFree.count': '',
  'smallFree.days': '',
  refundRate: '',
  cancel: '',
  cancelFrom: '',
  decline: '',
  'declineFree.period': 'none',
  'declineFree.count': '',
  'declineFree.days': '',
  cashRate: '',
  cashLeast: '',
  verification: '',
  'management.cycle': 'none',
  'management.amount': '',
  'management.waiver': 'none',
  'management.waiverFrom': '',
}

const AMOUNTS = [
  'issue',
  'smallBelow',
  'small',
  'cancel',
  'cancelFrom',
  'decline',
  'cashLeast',
  'verification',
] as const
const RATES = ['purchaseRate', 'crossBorderRate', 'refundRate', 'cashRate'] as const

/** A rate has six decimals as a fraction, so four in percent. */
export function isPercent(text: string): boolean {
  return isDecimal(text, 4) && Number(text) <= 100
}

/** Which fields hold what cannot be sent, with the reason. How many decimals a currency has is for the server to say. */
export function faultsOf(values: FeePlanValues): Partial<Record<keyof FeePlanValues, string>> {
  const amounts: readonly (keyof FeePlanValues)[] = [
    ...AMOUNTS,
    'management.amount' as const,
    ...(waivesBy(values) === 'amount' ? [WAIVER] : []),
  ]
  const counts = [...countsOf(values, 'smallFree'), ...countsOf(values, 'declineFree')]
  return Object.fromEntries([
    ...RATES.filter(name => filled(values[name]) && !isPercent(values[name].trim())).map(name => [
      name,
      'A percentage from 0 to 100 with at most four decimals',
    ]),
    ...amounts
      .filter(name => filled(values[name]) && !isDecimal(values[name].trim(), 4))
      .map(name => [name, 'An amount such as 0.50']),
    ...counts.filter(name => !isCount(values[name])).map(name => [name, 'A whole number of at least 1']),
    ...(waivesBy(values) === 'count' && !isCount(values[WAIVER]) ? [[WAIVER, 'A whole number of at least 1']] : []),
    ...(waivesBy(values) === 'amount' && !filled(values[WAIVER]) ? [[WAIVER, 'Needed']] : []),
  ])
}

const WAIVER = 'management.waiverFrom' as const

function filled(text: string): boolean {
  return text.trim() !== ''
}

function isCount(text: string): boolean {
  return /^[1-9]\d{0,5}$/.test(text.trim())
}

function countsOf(values: FeePlanValues, allowance: 'smallFree' | 'declineFree') {
  const period = values[`${allowance}.period`]
  if (period === 'none') return []
  return period === 'day' ? ([`${allowance}.count`, `${allowance}.days`] as const) : ([`${allowance}.count`] as const)
}

function waivesBy(values: FeePlanValues): string {
  return values['management.cycle'] === 'none' ? 'none' : values['management.waiver']
}

/** @param closesUnpaid whether a card that cannot pay its management fee is closed */
export function feePlanOf(values: FeePlanValues, closesUnpaid: boolean): CreateFeePlan {
  const amounts = AMOUNTS.filter(name => filled(values[name])).map(name => [name, values[name].trim()])
  const rates = RATES.filter(name => filled(values[name])).map(name => [name, movePoint(values[name].trim(), -2)])
  return {
    name: values.name.trim(),
    currency: values.currency.trim().toUpperCase(),
    terms: {
      ...(Object.fromEntries([...amounts, ...rates]) as CreateFeePlan['terms']),
      ...(values['smallFree.period'] === 'none' ? {} : { smallFree: allowanceOf(values, 'smallFree') }),
      ...(values['declineFree.period'] === 'none' ? {} : { declineFree: allowanceOf(values, 'declineFree') }),
      ...(values['management.cycle'] === 'none' ? {} : { management: managementOf(values, closesUnpaid) }),
    },
  }
}

function allowanceOf(values: FeePlanValues, allowance: 'smallFree' | 'declineFree'): Allowance {
  const period = values[`${allowance}.period`] as Allowance['period']
  const days = period === 'day' ? Number(values[`${allowance}.days`]) : 0
  return { period, count: Number(values[`${allowance}.count`]), days }
}

function managementOf(values: FeePlanValues, closesUnpaid: boolean): NonNullable<CreateFeePlan['terms']['management']> {
  type Management = FeePlan['terms']['management']
  const waiver = waivesBy(values) as Management['waiver']
  return {
    cycle: values['management.cycle'] as Management['cycle'],
    ...(filled(values['management.amount']) ? { amount: values['management.amount'].trim() } : {}),
    waiver,
    ...(waiver === 'none' ? {} : { waiverFrom: values[WAIVER].trim() }),
    closesUnpaid,
  }
}
