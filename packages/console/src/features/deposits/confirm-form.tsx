import { Text } from '@mantine/core'
import type { Deposit } from '@openissuer/sdk/operator.ts'
import { AmountText } from '../../components/amount.tsx'
import { Form, MoneyInput } from '../../components/form.tsx'
import { api } from '../../lib/api.ts'
import { useFields } from '../../lib/fields.ts'
import { formatMoney } from '../../lib/money.ts'
import { useAction } from '../../lib/use-action.ts'
import { isExchanged } from './deposits.ts'

type ConfirmFormProps = { readonly partnerId: string; readonly deposit: Deposit; readonly close: () => void }

/** Credits a deposit whose money has arrived. */
export default function ConfirmForm({ partnerId, deposit, close }: ConfirmFormProps) {
  const { depositId, payAmount, creditCurrency } = deposit
  const fields = useFields({ amount: isExchanged(deposit) ? '' : payAmount.amount })
  const confirm = useAction({
    call: () =>
      api.deposits.confirm(partnerId, depositId, { amount: fields.values.amount.trim(), currency: creditCurrency }),
    done: ({ creditAmount }) => `${creditAmount === null ? 'The money' : formatMoney(creditAmount)} is credited.`,
    changes: [
      ['deposits', partnerId],
      ['accounts', partnerId],
    ],
    quiet: true,
    onDone: close,
  })
  return (
    <Form submitLabel="Credit the account" fields={fields} submit={() => confirm.mutateAsync()} cancel={close}>
      <Text>
        Announced: <AmountText value={payAmount} />. This cannot be undone.
      </Text>
      <MoneyInput
        {...fields.text('amount')}
        label="What has arrived"
        description={`Credited to account ${deposit.accountId}`}
        currency={creditCurrency}
        required
      />
    </Form>
  )
}
