import type { Partner } from '@openissuer/core/partner/partner.ts'
import { describe, expect, it } from 'vitest'
import type { AccessToken, KeysecureCredential } from '../../app/ports.ts'
import { KeysecureError } from './errors.ts'
import { authenticate, type HeaderPorts, hashAccessToken } from './headers.ts'

const REAL_TIME = Temporal.Instant.fromEpochMilliseconds(1_716_307_200_000)
/** Years ahead of real time: the product's clock can be set. */
const PRODUCT_TIME = Temporal.Instant.from('2030-01-01T00:00:00Z')

const CREDENTIAL: KeysecureCredential = {
  apiKey: 'ak_1',
  partnerId: 100_001n,
  apiSecret: new Uint8Array(),
  enabled: true,
  expiresAt: PRODUCT_TIME.add({ milliseconds: 1 }),
  pciEnabled: false,
  pciOrigins: [],
  requestsPerSecond: null,
  allowedAddresses: ['127.0.0.1'],
}

const PARTNER: Partner = {
  partnerId: 100_001n,
  name: 'Acme',
  status: 'active',
  settings: { integrationMode: 'credit', approveCardholdersAutomatically: false },
  createdAt: REAL_TIME,
}

const TOKEN: AccessToken = {
  tokenHash: hashAccessToken('token-1'),
  apiKey: 'ak_1',
  expiresAt: PRODUCT_TIME.add({ milliseconds: 1 }),
}

type World = {
  credential: KeysecureCredential | undefined
  partner: Partner | undefined
  token: AccessToken | undefined
  headers: Record<string, string>
  ip: string
}

function world(): World {
  return {
    credential: CREDENTIAL,
    partner: PARTNER,
    token: TOKEN,
    headers: { 'api-key': 'ak_1', timestamp: String(REAL_TIME.epochMilliseconds), 'access-token': 'token-1' },
    ip: '127.0.0.1',
  }
}

function portsOf({ credential, partner, token }: World): HeaderPorts {
  return {
    read: {
      keysecureCredential: async apiKey => (apiKey === credential?.apiKey ? credential : undefined),
      partner: async partnerId => (partnerId === partner?.partnerId ? partner : undefined),
      accessToken: async hash =>
        token !== undefined && Buffer.compare(hash, token.tokenHash) === 0 ? token : undefined,
    },
    clock: { now: () => PRODUCT_TIME },
    wallClock: { now: () => REAL_TIME },
    clockAheadMs: 0,
  }
}

async function codeOf(faulty: World, accessToken: 'required' | 'none' = 'required'): Promise<number> {
  try {
    await authenticate(faulty, { accessToken }, portsOf(faulty))
    return 0
  } catch (error) {
    if (error instanceof KeysecureError) return error.code
    throw error
  }
}

/** Each fault as the vendor numbers it, in the order in which they are looked for. */
const FAULTS: readonly { code: number; fault: (world: World) => void }[] = [
  { code: 1002, fault: w => delete w.headers['api-key'] },
  { code: 1008, fault: w => (w.headers = 'api-key' in w.headers ? { ...w.headers, 'api-key': 'ak_2' } : w.headers) },
  { code: 1010, fault: w => (w.credential = { ...(w.credential ?? CREDENTIAL), enabled: false }) },
  { code: 1011, fault: w => (w.credential = { ...(w.credential ?? CREDENTIAL), expiresAt: PRODUCT_TIME }) },
  { code: 1021, fault: w => (w.partner = undefined) },
  { code: 1022, fault: w => (w.partner &&= { ...w.partner, status: 'disabled' }) },
  { code: 1003, fault: w => (w.ip = '192.0.2.1') },
  { code: 1005, fault: w => delete w.headers['timestamp'] },
  { code: 1006, fault: w => delete w.headers['access-token'] },
  { code: 1007, fault: w => (w.token = undefined) },
]

describe('authenticate', () => {
  it('answers who calls when nothing is wrong', async () => {
    const right = world()
    expect(await authenticate(right, { accessToken: 'required' }, portsOf(right))).toEqual({
      apiKey: 'ak_1',
      partner: PARTNER,
      credential: CREDENTIAL,
    })
  })

  it.each(FAULTS.map((row, index) => ({ ...row, index })))(
    'answers $code, whatever is wrong further on',
    async ({ code, index }) => {
      const faulty = world()
      for (const { fault } of FAULTS.slice(index).toReversed()) fault(faulty)
      expect(await codeOf(faulty)).toBe(code)
    },
  )

  it.each(FAULTS)('answers $code when nothing else is wrong', async ({ code, fault }) => {
    const faulty = world()
    fault(faulty)
    expect(await codeOf(faulty)).toBe(code)
  })

  it('wants no access token where none is needed, and does not look at one', async () => {
    const caller = world()
    caller.headers['access-token'] = 'another'
    expect(await codeOf(caller, 'none')).toBe(0)
    delete caller.headers['access-token']
    expect(await codeOf(caller, 'none')).toBe(0)
  })

  it.each([
    { header: 'api-key', value: '', code: 1002 },
    { header: 'api-key', value: '  ', code: 1002 },
    { header: 'api-key', value: 'ak_1, ak_1', code: 1008 },
    { header: 'api-key', value: 'ak_é', code: 1008 },
    { header: 'api-key', value: 'a'.repeat(10_000), code: 1008 },
    { header: 'timestamp', value: '', code: 1005 },
    { header: 'timestamp', value: '1716307200000, 1716307200000', code: 1005 },
    { header: 'access-token', value: '', code: 1006 },
    { header: 'access-token', value: 'token-1, token-1', code: 1007 },
    { header: 'access-token', value: 'TOKEN-1', code: 1007 },
  ])('answers $code to $header $value', async ({ header, value, code }) => {
    const caller = world()
    caller.headers[header] = value
    expect(await codeOf(caller)).toBe(code)
  })

  it.each([
    { timestamp: '1716307200000', code: 0 },
    { timestamp: '1716307140000', code: 0 },
    { timestamp: '1716307139999', code: 1005 },
    { timestamp: '1716307200001', code: 1005 },
    { timestamp: '1716307200', code: 1005 },
    { timestamp: '01716307200000', code: 1005 },
    { timestamp: '+716307200000', code: 1005 },
    { timestamp: '1716307200.00', code: 1005 },
    { timestamp: '１７１６３０７２０００００', code: 1005 },
  ])('answers $code to timestamp $timestamp at 1716307200000 of real time', async ({ timestamp, code }) => {
    const caller = world()
    caller.headers['timestamp'] = timestamp
    expect(await codeOf(caller)).toBe(code)
  })

  it.each([
    { timestamp: '1716307202500', code: 0 },
    { timestamp: '1716307202501', code: 1005 },
    { timestamp: '1716307140000', code: 0 },
    { timestamp: '1716307139999', code: 1005 },
  ])('answers $code to timestamp $timestamp where clocks may be 2,500 ms ahead', async ({ timestamp, code }) => {
    const caller = world()
    caller.headers['timestamp'] = timestamp
    const answer = authenticate(caller, { accessToken: 'required' }, { ...portsOf(caller), clockAheadMs: 2_500 })
    const refused = answer.then(
      () => 0,
      (error: unknown) => (error instanceof KeysecureError ? error.code : error),
    )
    expect(await refused).toBe(code)
  })

  it('lets a token expire by the product clock', async () => {
    const caller = world()
    caller.token = { ...TOKEN, expiresAt: PRODUCT_TIME }
    expect(await codeOf(caller)).toBe(1007)
  })

  it("refuses another Api-Key's token", async () => {
    const caller = world()
    caller.token = { ...TOKEN, apiKey: 'ak_2' }
    expect(await codeOf(caller)).toBe(1007)
  })

  it('takes a credential without expiry, and one without address list, from anywhere', async () => {
    const caller = world()
    caller.credential = { ...CREDENTIAL, expiresAt: null, allowedAddresses: [] }
    caller.ip = '2001:db8::1'
    expect(await codeOf(caller)).toBe(0)
  })

  it('knows an IPv4 address that a dual-stack socket reports', async () => {
    const caller = world()
    caller.ip = '::ffff:127.0.0.1'
    expect(await codeOf(caller)).toBe(0)
  })
})
