import { afterAll, beforeAll, expect, test } from 'vitest'
import { createOperatorDoor, type OperatorDoor } from '../../../../test/support/operator-door.ts'
import { addCard, addPartner, addProgram } from '../../../../test/support/use-cases.ts'

let door: OperatorDoor

beforeAll(async () => {
  door = await createOperatorDoor()
  await addProgram(door.useCases)
})

afterAll(() => door.close())

async function newCard(form: 'virtual' | 'physical') {
  const { partnerId } = await addPartner(door.useCases)
  const card = await addCard(door.useCases, partnerId, { form })
  return { card, path: `/operator/v1/partners/${partnerId}/cards/${card.cardId}` }
}

test('a physical card is made, handed out, blocked and closed', async () => {
  const { card, path } = await newCard('physical')
  const act = async (action: string, body: object = {}) => JSON.parse((await door.post(`${path}/${action}`, body)).text)
  expect(await act('produce')).toEqual({
    cardId: String(card.cardId),
    token: card.token,
    maskedPan: expect.stringMatching(/^658704\*{6}\d{4}$/),
    form: 'physical',
    status: 'awaiting-activation',
    activatedAt: null,
  })
  expect(await act('activate')).toMatchObject({ status: 'active', activatedAt: '2026-05-22T12:00:00Z' })
  expect(await act('block', { reason: 'asked by phone' })).toMatchObject({ status: 'blocked' })
  expect(await act('unblock')).toMatchObject({ status: 'active' })
  expect(await act('report-lost')).toMatchObject({ status: 'lost' })
  expect(await act('close')).toMatchObject({ status: 'closed' })
  const { rows } = await door.useCases.pool.query(
    `select reason from card_status_change where partner_id = $1 and status = 'blocked'`,
    [card.partnerId],
  )
  expect(rows).toEqual([{ reason: 'asked by phone' }])
})

test('what the status does not allow is refused', async () => {
  const { path } = await newCard('virtual')
  for (const action of ['produce', 'activate', 'unblock']) {
    const { status, body } = await door.post(`${path}/${action}`, {})
    expect([action, status, body.error.code]).toEqual([action, 409, 'card-status-conflict'])
  }
})

test('an unknown card and an unknown action are not found', async () => {
  const { path } = await newCard('virtual')
  expect((await door.post(`${path.replace(/\d+$/, '1')}/block`, {})).body.error.code).toBe('card-not-found')
  expect((await door.post(`${path.replace(/\d+$/, 'abc')}/block`, {})).body.error.code).toBe('card-not-found')
  expect((await door.post(`${path}/melt`, {})).body.error.code).toBe('not-found')
})
