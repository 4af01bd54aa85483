import type { Verification } from '@openissuer/core/cardholder/cardholder.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ledgerViolations } from '../../../../test/support/ledger-invariants.ts'
import {
  addCardholder,
  addLoadedCard,
  addPartner,
  addProgram,
  cardholderOf,
  createUseCases,
  newOrderNo,
  newPerson,
  sharedFunding,
  TERMS,
  type TestPartner,
  type UseCases,
  usd,
} from '../../../../test/support/use-cases.ts'
import { type ApplyForCard, applyForCard } from './apply-for-card.ts'
import { loadCard } from './load-card.ts'

const JPY = currency('JPY')
const VIRTUAL_ONLY = 2n
const REAL = 3n
const YEN = 4n

let useCases: UseCases

beforeAll(async () => {
  useCases = await createUseCases()
  await addProgram(useCases)
  await addProgram(useCases, { programId: VIRTUAL_ONLY, bin: '658705', forms: ['virtual'] })
  await addProgram(useCases, { programId: REAL, bin: '411111', test: false })
  const yen = (minor: bigint) => amount(minor, JPY)
  await addProgram(useCases, {
    programId: YEN,
    bin: '658706',
    currency: JPY,
    ceilings: { dailyCount: 10, singleAmount: yen(1000n), dailyAmount: yen(1000n), monthlyAmount: yen(1000n) },
  })
})

afterAll(() => useCases.close())

async function command(partner: TestPartner, changes: Partial<ApplyForCard> = {}): Promise<ApplyForCard> {
  return {
    partnerId: partner.partnerId,
    programId: 1n,
    reference: newOrderNo(),
    owner: changes.owner ?? { cardholderId: (await addCardholder(useCases, partner.partnerId)).cardholderId },
    terms: TERMS,
    ...changes,
  }
}

async function apply(partner: TestPartner, changes: Partial<ApplyForCard> = {}) {
  const wanted = await command(partner, changes)
  const applied = await useCases.run(work => applyForCard(work, wanted))
  return { ...applied, cardholder: cardholderOf(applied) }
}

/** Applies and expects a refusal that leaves no application, no card and a free order number. */
async function expectRefusal(
  partner: TestPartner,
  changes: Partial<ApplyForCard>,
  refusal: { code: string; field?: string },
) {
  const wanted = await command(partner, changes)
  await expect(useCases.run(work => applyForCard(work, wanted))).rejects.toMatchObject(refusal)
  const { rows } = await useCases.pool.query<{ left: bigint }>(
    `select (select count(*) from card_application where partner_id = $1 and reference = $2)
          + (select count(*) from card where partner_id = $1 and unique_no = $2)
          + (select count(*) from idempotency_key where partner_id = $1 and key = $2) as left`,
    [wanted.partnerId, wanted.reference],
  )
  expect(rows).toEqual([{ left: 0n }])
}

const accountOf = (partner: TestPartner, accountId: bigint) =>
  useCases.ports.storage.read.account(partner.partnerId, accountId)

describe('the owner', () => {
  test('who is approved gets the card at once', async () => {
    const partner = await addPartner(useCases)
    const { application, card } = await apply(partner)
    expect(application).toMatchObject({ status: 'completed', cardId: card?.cardId })
    expect(card).toMatchObject({ status: 'active', uniqueNo: application.reference })
    expect(await useCases.ports.storage.read.card(partner.partnerId, card?.cardId ?? 0n)).toEqual(card)
  })

  test('who is registered with the order waits for approval', async () => {
    const partner = await addPartner(useCases)
    const { application, cardholder, card } = await apply(partner, { owner: { person: newPerson() } })
    expect(card).toBeNull()
    expect(application).toMatchObject({ status: 'in-review', cardId: null, cardholderId: cardholder.cardholderId })
    expect(cardholder.verification).toBe('documents-needed')
  })

  test('who is registered with the order and approved automatically gets one card at once', async () => {
    const partner = await addPartner(useCases, { approveCardholdersAutomatically: true })
    const { application, cardholder, card } = await apply(partner, { owner: { person: newPerson() } })
    expect(cardholder.verification).toBe('approved')
    expect(application).toMatchObject({ status: 'completed', cardId: card?.cardId })
    expect((await useCases.pool.query('select from card where partner_id = $1', [partner.partnerId])).rowCount).toBe(1)
  })

  test.each([
    ['documents-needed', 'cardholder-under-review'],
    ['in-review', 'cardholder-under-review'],
    ['rejected', 'cardholder-rejected'],
  ] as const)('who is %s is refused: %s', async (verification: Verification, code) => {
    const partner = await addPartner(useCases)
    const { cardholderId } = await addCardholder(useCases, partner.partnerId)
    await useCases.run(work => work.tx.setVerification(partner.partnerId, cardholderId, verification, null))
    await expectRefusal(partner, { owner: { cardholderId } }, { code })
  })

  test('of another partner does not exist', async () => {
    const [mine, theirs] = [await addPartner(useCases), await addPartner(useCases)]
    const { cardholderId } = await addCardholder(useCases, theirs.partnerId)
    await expectRefusal(mine, { owner: { cardholderId } }, { code: 'cardholder-not-found' })
  })

  test('whose identity document is known cannot be registered again', async () => {
    const partner = await addPartner(useCases)
    const person = newPerson()
    await apply(partner, { owner: { person } })
    await expectRefusal(partner, { owner: { person } }, { code: 'duplicate-cardholder' })
  })
})

describe('the card program', () => {
  test('that does not exist is refused', async () => {
    await expectRefusal(await addPartner(useCases), { programId: 99n }, { code: 'program-not-found' })
  })

  test('with a real BIN is closed in sandbox, one with a test BIN in live mode', async () => {
    const partner = await addPartner(useCases)
    await expectRefusal(partner, { programId: REAL }, { code: 'program-not-found' })
    const live = await command(partner)
    await expect(useCases.runLive(work => applyForCard(work, live))).rejects.toMatchObject({
      code: 'program-not-found',
    })
    const { card } = await useCases.runLive(work => applyForCard(work, { ...live, programId: REAL }))
    expect(card?.bin).toBe('411111')
  })

  test('offers its own forms only', async () => {
    const partner = await addPartner(useCases)
    const physical = { ...TERMS, form: 'physical' as const }
    await expectRefusal(partner, { programId: VIRTUAL_ONLY, terms: physical }, { code: 'card-form-not-offered' })
    const { card } = await apply(partner, { terms: physical })
    expect(card).toMatchObject({ form: 'physical', status: 'pending', activatedAt: null })
  })
})

describe('the money of a card', () => {
  test('is on an account of its own', async () => {
    const partner = await addPartner(useCases)
    const [first, second] = [await apply(partner), await apply(partner)]
    expect(await accountOf(partner, first.card?.accountId ?? 0n)).toMatchObject({ kind: 'card', balance: usd(0n) })
    expect(first.card).toMatchObject({ shared: false })
    expect(first.card?.accountId).not.toBe(second.card?.accountId)
  })

  test('is on the shared account that the order names', async () => {
    const partner = await addPartner(useCases)
    const terms = { ...TERMS, funding: sharedFunding(partner) }
    const [first, second] = [await apply(partner, { terms }), await apply(partner, { terms })]
    for (const { card } of [first, second]) {
      expect(card).toMatchObject({ shared: true, accountId: partner.accounts.shared.accountId })
    }
  })

  test('is on the one account of its cardholder, also when two orders come at once', async () => {
    const partner = await addPartner(useCases)
    const { cardholderId } = await addCardholder(useCases, partner.partnerId)
    const terms = { ...TERMS, funding: { kind: 'cardholder' as const } }
    const results = await Promise.all([1, 2, 3, 4].map(() => apply(partner, { owner: { cardholderId }, terms })))
    const accounts = new Set(results.map(({ card }) => card?.accountId))
    expect(accounts.size).toBe(1)
    expect(await accountOf(partner, [...accounts][0] ?? 0n)).toMatchObject({ kind: 'cardholder', cardholderId })
    const other = await apply(partner, { terms })
    expect(accounts).not.toContain(other.card?.accountId)
  })

  test("is the partner's reserve", async () => {
    const partner = await addPartner(useCases)
    const { card } = await apply(partner, { terms: { ...TERMS, funding: { kind: 'reserve' } } })
    expect(card).toMatchObject({ shared: false, accountId: partner.accounts.reserve.accountId })
  })

  test.each(['partner-funding', 'reserve', 'bank'] as const)('cannot be shared from a %s account', async kind => {
    const partner = await addPartner(useCases)
    const terms = { ...TERMS, funding: { kind: 'shared' as const, accountId: partner.accounts[kind].accountId } }
    await expectRefusal(partner, { terms }, { code: 'account-not-found', field: 'sharedAccount' })
  })

  test("cannot be shared from another partner's account, nor from one in another currency", async () => {
    const [mine, theirs] = [await addPartner(useCases), await addPartner(useCases)]
    const foreign = { ...TERMS, funding: sharedFunding(theirs) }
    await expectRefusal(mine, { terms: foreign }, { code: 'account-not-found', field: 'sharedAccount' })
    const dollars = { ...TERMS, funding: sharedFunding(mine) }
    await expectRefusal(mine, { programId: YEN, terms: dollars }, { code: 'unknown-currency', field: 'sharedAccount' })
  })
})

describe('the first balance', () => {
  const withBalance = (partner: TestPartner, minor: bigint, payAccountId?: bigint) => ({
    ...TERMS,
    initialBalance: { amount: usd(minor), payAccountId: payAccountId ?? partner.accounts['partner-funding'].accountId },
  })

  test('moves from the funding account to the card', async () => {
    const partner = await addPartner(useCases, { openingBalance: 10_000n })
    const { card } = await apply(partner, { terms: withBalance(partner, 10_000n) })
    expect((await accountOf(partner, card?.accountId ?? 0n))?.balance).toEqual(usd(10_000n))
    expect((await accountOf(partner, partner.accounts['partner-funding'].accountId))?.balance).toEqual(usd(0n))
    expect(await ledgerViolations(useCases.pool)).toEqual([])
  })

  test('that the funding account does not hold refuses the whole order', async () => {
    const partner = await addPartner(useCases, { openingBalance: 10_000n })
    await expectRefusal(partner, { terms: withBalance(partner, 10_001n) }, { code: 'insufficient-funds' })
    expect((await accountOf(partner, partner.accounts['partner-funding'].accountId))?.balance).toEqual(usd(10_000n))
    expect(await ledgerViolations(useCases.pool)).toEqual([])
  })

  // an order that waits for its cardholder is checked as much as one that is filled at once
  describe.each(['approved', 'waiting'])('of a card whose owner is %s', ownerIs => {
    const owner = () => (ownerIs === 'approved' ? {} : { owner: { person: newPerson() } })

    test.each(['shared', 'cardholder', 'reserve'] as const)('is refused where the money is %s', async kind => {
      const partner = await addPartner(useCases)
      const funding = kind === 'shared' ? sharedFunding(partner) : { kind }
      const terms = { ...withBalance(partner, 100n), funding }
      await expectRefusal(partner, { ...owner(), terms }, { code: 'card-has-no-balance' })
    })

    test.each([0n, -1n, 10n ** 15n + 1n])('is refused when it is %s', async minor => {
      const partner = await addPartner(useCases)
      const terms = withBalance(partner, minor)
      await expectRefusal(partner, { ...owner(), terms }, { code: 'invalid-amount', field: 'amount' })
    })

    test.each(['shared', 'bank'] as const)('cannot be paid from a %s account', async kind => {
      const partner = await addPartner(useCases)
      const terms = withBalance(partner, 100n, partner.accounts[kind].accountId)
      await expectRefusal(partner, { ...owner(), terms }, { code: 'account-not-found', field: 'payAccount' })
    })

    test("cannot be paid by another partner's account", async () => {
      const [mine, theirs] = [await addPartner(useCases), await addPartner(useCases)]
      const terms = withBalance(mine, 100n, theirs.accounts['partner-funding'].accountId)
      await expectRefusal(mine, { ...owner(), terms }, { code: 'account-not-found', field: 'payAccount' })
    })

    test('is in the currency of the funding account and of the card', async () => {
      const partner = await addPartner(useCases)
      const payAccountId = partner.accounts['partner-funding'].accountId
      const yen = { ...TERMS, initialBalance: { amount: amount(100n, JPY), payAccountId } }
      const refusal = { code: 'unknown-currency', field: 'currency' }
      await expectRefusal(partner, { ...owner(), terms: yen }, refusal)
      await expectRefusal(partner, { ...owner(), terms: yen, programId: YEN }, refusal)
      await expectRefusal(partner, { ...owner(), terms: withBalance(partner, 100n), programId: YEN }, refusal)
    })
  })
})

describe('the limit', () => {
  const LIMIT = {
    dailyCount: 1000,
    singleAmount: usd(1_000_000n),
    dailyAmount: usd(2_000_000n),
    monthlyAmount: usd(3_000_000n),
    totalAmount: null,
  }

  test('may be as high as the ceilings of the program', async () => {
    const partner = await addPartner(useCases)
    const { card } = await apply(partner, { terms: { ...TERMS, limit: LIMIT } })
    expect(await useCases.ports.storage.read.limitOfCard(partner.partnerId, card?.token ?? '')).toMatchObject(LIMIT)
  })

  test.each([
    ['dailyCount', { dailyCount: 1001 }],
    ['singleAmount', { singleAmount: usd(1_000_001n) }],
    ['dailyAmount', { dailyAmount: usd(2_000_001n) }],
    ['monthlyAmount', { monthlyAmount: usd(3_000_001n) }],
  ])('is refused one unit above the ceiling of %s, also when the card would be made later', async (field, excess) => {
    const partner = await addPartner(useCases)
    const terms = { ...TERMS, limit: { ...LIMIT, ...excess } }
    const refusal = { code: 'limit-above-ceiling', field }
    await expectRefusal(partner, { terms }, refusal)
    await expectRefusal(partner, { terms, owner: { person: newPerson() } }, refusal)
  })
})

describe('an order number', () => {
  test('is used once, by applications and loads alike', async () => {
    const partner = await addPartner(useCases)
    const card = await addLoadedCard(useCases, partner, 100n)
    const load = (orderNo: string) =>
      useCases.run(work =>
        loadCard(work, {
          partnerId: partner.partnerId,
          cardToken: card.token,
          payAccountId: partner.accounts['partner-funding'].accountId,
          amount: usd(1n),
          orderNo,
          memo: null,
        }),
      )
    const ofApplication = newOrderNo()
    await apply(partner, { reference: ofApplication })
    await expect(apply(partner, { reference: ofApplication })).rejects.toMatchObject({ code: 'duplicate-order' })
    await expect(load(ofApplication)).rejects.toMatchObject({ code: 'duplicate-order' })

    const ofLoad = newOrderNo()
    await load(ofLoad)
    await expect(apply(partner, { reference: ofLoad })).rejects.toMatchObject({ code: 'duplicate-order' })
    await expect(load(ofLoad)).rejects.toMatchObject({ code: 'duplicate-order' })
    expect(await ledgerViolations(useCases.pool)).toEqual([])
  })

  test('of another partner is free', async () => {
    const reference = newOrderNo()
    await apply(await addPartner(useCases), { reference })
    await expect(apply(await addPartner(useCases), { reference })).resolves.toBeDefined()
  })

  test('that many orders bring at once makes one card', async () => {
    const partner = await addPartner(useCases)
    const wanted = await command(partner)
    const outcomes = await Promise.allSettled(
      Array.from({ length: 6 }, () => useCases.run(work => applyForCard(work, wanted))),
    )
    expect(outcomes.filter(outcome => outcome.status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'duplicate-order' })
    }
  })
})
