/** `openissuer partners`: who the platform serves. */
import type { Command } from 'commander'
import { withConnection } from '../connection.ts'
import { example } from '../example.ts'
import { withLimit } from '../options.ts'
import type { Terminal } from '../terminal.ts'

type Common = { json?: boolean; url?: string; keyFile?: string }

export function define(partners: Command, terminal: Terminal): void {
  example(partners, 'openissuer partners list')
  example(
    withConnection(withLimit(partners.command('list').description('all partners, newest first'))),
    'openissuer partners list',
  )
    .option('--status <status>', 'active or disabled')
    .action(async (options: Common & { limit: number; status?: string }) => {
      const { listPartners } = await import('../operator/partners.ts')
      await listPartners(terminal, options)
    })
  example(
    withConnection(partners.command('show <partnerId>').description('a partner and how it connects; no secrets')),
    'openissuer partners show 100001',
  ).action(async (partnerId: string, options: Common) => {
    const { showPartner } = await import('../operator/partners.ts')
    await showPartner(terminal, partnerId, options)
  })
  defineCreate(partners, terminal)
  const states = {
    disable: 'refuse its own calls; its cards go on',
    enable: 'answer its calls again',
  } as const
  for (const [state, about] of Object.entries(states) as [keyof typeof states, string][]) {
    example(
      withConnection(partners.command(`${state} <partnerId>`).description(about)),
      `openissuer partners ${state} 100001`,
    ).action(async (partnerId: string, options: Common) => {
      const { setPartnerState } = await import('../operator/partners.ts')
      await setPartnerState(terminal, state, partnerId, options)
    })
  }
}

function defineCreate(partners: Command, terminal: Terminal): void {
  const create = partners
    .command('create <name>')
    .description('a new partner with its accounts and credentials, which are shown this once')
    .option('--pagsmile', 'with a Pagsmile app')
    .option('--merchant-public-key <file>', 'RSA public key of the app, PEM or Base64; implies --pagsmile')
    .option('--keysecure', 'with a KeySecure credential')
    .option('--allowed-addresses <list>', 'addresses and CIDR ranges that may use it, with commas; implies --keysecure')
    .option('--partner-decides', 'its own server decides authorizations')
    .option('--opening-balance <amount>', 'USD on each of its accounts; sandbox only')
    .option('--review-cardholders', 'its cardholders wait for an approval, in sandbox too')
  example(
    withConnection(create),
    'openissuer partners create "Blue Bikes" --pagsmile --keysecure --opening-balance 10000.00',
  ).action(async (name: string, options: Common & Record<string, unknown>) => {
    const { createPartner } = await import('../operator/partners.ts')
    await createPartner(terminal, name, options)
  })
}
