import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createOperatorDoor, type OperatorDoor } from '../../../../test/support/operator-door.ts'
import { addPartner } from '../../../../test/support/use-cases.ts'

let door: OperatorDoor

beforeAll(async () => {
  door = await createOperatorDoor()
})

afterAll(() => door.close())

const CONTACT = { firstName: 'Jane', lastName: 'Killy', mobile: '+525512345678', email: 'jane@example.com' }

async function newPath(): Promise<string> {
  const { partnerId } = await addPartner(door.useCases)
  return `/operator/v1/partners/${partnerId}/contacts`
}

const read = async (path: string) => JSON.parse((await door.call('GET', path)).text)

describe('a contact', () => {
  test('is created, read and listed', async () => {
    const path = await newPath()
    const { status, text } = await door.post(path, CONTACT)
    const created = JSON.parse(text)
    expect([status, created]).toMatchObject([201, { ...CONTACT, language: 'en' }])
    expect(await read(`${path}/${created.contactId}`)).toEqual(created)
    expect(await read(path)).toEqual({ contacts: [created], nextCursor: null })
  })

  test('of another partner is not found', async () => {
    const { text } = await door.post(await newPath(), CONTACT)
    const { status, body } = await door.call('GET', `${await newPath()}/${JSON.parse(text).contactId}`)
    expect([status, body.error.code]).toEqual([404, 'contact-not-found'])
  })

  test.each<[object, string]>([
    [{ ...CONTACT, firstName: undefined }, 'firstName'],
    [{ ...CONTACT, mobile: '12' }, 'mobile'],
    [{ ...CONTACT, email: 'a b@c' }, 'email'],
    [{ ...CONTACT, language: 'english' }, 'language'],
    [{ ...CONTACT, contactId: '1' }, 'contactId'],
  ])('%j is refused', async (body, field) => {
    const answer = await door.post(await newPath(), body)
    expect([answer.status, answer.body.error.field]).toEqual([400, field])
  })
})

test('contacts are listed newest first, page by page, and found by mobile number and email', async () => {
  const path = await newPath()
  for (const name of ['One', 'Two', 'Three']) {
    await door.post(path, { ...CONTACT, lastName: name, email: `${name}@example.com` })
    door.useCases.clock.set(`2026-05-22T12:00:0${['One', 'Two', 'Three'].indexOf(name) + 1}Z`)
  }
  const first = await read(`${path}?limit=2`)
  expect(first.contacts.map(({ lastName }: { lastName: string }) => lastName)).toEqual(['Three', 'Two'])
  const second = await read(`${path}?limit=2&cursor=${first.nextCursor}`)
  expect(second).toMatchObject({ contacts: [{ lastName: 'One' }], nextCursor: null })
  expect(await read(`${path}?email=Two@example.com`)).toMatchObject({ contacts: [{ lastName: 'Two' }] })
  expect((await read(`${path}?mobile=${encodeURIComponent('+525512345678')}`)).contacts).toHaveLength(3)
  expect((await read(`${path}?mobile=%2B49301234567`)).contacts).toEqual([])
})
