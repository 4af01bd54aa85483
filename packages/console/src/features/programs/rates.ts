/** Terms of a program in percent, as they are typed and read; the API has basis points. */
import type { Program, ProgramTerms } from '@openissuer/sdk/operator.ts'
import { isDecimal, movePoint } from '../../lib/decimal.ts'

export type TermValues = Readonly<Record<keyof ProgramTerms, string>>

/** What each term means, in the order of the page. */
export const TERMS: readonly {
  readonly name: keyof ProgramTerms
  readonly label: string
  readonly meaning: string
  readonly unit: 'percent' | 'days'
}[] = [
  { name: 'fxMarkupBps', label: 'Exchange mark-up', meaning: 'Added to the exchange rate', unit: 'percent' },
  {
    name: 'foreignFeeBps',
    label: 'Foreign fee',
    meaning: 'On clearings in another currency, of the billing amount',
    unit: 'percent',
  },
  {
    name: 'clearingToleranceBps',
    label: 'Clearing tolerance',
    meaning: 'How far above its hold a clearing may post without being forced',
    unit: 'percent',
  },
  { name: 'holdDays', label: 'Hold', meaning: 'How long a hold lives', unit: 'days' },
  { name: 'longHoldDays', label: 'Long hold', meaning: 'The same for lodging and car rental', unit: 'days' },
]

/** `150` basis points as `1.5` */
export function percentOf(basisPoints: number): string {
  return movePoint(String(basisPoints), -2)
}

export function termValuesOf(program: Program): TermValues {
  return Object.fromEntries(
    TERMS.map(({ name, unit }) => [name, unit === 'percent' ? percentOf(program[name]) : String(program[name])]),
  ) as TermValues
}

/** What is wrong with what is typed for a term; undefined when nothing is. */
export function faultOfTerm(unit: 'percent' | 'days', text: string): string | undefined {
  const bare = text.trim()
  if (unit === 'percent') {
    return isDecimal(bare, 2) && Number(bare) <= 100
      ? undefined
      : 'A percentage from 0 to 100 with at most two decimals'
  }
  return /^[1-9]\d{0,2}$/.test(bare) && Number(bare) <= 366 ? undefined : 'Days from 1 to 366'
}

/** What is to be another than it is. */
export function changedTerms(program: Program, values: TermValues): Partial<ProgramTerms> {
  const wanted = TERMS.map(({ name, unit }) => {
    const bare = values[name].trim()
    return [name, Number(unit === 'percent' ? movePoint(bare, 2) : bare)] as const
  })
  return Object.fromEntries(wanted.filter(([name, value]) => value !== program[name]))
}
