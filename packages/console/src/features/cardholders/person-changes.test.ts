import { expect, test } from 'vitest'
import { personChanges, personValues } from './person-changes.ts'

const PERSON = {
  firstName: 'Jane',
  lastName: 'Killy',
  mobile: '+525512345678',
  email: 'jane@example.com',
  idNo: 'G12345678',
  idType: 2,
  idIssuedOn: null,
  idExpiresOn: '2030-01-01',
  birthday: '1990-11-08',
  gender: 1,
  nationality: 'MX',
  address: { line1: 'Reforma 100', line2: null, postalCode: '06600', city: 'CDMX', state: 'DF', country: 'MX' },
}

const BEFORE = personValues(PERSON)

test('nothing is changed at first', () => {
  expect(personChanges(BEFORE, { ...BEFORE, 'person.firstName': ' Jane ' })).toBeUndefined()
})

test('only what was changed is sent, numbers as numbers, and what may be missing can be taken away', () => {
  const after = {
    ...BEFORE,
    'person.email': 'new@example.com',
    'person.idType': '1',
    'person.gender': '',
    'person.idExpiresOn': '',
    'person.idIssuedOn': '2020-01-01',
  }
  expect(personChanges(BEFORE, after)).toEqual({
    email: 'new@example.com',
    idType: 1,
    gender: null,
    idExpiresOn: null,
    idIssuedOn: '2020-01-01',
  })
})

test('what must be there and was emptied is sent empty, so that the server objects to it', () => {
  expect(personChanges(BEFORE, { ...BEFORE, 'person.lastName': '' })).toEqual({ lastName: '' })
})

test('an address is sent as a whole', () => {
  expect(personChanges(BEFORE, { ...BEFORE, 'person.address.city': 'Puebla' })).toEqual({
    address: { line1: 'Reforma 100', postalCode: '06600', city: 'Puebla', state: 'DF', country: 'MX' },
  })
})
