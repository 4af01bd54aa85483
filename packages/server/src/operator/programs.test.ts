import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createOperatorDoor, type OperatorDoor } from '../../../../test/support/operator-door.ts'
import { addLoadedCard, addPartner, addProgram, purchase } from '../../../../test/support/use-cases.ts'

const PATH = '/operator/v1/programs'

let door: OperatorDoor

beforeEach(async () => {
  door = await createOperatorDoor()
  await addProgram(door.useCases)
})

afterEach(() => door.close())

const patch = (body: unknown, headers?: Record<string, string>, id = '1') =>
  door.call('PATCH', `${PATH}/${id}`, body, headers)

async function read(id = '1') {
  const { status, text } = await door.call('GET', `${PATH}/${id}`)
  return { status, body: JSON.parse(text) as Record<string, unknown> }
}

const PROGRAM = {
  programId: '1',
  name: 'Test program',
  bin: '658704',
  network: 'discover',
  forms: ['virtual', 'physical'],
  currency: 'USD',
  test: true,
  validityMonths: 36,
  ceilings: { dailyCount: 1000, singleAmount: '10000.00', dailyAmount: '20000.00', monthlyAmount: '30000.00' },
  fxMarkupBps: 0,
  foreignFeeBps: 0,
  clearingToleranceBps: 2000,
  holdDays: 7,
  longHoldDays: 30,
  createdAt: '2026-01-01T00:00:00Z',
}

test('programs are read one by one and as a list', async () => {
  await addProgram(door.useCases, { programId: 2n, bin: '658705' })
  expect(await read()).toEqual({ status: 200, body: PROGRAM })
  const { text } = await door.call('GET', PATH)
  expect(JSON.parse(text)).toEqual({ programs: [PROGRAM, { ...PROGRAM, programId: '2', bin: '658705' }] })
})

describe('changing the terms of a program', () => {
  test('changes those that are named, and leaves a line in the audit log', async () => {
    const { status, text } = await patch({ fxMarkupBps: 250, foreignFeeBps: 150 })
    expect([status, JSON.parse(text)]).toEqual([200, { ...PROGRAM, fxMarkupBps: 250, foreignFeeBps: 150 }])
    await patch({ clearingToleranceBps: 1000, holdDays: 3, longHoldDays: 14 })
    expect((await read()).body).toMatchObject({
      fxMarkupBps: 250,
      clearingToleranceBps: 1000,
      holdDays: 3,
      longHoldDays: 14,
    })
    const { rows } = await door.useCases.pool.query<{ action: string; subject: string }>(
      'select action, subject from audit_log order by audit_id',
    )
    const line = { action: 'PATCH /operator/v1/programs/:programId', subject: 'programId=1' }
    expect(rows).toEqual([line, line])
  })

  test('counts for the next hold', async () => {
    const card = await addLoadedCard(door.useCases, await addPartner(door.useCases), 10_000n)
    await patch({ holdDays: 2 })
    const { expiresAt } = await purchase(door.useCases, card, 100n)
    expect(expiresAt?.toString()).toBe('2026-05-24T12:00:00Z')
  })

  test('is done once under one key', async () => {
    const headers = { 'idempotency-key': 'terms-1' }
    const first = await patch({ fxMarkupBps: 100 }, headers)
    await patch({ fxMarkupBps: 200 })
    expect(await patch({ fxMarkupBps: 100 }, headers)).toEqual(first)
    expect((await read()).body['fxMarkupBps']).toBe(200)
  })

  test('works in live mode as in sandbox', async () => {
    expect((await door.live.call('PATCH', `${PATH}/1`, { fxMarkupBps: 300 })).status).toBe(200)
  })

  test.each([
    ['fxMarkupBps', 0, 10_000],
    ['foreignFeeBps', 0, 10_000],
    ['clearingToleranceBps', 0, 10_000],
    ['holdDays', 1, 366],
    ['longHoldDays', 1, 366],
  ])('%s is from %i to %i', async (term, least, most) => {
    for (const value of [least, most]) expect((await patch({ [term]: value })).status).toBe(200)
    for (const value of [least - 1, most + 1, least + 0.5, String(least), null]) {
      const { status, body } = await patch({ [term]: value })
      expect([status, body.error.code, body.error.field]).toEqual([400, 'invalid-request', term])
    }
    expect((await read()).body[term]).toBe(most)
  })

  test('without a term, or with a field that is none, is refused', async () => {
    for (const body of [{}, { currency: 'EUR' }]) expect((await patch(body)).status).toBe(400)
    expect((await read()).body).toEqual(PROGRAM)
  })

  test.each(['2', 'x', '9999999999999999999'])('of program %s is not found', async id => {
    const answers = [await patch({ holdDays: 1 }, {}, id), await door.call('GET', `${PATH}/${id}`)]
    for (const { status, body } of answers) expect([status, body.error.code]).toEqual([404, 'program-not-found'])
  })
})
