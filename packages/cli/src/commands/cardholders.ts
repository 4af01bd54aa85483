/** `openissuer cardholders`: who owns cards, and whether they may. */
import type { Command } from 'commander'
import { withConnection } from '../connection.ts'
import { example } from '../example.ts'
import { withLimit, withPartner } from '../options.ts'
import type { Terminal } from '../terminal.ts'

type Common = { json?: boolean; url?: string; keyFile?: string; partner?: string }

const REVIEWS = {
  approve: 'verification is passed; the cards that waited for it are made',
  reject: 'ask for better documents, or with --final end the matter',
  disable: 'no more cards',
  enable: 'cards again',
} as const

export type Review = keyof typeof REVIEWS

export function define(cardholders: Command, terminal: Terminal): void {
  example(cardholders, 'openissuer cardholders list --verification in-review')
  const list = cardholders
    .command('list')
    .description('cardholders of a partner, newest first')
    .option('--verification <state>', 'documents-needed, in-review, approved or rejected')
    .option('--disabled', 'only those that get no more cards')
  example(withConnection(withLimit(withPartner(list))), 'openissuer cardholders list --verification in-review').action(
    async (options: Common & { limit: number }) => {
      const { listCardholders } = await import('../operator/cardholders.ts')
      await listCardholders(terminal, options)
    },
  )
  example(
    withConnection(
      withPartner(cardholders.command('show <cardholderId>').description('a cardholder and the documents')),
    ),
    'openissuer cardholders show 100002',
  ).action(async (cardholderId: string, options: Common) => {
    const { showCardholder } = await import('../operator/cardholders.ts')
    await showCardholder(terminal, cardholderId, options)
  })
  for (const [review, about] of Object.entries(REVIEWS)) defineReview(cardholders, terminal, review as Review, about)
}

function defineReview(cardholders: Command, terminal: Terminal, review: Review, about: string): void {
  const command = cardholders.command(`${review} <cardholderId>`).description(about)
  if (review === 'reject') {
    command
      .requiredOption('--remark <text>', 'why, in words')
      .option('--codes <list>', "codes of the partner's wire format, with commas")
      .option('--final', 'nothing more may be sent')
  }
  const rest = review === 'reject' ? ' --remark "the photo is blurred"' : ''
  example(withConnection(withPartner(command)), `openissuer cardholders ${review} 100002${rest}`).action(
    async (cardholderId: string, options: Common & { remark?: string; codes?: string; final?: boolean }) => {
      const { reviewCardholder } = await import('../operator/cardholders.ts')
      await reviewCardholder(terminal, review, cardholderId, options)
    },
  )
}
