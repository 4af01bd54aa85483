/**
 * Races, with real connections: authorizations that arrive at once never pass a limit or a balance together that each
 * would pass alone. A control runs the same engine with its locks taken out and does overspend, so the tests are able
 * to see what they look for.
 */
import type { Authorization } from '@openissuer/core/authorization/authorization.ts'
import type { DeclineReason } from '@openissuer/core/authorization/decline-reason.ts'
import type { Card } from '@openissuer/core/card/card.ts'
import type { LimitTerms } from '@openissuer/core/limits/card-limit.ts'
import type { Pool, PoolClient, QueryConfig } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ledgerViolations } from '../../../../test/support/ledger-invariants.ts'
import {
  addCard,
  addLoadedCard,
  addPartner,
  addProgram,
  createUseCases,
  newOrderNo,
  purchase,
  sharedFunding,
  type UseCases,
  usd,
} from '../../../../test/support/use-cases.ts'
import { secureRandom } from '../random.ts'
import { createBatchStore } from '../storage/authorization-batches.ts'
import { isConflict, openPool } from '../storage/database.ts'
import { createLimit } from './create-limit.ts'
import { createAuthorizationEngine } from './engine/authorization-engine.ts'
import { loadCard } from './load-card.ts'

const LIMIT: LimitTerms = {
  dailyCount: 1000,
  singleAmount: usd(1_000_000n),
  dailyAmount: usd(1_000_000n),
  monthlyAmount: usd(1_000_000n),
  totalAmount: null,
}

const approved = (authorizations: readonly Authorization[]) =>
  authorizations.filter(({ declineReason }) => declineReason === null)

describe('authorizations at the same time', () => {
  let useCases: UseCases

  beforeAll(async () => {
    useCases = await createUseCases()
    await addProgram(useCases)
  })

  afterEach(async () => {
    expect(await ledgerViolations(useCases.pool)).toEqual([])
  })

  afterAll(() => useCases.close())

  const CASES: readonly (readonly [string, Partial<LimitTerms>, bigint, number, DeclineReason])[] = [
    ['a daily count of 20', { dailyCount: 20 }, 100_000n, 20, 'daily-count-exceeded'],
    ['a daily amount of 100.00', { dailyAmount: usd(10_000n) }, 100_000n, 14, 'daily-amount-exceeded'],
    ['a monthly amount of 100.00', { monthlyAmount: usd(10_000n) }, 100_000n, 14, 'monthly-amount-exceeded'],
    ['a total of 100.00', { totalAmount: usd(10_000n) }, 100_000n, 14, 'total-amount-exceeded'],
    ['a balance of 50.00', {}, 5000n, 7, 'insufficient-funds'],
  ]

  test.each(CASES)('200 of 7.00 on one card fill %s exactly', async (_name, narrow, balance, fitting, reason) => {
    const partner = await addPartner(useCases)
    const card = await addLoadedCard(useCases, partner, balance, { limit: { ...LIMIT, ...narrow } })
    const authorizations = await Promise.all(Array.from({ length: 200 }, () => purchase(useCases, card, 700n)))
    expect(approved(authorizations)).toHaveLength(fitting)
    expect(new Set(authorizations.map(({ declineReason }) => declineReason))).toEqual(new Set([null, reason]))
    expect(new Set(authorizations.map(({ authorizationId }) => authorizationId)).size).toBe(200)
    const account = await useCases.ports.storage.read.account(card.partnerId, card.accountId)
    expect(account?.held.minor).toBe(BigInt(fitting) * 700n)
  })

  test('of several cards on one shared account never spend more than it has', async () => {
    const partner = await addPartner(useCases, { openingBalance: 10_000n })
    const cards = await Promise.all(
      Array.from({ length: 5 }, () => addCard(useCases, partner.partnerId, { funding: sharedFunding(partner) })),
    )
    const authorizations = await Promise.all(
      Array.from({ length: 40 }, () => cards).flatMap(group => group.map(card => purchase(useCases, card, 300n))),
    )
    expect(approved(authorizations)).toHaveLength(33)
    const shared = await useCases.ports.storage.read.account(partner.partnerId, partner.accounts.shared.accountId)
    expect(shared).toMatchObject({ balance: usd(10_000n), held: usd(9900n) })
  })

  test('and loads of the same cards all finish, and every load arrives', async () => {
    const partner = await addPartner(useCases)
    const cards = [await addLoadedCard(useCases, partner, 100n), await addLoadedCard(useCases, partner, 100n)]
    const load = (card: Card) =>
      useCases.run(work =>
        loadCard(work, {
          partnerId: partner.partnerId,
          cardToken: card.token,
          payAccountId: partner.accounts['partner-funding'].accountId,
          amount: usd(50n),
          orderNo: newOrderNo(),
          memo: null,
        }),
      )
    await Promise.all(
      Array.from({ length: 30 }, () => cards).flatMap(group =>
        group.flatMap((card): Promise<unknown>[] => [purchase(useCases, card, 70n), load(card)]),
      ),
    )
    for (const card of cards) {
      const account = await useCases.ports.storage.read.account(card.partnerId, card.accountId)
      expect(account?.balance.minor).toBe(100n + 30n * 50n)
    }
  })

  test('and a limit that is set between them: all end in a decision, and the limit holds from then on', async () => {
    const partner = await addPartner(useCases)
    const card = await addLoadedCard(useCases, partner, 100_000n)
    const { partnerId } = partner
    const terms = { ...LIMIT, dailyCount: 5 }
    const before = await purchase(useCases, card, 1n)
    const [, ...during] = await Promise.all([
      useCases.run(work => createLimit(work, { partnerId, cardToken: card.token, terms })),
      ...Array.from({ length: 60 }, () => purchase(useCases, card, 1n)),
    ])
    const spent = approved([before, ...during]).length
    const after = await Promise.all(Array.from({ length: 20 }, () => purchase(useCases, card, 1n)))
    expect(approved(after)).toHaveLength(Math.max(0, 5 - spent))
  })
})

describe('the control: the same engine without its locks', () => {
  const AT_ONCE = 6

  let useCases: UseCases
  let pool: Pool

  // a database for each: what is left here is in no order
  beforeEach(async () => {
    useCases = await createUseCases()
    await addProgram(useCases)
    pool = openPool({ url: useCases.url }, { connections: AT_ONCE, onError: () => undefined, pipeline: true })
  })

  afterEach(async () => {
    await pool.end()
    await useCases.close()
  })

  /** The statements of a batch with nothing locked, and nothing written before all have read: check, then act. */
  function withoutLocks(): Pool {
    let reading = AT_ONCE
    const allHaveRead = Promise.withResolvers<void>()
    const query = async (client: PoolClient, statement: QueryConfig | string) => {
      if (typeof statement === 'string') return client.query(statement)
      if (statement.name === 'batch-write') {
        reading -= 1
        if (reading === 0) allHaveRead.resolve()
        await allHaveRead.promise
      }
      return client.query({ ...statement, text: statement.text.replace('for no key update', '') })
    }
    const connect = async () => {
      const client = await pool.connect()
      let last: Promise<unknown> = Promise.resolve()
      return {
        // a commit goes out after the write before it, as it does on the connection
        query(statement: QueryConfig | string) {
          const result = statement === 'commit' ? last.then(() => client.query('commit')) : query(client, statement)
          last = result
          return result
        },
        release: (error?: Error) => client.release(error),
      }
    }
    return { connect, query: pool.query.bind(pool) } as unknown as Pool
  }

  /** One engine each, as six processes would have. */
  function purchasesAtOnce(cards: readonly Card[], minor: bigint): Promise<Authorization[]> {
    const store = createBatchStore(withoutLocks())
    return Promise.all(
      cards.map(card => {
        const engine = createAuthorizationEngine({
          ...useCases.ports,
          random: secureRandom,
          store,
          lanes: 1,
          batchMax: 1,
          queueMax: 1,
          deadlineMs: 20_000,
          reverseLate: () => Promise.reject(new Error('nothing is late here')),
          isConflict,
          onFault: error => {
            throw error
          },
        })
        return purchase({ ports: { ...useCases.ports, engine } }, card, minor)
      }),
    )
  }

  test('passes a daily count, and the invariants tell', async () => {
    const partner = await addPartner(useCases)
    const card = await addLoadedCard(useCases, partner, 100_000n, { limit: { ...LIMIT, dailyCount: 2 } })
    expect(approved(await purchasesAtOnce(Array(AT_ONCE).fill(card), 700n))).toHaveLength(AT_ONCE)
    const violations = await ledgerViolations(useCases.pool)
    expect(violations).toContainEqual(expect.stringMatching(/kept 1 × 700, 700, 700; .* say 6 × 4200/))
  })

  test("passes a shared account's balance, and the invariants tell", async () => {
    const partner = await addPartner(useCases, { openingBalance: 1000n })
    const cards = await Promise.all(
      Array.from({ length: AT_ONCE }, () => addCard(useCases, partner.partnerId, { funding: sharedFunding(partner) })),
    )
    expect(await ledgerViolations(useCases.pool)).toEqual([])
    expect(approved(await purchasesAtOnce(cards, 700n))).toHaveLength(AT_ONCE)
    expect(await ledgerViolations(useCases.pool)).toEqual([
      expect.stringMatching(/: account \d+ holds 700, its authorizations say 4200$/),
    ])
  })

  test('is stopped by the schema only where one writer holds more than there is', async () => {
    const partner = await addPartner(useCases, { openingBalance: 1000n })
    const overspend = useCases.pool.query('update account set held_minor = 1001 where partner_id = $1', [
      partner.partnerId,
    ])
    await expect(overspend).rejects.toThrow('account_never_overspent')
  })
})
