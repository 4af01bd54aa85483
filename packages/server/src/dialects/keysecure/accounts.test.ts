import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createKeysecureDoor, type KeysecureDoor, type Merchant } from '../../../../../test/support/keysecure-door.ts'
import { ledgerViolations } from '../../../../../test/support/ledger-invariants.ts'

let door: KeysecureDoor

beforeAll(async () => {
  door = await createKeysecureDoor('2026-05-22T12:00:00Z')
})

afterAll(() => door.close())

let transfers = 0

async function given(openingBalance = 100_000n) {
  const merchant = await door.newMerchant({ openingBalance })
  const owner = await door.newCardholder(merchant)
  const move = (type: string, balance: unknown, changes: Record<string, unknown> = {}) => {
    transfers += 1
    const transfer_unique_no = `TRANSFER-${transfers}`
    return merchant.post('/account/transfer', { cardholder_no: owner, transfer_unique_no, type, balance, ...changes })
  }
  return { merchant, owner, move }
}

const THESE_DAYS = { start_time: '2026-05-22', end_time: '2026-05-23' }
const listed = async (merchant: Merchant, filter: object = {}) =>
  (await merchant.post('/account/transfer/list', { ...THESE_DAYS, ...filter })).data.list

async function balancesOf({ partnerId, accounts }: Merchant) {
  const { rows } = await door.useCases.pool.query<{ kind: string; balance: bigint }>(
    `select kind, balance_minor as balance from account where partner_id = $1 and (account_id = $2 or kind = 'cardholder')`,
    [partnerId, accounts.reserve.accountId],
  )
  return Object.fromEntries(rows.map(row => [row.kind, row.balance]))
}

describe('a transfer', () => {
  test('moves money from the reserve and back, and answers with both balances', async () => {
    const { merchant, owner, move } = await given()
    const first = await move('In', '100.00', { transfer_unique_no: 'TRANSFER_A' })
    expect(first.data).toEqual({
      transfer_no: expect.stringMatching(/^F20260522\d{6}$/),
      transfer_unique_no: 'TRANSFER_A',
      before_balance: '0.00',
      after_balance: '100.00',
    })
    expect((await move('out', '30.5')).data).toMatchObject({ before_balance: '100.00', after_balance: '69.50' })
    expect((await move('IN', '1')).data).toMatchObject({ before_balance: '69.50', after_balance: '70.50' })
    expect(await balancesOf(merchant)).toEqual({ reserve: 92_950n, cardholder: 7_050n })
    const { data } = await merchant.get(`/account/${owner}/info`)
    expect(data.list).toEqual([
      {
        cardholder_no: owner,
        symbol: 'TUSDT',
        symbol_chain: '',
        balance: '70.50',
        usd_balance: '70.50',
        bonus_balance: '0.00',
        usd_bonus_balance: '0.00',
      },
    ])
    expect(await ledgerViolations(door.useCases.pool)).toEqual([])
  })

  test('is made once for a number: a repetition is refused with 3003 and moves nothing', async () => {
    const { merchant, move } = await given()
    const repeated = await Promise.all([1, 2, 3].map(() => move('In', '10.00', { transfer_unique_no: 'TRANSFER_B' })))
    expect(repeated.map(answer => answer.code).toSorted((a, b) => a - b)).toEqual([0, 3003, 3003])
    expect(await balancesOf(merchant)).toEqual({ reserve: 99_000n, cardholder: 1_000n })
  })

  test('that was refused leaves its number free', async () => {
    const { move } = await given(1_000n)
    expect(await move('In', '10.01', { transfer_unique_no: 'TRANSFER_C' })).toMatchObject({ code: 3004 })
    expect(await move('In', '10.00', { transfer_unique_no: 'TRANSFER_C' })).toMatchObject({ code: 0 })
  })

  test('never takes more than there is, also when many come at once', async () => {
    const { merchant, move } = await given()
    await move('In', '50.00')
    const codes = (await Promise.all(Array.from({ length: 8 }, () => move('Out', '20.00')))).map(answer => answer.code)
    expect(codes.filter(code => code === 0)).toHaveLength(2)
    expect(codes.filter(code => code === 3002)).toHaveLength(6)
    expect(await balancesOf(merchant)).toEqual({ reserve: 99_000n, cardholder: 1_000n })
  })

  test('does not take back what is on hold', async () => {
    const { merchant, owner, move } = await given()
    await move('In', '50.00')
    await door.useCases.pool.query(
      `update account set held_minor = 2000 where partner_id = $1 and kind = 'cardholder'`,
      [merchant.partnerId],
    )
    expect(await move('Out', '30.01', { cardholder_no: owner })).toMatchObject({ code: 3002 })
    expect(await move('Out', '30.00')).toMatchObject({ code: 0 })
    await door.useCases.pool.query('update account set held_minor = 0 where partner_id = $1', [merchant.partnerId])
  })

  test.each(['0', '0.00', '-1.00', '1.005', '1e3', '1,00', 'ten', '+1', '99999999999999999999'])(
    'cannot be of %s',
    async balance => {
      const { move } = await given()
      const answer = await move('In', balance)
      expect([answer.code, answer.msg]).toEqual([3005, 'balance invalid parameter'])
    },
  )

  test('wants all its fields, as text', async () => {
    const { move } = await given()
    expect(await move('In', 100)).toMatchObject({ code: 1004, msg: 'balance invalid parameter' })
    expect(await move('Sideways', '1.00')).toMatchObject({ code: 1004, msg: 'type invalid parameter' })
    const tooLong = await move('In', '1.00', { transfer_unique_no: 'x'.repeat(65) })
    expect(tooLong).toMatchObject({ code: 1004, msg: 'transfer_unique_no invalid parameter' })
  })

  test('is for cardholders of the merchant who were approved', async () => {
    const { merchant, move } = await given()
    const { data } = await merchant.post('/cardholder/apply', {
      cardholder_unique_no: 'W',
      sumsub_share_token: 'w-pending',
    })
    expect(await move('In', '1.00', { cardholder_no: data.cardholder_no })).toMatchObject({ code: 2004 })
    expect(await move('Out', '1.00', { cardholder_no: data.cardholder_no })).toMatchObject({ code: 3001 })
    const other = await given()
    expect(await move('In', '1.00', { cardholder_no: other.owner })).toMatchObject({ code: 2002 })
  })

  test('gives the account that the cards of the cardholder spend from', async () => {
    const { merchant, owner, move } = await given()
    await move('In', '5.00')
    await merchant.post('/card/apply', {
      package_no: door.packageNo,
      cardholder_no: owner,
      card_type: 'Virtual',
      card_unique_no: 'CARD',
    })
    await move('In', '5.00')
    expect((await merchant.get(`/account/${owner}/info`)).data.list).toMatchObject([{ balance: '10.00' }])
  })
})

describe('the transfer list', () => {
  test('has a row for each, newest first, under all filters', async () => {
    const { merchant, owner, move } = await given()
    const { data } = await move('In', '10.00')
    await move('Out', '4.00')
    expect(await listed(merchant)).toMatchObject([{ type: 'Out', balance: '4.00' }, { type: 'In' }])
    const filter = { transfer_no: data.transfer_no, transfer_unique_no: data.transfer_unique_no, cardholder_no: owner }
    expect(await listed(merchant, filter)).toEqual([
      {
        ...filter,
        type: 'In',
        symbol: 'TUSDT',
        balance: '10.00',
        before_balance: '0.00',
        after_balance: '10.00',
        status: 'Success',
        time: Date.parse('2026-05-22T12:00:00Z'),
      },
    ])
    for (const none of [{ transfer_no: 'F1' }, { cardholder_no: 'U1' }, { transfer_unique_no: 'x' }, { page: 1 }]) {
      expect(await listed(merchant, none)).toEqual([])
    }
  })

  test('is the merchant’s own', async () => {
    const { move } = await given()
    const { data } = await move('In', '10.00')
    const other = await given()
    expect(await listed(other.merchant, { transfer_no: data.transfer_no })).toEqual([])
  })
})

test('in AUTHORIZATION mode there are no accounts of cardholders: 1012', async () => {
  const merchant = await door.newMerchant({ integrationMode: 'partner-decides' })
  const owner = await door.newCardholder(merchant)
  expect(await merchant.get(`/account/${owner}/info`)).toMatchObject({ code: 1012 })
  expect(await merchant.post('/account/transfer', {})).toMatchObject({ code: 1012 })
  expect(await merchant.post('/account/transfer/list', {})).toMatchObject({ code: 1012 })
})
