/** What a command is about where nothing is named: on a laptop, most often what was made last. */
import { UsageError } from './outcomes.ts'
import type { Server } from './server.ts'

/** @throws UsageError where the partner has no card */
export async function newestCard({ client, partnerOr }: Server, partner: string | undefined): Promise<string> {
  const { rows } = await client.cards.list(await partnerOr(partner), { limit: 1 })
  const [card] = rows
  if (card === undefined) throw new UsageError('there is no card yet: openissuer seed --cards 1 makes one')
  return card.cardToken
}

/** @throws UsageError where the partner has no authorization */
export async function newestAuthorization({ client, partnerOr }: Server, partner: string | undefined): Promise<string> {
  const { rows } = await client.authorizations.list(await partnerOr(partner), { limit: 1 })
  const [authorization] = rows
  if (authorization === undefined) {
    throw new UsageError('there is no authorization yet: openissuer simulate authorization')
  }
  return authorization.authorizationId
}
