/** A console over a partner with cardholders and cards, for the tests of their pages. */
import { randomUUID } from 'node:crypto'
import type { operator } from '@openissuer/sdk/index.ts'
import { type ConsoleWorld, openWorld } from './console.ts'

export type Issuing = ConsoleWorld & {
  readonly partnerId: string
  /** of the partner's pages */
  readonly path: string
  /** an operator key of its own */
  keyOf(role: operator.OperatorRole): Promise<string>
}

export async function openIssuing(): Promise<Issuing> {
  const world = await openWorld()
  const { partnerId } = world.credentials
  return {
    ...world,
    partnerId,
    path: `/p/${partnerId}`,
    keyOf: async role => (await world.api.operatorKeys.create({ name: role, role })).operatorKey,
  }
}

export const usd = (amount: string) => ({ amount, currency: 'USD' })

export const newPerson = () => ({
  firstName: 'Jane',
  lastName: 'Killy',
  mobile: '+525512345678',
  email: 'jane@example.com',
  idNo: randomUUID().slice(0, 18),
  idType: 2 as const,
  birthday: '1990-11-08',
  nationality: 'MX',
  address: { line1: 'Avenida Reforma 100', postalCode: '06600', city: 'Ciudad de México', state: 'DF', country: 'MX' },
})

/** Approved at once, as the sandbox's partner approves automatically. */
export function addCardholder({ api, partnerId }: Issuing): Promise<operator.ListedCardholder> {
  return api.cardholders.create(partnerId, { person: newPerson() })
}

export async function addActiveCard(world: Issuing, wishes: Partial<operator.NewCards> = {}): Promise<operator.Card> {
  const { cardholderId } = await addCardholder(world)
  const order = { programId: '1', form: 'virtual', cardholderId, ...wishes } as const
  const [card] = await world.api.cards.create(world.partnerId, order)
  if (card === undefined) throw new Error('no card was made')
  return card
}
