/** What the use cases need of the vault, and what the database keeps for it. */
import type { Expiry } from '@openissuer/core/card/expiry.ts'

/** Keeps what must not be read in the database: full PANs and the secrets of credentials. */
export type Vault = {
  /** Encrypts a PAN; the result opens only for the same partner and card. */
  sealPan(owner: { partnerId: bigint; cardId: bigint }, pan: string): SealedPan
  openPan(owner: { partnerId: bigint; cardId: bigint }, sealed: SealedPan): string
  /** Keyed fingerprint of a PAN, equal for equal PANs: the only way to look a card up by PAN. */
  fingerprintPan(pan: string): Uint8Array
  /** The CVV2 of a card, derived and never stored; three digits. */
  cvv2(pan: string, expiry: Expiry): string
  /** What is kept of a card's PIN: from it nobody without the key learns the PIN, nor whether two cards have the same. */
  digestPin(owner: { partnerId: bigint; cardId: bigint }, pin: string): PinDigest
  pinMatches(owner: { partnerId: bigint; cardId: bigint }, pin: string, kept: PinDigest): boolean
  /**
   * Keyed digest of a request, equal for equal requests. A plain one would give away what is short and secret in it,
   * such as a PIN, to whoever reads the database and tries them all.
   */
  digestRequest(request: string): Uint8Array
  /** Encrypts a secret under a context (such as `pagsmile-app:123`); it opens only under the same context. */
  sealSecret(context: string, secret: string): Uint8Array
  openSecret(context: string, sealed: Uint8Array): string
}

/** A data key of the vault as the database keeps it: wrapped by the key-encrypting key. */
export type WrappedKey = { readonly keyId: number; readonly purpose: string; readonly wrappedKey: Uint8Array }

/** Where wrapped data keys are kept. `add` leaves keys that exist already as they are. */
export type DataKeyStore = {
  all(): Promise<readonly WrappedKey[]>
  add(keys: readonly WrappedKey[]): Promise<void>
}

export type SealedPan = { readonly keyId: number; readonly ciphertext: Uint8Array }

export type PinDigest = { readonly keyId: number; readonly digest: Uint8Array }
