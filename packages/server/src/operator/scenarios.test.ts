import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createOperatorDoor, type OperatorDoor } from '../../../../test/support/operator-door.ts'

let door: OperatorDoor

beforeAll(async () => {
  door = await createOperatorDoor()
})

afterAll(() => door.close())

const PATH = '/operator/v1/scenarios'

const PURCHASE = { call: 'authorizations', body: { amount: '30.00', currency: 'USD' } }

const of = (step: number, field: string) => ({ $step: step, field })

/** Every call that there is, each naming what came before it. */
const ALL = [
  { call: 'clock', body: { action: 'freeze' } },
  { call: 'three-ds-challenges', body: { cardToken: '450620141926', amount: '30.00', currency: 'USD' } },
  {
    call: 'authorizations',
    body: {
      cardToken: of(2, 'cardToken'),
      amount: of(2, 'amount'),
      currency: 'USD',
      threeDsChallenge: { challengeId: of(2, 'challengeId'), password: '000000' },
    },
  },
  PURCHASE,
  { call: 'increments', body: { authorizationId: of(4, 'authorizationId'), amount: '5.00' } },
  { call: 'reversals', body: { authorizationId: of(4, 'authorizationId') } },
  { call: 'clearings', body: { authorizationId: of(4, 'authorizationId'), amount: of(4, 'held.amount'), final: true } },
  { call: 'clearing-corrections', body: { clearingId: of(7, 'eventId'), amount: '10.00' } },
  { call: 'refunds', body: { authorizationId: of(4, 'authorizationId'), amount: of(7, 'effect.hold.amount') } },
  { call: 'refund-reversals', body: { refundId: of(9, 'eventId') } },
  { call: 'duplicates', body: { authorizationId: of(4, 'authorizationId') } },
  { call: 'out-of-order-pairs', body: { amount: '1.00', currency: 'USD' } },
  { call: 'expiries', body: { authorizationId: of(12, 'authorization.authorizationId') } },
]

const read = async (path: string) => JSON.parse((await door.call('GET', path)).text)

async function keep(content: object) {
  const { status, text } = await door.post(PATH, content)
  return { status, scenario: JSON.parse(text) }
}

describe('a scenario', () => {
  test('of every call is kept as it was given', async () => {
    const { status, scenario } = await keep({ name: 'Everything', steps: ALL })
    expect([status, scenario]).toMatchObject([201, { name: 'Everything', steps: ALL }])
    expect(await read(`${PATH}/${scenario.scenarioId}`)).toEqual(scenario)
  })

  test('is replaced, listed and removed', async () => {
    const { scenario } = await keep({ name: 'First', steps: [PURCHASE] })
    const path = `${PATH}/${scenario.scenarioId}`
    door.useCases.clock.set('2026-05-22T13:00:00Z')
    const replaced = JSON.parse((await door.call('PUT', path, { name: 'Second', steps: [PURCHASE, PURCHASE] })).text)
    expect(replaced).toEqual({
      ...scenario,
      name: 'Second',
      steps: [PURCHASE, PURCHASE],
      updatedAt: '2026-05-22T13:00:00Z',
    })
    const { scenario: next } = await keep({ name: 'Third', steps: [PURCHASE] })
    const page = await read(`${PATH}?limit=1`)
    expect(page.scenarios).toEqual([next])
    expect(await read(`${PATH}?limit=1&cursor=${page.nextCursor}`)).toMatchObject({ scenarios: [replaced] })
    const removed = await door.call('DELETE', path)
    expect(JSON.parse(removed.text)).toEqual({ scenarioId: scenario.scenarioId, removed: true })
    for (const again of [await door.call('DELETE', path), await door.call('GET', path)]) {
      expect([again.status, again.body.error.code]).toEqual([404, 'scenario-not-found'])
    }
  })

  test('is kept once under a key', async () => {
    const headers = { 'idempotency-key': 'scenario-1' }
    const content = { name: 'Once', steps: [PURCHASE] }
    const first = await door.post(PATH, content, headers)
    expect((await door.post(PATH, content, headers)).text).toBe(first.text)
  })

  test('is of a sandbox', async () => {
    const { status, body } = await door.live.call('GET', PATH)
    expect([status, body.error.code]).toEqual([403, 'sandbox-only'])
  })

  const purchaseWith = (body: object) => [{ call: 'authorizations', body: { ...PURCHASE.body, ...body } }]
  const after = (reference: unknown) => [PURCHASE, { call: 'reversals', body: { authorizationId: reference } }]

  test.each<[string, object[], string]>([
    ['no steps', [], 'steps'],
    ['more than 50 steps', Array.from({ length: 51 }, () => PURCHASE), 'steps'],
    ['an unknown call', [{ call: 'partners', body: {} }], 'steps.0.call'],
    ['a step without a body', [{ call: 'clock' }], 'steps.0.body'],
    ['a field that is missing', [{ call: 'authorizations', body: { amount: '1.00' } }], 'steps.0.body.currency'],
    ['a field that is not known', purchaseWith({ colour: 'red' }), 'steps.0.body.colour'],
    ['a value that cannot be', purchaseWith({ merchant: { mcc: '54' } }), 'steps.0.body.merchant.mcc'],
    ['a number for an amount', purchaseWith({ amount: 30 }), 'steps.0.body.amount'],
    ['a reference to itself', after(of(2, 'authorizationId')), 'steps.1.body.authorizationId.$step'],
    ['a reference to what comes later', after(of(3, 'authorizationId')), 'steps.1.body.authorizationId.$step'],
    ['a reference to step 0', after(of(0, 'authorizationId')), 'steps.1.body.authorizationId.$step'],
    ['a reference to half a step', after(of(0.5, 'authorizationId')), 'steps.1.body.authorizationId.$step'],
    ['a reference to no field', after(of(1, 'clearingId')), 'steps.1.body.authorizationId.field'],
    ['a reference to an inherited field', after(of(1, 'toString')), 'steps.1.body.authorizationId.field'],
    ['a reference to what is no text', after(of(1, 'held')), 'steps.1.body.authorizationId.field'],
    ['a reference with more', after({ ...of(1, 'authorizationId'), or: '1' }), 'steps.1.body.authorizationId'],
    ['a reference where no text can be', purchaseWith({ advice: of(1, 'x') }), 'steps.0.body.advice.$step'],
    ['a full card number', purchaseWith({ pan: '6587040000002976' }), 'steps.0.body.pan'],
    ['one in place of a token', purchaseWith({ cardToken: '6587040000002976' }), 'steps.0.body.cardToken'],
    ['one with blanks', purchaseWith({ merchant: { name: 'x 6587 0400 0000 2976' } }), 'steps.0.body.merchant.name'],
    ['a CVV2', purchaseWith({ cardData: { cvv2: '123' } }), 'steps.0.body.cardData.cvv2'],
    ['a PIN', purchaseWith({ cardData: { pin: '1234' } }), 'steps.0.body.cardData.pin'],
  ])('with %s is refused, and the field is named', async (_fault, steps, field) => {
    const { scenarios } = await read(PATH)
    const { status, body } = await door.post(PATH, { name: 'Faulty', steps })
    expect([status, body.error.code, body.error.field]).toEqual([400, 'invalid-request', field])
    expect((await read(PATH)).scenarios).toEqual(scenarios)
  })

  test('is not named by a card number, and never repeats one in a refusal', async () => {
    const named = await door.post(PATH, { name: 'card 6587-0400-0000-2976', steps: [PURCHASE] })
    expect([named.status, named.body.error.field]).toEqual([400, 'name'])
    const keyed = await door.post(PATH, { name: 'x', steps: purchaseWith({ '6587040000002976': '1' }) })
    expect(keyed.status).toBe(400)
    expect(named.text + keyed.text).not.toMatch(/2976/)
  })
})
