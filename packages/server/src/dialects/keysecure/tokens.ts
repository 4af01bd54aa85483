/** Get Token (docs): an access token for the Api-Key that asks. */
import { type Static, Type } from 'typebox'
import { issueAccessToken } from '../../app/issue-access-token.ts'
import { perform } from '../../app/perform.ts'
import type { Ports } from '../../app/ports.ts'
import { type Caller, hashAccessToken } from './headers.ts'

export const TokenData = Type.Object({
  access_token: Type.String(),
  expired_time: Type.Integer({ description: 'Unix milliseconds' }),
})

export function getToken(ports: Ports, caller: Caller): Promise<Static<typeof TokenData>> {
  const { partnerId } = caller.partner
  return perform(
    ports,
    { partnerId, idempotency: null },
    work => issueAccessToken(work, { partnerId, apiKey: caller.apiKey, hash: hashAccessToken }),
    ({ token, expiresAt }) => ({ access_token: token, expired_time: expiresAt.epochMilliseconds }),
  )
}
