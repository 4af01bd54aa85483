import type { Work } from './ports.ts'

/** How long an access token lives: the vendor's sample pairs a call with an expiry exactly 24 hours later. */
export const ACCESS_TOKEN_LIFETIME_HOURS = 24

/**
 * Makes an access token for an API key. Older tokens live on to their own expiry.
 *
 * @param hash how the storage knows a token without knowing its text
 */
export async function issueAccessToken(
  work: Work,
  command: { readonly partnerId: bigint; readonly apiKey: string; readonly hash: (token: string) => Uint8Array },
): Promise<{ token: string; expiresAt: Temporal.Instant }> {
  const token = work.random.token(32)
  const createdAt = work.clock.now()
  const expiresAt = createdAt.add({ hours: ACCESS_TOKEN_LIFETIME_HOURS })
  const { partnerId, apiKey } = command
  await work.tx.insertAccessToken({ partnerId, apiKey, tokenHash: command.hash(token), createdAt, expiresAt })
  return { token, expiresAt }
}
