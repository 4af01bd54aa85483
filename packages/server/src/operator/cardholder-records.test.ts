import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createOperatorDoor, type OperatorDoor } from '../../../../test/support/operator-door.ts'
import { addPartner, addProgram, newOrderNo } from '../../../../test/support/use-cases.ts'

let door: OperatorDoor

beforeAll(async () => {
  door = await createOperatorDoor()
  await addProgram(door.useCases)
})

afterAll(() => door.close())

const ADDRESS = {
  line1: 'Avenida Reforma 100',
  postalCode: '06600',
  city: 'Ciudad de México',
  state: 'DF',
  country: 'MX',
}

const newPerson = () => ({
  firstName: 'Jane',
  lastName: 'Killy',
  mobile: '+525512345678',
  email: 'jane@example.com',
  idNo: newOrderNo(),
  idType: 2,
  birthday: '1990-11-08',
  nationality: 'MX',
  address: ADDRESS,
})

const newCompany = () => ({
  contactName: 'Jane Killy',
  mobile: '+525512345678',
  email: 'office@example.com',
  registrationName: 'Acme Trading',
  registrationCode: newOrderNo(),
  registeredOn: '2015-01-31',
  registrationAddress: ADDRESS,
  director: {
    firstName: 'Jane',
    lastName: 'Killy',
    idNo: newOrderNo(),
    idType: 1,
    birthday: '1990-11-08',
    citizenship: 'MX',
    address: ADDRESS,
  },
})

async function newPartner(approveCardholdersAutomatically = false): Promise<string> {
  const { partnerId } = await addPartner(door.useCases, { approveCardholdersAutomatically })
  return `/operator/v1/partners/${partnerId}/cardholders`
}

const read = async (path: string) => JSON.parse((await door.call('GET', path)).text)

async function create(path: string, body: unknown, headers?: Record<string, string>) {
  const { status, text } = await door.post(path, body, headers)
  return { status, created: JSON.parse(text) }
}

describe('a cardholder that an operator registers', () => {
  test('is a person who waits for documents', async () => {
    const path = await newPartner()
    const person = newPerson()
    const { status, created } = await create(path, { person })
    expect([status, created]).toMatchObject([
      201,
      { name: 'Jane Killy', kind: 'person', verification: 'documents-needed', uniqueNo: null, disabled: false },
    ])
    expect(await read(`${path}/${created.cardholderId}`)).toMatchObject({
      person: { ...person, idIssuedOn: null, gender: null, address: { ...ADDRESS, line2: null } },
      company: null,
    })
  })

  test('is approved at once where the partner approves automatically', async () => {
    const { created } = await create(await newPartner(true), { person: newPerson() })
    expect(created.verification).toBe('approved')
  })

  test('is a company', async () => {
    const path = await newPartner()
    const { status, created } = await create(path, { company: newCompany() })
    expect([status, created]).toMatchObject([201, { name: 'Acme Trading', kind: 'company' }])
    expect(await read(`${path}/${created.cardholderId}`)).toMatchObject({
      person: null,
      company: {
        registeredOn: '2015-01-31',
        vatCode: null,
        director: { firstName: 'Jane', citizenship: 'MX', middleName: null, address: { line2: null } },
      },
    })
  })

  test('is registered once under a key, and its identity document once at all', async () => {
    const path = await newPartner()
    const person = newPerson()
    const headers = { 'idempotency-key': newOrderNo() }
    const { created } = await create(path, { person }, headers)
    expect((await create(path, { person }, headers)).created).toEqual(created)
    const { status, body } = await door.post(path, { person })
    expect([status, body.error.code]).toEqual([409, 'duplicate-cardholder'])
    expect((await read(path)).cardholders).toHaveLength(1)
  })

  test('belongs to a partner that exists', async () => {
    const { status, body } = await door.post('/operator/v1/partners/1/cardholders', { person: newPerson() })
    expect([status, body.error.code]).toEqual([404, 'partner-not-found'])
  })

  test.each<[string, object, string | undefined]>([
    ['neither person nor company', {}, 'person'],
    ['both', { person: newPerson(), company: newCompany() }, 'person'],
    ['no name', { person: { ...newPerson(), firstName: '' } }, 'person.firstName'],
    ['a name of blanks', { person: { ...newPerson(), firstName: '  ' } }, 'person.firstName'],
    ['a name over two lines', { person: { ...newPerson(), lastName: 'a\nb' } }, 'person.lastName'],
    ['a day that does not exist', { person: { ...newPerson(), birthday: '1990-02-30' } }, 'person.birthday'],
    ['a country that does not exist', { person: { ...newPerson(), nationality: 'XX' } }, 'person.nationality'],
    [
      'an address without a country',
      { person: { ...newPerson(), address: { ...ADDRESS, country: 'ZZ' } } },
      'person.address.country',
    ],
    ['a mobile number with letters', { person: { ...newPerson(), mobile: 'call me' } }, 'person.mobile'],
    ['an email without @', { person: { ...newPerson(), email: 'jane' } }, 'person.email'],
    ['an unknown kind of document', { person: { ...newPerson(), idType: 5 } }, 'person.idType'],
    ['an unknown field', { person: { ...newPerson(), colour: 'red' } }, 'person.colour'],
    ['a company without a director', { company: { ...newCompany(), director: undefined } }, 'company.director'],
    [
      'a director without citizenship',
      { company: { ...newCompany(), director: { ...newCompany().director, citizenship: 'QQ' } } },
      'company.director.citizenship',
    ],
  ])('is refused with %s, and the field is named', async (_fault, body, field) => {
    const path = await newPartner()
    const { status, body: answer } = await door.post(path, body)
    expect([status, answer.error.field]).toEqual([400, field])
    expect((await read(path)).cardholders).toEqual([])
  })
})

describe('a change of a person', () => {
  async function newHolder() {
    const path = await newPartner()
    const { created } = await create(path, { person: newPerson() })
    return `${path}/${created.cardholderId}`
  }

  test('keeps what it does not name, and the approval when identity stays', async () => {
    const path = await newHolder()
    await door.post(`${path}/approve`)
    const { status, text } = await door.call('PATCH', path, { person: { email: 'new@example.com', gender: 2 } })
    expect([status, JSON.parse(text)]).toMatchObject([200, { verification: 'approved' }])
    const { person } = await read(path)
    expect(person).toMatchObject({ email: 'new@example.com', gender: 2, firstName: 'Jane', mobile: '+525512345678' })
    await door.call('PATCH', path, { person: { gender: null } })
    expect((await read(path)).person.gender).toBeNull()
  })

  test('of the name asks for a new review', async () => {
    const path = await newHolder()
    await door.post(`${path}/approve`)
    const { text } = await door.call('PATCH', path, { person: { lastName: 'Miller' } })
    expect(JSON.parse(text)).toMatchObject({ name: 'Jane Miller', verification: 'documents-needed' })
  })

  test.each<[object, number, string]>([
    [{}, 400, 'person'],
    [{ person: {} }, 400, 'person'],
    [{ person: { nationality: 'XX' } }, 400, 'person.nationality'],
    [{ person: { birthday: null } }, 400, 'person.birthday'],
    [{ person: { address: { ...ADDRESS, country: 'XX' } } }, 400, 'person.address.country'],
  ])('to %j is refused', async (body, status, field) => {
    const answer = await door.call('PATCH', await newHolder(), body)
    expect([answer.status, answer.body.error.field]).toEqual([status, field])
  })

  test('is not for companies', async () => {
    const path = await newPartner()
    const { created } = await create(path, { company: newCompany() })
    const { status, body } = await door.call('PATCH', `${path}/${created.cardholderId}`, { person: { gender: 1 } })
    expect([status, body.error.code]).toEqual([404, 'cardholder-not-found'])
  })
})

describe('a document that an operator adds', () => {
  const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(300_000, 7)])
  const document = (content: Uint8Array = PNG) => ({
    kind: 'id-front',
    fileName: 'passport.png',
    content: Buffer.from(content).toString('base64'),
  })

  async function newHolder() {
    const path = await newPartner()
    const { created } = await create(path, { person: newPerson() })
    return `${path}/${created.cardholderId}`
  }

  test('may be larger than other bodies, and is given back as it was', async () => {
    const path = await newHolder()
    const { status, text } = await door.post(`${path}/documents`, document())
    const added = JSON.parse(text)
    expect([status, added]).toMatchObject([201, { kind: 'id-front', fileType: 'png', byteCount: PNG.length }])
    const url = `${path}/documents/${added.documentId}`
    const file = await door.server.inject({ method: 'GET', url, headers: { authorization: `Bearer ${door.key}` } })
    expect(file.rawPayload.equals(PNG)).toBe(true)
  })

  test('begins the review with the last one that is needed', async () => {
    const path = await newHolder()
    await door.post(`${path}/documents`, document())
    await door.post(`${path}/documents`, { ...document(), kind: 'proof-of-address' })
    expect(await read(path)).toMatchObject({ verification: 'in-review', documents: [{}, {}] })
  })

  test.each<[string, object, number, string | undefined]>([
    ['no Base64', { ...document(), content: '%%%' }, 400, 'content'],
    ['a type that is not accepted', document(Buffer.from('#!/bin/sh')), 400, 'content'],
    ['a name that does not fit', { ...document(), fileName: 'passport.pdf' }, 400, 'fileName'],
    ['a name with a folder', { ...document(), fileName: '../passport.png' }, 400, 'fileName'],
    ['an unknown kind', { ...document(), kind: 'letter' }, 400, 'kind'],
    ['more than 2 MB', document(Buffer.concat([PNG, Buffer.alloc(2 * 1024 * 1024)])), 413, undefined],
  ])('with %s is refused and leaves nothing', async (_fault, body, status, field) => {
    const path = await newHolder()
    const answer = await door.post(`${path}/documents`, body)
    expect([answer.status, answer.body.error.field]).toEqual([status, field])
    expect((await read(path)).documents).toEqual([])
  })
})
