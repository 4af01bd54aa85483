import { KeySecureClient } from '@openissuer/sdk/index.ts'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { type Contracts, holdContracts } from './methods.ts'
import { collect, fresh, LAST_WINDOW, merchant, START_MS_MAX, startWorld, type World } from './world.ts'

const delivery = {
  first_name: 'Jane',
  last_name: 'Killy',
  phone_code: '49',
  phone: '1701234567',
  postal_code: '10115',
  country: 'DE',
  state: 'Berlin',
  city: 'Berlin',
  address_line1: 'Invalidenstrasse 1',
}

async function newCardholder({ cardholders }: KeySecureClient): Promise<string> {
  const application = { cardholder_unique_no: fresh(), sumsub_share_token: 'share-approved' }
  return (await cardholders.apply(application)).cardholder_no
}

type Made = { readonly cardNo: string; readonly cardholderNo: string; readonly uniqueNo: string }

async function newCard(client: KeySecureClient, world: World, type: 'Virtual' | 'Physical' = 'Virtual'): Promise<Made> {
  const cardholderNo = await newCardholder(client)
  const application = { package_no: world.credentials.keysecure.packageNo, card_unique_no: fresh() }
  const address_info = type === 'Physical' ? { address_info: delivery } : {}
  const { card_no, card_unique_no } = await client.cards.apply({
    ...application,
    ...address_info,
    cardholder_no: cardholderNo,
    card_type: type,
  })
  return { cardNo: card_no, cardholderNo, uniqueNo: card_unique_no }
}

const transferTo = (cardholder_no: string, balance: string) =>
  ({ cardholder_no, transfer_unique_no: fresh(), type: 'In', balance }) as const

/** A card with money, and a purchase on it. */
async function purchase(client: KeySecureClient, world: World): Promise<Made & { readonly pan: string }> {
  const made = await newCard(client, world)
  await client.accounts.transfer(transferTo(made.cardholderNo, '50.00'))
  const { pan } = await client.cards.reveal(made.cardNo)
  const decided = await world.operator.simulations.authorize({ pan, amount: '12.50', currency: 'USD', merchant })
  expect(decided.decision).toBe('approved')
  return { ...made, pan }
}

/** A physical card that its holder has in hand. */
async function delivered(client: KeySecureClient, world: World): Promise<Made & { cvv: string; lastFour: string }> {
  const made = await newCard(client, world, 'Physical')
  const cardId = made.cardNo.slice('C20260522'.length).replace(/^0+/, '')
  await world.operator.cards.produce(world.credentials.partnerId, cardId)
  const { cvv, pan } = await client.cards.reveal(made.cardNo)
  return { ...made, cvv, lastFour: pan.slice(-4) }
}

type Both = World & { readonly deciding: KeySecureClient }

const CONTRACTS: Contracts<KeySecureClient, Both> = {
  logIn: async client => {
    const { access_token, expired_time } = await client.logIn()
    expect(access_token.length).toBeGreaterThan(20)
    expect(expired_time).toBeGreaterThan(Date.now())
  },
  'cardholders.apply': async client => {
    const application = { cardholder_unique_no: fresh(), sumsub_share_token: 'share-rejected' }
    const { cardholder_no } = await client.cardholders.apply(application)
    expect(cardholder_no).toMatch(/^U\d{12,}$/)
    const again = { ...application, cardholder_no, sumsub_share_token: 'share-approved' }
    expect(await client.cardholders.apply(again)).toMatchObject({ cardholder_no })
  },
  'cardholders.list': async client => {
    const cardholder_no = await newCardholder(client)
    const rows = await client.cardholders.list({ ...LAST_WINDOW, cardholder_no })
    expect(rows).toMatchObject([{ cardholder_no, status: 'Approved', fail_reason: '' }])
  },
  'cardholders.listAll': async client => {
    const made = [await newCardholder(client), await newCardholder(client)]
    const rows = await collect(client.cardholders.listAll(LAST_WINDOW))
    expect(rows.map(row => row.cardholder_no)).toEqual(expect.arrayContaining(made))
  },
  'cardholders.retrieve': async (client, world) => {
    const { cardholderNo: cardholder_no, cardNo: card_no } = await newCard(client, world)
    expect(await client.cardholders.retrieve(cardholder_no)).toMatchObject({
      cardholder_no,
      total_balance: '0.00',
      card_list: [{ card_no, status: 'Activated' }],
      account_list: [{ symbol: 'TUSDT', balance: '0.00' }],
    })
  },
  'cards.apply': async (client, world) => {
    expect((await newCard(client, world)).cardNo).toMatch(/^C\d{12,}$/)
  },
  'cards.list': async (client, world) => {
    const { uniqueNo: card_unique_no, cardNo: card_no } = await newCard(client, world)
    const rows = await client.cards.list({ ...LAST_WINDOW, card_unique_no })
    expect(rows).toMatchObject([{ card_no, card_type: 'Virtual', organization: 'Discover', status: 'Activated' }])
  },
  'cards.listAll': async (client, world) => {
    const { cardNo, cardholderNo: cardholder_no } = await newCard(client, world)
    const rows = await collect(client.cards.listAll({ ...LAST_WINDOW, cardholder_no }))
    expect(rows.map(row => row.card_no)).toEqual([cardNo])
  },
  'cards.retrieve': async (client, world) => {
    const { cardNo: card_no } = await newCard(client, world)
    expect(await client.cards.retrieve(card_no)).toMatchObject({ card_no, fee_detail: { free_small_consume_count: 0 } })
  },
  'cards.reveal': async (client, world) => {
    const { cardNo: card_no } = await newCard(client, world)
    expect(await client.cards.reveal(card_no)).toEqual({
      card_no,
      card_unique_no: expect.any(String) as string,
      cvv: expect.stringMatching(/^\d{3}$/) as string,
      pan: expect.stringMatching(/^\d{16}$/) as string,
      exp_year: expect.stringMatching(/^\d{4}$/) as string,
      exp_month: expect.stringMatching(/^\d{2}$/) as string,
    })
  },
  'cards.activate': async (client, world) => {
    const { cardNo: card_no, cardholderNo: cardholder_no, cvv, lastFour } = await delivered(client, world)
    const activation = { card_no, cardholder_no, cvv, card_last_no: lastFour }
    expect(await client.cards.activate(activation)).toEqual({ result: true })
    expect(await client.cards.retrieve(card_no)).toMatchObject({ status: 'Activated' })
  },
  'cards.updateStatus': async (client, world) => {
    const { cardNo } = await newCard(client, world)
    expect(await client.cards.updateStatus(cardNo, 'Frozen')).toEqual({ result: true })
    expect(await client.cards.retrieve(cardNo)).toMatchObject({ status: 'Frozen' })
  },
  'cards.setPin': async (client, world) => {
    const { cardNo: card_no, cardholderNo: cardholder_no, cvv, lastFour } = await delivered(client, world)
    await client.cards.activate({ card_no, cardholder_no, cvv, card_last_no: lastFour })
    expect(await client.cards.setPin({ card_no, cardholder_no, pin: '280519' })).toEqual({ result: true })
  },
  'cards.clientToken': async (client, world) => {
    const { cardNo } = await newCard(client, world)
    const token = { client_access_token: expect.any(String) as string, expires_in: 300 }
    expect(await client.cards.clientToken(cardNo)).toEqual(token)
  },
  'consumptions.list': async (client, world) => {
    const { cardNo: card_no } = await purchase(client, world)
    const rows = await client.consumptions.list({ ...LAST_WINDOW, card_no })
    expect(rows).toMatchObject([{ card_no, type: 'Consumption', amount: '12.50', status: 'Success' }])
  },
  'consumptions.listAll': async (client, world) => {
    const { cardNo: card_no } = await purchase(client, world)
    expect(await collect(client.consumptions.listAll({ ...LAST_WINDOW, card_no }))).toHaveLength(1)
  },
  'consumptions.retrieve': async (client, world) => {
    const { cardNo: card_no, cardholderNo: cardholder_no } = await purchase(client, world)
    const [row] = await client.consumptions.list({ ...LAST_WINDOW, card_no })
    expect(await client.consumptions.retrieve(row?.consume_no ?? '')).toMatchObject({
      cardholder_no,
      local_amount: '12.50',
      local_currency: 'USD',
      merchant_info: { merchant_name: 'Shop', merchant_mcc: '5411' },
    })
  },
  'accounts.transfer': async client => {
    const transfer = transferTo(await newCardholder(client), '50.00')
    expect(await client.accounts.transfer(transfer)).toMatchObject({ before_balance: '0.00', after_balance: '50.00' })
  },
  'accounts.ofCardholder': async client => {
    const cardholder_no = await newCardholder(client)
    await client.accounts.transfer(transferTo(cardholder_no, '50.00'))
    expect(await client.accounts.ofCardholder(cardholder_no)).toMatchObject([{ cardholder_no, usd_balance: '50.00' }])
  },
  'accounts.listTransfers': async client => {
    const transfer = transferTo(await newCardholder(client), '50.00')
    await client.accounts.transfer(transfer)
    const { transfer_unique_no } = transfer
    const rows = await client.accounts.listTransfers({ ...LAST_WINDOW, transfer_unique_no })
    expect(rows).toMatchObject([{ ...transfer, status: 'Success', symbol: 'TUSDT' }])
  },
  'accounts.listAllTransfers': async client => {
    const cardholder_no = await newCardholder(client)
    for (const balance of ['1.00', '2.00']) await client.accounts.transfer(transferTo(cardholder_no, balance))
    const rows = await collect(client.accounts.listAllTransfers({ ...LAST_WINDOW, cardholder_no }))
    expect(rows.map(({ balance }) => balance)).toEqual(['2.00', '1.00'])
  },
  'products.listPackages': async (client, { credentials }) => {
    const package_no = credentials.keysecure.packageNo
    const rows = await client.products.listPackages({ package_no, type: 'Virtual' })
    expect(rows).toMatchObject([{ package_no, package_type: 'Virtual', consumption_limit: { limit_week_balance: '' } }])
  },
  'products.listAllPackages': async client => {
    expect((await collect(client.products.listAllPackages())).length).toBeGreaterThan(1)
  },
  'products.listBins': async (client, { deciding, credentials }) => {
    // the demo partner is in CREDIT_EXTENSION mode, which has no BINs
    await expect(client.products.listBins()).rejects.toMatchObject({ name: 'PermissionError', code: '1012' })
    const card_bin_no = credentials.keysecure.cardBinNo
    expect(await deciding.products.listBins({ card_bin_no })).toMatchObject([{ card_bin_no, support_virtual: true }])
  },
  'products.listAllBins': async (client, { deciding }) => {
    await expect(collect(client.products.listAllBins())).rejects.toMatchObject({ code: '1012' })
    expect((await collect(deciding.products.listAllBins())).length).toBeGreaterThan(0)
  },
}

/** A merchant in AUTHORIZATION mode. */
async function decidingClient({ operator, credentials }: World): Promise<KeySecureClient> {
  const { keysecure } = await operator.partners.create({
    name: 'Decides itself',
    integrationMode: 'partner-decides',
    keysecure: {},
  })
  if (keysecure === null) throw new Error('the partner has no credential')
  return new KeySecureClient({ baseUrl: credentials.baseUrl, ...keysecure })
}

describe('KeySecureClient on a running server', () => {
  let world: Both

  beforeAll(async () => {
    const started = await startWorld()
    world = { ...started, deciding: started.keysecure }
    const { credentials, operator } = started
    const mayReveal = { pciEnabled: true }
    await operator.partners.updateKeysecureCredential(credentials.partnerId, credentials.keysecure.apiKey, mayReveal)
    world = { ...started, deciding: await decidingClient(started) }
  }, START_MS_MAX)

  afterAll(() => world?.issuer.stop())

  holdContracts('KeySecureClient', CONTRACTS, () => ({ client: world.keysecure, world }))
})
