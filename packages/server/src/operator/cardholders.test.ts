import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createOperatorDoor, type OperatorDoor } from '../../../../test/support/operator-door.ts'
import {
  addPartner,
  addProgram,
  cardholderOf,
  newOrderNo,
  newPerson,
  TERMS,
} from '../../../../test/support/use-cases.ts'
import { addDocument } from '../app/add-document.ts'
import { applyCardholder } from '../app/apply-cardholder.ts'
import { applyForCard } from '../app/apply-for-card.ts'
import { createCardholder } from '../app/create-cardholder.ts'

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
    applyCardholder(work, { partnerId, cardholderId: undefined, uniqueNo, finding: { outcome: 'undecided' } }),
  )
  return { partnerId, cardholderId, uniqueNo }
}

const approve = (partnerId: bigint | string, cardholderId: bigint | string, headers?: Record<string, string>) =>
  door.post(`/operator/v1/partners/${partnerId}/cardholders/${cardholderId}/approve`, undefined, headers)

test('a cardholder in review is approved', async () => {
  const { partnerId, cardholderId, uniqueNo } = await newCardholder()
  const { status, body } = await approve(partnerId, cardholderId)
  expect([status, body]).toEqual([
    200,
    {
      cardholderId: String(cardholderId),
      uniqueNo,
      verification: 'approved',
      rejection: null,
      rejectionCodes: [],
      disabled: false,
    },
  ])
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

describe('the review', () => {
  async function newHolder() {
    const { partnerId } = await addPartner(door.useCases)
    const { cardholderId } = await door.useCases.run(work => createCardholder(work, { partnerId, person: newPerson() }))
    return { partnerId, cardholderId, path: `/operator/v1/partners/${partnerId}/cardholders/${cardholderId}` }
  }

  const read = async (path: string) => JSON.parse((await door.call('GET', path)).text)

  test('rejects with codes and a remark, for now or for good', async () => {
    const { path } = await newHolder()
    expect((await door.post(`${path}/reject`, {})).status).toBe(400)
    const rejection = { codes: ['1'], remark: 'The picture is not readable' }
    const asked = JSON.parse((await door.post(`${path}/reject`, rejection)).text)
    expect(asked).toMatchObject({
      verification: 'documents-needed',
      rejection: rejection.remark,
      rejectionCodes: ['1'],
    })
    await door.post(`${path}/reject`, { ...rejection, final: true })
    expect(await read(path)).toMatchObject({ verification: 'rejected', name: 'Ada Okafor', documents: [] })
    const again = await door.post(`${path}/reject`, rejection)
    expect([again.status, again.body.error.code]).toEqual([409, 'cardholder-rejected'])
  })

  test('disables and enables', async () => {
    const { path } = await newHolder()
    await door.post(`${path}/disable`)
    expect((await read(path)).disabled).toBe(true)
    await door.post(`${path}/enable`)
    expect((await read(path)).disabled).toBe(false)
  })

  test('gets documents as files to keep, with a line in the audit log', async () => {
    const { partnerId, cardholderId, path } = await newHolder()
    const content = Buffer.from('%PDF-1.7 with <script>')
    const { documentId } = await door.useCases.run(work =>
      addDocument(work, {
        partnerId,
        cardholderId,
        kind: 'id-front',
        fileName: 'passport "new".pdf',
        content,
        description: null,
      }),
    )
    expect((await read(path)).documents).toMatchObject([{ documentId: String(documentId), fileType: 'pdf' }])
    const answer = await door.server.inject({
      method: 'GET',
      url: `${path}/documents/${documentId}`,
      headers: { authorization: `Bearer ${door.key}` },
    })
    expect(answer.rawPayload).toEqual(content)
    expect(answer.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="document-${documentId}.pdf"`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    })
    const { rows } = await door.useCases.pool.query('select action, subject from audit_log where partner_id = $1', [
      partnerId,
    ])
    expect(rows).toEqual([
      {
        action: 'GET /operator/v1/partners/:partnerId/cardholders/:cardholderId/documents/:documentId',
        subject: `partnerId=${partnerId} cardholderId=${cardholderId} documentId=${documentId}`,
      },
    ])
    const missing = await door.call('GET', `${path}/documents/1`)
    expect([missing.status, missing.body.error.code]).toEqual([404, 'document-not-found'])
  })
})
