/** What an operator reads, a page at a time. */
import type { Card } from '@openissuer/core/card/card.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lifecycleOf } from '../../../../test/support/lifecycle.ts'
import { createOperatorDoor, type OperatorDoor } from '../../../../test/support/operator-door.ts'
import {
  addCard,
  addCardholder,
  addLoadedCard,
  addPartner,
  addProgram,
  newPerson,
  purchase,
  sharedFunding,
  type TestPartner,
  usd,
} from '../../../../test/support/use-cases.ts'
import { createCardholder } from '../app/create-cardholder.ts'
import { createLimit } from '../app/create-limit.ts'
import { addKeysecureCredential, addPagsmileApp } from '../app/create-partner.ts'

type Fields = Record<string, unknown>

let door: OperatorDoor
let partner: TestPartner
let other: TestPartner
let base: string

beforeAll(async () => {
  door = await createOperatorDoor()
  await addProgram(door.useCases)
  partner = await addPartner(door.useCases)
  other = await addPartner(door.useCases)
  base = `/operator/v1/partners/${partner.partnerId}`
})

afterAll(() => door.close())

async function read(path: string): Promise<Fields> {
  const { status, text } = await door.call('GET', path)
  expect([path, status]).toEqual([path, 200])
  return JSON.parse(text) as Fields
}

async function rows(path: string, name: string): Promise<Fields[]> {
  return (await read(path))[name] as Fields[]
}

/** An authorization of a merchant, over the door. */
async function authorizeAt(card: Card, amount: string, merchant: object): Promise<string> {
  const message = { cardToken: card.token, amount, currency: 'USD', merchant }
  const { status, body } = await door.post('/operator/v1/simulations/authorizations', message)
  expect(status).toBe(200)
  return body.authorizationId
}

/** Every page of a list, one row at a time. */
async function walk(path: string, name: string): Promise<Fields[]> {
  const found: Fields[] = []
  let cursor: string | null = null
  do {
    const separator = path.includes('?') ? '&' : '?'
    const page: Fields = await read(`${path}${separator}limit=1${cursor === null ? '' : `&cursor=${cursor}`}`)
    const [row, ...more] = page[name] as Fields[]
    expect(more).toEqual([])
    if (row !== undefined) found.push(row)
    cursor = page['nextCursor'] as string | null
  } while (cursor !== null && found.length < 100)
  return found
}

describe('partners', () => {
  test('are listed, newest first', async () => {
    const all = await walk('/operator/v1/partners', 'partners')
    expect(all.map(each => each['partnerId'])).toEqual([String(other.partnerId), String(partner.partnerId)])
    expect(all[1]).toEqual({
      partnerId: String(partner.partnerId),
      name: 'Test partner',
      status: 'active',
      integrationMode: 'credit',
      approveCardholdersAutomatically: false,
      createdAt: partner.partner.createdAt.toString(),
    })
    expect(await rows('/operator/v1/partners?status=disabled', 'partners')).toEqual([])
  })

  test('are shown with what they connect by, without a secret', async () => {
    const { partnerId } = await addPartner(door.useCases)
    const made = await door.useCases.run(async work => ({
      app: await addPagsmileApp(work, { partnerId, merchantPublicKey: null, unlimitedDateRange: false }),
      key: await addKeysecureCredential(work, { partnerId, expiresAt: null, allowedAddresses: ['10.0.0.0/8'] }),
    }))
    const shown = await read(`/operator/v1/partners/${partnerId}`)
    expect(shown).toMatchObject({
      partnerId: String(partnerId),
      pagsmileApps: [{ appId: made.app.appId, merchantPublicKey: null, plaintext: false }],
      keysecureCredentials: [{ apiKey: made.key.credential.apiKey, allowedAddresses: ['10.0.0.0/8'] }],
      responder: null,
    })
    expect(JSON.stringify(shown)).not.toMatch(/private|secret/i)
  })
})

describe('cards', () => {
  test('are listed by what is asked for and shown with all that belongs to them', async () => {
    const holder = await addCardholder(door.useCases, partner.partnerId)
    const first = await addLoadedCard(door.useCases, partner, 5_000n, { cardholderId: holder.cardholderId })
    const second = await addCard(door.useCases, partner.partnerId, { funding: sharedFunding(partner) })
    await door.post(`${base}/cards/${second.cardId}/block`, { reason: 'lost for a while' })
    await door.post(`${base}/cards/${second.cardId}/unblock`, {})
    await addCard(door.useCases, other.partnerId)
    const ids = async (query = '') =>
      (await walk(`${base}/cards${query}`, 'cards')).map(each => BigInt(String(each['cardId'])))
    expect(await ids()).toEqual([second.cardId, first.cardId])
    expect(await ids('?status=blocked')).toEqual([])
    expect(await ids('?status=active')).toEqual([second.cardId, first.cardId])
    expect(await ids(`?cardholderId=${holder.cardholderId}`)).toEqual([first.cardId])
    expect(await ids('?programId=1')).toEqual([second.cardId, first.cardId])
    expect(await ids('?programId=2')).toEqual([])
    expect(await ids(`?uniqueNo=${second.uniqueNo}`)).toEqual([second.cardId])
    expect(await ids(`?lastFour=${first.lastFour}`)).toContain(first.cardId)
    expect(await ids(`?lastFour=${first.lastFour}&uniqueNo=${second.uniqueNo}`)).toEqual(
      first.lastFour === second.lastFour ? [second.cardId] : [],
    )

    await door.useCases.run(work =>
      createLimit(work, {
        partnerId: partner.partnerId,
        cardToken: first.token,
        terms: {
          dailyCount: 5,
          singleAmount: usd(2_000n),
          dailyAmount: usd(3_000n),
          monthlyAmount: usd(4_000n),
          totalAmount: null,
        },
      }),
    )
    await purchase(door.useCases, first, 1_250n)
    const shown = await read(`${base}/cards/${first.cardId}`)
    expect(shown).toMatchObject({
      cardToken: first.token,
      maskedPan: `658704******${first.lastFour}`,
      status: 'active',
      program: { programId: '1', name: 'Test program' },
      cardholder: { cardholderId: String(holder.cardholderId), name: 'Ada Okafor', verification: 'approved' },
      account: {
        kind: 'card',
        normalSide: 'credit',
        balance: { amount: '50.00', currency: 'USD' },
        held: { amount: '12.50', currency: 'USD' },
        available: { amount: '37.50', currency: 'USD' },
      },
      hasPin: false,
      limit: { dailyCount: 5, singleAmount: { amount: '20.00' }, totalAmount: null },
      used: { dailyCount: 1, dailyAmount: { amount: '12.50', currency: 'USD' } },
    })
    expect(await read(`/operator/v1/cards/${first.token}`)).toEqual(shown)
    const history = (await read(`${base}/cards/${second.cardId}`))['statusHistory'] as Fields[]
    expect(history.map(({ previous, status, reason }) => [previous, status, reason])).toEqual([
      ['active', 'blocked', 'lost for a while'],
      ['blocked', 'active', null],
    ])
    expect(await read(`${base}/cards/${second.cardId}`)).toMatchObject({ account: { kind: 'shared' } })
  })

  test('of another partner do not exist', async () => {
    const card = await addCard(door.useCases, other.partnerId)
    for (const path of [
      `${base}/cards/${card.cardId}`,
      `${base}/cards/x`,
      '/operator/v1/cards/0',
      '/operator/v1/cards/%00',
    ]) {
      const { status, body } = await door.call('GET', path)
      expect([path, status, body.error.code]).toEqual([path, 404, 'card-not-found'])
    }
  })
})

test('cardholders are listed by their review, and shown with what it looks at', async () => {
  const { partnerId } = await addPartner(door.useCases)
  const path = `/operator/v1/partners/${partnerId}/cardholders`
  const approved = await addCardholder(door.useCases, partnerId)
  const person = newPerson({ firstName: 'Grace', birthday: '1985-02-03' })
  const waiting = await door.useCases.run(work => createCardholder(work, { partnerId, person }))
  await door.post(`${path}/${approved.cardholderId}/disable`)
  const ids = async (query = '') => (await walk(`${path}${query}`, 'cardholders')).map(each => each['cardholderId'])
  const [approvedId, waitingId] = [String(approved.cardholderId), String(waiting.cardholderId)]
  expect(await ids()).toEqual([waitingId, approvedId])
  expect(await ids('?verification=approved')).toEqual([approvedId])
  expect(await ids(`?verification=${waiting.verification}`)).toEqual([waitingId])
  expect(await ids('?disabled=true')).toEqual([approvedId])
  expect(await ids('?disabled=false')).toEqual([waitingId])
  expect(await ids('?uniqueNo=nobody')).toEqual([])
  expect((await rows(path, 'cardholders'))[0]).toMatchObject({ name: 'Grace Okafor', kind: 'person' })
  expect(await read(`${path}/${waitingId}`)).toMatchObject({
    person: { firstName: 'Grace', birthday: '1985-02-03', address: { country: 'US' } },
    company: null,
  })
})

test('authorizations are found by amount and merchant', async () => {
  const from = await addPartner(door.useCases)
  const path = `/operator/v1/partners/${from.partnerId}/authorizations`
  const spender = await addLoadedCard(door.useCases, from, 5_000n)
  const unnamed = String((await purchase(door.useCases, spender, 999_999n)).authorizationId)
  const small = await authorizeAt(spender, '1.50', { name: 'Café 100%_Night', mcc: '5814' })
  const large = await authorizeAt(spender, '12.00', { name: 'CAFÉ Central', mcc: '5812' })
  const ids = async (query: string) =>
    (await walk(`${path}?${query}`, 'authorizations')).map(each => each['authorizationId'])
  expect(await ids('mcc=5814')).toEqual([small])
  expect(await ids('mcc=0742')).toEqual([])
  expect(await ids('merchant=caf%C3%A9')).toEqual([large, small])
  expect(await ids('merchant=CAF%C3%89%20100%25_')).toEqual([small])
  expect(await ids('merchant=central')).toEqual([])
  expect(await ids('currency=USD&minAmount=12.00')).toEqual([large, unnamed])
  expect(await ids('currency=USD&minAmount=1.50&maxAmount=9.99')).toEqual([small])
  expect(await ids('currency=EUR')).toEqual([])
  const page = await read(`${path}?mcc=5814`)
  expect([page['nextCursor'], page['searchedTo']]).toEqual([null, null])
})

describe('money', () => {
  let card: Card
  let approvedId: string
  let declinedId: string

  beforeAll(async () => {
    partner = await addPartner(door.useCases)
    base = `/operator/v1/partners/${partner.partnerId}`
    card = await addLoadedCard(door.useCases, partner, 5_000n)
    const approved = await purchase(door.useCases, card, 1_000n)
    const declined = await purchase(door.useCases, card, 999_999n)
    await lifecycleOf(door.useCases).clear(partner.partnerId, { authorizationId: approved.authorizationId }, usd(400n))
    approvedId = String(approved.authorizationId)
    declinedId = String(declined.authorizationId)
  })

  test('authorizations are listed by card, status, decision, reason and time', async () => {
    const ids = async (query = '') =>
      (await walk(`${base}/authorizations${query}`, 'authorizations')).map(each => each['authorizationId'])
    expect(await ids()).toEqual([declinedId, approvedId])
    expect(await ids(`?cardToken=${card.token}`)).toEqual([declinedId, approvedId])
    expect(await ids('?cardToken=000000000000')).toEqual([])
    expect(await ids('?decision=approved')).toEqual([approvedId])
    expect(await ids('?decision=declined')).toEqual([declinedId])
    expect(await ids('?declineReason=insufficient-funds')).toEqual([declinedId])
    expect(await ids('?declineReason=card-expired')).toEqual([])
    expect(await ids('?status=open')).toEqual([approvedId])
    const now = door.useCases.clock.now()
    expect(await ids(`?from=${now.toString()}&to=${now.toString()}`)).toEqual([declinedId, approvedId])
    expect(await ids(`?to=${now.subtract({ milliseconds: 1 }).toString()}`)).toEqual([])
    expect(await ids(`?lastFour=${card.lastFour}`)).toEqual([declinedId, approvedId])
    expect(await ids(`?lastFour=${card.lastFour}&decision=approved`)).toEqual([approvedId])
    expect(await ids(`?lastFour=${String((Number(card.lastFour) + 1) % 10_000).padStart(4, '0')}`)).toEqual([])
    expect(await ids('?status=open&declineReason=insufficient-funds')).toEqual([])
    const [, listed] = await rows(`${base}/authorizations`, 'authorizations')
    expect(listed).toMatchObject({
      maskedPan: `658704******${card.lastFour}`,
      decision: 'approved',
      cleared: { amount: '4.00', currency: 'USD' },
    })
    const {
      trace: _trace,
      events: _events,
      partnerDecision: _decision,
      ...alone
    } = await read(`/operator/v1/authorizations/${approvedId}`)
    expect(listed).toEqual(alone)
  })

  test.each([
    ['minAmount=1.00', 'invalid-field', 'currency'],
    ['currency=XXQ', 'unknown-currency', 'currency'],
    ['currency=USD&minAmount=1.005', 'invalid-amount', 'minAmount'],
    ['currency=USD&maxAmount=-1', 'invalid-amount', 'maxAmount'],
    ['currency=USD&maxAmount=', 'invalid-amount', 'maxAmount'],
    ['lastFour=12', 'invalid-request', 'lastFour'],
    ['mcc=grocer', 'invalid-request', 'mcc'],
    ['merchant=', 'invalid-request', 'merchant'],
  ])('authorizations by %s are refused', async (query, code, field) => {
    const { status, body } = await door.call('GET', `${base}/authorizations?${query}`)
    expect([Math.floor(status / 100), body.error.code, body.error.field]).toEqual([4, code, field])
  })

  test('accounts are listed with balance, what is held and what is available', async () => {
    const all = await walk(`${base}/accounts`, 'accounts')
    const { rows: kept } = await door.useCases.pool.query(
      'select account_id from account where partner_id = $1 order by account_id',
      [partner.partnerId],
    )
    expect(all.map(each => each['accountId'])).toEqual(kept.map(row => String(row.account_id)))
    const [own] = await rows(`${base}/accounts?kind=card&currency=USD&cardholderId=${card.cardholderId}`, 'accounts')
    expect(own).toMatchObject({
      accountId: String(card.accountId),
      balance: { amount: '46.00' },
      held: { amount: '6.00' },
      available: { amount: '40.00' },
    })
    expect(await read(`${base}/accounts/${card.accountId}`)).toEqual(own)
    expect(await rows(`${base}/accounts?currency=EUR`, 'accounts')).toEqual([])
    const foreign = await door.call('GET', `/operator/v1/partners/${other.partnerId}/accounts/${card.accountId}`)
    expect([foreign.status, foreign.body.error.code]).toEqual([404, 'account-not-found'])
  })

  test('journal entries are listed with postings that balance', async () => {
    const all = await walk(`${base}/journal-entries`, 'entries')
    const { rows: kept } = await door.useCases.pool.query(
      'select entry_id from journal_entry where partner_id = $1 order by created_at desc, entry_id desc',
      [partner.partnerId],
    )
    expect(all.map(each => each['entryId'])).toEqual(kept.map(row => String(row.entry_id)))
    const kinds = async (query: string) =>
      (await walk(`${base}/journal-entries${query}`, 'entries')).map(e => e['kind'])
    expect(await kinds(`?accountId=${card.accountId}`)).toEqual(['clearing', 'card-load'])
    expect(await kinds(`?cardToken=${card.token}&kind=clearing`)).toEqual(['clearing'])
    expect(await kinds('?orderNo=none')).toEqual([])
    const [clearing] = await rows(`${base}/journal-entries?kind=clearing`, 'entries')
    expect(clearing).toMatchObject({
      cardToken: card.token,
      postings: [
        { accountKind: 'card', side: 'debit', amount: { amount: '4.00' }, balanceAfter: { amount: '46.00' } },
        { accountKind: 'network-settlement', side: 'credit', amount: { amount: '4.00' } },
      ],
    })
    expect(await read(`${base}/journal-entries/${String(clearing?.['entryId'])}`)).toEqual(clearing)
    for (const id of ['1', 'x', '9'.repeat(30)]) {
      expect((await door.call('GET', `${base}/journal-entries/${id}`)).body.error.code).toBe('not-found')
    }
  })

  test('events are listed newest first, and followed oldest first', async () => {
    const all = await walk(`${base}/events`, 'events')
    const ids = all.map(each => BigInt(String(each['eventId'])))
    expect(ids).toEqual(ids.toSorted((a, b) => (a < b ? 1 : -1)))
    expect(new Set(all.map(each => each['kind']))).toEqual(
      new Set(['cardholder-verification', 'card-application', 'card-load', 'authorization', 'clearing']),
    )
    expect(all.filter(each => each['message'] === null && each['fact'] === null)).toEqual([])
    expect(await rows(`${base}/events?kind=authorization&cardToken=${card.token}`, 'events')).toMatchObject([
      {
        eventId: declinedId,
        card: { cardToken: card.token, maskedPan: `658704******${card.lastFour}` },
        message: { decision: 'declined', declineReason: 'insufficient-funds', billingAmount: { amount: '9999.99' } },
        fact: null,
      },
      { eventId: approvedId, message: { authorizationId: approvedId, decision: 'approved', declineReason: null } },
    ])
    const followed = await rows(`${base}/events?after=${approvedId}`, 'events')
    expect(followed.map(each => each['kind'])).toEqual(['authorization', 'clearing'])
    expect(followed[1]).toMatchObject({ message: { authorizationId: approvedId, billingAmount: { amount: '4.00' } } })
    expect(await rows(`${base}/events?after=${String(followed[1]?.['eventId'])}`, 'events')).toEqual([])
    await door.post(`${base}/cards/${card.cardId}/block`, { reason: 'a check' })
    expect(await rows(`${base}/events?kind=card-status`, 'events')).toMatchObject([
      { message: null, fact: { before: 'active', after: 'blocked', reason: 'a check' } },
    ])
  })

  test('the audit log is listed for each partner, and for what concerned none', async () => {
    await door.post(`${base}/cards/${card.cardId}/block`, {})
    await door.post(`${base}/cards/${card.cardId}/unblock`, {})
    const [newest] = await walk(`${base}/audit-log`, 'entries')
    expect(newest).toMatchObject({
      actor: expect.stringMatching(/^operator-key:\d+$/),
      action: 'POST /operator/v1/partners/:partnerId/cards/:cardId/unblock',
      subject: `partnerId=${partner.partnerId} cardId=${card.cardId}`,
    })
    await door.post('/operator/v1/partners', { name: 'New', keysecure: {} })
    expect((await rows('/operator/v1/audit-log', 'entries'))[0]).toMatchObject({ action: 'POST /operator/v1/partners' })
    const tomorrow = door.useCases.clock.now().add({ hours: 24 })
    expect(await rows(`${base}/audit-log?from=${tomorrow.toString()}`, 'entries')).toEqual([])
  })
})

const LISTS = [
  'trial-balance',
  'cards',
  'cardholders',
  'authorizations',
  'accounts',
  'journal-entries',
  'events',
  'audit-log',
  'webhook-deliveries',
]

describe.each(LISTS)('the list of %s', list => {
  test('of a partner that does not exist is not found', async () => {
    for (const id of ['999999', 'x']) {
      const { status, body } = await door.call('GET', `/operator/v1/partners/${id}/${list}`)
      expect([status, body.error.code]).toEqual([404, 'partner-not-found'])
    }
  })

  test.each([
    ['limit=0', 'invalid-request', 'limit'],
    ['limit=201', 'invalid-field', 'limit'],
    ['limit=x', 'invalid-request', 'limit'],
    ['limit=1&limit=2', 'invalid-request', 'limit'],
    ['cursor=x', 'invalid-field', 'cursor'],
    ['cursor=', 'invalid-field', 'cursor'],
    [`cursor=${'x'.repeat(201)}`, 'invalid-request', 'cursor'],
    ['colour=red', 'invalid-request', 'colour'],
  ])('refuses %s', async (query, code, field) => {
    const { status, body } = await door.call('GET', `${base}/${list}?${query}`)
    expect([status, body.error.code, body.error.field]).toEqual([400, code, field])
  })
})

test.each([
  ['cards', 'status=lost-and-found'],
  ['cards', 'lastFour=12'],
  ['cards', 'uniqueNo=%00'],
  ['cardholders', 'verification=maybe'],
  ['authorizations', 'declineReason=whim'],
  ['authorizations', 'from=yesterday'],
  ['authorizations', 'from=-009999-01-01T00:00:00Z'],
  ['authorizations', 'cardToken=%00'],
  ['accounts', 'kind=piggy-bank'],
  ['journal-entries', 'orderNo=%00'],
  ['events', 'kind=other'],
  ['events', 'after=-1'],
  ['events', 'after=1&cursor=MQ'],
  ['webhook-deliveries', 'cardToken=%00'],
])('the list of %s refuses %s', async (list, query) => {
  const { status, body } = await door.call('GET', `${base}/${list}?${query}`)
  expect([status, body.error.field]).toEqual([400, query.replace(/^.*&/, '').split('=')[0]])
})

test('a page goes on where the last one ended, whatever was added meanwhile', async () => {
  const from = await addPartner(door.useCases)
  const path = `/operator/v1/partners/${from.partnerId}/cards`
  const cards = []
  for (let n = 0; n < 3; n++) cards.unshift(await addCard(door.useCases, from.partnerId))
  const page = await read(`${path}?limit=2`)
  await addCard(door.useCases, from.partnerId)
  const next = await read(`${path}?limit=2&cursor=${String(page['nextCursor'])}`)
  const ids = [page, next].flatMap(({ cards: listed }) => (listed as Fields[]).map(each => each['cardId']))
  expect(ids).toEqual(cards.map(card => String(card.cardId)))
  expect(next['nextCursor']).toBeNull()
})
