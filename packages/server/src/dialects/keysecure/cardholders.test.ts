import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createKeysecureDoor, type KeysecureDoor, type Merchant } from '../../../../../test/support/keysecure-door.ts'
import { rejectCardholder } from '../../app/review-cardholder.ts'
import { parseNo } from './ids.ts'

let door: KeysecureDoor
let merchant: Merchant

beforeAll(async () => {
  door = await createKeysecureDoor('2026-05-22T12:00:00Z')
  merchant = await door.newMerchant()
})

afterAll(() => door.close())

let numbers = 0
const unique = () => `USER-${(numbers += 1)}`
const apply = (token: string, changes: Record<string, string> = {}, who = merchant) =>
  who.post('/cardholder/apply', { cardholder_unique_no: unique(), sumsub_share_token: token, ...changes })
const THESE_DAYS = { start_time: '2026-05-22', end_time: '2026-05-23' }
const list = async (filter: object, who = merchant) =>
  (await who.post('/cardholder/list', { ...THESE_DAYS, ...filter })).data.list
const info = (no: string, who = merchant) => who.get(`/cardholder/${no}/info`)

describe('the share token', () => {
  test.each([
    ['share-pending', 'Pending', ''],
    ['share-in_progress', 'In_progress', ''],
    ['share-approved', 'Approved', ''],
    ['share-rejected', 'Rejected', 'The verification was not passed.'],
    ['your_sumsub_share_token', 'In_progress', ''],
  ])('%s leads to %s', async (token, status, reason) => {
    const { data } = await apply(token)
    const expected = { cardholder_no: data.cardholder_no, status, fail_reason: reason }
    expect(await list({ cardholder_no: data.cardholder_no })).toMatchObject([expected])
    expect((await info(data.cardholder_no)).data).toMatchObject({ status, card_list: [], account_list: [] })
  })

  test('that cannot be resolved is refused with 2006 and leaves nobody behind', async () => {
    const no = unique()
    expect(await apply('share-unavailable', { cardholder_unique_no: no })).toMatchObject({ code: 2006 })
    expect(await list({ cardholder_unique_no: no })).toEqual([])
  })
})

describe('an application for a known cardholder', () => {
  test.each([
    ['share-pending', 2004],
    ['share-in_progress', 2004],
    ['share-approved', 2003],
  ])('who came with %s is refused with %i', async (token, code) => {
    const { data } = await apply(token)
    const { cardholder_no, cardholder_unique_no } = data
    expect(await apply('share-approved', { cardholder_no, cardholder_unique_no })).toMatchObject({ code })
  })

  test('who was rejected starts again, under the numbers that it has', async () => {
    const { data } = await apply('share-rejected')
    const { cardholder_no, cardholder_unique_no } = data
    const other = await apply('share-approved', { cardholder_no })
    expect([other.code, other.msg]).toEqual([1004, 'cardholder_unique_no invalid parameter'])
    expect((await apply('share-approved', { cardholder_no, cardholder_unique_no })).data).toEqual(data)
    expect(await list({ cardholder_no })).toMatchObject([{ status: 'Approved', fail_reason: '' }])
  })

  test('of whom the operator asks something else may come again, too', async () => {
    const { data } = await apply('share-in_progress')
    const { cardholder_no, cardholder_unique_no } = data
    const cardholderId = parseNo('cardholder', cardholder_no) ?? 0n
    const { partnerId } = merchant
    const findings = { codes: [], remark: 'blurred picture', final: false }
    await door.useCases.run(work => rejectCardholder(work, { partnerId, cardholderId, ...findings }))
    expect(await list({ cardholder_no })).toMatchObject([{ status: 'Rejected', fail_reason: 'blurred picture' }])
    expect(await apply('share-approved', { cardholder_no, cardholder_unique_no })).toMatchObject({ code: 0 })
  })

  test('needs one of the merchant', async () => {
    const { data } = await apply('share-rejected')
    const { cardholder_no, cardholder_unique_no } = data
    const stranger = await door.newMerchant()
    expect(await apply('t', { cardholder_no, cardholder_unique_no }, stranger)).toMatchObject({ code: 2002 })
  })
})

describe('the cardholder list', () => {
  test('has exactly the documented fields, newest first, and only what the merchant has numbered', async () => {
    const who = await door.newMerchant()
    await door.newCardholder(who)
    const [first, second] = [await apply('a', {}, who), await apply('b-approved', {}, who)]
    const row = { email: '', fail_reason: '', time: Date.parse('2026-05-22T12:00:00Z') }
    expect(await list({}, who)).toEqual([
      { ...second.data, ...row, status: 'Approved' },
      { ...first.data, ...row, status: 'In_progress' },
    ])
    expect(await list({ page: 1, size: 1 }, who)).toMatchObject([{ cardholder_no: first.data.cardholder_no }])
    expect(await list({ page: 2, size: 1 }, who)).toEqual([])
  })

  test('filters exactly, and with AND', async () => {
    const { data } = await apply('x')
    const other = (await apply('x')).data
    const { cardholder_no, cardholder_unique_no } = data
    expect(await list({ cardholder_no, cardholder_unique_no })).toHaveLength(1)
    expect(await list({ cardholder_no, cardholder_unique_no: other.cardholder_unique_no })).toEqual([])
    expect(await list({ cardholder_no: 'X' })).toEqual([])
    expect(await list({ cardholder_no: cardholder_no.replace('20260522', '20260521') })).toEqual([])
  })

  test('wants its window', async () => {
    const answer = await merchant.post('/cardholder/list', { start_time: '2026-05-22' })
    expect([answer.code, answer.msg]).toEqual([1004, 'end_time invalid parameter'])
    const tooLong = { start_time: '2026-01-01', end_time: '2026-05-22' }
    expect(await merchant.post('/cardholder/list', tooLong)).toMatchObject({ code: 1020 })
  })
})

describe('the cardholder detail', () => {
  test('shows the cards that were issued and what the cardholder owns', async () => {
    const cardholder_no = await door.newCardholder(merchant)
    const application = { package_no: door.packageNo, cardholder_no, card_type: 'Virtual', card_unique_no: unique() }
    const { data: card } = await merchant.post('/card/apply', application)
    const { data } = await info(cardholder_no)
    expect(data).toMatchObject({
      email: 'ada@example.com',
      total_balance: '0.00',
      card_list: [{ ...card, card_type: 'Virtual', status: 'Activated' }],
      account_list: [{ cardholder_no, symbol: 'TUSDT', balance: '0.00', bonus_balance: '0.00' }],
    })
  })

  test('is refused with 2002 for everybody else', async () => {
    const stranger = await door.newMerchant()
    const cardholder_no = await door.newCardholder(merchant)
    expect(await info(cardholder_no, stranger)).toMatchObject({ code: 2002 })
    expect(await info('U202605220001')).toMatchObject({ code: 2002 })
    expect(await info('%00')).toMatchObject({ code: 2002 })
  })
})

test('a key is answered as often as it may be called, and then 1009', async () => {
  const limited = await door.newMerchant({}, { requestsPerSecond: 3 })
  const codes = []
  for (let call = 0; call < 4; call++) codes.push((await limited.get('/cardholder/U202605220001/info')).code)
  // Get Token was the first of the three
  expect(codes).toEqual([2002, 2002, 1009, 1009])
})
