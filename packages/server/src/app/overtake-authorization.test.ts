import { afterAll, beforeAll, expect, test } from 'vitest'
import { moneyOf, newMessage, refusalOf } from '../../../../test/support/lifecycle.ts'
import {
  addLoadedCard,
  addPartner,
  addProgram,
  createUseCases,
  purchaseOf,
  type UseCases,
} from '../../../../test/support/use-cases.ts'
import { overtakeAuthorization } from './overtake-authorization.ts'
import type { Ports } from './ports.ts'

let useCases: UseCases

beforeAll(async () => {
  useCases = await createUseCases()
  await addProgram(useCases)
})

afterAll(() => useCases.close())

async function newPair() {
  const card = await addLoadedCard(useCases, await addPartner(useCases), 10_000n)
  return { card, pair: { authorization: purchaseOf(card, 2500n), reversal: newMessage(card.partnerId) } }
}

test('an authorization that was not answered is made up for when the pair is sent again', async () => {
  const { pair } = await newPair()
  const silent: Ports = {
    ...useCases.ports,
    engine: { ...useCases.ports.engine, submit: async () => ({ kind: 'unanswered', reason: 'issuer-unavailable' }) },
  }
  const first = await overtakeAuthorization(silent, pair)
  expect([first.reversal.repeated, first.authorization.kind]).toEqual([false, 'unanswered'])
  const again = await overtakeAuthorization(useCases.ports, pair)
  expect(again).toMatchObject({
    reversal: { event: first.reversal.event, repeated: true },
    authorization: { kind: 'decided', authorization: { declineReason: 'reversed-before-arrival' } },
  })
})

test('a message that the engine would not be given leaves no reversal either', async () => {
  const { card, pair } = await newPair()
  const before = await moneyOf(useCases, card.partnerId)
  const { transactionAmount } = pair.authorization
  const nothing = { ...pair.authorization, transactionAmount: { ...transactionAmount, minor: 0n } }
  const sent = overtakeAuthorization(useCases.ports, { ...pair, authorization: nothing })
  expect(await refusalOf(sent)).toBe('invalid-amount')
  expect(await moneyOf(useCases, card.partnerId)).toEqual(before)
})
