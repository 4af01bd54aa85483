/**
 * The vault: PAN encryption at rest, keyed fingerprints, derived CVV2, PIN digests, sealed secrets. It holds the data keys in memory;
 * the database holds them wrapped by the key-encrypting key.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { cvv2FromMac, cvv2Input } from '@openissuer/core/card/cvv2.ts'
import type { DataKeyStore, PinDigest, SealedPan, Vault, WrappedKey } from '../app/ports.ts'
import type { KeyProvider } from './key-provider.ts'
import { open, seal } from './sealing.ts'

/** Each purpose has its own key, so that none can be used against another. New ones come last: the place is the key's id. */
export const KEY_PURPOSES = [
  'pan-encryption',
  'pan-fingerprint',
  'cvv2',
  'secret-encryption',
  'pin-verification',
  'request-digest',
] as const

export type KeyPurpose = (typeof KEY_PURPOSES)[number]

export class VaultError extends Error {}

/**
 * Opens the vault, making its data keys at first use.
 * @throws VaultError when the key-encrypting key is not the one that wrapped them
 */
export async function openVault(provider: KeyProvider, store: DataKeyStore): Promise<Vault> {
  const keyEncryptingKey = await provider.keyEncryptingKey()
  let stored = await store.all()
  if (stored.length < KEY_PURPOSES.length) {
    // a wrong key must add nothing that the right one could not open
    for (const key of stored) unwrap(keyEncryptingKey, key)
    await store.add(
      KEY_PURPOSES.map((purpose, index) => ({
        keyId: index + 1,
        purpose,
        wrappedKey: seal(keyEncryptingKey, wrapContext(index + 1, purpose), randomBytes(32)),
      })),
    )
    stored = await store.all()
  }
  return vaultOf(new Map(stored.map(key => [key.purpose as KeyPurpose, unwrap(keyEncryptingKey, key)])))
}

function unwrap(keyEncryptingKey: Buffer, wrapped: WrappedKey): { keyId: number; key: Buffer } {
  try {
    const key = open(keyEncryptingKey, wrapContext(wrapped.keyId, wrapped.purpose), wrapped.wrappedKey)
    return { keyId: wrapped.keyId, key }
  } catch (error) {
    const hint = 'if it was being rotated, finish that with: openissuer keys rotate'
    throw new VaultError(`the key-encrypting key is not the one that this database was set up with; ${hint}`, {
      cause: error,
    })
  }
}

/** The same data keys, wrapped by another key-encrypting key. */
export function rewrap(stored: readonly WrappedKey[], from: Buffer, to: Buffer): WrappedKey[] {
  return stored.map(wrapped => {
    const { keyId, key } = unwrap(from, wrapped)
    return { ...wrapped, wrappedKey: seal(to, wrapContext(keyId, wrapped.purpose), key) }
  })
}

/** Whether a key-encrypting key is the one that wrapped all of these. */
export function opensAll(stored: readonly WrappedKey[], keyEncryptingKey: Buffer): boolean {
  return stored.every(wrapped => {
    try {
      unwrap(keyEncryptingKey, wrapped)
      return true
    } catch (error) {
      if (error instanceof VaultError) return false
      throw error
    }
  })
}

function wrapContext(keyId: number, purpose: string): string {
  return `data-key:${keyId}:${purpose}`
}

function vaultOf(keys: ReadonlyMap<KeyPurpose, { keyId: number; key: Buffer }>): Vault {
  const keyFor = (purpose: KeyPurpose) => {
    const found = keys.get(purpose)
    if (found === undefined) throw new VaultError(`the vault has no key for ${purpose}`)
    return found
  }
  const panKey = keyFor('pan-encryption')
  const fingerprintKey = keyFor('pan-fingerprint').key
  const cvv2Key = keyFor('cvv2').key
  const secretKey = keyFor('secret-encryption').key
  const pinKey = keyFor('pin-verification')
  const requestKey = keyFor('request-digest').key
  const digestOfPin = (owner: { partnerId: bigint; cardId: bigint }, pin: string) =>
    createHmac('sha256', pinKey.key).update(`pin:${owner.partnerId}:${owner.cardId}:${pin}`).digest()

  return {
    sealPan(owner, pan) {
      return { keyId: panKey.keyId, ciphertext: seal(panKey.key, panContext(owner, panKey.keyId), Buffer.from(pan)) }
    },

    openPan(owner, sealed: SealedPan) {
      if (sealed.keyId !== panKey.keyId) throw new VaultError(`the vault has no PAN key ${sealed.keyId}`)
      return open(panKey.key, panContext(owner, sealed.keyId), sealed.ciphertext).toString()
    },

    fingerprintPan: pan => createHmac('sha256', fingerprintKey).update(pan).digest(),

    cvv2: (pan, expiry) => cvv2FromMac(createHmac('sha256', cvv2Key).update(cvv2Input(pan, expiry)).digest()),

    digestPin: (owner, pin) => ({ keyId: pinKey.keyId, digest: digestOfPin(owner, pin) }),

    pinMatches(owner, pin, kept: PinDigest) {
      if (kept.keyId !== pinKey.keyId) throw new VaultError(`the vault has no PIN key ${kept.keyId}`)
      const digest = digestOfPin(owner, pin)
      return digest.length === kept.digest.length && timingSafeEqual(digest, kept.digest)
    },

    digestRequest: request => createHmac('sha256', requestKey).update(request).digest(),

    sealSecret: (context, secret) => seal(secretKey, `secret:${context}`, Buffer.from(secret)),

    openSecret: (context, sealed) => open(secretKey, `secret:${context}`, sealed).toString(),
  }
}

/** What a sealed PAN is bound to: moved to another card's row, it does not open. */
function panContext(owner: { partnerId: bigint; cardId: bigint }, keyId: number): string {
  return `pan:${owner.partnerId}:${owner.cardId}:${keyId}`
}
