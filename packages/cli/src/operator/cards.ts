import { text } from 'node:stream/consumers'
import type { OperatorClient, operator } from '@openissuer/sdk/index.ts'
import type { CardAction } from '../commands/cards.ts'
import type { ConnectionOptions } from '../connection.ts'
import { filterOf, firstOf } from '../lists.ts'
import { UsageError } from '../outcomes.ts'
import { withServer } from '../server.ts'
import { type Show, showRecord, showRows } from '../show.ts'
import { field } from '../table.ts'
import type { Terminal } from '../terminal.ts'

type Common = ConnectionOptions & Show & { readonly partner?: string }

export type CardFilter = {
  readonly status?: string
  readonly cardholder?: string
  readonly program?: string
  readonly lastFour?: string
}

const COLUMNS = ['cardToken', 'cardId', 'maskedPan', 'form', 'status', 'expiry', 'cardholderId', 'createdAt']

export async function listCards(terminal: Terminal, options: Common & CardFilter & { limit: number }): Promise<void> {
  const { status, cardholder, program, lastFour } = options
  const query = filterOf<operator.CardQuery>({ status, cardholderId: cardholder, programId: program, lastFour })
  const rows = await withServer(terminal, options, async ({ client, partnerOr }) =>
    firstOf(client.cards.listAll(await partnerOr(options.partner), query), options.limit),
  )
  showRows(
    terminal,
    options,
    rows,
    COLUMNS.map(name => field(name)),
    'There are no such cards.',
  )
}

export async function showCard(terminal: Terminal, cardToken: string, options: Common): Promise<void> {
  const card = await withServer(terminal, options, ({ client }) => client.cards.retrieveByToken(cardToken))
  showRecord(terminal, options, card)
}

type Change = OperatorClient['cards']['block']

export async function changeCard(
  terminal: Terminal,
  action: CardAction,
  cardToken: string,
  options: Common & { reason?: string },
): Promise<void> {
  const changed = await withServer(terminal, options, async ({ client: { cards } }) => {
    const { partnerId, cardId } = await cards.retrieveByToken(cardToken)
    const changes: Record<CardAction, Change> = {
      produce: (...args) => cards.produce(...args),
      activate: (...args) => cards.activate(...args),
      block: (...args) => cards.block(...args),
      unblock: (...args) => cards.unblock(...args),
      'report-lost': (...args) => cards.reportLost(...args),
      close: (...args) => cards.close(...args),
    }
    const reason = options.reason === undefined ? {} : { reason: options.reason }
    return changes[action](partnerId, cardId, reason)
  })
  showRecord(terminal, options, changed)
}

/** The PIN comes from standard input, as arguments can be seen by everybody on the machine. */
export async function setPin(terminal: Terminal, cardToken: string, options: Common): Promise<void> {
  const pin = (await text(terminal.stdin)).trim()
  if (!/^\d{4,12}$/.test(pin)) throw new UsageError('standard input has to hold a PIN of 4 to 12 digits')
  showRecord(
    terminal,
    options,
    await withServer(terminal, options, ({ client }) => client.cards.setPin(cardToken, pin)),
  )
}
