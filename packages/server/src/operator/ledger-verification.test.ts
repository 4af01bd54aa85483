import { afterEach, beforeEach, expect, test } from 'vitest'
import { createOperatorDoor, type OperatorDoor } from '../../../../test/support/operator-door.ts'
import { addLoadedCard, addPartner, addProgram } from '../../../../test/support/use-cases.ts'

type Proof = {
  readonly inOrder: boolean
  readonly differences: number
  readonly shown: string[]
  readonly checked: object
}
type Standing = { readonly runningSince: string | null; readonly last: Proof | null; readonly failure: string | null }

const PATH = '/operator/v1/ledger/verification'

let door: OperatorDoor

beforeEach(async () => {
  door = await createOperatorDoor()
  await addProgram(door.useCases)
  await addLoadedCard(door.useCases, await addPartner(door.useCases), 5_000n)
})

afterEach(() => door.close())

async function call(method: 'GET' | 'POST'): Promise<Standing> {
  const { status, text } = await door.call(method, PATH)
  expect(status).toBe(200)
  return JSON.parse(text) as Standing
}

test('nothing is known before the first one', async () => {
  expect(await call('GET')).toEqual({ runningSince: null, last: null, failure: null })
})

test('books in order are said to be so, with what was looked at', async () => {
  const { rows } = await door.useCases.pool.query(
    `select (select count(*) from account)::int as accounts, (select count(*) from journal_entry)::int as entries,
            (select count(*) from posting)::int as postings`,
  )
  const proved = await call('POST')
  expect(proved).toMatchObject({
    runningSince: null,
    last: { inOrder: true, differences: 0, shown: [], checked: { ...rows[0], authorizations: 0, seals: 0 } },
    failure: null,
  })
  expect(await call('GET')).toEqual(proved)
})

test('differences are told, and gone once they are mended', async () => {
  await door.useCases.pool.query(`update account set balance_minor = balance_minor + 1 where kind = 'card'`)
  const { last } = await call('POST')
  expect([last?.inOrder, last?.differences]).toEqual([false, 1])
  expect(last?.shown[0]).toContain('the balance of an account is the sum of its postings')
  await door.useCases.pool.query(`update account set balance_minor = balance_minor - 1 where kind = 'card'`)
  expect((await call('POST')).last?.inOrder).toBe(true)
})

test('who asks while one is under way gets that one', async () => {
  const [first, second] = await Promise.all([call('POST'), call('POST')])
  expect(first.last).not.toBeNull()
  expect(second.last).toEqual(first.last)
})

test('one that cannot be brought to its end says why, and the one before stays', async () => {
  const { last } = await call('POST')
  await door.useCases.pool.query('alter table chain_seal rename to hidden')
  expect(await call('POST')).toMatchObject({ last, failure: expect.stringContaining('chain_seal') as string })
  await door.useCases.pool.query('alter table hidden rename to chain_seal')
  expect((await call('POST')).failure).toBeNull()
})

test('asking for one is in the audit log', async () => {
  await call('POST')
  const { rows } = await door.useCases.pool.query('select action from audit_log')
  expect(rows).toEqual([{ action: `POST ${PATH}` }])
})
