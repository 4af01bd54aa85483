import { afterAll, beforeAll, expect, test } from 'vitest'
import { addPartner, createUseCases, type UseCases } from '../../../../test/support/use-cases.ts'
import { createContact } from './create-contact.ts'
import type { ContactFilter } from './ports.ts'

let useCases: UseCases

beforeAll(async () => {
  useCases = await createUseCases()
})

afterAll(() => useCases.close())

async function newPartnerId(): Promise<bigint> {
  return (await addPartner(useCases, { openingBalance: 0n })).partnerId
}

function addContact(partnerId: bigint, firstName: string, at: string) {
  useCases.clock.set(at)
  const contact = { partnerId, firstName, lastName: 'Okafor', mobile: '+1 415', email: 'a@example.com', language: 'en' }
  return useCases.run(work => createContact(work, contact))
}

async function list(
  partnerId: bigint,
  changes: Partial<Omit<ContactFilter, 'from' | 'to'>> & { from?: string; to?: string } = {},
) {
  const { from = '2026-01-01T00:00:00Z', to = '2027-01-01T00:00:00Z', ...rest } = changes
  const { rows, total } = await useCases.ports.storage.read.contacts({
    partnerId,
    offset: 0,
    limit: 100,
    ...rest,
    from: Temporal.Instant.from(from),
    to: Temporal.Instant.from(to),
  })
  return { names: rows.map(row => row.firstName), rows, total }
}

test('a contact is read back as it was created', async () => {
  const partnerId = await newPartnerId()
  const created = await addContact(partnerId, 'Żółć 李', '2026-05-22T12:00:00.123Z')
  const { rows } = await list(partnerId)
  expect(rows).toEqual([created])
  expect(rows[0]?.createdAt.toString()).toBe('2026-05-22T12:00:00.123Z')
})

test('pages run from the newest to the oldest and each has the total of all', async () => {
  const partnerId = await newPartnerId()
  for (const day of ['1', '2', '3', '4', '5']) await addContact(partnerId, day, `2026-05-0${day}T00:00:00Z`)
  expect(await list(partnerId, { offset: 0, limit: 2 })).toMatchObject({ names: ['5', '4'], total: 5 })
  expect(await list(partnerId, { offset: 2, limit: 2 })).toMatchObject({ names: ['3', '2'], total: 5 })
  expect(await list(partnerId, { offset: 4, limit: 2 })).toMatchObject({ names: ['1'], total: 5 })
  expect(await list(partnerId, { offset: 6, limit: 2 })).toMatchObject({ names: [], total: 5 })
})

test('contacts of one instant come newest id first, so that pages neither repeat nor miss one', async () => {
  const partnerId = await newPartnerId()
  // the index happens to be in this order too; without it the statement has to say so
  await useCases.pool.query('drop index contact_by_time')
  for (const name of ['a', 'b', 'c', 'd']) await addContact(partnerId, name, '2026-05-22T12:00:00Z')
  const pages = [await list(partnerId, { limit: 2 }), await list(partnerId, { offset: 2, limit: 2 })]
  expect(pages.flatMap(page => page.names)).toEqual(['d', 'c', 'b', 'a'])
})

test('both bounds of the window are inclusive, to the millisecond', async () => {
  const partnerId = await newPartnerId()
  await addContact(partnerId, 'before', '2026-05-21T23:59:59.999Z')
  await addContact(partnerId, 'first', '2026-05-22T00:00:00Z')
  await addContact(partnerId, 'last', '2026-05-22T23:59:59.999Z')
  await addContact(partnerId, 'after', '2026-05-23T00:00:00Z')
  const window = { from: '2026-05-22T00:00:00Z', to: '2026-05-22T23:59:59.999Z' }
  expect(await list(partnerId, window)).toMatchObject({ names: ['last', 'first'], total: 2 })
})

test('a contact id narrows the list inside the window only', async () => {
  const partnerId = await newPartnerId()
  const { contactId } = await addContact(partnerId, 'a', '2026-05-22T12:00:00Z')
  await addContact(partnerId, 'b', '2026-05-22T12:00:00Z')
  expect(await list(partnerId, { contactId })).toMatchObject({ names: ['a'], total: 1 })
  expect(await list(partnerId, { contactId: 1n })).toMatchObject({ names: [], total: 0 })
  expect(await list(partnerId, { contactId, to: '2026-05-22T11:59:59Z' })).toMatchObject({ names: [], total: 0 })
})

test('a partner sees its own contacts only, and knows of no other by id', async () => {
  const [mine, theirs] = [await newPartnerId(), await newPartnerId()]
  await addContact(mine, 'mine', '2026-05-22T12:00:00Z')
  const { contactId } = await addContact(theirs, 'theirs', '2026-05-22T12:00:00Z')
  expect(await list(mine)).toMatchObject({ names: ['mine'], total: 1 })
  expect(await list(mine, { contactId })).toMatchObject({ names: [], total: 0 })
})
