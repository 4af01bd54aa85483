/** `openissuer authorizations`: what was decided, and why. */
import type { Command } from 'commander'
import { withConnection } from '../connection.ts'
import { example } from '../example.ts'
import { withLimit, withPartner } from '../options.ts'
import type { Terminal } from '../terminal.ts'

type Common = { json?: boolean; url?: string; keyFile?: string; partner?: string }

export function define(authorizations: Command, terminal: Terminal): void {
  example(authorizations, 'openissuer authorizations list --decision declined')
  const list = authorizations
    .command('list')
    .description('authorizations of a partner, newest first')
    .option('--card <token>', 'of this card')
    .option('--status <status>', 'open or closed')
    .option('--decision <decision>', 'approved or declined')
    .option('--decline-reason <reason>', 'insufficient-funds, daily-amount-exceeded, …')
    .option('--from <instant>', 'ISO 8601 with an offset, inclusive')
    .option('--to <instant>', 'ISO 8601 with an offset, inclusive')
  example(
    withConnection(withLimit(withPartner(list))),
    'openissuer authorizations list --decision declined',
    'openissuer authorizations list --card 450620141926 --from 2026-05-01T00:00:00Z --json',
  ).action(async (options: Common & { limit: number }) => {
    const { listAuthorizations } = await import('../operator/authorizations.ts')
    await listAuthorizations(terminal, options)
  })
  example(
    withConnection(
      withPartner(
        authorizations
          .command('show [authorizationId]')
          .description('everything about it, every message included; the newest unless one is named'),
      ),
    ),
    'openissuer authorizations show 100000000002',
  ).action(async (authorizationId: string | undefined, options: Common) => {
    const { showAuthorization } = await import('../operator/authorizations.ts')
    await showAuthorization(terminal, authorizationId, options)
  })
  example(
    withConnection(
      withPartner(
        authorizations
          .command('explain [authorizationId]')
          .description(
            'each check of the decision: the value, the threshold, what was left; the newest unless one is named',
          ),
      ),
    ),
    'openissuer authorizations explain',
    'openissuer authorizations explain 100000000002',
  ).action(async (authorizationId: string | undefined, options: Common) => {
    const { explainAuthorization } = await import('../operator/authorizations.ts')
    await explainAuthorization(terminal, authorizationId, options)
  })
}
