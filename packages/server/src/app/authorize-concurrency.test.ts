/**
 * Races, with real connections: authorizations that arrive at once never pass a limit or a balance together that each
 * would pass alone. A control runs the same use case with its locks taken out and does overspend, so the tests are able
 * to see what they look for.
 */
import type { Authorization } from '@openissuer/core/authorization/authorization.ts'
import type { DeclineReason } from '@openissuer/core/authorization/decline-reason.ts'
import type { Card } from '@openissuer/core/card/card.ts'
import type { LimitTerms } from '@openissuer/core/limits/card-limit.ts'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ledgerViolations } from '../../../../test/support/ledger-invariants.ts'
import {
  addCard,
  addLoadedCard,
  addPartner,
  addProgram,
  createUseCases,
  newOrderNo,
  sharedFunding,
  type UseCases,
  usd,
} from '../../../../test/support/use-cases.ts'
import { authorize } from './authorize.ts'
import { createLimit } from './create-limit.ts'
import { loadCard } from './load-card.ts'
import type { Transaction, Work } from './ports.ts'

const MERCHANT = { id: null, name: null, mcc: null, country: null, city: null, acquirerId: null }

const LIMIT: LimitTerms = {
  dailyCount: 1000,
  singleAmount: usd(1_000_000n),
  dailyAmount: usd(1_000_000n),
  monthlyAmount: usd(1_000_000n),
  totalAmount: null,
}

const purchase = (useCases: UseCases, { partnerId, cardId }: Card, minor: bigint, around = (work: Work) => work) =>
  useCases.run(work =>
    authorize(around(work), { partnerId, cardId, transactionAmount: usd(minor), merchant: MERCHANT }),
  )

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

describe('the control: the same use case without its locks', () => {
  const AT_ONCE = 6

  let useCases: UseCases

  beforeAll(async () => {
    useCases = await createUseCases()
    await addProgram(useCases)
  })

  afterAll(() => useCases.close())

  /** Reads without locking, and writes only when all have read: check, then act. */
  function withoutLocks(): (work: Work) => Work {
    let reading = AT_ONCE
    const allHaveRead = Promise.withResolvers<void>()
    return work => {
      const { tx } = work
      const unlocked: Transaction = {
        ...tx,
        async lockAccounts(partnerId, accountIds) {
          const accounts = []
          for (const accountId of accountIds) accounts.push(await tx.account(partnerId, accountId))
          return accounts.filter(account => account !== undefined)
        },
        lockCard: (partnerId, cardId) => tx.card(partnerId, cardId),
        async insertAuthorization(authorization, accountId) {
          reading -= 1
          if (reading === 0) allHaveRead.resolve()
          await allHaveRead.promise
          await tx.insertAuthorization(authorization, accountId)
        },
      }
      return { ...work, tx: unlocked }
    }
  }

  test('passes a daily count', async () => {
    const partner = await addPartner(useCases)
    const card = await addLoadedCard(useCases, partner, 100_000n, { limit: { ...LIMIT, dailyCount: 2 } })
    const around = withoutLocks()
    const purchases = Array.from({ length: AT_ONCE }, () => purchase(useCases, card, 700n, around))
    expect(approved(await Promise.all(purchases)).length).toBeGreaterThan(2)
  })

  test("passes a shared account's balance where nothing stands behind it, and the invariants tell", async () => {
    const partner = await addPartner(useCases, { openingBalance: 1000n })
    const cards = await Promise.all(
      Array.from({ length: AT_ONCE }, () => addCard(useCases, partner.partnerId, { funding: sharedFunding(partner) })),
    )
    const overspend = () => {
      const around = withoutLocks()
      return Promise.allSettled(cards.map(card => purchase(useCases, card, 700n, around)))
    }

    // the constraint of the schema is the second line: one purchase fits, the others fail instead of overspending
    const stopped = await overspend()
    expect(stopped.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await ledgerViolations(useCases.pool)).toEqual([])

    await useCases.pool.query('alter table account drop constraint account_never_overspent')
    await useCases.pool.query('update account set held_minor = 0')
    await useCases.pool.query('update card_authorization set held_minor = 0')
    const unstopped = await overspend()
    expect(unstopped.filter(({ status }) => status === 'fulfilled')).toHaveLength(AT_ONCE)
    const violations = await ledgerViolations(useCases.pool)
    expect(violations).toEqual([
      expect.stringMatching(/^no account holds back more than it has: .* has 1000 and holds 4200$/),
    ])
  })
})
