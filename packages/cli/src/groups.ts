/** Every command of the program by its first word. A module is loaded when its command is asked for. */
import type { Command } from 'commander'
import type { Terminal } from './terminal.ts'

export type Group = {
  readonly about: string
  readonly load: () => Promise<{ readonly define: (command: Command, terminal: Terminal) => void }>
}

export const GROUPS: Readonly<Record<string, Group>> = {
  start: { about: 'start the server', load: () => import('./commands/start.ts') },
  init: { about: 'make openissuer.json and a key file', load: () => import('./commands/init.ts') },
  doctor: { about: 'look for what would keep the server from working', load: () => import('./commands/doctor.ts') },
  config: { about: 'the configuration of this installation', load: () => import('./commands/config.ts') },
  ledger: { about: 'the books', load: () => import('./commands/ledger.ts') },
  db: { about: 'the database: migrate, distribute, back up, restore', load: () => import('./commands/db.ts') },
  keys: { about: 'keys of the vault and of Pagsmile apps', load: () => import('./commands/keys.ts') },
  partners: { about: 'who the platform serves', load: () => import('./commands/partners.ts') },
  cards: { about: 'cards of a partner, and changes of their status', load: () => import('./commands/cards.ts') },
  cardholders: { about: 'who owns cards, and whether they may', load: () => import('./commands/cardholders.ts') },
  authorizations: { about: 'what was decided, and why', load: () => import('./commands/authorizations.ts') },
  simulate: { about: 'play the card network (sandbox)', load: () => import('./commands/simulate.ts') },
  clock: { about: "the product's clock, which a sandbox can move", load: () => import('./commands/clock.ts') },
  listen: { about: 'hear webhooks on this machine, or pass them on', load: () => import('./commands/listen.ts') },
  deliveries: { about: 'what was sent to receivers; send it again', load: () => import('./commands/deliveries.ts') },
  events: { about: 'what happens, as it happens', load: () => import('./commands/events.ts') },
  seed: { about: 'make cards and authorizations to look at (sandbox)', load: () => import('./commands/seed.ts') },
  envelope: { about: 'seal and open Pagsmile bodies', load: () => import('./commands/envelope.ts') },
  bench: { about: 'run the bench of this repository', load: () => import('./commands/bench.ts') },
  completion: { about: 'completion for a shell', load: () => import('./commands/completion.ts') },
}
