/**
 * The same work by a client that is not ours: PostgreSQL's own pgbench sends one SQL transaction for each authorization.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, constants, readdir } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { Pool } from 'pg'
import { type BenchIssuer, PARTNER_ID } from './issuer.ts'
import type { Context } from './suite.ts'

const SCRIPT = join(import.meta.dirname, 'one-transaction-each.sql')

/** Where Debian's packages have it, a folder a version. */
const DEBIAN_VERSIONS = '/usr/lib/postgresql'

/** @returns its path, the one on PATH first, then Debian's newest; undefined where it is not installed */
export async function findPgbench(): Promise<string | undefined> {
  const versions = await readdir(DEBIAN_VERSIONS).catch(() => [])
  const newestFirst = versions.toSorted((a, b) => Number(b) - Number(a))
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter).filter(folder => folder !== ''),
    ...newestFirst.map(version => join(DEBIAN_VERSIONS, version, 'bin')),
  ]
  for (const folder of folders) {
    const program = join(folder, 'pgbench')
    const runs = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (runs) return program
  }
  return undefined
}

export type PgbenchLoad = { readonly clients: number; readonly seconds: number }

/** Above all ids that the allocator gives out; each run has a range of its own, and in it each client (see the script). */
const FIRST_ID = 1_000_000_000_000_000n
const IDS_PER_RUN = 1_000_000_000_000n

/** @returns takes one run and gives its transactions a second */
export function createPgbench(
  context: Context,
  issuer: BenchIssuer,
  program: string,
): (load: PgbenchLoad) => Promise<number> {
  let runs = 0n
  return async load => {
    const firstId = FIRST_ID + runs++ * IDS_PER_RUN
    const definitions = { cards: issuer.cards, first_id: firstId, n: 0, trace: await recordedTrace(issuer.pool) }
    const output = await run(context, program, issuer.database, [
      '--no-vacuum',
      '--protocol=prepared',
      `--file=${SCRIPT}`,
      `--client=${load.clients}`,
      `--time=${load.seconds}`,
      ...Object.entries(definitions).map(([name, value]) => `--define=${name}=${value}`),
    ])
    await assertWritten(issuer.pool, firstId, numberIn(output, /^number of transactions actually processed: (\d+)/m))
    // the second form is that of versions before 14
    return numberIn(
      output,
      /^tps = ([\d.]+) \((?:without initial connection time|excluding connections establishing)\)/m,
    )
  }
}

/** What the engine wrote beside one of its approvals. */
async function recordedTrace(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ trace: string }>(
    `select trace::text as trace from card_authorization where partner_id = ${PARTNER_ID} and approval_code is not null limit 1`,
  )
  const [row] = rows
  if (row === undefined) throw new Error('the engine has not approved anything yet')
  return row.trace
}

/** @throws Error with what it printed, when it fails */
async function run(
  context: Context,
  program: string,
  { host, port, user, password, database }: BenchIssuer['database'],
  args: readonly string[],
): Promise<string> {
  context.signal.throwIfAborted()
  const child = spawn(program, [`--host=${host}`, `--port=${port}`, `--username=${user}`, ...args, database], {
    env: { PATH: process.env['PATH'], PGPASSWORD: password, LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // its own session: a Ctrl-C in the terminal reaches only us, and we end it
    detached: true,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output += String(chunk)))
  const end = () => child.kill('SIGKILL')
  context.signal.addEventListener('abort', end)
  const [exitCode] = await once(child, 'close').finally(() => context.signal.removeEventListener('abort', end))
  context.signal.throwIfAborted()
  if (exitCode !== 0) throw new Error(`${program} ended with ${exitCode}:\n${output}`)
  return output
}

function numberIn(output: string, pattern: RegExp): number {
  const found = pattern.exec(output)?.[1]
  if (found === undefined) throw new Error(`pgbench does not say what was expected of it:\n${output}`)
  return Number(found)
}

/** Transactions that failed are not among those processed, and have left no rows. */
async function assertWritten(pool: Pool, firstId: bigint, processed: number): Promise<void> {
  const { rows } = await pool.query<{ count: bigint }>(
    `select count(*) as count from card_authorization
      where partner_id = ${PARTNER_ID} and authorization_id >= $1 and authorization_id < $2`,
    [firstId, firstId + IDS_PER_RUN],
  )
  const written = Number(rows[0]?.count)
  if (written !== processed) throw new Error(`pgbench counts ${processed} transactions, the database has ${written}`)
}
