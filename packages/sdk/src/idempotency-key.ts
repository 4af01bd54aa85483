/**
 * 128 random bits. `crypto.randomUUID` would do, but browsers have it only on pages that came by https or from the
 * machine itself.
 */
export function newIdempotencyKey(): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}
