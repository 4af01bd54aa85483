import { describe, expect, test } from 'vitest'
import { type Person, VERIFICATIONS, type Verification } from './cardholder.ts'
import { changesIdentity, type ReviewAction, verificationAfter } from './review.ts'

const ALLOWED: Record<ReviewAction, Partial<Record<Verification, Verification>>> = {
  'documents-complete': { 'documents-needed': 'in-review' },
  approve: { 'documents-needed': 'approved', 'in-review': 'approved', rejected: 'approved' },
  ask: { 'documents-needed': 'documents-needed', 'in-review': 'documents-needed', approved: 'documents-needed' },
  amend: { 'documents-needed': 'documents-needed', 'in-review': 'documents-needed', approved: 'documents-needed' },
  reject: { 'documents-needed': 'rejected', 'in-review': 'rejected', approved: 'rejected' },
}

describe.each(Object.keys(ALLOWED) as ReviewAction[])('%s', action => {
  test.each(VERIFICATIONS)('of a cardholder who is %s', verification => {
    expect(verificationAfter(verification, action)).toBe(ALLOWED[action][verification])
  })
})

describe('a change of a person', () => {
  const person: Person = {
    firstName: 'Ada',
    lastName: 'Okafor',
    mobile: '1',
    email: 'a@b',
    idNo: 'ID1',
    idType: 1,
    idIssuedOn: null,
    idExpiresOn: '2030-01-01',
    birthday: '1990-01-01',
    gender: null,
    nationality: 'NG',
    address: { line1: 'a', line2: null, postalCode: '1', city: 'c', state: 's', country: 'NG' },
  }

  test.each<[string, Partial<Person>]>([
    ['mobile', { mobile: '2' }],
    ['email', { email: 'c@d' }],
    ['gender', { gender: 1 }],
    ['nothing', {}],
  ])('of %s asks for no new review', (_what, changes) => {
    expect(changesIdentity(person, { ...person, ...changes })).toBe(false)
  })

  test.each<[string, Partial<Person>]>([
    ['name', { lastName: 'Obi' }],
    ['identity document', { idNo: 'ID2' }],
    ['its expiry', { idExpiresOn: null }],
    ['birthday', { birthday: '1990-01-02' }],
    ['nationality', { nationality: 'BR' }],
    ['address', { address: { ...person.address, line2: 'b' } }],
  ])('of %s does', (_what, changes) => {
    expect(changesIdentity(person, { ...person, ...changes })).toBe(true)
  })
})
