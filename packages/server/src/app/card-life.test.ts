/** A card after it was made: what its status allows, how money leaves it, and how it is closed to the last minor unit. */
import type { Card, CardStatus } from '@openissuer/core/card/card.ts'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ledgerViolations } from '../../../../test/support/ledger-invariants.ts'
import { lifecycleOf, onCard } from '../../../../test/support/lifecycle.ts'
import {
  addCard,
  addCardholder,
  addLoadedCard,
  addPartner,
  addProgram,
  createUseCases,
  newOrderNo,
  newPerson,
  purchase,
  setCardStatus,
  sharedFunding,
  type TestPartner,
  type UseCases,
  usd,
} from '../../../../test/support/use-cases.ts'
import { bindCardholder } from './bind-cardholder.ts'
import { type ChangeCardStatus, changeCardStatus } from './change-card-status.ts'
import { closeCard, closings, finishClosings } from './close-card.ts'
import { createCardholder } from './create-cardholder.ts'
import { createContact } from './create-contact.ts'
import { createDeliveryAddress } from './create-delivery-address.ts'
import { type OrderPhysicalCards, orderPhysicalCards } from './order-physical-cards.ts'
import { type UnloadCard, unloadCard } from './unload-card.ts'

let useCases: UseCases
let life: ReturnType<typeof lifecycleOf>

beforeAll(async () => {
  useCases = await createUseCases()
  life = lifecycleOf(useCases)
  await addProgram(useCases)
})

afterEach(async () => {
  expect(await ledgerViolations(useCases.pool)).toEqual([])
})

afterAll(() => useCases.close())

const change = ({ partnerId, cardId }: Card, action: ChangeCardStatus['action'], reason: string | null = null) =>
  useCases.run(work => changeCardStatus(work, { partnerId, cardId, action, reason }))

const close = ({ partnerId, cardId }: Card, reason: string | null = null) =>
  useCases.run(work => closeCard(work, { partnerId, cardId, reason }))

const statusOf = async ({ partnerId, cardId }: Card) =>
  (await useCases.ports.storage.read.card(partnerId, cardId))?.status

async function balanceOf(partnerId: bigint, accountId: bigint) {
  return (await useCases.ports.storage.read.account(partnerId, accountId))?.balance.minor
}

const fundingId = (partner: TestPartner) => partner.accounts['partner-funding'].accountId

/** What the card has and what the partner has, minor units. */
async function balances(partner: TestPartner, card: Card) {
  return [await balanceOf(partner.partnerId, card.accountId), await balanceOf(partner.partnerId, fundingId(partner))]
}

async function changesOf({ partnerId, cardId }: Card) {
  const { rows } = await useCases.pool.query<{ previous: string; status: string; reason: string | null }>(
    'select previous, status, reason from card_status_change where partner_id = $1 and card_id = $2 order by change_id',
    [partnerId, cardId],
  )
  return rows.map(row => `${row.previous} > ${row.status}${row.reason === null ? '' : ` (${row.reason})`}`)
}

const CONFLICT = { code: 'card-status-conflict' }

describe('a change of status', () => {
  test('is noted with its reason and holds for the next purchase', async () => {
    const partner = await addPartner(useCases)
    const card = await addLoadedCard(useCases, partner, 5000n)
    expect(await change(card, 'block', 'left at home')).toMatchObject({ status: 'blocked' })
    expect((await purchase(useCases, card, 100n)).declineReason).toBe('card-not-active')
    await change(card, 'unblock', 'found')
    expect((await purchase(useCases, card, 100n)).declineReason).toBeNull()
    await change(card, 'report-lost')
    expect((await purchase(useCases, card, 100n)).declineReason).toBe('card-lost')
    expect(await changesOf(card)).toEqual([
      'active > blocked (left at home)',
      'blocked > active (found)',
      'active > lost',
    ])
  })

  test('that the status does not allow is refused and leaves no trace', async () => {
    const { partnerId } = await addPartner(useCases)
    const card = await addCard(useCases, partnerId)
    await expect(change(card, 'unblock')).rejects.toMatchObject(CONFLICT)
    await expect(change(card, 'activate')).rejects.toMatchObject(CONFLICT)
    expect([await statusOf(card), await changesOf(card)]).toEqual(['active', []])
  })

  test('of a card of another partner finds no card', async () => {
    const [mine, theirs] = [await addPartner(useCases), await addPartner(useCases)]
    const card = await addCard(useCases, theirs.partnerId)
    await expect(change({ ...card, partnerId: mine.partnerId }, 'block')).rejects.toMatchObject({
      code: 'card-not-found',
    })
  })

  test('waits for purchases under way: none that is decided after it is approved', async () => {
    const partner = await addPartner(useCases)
    const card = await addLoadedCard(useCases, partner, 100_000n)
    const decided: { id: bigint; approved: boolean }[] = []
    const spend = async () => {
      for (let i = 0; i < 20; i++) {
        const { authorizationId, declineReason } = await purchase(useCases, card, 1n)
        decided.push({ id: authorizationId, approved: declineReason === null })
      }
    }
    const spending = Promise.all([spend(), spend(), spend()])
    await purchase(useCases, card, 1n)
    await change(card, 'block')
    const after = await purchase(useCases, card, 1n)
    await spending
    expect(after.declineReason).toBe('card-not-active')
    const ordered = decided.toSorted((a, b) => Number(a.id - b.id))
    const firstDecline = ordered.findIndex(each => !each.approved)
    expect(firstDecline).toBeGreaterThanOrEqual(0)
    expect(ordered.slice(firstDecline).some(each => each.approved)).toBe(false)
  })

  test('to active for the first time is when a card was activated', async () => {
    const { partnerId } = await addPartner(useCases)
    const card = await addCard(useCases, partnerId, { form: 'physical' })
    expect([card.status, card.activatedAt]).toEqual(['pending', null])
    expect(await change(card, 'produce')).toMatchObject({ status: 'awaiting-activation', activatedAt: null })
    const active = await change(card, 'activate')
    expect(active.activatedAt).toEqual(useCases.clock.now())
    await change(card, 'block')
    useCases.clock.set('2026-05-22T13:00:00Z')
    expect((await change(card, 'unblock')).activatedAt).toEqual(active.activatedAt)
  })
})

describe('closing', () => {
  test('a card for which nothing is held closes it at once and gives its money back', async () => {
    const partner = await addPartner(useCases, { openingBalance: 10_000n })
    const card = await addLoadedCard(useCases, partner, 2500n)
    expect(await close(card, 'over')).toMatchObject({ status: 'closed' })
    expect(await balances(partner, card)).toEqual([0n, 10_000n])
    expect(await changesOf(card)).toEqual(['active > closed (over)'])
    const { rows } = await useCases.pool.query(
      `select kind, card_id from journal_entry where partner_id = $1 and kind = 'card-closure'`,
      [partner.partnerId],
    )
    expect(rows).toEqual([{ kind: 'card-closure', card_id: card.cardId }])
  })

  test('an empty card posts nothing', async () => {
    const partner = await addPartner(useCases)
    const card = await addCard(useCases, partner.partnerId)
    await close(card)
    const { rowCount } = await useCases.pool.query('select from journal_entry where partner_id = $1 and card_id = $2', [
      partner.partnerId,
      card.cardId,
    ])
    expect(rowCount).toBe(0)
  })

  test('a card with a hold lets it clear, declines what is new, and returns the rest afterwards', async () => {
    const partner = await addPartner(useCases, { openingBalance: 10_000n })
    const card = await addLoadedCard(useCases, partner, 2500n)
    const first = await purchase(useCases, card, 1000n)
    const second = await purchase(useCases, card, 300n)
    expect(await close(card)).toMatchObject({ status: 'closing' })
    expect((await purchase(useCases, card, 1n)).declineReason).toBe('card-not-active')

    await life.clear(partner.partnerId, first, usd(900n), { final: true })
    expect(await finishClosings(useCases.ports, 100)).toEqual([])
    expect(await balances(partner, card)).toEqual([1600n, 7500n])

    await life.reverse(second)
    expect(await closings(useCases.ports).run(useCases.clock.now())).toEqual([
      { at: useCases.clock.now(), kind: 'card-closing', subject: String(card.cardId) },
    ])
    expect([await statusOf(card), await balances(partner, card)]).toEqual(['closed', [0n, 9100n]])
    expect(await finishClosings(useCases.ports, 100)).toEqual([])
  })

  test.each(['blocked', 'lost', 'pending', 'awaiting-activation'] as const)('is open to a %s card', async status => {
    const partner = await addPartner(useCases)
    const card = await addLoadedCard(useCases, partner, 100n)
    await setCardStatus(useCases, card, status)
    expect(await close(card)).toMatchObject({ status: 'closed' })
  })

  test.each<CardStatus>(['closing', 'closed', 'failed'])('is refused for a %s card', async status => {
    const partner = await addPartner(useCases)
    const card = await addLoadedCard(useCases, partner, 100n)
    await setCardStatus(useCases, card, status)
    await expect(close(card)).rejects.toMatchObject(CONFLICT)
    expect(await balanceOf(partner.partnerId, card.accountId)).toBe(100n)
  })

  test('a share card leaves the shared money where it is, whatever other cards hold', async () => {
    const partner = await addPartner(useCases, { openingBalance: 10_000n })
    const [card, other] = [
      await addCard(useCases, partner.partnerId, { funding: sharedFunding(partner) }),
      await addCard(useCases, partner.partnerId, { funding: sharedFunding(partner) }),
    ]
    await purchase(useCases, other, 100n)
    const held = await purchase(useCases, card, 50n)
    expect(await close(card)).toMatchObject({ status: 'closing' })
    expect(await finishClosings(useCases.ports, 100)).toEqual([])
    await life.reverse(held)
    expect(await finishClosings(useCases.ports, 100)).toEqual([{ partnerId: partner.partnerId, cardId: card.cardId }])
    expect([await statusOf(card), await balanceOf(partner.partnerId, card.accountId)]).toEqual(['closed', 10_000n])
  })

  test('money that comes after the end goes back too', async () => {
    const partner = await addPartner(useCases, { openingBalance: 10_000n })
    const card = await addLoadedCard(useCases, partner, 2500n)
    const bought = await purchase(useCases, card, 1000n)
    await life.clear(partner.partnerId, bought, usd(1000n), { final: true })
    await close(card)
    await life.refund(partner.partnerId, bought, usd(400n))
    expect(await balances(partner, card)).toEqual([400n, 9000n])
    await finishClosings(useCases.ports, 100)
    expect([await statusOf(card), await balances(partner, card)]).toEqual(['closed', [0n, 9400n]])
    expect(await changesOf(card)).toEqual(['active > closed'])
  })

  test('a card that is below zero closes with its debt, and a later refund fills that first', async () => {
    const partner = await addPartner(useCases, { openingBalance: 10_000n })
    const card = await addLoadedCard(useCases, partner, 100n)
    await life.clear(partner.partnerId, onCard(card), usd(300n))
    expect(await close(card)).toMatchObject({ status: 'closed' })
    expect(await balances(partner, card)).toEqual([-200n, 9900n])
    await life.refund(partner.partnerId, onCard(card), usd(250n))
    await finishClosings(useCases.ports, 100)
    expect(await balances(partner, card)).toEqual([0n, 9950n])
  })

  test('is finished once, however many processes try', async () => {
    const partner = await addPartner(useCases, { openingBalance: 10_000n })
    const card = await addLoadedCard(useCases, partner, 2500n)
    const held = await purchase(useCases, card, 1000n)
    await close(card)
    await life.reverse(held)
    await Promise.all(Array.from({ length: 5 }, () => finishClosings(useCases.ports, 100)))
    expect(await balances(partner, card)).toEqual([0n, 10_000n])
    expect(await changesOf(card)).toEqual(['active > closing', 'closing > closed'])
  })

  test('while purchases, loads and closings of many cards meet, no minor unit is lost', async () => {
    const partner = await addPartner(useCases, { openingBalance: 100_000n })
    const cards = await Promise.all(Array.from({ length: 6 }, () => addLoadedCard(useCases, partner, 1000n)))
    const holds = await Promise.all(
      cards.flatMap(card => Array.from({ length: 5 }, () => purchase(useCases, card, 100n))),
    )
    await Promise.all([
      ...cards.map(card => close(card)),
      ...holds.map(hold => life.reverse(hold)),
      ...cards.map(() => finishClosings(useCases.ports, 100)),
    ])
    while ((await finishClosings(useCases.ports, 100)).length > 0);
    for (const card of cards) expect([await statusOf(card), (await balances(partner, card))[0]]).toEqual(['closed', 0n])
    expect(await balanceOf(partner.partnerId, fundingId(partner))).toBe(100_000n)
  })
})

describe('a return of balance', () => {
  const unload = (partner: TestPartner, card: Card, changes: Partial<UnloadCard> = {}) =>
    useCases.run(work =>
      unloadCard(work, {
        partnerId: partner.partnerId,
        cardToken: card.token,
        payeeAccountId: fundingId(partner),
        amount: usd(400n),
        orderNo: newOrderNo(),
        memo: null,
        ...changes,
      }),
    )

  test('moves money from the card to the funding account, in one entry with two ids', async () => {
    const partner = await addPartner(useCases, { openingBalance: 10_000n })
    const card = await addLoadedCard(useCases, partner, 1000n)
    const { partnerSideId, cardSideId } = await unload(partner, card, { memo: 'left over' })
    expect(cardSideId).toBe(partnerSideId + 1n)
    expect(await balances(partner, card)).toEqual([600n, 9400n])
  })

  test('takes all that is available and nothing that is held', async () => {
    const partner = await addPartner(useCases, { openingBalance: 10_000n })
    const card = await addLoadedCard(useCases, partner, 1000n)
    await purchase(useCases, card, 300n)
    const orderNo = newOrderNo()
    await expect(unload(partner, card, { amount: usd(701n), orderNo })).rejects.toMatchObject({
      code: 'insufficient-funds',
    })
    await unload(partner, card, { amount: usd(700n), orderNo })
    expect(await balances(partner, card)).toEqual([300n, 9700n])
  })

  test('needs a card with money of its own, an account of the partner and its currency', async () => {
    const [partner, other] = [await addPartner(useCases), await addPartner(useCases)]
    const card = await addLoadedCard(useCases, partner, 1000n)
    const share = await addCard(useCases, partner.partnerId, { funding: sharedFunding(partner) })
    await expect(unload(partner, share)).rejects.toMatchObject({ code: 'card-has-no-balance' })
    for (const payeeAccountId of [fundingId(other), partner.accounts.bank.accountId, card.accountId, 1n]) {
      await expect(unload(partner, card, { payeeAccountId })).rejects.toMatchObject({
        code: 'account-not-found',
        field: 'payeeAccount',
      })
    }
    await expect(unload(partner, card, { amount: usd(0n) })).rejects.toMatchObject({ code: 'invalid-amount' })
    await setCardStatus(useCases, card, 'closing')
    await expect(unload(partner, card)).rejects.toMatchObject(CONFLICT)
  })

  test('has an order number that nothing else has', async () => {
    const partner = await addPartner(useCases)
    const card = await addLoadedCard(useCases, partner, 1000n)
    await expect(unload(partner, card, { orderNo: card.uniqueNo })).rejects.toMatchObject({ code: 'duplicate-order' })
  })
})

describe('physical cards', () => {
  async function newAddress(partnerId: bigint) {
    const { address, firstName, lastName, mobile, email } = newPerson()
    return useCases.run(work => createDeliveryAddress(work, { partnerId, firstName, lastName, mobile, email, address }))
  }

  async function order({ partnerId }: TestPartner, changes: Partial<OrderPhysicalCards> = {}) {
    const command: OrderPhysicalCards = {
      partnerId,
      programId: 1n,
      orderNo: newOrderNo(),
      count: 1,
      cardholderIds: [],
      terms: { funding: { kind: 'card' }, initialBalance: null, limit: null, remark: null },
      production: { nameOnCard: 'agency', shipping: 'standard', contactId: null },
      deliveryAddressId: (await newAddress(partnerId)).deliveryAddressId,
      ...changes,
    }
    return { command, results: await useCases.run(work => orderPhysicalCards(work, command)) }
  }

  test('of one order have numbers of their own and one order number, and nobody owns them yet', async () => {
    const partner = await addPartner(useCases)
    const { command, results } = await order(partner, { count: 3 })
    const { orderNo } = command
    expect(results.map(({ card }) => card?.uniqueNo)).toEqual([orderNo, `${orderNo}-2`, `${orderNo}-3`])
    for (const { card } of results) expect([card?.status, card?.cardholderId]).toEqual(['pending', null])
    const kept = await useCases.ports.storage.read.cardApplicationsOfOrder(partner.partnerId, orderNo)
    expect(kept.map(each => [each.cardId, each.status, each.terms.production])).toEqual(
      results.map(({ card }) => [card?.cardId, 'completed', command.production]),
    )
    await expect(order(partner, { orderNo: `${orderNo}-3` })).rejects.toMatchObject({ code: 'duplicate-order' })
  })

  test('are made together or not at all', async () => {
    const partner = await addPartner(useCases, { openingBalance: 250n })
    const terms: OrderPhysicalCards['terms'] = {
      funding: { kind: 'card' },
      initialBalance: { amount: usd(100n), payAccountId: fundingId(partner) },
      limit: null,
      remark: null,
    }
    await expect(order(partner, { count: 3, terms })).rejects.toMatchObject({ code: 'insufficient-funds' })
    expect((await useCases.pool.query('select from card where partner_id = $1', [partner.partnerId])).rowCount).toBe(0)
    await order(partner, { count: 2, terms })
    expect(await balanceOf(partner.partnerId, fundingId(partner))).toBe(50n)
  })

  test('with names need a holder each, or one for all; without names none', async () => {
    const partner = await addPartner(useCases)
    const holders = [await addCardholder(useCases, partner.partnerId), await addCardholder(useCases, partner.partnerId)]
    const cardholderIds = holders.map(holder => holder.cardholderId)
    const production = { nameOnCard: 'cardholder', shipping: 'courier', contactId: null } as const
    const owners = async (count: number, ids: bigint[]) => {
      const { results } = await order(partner, { production, count, cardholderIds: ids })
      return results.map(({ card }) => card?.cardholderId)
    }
    expect(await owners(2, cardholderIds)).toEqual(cardholderIds)
    expect(await owners(2, cardholderIds.slice(0, 1))).toEqual([cardholderIds[0], cardholderIds[0]])
    const wrong = { code: 'invalid-field', field: 'cardholderIds' }
    await expect(owners(3, cardholderIds)).rejects.toMatchObject(wrong)
    await expect(owners(1, [])).rejects.toMatchObject(wrong)
    await expect(order(partner, { cardholderIds })).rejects.toMatchObject(wrong)
    await expect(order(partner, { count: 101 })).rejects.toMatchObject({ code: 'invalid-field', field: 'count' })
  })

  test('go to an address and may name a contact, both of the partner', async () => {
    const [partner, other] = [await addPartner(useCases), await addPartner(useCases)]
    const { deliveryAddressId } = await newAddress(other.partnerId)
    await expect(order(partner, { deliveryAddressId })).rejects.toMatchObject({ code: 'delivery-address-not-found' })
    const contactOf = ({ partnerId }: TestPartner) =>
      useCases.run(work =>
        createContact(work, { partnerId, firstName: 'A', lastName: 'B', mobile: '1', email: 'a@b', language: 'en' }),
      )
    const { contactId } = await contactOf(other)
    const production = { nameOnCard: 'agency', shipping: 'standard', contactId } as const
    await expect(order(partner, { production })).rejects.toMatchObject({ code: 'contact-not-found' })
    const { contactId: own } = await contactOf(partner)
    const { command } = await order(partner, { production: { ...production, contactId: own } })
    const [kept] = await useCases.ports.storage.read.cardApplicationsOfOrder(partner.partnerId, command.orderNo)
    expect(kept?.terms.production?.contactId).toBe(own)
  })

  test('without a name are bound to an approved holder, once', async () => {
    const partner = await addPartner(useCases)
    const { partnerId } = partner
    const { results } = await order(partner)
    const card = results[0]?.card
    if (card == null) throw new Error('the card was not made')
    const bind = (cardholderId: bigint) =>
      useCases.run(work => bindCardholder(work, { partnerId, cardToken: card.token, cardholderId }))
    const waiting = await useCases.run(work => createCardholder(work, { partnerId, person: newPerson() }))
    await expect(bind(waiting.cardholderId)).rejects.toMatchObject({ code: 'cardholder-under-review' })
    const { cardholderId } = await addCardholder(useCases, partnerId)
    expect(await bind(cardholderId)).toMatchObject({ cardholderId })
    expect(await useCases.ports.storage.read.card(partnerId, card.cardId)).toMatchObject({ cardholderId })
    expect(await useCases.ports.storage.read.account(partnerId, card.accountId)).toMatchObject({ cardholderId })
    await expect(bind(cardholderId)).rejects.toMatchObject({ code: 'card-already-bound' })
  })
})
