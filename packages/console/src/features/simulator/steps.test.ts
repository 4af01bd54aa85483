import { expect, test } from 'vitest'
import {
  keptSteps,
  mayRemove,
  maySwap,
  needsCard,
  removed,
  resolved,
  swapped,
  withCard,
  withoutSecrets,
} from './steps.ts'

const CARD = { cardToken: '450620141926' }
const ref = ($step: number, field = 'authorizationId') => ({ $step, field })

const STEPS = [
  { call: 'authorizations', body: { ...CARD, amount: '1.00', currency: 'USD' } },
  { call: 'authorizations', body: { ...CARD, amount: '2.00', currency: 'USD' } },
  { call: 'clearings', body: { authorizationId: ref(2), amount: '2.00' } },
] as const

test('a reference becomes the text of the answer that it leads to, however deep it is', () => {
  const answers = [{ authorization: { authorizationId: '7' } }]
  const body = {
    authorizationId: ref(1, 'authorization.authorizationId'),
    merchant: { id: ref(1, 'authorization.authorizationId') },
  }
  expect(resolved(body, answers)).toEqual({ authorizationId: '7', merchant: { id: '7' } })
})

test('a reference to a step that was not played, or to what it does not say, is refused by name', () => {
  expect(() => resolved({ authorizationId: ref(1) }, [undefined])).toThrow('Step 1 has given no authorizationId')
  expect(() => resolved({ authorizationId: ref(1, 'held') }, [{ held: { amount: '1' } }])).toThrow('Step 1')
  expect(() => resolved({ authorizationId: ref(3) }, [])).toThrow('Step 3')
})

test('a step that another refers to stays; the places of what others refer to follow a removal', () => {
  expect(mayRemove(STEPS, 1)).toBe(false)
  expect(mayRemove(STEPS, 0)).toBe(true)
  expect(removed(STEPS, 0).map(({ body }) => body)).toEqual([
    STEPS[1].body,
    { ...STEPS[2].body, authorizationId: ref(1) },
  ])
})

test('steps change places, and references follow them', () => {
  expect(maySwap(STEPS, 0)).toBe(true)
  expect(swapped(STEPS, 0).map(({ body }) => body)).toEqual([
    STEPS[1].body,
    STEPS[0].body,
    { ...STEPS[2].body, authorizationId: ref(1) },
  ])
})

test('a step does not come before what it refers to, and the last has nothing after it', () => {
  expect(maySwap(STEPS, 1)).toBe(false)
  expect(maySwap(STEPS, 2)).toBe(false)
  expect(maySwap(STEPS, -1)).toBe(false)
})

test('what is kept holds no card data, and no card where it is the same for all', () => {
  const secret = { ...STEPS[0], body: { ...STEPS[0].body, cardData: { cvv2: '123', pin: '1234' } } }
  expect(keptSteps([secret, ...STEPS.slice(1)]).map(({ body }) => body)).toEqual([
    { amount: '1.00', currency: 'USD' },
    { amount: '2.00', currency: 'USD' },
    STEPS[2].body,
  ])
  expect(withoutSecrets({ cardData: { cvv2: '123', expiry: '2911' } })).toEqual({ cardData: { expiry: '2911' } })
})

test('the cards of steps on several cards are kept', () => {
  const other = { ...STEPS[1], body: { ...STEPS[1].body, cardToken: '450620141927' } }
  expect(keptSteps([STEPS[0], other]).map(({ body }) => body['cardToken'])).toEqual([CARD.cardToken, '450620141927'])
})

test('a step that needs a card and names none is played on the one that is chosen', () => {
  expect(withCard('authorizations', { amount: '1.00' }, '7')).toEqual({ cardToken: '7', amount: '1.00' })
  expect(withCard('authorizations', { ...CARD }, '7')).toEqual(CARD)
  expect(withCard('refunds', { amount: '1.00' }, '7')).toEqual({ cardToken: '7', amount: '1.00' })
  expect(withCard('reversals', { originalKey: 'k' }, '7')).toEqual({ cardToken: '7', originalKey: 'k' })
  expect(needsCard('refunds', { authorizationId: '1' })).toBe(false)
  expect(needsCard('clock', {})).toBe(false)
})
