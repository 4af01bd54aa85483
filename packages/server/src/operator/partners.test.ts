import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ledgerViolations } from '../../../../test/support/ledger-invariants.ts'
import { createOperatorDoor, type OperatorDoor } from '../../../../test/support/operator-door.ts'
import { keysecureSecretContext } from '../app/create-partner.ts'

const PARTNERS = '/operator/v1/partners'

const spki = { type: 'spki', format: 'pem' } as const
const GOOD_KEY = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export(spki)
const OTHER_KEY = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export(spki)
const inBase64 = (pem: string) => pem.replace(/-----[^-]+-----|\n/g, '')

const SHORT_RSA = generateKeyPairSync('rsa', { modulusLength: 1024 })
const PAIR = generateKeyPairSync('rsa', { modulusLength: 2048 })

const BAD_KEYS: readonly (readonly [string, string])[] = [
  ['an RSA key of 1024 bits', SHORT_RSA.publicKey.export(spki)],
  ['an EC key', generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export(spki)],
  ['an Ed25519 key', generateKeyPairSync('ed25519').publicKey.export(spki)],
  [
    'an RSA-PSS key, which cannot encrypt',
    generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey.export(spki),
  ],
  ['a private key', PAIR.privateKey.export({ type: 'pkcs8', format: 'pem' })],
  ['the Base64 of a private key', inBase64(PAIR.privateKey.export({ type: 'pkcs8', format: 'pem' }))],
  ['a key cut short', GOOD_KEY.slice(0, 200)],
  ['garbage', 'garbage'],
  ['PEM lines around nothing', '-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n'],
]

let door: OperatorDoor

beforeAll(async () => {
  door = await createOperatorDoor()
})

afterAll(() => door.close())

async function rowsIn(...tables: string[]): Promise<(number | null)[]> {
  return Promise.all(tables.map(async table => (await door.useCases.pool.query(`select from ${table}`)).rowCount))
}

/** Expects a refusal that makes no partner, account or credential. */
async function expectRefusal(body: unknown, refusal: { status: number; code: string; field?: string }) {
  const tables = ['partner', 'account', 'journal_entry', 'pagsmile_app', 'keysecure_credential', 'idempotency_key']
  const before = await rowsIn(...tables)
  const answer = await door.post(PARTNERS, body)
  const { code, field } = answer.body.error
  expect({ status: answer.status, code, field }).toEqual({ field: undefined, ...refusal })
  expect(await rowsIn(...tables)).toEqual(before)
}

describe('a new partner', () => {
  test('with one dialect has the credentials of that one', async () => {
    const { status, body } = await door.post(PARTNERS, { name: 'Acme', pagsmile: {} })
    expect(status).toBe(201)
    expect(body).toMatchObject({ name: 'Acme', integrationMode: 'credit', keysecure: null })
    expect(body.partnerId).toMatch(/^\d{6}$/)
    const { appId, partnerId, platformPublicKey, merchantPublicKey, fundingAccount, sharedAccount } = body.pagsmile
    expect([appId, partnerId].every(number => /^2\d{16}$/.test(number))).toBe(true)
    expect(createPublicKey(platformPublicKey).asymmetricKeyDetails?.modulusLength).toBe(2048)
    expect(merchantPublicKey).toBeNull()
    const idOf = (kind: string) => body.accounts.find(account => account.kind === kind)?.accountId
    expect([fundingAccount, sharedAccount]).toEqual([idOf('partner-funding'), idOf('shared')])
    expect(body.accounts.map(account => account.kind)).toEqual(['bank', 'partner-funding', 'reserve', 'shared'])
  })

  test('with the other dialect has a key, and a secret that opens what the database keeps', async () => {
    const allowedAddresses = ['10.0.0.0/8', '2001:db8::/32', '192.0.2.7', '::ffff:192.0.2.0/120']
    const { status, body } = await door.post(PARTNERS, { name: 'Acme', keysecure: { allowedAddresses } })
    expect(status).toBe(201)
    expect(body).toMatchObject({ pagsmile: null, keysecure: { allowedAddresses } })
    const { apiKey, apiSecret } = body.keysecure
    const { storage, vault } = door.useCases.ports
    const kept = await storage.read.keysecureCredential(apiKey)
    expect(kept).toMatchObject({ partnerId: BigInt(body.partnerId), enabled: true, expiresAt: null, allowedAddresses })
    expect(vault.openSecret(keysecureSecretContext(apiKey), kept?.apiSecret ?? new Uint8Array())).toBe(apiSecret)
  })

  test('with both dialects has both, and what it asked for', async () => {
    const { body } = await door.post(PARTNERS, {
      name: 'Acme',
      integrationMode: 'partner-decides',
      approveCardholdersAutomatically: false,
      openingBalance: '1234.56',
      pagsmile: { merchantPublicKey: GOOD_KEY, unlimitedDateRange: true },
      keysecure: {},
    })
    expect(body).toMatchObject({
      integrationMode: 'partner-decides',
      approveCardholdersAutomatically: false,
      pagsmile: { merchantPublicKey: GOOD_KEY },
      keysecure: { allowedAddresses: [] },
    })
    const app = await door.useCases.ports.storage.read.pagsmileApp(body.pagsmile.appId)
    expect(app).toMatchObject({
      partnerNo: body.pagsmile.partnerId,
      merchantPublicKey: GOOD_KEY,
      unlimitedDateRange: true,
    })
    const accounts = await door.useCases.ports.storage.read.accountsOf(BigInt(body.partnerId))
    const balances = Object.fromEntries(accounts.map(({ kind, balance }) => [kind, balance.minor]))
    expect(balances).toEqual({ bank: 370_368n, 'partner-funding': 123_456n, reserve: 123_456n, shared: 123_456n })
    expect(await ledgerViolations(door.useCases.pool)).toEqual([])
  })

  test('approves cardholders automatically in sandbox and not in live mode, unless it says so', async () => {
    const wanted = { name: 'Acme', keysecure: {} }
    expect((await door.post(PARTNERS, wanted)).body.approveCardholdersAutomatically).toBe(true)
    expect((await door.live.post(PARTNERS, wanted)).body.approveCardholdersAutomatically).toBe(false)
  })

  test('opens with money in sandbox only', async () => {
    const { status, body } = await door.live.post(PARTNERS, { name: 'Acme', keysecure: {}, openingBalance: '1.00' })
    expect([status, body.error.code, body.error.field]).toEqual([400, 'invalid-field', 'openingBalance'])
  })

  test('has its secret in the answer to its own request only, however often that is repeated', async () => {
    const headers = { 'idempotency-key': 'with-a-secret' }
    const first = await door.post(PARTNERS, { name: 'Acme', keysecure: {} }, headers)
    const again = await door.post(PARTNERS, { name: 'Acme', keysecure: {} }, headers)
    expect(again.text).toBe(first.text)
    const { apiSecret } = first.body.keysecure
    expect(apiSecret).toMatch(/^[\w-]{32}$/)
    const tables = ['idempotency_key', 'keysecure_credential', 'partner', 'pagsmile_app']
    for (const table of tables) {
      const { rows } = await door.useCases.pool.query<{ line: string }>(`select t::text as line from ${table} t`)
      expect(rows.filter(row => row.line.includes(apiSecret))).toEqual([])
    }
  })
})

describe('a partner is refused', () => {
  const WRONG = { status: 400, code: 'invalid-request' }

  test.each([
    ['no dialect', { name: 'Acme' }, WRONG],
    ['no name', { keysecure: {} }, { ...WRONG, field: 'name' }],
    ['an empty name', { name: '', keysecure: {} }, { ...WRONG, field: 'name' }],
    ['a name of 101 characters', { name: 'x'.repeat(101), keysecure: {} }, { ...WRONG, field: 'name' }],
    ['a number for a name', { name: 5, keysecure: {} }, { ...WRONG, field: 'name' }],
    ['an unknown mode', { name: 'A', keysecure: {}, integrationMode: 'debit' }, { ...WRONG, field: 'integrationMode' }],
    [
      'a text for a switch',
      { name: 'A', pagsmile: { unlimitedDateRange: 'true' } },
      { ...WRONG, field: 'pagsmile.unlimitedDateRange' },
    ],
    ['an unknown field', { name: 'A', keysecure: {}, colour: 'red' }, { ...WRONG, field: 'colour' }],
    ['an unknown field inside', { name: 'A', keysecure: { colour: 'red' } }, { ...WRONG, field: 'keysecure.colour' }],
    ['a prototype', '{"name":"A","keysecure":{},"__proto__":{"name":"B"}}', { ...WRONG, field: '__proto__' }],
    ['null for a dialect', { name: 'A', keysecure: null }, { ...WRONG, field: 'keysecure' }],
  ])('with %s', async (_name, body, refusal) => {
    await expectRefusal(body, refusal)
  })

  test.each([
    '0',
    '0.00',
    '-1',
    '1.234',
    '1e3',
    'abc',
    '+5',
    '1,000',
    ' 1',
    '١',
    '',
    '99999999999999999999999',
    '10000000000000.01',
  ])('with an opening balance of %j', async openingBalance => {
    await expectRefusal(
      { name: 'Acme', keysecure: {}, openingBalance },
      { status: 400, code: 'invalid-amount', field: expect.stringMatching(/^(openingBalance|amount)$/) },
    )
  })

  test.each(BAD_KEYS)('with %s', async (_name, merchantPublicKey) => {
    await expectRefusal(
      { name: 'Acme', pagsmile: { merchantPublicKey } },
      { status: 400, code: 'invalid-field', field: 'pagsmile.merchantPublicKey' },
    )
  })

  test.each([
    '10.0.0.0/33',
    '300.1.1.1',
    'localhost',
    '10.0.0.0/8/8',
    '10.0.0.1-10.0.0.9',
    '',
    '::/129',
    'fe80::1%eth0',
  ])('with the address %j', async address => {
    await expectRefusal(
      { name: 'Acme', keysecure: { allowedAddresses: ['10.0.0.1', address] } },
      { status: 400, code: 'invalid-field', field: 'keysecure.allowedAddresses' },
    )
  })
})

describe("a merchant's key", () => {
  async function newApp(): Promise<{ partnerId: string; appId: string; path: string }> {
    const { body } = await door.post(PARTNERS, { name: 'Acme', pagsmile: {} })
    const { partnerId, pagsmile } = body
    return {
      partnerId,
      appId: pagsmile.appId,
      path: `${PARTNERS}/${partnerId}/pagsmile-apps/${pagsmile.appId}/merchant-key`,
    }
  }

  const keyOf = async (appId: string) => (await door.useCases.ports.storage.read.pagsmileApp(appId))?.merchantPublicKey

  test('is put in place, and a later one takes its place', async () => {
    const { appId, path } = await newApp()
    for (const publicKey of [GOOD_KEY, OTHER_KEY]) {
      const { status, body } = await door.call('PUT', path, { publicKey })
      expect([status, body]).toEqual([200, { appId, merchantPublicKey: publicKey }])
      expect(await keyOf(appId)).toBe(publicKey)
    }
  })

  test.each([
    ['Base64 of the DER', inBase64(GOOD_KEY)],
    ['a PEM with blanks around it', `\n  ${GOOD_KEY}\n`],
    ['a PEM with Windows line ends', GOOD_KEY.replaceAll('\n', '\r\n')],
  ])('may come as %s and is kept as PEM', async (_name, publicKey) => {
    const { appId, path } = await newApp()
    expect((await door.call('PUT', path, { publicKey })).status).toBe(200)
    expect(await keyOf(appId)).toBe(GOOD_KEY)
  })

  test.each(BAD_KEYS)('is refused when it is %s, and the one before stays', async (_name, publicKey) => {
    const { appId, path } = await newApp()
    await door.call('PUT', path, { publicKey: GOOD_KEY })
    const { status, body, text } = await door.call('PUT', path, { publicKey })
    expect([status, body.error.code, body.error.field]).toEqual([400, 'invalid-field', 'publicKey'])
    expect(text).not.toContain(publicKey.slice(30, 60) || 'nothing to look for')
    expect(await keyOf(appId)).toBe(GOOD_KEY)
  })

  test.each([
    ['no key', {}, 'publicKey'],
    ['an empty key', { publicKey: '' }, 'publicKey'],
    ['a key of more than 4096 characters', { publicKey: 'x'.repeat(4097) }, 'publicKey'],
    ['an unknown field', { publicKey: GOOD_KEY, more: 1 }, 'more'],
  ])('is refused with %s', async (_name, payload, field) => {
    const { path } = await newApp()
    const { status, body } = await door.call('PUT', path, payload)
    expect([status, body.error.code, body.error.field]).toEqual([400, 'invalid-request', field])
  })

  test('goes to an app of the partner and to no other', async () => {
    const [mine, theirs] = [await newApp(), await newApp()]
    const put = (partnerId: string, appId: string) =>
      door.call('PUT', `${PARTNERS}/${partnerId}/pagsmile-apps/${appId}/merchant-key`, { publicKey: GOOD_KEY })
    for (const [partnerId, appId] of [
      [mine.partnerId, theirs.appId],
      [mine.partnerId, '1'],
      [mine.partnerId, '%00'],
      [mine.partnerId, "x' or '1'='1"],
      ['1', mine.appId],
    ] as const) {
      const { status, body } = await put(partnerId, encodeURI(appId).replace('%2500', '%00'))
      expect([appId, status, body.error.code]).toEqual([appId, 404, 'app-not-found'])
    }
    for (const partnerId of ['abc', '-1', '1e3', '9'.repeat(30)]) {
      const { status, body } = await put(partnerId, mine.appId)
      expect([partnerId, status, body.error.code]).toEqual([partnerId, 404, 'partner-not-found'])
    }
    expect([await keyOf(mine.appId), await keyOf(theirs.appId)]).toEqual([null, null])
  })
})

describe('a partner', () => {
  test('is disabled and enabled again, each as often as one likes', async () => {
    const { body } = await door.post(PARTNERS, { name: 'A', pagsmile: {} })
    const { partnerId } = body
    const statusOf = async () => (await door.useCases.ports.storage.read.partner(BigInt(partnerId)))?.status
    for (const [action, status] of [
      ['disable', 'disabled'],
      ['disable', 'disabled'],
      ['enable', 'active'],
    ] as const) {
      const answer = await door.post(`${PARTNERS}/${partnerId}/${action}`)
      expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { partnerId, status }])
      expect(await statusOf()).toBe(status)
    }
  })

  test.each(['1', 'abc', '9'.repeat(30)])('that does not exist is not disabled: %s', async partnerId => {
    const { status, body } = await door.post(`${PARTNERS}/${partnerId}/disable`)
    expect([status, body.error.code]).toEqual([404, 'partner-not-found'])
  })
})

describe('the settings of an app', () => {
  async function newApp() {
    const { body } = await door.post('/operator/v1/partners', { name: 'A', pagsmile: { merchantPublicKey: GOOD_KEY } })
    return {
      appId: body.pagsmile.appId,
      path: `/operator/v1/partners/${body.partnerId}/pagsmile-apps/${body.pagsmile.appId}`,
    }
  }

  const kept = async (appId: string) => door.useCases.ports.storage.read.pagsmileApp(appId)

  test('change where they are given and stay where they are not', async () => {
    const { appId, path } = await newApp()
    const first = await door.call('PATCH', path, { showSensitive: true })
    expect(JSON.parse(first.text)).toEqual({ appId, unlimitedDateRange: false, showSensitive: true, plaintext: false })
    await door.call('PATCH', path, { unlimitedDateRange: true, plaintext: true })
    expect(await kept(appId)).toMatchObject({ unlimitedDateRange: true, showSensitive: true, plaintext: true })
    expect((await door.call('PATCH', path, { unknown: true })).status).toBe(400)
    const missing = await door.call('PATCH', path.replace(appId, '1'), {})
    expect([missing.status, missing.body.error.code]).toEqual([404, 'app-not-found'])
  })

  test('never let a live app speak in clear', async () => {
    const { appId, path } = await newApp()
    const refused = await door.live.call('PATCH', path, { plaintext: true })
    expect([refused.status, refused.body.error]).toMatchObject([400, { code: 'invalid-field', field: 'plaintext' }])
    expect((await kept(appId))?.plaintext).toBe(false)
  })

  test('have a platform key that can be replaced, with the old one understood for a while', async () => {
    const { appId, path } = await newApp()
    const before = await kept(appId)
    const { status, text } = await door.post(`${path}/platform-key`, { graceHours: 24 })
    const rotated = JSON.parse(text)
    expect([status, rotated.previousKeyExpiresAt]).toEqual([200, '2026-05-23T12:00:00Z'])
    const after = await kept(appId)
    expect(after?.platformPublicKey).toBe(rotated.platformPublicKey)
    expect(after?.platformPublicKey).not.toBe(before?.platformPublicKey)
    expect(after?.previousKey?.privateKey).toEqual(before?.platformPrivateKey)
    expect((await door.post(`${path}/platform-key`, { graceHours: -1 })).status).toBe(400)
    expect((await door.post(`${path.replace(appId, '1')}/platform-key`, {})).body.error.code).toBe('app-not-found')
  })
})
