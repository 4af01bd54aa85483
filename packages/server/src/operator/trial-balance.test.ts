import { afterAll, beforeAll, expect, test } from 'vitest'
import { lifecycleOf } from '../../../../test/support/lifecycle.ts'
import { createOperatorDoor, type OperatorDoor } from '../../../../test/support/operator-door.ts'
import {
  addLoadedCard,
  addPartner,
  addProgram,
  purchase,
  type TestPartner,
  usd,
} from '../../../../test/support/use-cases.ts'

type Money = { readonly amount: string; readonly currency: string }
type Line = {
  readonly accountId: string
  readonly kind: string
  readonly accounts: number
  readonly debits: Money
  readonly credits: Money
  readonly balance: Money
}
type Shown = {
  readonly at: string
  readonly totals: {
    readonly currency: string
    readonly debits: Money
    readonly credits: Money
    readonly equal: boolean
  }[]
  readonly kinds: Line[]
  readonly accounts: Line[]
  readonly nextCursor: string | null
}

let door: OperatorDoor
let partner: TestPartner
let loadedAt: Temporal.Instant

async function trialBalance(query = ''): Promise<Shown> {
  const { status, text } = await door.call('GET', `/operator/v1/partners/${partner.partnerId}/trial-balance?${query}`)
  expect(status).toBe(200)
  return JSON.parse(text) as Shown
}

const balances = (lines: readonly Line[]) =>
  Object.fromEntries(lines.map(({ kind, balance }) => [kind, balance.amount]))

/** A card is loaded with 50.00, a minute later 4.00 of a purchase are cleared, and an account in EUR is opened. */
beforeAll(async () => {
  door = await createOperatorDoor()
  const { useCases } = door
  await addProgram(useCases)
  partner = await addPartner(useCases, { openingBalance: 100_000n })
  const card = await addLoadedCard(useCases, partner, 5_000n)
  loadedAt = useCases.clock.now()
  useCases.clock.set(loadedAt.add({ minutes: 1 }).toString())
  const { authorizationId } = await purchase(useCases, card, 1_000n)
  await lifecycleOf(useCases).clear(partner.partnerId, { authorizationId }, usd(400n))
  const account = { kind: 'shared', currency: 'EUR', name: 'Travel' }
  expect((await door.post(`/operator/v1/partners/${partner.partnerId}/accounts`, account)).status).toBe(201)
})

afterAll(() => door.close())

test('accounts have what was posted to them, and debits equal credits', async () => {
  const { totals, kinds, accounts, at } = await trialBalance()
  expect(at).toBe(door.useCases.clock.now().toString())
  const { rows: kept } = await door.useCases.pool.query<{ account_id: bigint; balance: string }>(
    `select account_id, to_char(balance_minor / 100.0, 'FM999990.00') as balance from account
      where partner_id = $1 order by account_id`,
    [partner.partnerId],
  )
  expect(accounts.map(({ accountId, balance }) => [accountId, balance.amount])).toEqual(
    kept.map(row => [String(row.account_id), row.balance]),
  )
  expect(totals.map(({ currency, equal }) => [currency, equal])).toEqual([
    ['EUR', true],
    ['USD', true],
  ])
  expect(totals[1]?.debits).toEqual(totals[1]?.credits)
  expect(kinds.find(({ kind }) => kind === 'card')).toMatchObject({
    accounts: 1,
    debits: { amount: '4.00' },
    credits: { amount: '50.00' },
    balance: { amount: '46.00' },
  })
})

test('what was posted after the instant does not count, and what was opened after it is not there', async () => {
  const before = await trialBalance(`at=${loadedAt.toString()}`)
  expect(balances(before.kinds)).toMatchObject({ card: '50.00', 'partner-funding': '950.00' })
  expect(before.totals.map(({ currency }) => currency)).toEqual(['USD'])
  const atClearing = await trialBalance(`at=${door.useCases.clock.now().toString()}`)
  expect(balances(atClearing.kinds)).toMatchObject({ card: '46.00', 'network-settlement': '4.00' })
  const justBefore = door.useCases.clock.now().subtract({ milliseconds: 1 })
  expect(balances((await trialBalance(`at=${justBefore.toString()}`)).kinds)).toMatchObject({ card: '50.00' })
  expect(await trialBalance('at=2000-01-01T00:00:00Z')).toMatchObject({ accounts: [], kinds: [], totals: [] })
})

test('one currency alone can be asked for', async () => {
  const { accounts, totals } = await trialBalance('currency=EUR')
  expect(accounts).toMatchObject([{ name: 'Travel', balance: { amount: '0.00', currency: 'EUR' } }])
  expect(totals).toEqual([
    {
      currency: 'EUR',
      debits: { amount: '0.00', currency: 'EUR' },
      credits: { amount: '0.00', currency: 'EUR' },
      equal: true,
    },
  ])
})

test('later pages are of the instant of the first one, which alone has the totals', async () => {
  const all = await trialBalance(`at=${loadedAt.toString()}`)
  const walked: Line[] = []
  let page = await trialBalance(`at=${loadedAt.toString()}&limit=1`)
  expect(page.totals).toEqual(all.totals)
  for (;;) {
    expect(page.at).toBe(loadedAt.toString())
    walked.push(...page.accounts)
    if (page.nextCursor === null) break
    page = await trialBalance(`limit=1&cursor=${page.nextCursor}`)
    expect([page.totals, page.kinds]).toEqual([null, null])
  }
  expect(walked).toEqual(all.accounts)
})

test('an instant that is none is refused', async () => {
  const { status, body } = await door.call('GET', `/operator/v1/partners/${partner.partnerId}/trial-balance?at=noon`)
  expect([status, body.error.code, body.error.field]).toEqual([400, 'invalid-field', 'at'])
})
