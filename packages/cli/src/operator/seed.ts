import { randomInt, randomUUID } from 'node:crypto'
import { AuthenticationError, type operator, PagsmileClient } from '@openissuer/sdk/index.ts'
import { dataFolderOf } from '@openissuer/server/config.ts'
import { credentialsPath } from '@openissuer/server/first-start.ts'
import { type ConnectionOptions, readSandboxCredentials } from '../connection.ts'
import { firstOf } from '../lists.ts'
import { showProgress } from '../progress.ts'
import { type Server, withServer } from '../server.ts'
import { type Show, showRecord } from '../show.ts'
import type { Terminal } from '../terminal.ts'

export type SeedOptions = ConnectionOptions &
  Show & { readonly cards: number; readonly authorizations: number; readonly concurrency: number }

type Report = { cards: number; authorizations: number; approved: number; declined: number; seconds: number }

/** Each cardholder gets so many cards, as people have more than one. */
const CARDS_PER_HOLDER = 4

const PEOPLE = [
  ['Ada', 'Lovelace', 'GB'],
  ['Katherine', 'Johnson', 'US'],
  ['Chien-Shiung', 'Wu', 'US'],
  ['Santiago', 'Cajal', 'ES'],
  ['Emmy', 'Noether', 'DE'],
  ['Srinivasa', 'Ramanujan', 'IN'],
] as const

const MERCHANTS: readonly (Partial<operator.Merchant> & { currency: string })[] = [
  { id: 'M1001', name: 'Green Grocer', mcc: '5411', country: 'US', city: 'Seattle', currency: 'USD' },
  { id: 'M1002', name: 'City Fuel', mcc: '5541', country: 'US', city: 'Austin', currency: 'USD' },
  { id: 'M1003', name: 'Cafe Linden', mcc: '5814', country: 'DE', city: 'Berlin', currency: 'EUR' },
  { id: 'M1004', name: 'Northern Rail', mcc: '4112', country: 'GB', city: 'York', currency: 'GBP' },
  { id: 'M1005', name: 'Harbour Hotel', mcc: '7011', country: 'SG', city: 'Singapore', currency: 'SGD' },
  { id: 'M1006', name: 'Paper and Ink', mcc: '5943', country: 'US', city: 'Boston', currency: 'USD' },
]

/** Cents: so small that the million of the shared account lasts for some ninety thousand of them. */
const AMOUNT_MIN = 100
const AMOUNT_MAX = 2_000

export async function seed(terminal: Terminal, options: SeedOptions): Promise<void> {
  const began = performance.now()
  const report = await withServer(terminal, options, async server => {
    const tokens = await makeCards(terminal, server, options)
    const all = tokens.length > 0 ? tokens : await cardsThatAre(server)
    if (all.length === 0 && options.authorizations > 0)
      throw new Error('there are no active cards: make some with --cards')
    const decisions = await makeAuthorizations(terminal, server, all, options)
    return { cards: tokens.length, authorizations: options.authorizations, ...decisions, seconds: 0 }
  })
  const seconds = Math.round((performance.now() - began) / 100) / 10
  showRecord(terminal, options, { ...report, seconds } satisfies Report)
}

async function makeCards(
  terminal: Terminal,
  { connection }: Server,
  { cards, concurrency }: SeedOptions,
): Promise<string[]> {
  if (cards === 0) return []
  const credentials = await readSandboxCredentials(terminal.env)
  if (credentials === undefined) {
    throw new Error(
      'cards are made in the name of the demo partner: name the data folder of the sandbox in OPENISSUER_DATA',
    )
  }
  const { pagsmile } = credentials
  const client = new PagsmileClient({ baseUrl: connection.url, ...pagsmile })
  const [bin] = await client.cards.availableBins().catch((error: unknown) => {
    throw error instanceof AuthenticationError ? keysWereReplaced(terminal, error) : error
  })
  if (bin === undefined) throw new Error('there is no card program to make cards of')
  const tokens: string[] = []
  const progress = showProgress(terminal, 'cards', cards)
  await inParallel(Math.ceil(cards / CARDS_PER_HOLDER), concurrency, async index => {
    const { holder_id: holderId } = await client.holders.create(personOf(index))
    for (let made = 0; made < Math.min(CARDS_PER_HOLDER, cards - index * CARDS_PER_HOLDER); made++) {
      const { card_token: token } = await client.cards.apply({
        order_no: randomUUID().replaceAll('-', ''),
        card_scheme: SCHEME_DISCOVER,
        card_type: TYPE_VIRTUAL,
        card_bin: bin,
        is_share_card: true,
        shared_account_num: pagsmile.sharedAccount,
        card_remark: 'seed',
        holder_id: holderId,
      })
      if (token === '')
        throw new Error('a card was not made at once: the demo partner does not approve cardholders by itself')
      tokens.push(token)
      progress.at(tokens.length)
    }
  })
  progress.end()
  return tokens
}

/** The file knows of what this program has replaced, and not of what was replaced through the API. */
function keysWereReplaced(terminal: Terminal, cause: AuthenticationError): Error {
  const file = credentialsPath(dataFolderOf(terminal.env))
  return new Error(
    `the server does not accept the Pagsmile keys of the demo partner in ${file}: if they were replaced just now, ` +
      'wait for three seconds; if elsewhere, write the new platformPublicKey or merchantPrivateKey into it',
    { cause },
  )
}

/** Codes of the Pagsmile wire. */
const SCHEME_DISCOVER = 3
const TYPE_VIRTUAL = 3
const ID_PASSPORT = 2

function personOf(index: number) {
  const [firstName, lastName, country] = PEOPLE[index % PEOPLE.length] ?? PEOPLE[0]
  return {
    first_name: firstName,
    last_name: lastName,
    mobile: `+1206555${String(randomInt(10_000)).padStart(4, '0')}`,
    email: `${firstName.toLowerCase().replaceAll(/[^a-z]/g, '')}@example.com`,
    id_no: randomUUID().replaceAll('-', '').slice(0, 20).toUpperCase(),
    id_type: ID_PASSPORT,
    birthday: '1990-01-31',
    nationality_code: country,
    address: {
      line: '12 Long Street, Flat 3',
      postal_code: '98101',
      city_name: 'Seattle',
      state: 'Washington',
      country_code: 'US',
    },
  }
}

async function cardsThatAre({ client, partnerOr }: Server): Promise<string[]> {
  const cards = client.cards.listAll(await partnerOr(undefined), { status: 'active' })
  return (await firstOf(cards, CARDS_TO_REUSE)).map(card => card.cardToken)
}

const CARDS_TO_REUSE = 1_000

async function makeAuthorizations(
  terminal: Terminal,
  { client }: Server,
  tokens: readonly string[],
  { authorizations, concurrency }: SeedOptions,
): Promise<{ approved: number; declined: number }> {
  const decisions = { approved: 0, declined: 0 }
  if (authorizations === 0) return decisions
  const progress = showProgress(terminal, 'authorizations', authorizations)
  await inParallel(authorizations, concurrency, async () => {
    const { currency, ...merchant } = oneOf(MERCHANTS)
    const { decision } = await client.simulations.authorize({
      cardToken: oneOf(tokens),
      amount: (randomInt(AMOUNT_MIN, AMOUNT_MAX) / 100).toFixed(2),
      currency,
      merchant,
      entryMode: oneOf(['chip', 'contactless', 'ecommerce'] as const),
    })
    decisions[decision] += 1
    progress.at(decisions.approved + decisions.declined)
  })
  progress.end()
  return decisions
}

function oneOf<T>(list: readonly T[]): T {
  return list[randomInt(list.length)] as T
}

/** Runs `work` for 0 to count - 1, so many at once; the first failure ends all of it. */
async function inParallel(count: number, concurrency: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const failures: unknown[] = []
  const worker = async () => {
    while (next < count && failures.length === 0) {
      await work(next++).catch((error: unknown) => {
        failures.push(error)
        throw error
      })
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, worker))
}
