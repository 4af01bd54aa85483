/**
 * Every line that docs/cli.md says to type is typed, as it stands there, beside a running sandbox. Ids, paths and
 * instants of the document stand for something; LINES says for what, and what has to be there first.
 */
import { generateKeyPairSync } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { START_MS_MAX } from '../contract/world.ts'
import { commandsOf, filledIn, type } from './command-line.ts'
import { blocksOf } from './document.ts'
import { Sandbox } from './sandbox.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const LINE_MS_MAX = 60_000

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await Sandbox.start()
}, START_MS_MAX)

afterAll(() => sandbox.stop())

/** How a line is typed where it is not typed as it stands. */
type Line = {
  /** what of it stands for something, with what it stands for here */
  readonly stands?: Readonly<Record<string, string>>
  /** beyond what the shell knows of the sandbox */
  readonly env?: NodeJS.ProcessEnv
  /** it goes on: this is what it prints when it is there, and then it gets Ctrl-C */
  readonly until?: RegExp
  /** what it changes for the lines after it */
  readonly after?: () => Promise<void>
}

/** Makes what the line needs. `folder` is its own: the working folder and the home of whoever types. */
type Need = (folder: string, line: string) => Line | Promise<Line>

const CARD = '450620141926'
const PARTNER = '100001'
const ENDPOINT = '100001'
const CARDHOLDER = '100002'
const AUTHORIZATION = '100000000002'
const CLEARING = '100000000007'
const CHALLENGE = '100000000009'
const REFUND = '100000000009'
const DELIVERY = '100000000004-100001'
const BACKUP = '/mnt/backups/2026-11-21'

const asItStands: Need = () => ({})

/** A line about one thing, which is made for it. */
const needs =
  (word: string, make: (sandbox: Sandbox) => Promise<string> | string): Need =>
  async () => ({ stands: { [word]: await make(sandbox) } })

const onCard = needs(CARD, made => made.card())
const onPartner = needs(PARTNER, made => made.partnerId)
const onCardholder = needs(CARDHOLDER, made => made.cardholder())
const onCardholderInReview = needs(CARDHOLDER, made => made.cardholderInReview())
const onAuthorization = needs(AUTHORIZATION, made => made.authorization())

/** By the first words of the command; the longest that fit count. Each is expected to end with 0. */
const LINES: Readonly<Record<string, Need>> = {
  // nobody answers, so what is not named keeps its default, as with --yes
  init: (folder, line) => ({ stands: line.includes('--key-file') ? { '/etc/openissuer': join(folder, 'etc') } : {} }),
  doctor: asItStands,
  'config print': asItStands,
  // a sandbox of its own: a second start on the folder of the one that runs is refused
  start: folder => ({ env: { OPENISSUER_DATA: join(folder, 'data') }, until: /listens on http/ }),
  'ledger verify': asItStands,

  'db migrate': asItStands,
  'db distribute': asItStands,
  'db backup': folder => ({ stands: { [BACKUP]: join(folder, 'backup') } }),
  'db restore': async (folder, line) => {
    const into: Line['stands'] = line.includes('--into') ? { '/var/lib/openissuer': join(folder, 'restored') } : {}
    return { stands: { [BACKUP]: await backedUp(), ...into } }
  },

  'keys list': asItStands,
  'keys rotate': (folder, line) => (line.includes('--to') ? ofAnotherInstallation(folder) : {}),
  'keys rotate-platform': () => ({
    stands: { '20452247150043585': sandbox.world.credentials.pagsmile.appId },
    after: () => sandbox.takeUpCredentials(),
  }),

  'partners list': asItStands,
  'partners show': onPartner,
  'partners create': asItStands,
  'partners disable': needs(PARTNER, made => made.otherPartner()),
  'partners enable': needs(PARTNER, made => made.disabledPartner()),

  'cards list': asItStands,
  'cards show': onCard,
  'cards block': onCard,
  'cards unblock': needs(CARD, made => made.blockedCard()),
  'cards activate': needs(CARD, made => made.producedCard()),
  'cards produce': needs(CARD, made => made.orderedCard()),
  'cards report-lost': onCard,
  'cards close': onCard,
  'cards set-pin': async folder => {
    await writeFile(join(folder, 'pin.txt'), '4711\n')
    return { stands: { [CARD]: await sandbox.card() } }
  },

  'cardholders list': asItStands,
  'cardholders show': onCardholder,
  'cardholders approve': onCardholderInReview,
  'cardholders reject': onCardholderInReview,
  'cardholders disable': onCardholder,
  'cardholders enable': needs(CARDHOLDER, made => made.disabledCardholder()),

  'authorizations list': asItStands,
  'authorizations show': onAuthorization,
  'authorizations explain': onAuthorization,

  'simulate authorization': async (_, line) => {
    if (!line.includes('--challenge')) return { stands: { [CARD]: await sandbox.card() } }
    const { card, challengeId, password } = await sandbox.challenge()
    return { stands: { [CARD]: card, [CHALLENGE]: challengeId, '123456': password } }
  },
  'simulate three-ds-challenge': onCard,
  'simulate increment': onAuthorization,
  'simulate reversal': onAuthorization,
  'simulate expiry': onAuthorization,
  'simulate clearing': onAuthorization,
  'simulate clearing-correction': needs(CLEARING, async made => (await made.clearedAuthorization()).clearingId),
  'simulate refund': needs(AUTHORIZATION, async made => (await made.clearedAuthorization()).authorizationId),
  'simulate refund-reversal': needs(REFUND, made => made.refund()),
  'simulate duplicate': onAuthorization,
  'simulate out-of-order-pair': onCard,

  'clock show': asItStands,
  'clock freeze': asItStands,
  // the clock goes forward only, and that instant may have passed
  'clock set': needs('2027-01-01T00:00:00Z', tomorrow),
  'clock advance': asItStands,
  'clock resume': asItStands,
  // as many take many minutes
  seed: () => ({ stands: { '--cards 1000': '--cards 3', '--authorizations 100000': '--authorizations 20' } }),

  listen: (_, line) => ({
    stands: line.includes('--forward-to') ? { 'http://localhost:3000': sandbox.receiver.url } : {},
    until: /Listening on/,
  }),
  'deliveries list': asItStands,
  'deliveries resend': needs(DELIVERY, made => made.delivery()),
  'deliveries replay': needs(ENDPOINT, made => made.endpointId),
  'events tail': async () => {
    await sandbox.authorization()
    return { until: / authorization .* approved / }
  },

  'envelope encrypt': onCard,
  'envelope decrypt': async folder => {
    const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
    await writeFile(join(folder, 'merchant.pem'), keys.privateKey.export({ type: 'pkcs8', format: 'pem' }))
    await writeFile(join(folder, 'public.pem'), keys.publicKey.export({ type: 'spki', format: 'pem' }))
    await succeed(`echo '{"a":1}' | openissuer envelope encrypt --public-key public.pem > answer.json`, folder)
    return {}
  },
  // the suite takes most of a minute and both processors: the bench only reads its arguments
  bench: () => ({ stands: { '--quick': '-- --help --quick' } }),
  completion: async folder => {
    await mkdir(join(folder, '.local/share/bash-completion/completions'), { recursive: true })
    return {}
  },
}

const documentText = await readFile(join(ROOT, 'docs/cli.md'), 'utf8')

const commands = blocksOf(documentText)
  .filter(({ language }) => language === 'sh')
  .flatMap(({ text }) => commandsOf(text))

test('each command of the table is in the document', () => {
  expect(Object.keys(LINES).filter(words => !commands.some(line => wordsOf(line) === words))).toEqual([])
})

test.each(commands)('%s', { timeout: LINE_MS_MAX }, async command => {
  const words = wordsOf(command)
  const need = words === undefined ? undefined : LINES[words]
  if (need === undefined) throw new Error(`LINES does not say what this needs: ${command}`)
  const folder = await mkdtemp(join(sandbox.folder, 'line-'))
  const { stands = {}, ...rest } = await need(folder, command)
  await succeed(filledIn(command, stands), folder, rest)
  await rest.after?.()
})

/** @returns the words of the table that the command begins with, leaving out what is piped into it */
function wordsOf(command: string): string | undefined {
  const [, first = '', second = ''] = /(?:^|\| )openissuer (\S+)(?: (\S+))?/.exec(command) ?? []
  return [`${first} ${second}`, first].find(words => Object.hasOwn(LINES, words))
}

async function succeed(command: string, folder: string, { env, until }: Line = {}): Promise<void> {
  const { code, seen } = await type(command, { cwd: folder, env: { ...shell(folder), ...env }, until })
  expect(code, `${command}\n${seen}`).toBe(0)
}

/** What the shell of somebody at work with the sandbox knows, and nothing that this test run was given. */
function shell(folder: string): NodeJS.ProcessEnv {
  const path = [join(ROOT, 'node_modules/.bin'), process.env['PATH']].join(delimiter)
  return { PATH: path, HOME: folder, OPENISSUER_DATA: sandbox.world.issuer.dataFolder, PORT: '0' }
}

/** A backup of the sandbox as it was at first. */
async function backedUp(): Promise<string> {
  const backup = join(sandbox.folder, 'backup')
  if (!existsSync(backup)) await succeed(`openissuer db backup ${backup}`, sandbox.folder)
  return backup
}

/** One that was given its key as a file, and that no server runs on. */
async function ofAnotherInstallation(folder: string): Promise<Line> {
  const data = join(folder, 'data')
  await succeed(`openissuer db restore ${await backedUp()} --into ${data}`, folder)
  return {
    stands: { '/etc/openissuer': join(folder, 'etc') },
    env: { OPENISSUER_DATA: data, OPENISSUER_KEY_FILE: join(data, 'key-encrypting-key') },
  }
}

async function tomorrow({ world }: Sandbox): Promise<string> {
  const { now } = await world.operator.clock.read()
  return Temporal.Instant.from(now).add({ hours: 24 }).toString()
}
