/** How a search among many authorizations goes on where it stopped. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  addLoadedCard,
  addPartner,
  addProgram,
  createUseCases,
  type UseCases,
} from '../../../../test/support/use-cases.ts'
import type { AuthorizationListFilter } from '../app/list-ports.ts'

const ROWS = 120_000
const FROM = Temporal.Instant.from('2026-01-01T00:00:00Z')

let useCases: UseCases
let partnerId: bigint

/** A row each second; one in fifty thousand is at a rare kind of merchant. Cards 2 to 61 share their last four digits. */
beforeAll(async () => {
  useCases = await createUseCases()
  await addProgram(useCases)
  const partner = await addPartner(useCases)
  const card = await addLoadedCard(useCases, partner, 5_000n)
  partnerId = partner.partnerId
  await useCases.pool.query(
    `insert into card (partner_id, card_id, cardholder_id, program_id, account_id, token, unique_no, form, network, shared,
       bin, last_four, pan_ciphertext, pan_key_id, expiry_year, expiry_month, status, created_at)
     select partner_id, n, cardholder_id, program_id, account_id, 'token ' || n, 'number ' || n, form, network, shared,
            bin, '0042', pan_ciphertext, pan_key_id, expiry_year, expiry_month, status, created_at
       from card, generate_series(2, 61) n where card_id = $1`,
    [card.cardId],
  )
  await useCases.pool.query(
    `insert into card_authorization (partner_id, authorization_id, card_id, account_id, transaction_minor,
       transaction_currency, billing_minor, billing_currency, merchant_mcc, approval_code, decline_reason, trace, held_minor,
       cleared_minor, fee_minor, status, created_at)
     select $1, n, case when n % 1000 = 0 then 2 + n / 1000 % 60 else $2 end, $3, 100, 'USD', 100, 'USD',
            case when n % 50000 = 1 then '7995' else '5411' end,
            case when n % 40000 = 7 then null else '123456' end, case when n % 40000 = 7 then 'card-lost' end,
            '[]', 0, 0, 0, case when n % 30000 = 9 then 'open' else 'closed' end, $4::timestamptz + n * interval '1 second'
       from generate_series(1, ${ROWS}) n`,
    [partnerId, card.cardId, card.accountId, FROM.toString()],
  )
  await useCases.pool.query('analyze card_authorization')
}, 60_000)

afterAll(() => useCases.close())

type Filter = Partial<Omit<AuthorizationListFilter, 'partnerId' | 'after'>>

/** Ids page by page, with how far each page has looked. */
async function search(filter: Filter): Promise<{ ids: number[]; searchedTo: (string | null)[] }> {
  const ids: number[] = []
  const searchedTo: (string | null)[] = []
  let after: AuthorizationListFilter['after']
  do {
    const page = await useCases.ports.storage.read.listAuthorizations({ partnerId, limit: 50, ...filter, after })
    ids.push(...page.rows.map(row => Number(row.authorizationId)))
    searchedTo.push(page.searchedTo?.at.toString() ?? null)
    after = page.searchedTo ?? undefined
  } while (after !== undefined && searchedTo.length < 20)
  return { ids, searchedTo }
}

const timeOf = (row: number) => FROM.add({ seconds: row }).toString()

test('what few rows have is found over several calls, each of which says how far it has looked', async () => {
  expect(await search({ mcc: '7995' })).toEqual({
    ids: [100_001, 50_001, 1],
    searchedTo: [timeOf(70_001), timeOf(20_001), null],
  })
})

test('a full page ends where its last row is', async () => {
  expect(await search({ mcc: '7995', limit: 1 })).toEqual({
    ids: [100_001, 50_001, 1],
    searchedTo: [timeOf(70_001), timeOf(20_001), null],
  })
  const { rows, searchedTo } = await useCases.ports.storage.read.listAuthorizations({
    partnerId,
    mcc: '5411',
    limit: 2,
  })
  expect([rows.map(row => row.authorizationId), searchedTo]).toEqual([
    [120_000n, 119_999n],
    { at: FROM.add({ seconds: 119_999 }), id: 119_999n },
  ])
})

test('a time that is asked for is where the search begins and ends', async () => {
  const to = FROM.add({ seconds: 50_001 })
  expect(await search({ mcc: '7995', to })).toEqual({ ids: [50_001, 1], searchedTo: [timeOf(2), null] })
  expect(await search({ mcc: '7995', from: to })).toEqual({
    ids: [100_001, 50_001],
    searchedTo: [timeOf(70_001), null],
  })
})

test('what an index leads to is found at once', async () => {
  expect(await search({ declineReason: 'card-lost' })).toEqual({ ids: [80_007, 40_007, 7], searchedTo: [null] })
  expect(await search({ status: 'open' })).toEqual({ ids: [90_009, 60_009, 30_009, 9], searchedTo: [null] })
  const to = FROM.add({ seconds: 60_009 })
  expect(await search({ status: 'open', to })).toEqual({ ids: [60_009, 30_009, 9], searchedTo: [null] })
  expect(await search({ cardToken: 'token 5' })).toEqual({ ids: [63_000, 3_000], searchedTo: [null] })
  expect(await search({ cardToken: 'nobody' })).toEqual({ ids: [], searchedTo: [null] })
})

test('cards with the same last four digits are searched together, few by their indexes and many by time', async () => {
  const all = Array.from({ length: 120 }, (_, index) => 120_000 - index * 1_000)
  expect((await search({ lastFour: '0042' })).ids).toEqual(all)
  await useCases.pool.query(`update card set last_four = '0043' where partner_id = $1 and card_id between 2 and 4`, [
    partnerId,
  ])
  const some = all.filter(row => [0, 1, 2].includes((row / 1_000) % 60))
  expect(await search({ lastFour: '0043' })).toEqual({ ids: some, searchedTo: [null] })
  expect(await search({ lastFour: '0043', cardToken: 'token 2' })).toEqual({
    ids: [120_000, 60_000],
    searchedTo: [null],
  })
})
