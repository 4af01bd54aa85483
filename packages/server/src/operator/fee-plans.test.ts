import { afterAll, beforeAll, expect, test } from 'vitest'
import { createOperatorDoor, type OperatorDoor } from '../../../../test/support/operator-door.ts'
import { addPartner, addProgram } from '../../../../test/support/use-cases.ts'

let door: OperatorDoor

beforeAll(async () => {
  door = await createOperatorDoor()
  await addProgram(door.useCases)
})

afterAll(() => door.close())

const TERMS = {
  issue: '5.00',
  purchaseRate: '0.02',
  smallFree: { period: 'day', count: 3, days: 30 },
  management: { cycle: 'month', amount: '1.00', waiver: 'count', waiverFrom: '3' },
}

let plans = 0
const create = (changes: object = {}) =>
  door.post('/operator/v1/fee-plans', { name: `Plan ${(plans += 1)}`, currency: 'USD', terms: TERMS, ...changes })
const planIdOf = (answer: { body: unknown }) => (answer.body as { feePlanId: string }).feePlanId
const assign = (body: object, programId = '1') => door.call('PUT', `/operator/v1/programs/${programId}/fee-plan`, body)

test('a plan is read as it was written; what was not named is free', async () => {
  const created = await create()
  expect(created.status).toBe(201)
  const read = await door.call('GET', `/operator/v1/fee-plans/${planIdOf(created)}`)
  expect(read.body).toEqual(created.body)
  expect(read.body).toMatchObject({
    terms: {
      issue: '5.00',
      purchaseRate: '0.020000',
      decline: '0.00',
      smallFree: { period: 'day', count: 3, days: 30 },
      management: { cycle: 'month', amount: '1.00', waiver: 'count', waiverFrom: '3', closesUnpaid: true },
    },
  })
})

test.each([
  ['a name that is taken', { name: 'Taken' }, 409, 'duplicate-fee-plan', undefined],
  ['an unknown currency', { currency: 'XYZ' }, 422, 'unknown-currency', 'currency'],
  ['a rate above 1', { terms: { refundRate: '1.000001' } }, 400, 'invalid-field', 'refundRate'],
  ['a rate with seven decimals', { terms: { cashRate: '0.0000001' } }, 400, 'invalid-field', 'cashRate'],
  ['a negative fee', { terms: { decline: '-0.01' } }, 400, 'invalid-amount', 'decline'],
  ['three decimals', { terms: { issue: '0.001' } }, 400, 'invalid-amount', 'issue'],
  [
    'a waiver from no number',
    { terms: { management: { cycle: 'year', waiver: 'count', waiverFrom: '1.5' } } },
    400,
    'invalid-field',
    'management.waiverFrom',
  ],
])('%s is refused', async (_name, changes, status, code, field) => {
  if (code === 'duplicate-fee-plan') await create(changes)
  const answer = await create(changes)
  expect([answer.status, answer.body.error.code, answer.body.error.field]).toEqual([status, code, field])
})

test('a plan counts for a program, or for one partner alone', async () => {
  const { partnerId } = await addPartner(door.useCases)
  const [everybody, own] = [planIdOf(await create()), planIdOf(await create())]
  await assign({ feePlanId: everybody })
  await assign({ feePlanId: own, partnerId: String(partnerId) })
  const { read } = door.useCases.ports.storage
  expect(String((await read.feePlanOf(partnerId, 1n))?.planId)).toBe(own)
  expect(String((await read.feePlanOf(1n, 1n))?.planId)).toBe(everybody)
})

test('only what exists is assigned, and in the currency of the program', async () => {
  const feePlanId = planIdOf(await create())
  const codes = [
    await assign({ feePlanId }, '99'),
    await assign({ feePlanId: '99' }),
    await assign({ feePlanId, partnerId: '99' }),
    await assign({ feePlanId: planIdOf(await create({ currency: 'EUR' })) }),
  ].map(({ body }) => body.error.code)
  expect(codes).toEqual(['program-not-found', 'fee-plan-not-found', 'partner-not-found', 'unknown-currency'])
})

test('a program is shown in the words of the operator', async () => {
  const words = { nameZh: '卡', descriptionEn: 'A card', descriptionZh: '一张卡', tagsEn: ['new'], tagsZh: ['新'] }
  const put = (programId: string) => door.call('PUT', `/operator/v1/programs/${programId}/presentation`, words)
  expect((await put('1')).body).toEqual(words)
  expect(await door.useCases.ports.storage.read.presentation(1n)).toEqual(words)
  expect((await put('99')).body.error.code).toBe('program-not-found')
  const read = (programId: string) => door.call('GET', `/operator/v1/programs/${programId}/presentation`)
  expect((await read('1')).body).toEqual({ presentation: words })
  expect((await read('99')).body.error.code).toBe('program-not-found')
})

test('what counts for a program is read: for everybody, and for a partner', async () => {
  const { partnerId } = await addPartner(door.useCases)
  await addProgram(door.useCases, { programId: 77n, bin: '658777' })
  const counts = async (query = '') => (await door.call('GET', `/operator/v1/programs/77/fee-plan${query}`)).body
  expect(await counts()).toEqual({ feePlan: null })
  const [all, own] = [await create(), await create()]
  await assign({ feePlanId: planIdOf(all) }, '77')
  expect(await counts(`?partnerId=${partnerId}`)).toEqual({ feePlan: all.body })
  await assign({ feePlanId: planIdOf(own), partnerId: String(partnerId) }, '77')
  expect(await counts(`?partnerId=${partnerId}`)).toEqual({ feePlan: own.body })
  expect(await counts()).toEqual({ feePlan: all.body })
  expect(await counts('?partnerId=999')).toMatchObject({ error: { code: 'partner-not-found' } })
  expect((await door.call('GET', '/operator/v1/programs/999/fee-plan')).body.error.code).toBe('program-not-found')
})
