/** One click from an empty sandbox to a card that can pay. */

import { Button } from '@mantine/core'
import type { NewPerson } from '@openissuer/sdk/operator.ts'
import { CreditCard } from 'lucide-react'
import { api } from '../../lib/api.ts'
import { useMay } from '../../lib/session.ts'
import { useAction } from '../../lib/use-action.ts'

const BALANCE = { amount: '500.00', currency: 'USD' } as const

type NewTestCardProps = { readonly partnerId: string; readonly made: (cardToken: string) => void }

export function NewTestCard({ partnerId, made }: NewTestCardProps) {
  const may = useMay('operator')
  const make = useAction({
    call: () => makeTestCard(partnerId),
    done: ({ lastFour }) => `The card •••• ${lastFour} is made, with 500.00 USD on it.`,
    changes: [['cards'], ['cardholders']],
    onDone: ({ cardToken }) => made(cardToken),
  })
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={<CreditCard size={14} />}
      loading={make.isPending}
      disabled={!may}
      onClick={() => make.mutate()}
    >
      Make a test card
    </Button>
  )
}

async function makeTestCard(partnerId: string) {
  const program = (await api.programs.list()).find(({ currency }) => currency === BALANCE.currency)
  if (program === undefined) throw new Error('There is no card program in USD.')
  const { cardholderId } = await api.cardholders.create(partnerId, { person: testPerson() })
  const [card] = await api.cards.create(partnerId, {
    programId: program.programId,
    form: 'virtual',
    cardholderId,
    initialBalance: BALANCE,
    remark: 'Made in the simulator',
  })
  if (card === undefined) throw new Error('No card was made.')
  return card
}

/** Nobody in particular; the number of the document tells one from another. */
function testPerson(): NewPerson {
  return {
    firstName: 'Test',
    lastName: 'Holder',
    mobile: '+14155550100',
    email: 'test.holder@example.com',
    idNo: `T${Date.now()}`,
    idType: 2,
    birthday: '1990-01-01',
    nationality: 'US',
    address: { line1: '1 Test Street', city: 'Springfield', state: 'Illinois', postalCode: '62701', country: 'US' },
  }
}
