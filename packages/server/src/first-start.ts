/**
 * The first start on an empty database: an operator key and, in sandbox, test card programs, exchange rates and one
 * demo partner that both dialects know. Its credentials go to a file, so that any client can be pointed at the server.
 */
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { type CardProgram, DEFAULT_PROGRAM_TERMS } from '@openissuer/core/card/card.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import { addExchangeRate } from './app/add-exchange-rate.ts'
import { createOperatorKey } from './app/create-operator-key.ts'
import { addKeysecureCredential, addPagsmileApp, createPartner } from './app/create-partner.ts'
import type { Ports, Work } from './app/ports.ts'

export type SandboxCredentials = {
  baseUrl: string
  operatorKey: string
  /** the demo partner on the Operator API */
  partnerId: string
  pagsmile: {
    appId: string
    partnerId: string
    platformPublicKey: string
    merchantPrivateKey: string
    fundingAccount: string
    sharedAccount: string
  }
  keysecure: { apiKey: string; apiSecret: string; packageNo: string; cardBinNo: string }
}

export const CREDENTIALS_FILE = 'sandbox-credentials.json'

export function credentialsPath(dataFolder: string): string {
  return join(dataFolder, CREDENTIALS_FILE)
}

/**
 * Sets up an empty database, once over all processes: the first operator key and, in sandbox, the seed. The credentials
 * file is written before the commit, so that a crash in between leaves a file that the next start replaces, never a
 * partner whose keys are lost.
 *
 * @param options.programNumbers how the KeySecure wire names a card program
 * @returns the operator key, or undefined when the database was set up before
 */
export async function setUpFirstStart(
  ports: Ports,
  options: {
    readonly dataFolder: string
    readonly hash: (operatorKey: string) => Uint8Array
    readonly programNumbers: (program: CardProgram) => { packageNo: string; cardBinNo: string }
  },
): Promise<string | undefined> {
  const { storage, engine: _engine, ...rest } = ports
  return storage.transaction(async tx => {
    const work: Work = { ...rest, tx }
    const at = work.clock.now()
    const key = { partnerId: 0n, scope: 'installation', key: 'first-start', inputHash: new Uint8Array(), at }
    if ((await tx.claimKey(key)) !== undefined) return undefined
    const { secret: operatorKey } = await createOperatorKey(work, {
      name: 'first start',
      role: 'reveal',
      hash: options.hash,
    })
    if (work.mode === 'sandbox') {
      const { partnerId, pagsmile, keysecure } = await seed(work)
      const credentials = {
        baseUrl: '',
        operatorKey,
        partnerId,
        pagsmile,
        keysecure: { ...keysecure, ...options.programNumbers(DEFAULT_PROGRAM) },
      }
      await writeCredentials(options.dataFolder, credentials)
    }
    return operatorKey
  })
}

async function seed(work: Work) {
  for (const program of TEST_PROGRAMS) await work.tx.insertProgram(program)
  for (const [code, rate] of Object.entries(EXAMPLE_RATES)) {
    await addExchangeRate(work, { base: currency(code), quote: USD, rate, validFrom: null, source: 'sandbox example' })
  }
  const { partner, accounts } = await createPartner(work, {
    name: 'Demo Partner',
    settings: { integrationMode: 'credit', approveCardholdersAutomatically: true },
    currency: USD,
    openingBalance: amount(OPENING_BALANCE_MINOR, USD),
  })
  const { partnerId } = partner
  const merchantKeys = await work.random.rsaKeyPair()
  const merchantPublicKey = merchantKeys.publicKey
  const app = await addPagsmileApp(work, { partnerId, merchantPublicKey })
  const { credential, apiSecret } = await addKeysecureCredential(work, {
    partnerId,
    expiresAt: null,
    pciEnabled: true,
    requestsPerSecond: null,
  })
  return {
    partnerId: String(partnerId),
    pagsmile: {
      appId: app.appId,
      partnerId: app.partnerNo,
      platformPublicKey: app.platformPublicKey,
      merchantPrivateKey: merchantKeys.privateKey,
      fundingAccount: String(accounts['partner-funding'].accountId),
      sharedAccount: String(accounts.shared.accountId),
    },
    keysecure: { apiKey: credential.apiKey, apiSecret },
  }
}

/** Notes where the server listens this time; undefined when the file is not there (a database seeded elsewhere). */
export async function noteBaseUrl(dataFolder: string, baseUrl: string): Promise<SandboxCredentials | undefined> {
  const credentials = await readCredentials(dataFolder)
  if (credentials === undefined) return undefined
  const noted = { ...credentials, baseUrl }
  await writeCredentials(dataFolder, noted)
  return noted
}

/** Notes the new platform key of an app where the file is about that app; other files stay as they are. */
export async function notePlatformKey(dataFolder: string, appId: string, platformPublicKey: string): Promise<void> {
  const credentials = await readCredentials(dataFolder)
  if (credentials?.pagsmile.appId !== appId) return
  await writeCredentials(dataFolder, { ...credentials, pagsmile: { ...credentials.pagsmile, platformPublicKey } })
}

export async function readCredentials(dataFolder: string): Promise<SandboxCredentials | undefined> {
  try {
    return JSON.parse(await readFile(credentialsPath(dataFolder), 'utf8')) as SandboxCredentials
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Replaces the file in one step: a reader sees the old one or the new one, and others never see it. */
async function writeCredentials(dataFolder: string, credentials: SandboxCredentials): Promise<void> {
  await mkdir(dataFolder, { recursive: true, mode: 0o700 })
  const path = credentialsPath(dataFolder)
  const fresh = `${path}.new`
  const file = await open(fresh, 'w', 0o600)
  try {
    await file.writeFile(`${JSON.stringify(credentials, null, 2)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await chmod(fresh, 0o600)
  await rename(fresh, path)
}

const USD = currency('USD')

/** US dollars for one of each: fixed and made up, though plausible; the inverse converts from dollars. */
const EXAMPLE_RATES: Readonly<Record<string, string>> = {
  AUD: '0.6571',
  BRL: '0.1823',
  CAD: '0.7312',
  CHF: '1.1264',
  CNY: '0.139897',
  EUR: '1.0842',
  GBP: '1.2705',
  HKD: '0.12808',
  INR: '0.011942',
  JPY: '0.0067',
  KWD: '3.2514',
  MXN: '0.0552',
  NGN: '0.00065',
  SGD: '0.7436',
}

/** A million dollars on each of the demo partner's accounts. */
const OPENING_BALANCE_MINOR = 100_000_000n

/** The ceilings are those that the vendor's default-limit page shows. */
const CEILINGS: CardProgram['ceilings'] = {
  dailyCount: 1_000_000,
  singleAmount: amount(200_000_000n, USD),
  dailyAmount: amount(300_000_000n, USD),
  monthlyAmount: amount(400_000_000n, USD),
}

/**
 * BINs 658704 and 658705 are the ones of the Pagsmile documentation. Id and day of the first make it package
 * P202605220001 and BIN B202605220001 on the KeySecure wire, in the shape of that vendor's samples.
 */
const DEFAULT_PROGRAM: CardProgram = {
  programId: 1n,
  name: 'Sandbox 658704',
  bin: '658704',
  network: 'discover',
  forms: ['virtual', 'physical'],
  currency: USD,
  test: true,
  validityMonths: 36,
  ceilings: CEILINGS,
  terms: DEFAULT_PROGRAM_TERMS,
  createdAt: Temporal.Instant.from('2026-05-22T00:00:00Z'),
}

const TEST_PROGRAMS: readonly CardProgram[] = [
  DEFAULT_PROGRAM,
  { ...DEFAULT_PROGRAM, programId: 2n, name: 'Sandbox 658705', bin: '658705' },
]
