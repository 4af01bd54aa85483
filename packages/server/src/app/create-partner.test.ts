import { createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ledgerViolations } from '../../../../test/support/ledger-invariants.ts'
import { addPartner, createUseCases, USD, type UseCases, usd } from '../../../../test/support/use-cases.ts'
import {
  addKeysecureCredential,
  addPagsmileApp,
  createPartner,
  keysecureSecretContext,
  pagsmileKeyContext,
} from './create-partner.ts'
import { issueAccessToken } from './issue-access-token.ts'

let useCases: UseCases

beforeAll(async () => {
  useCases = await createUseCases()
})

afterAll(() => useCases.close())

const COMMAND = {
  name: 'Acme',
  settings: { integrationMode: 'credit', approveCardholdersAutomatically: false },
  currency: USD,
  openingBalance: usd(500n),
} as const

describe('a new partner', () => {
  test('has its accounts, with the opening balance on those it spends from', async () => {
    const { partner, accounts } = await useCases.run(work => createPartner(work, COMMAND))
    expect(await useCases.ports.storage.read.partner(partner.partnerId)).toEqual(partner)
    const kept = await useCases.ports.storage.read.accountsOf(partner.partnerId)
    expect(kept.map(({ kind, balance }) => [kind, balance.minor])).toEqual([
      ['bank', 1500n],
      ['partner-funding', 500n],
      ['reserve', 500n],
      ['shared', 500n],
    ])
    expect(kept.map(account => account.accountId)).toEqual(Object.values(accounts).map(account => account.accountId))
    expect(await ledgerViolations(useCases.pool)).toEqual([])
  })

  test('gets no money out of nothing in live mode', async () => {
    const refused = useCases.runLive(work => createPartner(work, COMMAND))
    await expect(refused).rejects.toMatchObject({ code: 'invalid-field', field: 'openingBalance' })
    const { partner } = await useCases.runLive(work => createPartner(work, { ...COMMAND, openingBalance: null }))
    const kept = await useCases.ports.storage.read.accountsOf(partner.partnerId)
    expect(kept.map(account => account.balance.minor)).toEqual([0n, 0n, 0n, 0n])
  })

  test.each([0n, -1n])('cannot open with a balance of %s', async minor => {
    const refused = useCases.run(work => createPartner(work, { ...COMMAND, openingBalance: usd(minor) }))
    await expect(refused).rejects.toMatchObject({ code: 'invalid-amount' })
  })
})

describe('the private half of a credential', () => {
  test("of a Pagsmile app opens under that app's context only and belongs to its public half", async () => {
    const { partnerId } = await addPartner(useCases)
    const command = { partnerId, merchantPublicKey: null, unlimitedDateRange: true }
    const app = await useCases.run(work => addPagsmileApp(work, command))
    expect(app).toMatchObject({
      ...command,
      appId: expect.stringMatching(/^2\d{16}$/),
      partnerNo: expect.stringMatching(/^2\d{16}$/),
    })
    expect(await useCases.ports.storage.read.pagsmileApp(app.appId)).toEqual(app)
    const { vault } = useCases.ports
    const privateKey = createPrivateKey(vault.openSecret(pagsmileKeyContext(app.appId), app.platformPrivateKey))
    const publicHalf = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' })
    expect(publicHalf).toBe(app.platformPublicKey)
    expect(() => vault.openSecret(pagsmileKeyContext('other'), app.platformPrivateKey)).toThrow()
  })

  test("of a KeySecure key opens under that key's context only", async () => {
    const { partnerId } = await addPartner(useCases)
    const command = { partnerId, expiresAt: null, allowedAddresses: ['10.0.0.0/8'] }
    const { credential, apiSecret } = await useCases.run(work => addKeysecureCredential(work, command))
    expect(apiSecret).toMatch(/^[\w-]{32}$/)
    expect(await useCases.ports.storage.read.keysecureCredential(credential.apiKey)).toEqual(credential)
    const { vault } = useCases.ports
    expect(vault.openSecret(keysecureSecretContext(credential.apiKey), credential.apiSecret)).toBe(apiSecret)
    expect(() => vault.openSecret(keysecureSecretContext('other'), credential.apiSecret)).toThrow()
  })
})

test('an access token lives for 24 hours, is known by its hash only, and leaves older ones alone', async () => {
  useCases.clock.set('2026-05-22T12:00:00Z')
  const { partnerId } = await addPartner(useCases)
  const hash = (token: string) => createHash('sha256').update(token).digest()
  const issue = () => useCases.run(work => issueAccessToken(work, { partnerId, apiKey: 'ak_1', hash }))
  const [first, second] = [await issue(), await issue()]
  expect(first.expiresAt.toString()).toBe('2026-05-23T12:00:00Z')
  expect(first.token).not.toBe(second.token)
  for (const { token, expiresAt } of [first, second]) {
    const kept = await useCases.ports.storage.read.accessToken(hash(token))
    expect(kept).toEqual({ tokenHash: hash(token), apiKey: 'ak_1', expiresAt })
  }
  const { rows } = await useCases.pool.query<{ line: string }>('select t::text as line from access_token t')
  expect(rows.some(row => row.line.includes(first.token))).toBe(false)
})
