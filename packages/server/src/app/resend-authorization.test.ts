import { afterAll, beforeAll, expect, test } from 'vitest'
import { moneyOf, refusalOf } from '../../../../test/support/lifecycle.ts'
import {
  addLoadedCard,
  addPartner,
  addProgram,
  createUseCases,
  purchase,
  purchaseOf,
  type UseCases,
} from '../../../../test/support/use-cases.ts'
import { messageOf } from './authorize.ts'
import type { AuthorizationMessage } from './engine/batch.ts'
import type { Ports } from './ports.ts'
import { resendAuthorization } from './resend-authorization.ts'

let useCases: UseCases

beforeAll(async () => {
  useCases = await createUseCases()
  await addProgram(useCases)
})

afterAll(() => useCases.close())

const newCard = async () => addLoadedCard(useCases, await addPartner(useCases), 10_000n)

/** The real ports, noting what the engine is given. */
function listening(given: AuthorizationMessage[]): Ports {
  const { engine } = useCases.ports
  const submit: typeof engine.submit = message => {
    given.push(message)
    return engine.submit(message)
  }
  return { ...useCases.ports, engine: { ...engine, submit } }
}

test('the engine is given the message that it was given before, and knows it', async () => {
  const card = await newCard()
  const changes = {
    inputHash: Uint8Array.of(1, 2, 3),
    entryMode: 'ecommerce',
    merchant: { id: 'M-1  ', name: 'Coffee', mcc: '5814', country: 'US', city: 'Reno', acquirerId: '123456' },
    cardData: { threeDs: { version: null, eci: '06', result: 'attempted', dsTransactionId: null } },
  } as const
  const command = purchaseOf(card, 2500n, changes)
  const first = await purchase(useCases, card, 2500n, command)
  const before = await moneyOf(useCases, card.partnerId)
  const given: AuthorizationMessage[] = []
  const original = { authorizationId: first.authorizationId }
  const answer = await resendAuthorization(listening(given), { partnerId: card.partnerId, original })
  expect(answer).toEqual({ kind: 'repeated', authorization: first })
  expect(given).toEqual([await messageOf(useCases.ports, command)])
  expect(await moneyOf(useCases, card.partnerId)).toEqual(before)
})

test('an engine that does not answer leaves it unanswered', async () => {
  const card = await newCard()
  const { authorizationId } = await purchase(useCases, card, 2500n)
  const silent: Ports = {
    ...useCases.ports,
    engine: { ...useCases.ports.engine, submit: async () => ({ kind: 'unanswered', reason: 'issuer-overloaded' }) },
  }
  expect(await resendAuthorization(silent, { partnerId: card.partnerId, original: { authorizationId } })).toEqual({
    kind: 'unanswered',
    reason: 'issuer-overloaded',
  })
})

test('an authorization of another partner does not exist', async () => {
  const [card, { partnerId }] = [await newCard(), await newCard()]
  const { authorizationId } = await purchase(useCases, card, 2500n)
  const resent = resendAuthorization(useCases.ports, { partnerId, original: { authorizationId } })
  expect(await refusalOf(resent)).toBe('authorization-not-found')
})
