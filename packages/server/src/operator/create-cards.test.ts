import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createOperatorDoor, type OperatorDoor } from '../../../../test/support/operator-door.ts'
import {
  addCardholder,
  addPartner,
  addProgram,
  newOrderNo,
  newPerson,
  type TestPartner,
} from '../../../../test/support/use-cases.ts'
import { createCardholder } from '../app/create-cardholder.ts'

let door: OperatorDoor

beforeAll(async () => {
  door = await createOperatorDoor()
  await addProgram(door.useCases)
})

afterAll(() => door.close())

const usd = (amount: string) => ({ amount, currency: 'USD' })

const LIMIT = { dailyCount: 5, singleAmount: usd('50.00'), dailyAmount: usd('100.00'), monthlyAmount: usd('200.00') }

type Made = { partner: TestPartner; path: string; card: Record<string, unknown> }

/** A partner with a cardholder, and the body of an order that is in order. */
async function newOrder(): Promise<Made> {
  const partner = await addPartner(door.useCases)
  const { cardholderId } = await addCardholder(door.useCases, partner.partnerId)
  const card = { programId: '1', form: 'virtual', cardholderId: String(cardholderId) }
  return { partner, path: `/operator/v1/partners/${partner.partnerId}`, card }
}

const read = async (path: string) => JSON.parse((await door.call('GET', path)).text)

async function create({ path }: Made, body: object, headers?: Record<string, string>) {
  const { status, text } = await door.post(`${path}/cards`, body, headers)
  return { status, cards: JSON.parse(text).cards }
}

describe('cards that an operator makes', () => {
  test('are active at once when virtual, with limit, money and the number that was chosen', async () => {
    const made = await newOrder()
    const uniqueNo = newOrderNo()
    const { status, cards } = await create(made, {
      ...made.card,
      uniqueNo,
      initialBalance: usd('100.00'),
      limit: LIMIT,
      remark: 'travel',
    })
    expect([status, cards]).toMatchObject([201, [{ status: 'active', form: 'virtual', uniqueNo, remark: 'travel' }]])
    expect(await read(`${made.path}/cards/${cards[0].cardId}`)).toMatchObject({
      account: { balance: usd('100.00'), available: usd('100.00') },
      limit: { ...LIMIT, totalAmount: null },
    })
  })

  test('have a number made up when none was chosen', async () => {
    const made = await newOrder()
    const first = await create(made, made.card)
    const second = await create(made, made.card)
    expect(first.cards[0].uniqueNo).toMatch(/^\d{20}$/)
    expect(second.cards[0].uniqueNo).not.toBe(first.cards[0].uniqueNo)
  })

  test('are several alike, numbered one after the other, and made once under a key', async () => {
    const made = await newOrder()
    const uniqueNo = newOrderNo()
    const headers = { 'idempotency-key': uniqueNo }
    const { cards } = await create(made, { ...made.card, count: 3, uniqueNo }, headers)
    expect(cards.map((card: { uniqueNo: string }) => card.uniqueNo)).toEqual([
      uniqueNo,
      `${uniqueNo}-2`,
      `${uniqueNo}-3`,
    ])
    expect((await create(made, { ...made.card, count: 3, uniqueNo }, headers)).cards).toEqual(cards)
    expect((await read(`${made.path}/cards`)).cards).toHaveLength(3)
  })

  test('are physical, for a holder or without a name', async () => {
    const made = await newOrder()
    const { text } = await door.post(`${made.path}/contacts`, {
      firstName: 'Jane',
      lastName: 'Killy',
      mobile: '+525512345678',
      email: 'jane@example.com',
    })
    const { contactId } = JSON.parse(text)
    const address = { line1: '1 Main Street', postalCode: '94105', city: 'San Francisco', state: 'CA', country: 'US' }
    const named = await create(made, { ...made.card, form: 'physical', contactId, delivery: { address } })
    expect(named.cards).toMatchObject([{ form: 'physical', status: 'pending' }])
    const { cardholderId: _nobody, ...card } = made.card
    expect((await create(made, { ...card, form: 'physical' })).cards).toMatchObject([{ cardholderId: null }])
  })

  test.each<[string, Record<string, unknown>]>([
    ['cardholder', { funding: 'cardholder' }],
    ['reserve', { funding: 'reserve' }],
  ])('spend from the %s account', async (kind, wishes) => {
    const made = await newOrder()
    const { cards } = await create(made, { ...made.card, ...wishes })
    expect((await read(`${made.path}/cards/${cards[0].cardId}`)).account.kind).toBe(kind)
  })

  test('spend from a shared account', async () => {
    const made = await newOrder()
    const sharedAccount = String(made.partner.accounts.shared.accountId)
    const { cards } = await create(made, { ...made.card, funding: 'shared', sharedAccount })
    expect(cards).toMatchObject([{ shared: true, accountId: sharedAccount }])
  })

  test.each<[string, Record<string, unknown>, number, string, string | undefined]>([
    ['no program', { programId: undefined }, 400, 'invalid-request', 'programId'],
    ['an unknown program', { programId: '99' }, 404, 'program-not-found', undefined],
    ['an unknown form', { form: 'paper' }, 400, 'invalid-request', 'form'],
    ['a virtual card without a holder', { cardholderId: undefined }, 400, 'missing-field', 'cardholderId'],
    ['an unknown holder', { cardholderId: '1' }, 404, 'cardholder-not-found', undefined],
    ['no cards', { count: 0 }, 400, 'invalid-request', 'count'],
    ['too many cards', { count: 101 }, 400, 'invalid-request', 'count'],
    ['a contact of a virtual card', { contactId: '1' }, 400, 'invalid-field', 'contactId'],
    ['an unknown contact', { form: 'physical', contactId: '1' }, 404, 'contact-not-found', undefined],
    ['shared without an account', { funding: 'shared' }, 400, 'missing-field', 'sharedAccount'],
    ['a shared account that is not asked for', { sharedAccount: '1' }, 400, 'invalid-field', 'sharedAccount'],
    ['an unknown shared account', { funding: 'shared', sharedAccount: '1' }, 404, 'account-not-found', 'sharedAccount'],
    ['more than the partner has', { initialBalance: usd('1000000.00') }, 422, 'insufficient-funds', undefined],
    ['an amount of too many decimals', { initialBalance: usd('1.005') }, 400, 'invalid-amount', 'amount'],
    ['another currency', { initialBalance: { amount: '1.00', currency: 'EUR' } }, 404, 'account-not-found', 'currency'],
    [
      'money where the card has none',
      { funding: 'reserve', initialBalance: usd('1.00') },
      422,
      'card-has-no-balance',
      undefined,
    ],
    ['a limit above the ceiling', { limit: { ...LIMIT, dailyCount: 9999 } }, 422, 'limit-above-ceiling', 'dailyCount'],
    [
      'a limit in another currency',
      { limit: { ...LIMIT, singleAmount: { amount: '1.00', currency: 'EUR' } } },
      422,
      'unknown-currency',
      'singleAmount',
    ],
  ])('are refused with %s, and none is made', async (_fault, changes, status, code, field) => {
    const made = await newOrder()
    const answer = await door.post(`${made.path}/cards`, { ...made.card, ...changes })
    expect([answer.status, answer.body.error.code, answer.body.error.field]).toEqual([status, code, field])
    expect((await read(`${made.path}/cards`)).cards).toEqual([])
  })

  test('are refused to a holder who is not approved', async () => {
    const made = await newOrder()
    const { partnerId } = made.partner
    const { cardholderId } = await door.useCases.run(work => createCardholder(work, { partnerId, person: newPerson() }))
    const { status, body } = await door.post(`${made.path}/cards`, { ...made.card, cardholderId: String(cardholderId) })
    expect([status, body.error.code]).toEqual([409, 'cardholder-under-review'])
  })

  test('keep to an order number that was never used', async () => {
    const made = await newOrder()
    const uniqueNo = newOrderNo()
    await create(made, { ...made.card, uniqueNo })
    const { status, body } = await door.post(`${made.path}/cards`, { ...made.card, uniqueNo })
    expect([status, body.error.code]).toEqual([409, 'duplicate-order'])
  })
})

describe('money', () => {
  async function newCard(): Promise<Made & { cardPath: string }> {
    const made = await newOrder()
    const { cards } = await create(made, { ...made.card, initialBalance: usd('100.00') })
    return { ...made, cardPath: `${made.path}/cards/${cards[0].cardId}` }
  }

  test('goes on a card and off it again', async () => {
    const { path, cardPath, partner } = await newCard()
    const loaded = await door.post(`${cardPath}/load`, { ...usd('25.00'), memo: 'for the fair', orderNo: newOrderNo() })
    expect([loaded.status, JSON.parse(loaded.text)]).toMatchObject([200, { account: { balance: usd('125.00') } }])
    const payeeAccount = String(partner.accounts['partner-funding'].accountId)
    const unloaded = JSON.parse((await door.post(`${cardPath}/unload`, { ...usd('125.00'), payeeAccount })).text)
    expect(unloaded).toMatchObject({ account: { balance: usd('0.00') }, orderNo: expect.stringMatching(/^\d{20}$/) })
    expect(await read(`${path}/journal-entries/${unloaded.entryId}`)).toMatchObject({ kind: 'card-unload' })
    expect((await read(`${path}/accounts/${payeeAccount}`)).balance).toEqual(usd('1000.00'))
  })

  test('moves once under a key', async () => {
    const { cardPath } = await newCard()
    const headers = { 'idempotency-key': newOrderNo() }
    const first = await door.post(`${cardPath}/load`, usd('25.00'), headers)
    expect((await door.post(`${cardPath}/load`, usd('25.00'), headers)).text).toBe(first.text)
    expect((await read(cardPath)).account.balance).toEqual(usd('125.00'))
  })

  test.each<[string, string, object, number, string, string | undefined]>([
    ['load', 'nothing', usd('0.00'), 400, 'invalid-amount', 'amount'],
    ['load', 'less than nothing', usd('-1.00'), 400, 'invalid-amount', 'amount'],
    ['load', 'words', usd('ten'), 400, 'invalid-amount', 'amount'],
    ['load', 'an unknown currency', { amount: '1.00', currency: 'XYZ' }, 422, 'unknown-currency', 'currency'],
    ['load', 'an account that is none', { ...usd('1.00'), payAccount: 'mine' }, 404, 'account-not-found', undefined],
    ['load', 'more than there is', usd('5000.00'), 422, 'insufficient-funds', undefined],
    ['unload', 'more than there is', usd('100.01'), 422, 'insufficient-funds', undefined],
    ['unload', 'an unknown account', { ...usd('1.00'), payeeAccount: '1' }, 404, 'account-not-found', 'payeeAccount'],
    ['unload', 'a field too much', { ...usd('1.00'), payAccount: '1' }, 400, 'invalid-request', 'payAccount'],
  ])('is not moved by a %s of %s', async (call, _what, body, status, code, field) => {
    const { cardPath } = await newCard()
    const answer = await door.post(`${cardPath}/${call}`, body)
    expect([answer.status, answer.body.error.code, answer.body.error.field]).toEqual([status, code, field])
    expect((await read(cardPath)).account.balance).toEqual(usd('100.00'))
  })

  test('moves on no card of another partner, nor one that is closed', async () => {
    const { cardPath } = await newCard()
    const foreign = cardPath.replace(/partners\/\d+/, `partners/${(await addPartner(door.useCases)).partnerId}`)
    expect((await door.post(`${foreign}/load`, usd('1.00'))).body.error.code).toBe('card-not-found')
    await door.post(`${cardPath}/close`, {})
    expect((await door.post(`${cardPath}/load`, usd('1.00'))).body.error.code).toBe('card-status-conflict')
  })
})
