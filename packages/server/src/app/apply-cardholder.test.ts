import type { Verification } from '@openissuer/core/cardholder/cardholder.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addPartner, createUseCases, newOrderNo, type UseCases } from '../../../../test/support/use-cases.ts'
import { type ApplyCardholder, applyCardholder } from './apply-cardholder.ts'

let useCases: UseCases

beforeAll(async () => {
  useCases = await createUseCases()
})

afterAll(() => useCases.close())

const apply = (partnerId: bigint, changes: Partial<ApplyCardholder> = {}) =>
  useCases.run(work =>
    applyCardholder(work, {
      partnerId,
      cardholderId: undefined,
      uniqueNo: newOrderNo(),
      finding: { outcome: 'undecided' },
      ...changes,
    }),
  )

const read = (partnerId: bigint, cardholderId: bigint) =>
  useCases.ports.storage.read.cardholder(partnerId, cardholderId)

async function cardholderIn(verification: Verification) {
  const { partnerId } = await addPartner(useCases)
  const cardholder = await apply(partnerId)
  const rejection = verification === 'rejected' || verification === 'documents-needed' ? 'blurred picture' : null
  await useCases.run(work => work.tx.setVerification(partnerId, cardholder.cardholderId, verification, rejection))
  return { ...cardholder, uniqueNo: cardholder.uniqueNo ?? '' }
}

describe('a new cardholder', () => {
  test('is in review, known by its unique number and by nothing of its person', async () => {
    const { partnerId } = await addPartner(useCases)
    const applied = await apply(partnerId, { uniqueNo: 'CH-1' })
    expect(applied).toMatchObject({ uniqueNo: 'CH-1', verification: 'in-review', person: null, rejection: null })
    expect(await read(partnerId, applied.cardholderId)).toEqual(applied)
  })

  test('is approved at once where the partner has chosen so', async () => {
    const { partnerId } = await addPartner(useCases, { approveCardholdersAutomatically: true })
    const applied = await apply(partnerId)
    expect(applied.verification).toBe('in-review')
    expect((await read(partnerId, applied.cardholderId))?.verification).toBe('approved')
  })

  test('needs a unique number that is free, though only among the cardholders of its partner', async () => {
    const [first, second] = [await addPartner(useCases), await addPartner(useCases)]
    await apply(first.partnerId, { uniqueNo: 'CH-2' })
    await expect(apply(first.partnerId, { uniqueNo: 'CH-2' })).rejects.toMatchObject({ code: 'duplicate-cardholder' })
    await expect(apply(second.partnerId, { uniqueNo: 'CH-2' })).resolves.toBeDefined()
  })
})

describe('what the KYC provider finds', () => {
  test.each([
    ['waiting', 'documents-needed', null],
    ['in-review', 'in-review', null],
    ['approved', 'approved', null],
    ['rejected', 'rejected', 'no match'],
  ] as const)(
    '%s makes the verification %s, whatever the partner has chosen',
    async (outcome, verification, rejection) => {
      const { partnerId } = await addPartner(useCases, { approveCardholdersAutomatically: true })
      const finding = outcome === 'rejected' ? { outcome, reason: 'no match' } : { outcome }
      const { cardholderId } = await apply(partnerId, { finding })
      expect(await read(partnerId, cardholderId)).toMatchObject({ verification, rejection })
    },
  )

  test('holds for a verification that is restarted', async () => {
    const { partnerId, cardholderId, uniqueNo } = await cardholderIn('rejected')
    await apply(partnerId, { cardholderId, uniqueNo, finding: { outcome: 'waiting' } })
    expect(await read(partnerId, cardholderId)).toMatchObject({ verification: 'documents-needed', rejection: null })
  })
})

describe('a known cardholder', () => {
  test.each(['documents-needed', 'rejected'] as const)(
    'whose verification is %s is reviewed again',
    async verification => {
      const { partnerId, cardholderId, uniqueNo } = await cardholderIn(verification)
      const restarted = await apply(partnerId, { cardholderId, uniqueNo })
      expect(restarted).toMatchObject({ cardholderId, verification: 'in-review', rejection: null })
      expect(await read(partnerId, cardholderId)).toEqual(restarted)
    },
  )

  test.each([
    ['in-review', 'cardholder-under-review'],
    ['approved', 'cardholder-already-approved'],
  ] as const)('whose verification is %s is refused: %s', async (verification, code) => {
    const { partnerId, cardholderId, uniqueNo } = await cardholderIn(verification)
    await expect(apply(partnerId, { cardholderId, uniqueNo })).rejects.toMatchObject({ code })
    expect((await read(partnerId, cardholderId))?.verification).toBe(verification)
  })

  test('who has only not finished yet is refused', async () => {
    const { partnerId } = await addPartner(useCases)
    const { cardholderId } = await apply(partnerId, { uniqueNo: 'CH-4', finding: { outcome: 'waiting' } })
    const again = apply(partnerId, { cardholderId, uniqueNo: 'CH-4' })
    await expect(again).rejects.toMatchObject({ code: 'cardholder-under-review' })
  })

  test('must come with its own unique number', async () => {
    const { partnerId, cardholderId } = await cardholderIn('rejected')
    const other = apply(partnerId, { cardholderId, uniqueNo: 'not-its-own' })
    await expect(other).rejects.toMatchObject({ code: 'invalid-field', field: 'uniqueNo' })
    expect((await read(partnerId, cardholderId))?.verification).toBe('rejected')
  })

  test('that was rejected is approved at once where the partner has chosen so', async () => {
    const { partnerId } = await addPartner(useCases, { approveCardholdersAutomatically: true })
    const { cardholderId } = await apply(partnerId, { uniqueNo: 'CH-3' })
    await useCases.run(work => work.tx.setVerification(partnerId, cardholderId, 'rejected', 'expired document'))
    await apply(partnerId, { cardholderId, uniqueNo: 'CH-3' })
    expect(await read(partnerId, cardholderId)).toMatchObject({ verification: 'approved', rejection: null })
  })

  test('of another partner does not exist', async () => {
    const { cardholderId, uniqueNo } = await cardholderIn('rejected')
    const { partnerId } = await addPartner(useCases)
    await expect(apply(partnerId, { cardholderId, uniqueNo })).rejects.toMatchObject({ code: 'cardholder-not-found' })
    await expect(apply(partnerId, { cardholderId: 1n })).rejects.toMatchObject({ code: 'cardholder-not-found' })
  })
})
