import { readFile } from 'node:fs/promises'
import type { operator } from '@openissuer/sdk/index.ts'
import type { ConnectionOptions } from '../connection.ts'
import { filterOf, firstOf } from '../lists.ts'
import { UsageError } from '../outcomes.ts'
import { withServer } from '../server.ts'
import { type Show, showRecord, showRows } from '../show.ts'
import { field } from '../table.ts'
import type { Terminal } from '../terminal.ts'

type Common = ConnectionOptions & Show

export async function listPartners(
  terminal: Terminal,
  options: Common & { limit: number; status?: string },
): Promise<void> {
  const rows = await withServer(terminal, options, ({ client }) =>
    firstOf(client.partners.listAll(filterOf<operator.PartnerQuery>({ status: options.status })), options.limit),
  )
  const columns = ['partnerId', 'name', 'status', 'integrationMode', 'createdAt'].map(name => field(name))
  showRows(terminal, options, rows, columns, 'There are no partners. openissuer partners create --help')
}

export async function showPartner(terminal: Terminal, partnerId: string, options: Common): Promise<void> {
  const partner = await withServer(terminal, options, ({ client }) => client.partners.retrieve(partnerId))
  showRecord(terminal, options, partner)
}

export async function setPartnerState(
  terminal: Terminal,
  state: 'disable' | 'enable',
  partnerId: string,
  options: Common,
): Promise<void> {
  showRecord(terminal, options, await withServer(terminal, options, ({ client }) => client.partners[state](partnerId)))
}

export type CreateOptions = Common & {
  readonly pagsmile?: boolean
  readonly merchantPublicKey?: string
  readonly keysecure?: boolean
  readonly allowedAddresses?: string
  readonly partnerDecides?: boolean
  readonly openingBalance?: string
  readonly reviewCardholders?: boolean
}

export async function createPartner(terminal: Terminal, name: string, options: CreateOptions): Promise<void> {
  const partner = await partnerOf(name, options)
  const created = await withServer(terminal, options, ({ client }) => client.partners.create(partner))
  showRecord(terminal, options, created)
  if (!options.json && created.keysecure !== null && terminal.isTTY) {
    terminal.out('\nKeep the API secret now: it is never shown again.\n')
  }
}

async function partnerOf(name: string, options: CreateOptions): Promise<operator.CreatePartner> {
  const { merchantPublicKey, allowedAddresses, openingBalance } = options
  const pagsmile = options.pagsmile === true || merchantPublicKey !== undefined
  const keysecure = options.keysecure === true || allowedAddresses !== undefined
  if (!pagsmile && !keysecure) throw new UsageError('a partner needs --pagsmile, --keysecure, or both')
  const key = merchantPublicKey === undefined ? {} : { merchantPublicKey: await readFile(merchantPublicKey, 'utf8') }
  return {
    name,
    ...(options.partnerDecides === true ? { integrationMode: 'partner-decides' } : {}),
    ...(options.reviewCardholders === true ? { approveCardholdersAutomatically: false } : {}),
    ...(openingBalance === undefined ? {} : { openingBalance }),
    ...(pagsmile ? { pagsmile: key } : {}),
    ...(keysecure ? { keysecure: addresses(allowedAddresses) } : {}),
  }
}

function addresses(list: string | undefined): { allowedAddresses?: string[] } {
  return list === undefined ? {} : { allowedAddresses: list.split(',').map(address => address.trim()) }
}
