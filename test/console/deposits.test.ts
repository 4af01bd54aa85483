/** Deposits: seen, confirmed, looked into and refused. */
import { randomUUID } from 'node:crypto'
import { PagsmileClient } from '@openissuer/sdk/index.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Issuing, openIssuing, usd } from '../support/console-issuing.ts'

let world: Issuing
let pagsmile: PagsmileClient

beforeAll(async () => {
  world = await openIssuing()
  pagsmile = new PagsmileClient({ baseUrl: world.baseUrl, ...world.credentials.pagsmile })
})

afterAll(() => world?.close())

async function announced(pay_currency = 'USD'): Promise<string> {
  const order_no = randomUUID().slice(0, 18)
  await pagsmile.accounts.announceDeposit({ order_no, pay_amount: '75.00', pay_currency, topup_currency: 'USD' })
  return order_no
}

const found = async (orderNo: string) =>
  (await world.api.deposits.list(world.partnerId)).rows.find(deposit => deposit.orderNo === orderNo)

test('without deposits the page says where they come from', async () => {
  const { page, expectAccessible, expectQuiet, close } = await world.open(`${world.path}/deposits`)
  await page.getByText('No deposits yet').waitFor()
  await expectAccessible()
  expectQuiet()
  await close()
})

test('a deposit is confirmed with what has arrived', async () => {
  const orderNo = await announced()
  const { page, shoot, expectAccessible, expectQuiet, close } = await world.open(`${world.path}/deposits?show=open`)
  await page.getByRole('button', { name: `Confirm ${orderNo}` }).waitFor()
  await expectAccessible()
  await shoot('deposits')
  await page.getByRole('button', { name: `Confirm ${orderNo}` }).click()
  expect(await page.getByLabel('What has arrived').inputValue()).toBe('75.00')
  await page.getByLabel('What has arrived').fill('74.005')
  await page.getByRole('button', { name: 'Credit the account' }).click()
  await expect.poll(() => page.getByLabel('What has arrived').getAttribute('aria-invalid')).toBe('true')
  await expectAccessible()
  await page.getByLabel('What has arrived').fill('74.00')
  await page.getByRole('button', { name: 'Credit the account' }).click()
  await page.getByText('Nothing waits for you').waitFor()
  expect(await found(orderNo)).toMatchObject({ status: 'completed', creditAmount: usd('74.00') })
  expectQuiet()
  await close()
})

test('of a deposit in another currency somebody has to say how much it is', async () => {
  const orderNo = await announced('EUR')
  const { page, close } = await world.open(`${world.path}/deposits`)
  await page.getByRole('button', { name: `Confirm ${orderNo}` }).click()
  expect(await page.getByLabel('What has arrived').inputValue()).toBe('')
  await page.getByLabel('What has arrived').fill('81.00')
  await page.getByRole('button', { name: 'Credit the account' }).click()
  await expect.poll(async () => (await found(orderNo))?.creditAmount).toEqual(usd('81.00'))
  await close()
})

test('a deposit is looked into and refused with a reason', async () => {
  const orderNo = await announced()
  const { page, expectQuiet, close } = await world.open(`${world.path}/deposits`)
  await page.getByRole('button', { name: `Review ${orderNo}` }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Review' }).click()
  await expect.poll(async () => (await found(orderNo))?.status).toBe('in-review')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: `Reject ${orderNo}` }).click()
  await page.getByRole('dialog').getByLabel('Reason').fill('It never came')
  await page.getByRole('dialog').getByRole('button', { name: 'Reject' }).click()
  await page.getByRole('cell', { name: 'It never came' }).waitFor()
  expect(await found(orderNo)).toMatchObject({ status: 'failed', rejection: 'It never came' })
  expectQuiet()
  await close()
})

test('who may only read decides nothing', async () => {
  const orderNo = await announced()
  const operatorKey = await world.keyOf('read-only')
  const { page, close } = await world.open(`${world.path}/deposits`, { operatorKey })
  const confirm = page.getByRole('button', { name: `Confirm ${orderNo}` })
  await confirm.waitFor()
  expect(await confirm.isDisabled()).toBe(true)
  await close()
})

test('deposits that cannot be read are not said to be none', async () => {
  const { page, close } = await world.open('/partners')
  await page.route('**/deposits*', route =>
    route.request().url().includes('/operator/')
      ? route.fulfill({ status: 503, json: { error: { code: 'internal', message: 'Something failed on our side.' } } })
      : route.continue(),
  )
  await page.goto(`/console${world.path}/deposits`)
  await page.getByRole('alert').waitFor()
  await close()
})
