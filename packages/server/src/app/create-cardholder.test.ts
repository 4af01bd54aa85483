import type { Person } from '@openissuer/core/cardholder/cardholder.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addPartner, createUseCases, newPerson, type UseCases } from '../../../../test/support/use-cases.ts'
import { createCardholder } from './create-cardholder.ts'

let useCases: UseCases

beforeAll(async () => {
  useCases = await createUseCases()
})

afterAll(() => useCases.close())

const create = (partnerId: bigint, person: Person) =>
  useCases.run(work => createCardholder(work, { partnerId, person }))

const read = (partnerId: bigint, cardholderId: bigint) =>
  useCases.ports.storage.read.cardholder(partnerId, cardholderId)

describe('a new cardholder', () => {
  test('waits for documents and is kept as it was described', async () => {
    const { partnerId } = await addPartner(useCases)
    const person = newPerson({ idIssuedOn: null, idExpiresOn: null, gender: null })
    const created = await create(partnerId, person)
    expect(created).toMatchObject({ uniqueNo: null, verification: 'documents-needed', rejection: null, person })
    expect(await read(partnerId, created.cardholderId)).toEqual(created)
  })

  test('keeps its dates whatever the time zone of the machine', async () => {
    const { partnerId } = await addPartner(useCases)
    const person = newPerson({ birthday: '1972-02-29', idIssuedOn: '2020-12-31', idExpiresOn: '2031-01-01' })
    const { cardholderId } = await create(partnerId, person)
    expect((await read(partnerId, cardholderId))?.person).toEqual(person)
  })

  test('is approved at once where the partner has chosen so; the answer is still the record before it', async () => {
    const { partnerId } = await addPartner(useCases, { approveCardholdersAutomatically: true })
    const created = await create(partnerId, newPerson())
    expect(created.verification).toBe('documents-needed')
    expect(await read(partnerId, created.cardholderId)).toEqual({ ...created, verification: 'approved' })
  })

  test('is never approved automatically in live mode', async () => {
    const { partnerId } = await addPartner(useCases, { approveCardholdersAutomatically: true })
    const { cardholderId } = await useCases.runLive(work => createCardholder(work, { partnerId, person: newPerson() }))
    expect((await read(partnerId, cardholderId))?.verification).toBe('documents-needed')
  })

  test('of a partner that does not exist is refused', async () => {
    await expect(create(1n, newPerson())).rejects.toMatchObject({ code: 'partner-not-found' })
    expect((await useCases.pool.query('select from cardholder where partner_id = 1')).rowCount).toBe(0)
  })
})

describe('an identity document', () => {
  test('belongs to one cardholder of a partner', async () => {
    const { partnerId } = await addPartner(useCases)
    const person = newPerson()
    await create(partnerId, person)
    const namesake = newPerson({ idNo: person.idNo, idType: person.idType, firstName: 'Eve' })
    await expect(create(partnerId, namesake)).rejects.toMatchObject({ code: 'duplicate-cardholder' })
  })

  test('of another type may have the same number', async () => {
    const { partnerId } = await addPartner(useCases)
    const person = newPerson({ idType: 1 })
    await create(partnerId, person)
    await expect(create(partnerId, newPerson({ idNo: person.idNo, idType: 2 }))).resolves.toBeDefined()
  })

  test('says nothing to another partner', async () => {
    const [first, second] = [await addPartner(useCases), await addPartner(useCases)]
    const person = newPerson()
    const { cardholderId } = await create(first.partnerId, person)
    await create(second.partnerId, person)
    expect(await read(second.partnerId, cardholderId)).toBeUndefined()
  })

  test('that many register at once makes one cardholder', async () => {
    const { partnerId } = await addPartner(useCases)
    const person = newPerson()
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => create(partnerId, person)))
    expect(outcomes.filter(outcome => outcome.status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'duplicate-cardholder' })
    }
  })
})
