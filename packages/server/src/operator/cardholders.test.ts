import { afterAll, beforeAll, expect, test } from 'vitest'
import { createOperatorDoor, type OperatorDoor } from '../../../../test/support/operator-door.ts'
import {
  addPartner,
  addProgram,
  cardholderOf,
  newOrderNo,
  newPerson,
  TERMS,
} from '../../../../test/support/use-cases.ts'
import { applyCardholder } from '../app/apply-cardholder.ts'
import { applyForCard } from '../app/apply-for-card.ts'

let door: OperatorDoor

beforeAll(async () => {
  door = await createOperatorDoor()
  await addProgram(door.useCases)
})

afterAll(() => door.close())

async function newCardholder() {
  const { partnerId } = await addPartner(door.useCases)
  const uniqueNo = newOrderNo()
  const { cardholderId } = await door.useCases.run(work =>
    applyCardholder(work, { partnerId, cardholderId: undefined, uniqueNo, kycToken: 'token' }),
  )
  return { partnerId, cardholderId, uniqueNo }
}

const approve = (partnerId: bigint | string, cardholderId: bigint | string, headers?: Record<string, string>) =>
  door.post(`/operator/v1/partners/${partnerId}/cardholders/${cardholderId}/approve`, undefined, headers)

test('a cardholder in review is approved', async () => {
  const { partnerId, cardholderId, uniqueNo } = await newCardholder()
  const { status, body } = await approve(partnerId, cardholderId)
  expect([status, body]).toEqual([200, { cardholderId: String(cardholderId), uniqueNo, verification: 'approved' }])
  const kept = await door.useCases.ports.storage.read.cardholder(partnerId, cardholderId)
  expect(kept?.verification).toBe('approved')
})

test('approval makes the card that waited', async () => {
  const { partnerId } = await addPartner(door.useCases)
  const applied = await door.useCases.run(work =>
    applyForCard(work, {
      partnerId,
      programId: 1n,
      reference: newOrderNo(),
      owner: { person: newPerson() },
      terms: TERMS,
    }),
  )
  const { status, body } = await approve(partnerId, cardholderOf(applied).cardholderId)
  expect([status, body.uniqueNo]).toEqual([200, null])
  expect((await door.useCases.pool.query('select from card where partner_id = $1', [partnerId])).rowCount).toBe(1)
})

test('a second approval is refused, unless it repeats the first under its key', async () => {
  const { partnerId, cardholderId } = await newCardholder()
  const headers = { 'idempotency-key': 'approve-once' }
  const first = await approve(partnerId, cardholderId, headers)
  expect(await approve(partnerId, cardholderId, headers)).toEqual(first)
  const { status, body } = await approve(partnerId, cardholderId)
  expect([status, body.error.code]).toEqual([409, 'cardholder-already-approved'])
})

test('one key approves one cardholder', async () => {
  const { partnerId, cardholderId } = await newCardholder()
  const headers = { 'idempotency-key': 'approve-one' }
  await approve(partnerId, cardholderId, headers)
  const { status, body } = await approve(partnerId, '1', headers)
  expect([status, body.error.code]).toEqual([409, 'duplicate-request'])
})

test('what does not exist is not found, whichever way it is written', async () => {
  const [mine, theirs] = [await newCardholder(), await newCardholder()]
  for (const unknown of [theirs.cardholderId, '1', '0', 'abc', '-1', '1.5', '%20', '9'.repeat(18), '9'.repeat(100)]) {
    const { status, body } = await approve(mine.partnerId, unknown)
    expect([unknown, status, body.error.code]).toEqual([unknown, 404, 'cardholder-not-found'])
  }
  for (const unknown of ['abc', '9'.repeat(30)]) {
    const { status, body } = await approve(unknown, mine.cardholderId)
    expect([unknown, status, body.error.code]).toEqual([unknown, 404, 'partner-not-found'])
  }
  const { status, body } = await approve('1', mine.cardholderId)
  expect([status, body.error.code]).toEqual([404, 'cardholder-not-found'])
})
