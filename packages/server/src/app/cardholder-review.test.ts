/** From the first document to the decision: what a review needs, what it may say, and what a change undoes. */
import type { CorporationTerms } from '@openissuer/core/cardholder/corporation.ts'
import { DOCUMENT_BYTES_MAX, type DocumentKind } from '@openissuer/core/cardholder/document.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  addCard,
  addCardholder,
  addPartner,
  addProgram,
  createUseCases,
  newOrderNo,
  newPerson,
  TERMS,
  type UseCases,
} from '../../../../test/support/use-cases.ts'
import { type AddDocument, addDocument, openDocument } from './add-document.ts'
import { applyForCard } from './apply-for-card.ts'
import { createCardholder } from './create-cardholder.ts'
import { createCorporation } from './create-corporation.ts'
import { rejectCardholder, setCardholderDisabled } from './review-cardholder.ts'
import { updateCardholder } from './update-cardholder.ts'

let useCases: UseCases

beforeAll(async () => {
  useCases = await createUseCases()
  await addProgram(useCases)
})

afterAll(() => useCases.close())

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3)

type Named = { readonly partnerId: bigint; readonly cardholderId: bigint }

const upload = ({ partnerId, cardholderId }: Named, kind: DocumentKind, changes: Partial<AddDocument> = {}) =>
  useCases.run(work =>
    addDocument(work, {
      partnerId,
      cardholderId,
      kind,
      fileName: 'test.png',
      content: PNG,
      description: null,
      ...changes,
    }),
  )

const reject = ({ partnerId, cardholderId }: Named, final = false) =>
  useCases.run(work => rejectCardholder(work, { partnerId, cardholderId, codes: ['1'], remark: 'not readable', final }))

const stateOf = async ({ partnerId, cardholderId }: Named) =>
  (await useCases.ports.storage.read.cardholder(partnerId, cardholderId))?.verification

async function reviewsOf({ partnerId, cardholderId }: Named) {
  const { rows } = await useCases.pool.query<{ previous: string; verification: string; codes: string[] }>(
    `select previous, verification, codes from cardholder_review where partner_id = $1 and cardholder_id = $2
      order by review_id`,
    [partnerId, cardholderId],
  )
  return rows.map(row => `${row.previous} > ${row.verification} ${row.codes.join(',')}`.trim())
}

async function newHolder() {
  const { partnerId } = await addPartner(useCases)
  const person = newPerson()
  return { ...(await useCases.run(work => createCardholder(work, { partnerId, person }))), person }
}

describe('documents', () => {
  test('bring the review about once identity and address are there', async () => {
    const holder = await newHolder()
    await upload(holder, 'id-front')
    expect(await stateOf(holder)).toBe('documents-needed')
    await upload(holder, 'proof-of-address')
    expect(await stateOf(holder)).toBe('in-review')
    await upload(holder, 'selfie')
    expect(await reviewsOf(holder)).toEqual(['documents-needed > in-review'])
  })

  test('are kept sealed, and come back as they were sent', async () => {
    const holder = await newHolder()
    const { documentId } = await upload(holder, 'id-front', { description: 'passport page' })
    const { rows } = await useCases.pool.query<{ sealed_content: Buffer; byte_count: number }>(
      'select sealed_content, byte_count from cardholder_document where partner_id = $1 and document_id = $2',
      [holder.partnerId, documentId],
    )
    expect(rows[0]?.byte_count).toBe(PNG.length)
    expect(rows[0]?.sealed_content.includes(Buffer.from(PNG))).toBe(false)
    const { content, document } = await openDocument(useCases.ports, { ...holder, documentId })
    expect([...content]).toEqual([...PNG])
    expect(document).toMatchObject({ fileType: 'png', fileName: 'test.png', description: 'passport page' })
    const other = await newHolder()
    for (const named of [{ ...holder, cardholderId: 1n }, other]) {
      await expect(openDocument(useCases.ports, { ...named, documentId })).rejects.toMatchObject({
        code: 'document-not-found',
      })
    }
  })

  test('are refused when their content is not what is accepted, or their name says something else', async () => {
    const holder = await newHolder()
    const content = { code: 'invalid-field', field: 'content' }
    await expect(upload(holder, 'id-front', { content: new Uint8Array() })).rejects.toMatchObject(content)
    const script = new TextEncoder().encode('#!/bin/sh')
    await expect(upload(holder, 'id-front', { content: script })).rejects.toMatchObject(content)
    const large = new Uint8Array(DOCUMENT_BYTES_MAX + 1)
    large.set(PNG)
    await expect(upload(holder, 'id-front', { content: large })).rejects.toMatchObject(content)
    await upload(holder, 'id-front', { content: large.subarray(0, DOCUMENT_BYTES_MAX) })
    await expect(upload(holder, 'id-front', { fileName: 'test.pdf' })).rejects.toMatchObject({
      code: 'invalid-field',
      field: 'fileName',
    })
    expect(await useCases.ports.storage.read.documents(holder.partnerId, holder.cardholderId)).toHaveLength(1)
  })

  test('need a cardholder of the partner', async () => {
    const [holder, { partnerId }] = [await newHolder(), await addPartner(useCases)]
    await expect(upload({ ...holder, partnerId }, 'id-front')).rejects.toMatchObject({ code: 'cardholder-not-found' })
  })
})

describe('a rejection', () => {
  test('asks for better documents, and a new one begins the next review', async () => {
    const holder = await newHolder()
    await upload(holder, 'id-front')
    await upload(holder, 'proof-of-address')
    expect(await reject(holder)).toMatchObject({
      verification: 'documents-needed',
      rejection: 'not readable',
      rejectionCodes: ['1'],
    })
    await upload(holder, 'id-front')
    expect(await useCases.ports.storage.read.cardholder(holder.partnerId, holder.cardholderId)).toMatchObject({
      verification: 'in-review',
      rejection: null,
      rejectionCodes: [],
    })
    expect(await reviewsOf(holder)).toEqual([
      'documents-needed > in-review',
      'in-review > documents-needed 1',
      'documents-needed > in-review',
    ])
  })

  test('for good ends it, and the card that waited is given up', async () => {
    const { partnerId } = await addPartner(useCases)
    const { application, cardholder } = await useCases.run(work =>
      applyForCard(work, {
        partnerId,
        programId: 1n,
        reference: newOrderNo(),
        owner: { person: newPerson() },
        terms: TERMS,
      }),
    )
    if (cardholder === null) throw new Error('the application has no cardholder')
    await reject(cardholder, true)
    const [kept] = await useCases.ports.storage.read.cardApplicationsOfOrder(partnerId, application.orderNo)
    expect(kept?.status).toBe('failed')
    await expect(upload(cardholder, 'id-front')).rejects.toMatchObject({ code: 'cardholder-rejected' })
    await expect(reject(cardholder)).rejects.toMatchObject({ code: 'cardholder-rejected' })
  })
})

describe('an update', () => {
  test('of what was verified starts verification again; of the rest it does not', async () => {
    const { partnerId } = await addPartner(useCases)
    const holder = await addCardholder(useCases, partnerId)
    const { person } = holder
    if (person === null) throw new Error('no person')
    const update = (changes: Partial<typeof person>) =>
      useCases.run(work => updateCardholder(work, { ...holder, person: { ...person, ...changes } }))
    expect(await update({ email: 'new@example.com' })).toMatchObject({ verification: 'approved' })
    expect(await update({ lastName: 'Obi' })).toMatchObject({ verification: 'documents-needed' })
    const kept = await useCases.ports.storage.read.cardholder(partnerId, holder.cardholderId)
    expect(kept?.person).toEqual({ ...person, lastName: 'Obi' })
    expect(await reviewsOf(holder)).toEqual(['documents-needed > approved', 'approved > documents-needed'])
  })

  test('is approved at once where the partner is', async () => {
    const { partnerId } = await addPartner(useCases, { approveCardholdersAutomatically: true })
    const holder = await addCardholder(useCases, partnerId)
    const answered = await useCases.run(work => updateCardholder(work, { ...holder, person: newPerson() }))
    expect([answered.verification, await stateOf(holder)]).toEqual(['documents-needed', 'approved'])
  })

  test('may not take the identity document of another cardholder', async () => {
    const { partnerId } = await addPartner(useCases)
    const [first, second] = [await addCardholder(useCases, partnerId), await addCardholder(useCases, partnerId)]
    const person = newPerson({ idNo: first.person?.idNo ?? '' })
    await expect(useCases.run(work => updateCardholder(work, { ...second, person }))).rejects.toMatchObject({
      code: 'duplicate-cardholder',
    })
    expect(await stateOf(second)).toBe('approved')
  })
})

test('a disabled cardholder gets no more cards until it is enabled', async () => {
  const { partnerId } = await addPartner(useCases)
  const { cardholderId } = await addCardholder(useCases, partnerId)
  const set = (disabled: boolean) =>
    useCases.run(work => setCardholderDisabled(work, { partnerId, cardholderId, disabled }))
  await set(true)
  await expect(addCard(useCases, partnerId, { cardholderId })).rejects.toMatchObject({ code: 'cardholder-disabled' })
  await set(false)
  expect(await addCard(useCases, partnerId, { cardholderId })).toMatchObject({ cardholderId })
})

describe('a corporation', () => {
  const corporation = (code: string): CorporationTerms => {
    const { idNo, idType, birthday, address } = newPerson()
    return {
      contactName: 'Jane Killy',
      mobile: '+525512345678',
      email: 'ops@example.com',
      registrationName: 'tiantong',
      registrationCode: code,
      registeredOn: '2015-03-01',
      vatCode: null,
      expiresOn: '2035-03-01',
      businessScope: 'trade',
      registrationAddress: address,
      director: {
        firstName: 'Killy',
        lastName: 'Jane',
        middleName: null,
        nationalName: 'rpc',
        idNo,
        idType,
        idIssuedOn: null,
        idExpiresOn: null,
        birthday,
        citizenship: 'MX',
        gender: 1,
        address,
      },
    }
  }

  test('is a cardholder like another: documents, review, cards in its name', async () => {
    const { partnerId } = await addPartner(useCases)
    const terms = corporation('5r4812q')
    const holder = await useCases.run(work => createCorporation(work, { partnerId, corporation: terms }))
    const { read } = useCases.ports.storage
    expect(await read.cardholder(partnerId, holder.cardholderId)).toEqual(holder)
    expect(holder.corporation).toMatchObject(terms)
    expect(await read.cardholderByRegistration(partnerId, 'US', '5r4812q')).toEqual(holder)
    await upload(holder, 'id-front')
    expect(await stateOf(holder)).toBe('documents-needed')
    await upload(holder, 'company-registration')
    expect(await stateOf(holder)).toBe('in-review')
  })

  test('is registered once, and is no person that could be updated', async () => {
    const { partnerId } = await addPartner(useCases)
    const create = () => useCases.run(work => createCorporation(work, { partnerId, corporation: corporation('twice') }))
    const holder = await create()
    await expect(create()).rejects.toMatchObject({ code: 'duplicate-cardholder' })
    const { rowCount } = await useCases.pool.query('select from cardholder where partner_id = $1', [partnerId])
    expect(rowCount).toBe(1)
    await expect(
      useCases.run(work => updateCardholder(work, { ...holder, person: newPerson() })),
    ).rejects.toMatchObject({ code: 'cardholder-not-found' })
  })
})
