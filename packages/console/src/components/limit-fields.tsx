import { TextInput } from '@mantine/core'
import type { CardLimitTerms, LimitOfCard, Money } from '@openissuer/sdk/operator.ts'
import type { Fields } from '../lib/fields.ts'
import { formatDecimal } from '../lib/money.ts'
import { FieldRow, MoneyInput } from './form.tsx'

export type LimitValues = {
  readonly dailyCount: string
  readonly singleAmount: string
  readonly dailyAmount: string
  readonly monthlyAmount: string
  readonly totalAmount: string
}

export function limitFieldsOf(limit: CardLimitTerms | null): LimitValues {
  return {
    dailyCount: limit === null ? '' : String(limit.dailyCount),
    singleAmount: limit?.singleAmount.amount ?? '',
    dailyAmount: limit?.dailyAmount.amount ?? '',
    monthlyAmount: limit?.monthlyAmount.amount ?? '',
    totalAmount: limit?.totalAmount?.amount ?? '',
  }
}

/** A count that is no number goes as it is, so that the server names the field. */
export function limitTermsOf(values: LimitValues, currency: string): CardLimitTerms {
  const money = (amount: string): Money => ({ amount: amount.trim(), currency })
  return {
    dailyCount: values.dailyCount.trim() === '' ? Number.NaN : Number(values.dailyCount),
    singleAmount: money(values.singleAmount),
    dailyAmount: money(values.dailyAmount),
    monthlyAmount: money(values.monthlyAmount),
    totalAmount: values.totalAmount.trim() === '' ? null : money(values.totalAmount),
  }
}

type LimitFieldsProps = {
  readonly fields: Fields<LimitValues>
  readonly ceilings: LimitOfCard['ceilings']
}

export function LimitFields({ fields, ceilings }: LimitFieldsProps) {
  const { currency } = ceilings.singleAmount
  const most = ({ amount }: Money) => `At most ${formatDecimal(amount)}`
  return (
    <>
      <FieldRow>
        <MoneyInput
          {...fields.text('singleAmount')}
          label="Single purchase"
          description={most(ceilings.singleAmount)}
          currency={currency}
          required
        />
        <TextInput
          {...fields.text('dailyCount')}
          label="Purchases a day"
          description={`At most ${formatDecimal(String(ceilings.dailyCount))}`}
          inputMode="numeric"
          required
        />
      </FieldRow>
      <FieldRow>
        <MoneyInput
          {...fields.text('dailyAmount')}
          label="A day"
          description={most(ceilings.dailyAmount)}
          currency={currency}
          required
        />
        <MoneyInput
          {...fields.text('monthlyAmount')}
          label="A month"
          description={most(ceilings.monthlyAmount)}
          currency={currency}
          required
        />
      </FieldRow>
      <MoneyInput
        {...fields.text('totalAmount')}
        label="In all"
        description="Over the life of the card; empty for none"
        currency={currency}
      />
    </>
  )
}
