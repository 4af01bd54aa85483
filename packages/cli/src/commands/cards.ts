/** `openissuer cards`: cards of a partner, and changes of their status. */
import type { Command } from 'commander'
import { withConnection } from '../connection.ts'
import { example } from '../example.ts'
import { withLimit, withPartner } from '../options.ts'
import type { Terminal } from '../terminal.ts'

type Common = { json?: boolean; url?: string; keyFile?: string; partner?: string }

const ACTIONS = {
  produce: 'a physical card is made',
  activate: 'its holder has it',
  block: 'decline everything until it is unblocked',
  unblock: 'let it spend again',
  'report-lost': 'for good: a lost card never comes back',
  close: 'for good; its own money goes back to the partner',
} as const

export type CardAction = keyof typeof ACTIONS

export function define(cards: Command, terminal: Terminal): void {
  example(cards, 'openissuer cards list --status active')
  defineList(cards, terminal)
  example(
    withConnection(cards.command('show <cardToken>').description('a card with its money, limits, use and history')),
    'openissuer cards show 450620141926',
  ).action(async (cardToken: string, options: Common) => {
    const { showCard } = await import('../operator/cards.ts')
    await showCard(terminal, cardToken, options)
  })
  for (const [action, about] of Object.entries(ACTIONS)) defineAction(cards, terminal, action as CardAction, about)
  example(
    withConnection(
      cards.command('set-pin <cardToken>').description('a new PIN of 4 to 12 digits, read from standard input'),
    ),
    'openissuer cards set-pin 450620141926 < pin.txt',
  ).action(async (cardToken: string, options: Common) => {
    const { setPin } = await import('../operator/cards.ts')
    await setPin(terminal, cardToken, options)
  })
}

function defineList(cards: Command, terminal: Terminal): void {
  const list = cards
    .command('list')
    .description('cards of a partner, newest first')
    .option('--status <status>', 'active, blocked, awaiting-activation, …')
    .option('--cardholder <id>', 'of this cardholder')
    .option('--program <id>', 'of this card program')
    .option('--last-four <digits>', 'whose number ends so')
  example(
    withConnection(withLimit(withPartner(list))),
    'openissuer cards list --status blocked',
    "openissuer cards list --json | jq -r '.[].cardToken'",
  ).action(async (options: Common & { limit: number }) => {
    const { listCards } = await import('../operator/cards.ts')
    await listCards(terminal, options)
  })
}

function defineAction(cards: Command, terminal: Terminal, action: CardAction, about: string): void {
  example(
    withConnection(
      cards
        .command(`${action} <cardToken>`)
        .description(about)
        .option('--reason <text>', 'kept in the history of the card'),
    ),
    `openissuer cards ${action} 450620141926 --reason "asked for by phone"`,
  ).action(async (cardToken: string, options: Common & { reason?: string }) => {
    const { changeCard } = await import('../operator/cards.ts')
    await changeCard(terminal, action, cardToken, options)
  })
}
