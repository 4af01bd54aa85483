import { currency } from '@openissuer/core/money/currency.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createOperatorDoor, type OperatorDoor } from '../../../../test/support/operator-door.ts'
import { addPartner, newOrderNo, usd } from '../../../../test/support/use-cases.ts'
import { orderDeposit } from '../app/order-deposit.ts'

let door: OperatorDoor

beforeAll(async () => {
  door = await createOperatorDoor()
})

afterAll(() => door.close())

async function newDeposit(creditCurrency = 'USD') {
  const { partnerId } = await addPartner(door.useCases)
  const deposit = await door.useCases.run(work =>
    orderDeposit(work, {
      partnerId,
      orderNo: newOrderNo(),
      payAmount: usd(4800n),
      accountId: null,
      creditCurrency: currency(creditCurrency),
      payer: { account: null, bank: 'Test Bank', expectedOn: null },
      memo: 'May',
    }),
  )
  const path = `/operator/v1/partners/${partnerId}/deposits`
  return { partnerId, deposit, path, act: `${path}/${deposit.depositId}` }
}

test('open deposits are listed until they are decided', async () => {
  const { deposit, path, act } = await newDeposit()
  const listed = async (query: string) => JSON.parse((await door.call('GET', `${path}${query}`)).text).deposits
  const [shown] = await listed('?open=true')
  expect(shown).toEqual({
    depositId: String(deposit.depositId),
    orderNo: deposit.orderNo,
    status: 'awaiting-confirmation',
    accountId: String(deposit.accountId),
    payAmount: { amount: '48.00', currency: 'USD' },
    creditCurrency: 'USD',
    creditAmount: { amount: '48.00', currency: 'USD' },
    payer: { account: null, bank: 'Test Bank', expectedOn: null },
    memo: 'May',
    rejection: null,
    createdAt: '2026-05-22T12:00:00Z',
  })
  await door.post(`${act}/review`)
  expect((await listed('?open=true'))[0].status).toBe('in-review')
  await door.post(`${act}/confirm`, {})
  expect(await listed('?open=true')).toEqual([])
  expect((await listed(''))[0].status).toBe('completed')
})

test('a confirmation credits what was announced, or what is given for it', async () => {
  const { partnerId, deposit, act } = await newDeposit('HKD')
  const without = await door.post(`${act}/confirm`, {})
  expect([without.status, without.body.error]).toMatchObject([400, { code: 'missing-field', field: 'amount' }])
  const credited = { amount: '375.60', currency: 'HKD' }
  const { status, text } = await door.post(`${act}/confirm`, { credited })
  expect([status, JSON.parse(text)]).toMatchObject([200, { status: 'completed', creditAmount: credited }])
  const account = await door.useCases.ports.storage.read.account(partnerId, deposit.accountId)
  expect(account?.balance.minor).toBe(37_560n)
})

test('deposits are listed newest first, page by page, and those that are decided left out on request', async () => {
  const { partnerId, path, act } = await newDeposit()
  await door.post(`${act}/reject`, { reason: 'it never came' })
  for (const orderNo of ['SECOND', 'THIRD']) {
    const announced = { partnerId, orderNo, payAmount: usd(100n), accountId: null, creditCurrency: currency('USD') }
    const payer = { account: null, bank: null, expectedOn: null }
    await door.useCases.run(work => orderDeposit(work, { ...announced, payer, memo: null }))
  }
  const read = async (query: string) => JSON.parse((await door.call('GET', `${path}${query}`)).text)
  const first = await read('?limit=2')
  expect(first.deposits).toMatchObject([{ orderNo: 'THIRD' }, { orderNo: 'SECOND' }])
  expect(await read(`?limit=2&cursor=${first.nextCursor}`)).toMatchObject({
    deposits: [{ status: 'failed' }],
    nextCursor: null,
  })
  expect((await read('?open=true')).deposits).toHaveLength(2)
})

test('a rejection needs a reason and is final', async () => {
  const { act } = await newDeposit()
  expect((await door.post(`${act}/reject`, {})).status).toBe(400)
  const { text } = await door.post(`${act}/reject`, { reason: 'it never came' })
  expect(JSON.parse(text)).toMatchObject({ status: 'failed', rejection: 'it never came' })
  const again = await door.post(`${act}/confirm`, {})
  expect([again.status, again.body.error.code]).toEqual([409, 'deposit-closed'])
})

test('what does not exist is not found, and what is malformed changes nothing', async () => {
  const { path, act } = await newDeposit()
  const other = await newDeposit()
  for (const unknown of ['1', 'abc', String(other.deposit.depositId)]) {
    const { status, body } = await door.post(`${path}/${unknown}/confirm`, {})
    expect([unknown, status, body.error.code]).toEqual([unknown, 404, 'deposit-not-found'])
  }
  expect((await door.call('GET', '/operator/v1/partners/1/deposits')).body.error.code).toBe('partner-not-found')
  for (const credited of [{ amount: '1.234', currency: 'USD' }, { amount: '1', currency: 'XYZ' }, { amount: '1' }]) {
    expect((await door.post(`${act}/confirm`, { credited })).status).toBeGreaterThanOrEqual(400)
  }
})

test('a partner gets more accounts, each with a number of its own', async () => {
  const { partnerId } = await addPartner(door.useCases)
  const path = `/operator/v1/partners/${partnerId}/accounts`
  const opened = await door.post(path, { kind: 'partner-funding', currency: 'EUR', name: 'Europe' })
  expect(opened.status).toBe(201)
  const { accountId, ...rest } = JSON.parse(opened.text)
  expect(rest).toEqual({ kind: 'partner-funding', currency: 'EUR', name: 'Europe' })
  const shared = JSON.parse((await door.post(path, { kind: 'shared', currency: 'USD' })).text)
  expect(shared).toMatchObject({ name: 'Shared cards USD' })
  expect(shared.accountId).not.toBe(accountId)
  expect((await door.post(path, { kind: 'bank', currency: 'USD' })).status).toBe(400)
  expect((await door.post(path, { kind: 'shared', currency: 'ABC' })).body.error.code).toBe('unknown-currency')
})
