import { TextInput } from '@mantine/core'
import type { CardMovement, CardWithDetails } from '@openissuer/sdk/operator.ts'
import { Form, MoneyInput } from '../../components/form.tsx'
import { FundingAccountInput } from '../../components/funding-account-input.tsx'
import { api } from '../../lib/api.ts'
import { given, useFields } from '../../lib/fields.ts'
import { formatMoney } from '../../lib/money.ts'
import { useAction } from '../../lib/use-action.ts'

type Way = 'load' | 'unload'

const WORDS: Readonly<Record<Way, { submit: string; account: string; done: string }>> = {
  load: { submit: 'Load the card', account: 'From the funding account', done: 'loaded' },
  unload: { submit: 'Unload the card', account: 'To the funding account', done: 'unloaded' },
}

export default function MoveForm({
  card,
  way,
  close,
}: {
  readonly card: CardWithDetails
  readonly way: Way
  readonly close: () => void
}) {
  const { partnerId, cardId, account } = card
  const { currency } = account
  const words = WORDS[way]
  const named = way === 'load' ? 'payAccount' : 'payeeAccount'
  const fields = useFields<Record<string, string>>({ amount: '', [named]: '', orderNo: '', memo: '' })
  const move = useAction({
    call: (): Promise<CardMovement> => {
      const body = { currency, amount: '', ...given(fields.values) }
      return way === 'load' ? api.cards.load(partnerId, cardId, body) : api.cards.unload(partnerId, cardId, body)
    },
    done: moved => `The card is ${words.done}: ${formatMoney(moved.account.available)} are available.`,
    changes: [['card', partnerId, cardId], ['accounts']],
    quiet: true,
    onDone: close,
  })
  return (
    <Form submitLabel={words.submit} fields={fields} submit={() => move.mutateAsync()} cancel={close}>
      <MoneyInput
        {...fields.text('amount')}
        label="Amount"
        {...(way === 'unload' ? { description: `${formatMoney(account.available)} are available` } : {})}
        currency={currency}
        required
      />
      <FundingAccountInput
        partnerId={partnerId}
        kind="partner-funding"
        currency={currency}
        label={words.account}
        field={fields.choice(named)}
        choose={chosen => fields.set({ [named]: chosen })}
      />
      <TextInput {...fields.text('orderNo')} label="Order number" description="Made up unless given" />
      <TextInput {...fields.text('memo')} label="Memo" maxLength={256} />
    </Form>
  )
}
