import { createHash, randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts'
import { createDataKeyStore, rewrapDataKeys } from '../storage/data-keys.ts'
import { opensAll, openVault, rewrap, VaultError } from './vault.ts'

const PAN = '6587040000002976'
const OWNER = { partnerId: 1n, cardId: 2n }

let database: TestDatabase

beforeEach(async () => {
  database = await createTestDatabase()
})

afterEach(() => database.close())

function vaultUnder(key: Buffer) {
  return openVault({ keyEncryptingKey: async () => key }, createDataKeyStore(database.pool))
}

describe('a sealed PAN', () => {
  test('opens for its own card, also after a restart', async () => {
    const key = randomBytes(32)
    const sealed = (await vaultUnder(key)).sealPan(OWNER, PAN)
    expect((await vaultUnder(key)).openPan(OWNER, sealed)).toBe(PAN)
  })

  test.each([
    ['another card', { partnerId: 1n, cardId: 3n }],
    ['another partner', { partnerId: 2n, cardId: 2n }],
  ])('does not open for %s', async (_name, other) => {
    const vault = await vaultUnder(randomBytes(32))
    const sealed = vault.sealPan(OWNER, PAN)
    expect(() => vault.openPan(other, sealed)).toThrow()
  })

  test('does not open when one bit of it was changed', async () => {
    const vault = await vaultUnder(randomBytes(32))
    const { keyId, ciphertext } = vault.sealPan(OWNER, PAN)
    for (let index = 0; index < ciphertext.length; index++) {
      const changed = Uint8Array.from(ciphertext, (byte, at) => (at === index ? byte ^ 1 : byte))
      expect(() => vault.openPan(OWNER, { keyId, ciphertext: changed })).toThrow()
    }
  })

  test('looks different each time and does not contain the PAN', async () => {
    const vault = await vaultUnder(randomBytes(32))
    const [first, second] = [vault.sealPan(OWNER, PAN), vault.sealPan(OWNER, PAN)]
    expect(first.ciphertext).not.toEqual(second.ciphertext)
    expect(Buffer.from(first.ciphertext).includes(PAN)).toBe(false)
  })
})

test('a fingerprint is equal for equal PANs and differs between installations', async () => {
  const vault = await vaultUnder(randomBytes(32))
  expect(vault.fingerprintPan(PAN)).toEqual(vault.fingerprintPan(PAN))
  expect(vault.fingerprintPan(PAN)).not.toEqual(vault.fingerprintPan('6587040000002984'))
  const elsewhere = await createTestDatabase()
  const otherVault = await openVault(
    { keyEncryptingKey: async () => randomBytes(32) },
    createDataKeyStore(elsewhere.pool),
  )
  expect(otherVault.fingerprintPan(PAN)).not.toEqual(vault.fingerprintPan(PAN))
  await elsewhere.close()
})

test('the CVV2 is three digits, the same each time, and depends on the expiry', async () => {
  const vault = await vaultUnder(randomBytes(32))
  const codes = Array.from({ length: 12 }, (_, month) => vault.cvv2(PAN, { month: month + 1, year: 2029 }))
  expect(codes.every(code => /^\d{3}$/.test(code))).toBe(true)
  expect(new Set(codes).size).toBeGreaterThan(6)
  expect(vault.cvv2(PAN, { month: 1, year: 2029 })).toBe(codes[0])
})

describe('what is kept of a PIN', () => {
  const PIN = '4711'

  test('matches that PIN of that card, also after a restart, and no other', async () => {
    const key = randomBytes(32)
    const kept = (await vaultUnder(key)).digestPin(OWNER, PIN)
    const vault = await vaultUnder(key)
    expect(vault.pinMatches(OWNER, PIN, kept)).toBe(true)
    expect(vault.pinMatches(OWNER, '4712', kept)).toBe(false)
    expect(vault.pinMatches(OWNER, '47110', kept)).toBe(false)
    expect(vault.pinMatches({ ...OWNER, cardId: 3n }, PIN, kept)).toBe(false)
    expect(vault.pinMatches({ ...OWNER, partnerId: 2n }, PIN, kept)).toBe(false)
    expect(vault.pinMatches(OWNER, PIN, { ...kept, digest: kept.digest.slice(1) })).toBe(false)
  })

  test('does not show that two cards have the same, and names its key', async () => {
    const vault = await vaultUnder(randomBytes(32))
    const kept = vault.digestPin(OWNER, PIN)
    expect(vault.digestPin({ ...OWNER, cardId: 3n }, PIN).digest).not.toEqual(kept.digest)
    expect(() => vault.pinMatches(OWNER, PIN, { ...kept, keyId: kept.keyId + 1 })).toThrow(VaultError)
  })
})

test('the digest of a request is equal for equal ones and cannot be made without the key', async () => {
  const vault = await vaultUnder(randomBytes(32))
  expect(vault.digestRequest('a')).toEqual(vault.digestRequest('a'))
  expect(vault.digestRequest('b')).not.toEqual(vault.digestRequest('a'))
  expect(vault.digestRequest('a')).not.toEqual(createHash('sha256').update('a').digest())
})

test('a vault that was made before some of its keys gets them and keeps the others', async () => {
  const key = randomBytes(32)
  const before = await vaultUnder(key)
  const sealed = before.sealPan(OWNER, PAN)
  await database.pool.query(`delete from data_key where purpose in ('pin-verification', 'request-digest')`)
  const after = await vaultUnder(key)
  expect(after.openPan(OWNER, sealed)).toBe(PAN)
  expect(after.digestPin(OWNER, '4711')).not.toEqual(before.digestPin(OWNER, '4711'))
})

test('a sealed secret opens under its own context only', async () => {
  const vault = await vaultUnder(randomBytes(32))
  const sealed = vault.sealSecret('pagsmile-app:1', 'secret')
  expect(vault.openSecret('pagsmile-app:1', sealed)).toBe('secret')
  expect(() => vault.openSecret('pagsmile-app:2', sealed)).toThrow()
})

test('another key-encrypting key does not open the vault and says so', async () => {
  await vaultUnder(randomBytes(32))
  await expect(vaultUnder(randomBytes(32))).rejects.toThrow(VaultError)
})

test('processes that open a new vault at once agree on its keys', async () => {
  const key = randomBytes(32)
  const vaults = await Promise.all(Array.from({ length: 5 }, () => vaultUnder(key)))
  expect(new Set(vaults.map(vault => Buffer.from(vault.fingerprintPan(PAN)).toString('hex'))).size).toBe(1)
})

test('a wrong key adds no data keys, which the right one could not open', async () => {
  const key = randomBytes(32)
  await vaultUnder(key)
  await database.pool.query(`delete from data_key where purpose = 'request-digest'`)
  await expect(vaultUnder(randomBytes(32))).rejects.toThrow(VaultError)
  const sealed = (await vaultUnder(key)).sealPan(OWNER, PAN)
  expect((await vaultUnder(key)).openPan(OWNER, sealed)).toBe(PAN)
})

describe('a new key-encrypting key', () => {
  test('opens everything that was sealed before, and the old one nothing', async () => {
    const [old, fresh] = [randomBytes(32), randomBytes(32)]
    const sealed = (await vaultUnder(old)).sealPan(OWNER, PAN)
    await rewrapDataKeys(database.pool, stored => rewrap(stored, old, fresh))
    expect((await vaultUnder(fresh)).openPan(OWNER, sealed)).toBe(PAN)
    await expect(vaultUnder(old)).rejects.toThrow('is not the one')
    const stored = await createDataKeyStore(database.pool).all()
    expect([opensAll(stored, fresh), opensAll(stored, old)]).toEqual([true, false])
  })

  test('changes nothing where one data key does not open', async () => {
    const [old, fresh] = [randomBytes(32), randomBytes(32)]
    await vaultUnder(old)
    await database.pool.query(`update data_key set wrapped_key = wrapped_key || 'x' where purpose = 'cvv2'`)
    const before = await createDataKeyStore(database.pool).all()
    await expect(rewrapDataKeys(database.pool, stored => rewrap(stored, old, fresh))).rejects.toThrow(VaultError)
    expect(await createDataKeyStore(database.pool).all()).toEqual(before)
  })

  test('is in place completely or not at all when the connection breaks in the middle', async () => {
    const [old, fresh] = [randomBytes(32), randomBytes(32)]
    await vaultUnder(old)
    const broken = rewrapDataKeys(database.pool, stored => {
      // the second statement fails as it would on a connection that is gone
      const [first, ...rest] = rewrap(stored, old, fresh)
      return first === undefined ? [] : [first, { ...first, keyId: Number.NaN }, ...rest]
    })
    await expect(broken).rejects.toThrow()
    expect(opensAll(await createDataKeyStore(database.pool).all(), old)).toBe(true)
  })
})
