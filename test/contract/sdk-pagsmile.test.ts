import type { PagsmileClient } from '@openissuer/sdk/index.ts'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { type Contracts, holdContracts } from './methods.ts'
import {
  ALL_TIME,
  address,
  collect,
  contact,
  fresh,
  holder,
  LAST_DAYS,
  LAST_TIMES,
  limit,
  merchant,
  newCard,
  newPhysicalCard,
  START_MS_MAX,
  startWorld,
  type World,
} from './world.ts'

const corporation = () => ({
  contact_name: 'Jane Killy',
  mobile: '+525512345678',
  email: 'ops@example.com',
  corporation: {
    registration_name: 'Tiantong Trading',
    registration_code: fresh(),
    registration_date: '2015-03-01',
    registration_address: address,
  },
  person: {
    first_name: 'Jane',
    last_name: 'Killy',
    id_type: 1,
    id_no: '7234559',
    birthday: '1990-11-08',
    citizenship_country: 'MX',
    address,
  },
})

/** The first bytes of a PNG file, which make it one. */
const PICTURE = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

async function purchase({ operator }: World, cardToken: string): Promise<string> {
  const decided = await operator.simulations.authorize({ cardToken, amount: '12.50', currency: 'USD', merchant })
  expect(decided.decision).toBe('approved')
  return decided.authorizationId
}

const CONTRACTS: Contracts<PagsmileClient, World> = {
  'holders.create': async client => {
    const { id_no, ...rest } = holder()
    expect(await client.holders.create({ ...rest, id_no })).toMatchObject({ id_no, id_type: 2, audit_status: 2 })
  },
  'holders.update': async client => {
    const first = holder()
    const { holder_id } = await client.holders.create(first)
    expect(await client.holders.update({ ...first, holder_id, email: 'new@example.com' })).toMatchObject({ holder_id })
    expect(await client.holders.retrieve({ holder_id })).toMatchObject({ email: 'new@example.com' })
  },
  'holders.retrieve': async client => {
    const { id_no, id_type, ...rest } = holder()
    const { holder_id } = await client.holders.create({ id_no, id_type, ...rest })
    const found = { holder_id, id_no, status: 1, address: { ...address, line2: null } }
    expect(await client.holders.retrieve({ id_no, id_type })).toMatchObject(found)
  },
  'holders.uploadDocument': async client => {
    const { holder_id } = await client.holders.create(holder())
    const file = { holder_id, file_type: 1, file_name: 'passport.png' }
    expect((await client.holders.uploadDocument({ ...file, file_content: PICTURE })).id).toBeGreaterThan(0)
    const base64 = Buffer.from(PICTURE).toString('base64')
    expect((await client.holders.uploadDocument({ ...file, file_content: base64 })).id).toBeGreaterThan(0)
  },
  'holders.createCorporation': async client => {
    expect(await client.holders.createCorporation(corporation())).toMatchObject({ audit_status: 2, audit_msg: null })
  },
  'holders.retrieveCorporation': async client => {
    const company = corporation()
    const { registration_code } = company.corporation
    const { holder_id } = await client.holders.createCorporation(company)
    const found = await client.holders.retrieveCorporation({ registration_country: 'MX', registration_code })
    expect(found).toMatchObject({ holder_id, corporation: { registration_code }, person: { last_name: 'Killy' } })
  },
  'contacts.create': async client => {
    expect((await client.contacts.create(contact)).contact_id).toBeGreaterThan(0)
  },
  'contacts.list': async client => {
    const { contact_id } = await client.contacts.create(contact)
    const row = { ...contact, contact_id, language: 'en', create_time: expect.any(String) as string }
    expect(await client.contacts.list({ ...ALL_TIME, contact_id })).toEqual({ total: 1, rows: [row] })
    expect(await client.contacts.list({ ...ALL_TIME, contact_id: 1 })).toEqual({ total: 0, rows: [] })
  },
  'contacts.listAll': async client => {
    for (let made = 0; made < 31; made += 1) await client.contacts.create(contact)
    const ids = (await collect(client.contacts.listAll(ALL_TIME))).map(({ contact_id }) => contact_id)
    const { total } = await client.contacts.list(ALL_TIME)
    expect(new Set(ids).size).toBe(total)
    expect(total).toBeGreaterThan(30)
  },
  'cards.availableBins': async client => {
    expect(await client.cards.availableBins()).toContain('658704')
  },
  'cards.apply': async (client, { credentials }) => {
    const { holder_id } = await client.holders.create(holder())
    const order_no = fresh()
    const terms = { pay_account_num: credentials.pagsmile.fundingAccount, initial_balance: '20.00', card_limit: limit }
    const application = { order_no, card_scheme: 3, card_type: 3, holder_id, ...terms }
    expect(await client.cards.apply(application)).toMatchObject({
      order_no,
      holder_id,
      order_status: 5,
      card_token: expect.stringMatching(/^\d{12}$/) as string,
      initial_balance: '20.00',
    })
  },
  'cards.applyPhysical': async (client, world) => {
    const { orderNo } = await newPhysicalCard({ ...world, pagsmile: client }, true)
    expect(await client.cards.applicationResults(orderNo)).toMatchObject([{ order_status: 3, card_token: '' }])
  },
  'cards.applicationResults': async client => {
    const order_no = fresh()
    await client.cards.apply({ order_no, card_scheme: 3, card_type: 3, holder: holder() })
    expect(await client.cards.applicationResults(order_no)).toMatchObject([{ order_no, order_status: 5 }])
  },
  'cards.bindHolder': async (client, world) => {
    const { cardId, orderNo } = await newPhysicalCard(world, false)
    await world.operator.cards.produce(world.credentials.partnerId, cardId)
    const [{ card_token } = { card_token: '' }] = await client.cards.applicationResults(orderNo)
    const { holder_id } = await client.holders.create(holder())
    expect(await client.cards.bindHolder(card_token, holder_id)).toBeUndefined()
    expect(await client.cards.retrieve(card_token)).toMatchObject({ holder_id, card_status: 2 })
  },
  'cards.retrieve': async (client, world) => {
    const { cardToken, holderId } = await newCard(world)
    expect(await client.cards.retrieve(cardToken)).toMatchObject({
      card_token: cardToken,
      holder_id: holderId,
      card_status: 3,
      card_pan: expect.stringMatching(/^658704\*{6}\d{4}$/) as string,
      cvv: null,
      virtual: true,
    })
  },
  'cards.balances': async (client, world) => {
    const { cardToken } = await newCard(world)
    const money = { currency: 'USD', balance: '100.00', available_balance: '100.00', block_amount: '0.00' }
    expect(await client.cards.balances(cardToken)).toMatchObject([{ card_token: cardToken, ...money }])
  },
  'cards.topUp': async (client, world) => {
    const { cardToken } = await newCard(world)
    const money = { order_no: fresh(), card_token: cardToken, amount: '5.00', currency: 'USD' }
    const pay_account_num = world.credentials.pagsmile.fundingAccount
    expect((await client.cards.topUp({ ...money, pay_account_num })).transaction_id).toMatch(/^\d+$/)
    expect(await client.cards.balances(cardToken)).toMatchObject([{ balance: '105.00' }])
  },
  'cards.returnBalance': async (client, world) => {
    const { cardToken } = await newCard(world)
    const money = { order_no: fresh(), card_token: cardToken, amount: '5.00', currency: 'USD' }
    const payee_account_num = world.credentials.pagsmile.fundingAccount
    expect((await client.cards.returnBalance({ ...money, payee_account_num })).transaction_id).toMatch(/^\d+$/)
    expect(await client.cards.balances(cardToken)).toMatchObject([{ balance: '95.00' }])
  },
  'cards.block': async (client, world) => {
    const { cardToken } = await newCard(world)
    expect(await client.cards.block(cardToken, 'left at home')).toBeUndefined()
    expect(await client.cards.retrieve(cardToken)).toMatchObject({ card_status: 4 })
  },
  'cards.unblock': async (client, world) => {
    const { cardToken } = await newCard(world)
    await client.cards.block(cardToken, 'left at home')
    expect(await client.cards.unblock(cardToken, 'found')).toBeUndefined()
    expect(await client.cards.retrieve(cardToken)).toMatchObject({ card_status: 3 })
  },
  'cards.reportLost': async (client, world) => {
    const { cardToken } = await newCard(world)
    expect(await client.cards.reportLost(cardToken)).toBeUndefined()
    expect(await client.cards.retrieve(cardToken)).toMatchObject({ card_status: 5 })
  },
  'cards.revoke': async (client, world) => {
    const { cardToken } = await newCard(world)
    expect(await client.cards.revoke(cardToken)).toBeUndefined()
    expect(await client.cards.retrieve(cardToken)).toMatchObject({ card_status: 6 })
  },
  'deliveryAddresses.create': async client => {
    const { delivery_address_id } = await client.deliveryAddresses.create({ ...contact, ...address })
    expect(delivery_address_id).toBeGreaterThan(0)
  },
  'deliveryAddresses.list': async client => {
    const { delivery_address_id } = await client.deliveryAddresses.create({ ...contact, ...address })
    const { total, rows } = await client.deliveryAddresses.list({ ...ALL_TIME, delivery_address_id })
    expect([total, rows]).toMatchObject([1, [{ ...contact, ...address, delivery_address_id }]])
  },
  'deliveryAddresses.listAll': async client => {
    const { delivery_address_id: id } = await client.deliveryAddresses.create({ ...contact, ...address })
    const rows = await collect(client.deliveryAddresses.listAll(ALL_TIME))
    expect(rows.map(row => row.delivery_address_id)).toContain(id)
  },
  'limits.defaults': async client => {
    expect(await client.limits.defaults()).toMatchObject({ daily_transactions: expect.any(Number) as number })
    expect(await client.limits.defaults({ card_bin: '658704' })).toEqual(await client.limits.defaults())
  },
  'limits.create': async (client, world) => {
    const { cardToken } = await newCard(world)
    expect((await client.limits.create({ ...limit, card_token: cardToken })).limit_id).toBeGreaterThan(0)
  },
  'limits.update': async (client, world) => {
    const { cardToken: card_token } = await newCard(world)
    const { limit_id } = await client.limits.create({ ...limit, card_token })
    expect(await client.limits.update({ ...limit, limit_id, card_token, single_amount: '40.00' })).toBeUndefined()
    expect(await client.limits.retrieve({ limit_id })).toMatchObject({ single_amount: '40.00' })
  },
  'limits.retrieve': async (client, world) => {
    const { cardToken: card_token } = await newCard(world)
    const { limit_id } = await client.limits.create({ ...limit, card_token })
    expect(await client.limits.retrieve({ card_token })).toMatchObject({ ...limit, limit_id, total_amount: null })
  },
  'limits.remaining': async (client, world) => {
    const { cardToken: card_token } = await newCard(world)
    await client.limits.create({ ...limit, card_token })
    await purchase(world, card_token)
    expect(await client.limits.remaining({ card_token })).toMatchObject({
      daily_used_transactions: 1,
      daily_used_amount: '12.50',
      daily_remaining_amount: '87.50',
    })
  },
  'transactions.list': async (client, world) => {
    const { cardToken: card_token } = await newCard(world)
    const { total, rows } = await client.transactions.list({ ...LAST_DAYS, card_token })
    expect([total, rows]).toMatchObject([1, [{ card_token, transaction_type: 131, bill_amount: '100.00' }]])
  },
  'transactions.listAll': async (client, world) => {
    const { cardToken: card_token } = await newCard(world)
    expect(await collect(client.transactions.listAll({ ...LAST_DAYS, card_token }))).toHaveLength(1)
  },
  'transactions.retrieve': async (client, world) => {
    const { cardToken: card_token } = await newCard(world)
    const order_no = fresh()
    const pay_account_num = world.credentials.pagsmile.fundingAccount
    await client.cards.topUp({ order_no, card_token, amount: '5.00', currency: 'USD', pay_account_num })
    expect(await client.transactions.retrieve({ order_no })).toMatchObject({ order_no, card_token, balance: '105.00' })
  },
  'authorizations.list': async (client, world) => {
    const { cardToken: card_token } = await newCard(world)
    const auth_id = await purchase(world, card_token)
    const { total, rows } = await client.authorizations.list({ ...LAST_TIMES, card_token })
    const row = { auth_id, data_type: 'cardAuthorization', bill_amount: '-12.50', merchant_id: merchant.id }
    expect([total, rows]).toMatchObject([1, [row]])
  },
  'authorizations.listAll': async (client, world) => {
    const { cardToken: card_token } = await newCard(world)
    const made = [await purchase(world, card_token), await purchase(world, card_token)]
    const rows = await collect(client.authorizations.listAll({ ...LAST_TIMES, card_token }))
    expect(rows.map(({ auth_id }) => auth_id)).toEqual(made.toReversed())
  },
  'accounts.balances': async (client, { credentials }) => {
    const balances = await client.accounts.balances({ account_num: credentials.pagsmile.fundingAccount })
    expect(balances).toMatchObject([{ currency: 'USD' }])
    expect((await client.accounts.balances()).length).toBeGreaterThan(1)
  },
  'accounts.listTransactions': async (client, world) => {
    const { cardToken: card_token } = await newCard(world)
    const { rows } = await client.accounts.listTransactions({ ...LAST_DAYS, card_token })
    expect(rows).toMatchObject([{ card_token, account_token: expect.any(String) as string, bill_amount: '-100.00' }])
  },
  'accounts.listAllTransactions': async (client, world) => {
    const { cardToken: card_token } = await newCard(world)
    expect(await collect(client.accounts.listAllTransactions({ ...LAST_DAYS, card_token }))).toHaveLength(1)
  },
  'accounts.announceDeposit': async client => {
    const order_no = fresh()
    const deposit = { order_no, pay_amount: '75.00', pay_currency: 'USD', topup_currency: 'USD' }
    expect(await client.accounts.announceDeposit(deposit)).toMatchObject({ order_no })
  },
  'accounts.retrieveDeposit': async client => {
    const order_no = fresh()
    const deposit = { order_no, pay_amount: '75.00', pay_currency: 'USD', topup_currency: 'USD' }
    const { topup_id } = await client.accounts.announceDeposit({ ...deposit, payment: { bank_name: 'Bank' } })
    expect(await client.accounts.retrieveDeposit(order_no)).toMatchObject({ topup_id, order_status: 4 })
  },
  'accounts.transfer': async (client, { credentials }) => {
    const { fundingAccount, sharedAccount } = credentials.pagsmile
    const between = { payment_account_num: fundingAccount, receive_account_num: sharedAccount }
    const money = { order_no: fresh(), amount: '1.00', currency: 'USD' }
    expect((await client.accounts.transfer({ ...between, ...money })).transaction_id).toMatch(/^\d+$/)
  },
  'webhooks.create': async client => {
    const webhook = { webhook_type: 1, webhook_url: 'http://127.0.0.1:9/one', webhook_desc: 'one' }
    expect((await client.webhooks.create(webhook)).webhook_id).toBeGreaterThan(0)
  },
  'webhooks.list': async client => {
    const webhook = { webhook_type: 2, webhook_url: 'http://127.0.0.1:9/two' }
    const { webhook_id } = await client.webhooks.create(webhook)
    expect(await client.webhooks.list({ webhook_type: 2 })).toMatchObject([
      { ...webhook, webhook_id, webhook_desc: null },
    ])
  },
  'webhooks.update': async client => {
    const { webhook_id } = await client.webhooks.create({ webhook_type: 3, webhook_url: 'http://127.0.0.1:9/three' })
    expect(await client.webhooks.update({ webhook_id, webhook_url: 'http://127.0.0.1:9/four' })).toEqual({ webhook_id })
    expect(await client.webhooks.list({ webhook_id })).toMatchObject([{ webhook_url: 'http://127.0.0.1:9/four' }])
  },
}

describe('PagsmileClient on a running server', () => {
  let world: World

  beforeAll(async () => {
    world = await startWorld()
  }, START_MS_MAX)

  afterAll(() => world?.issuer.stop())

  holdContracts('PagsmileClient', CONTRACTS, () => ({ client: world.pagsmile, world }))
})
