/** A partner of its own with cards and money on them, made over the Operator API: what tests of pages look at. */
import { randomUUID } from 'node:crypto'
import type { OperatorClient, operator } from '@openissuer/sdk/index.ts'

export type Spending = { readonly partnerId: string; readonly card: operator.Card }

/** @param openingBalance of its accounts, and 100.00 of it on the card */
export async function makeSpending(api: OperatorClient, name = 'Spending partner'): Promise<Spending> {
  const { partnerId } = await api.partners.create({
    name,
    openingBalance: '1000.00',
    approveCardholdersAutomatically: true,
    pagsmile: {},
    keysecure: {},
  })
  const { cardholderId } = await api.cardholders.create(partnerId, { person: newPerson() })
  const program = (await api.programs.list()).find(({ currency }) => currency === 'USD')
  if (program === undefined) throw new Error('there is no card program in USD')
  const [card] = await api.cards.create(partnerId, {
    programId: program.programId,
    form: 'virtual',
    cardholderId,
    funding: 'card',
    initialBalance: { amount: '100.00', currency: 'USD' },
  })
  if (card === undefined) throw new Error('no card was made')
  return { partnerId, card }
}

function newPerson(): operator.NewPerson {
  return {
    firstName: 'Ada',
    lastName: 'Okafor',
    mobile: '+14155550100',
    email: 'ada@example.com',
    idNo: randomUUID().replaceAll('-', '').slice(0, 20),
    idType: 2,
    birthday: '1990-11-08',
    nationality: 'US',
    address: { line1: '1 Main Street', city: 'Springfield', state: 'Illinois', postalCode: '62701', country: 'US' },
  }
}

export const GROCER = {
  id: '1715679487057813',
  name: 'Corner Grocery',
  mcc: '5411',
  country: 'US',
  city: 'Springfield',
}

/** A purchase of the card. */
export function buy(
  api: OperatorClient,
  { card }: Spending,
  amount: string,
  merchant: Partial<operator.Merchant> = GROCER,
): Promise<operator.SimulatedDecision> {
  return api.simulations.authorize({ cardToken: card.cardToken, amount, currency: 'USD', merchant })
}
