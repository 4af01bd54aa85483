import { afterAll, beforeAll, expect, test } from 'vitest'
import { refusalOf } from '../../../../test/support/lifecycle.ts'
import {
  addLoadedCard,
  addPartner,
  addProgram,
  createUseCases,
  setCardStatus,
  type UseCases,
} from '../../../../test/support/use-cases.ts'
import { setPin } from './set-pin.ts'

let useCases: UseCases

beforeAll(async () => {
  useCases = await createUseCases()
  await addProgram(useCases)
})

afterAll(() => useCases.close())

const newCard = async () => addLoadedCard(useCases, await addPartner(useCases), 1_000n)

test('a card that waits for activation, is active or blocked takes a PIN', async () => {
  const { vault, storage } = useCases.ports
  for (const status of ['awaiting-activation', 'active', 'blocked'] as const) {
    const card = await newCard()
    await setCardStatus(useCases, card, status)
    await useCases.run(work => setPin(work, { partnerId: card.partnerId, cardToken: card.token, pin: '5540' }))
    const kept = await storage.read.pinDigest(card.partnerId, card.cardId)
    if (kept === undefined) throw new Error('nothing was kept')
    expect([vault.pinMatches(card, '5540', kept), vault.pinMatches(card, '5541', kept)]).toEqual([true, false])
  }
})

test('a door that takes six digits only has the others refused', async () => {
  const { partnerId, token: cardToken, cardId } = await newCard()
  const lengths = { min: 6, max: 6 }
  const set = (pin: string) => refusalOf(useCases.run(work => setPin(work, { partnerId, cardToken, pin, lengths })))
  expect([await set('5540'), await set('5540123')]).toEqual(['invalid-field', 'invalid-field'])
  expect(await useCases.ports.storage.read.pinDigest(partnerId, cardId)).toBeUndefined()
  expect(await set('554012')).toBeUndefined()
})

test('a card of another partner does not exist', async () => {
  const [{ token: cardToken }, { partnerId }] = [await newCard(), await newCard()]
  expect(await refusalOf(useCases.run(work => setPin(work, { partnerId, cardToken, pin: '5540' })))).toBe(
    'card-not-found',
  )
})
