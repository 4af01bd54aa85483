import type { operator } from '@openissuer/sdk/index.ts'
import type { Review } from '../commands/cardholders.ts'
import type { ConnectionOptions } from '../connection.ts'
import { filterOf, firstOf } from '../lists.ts'
import { type Server, withServer } from '../server.ts'
import { type Show, showRecord, showRows } from '../show.ts'
import { field } from '../table.ts'
import type { Terminal } from '../terminal.ts'

type Common = ConnectionOptions & Show & { readonly partner?: string }

const COLUMNS = ['cardholderId', 'name', 'kind', 'verification', 'disabled', 'uniqueNo', 'createdAt']

export async function listCardholders(
  terminal: Terminal,
  options: Common & { limit: number; verification?: string; disabled?: boolean },
): Promise<void> {
  const { verification, disabled } = options
  const query = filterOf<operator.CardholderQuery>({ verification, disabled })
  const rows = await withServer(terminal, options, async ({ client, partnerOr }) =>
    firstOf(client.cardholders.listAll(await partnerOr(options.partner), query), options.limit),
  )
  showRows(
    terminal,
    options,
    rows,
    COLUMNS.map(name => field(name)),
    'There are no such cardholders.',
  )
}

export async function showCardholder(terminal: Terminal, cardholderId: string, options: Common): Promise<void> {
  const cardholder = await withServer(terminal, options, async ({ client, partnerOr }) =>
    client.cardholders.retrieve(await partnerOr(options.partner), cardholderId),
  )
  showRecord(terminal, options, cardholder)
}

type Rejection = { readonly remark?: string; readonly codes?: string; readonly final?: boolean }

export async function reviewCardholder(
  terminal: Terminal,
  review: Review,
  cardholderId: string,
  options: Common & Rejection,
): Promise<void> {
  const reviewed = await withServer(terminal, options, server => doReview(server, review, cardholderId, options))
  showRecord(terminal, options, reviewed)
}

async function doReview(
  { client: { cardholders }, partnerOr }: Server,
  review: Review,
  cardholderId: string,
  options: Common & Rejection,
): Promise<operator.CardholderReview> {
  const partnerId = await partnerOr(options.partner)
  if (review !== 'reject') return cardholders[review](partnerId, cardholderId)
  const { remark = '', codes, final } = options
  return cardholders.reject(partnerId, cardholderId, {
    remark,
    ...(codes === undefined ? {} : { codes: codes.split(',').map(code => code.trim()) }),
    ...(final === true ? { final } : {}),
  })
}
