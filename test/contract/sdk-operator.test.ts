import { generateKeyPairSync } from 'node:crypto'
import { type Fetch, OperatorClient, type PagsmileClient } from '@openissuer/sdk/index.ts'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { type Contracts, holdContracts } from './methods.ts'
import {
  collect,
  fresh,
  holder,
  merchant,
  newCard,
  newPhysicalCard,
  newReviewedPartner,
  START_MS_MAX,
  startWorld,
  type World,
} from './world.ts'

type Reviewed = Awaited<ReturnType<typeof newReviewedPartner>>

type OperatorWorld = World & { readonly reviewed: Reviewed; readonly partnerId: string }

/** Nobody is there; nothing is sent to a paused endpoint anyway. */
const endpoint = (credential: string) => ({ dialect: 'pagsmile', credential, url: 'http://127.0.0.1:9/' }) as const

async function newCardId(world: OperatorWorld): Promise<string> {
  const { cardToken } = await newCard(world)
  return String((await world.pagsmile.cards.retrieve(cardToken)).card_id)
}

async function waitingHolder({ reviewed }: OperatorWorld): Promise<[partnerId: string, cardholderId: string]> {
  const { holder_id } = await reviewed.pagsmile.holders.create(holder())
  return [reviewed.partner.partnerId, String(holder_id)]
}

async function announced({ pagsmile }: { pagsmile: PagsmileClient }): Promise<string> {
  const deposit = { order_no: fresh(), pay_amount: '75.00', pay_currency: 'USD', topup_currency: 'USD' }
  return String((await pagsmile.accounts.announceDeposit(deposit)).topup_id)
}

async function authorized(client: OperatorClient, world: OperatorWorld): Promise<{ cardToken: string; id: string }> {
  const { cardToken } = await newCard(world)
  const { authorizationId: id } = await client.simulations.authorize({
    cardToken,
    amount: '30.00',
    currency: 'USD',
    merchant,
  })
  return { cardToken, id }
}

/** A rate that no other test has added. */
const rate = (validFrom: string) => ({ base: 'SEK', quote: 'NOK', rate: '1.02', validFrom, source: 'desk' })

async function pausedEndpoint(client: OperatorClient, { partnerId, credentials }: OperatorWorld): Promise<string> {
  const { endpointId } = await client.webhookEndpoints.create(partnerId, endpoint(credentials.pagsmile.appId))
  await client.webhookEndpoints.pause(partnerId, endpointId)
  return endpointId
}

const address = { line1: 'Reforma 100', postalCode: '06600', city: 'Ciudad de México', state: 'DF', country: 'MX' }

const person = () => ({
  firstName: 'Jane',
  lastName: 'Killy',
  mobile: '+525512345678',
  email: 'jane@example.com',
  idNo: fresh(),
  idType: 2 as const,
  birthday: '1990-11-08',
  nationality: 'MX',
  address,
})

const director = () => {
  const { mobile: _mobile, email: _email, nationality, ...identity } = person()
  return { ...identity, citizenship: nationality }
}

const contactOf = (lastName: string) => ({ firstName: 'Jane', lastName, mobile: '+5255123', email: 'jane@example.com' })

const usd = (amount: string) => ({ amount, currency: 'USD' })

const scenario = (name: string) => ({
  name,
  steps: [
    { call: 'authorizations', body: { amount: '30.00', currency: 'USD' } },
    { call: 'reversals', body: { authorizationId: { $step: 1, field: 'authorizationId' } } },
  ] as const,
})

const limitTerms = {
  dailyCount: 5,
  singleAmount: usd('50.00'),
  dailyAmount: usd('100.00'),
  monthlyAmount: usd('200.00'),
}

/** A page's client with the cookie that a browser would keep. */
function browserOf(baseUrl: string): OperatorClient {
  let cookie = ''
  const keeping: Fetch = async (url, init) => {
    const answer = await fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), cookie } })
    cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie
    return answer
  }
  return new OperatorClient({ baseUrl, session: true, fetch: keeping })
}

const CONTRACTS: Contracts<OperatorClient, OperatorWorld> = {
  isReady: async client => expect(await client.isReady()).toBe(true),
  isLive: async client => expect(await client.isLive()).toBe(true),

  'session.signIn': async (client, { credentials }) => {
    const { role, expiresAt } = await client.session.signIn(credentials.operatorKey)
    expect([role, Date.parse(expiresAt ?? '') > Date.now()]).toEqual(['reveal', true])
  },
  'session.current': async client => {
    const who = { name: 'first start', role: 'reveal', mode: 'sandbox', expiresAt: null }
    expect(await client.session.current()).toMatchObject(who)
  },
  'session.signOut': async (client, { credentials }) => {
    const { baseUrl, operatorKey } = credentials
    const browser = browserOf(baseUrl)
    await browser.session.signIn(operatorKey)
    expect(await browser.session.current()).toMatchObject({
      name: 'first start',
      expiresAt: expect.any(String) as string,
    })
    expect(await browser.session.signOut()).toEqual({ signedOut: true })
    await expect(browser.session.current()).rejects.toMatchObject({ code: 'unauthorized' })
    expect(await client.session.signOut()).toEqual({ signedOut: false })
  },

  'operatorKeys.list': async client => {
    const { keyId } = await client.operatorKeys.create({ name: 'listed', role: 'read-only' })
    const { rows } = await client.operatorKeys.list({ limit: 1 })
    expect(rows).toMatchObject([{ keyId, name: 'listed', role: 'read-only', revokedAt: null }])
  },
  'operatorKeys.listAll': async client => {
    const names = (await collect(client.operatorKeys.listAll())).map(({ name }) => name)
    expect(names.at(-1)).toBe('first start')
  },
  'operatorKeys.create': async (client, { credentials: { baseUrl } }) => {
    const { operatorKey, keyId } = await client.operatorKeys.create({ name: 'reader', role: 'read-only' })
    const reader = new OperatorClient({ baseUrl, operatorKey })
    expect(await reader.session.current()).toMatchObject({ keyId, name: 'reader', role: 'read-only' })
    await expect(reader.clock.freeze()).rejects.toMatchObject({ code: 'role-insufficient' })
  },
  'operatorKeys.revoke': async (client, { credentials: { baseUrl } }) => {
    const { operatorKey, keyId } = await client.operatorKeys.create({ name: 'leaver', role: 'operator' })
    expect((await client.operatorKeys.revoke(keyId)).revokedAt).not.toBeNull()
    const leaver = new OperatorClient({ baseUrl, operatorKey })
    await expect(leaver.session.current()).rejects.toMatchObject({ code: 'unauthorized' })
  },

  'partners.list': async (client, { partnerId }) => {
    const { rows, nextCursor } = await client.partners.list({ status: 'active', limit: 1 })
    expect([rows.length, nextCursor]).toEqual([1, expect.any(String)])
    const next = await client.partners.list({ limit: 200, cursor: nextCursor ?? undefined })
    expect(next.rows.at(-1)).toMatchObject({ partnerId, status: 'active', integrationMode: 'credit' })
  },
  'partners.listAll': async (client, { partnerId }) => {
    expect((await collect(client.partners.listAll())).map(partner => partner.partnerId)).toContain(partnerId)
  },
  'partners.retrieve': async (client, { partnerId, credentials }) => {
    const { appId, partnerId: number } = credentials.pagsmile
    expect(await client.partners.retrieve(partnerId)).toMatchObject({
      partnerId,
      pagsmileApps: [{ appId, partnerId: number, plaintext: false, previousKeyExpiresAt: null }],
      keysecureCredentials: [{ apiKey: credentials.keysecure.apiKey, enabled: true }],
    })
  },
  'partners.create': async client => {
    const terms = {
      name: 'New',
      openingBalance: '10.00',
      pagsmile: {},
      keysecure: { allowedAddresses: ['10.0.0.0/8'] },
    }
    const idempotencyKey = fresh()
    const made = await client.partners.create(terms, { idempotencyKey })
    expect(made).toMatchObject({
      name: 'New',
      integrationMode: 'credit',
      pagsmile: { merchantPublicKey: null },
      keysecure: { apiSecret: expect.stringMatching(/^.{32}$/) as string, allowedAddresses: ['10.0.0.0/8'] },
    })
    expect(await client.partners.create(terms, { idempotencyKey })).toEqual(made)
    const other = client.partners.create({ ...terms, name: 'Other' }, { idempotencyKey })
    await expect(other).rejects.toMatchObject({
      name: 'ConflictError',
      code: 'duplicate-request',
      requestId: idempotencyKey,
    })
  },
  'partners.disable': async client => {
    const { partnerId } = await client.partners.create({ name: 'Paused', pagsmile: {} })
    expect(await client.partners.disable(partnerId)).toEqual({ partnerId, status: 'disabled' })
  },
  'partners.enable': async client => {
    const { partnerId } = await client.partners.create({ name: 'Paused', pagsmile: {} })
    await client.partners.disable(partnerId)
    expect(await client.partners.enable(partnerId)).toEqual({ partnerId, status: 'active' })
  },
  'partners.setMerchantKey': async client => {
    const { partnerId, pagsmile } = await client.partners.create({ name: 'Keys', pagsmile: {} })
    const publicKeyEncoding = { type: 'spki', format: 'pem' } as const
    const privateKeyEncoding = { type: 'pkcs8', format: 'pem' } as const
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding, privateKeyEncoding })
    const appId = pagsmile?.appId ?? ''
    expect(await client.partners.setMerchantKey(partnerId, appId, publicKey)).toEqual({
      appId,
      merchantPublicKey: publicKey,
    })
  },
  'partners.updatePagsmileApp': async client => {
    const { partnerId, pagsmile } = await client.partners.create({ name: 'Settings', pagsmile: {} })
    const settings = { unlimitedDateRange: true, showSensitive: false, plaintext: false }
    const appId = pagsmile?.appId ?? ''
    const changed = await client.partners.updatePagsmileApp(partnerId, appId, { unlimitedDateRange: true })
    expect(changed).toEqual({ appId, ...settings })
  },
  'partners.rotatePlatformKey': async client => {
    const { partnerId, pagsmile } = await client.partners.create({ name: 'Rotates', pagsmile: {} })
    const rotated = await client.partners.rotatePlatformKey(partnerId, pagsmile?.appId ?? '', { graceHours: 1 })
    expect(rotated.platformPublicKey).not.toBe(pagsmile?.platformPublicKey)
    expect(rotated.previousKeyExpiresAt).toMatch(/^\d{4}-.*Z$/)
  },
  'partners.updateKeysecureCredential': async client => {
    const { partnerId, keysecure } = await client.partners.create({ name: 'Settings', keysecure: {} })
    const settings = { pciEnabled: true, pciOrigins: ['https://shop.example'], requestsPerSecond: null }
    const changed = await client.partners.updateKeysecureCredential(partnerId, keysecure?.apiKey ?? '', settings)
    expect(changed).toMatchObject({ apiKey: keysecure?.apiKey, enabled: true, expiresAt: null, ...settings })
  },
  'partners.setResponder': async client => {
    const { partnerId, keysecure } = await client.partners.create({ name: 'Asked', keysecure: {} })
    const responder = { apiKey: keysecure?.apiKey ?? '', url: 'http://127.0.0.1:9/' }
    expect(await client.partners.setResponder(partnerId, responder)).toEqual({ ...responder, fallback: 'decline' })
  },
  'partners.responder': async client => {
    const { partnerId, keysecure } = await client.partners.create({ name: 'Asked', keysecure: {} })
    await expect(client.partners.responder(partnerId)).rejects.toMatchObject({ name: 'NotFoundError' })
    const responder = { apiKey: keysecure?.apiKey ?? '', url: 'http://127.0.0.1:9/', fallback: 'approve' } as const
    await client.partners.setResponder(partnerId, responder)
    expect(await client.partners.responder(partnerId)).toEqual(responder)
  },

  'accounts.list': async (client, { partnerId, credentials }) => {
    const { rows } = await client.accounts.list(partnerId, { kind: 'partner-funding', currency: 'USD' })
    const accountId = credentials.pagsmile.fundingAccount
    expect(rows).toContainEqual(
      expect.objectContaining({ accountId, normalSide: 'credit', cardholderId: null }) as object,
    )
  },
  'accounts.listAll': async (client, { partnerId, credentials }) => {
    const accounts = await collect(client.accounts.listAll(partnerId, { kind: 'shared' }))
    expect(accounts.map(({ accountId }) => accountId)).toContain(credentials.pagsmile.sharedAccount)
  },
  'accounts.trialBalance': async (client, { partnerId, credentials }) => {
    const first = await client.accounts.trialBalance(partnerId, { currency: 'USD', limit: 1 })
    expect(first.totals).toMatchObject([{ currency: 'USD', equal: true, debits: first.totals?.[0]?.credits }])
    const next = await client.accounts.trialBalance(partnerId, {
      currency: 'USD',
      limit: 200,
      cursor: first.nextCursor ?? undefined,
    })
    expect([next.at, next.totals]).toEqual([first.at, null])
    const accountId = credentials.pagsmile.fundingAccount
    const { balance } = await client.accounts.retrieve(partnerId, accountId)
    expect([...first.accounts, ...next.accounts]).toContainEqual(
      expect.objectContaining({ accountId, normalSide: 'credit', balance }) as object,
    )
    const before = await client.accounts.trialBalance(partnerId, { at: '2000-01-01T00:00:00Z' })
    expect([before.accounts, before.totals]).toEqual([[], []])
  },
  'accounts.retrieve': async (client, { partnerId, credentials }) => {
    const accountId = credentials.pagsmile.fundingAccount
    const account = await client.accounts.retrieve(partnerId, accountId)
    expect(account).toMatchObject({ accountId, held: { amount: '0.00' }, available: account.balance })
  },
  'accounts.open': async (client, { partnerId }) => {
    const account = { kind: 'shared', currency: 'EUR', name: 'Travel' } as const
    expect(await client.accounts.open(partnerId, account)).toMatchObject(account)
  },

  'deposits.list': async (client, world) => {
    const depositId = await announced(world)
    const found = { depositId, status: 'awaiting-confirmation', payAmount: { amount: '75.00', currency: 'USD' } }
    expect((await client.deposits.list(world.partnerId, { open: true, limit: 1 })).rows).toMatchObject([found])
    expect((await client.deposits.list(world.partnerId)).rows[0]).toMatchObject(found)
  },
  'deposits.listAll': async (client, world) => {
    const depositId = await announced(world)
    const all = await collect(client.deposits.listAll(world.partnerId, { open: true }))
    expect(all.map(deposit => deposit.depositId)).toContain(depositId)
  },
  'deposits.confirm': async (client, world) => {
    const credited = { amount: '74.00', currency: 'USD' }
    const confirmed = await client.deposits.confirm(world.partnerId, await announced(world), credited)
    expect(confirmed).toMatchObject({ status: 'completed', creditAmount: credited })
    const plain = await client.deposits.confirm(world.partnerId, await announced(world))
    expect(plain).toMatchObject({ creditAmount: { amount: '75.00' } })
  },
  'deposits.review': async (client, world) => {
    expect(await client.deposits.review(world.partnerId, await announced(world))).toMatchObject({ status: 'in-review' })
  },
  'deposits.reject': async (client, world) => {
    const rejected = await client.deposits.reject(world.partnerId, await announced(world), 'it never came')
    expect(rejected).toMatchObject({ status: 'failed', rejection: 'it never came' })
  },

  'cardholders.list': async (client, world) => {
    const [partnerId, cardholderId] = await waitingHolder(world)
    const query = { verification: 'documents-needed', disabled: false, limit: 1 } as const
    const { rows } = await client.cardholders.list(partnerId, query)
    expect(rows).toMatchObject([{ cardholderId, name: 'Jane Killy', kind: 'person' }])
  },
  'cardholders.listAll': async (client, world) => {
    const [partnerId, cardholderId] = await waitingHolder(world)
    const rows = await collect(client.cardholders.listAll(partnerId))
    expect(rows.map(row => row.cardholderId)).toContain(cardholderId)
  },
  'cardholders.retrieve': async (client, world) => {
    const [partnerId, cardholderId] = await waitingHolder(world)
    const found = { cardholderId, name: 'Jane Killy', verification: 'documents-needed', documents: [], company: null }
    expect(await client.cardholders.retrieve(partnerId, cardholderId)).toMatchObject(found)
  },
  'cardholders.create': async (client, { partnerId, reviewed }) => {
    const made = await client.cardholders.create(partnerId, { person: person() })
    expect(made).toMatchObject({ name: 'Jane Killy', kind: 'person', verification: 'approved' })
    const company = {
      contactName: 'Jane Killy',
      mobile: '+525512345678',
      email: 'office@example.com',
      registrationName: 'Acme',
      registrationCode: fresh(),
      registeredOn: '2015-01-31',
      registrationAddress: address,
      director: director(),
    }
    expect(await client.cardholders.create(reviewed.partner.partnerId, { company })).toMatchObject({
      name: 'Acme',
      kind: 'company',
      verification: 'documents-needed',
    })
    const again = client.cardholders.create(reviewed.partner.partnerId, { company })
    await expect(again).rejects.toMatchObject({ name: 'ConflictError', code: 'duplicate-cardholder' })
  },
  'cardholders.update': async (client, { partnerId }) => {
    const { cardholderId } = await client.cardholders.create(partnerId, { person: person() })
    const changes = { email: 'new@example.com', gender: 2 } as const
    expect(await client.cardholders.update(partnerId, cardholderId, changes)).toMatchObject({ cardholderId })
    expect((await client.cardholders.retrieve(partnerId, cardholderId)).person).toMatchObject(changes)
  },
  'cardholders.addDocument': async (client, world) => {
    const [partnerId, cardholderId] = await waitingHolder(world)
    const content = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(20_000, 0xff)])
    const document = { kind: 'selfie', fileName: 'me.png', content, description: 'in daylight' } as const
    const { documentId, byteCount } = await client.cardholders.addDocument(partnerId, cardholderId, document)
    expect(byteCount).toBe(content.length)
    const bytes = await client.cardholders.downloadDocument(partnerId, cardholderId, documentId)
    expect(Buffer.from(bytes).equals(content)).toBe(true)
  },
  'cardholders.downloadDocument': async (client, world) => {
    const [partnerId, cardholderId] = await waitingHolder(world)
    const file_content = Buffer.from('89504e470d0a1a0a00', 'hex')
    const document = { holder_id: cardholderId, file_type: 1, file_name: 'id.png', file_content }
    const { id } = await world.reviewed.pagsmile.holders.uploadDocument(document)
    const bytes = await client.cardholders.downloadDocument(partnerId, cardholderId, String(id))
    expect(Buffer.from(bytes)).toEqual(file_content)
    const missing = client.cardholders.downloadDocument(partnerId, cardholderId, '1')
    await expect(missing).rejects.toMatchObject({ code: 'document-not-found' })
  },
  'cardholders.approve': async (client, world) => {
    const approved = await client.cardholders.approve(...(await waitingHolder(world)))
    expect(approved).toMatchObject({ verification: 'approved', disabled: false })
  },
  'cardholders.reject': async (client, world) => {
    const rejection = { remark: 'unreadable', codes: ['1'], final: true }
    const rejected = await client.cardholders.reject(...(await waitingHolder(world)), rejection)
    expect(rejected).toMatchObject({ verification: 'rejected', rejection: 'unreadable', rejectionCodes: ['1'] })
  },
  'cardholders.disable': async (client, world) => {
    expect(await client.cardholders.disable(...(await waitingHolder(world)))).toMatchObject({ disabled: true })
  },
  'cardholders.enable': async (client, world) => {
    const named = await waitingHolder(world)
    await client.cardholders.disable(...named)
    expect(await client.cardholders.enable(...named)).toMatchObject({ disabled: false })
  },

  'contacts.list': async (client, { partnerId }) => {
    const { contactId } = await client.contacts.create(partnerId, contactOf('Listed'))
    const { rows } = await client.contacts.list(partnerId, { mobile: '+5255123', limit: 1 })
    expect(rows).toMatchObject([{ contactId, lastName: 'Listed', language: 'en' }])
  },
  'contacts.listAll': async (client, { partnerId }) => {
    const { contactId } = await client.contacts.create(partnerId, contactOf('Listed'))
    const rows = await collect(client.contacts.listAll(partnerId, { email: 'jane@example.com' }))
    expect(rows.map(row => row.contactId)).toContain(contactId)
  },
  'contacts.retrieve': async (client, { partnerId }) => {
    const contact = await client.contacts.create(partnerId, contactOf('Read'))
    expect(await client.contacts.retrieve(partnerId, contact.contactId)).toEqual(contact)
  },
  'contacts.create': async (client, { partnerId }) => {
    const contact = { ...contactOf('Made'), language: 'es' }
    expect(await client.contacts.create(partnerId, contact)).toMatchObject(contact)
  },

  'cards.create': async (client, { partnerId }) => {
    const { cardholderId } = await client.cardholders.create(partnerId, { person: person() })
    const wishes = { programId: '1', form: 'virtual', cardholderId, count: 2, initialBalance: usd('10.00') } as const
    const [first, second] = await client.cards.create(partnerId, { ...wishes, limit: limitTerms })
    expect(second).toMatchObject({ uniqueNo: `${first?.uniqueNo}-2`, status: 'active', cardholderId })
    const { account, limit } = await client.cards.retrieve(partnerId, first?.cardId ?? '')
    expect([account.balance, limit]).toMatchObject([usd('10.00'), limitTerms])
  },
  'cards.load': async (client, world) => {
    const orderNo = fresh()
    const load = {
      ...usd('25.00'),
      orderNo,
      memo: 'for the fair',
      payAccount: world.credentials.pagsmile.fundingAccount,
    }
    const moved = await client.cards.load(world.partnerId, await newCardId(world), load)
    expect(moved).toMatchObject({ orderNo, account: { available: usd('125.00') } })
  },
  'cards.unload': async (client, world) => {
    const moved = await client.cards.unload(world.partnerId, await newCardId(world), usd('25.00'))
    expect(moved).toMatchObject({ account: { available: usd('75.00') } })
  },
  'cards.list': async (client, world) => {
    const { cardToken, holderId } = await newCard(world)
    const query = { status: 'active', cardholderId: String(holderId), programId: '1', limit: 1 } as const
    const { rows, nextCursor } = await client.cards.list(world.partnerId, query)
    expect([rows, nextCursor]).toMatchObject([[{ cardToken, form: 'virtual', shared: false }], null])
  },
  'cards.listAll': async (client, world) => {
    const { cardToken, holderId } = await newCard(world)
    const rows = await collect(client.cards.listAll(world.partnerId, { cardholderId: String(holderId) }))
    expect(rows.map(row => row.cardToken)).toEqual([cardToken])
  },
  'cards.retrieve': async (client, world) => {
    const cardId = await newCardId(world)
    expect(await client.cards.retrieve(world.partnerId, cardId)).toMatchObject({
      cardId,
      account: { balance: { amount: '100.00' } },
      limit: null,
      used: { dailyCount: 0 },
      hasPin: false,
    })
  },
  'cards.retrieveByToken': async (client, world) => {
    const { cardToken } = await newCard(world)
    await world.pagsmile.cards.block(cardToken, 'left at home')
    const { status, statusHistory } = await client.cards.retrieveByToken(cardToken)
    expect([status, statusHistory.at(-1)?.reason]).toEqual(['blocked', 'left at home'])
  },
  'cards.produce': async (client, world) => {
    const { cardId } = await newPhysicalCard(world, true)
    const produced = await client.cards.produce(world.partnerId, cardId)
    expect(produced).toMatchObject({ cardId, form: 'physical', status: 'awaiting-activation', activatedAt: null })
  },
  'cards.activate': async (client, world) => {
    const { cardId } = await newPhysicalCard(world, true)
    await client.cards.produce(world.partnerId, cardId)
    expect(await client.cards.activate(world.partnerId, cardId)).toMatchObject({ status: 'active' })
  },
  'cards.block': async (client, world) => {
    const blocked = await client.cards.block(world.partnerId, await newCardId(world), { reason: 'suspicious' })
    expect(blocked).toMatchObject({ status: 'blocked' })
  },
  'cards.unblock': async (client, world) => {
    const cardId = await newCardId(world)
    await client.cards.block(world.partnerId, cardId)
    expect(await client.cards.unblock(world.partnerId, cardId)).toMatchObject({ status: 'active' })
  },
  'cards.reportLost': async (client, world) => {
    expect(await client.cards.reportLost(world.partnerId, await newCardId(world))).toMatchObject({ status: 'lost' })
  },
  'cards.close': async (client, world) => {
    expect(await client.cards.close(world.partnerId, await newCardId(world))).toMatchObject({ status: 'closed' })
  },
  'cards.reveal': async (client, world) => {
    const cardId = await newCardId(world)
    const { pan } = await client.cards.reveal(world.partnerId, cardId, 'the cardholder asked')
    expect(pan.slice(-4)).toBe((await client.cards.retrieve(world.partnerId, cardId)).lastFour)
    const { rows } = await client.auditLog.list(world.partnerId, { limit: 1 })
    expect(rows).toMatchObject([{ actorName: 'first start', action: 'reveal-card', reason: 'the cardholder asked' }])
  },
  'cards.setPin': async (client, world) => {
    const { cardToken } = await newCard(world)
    expect(await client.cards.setPin(cardToken, '4711')).toEqual({ cardToken, hasPin: true })
  },

  'cardLimits.list': async (client, world) => {
    const cardId = await newCardId(world)
    await client.cardLimits.set(world.partnerId, cardId, limitTerms)
    expect((await client.cardLimits.list(world.partnerId, { programId: '1', limit: 1 })).rows).toMatchObject([
      { cardId },
    ])
  },
  'cardLimits.listAll': async (client, world) => {
    const { cardToken, holderId } = await newCard(world)
    const { cardId } = await client.cards.retrieveByToken(cardToken)
    await client.cardLimits.set(world.partnerId, cardId, limitTerms)
    const rows = await collect(client.cardLimits.listAll(world.partnerId, { cardholderId: String(holderId) }))
    expect(rows).toMatchObject([{ cardId, cardToken }])
  },
  'cardLimits.retrieve': async (client, world) => {
    const cardId = await newCardId(world)
    expect(await client.cardLimits.retrieve(world.partnerId, cardId)).toMatchObject({ limit: null })
    const limit = await client.cardLimits.set(world.partnerId, cardId, limitTerms)
    const { used, ceilings, ...rest } = await client.cardLimits.retrieve(world.partnerId, cardId)
    expect([rest.limit, used.dailyCount]).toEqual([limit, 0])
    expect(Number(ceilings.singleAmount.amount)).toBeGreaterThan(50)
  },
  'cardLimits.set': async (client, world) => {
    const cardId = await newCardId(world)
    const limit = await client.cardLimits.set(world.partnerId, cardId, { ...limitTerms, totalAmount: usd('500.00') })
    expect(limit).toMatchObject({ cardId, ...limitTerms, remaining: { dailyCount: 5, totalAmount: usd('500.00') } })
  },

  'spendLimits.create': async (client, world) => {
    expect(await newSpendLimit(client, world)).toMatchObject({ maxAmount: '250.00', maxCount: 5, policy: 'standard' })
  },
  'spendLimits.retrieve': async (client, world) => {
    const { limitId } = await newSpendLimit(client, world)
    const use = { count: 0, amount: '0.00', remainingCount: 5, remainingAmount: '250.00' }
    expect(await client.spendLimits.retrieve(world.partnerId, limitId)).toMatchObject({ limitId, use })
  },
  'spendLimits.list': async (client, world) => {
    const { limitId, scope } = await newSpendLimit(client, world)
    const query = { scopeKind: scope.kind, scopeId: scope.id, limit: 1, offset: 0 }
    expect(await client.spendLimits.list(world.partnerId, query)).toMatchObject([{ limitId }])
  },
  'spendLimits.listAll': async (client, world) => {
    const { limitId, scope } = await newSpendLimit(client, world)
    const found = await collect(
      client.spendLimits.listAll(world.partnerId, { scopeKind: scope.kind, scopeId: scope.id }),
    )
    expect(found).toMatchObject([{ limitId }])
  },
  'spendLimits.update': async (client, world) => {
    const { limitId } = await newSpendLimit(client, world)
    const changes = { maxAmount: '20.00', maxCount: null }
    expect(await client.spendLimits.update(world.partnerId, limitId, changes)).toMatchObject(changes)
  },
  'spendLimits.remove': async (client, world) => {
    const { limitId } = await newSpendLimit(client, world)
    expect(await client.spendLimits.remove(world.partnerId, limitId)).toEqual({ limitId, removed: true })
  },

  'merchantControls.create': async (client, world) => {
    expect(await newControl(client, world)).toMatchObject({ allow: null, block: { mccs: ['7995'] } })
  },
  'merchantControls.retrieve': async (client, world) => {
    const control = await newControl(client, world)
    expect(await client.merchantControls.retrieve(world.partnerId, control.controlId)).toEqual(control)
  },
  'merchantControls.list': async (client, world) => {
    const control = await newControl(client, world)
    const query = { scopeKind: control.scope.kind, scopeId: control.scope.id }
    expect(await client.merchantControls.list(world.partnerId, query)).toEqual([control])
  },
  'merchantControls.listAll': async (client, world) => {
    const control = await newControl(client, world)
    const query = { scopeKind: control.scope.kind, scopeId: control.scope.id }
    expect(await collect(client.merchantControls.listAll(world.partnerId, query))).toEqual([control])
  },
  'merchantControls.remove': async (client, world) => {
    const { controlId } = await newControl(client, world)
    expect(await client.merchantControls.remove(world.partnerId, controlId)).toEqual({ controlId, removed: true })
  },

  'feePlans.create': async client => {
    expect(await client.feePlans.create(plan())).toMatchObject({
      terms: {
        issue: '0.00',
        purchaseRate: '0.010000',
        management: { cycle: 'month', amount: '1.00', waiver: 'none' },
      },
    })
  },
  'feePlans.list': async client => {
    const made = await client.feePlans.create(plan())
    const { rows, nextCursor } = await client.feePlans.list({ limit: 1 })
    expect([rows, nextCursor === null]).toEqual([[made], (await collect(client.feePlans.listAll())).length === 1])
  },
  'feePlans.listAll': async client => {
    const made = [await client.feePlans.create(plan()), await client.feePlans.create(plan())]
    expect((await collect(client.feePlans.listAll())).slice(0, 2)).toEqual(made.toReversed())
  },
  'feePlans.retrieve': async client => {
    const made = await client.feePlans.create(plan())
    expect(await client.feePlans.retrieve(made.feePlanId)).toEqual(made)
  },

  'programs.list': async client => {
    expect((await client.programs.list()).map(({ currency }) => currency)).toContain('USD')
  },
  'programs.retrieve': async client => {
    const [program] = await client.programs.list()
    expect(await client.programs.retrieve(program?.programId ?? '')).toEqual(program)
  },
  'programs.update': async client => {
    const [program] = await client.programs.list()
    expect(await client.programs.update(program?.programId ?? '', { longHoldDays: 31 })).toMatchObject({
      longHoldDays: 31,
    })
  },
  'programs.assignFeePlan': async (client, { reviewed }) => {
    const [program] = await client.programs.list()
    const { feePlanId } = await client.feePlans.create(plan())
    const assignment = { feePlanId, partnerId: reviewed.partner.partnerId }
    expect(await client.programs.assignFeePlan(program?.programId ?? '', assignment)).toMatchObject({ feePlanId })
  },
  'programs.feePlan': async (client, { reviewed }) => {
    const [program] = await client.programs.list()
    const { feePlanId } = await client.feePlans.create(plan())
    const { partnerId } = reviewed.partner
    const programId = program?.programId ?? ''
    expect(await client.programs.feePlan(programId)).toBeNull()
    await client.programs.assignFeePlan(programId, { feePlanId, partnerId })
    expect(await client.programs.feePlan(programId, { partnerId })).toMatchObject({ feePlanId })
    expect(await client.programs.feePlan(programId)).toBeNull()
  },
  'programs.presentation': async client => {
    const program = (await client.programs.list()).at(-1)
    expect(await client.programs.presentation(program?.programId ?? '')).toBeNull()
  },
  'programs.setPresentation': async client => {
    const [program] = await client.programs.list()
    const shown = { nameZh: '卡', descriptionEn: 'A card', descriptionZh: '卡', tagsEn: ['new'], tagsZh: ['新'] }
    expect(await client.programs.setPresentation(program?.programId ?? '', shown)).toEqual(shown)
  },

  'exchangeRates.add': async client => {
    const line = rate('2026-01-01T00:00:00Z')
    expect(await client.exchangeRates.add(line)).toEqual(line)
    const other = client.exchangeRates.add({ ...line, rate: '1.03' })
    await expect(other).rejects.toMatchObject({ name: 'ConflictError', code: 'duplicate-exchange-rate' })
  },
  'exchangeRates.list': async client => {
    const line = rate('2026-02-01T00:00:00Z')
    await client.exchangeRates.add(line)
    const { valid, total } = await client.exchangeRates.list({
      base: 'NOK',
      quote: 'SEK',
      at: '2026-02-02T00:00:00Z',
      limit: 1,
    })
    expect(valid).toMatchObject({ inverse: true, line })
    expect(total).toBe(0)
  },
  'exchangeRates.listAll': async client => {
    const line = rate('2026-03-01T00:00:00Z')
    await client.exchangeRates.add(line)
    expect(await collect(client.exchangeRates.listAll({ base: 'SEK' }))).toContainEqual(line)
  },

  'simulations.authorize': async (client, world) => {
    const { cardToken } = await newCard(world)
    const threeDs = { eci: '05', result: 'authenticated', version: '2.2.0' } as const
    const money = { amount: '30.00', currency: 'USD' }
    const approved = await client.simulations.authorize({
      cardToken,
      ...money,
      merchant,
      entryMode: 'ecommerce',
      threeDs,
    })
    expect(approved).toMatchObject({ decision: 'approved', responseCode: '00', held: money, repeated: false })
    const declined = await client.simulations.authorize({ cardToken, ...money, forceDecline: 'country-blocked' })
    expect(declined).toMatchObject({ decision: 'declined', declineReason: 'country-blocked', approvalCode: null })
  },
  'simulations.challenge': async (client, world) => {
    const { cardToken } = await newCard(world)
    const money = { amount: '30.00', currency: 'USD' }
    const challenge = await client.simulations.challenge({ cardToken, ...money, merchant: { name: 'Shop' } })
    expect(challenge).toMatchObject({ cardToken, ...money, merchantName: 'Shop' })
    const threeDsChallenge = { challengeId: challenge.challengeId, password: 'no one' }
    const declined = await client.simulations.authorize({ cardToken, ...money, threeDsChallenge })
    expect(declined).toMatchObject({ decision: 'declined', declineReason: 'authentication-failed' })
  },
  'simulations.increment': async (client, world) => {
    const { id: authorizationId } = await authorized(client, world)
    const event = await client.simulations.increment({ authorizationId, amount: '5.00' })
    expect(event).toMatchObject({ kind: 'increment', effect: { decision: 'approved' } })
    expect(event.effect?.authorization?.held.amount).toBe('35.00')
  },
  'simulations.reverse': async (client, world) => {
    const { id: authorizationId } = await authorized(client, world)
    const event = await client.simulations.reverse({ authorizationId, amount: '10.00', currency: 'USD' })
    expect(event.effect?.hold).toEqual({ amount: '-10.00', currency: 'USD' })
  },
  'simulations.expire': async (client, world) => {
    const { id: authorizationId } = await authorized(client, world)
    const event = await client.simulations.expire({ authorizationId })
    expect(event).toMatchObject({ kind: 'expiry', effect: { authorization: { status: 'closed' } } })
  },
  'simulations.clear': async (client, world) => {
    const { cardToken } = await newCard(world)
    const idempotencyKey = fresh()
    await client.simulations.authorize({ cardToken, amount: '30.00', currency: 'USD' }, { idempotencyKey })
    const event = await client.simulations.clear({
      cardToken,
      originalKey: idempotencyKey,
      amount: '30.00',
      final: true,
    })
    expect(event).toMatchObject({ kind: 'clearing', effect: { final: true, forced: false } })
    const alone = await client.simulations.clear({ cardToken, amount: '1.00', merchant })
    expect(alone).toMatchObject({ authorizationId: null })
  },
  'simulations.correctClearing': async (client, world) => {
    const { id: authorizationId } = await authorized(client, world)
    const { eventId: clearingId } = await client.simulations.clear({ authorizationId, amount: '30.00' })
    const event = await client.simulations.correctClearing({ clearingId, amount: '25.00' })
    expect(event).toMatchObject({ originalEventId: clearingId, billingAmount: { amount: '-5.00' } })
  },
  'simulations.refund': async (client, world) => {
    const { id: authorizationId } = await authorized(client, world)
    await client.simulations.clear({ authorizationId, amount: '30.00' })
    expect(await client.simulations.refund({ authorizationId, amount: '4.00' })).toMatchObject({ kind: 'refund' })
  },
  'simulations.reverseRefund': async (client, world) => {
    const { id: authorizationId } = await authorized(client, world)
    await client.simulations.clear({ authorizationId, amount: '30.00' })
    const { eventId: refundId } = await client.simulations.refund({ authorizationId, amount: '4.00' })
    const event = await client.simulations.reverseRefund({ refundId })
    expect(event).toMatchObject({ kind: 'refund-reversal', originalEventId: refundId })
  },
  'simulations.resend': async (client, world) => {
    const { id: authorizationId } = await authorized(client, world)
    expect(await client.simulations.resend({ authorizationId })).toMatchObject({ authorizationId, repeated: true })
  },
  'simulations.sendOutOfOrder': async (client, world) => {
    const { cardToken } = await newCard(world)
    const { reversal, authorization } = await client.simulations.sendOutOfOrder({
      cardToken,
      amount: '9.00',
      currency: 'USD',
    })
    expect([reversal.kind, authorization.declineReason]).toEqual(['reversal', 'reversed-before-arrival'])
  },

  'scenarios.list': async client => {
    const kept = await client.scenarios.create(scenario('Listed'))
    expect((await client.scenarios.list({ limit: 1 })).rows).toEqual([kept])
  },
  'scenarios.listAll': async client => {
    const kept = await client.scenarios.create(scenario('Listed'))
    expect(await collect(client.scenarios.listAll())).toContainEqual(kept)
  },
  'scenarios.retrieve': async client => {
    const kept = await client.scenarios.create(scenario('Read'))
    expect(await client.scenarios.retrieve(kept.scenarioId)).toEqual(kept)
  },
  'scenarios.create': async client => {
    expect(await client.scenarios.create(scenario('Kept'))).toMatchObject(scenario('Kept'))
    const steps = [{ call: 'authorizations', body: { pan: '6587040000002976' } }] as const
    await expect(client.scenarios.create({ name: 'x', steps })).rejects.toMatchObject({ field: 'steps.0.body.pan' })
  },
  'scenarios.replace': async client => {
    const { scenarioId } = await client.scenarios.create(scenario('Before'))
    expect(await client.scenarios.replace(scenarioId, scenario('After'))).toMatchObject({ scenarioId, name: 'After' })
  },
  'scenarios.remove': async client => {
    const { scenarioId } = await client.scenarios.create(scenario('Removed'))
    expect(await client.scenarios.remove(scenarioId)).toEqual({ scenarioId, removed: true })
    await expect(client.scenarios.retrieve(scenarioId)).rejects.toMatchObject({ code: 'scenario-not-found' })
  },

  'authorizations.list': async (client, world) => {
    const { id, cardToken } = await authorized(client, world)
    const query = { cardToken, status: 'open', decision: 'approved', from: '2020-01-01T00:00:00Z' } as const
    const { rows } = await client.authorizations.list(world.partnerId, query)
    expect(rows).toMatchObject([{ authorizationId: id, merchant }])
    const amounts = { currency: 'USD', minAmount: '30.00', maxAmount: '30.00' }
    const search = {
      ...amounts,
      mcc: merchant.mcc,
      merchant: merchant.name.toUpperCase(),
      lastFour: rows[0]?.maskedPan.slice(-4) ?? '',
    }
    const found = await client.authorizations.list(world.partnerId, { ...search, cardToken })
    expect(found).toEqual({ rows, nextCursor: null, searchedTo: null })
    const first = await client.authorizations.list(world.partnerId, { limit: 1 })
    expect(first.searchedTo).toBe(first.rows[0]?.createdAt)
  },
  'authorizations.listAll': async (client, world) => {
    const { id, cardToken } = await authorized(client, world)
    const rows = await collect(client.authorizations.listAll(world.partnerId, { cardToken }))
    expect(rows.map(({ authorizationId }) => authorizationId)).toEqual([id])
  },
  'authorizations.retrieve': async (client, world) => {
    const { id } = await authorized(client, world)
    await client.simulations.clear({ authorizationId: id, amount: '10.00' })
    const found = await client.authorizations.retrieve(id, { partnerId: world.partnerId })
    expect(found).toMatchObject({ status: 'open', cleared: { amount: '10.00' }, merchant, partnerDecision: null })
    expect(found.events.map(({ kind }) => kind)).toEqual(['authorization', 'clearing'])
    expect(found.trace.length).toBeGreaterThan(1)
    const elsewhere = client.authorizations.retrieve(id, { partnerId: world.reviewed.partner.partnerId })
    await expect(elsewhere).rejects.toMatchObject({
      name: 'NotFoundError',
      code: 'authorization-not-found',
      status: 404,
    })
  },

  'clock.read': async client => {
    expect(await client.clock.read()).toMatchObject({ now: expect.stringMatching(/^\d{4}-.*Z$/) as string })
  },
  'clock.due': async (client, world) => {
    const { id } = await authorized(client, world)
    const { expiresAt } = await client.authorizations.retrieve(id)
    const { due } = await client.clock.due(expiresAt ?? '')
    const holds = due.find(({ kind }) => kind === 'expiry')
    expect(holds?.precision).toBe('exact')
    expect(holds?.count).toBeGreaterThan(0)
    expect(due.map(({ kind }) => kind)).toContain('webhook-retry')
    await expect(client.clock.due('2000-01-01T00:00:00Z')).rejects.toMatchObject({ code: 'clock-goes-back' })
  },
  'clock.freeze': async client => {
    expect(await client.clock.freeze()).toMatchObject({ state: 'frozen', ran: [] })
    await client.clock.resume()
  },
  'clock.resume': async client => {
    await client.clock.freeze()
    expect((await client.clock.resume()).state).not.toBe('frozen')
  },
  'clock.set': async client => {
    const { now } = await client.clock.read()
    const to = new Date(Date.parse(now) + 60_000).toISOString()
    expect(Date.parse((await client.clock.set(to)).now)).toBeGreaterThanOrEqual(Date.parse(to))
    const back = client.clock.set(now)
    await expect(back).rejects.toMatchObject({ name: 'ConflictError', code: 'clock-goes-back' })
  },
  'clock.advance': async client => {
    const { from, now } = await client.clock.advance('PT1M')
    expect(Date.parse(now) - Date.parse(from)).toBeGreaterThanOrEqual(60_000)
    await expect(client.clock.advance('soon')).rejects.toMatchObject({ name: 'InvalidRequestError', field: 'by' })
  },

  'webhookEndpoints.create': async (client, { partnerId, credentials }) => {
    const terms = { ...endpoint(credentials.pagsmile.appId), description: 'here', kinds: ['card-status'] } as const
    expect(await client.webhookEndpoints.create(partnerId, terms)).toMatchObject({ ...terms, state: 'active' })
  },
  'webhookEndpoints.list': async (client, world) => {
    const endpointId = await pausedEndpoint(client, world)
    const ids = (await client.webhookEndpoints.list(world.partnerId)).map(each => each.endpointId)
    expect(ids).toContain(endpointId)
  },
  'webhookEndpoints.retrieve': async (client, world) => {
    const endpointId = await pausedEndpoint(client, world)
    expect(await client.webhookEndpoints.retrieve(world.partnerId, endpointId)).toMatchObject({ endpointId })
  },
  'webhookEndpoints.update': async (client, world) => {
    const endpointId = await pausedEndpoint(client, world)
    const changes = { url: 'http://127.0.0.1:9/new', description: null, kinds: ['authorization'] } as const
    expect(await client.webhookEndpoints.update(world.partnerId, endpointId, changes)).toMatchObject(changes)
  },
  'webhookEndpoints.remove': async (client, world) => {
    const endpointId = await pausedEndpoint(client, world)
    expect(await client.webhookEndpoints.remove(world.partnerId, endpointId)).toEqual({ endpointId, state: 'deleted' })
  },
  'webhookEndpoints.pause': async (client, world) => {
    const { partnerId, credentials } = world
    const { endpointId } = await client.webhookEndpoints.create(partnerId, endpoint(credentials.pagsmile.appId))
    expect(await client.webhookEndpoints.pause(partnerId, endpointId)).toMatchObject({ state: 'paused' })
  },
  'webhookEndpoints.resume': async (client, world) => {
    const endpointId = await pausedEndpoint(client, world)
    expect(await client.webhookEndpoints.resume(world.partnerId, endpointId)).toMatchObject({ state: 'active' })
  },
  'webhookEndpoints.replay': async (client, world) => {
    const { now } = await client.clock.read()
    await newCard(world)
    const endpointId = await pausedEndpoint(client, world)
    const replayed = await client.webhookEndpoints.replay(world.partnerId, endpointId, now)
    expect(replayed.events).toBeGreaterThan(0)
  },
  'webhookEndpoints.sendExample': async (client, world) => {
    const endpointId = await pausedEndpoint(client, world)
    const delivery = await client.webhookEndpoints.sendExample(world.partnerId, endpointId, 'one-time-password')
    expect(delivery).toMatchObject({ endpointId, kind: 'one-time-password', state: 'pending', attempts: 0 })
  },

  'webhookDeliveries.list': async (client, world) => {
    const { endpointId, deliveryId } = await example(client, world)
    const query = { endpointId, state: 'pending', kind: 'card-status', limit: 1 } as const
    const { rows, nextCursor } = await client.webhookDeliveries.list(world.partnerId, query)
    expect([rows, nextCursor]).toMatchObject([[{ deliveryId }], null])
    const eventId = rows[0]?.eventId ?? ''
    expect((await client.webhookDeliveries.list(world.partnerId, { eventId })).rows).toEqual(rows)
    expect((await client.webhookDeliveries.list(world.partnerId, { authorizationId: '1' })).rows).toEqual([])
  },
  'webhookDeliveries.listAll': async (client, world) => {
    const { endpointId, deliveryId } = await example(client, world)
    const found = await collect(client.webhookDeliveries.listAll(world.partnerId, { endpointId }))
    expect(found).toMatchObject([{ deliveryId }])
  },
  'webhookDeliveries.retrieve': async (client, world) => {
    const { deliveryId } = await example(client, world)
    const found = await client.webhookDeliveries.retrieve(world.partnerId, deliveryId)
    expect(found).toMatchObject({ deliveryId, attemptLog: [], request: { method: 'POST', signature: null } })
    expect(JSON.parse(found.request?.body ?? '')).toMatchObject({ notify_type: 2 })
  },
  'webhookDeliveries.resend': async (client, world) => {
    const { deliveryId } = await example(client, world)
    expect(await client.webhookDeliveries.resend(world.partnerId, deliveryId)).toMatchObject({ state: 'pending' })
  },
  'webhookDeliveries.backlog': async (client, world) => {
    const { endpointId } = await example(client, world)
    const { pending, endpoints } = await client.webhookDeliveries.backlog({ partnerId: world.partnerId })
    expect(pending).toBeGreaterThan(0)
    expect(endpoints).toContainEqual(expect.objectContaining({ endpointId, state: 'paused', pending: 1 }) as object)
  },

  'journalEntries.list': async (client, world) => {
    const { cardToken } = await newCard(world)
    const { rows } = await client.journalEntries.list(world.partnerId, { cardToken, kind: 'card-load' })
    expect(rows).toMatchObject([{ cardToken, postings: [{ amount: { amount: '100.00' } }, { side: 'credit' }] }])
  },
  'journalEntries.listAll': async (client, world) => {
    const { cardToken } = await newCard(world)
    expect(await collect(client.journalEntries.listAll(world.partnerId, { cardToken }))).toHaveLength(1)
  },
  'journalEntries.retrieve': async (client, world) => {
    const { cardToken } = await newCard(world)
    const { rows } = await client.journalEntries.list(world.partnerId, { cardToken })
    const entryId = rows[0]?.entryId ?? ''
    expect(await client.journalEntries.retrieve(world.partnerId, entryId)).toEqual(rows[0])
  },

  'ledger.verify': async client => {
    const { runningSince, last, failure } = await client.ledger.verify()
    expect([runningSince, failure]).toEqual([null, null])
    expect(last).toMatchObject({ inOrder: true, differences: 0, shown: [] })
    expect(last?.checked.postings).toBeGreaterThanOrEqual(2 * (last?.checked.entries ?? 1))
  },
  'ledger.verification': async client => {
    const { last } = await client.ledger.verify()
    expect((await client.ledger.verification()).last).toEqual(last)
  },

  'events.list': async (client, world) => {
    const { cardToken } = await newCard(world)
    await world.pagsmile.cards.block(cardToken, 'left at home')
    const { rows } = await client.events.list(world.partnerId, { cardToken, kind: 'card-status' })
    const fact = { before: 'active', after: 'blocked', reason: 'left at home' }
    expect(rows).toMatchObject([{ card: { cardToken }, message: null, fact, example: false }])
  },
  'events.listAll': async (client, world) => {
    const { cardToken } = await authorized(client, world)
    const events = await collect(client.events.listAll(world.partnerId, { cardToken, kind: 'authorization' }))
    expect(events).toMatchObject([{ message: { decision: 'approved', merchantName: 'Shop' }, fact: null }])
  },
  'events.listAfter': async (client, world) => {
    const { cardToken } = await newCard(world)
    const [last] = (await client.events.list(world.partnerId, { cardToken, limit: 1 })).rows
    expect(await client.events.listAfter(world.partnerId, last?.eventId ?? '', { cardToken })).toEqual([])
    await world.pagsmile.cards.block(cardToken, 'left at home')
    const after = await client.events.listAfter(world.partnerId, last?.eventId ?? '', { cardToken, limit: 1 })
    expect(after).toMatchObject([{ kind: 'card-status' }])
  },

  'auditLog.list': async (client, world) => {
    const cardId = await newCardId(world)
    await client.cards.block(world.partnerId, cardId)
    const { rows } = await client.auditLog.list(world.partnerId, { limit: 1 })
    expect(rows).toMatchObject([
      {
        actor: expect.stringMatching(/^operator-key:\d+$/) as string,
        subject: expect.stringContaining(cardId) as string,
      },
    ])
  },
  'auditLog.listAll': async (client, world) => {
    await client.cards.block(world.partnerId, await newCardId(world))
    const actions = (await collect(client.auditLog.listAll(world.partnerId))).map(({ action }) => action)
    expect(actions).toContainEqual(expect.stringMatching(/^POST .*\/block$/))
  },
  'auditLog.listPlatform': async client => {
    await client.feePlans.create(plan())
    const { rows } = await client.auditLog.listPlatform({ limit: 200 })
    expect(rows).toContainEqual(expect.objectContaining({ action: 'POST /operator/v1/fee-plans' }) as object)
  },
  'auditLog.listAllPlatform': async client => {
    await client.feePlans.create(plan())
    expect((await collect(client.auditLog.listAllPlatform())).length).toBeGreaterThan(0)
  },

  'overview.read': async (client, world) => {
    await authorized(client, world)
    const overview = await client.overview.read()
    expect(overview).toMatchObject({ mode: 'sandbox', database: { reachable: true }, decisions: { scope: 'process' } })
    const { decided, p99Ms, from } = overview.decisions.series
    expect(p99Ms).toHaveLength(decided.length)
    expect(Date.parse(from)).toBeLessThan(Date.parse(overview.at))
  },
  'apiLog.list': async (client, world) => {
    const partner = { dialect: 'pagsmile', partnerId: world.partnerId } as const
    await world.pagsmile.accounts.balances()
    await expect(world.pagsmile.cards.retrieve('000000000000')).rejects.toThrow()
    const { rows } = await client.apiLog.list({ ...partner, limit: 2 })
    expect(rows).toMatchObject([
      { path: '/issuing/card/query-card-info', status: 400, code: '40002' },
      { path: '/issuing/partner/query-balance', status: 200, code: '10000', subCode: null },
    ])
    expect(rows[0]?.requestId).toMatch(/./)
    const found = await client.apiLog.list({ ...partner, code: '40002', path: 'card-info', limit: 1 })
    expect(found.rows).toEqual([rows[0]])
  },
  'apiLog.listAll': async (client, world) => {
    await world.pagsmile.accounts.balances()
    const calls = await collect(client.apiLog.listAll({ dialect: 'pagsmile' }))
    expect(calls.length).toBeGreaterThan(0)
    const ids = calls.map(({ callId }) => Number(callId))
    expect(ids).toEqual(ids.toSorted((a, b) => b - a))
  },
  'apiLog.retrieve': async (client, world) => {
    const { cardToken } = await newCard(world)
    await world.pagsmile.cards.retrieve(cardToken)
    const [call] = (await client.apiLog.list({ path: 'query-card-info', limit: 1 })).rows
    expect(await client.apiLog.retrieve(call?.callId ?? '')).toMatchObject({
      ...call,
      request: { card_token: cardToken },
      answer: { code: '10000', data: { card_token: cardToken } },
    })
  },
  'inspections.envelope': async (client, { credentials, partnerId }) => {
    const { appId, partnerId: number } = credentials.pagsmile
    const form = { timestamp: '2026-05-22 12:00:00', version: '2.0', sign_type: 'RSA', request_id: fresh() }
    const envelope = { app_id: appId, partner_id: number, ...form, random_key: 'AAAA', biz_data: 'AAAA' }
    const inspection = await client.inspections.envelope(appId, { envelope, path: '/issuing/card/query-card-info' })
    expect(inspection).toMatchObject({ partnerId, holds: false, content: null })
    expect(inspection.steps.find(({ holds }) => holds === false)).toMatchObject({ step: 'random_key' })
    await expect(client.inspections.envelope('0', { envelope })).rejects.toMatchObject({ code: 'app-not-found' })
  },
  'inspections.signature': async (client, { credentials, partnerId }) => {
    const { apiKey } = credentials.keysecure
    const callback = { timestamp: String(Date.now()), signature: 'ab'.repeat(32), body: '{"data":{"amount":100.00}}' }
    const inspection = await client.inspections.signature(apiKey, callback)
    expect(inspection).toMatchObject({
      partnerId,
      holds: false,
      content: { signed: `amount=100.00&appId=${apiKey}&timestamp=${callback.timestamp}` },
    })
    const { rows } = await client.auditLog.list(partnerId, { limit: 1 })
    expect(rows[0]).toMatchObject({ subject: `apiKey=${apiKey}` })
  },
  'live.follow': async (client, world) => {
    const seen = new Set<string>()
    let id: string | undefined
    for await (const { event, data } of client.live.follow({ partnerId: world.partnerId, rowsPerSecond: 500 })) {
      seen.add(event)
      id ??= (await authorized(client, world)).id
      if (event === 'tick') expect(data.database.reachable).toBe(true)
      if (event === 'authorizations' && data.authorizations.some(({ authorizationId }) => authorizationId === id)) break
    }
    expect([...seen]).toEqual(['tick', 'authorizations'])
  },
}

async function newSpendLimit(client: OperatorClient, world: OperatorWorld) {
  const { cardToken } = await newCard(world)
  return client.spendLimits.create(world.partnerId, {
    name: 'groceries',
    scope: { kind: 'card', cardToken },
    window: { kind: 'fixed', unit: 'week', zone: 'Europe/Berlin' },
    currency: 'USD',
    maxAmount: '250.00',
    maxCount: 5,
    filter: { mccs: ['5411'] },
  })
}

async function newControl(client: OperatorClient, world: OperatorWorld) {
  const { cardToken } = await newCard(world)
  const scope = { kind: 'card', cardToken } as const
  return client.merchantControls.create(world.partnerId, { name: 'no gambling', scope, block: { mccs: ['7995'] } })
}

const plan = () =>
  ({
    name: `Plan ${fresh()}`,
    currency: 'USD',
    terms: { purchaseRate: '0.01', management: { cycle: 'month', amount: '1.00' } },
  }) as const

async function example(client: OperatorClient, world: OperatorWorld) {
  const endpointId = await pausedEndpoint(client, world)
  return client.webhookEndpoints.sendExample(world.partnerId, endpointId, 'card-status')
}

describe('OperatorClient on a running server', () => {
  let world: OperatorWorld

  beforeAll(async () => {
    const started = await startWorld()
    const { partnerId } = started.credentials
    world = { ...started, partnerId, reviewed: await newReviewedPartner(started) }
  }, START_MS_MAX)

  afterAll(() => world?.issuer.stop())

  holdContracts('OperatorClient', CONTRACTS, () => ({ client: world.operator, world }))
})
