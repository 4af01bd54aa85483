/** The cluster on disk: made once by initdb, with the password of its only role beside it. */

import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type Account, giveToOwnerOf } from './account.ts'
import type { Binaries } from './binaries.ts'
import { ifMissing, syncFolder, writeDurably } from './durable-files.ts'

export const ROLE = 'openissuer'

export type Cluster = { readonly folder: string; readonly password: string }

/**
 * The data directory as PostgreSQL is told it, with the cluster as working directory.
 * On Linux the working directory is entered before the account changes, and this link leads there without walking the
 * path, so a cluster below a folder the account cannot enter (/root) works and no foreign folder's mode is touched.
 * Children inherit the working directory, so the link means the same folder in each of them.
 */
export function dataDirectoryArgument(clusterFolder: string): string {
  return process.platform === 'linux' ? '/proc/self/cwd' : clusterFolder
}

/** What initdb and postgres see of our environment: nothing that could steer them (PGDATA, PGPORT, LC_…). */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
}

export function clusterFolderOf(dataFolder: string): string {
  return join(dataFolder, 'postgres')
}

export async function hasCluster(dataFolder: string): Promise<boolean> {
  return (await stat(clusterFolderOf(dataFolder)).catch(ifMissing(undefined))) !== undefined
}

/**
 * Opens the cluster of a data folder, or makes it at the first start. The caller holds the folder's lock.
 * initdb works in a folder of another name that becomes the cluster, complete and synced, by a rename: a crash in the
 * middle leaves only a leftover that the next start removes.
 *
 * @throws Error with initdb's output when it fails, or when the password of an existing cluster is gone
 */
export async function openCluster(dataFolder: string, binaries: Binaries, account: Account): Promise<Cluster> {
  const folder = clusterFolderOf(dataFolder)
  await removeLeftovers(dataFolder)
  const exists = await hasCluster(dataFolder)
  const password = await readOrMakePassword(dataFolder, exists)
  if (!exists) await makeCluster(dataFolder, folder, password, binaries, account)
  return { folder, password }
}

async function removeLeftovers(dataFolder: string): Promise<void> {
  for (const name of await readdir(dataFolder)) {
    // An initdb whose parent was killed may still be writing there.
    if (name.startsWith('postgres.new-')) await rm(join(dataFolder, name), { recursive: true, maxRetries: 5 })
  }
}

/** @throws Error when the data folder has none */
export async function readPassword(dataFolder: string): Promise<string> {
  return (await readFile(passwordFileOf(dataFolder), 'utf8')).trim()
}

export function passwordFileOf(dataFolder: string): string {
  return join(dataFolder, 'postgres-password')
}

async function readOrMakePassword(dataFolder: string, clusterExists: boolean): Promise<string> {
  const file = passwordFileOf(dataFolder)
  const known = await readFile(file, 'utf8').catch(ifMissing(undefined))
  if (known !== undefined) return known.trim()
  if (clusterExists) throw new Error(`${file} is missing; restore it from the backup the data folder came from`)
  const password = randomBytes(24).toString('base64url')
  await writeDurably(file, dataFolder, `${password}\n`)
  await giveToOwnerOf(dataFolder, file)
  return password
}

async function makeCluster(dataFolder: string, folder: string, password: string, binaries: Binaries, account: Account) {
  const unfinished = join(dataFolder, `postgres.new-${randomBytes(6).toString('hex')}`)
  await mkdir(unfinished, { mode: 0o700 })
  await chown(unfinished, account.uid, account.gid)
  const failure = await runInitdb(unfinished, password, binaries, account)
  if (failure !== undefined) {
    await rm(unfinished, { recursive: true, force: true, maxRetries: 5 })
    throw new Error(`cannot create the database in ${dataFolder}: ${explain(failure)}`)
  }
  await rename(unfinished, folder)
  await syncFolder(dataFolder)
}

/** initdb with its own fsync at the end: 0.52 s; --no-sync saved 0.15 s, --sync-method=syncfs nothing. */
async function runInitdb(
  folder: string,
  password: string,
  binaries: Binaries,
  account: Account,
): Promise<string | undefined> {
  const args = [
    `--pgdata=${dataDirectoryArgument(folder)}`,
    `--username=${ROLE}`,
    '--pwfile=/dev/stdin',
    '--auth=scram-sha-256',
    '--data-checksums',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
  ]
  // initdb reopens its standard input by name. A pipe made by the account's own shell can be reopened; ours cannot.
  // Only builtins of the shell: PATH may hold npm's node alone.
  const reread = '{ read -r line; printf "%s\\n" "$line"; } | "$@"'
  const child = spawn('/bin/sh', ['-c', reread, 'sh', binaries.initdb, ...args], {
    cwd: folder,
    env: serverEnvironment(),
    stdio: ['pipe', 'pipe', 'pipe'],
    ...account,
  })
  child.stdin.on('error', () => {}) // it ended without reading; the exit code says so
  child.stdin.end(`${password}\n`)
  const ended = new Promise<string | number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? signal))
  })
  const [stdout, stderr, result] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return result === 0 ? undefined : `initdb ended with ${result}\n${stdout}${stderr}`.trimEnd()
}

/** Puts the remedy in front of PostgreSQL's own words where there is one. */
export function explain(output: string): string {
  if (/No space left on device|Disk quota exceeded/.test(output)) {
    return `the disk is full; free some space and start again\n${output}`
  }
  if (/could not look up effective user ID/.test(output)) {
    return `this user has no line in /etc/passwd, which PostgreSQL needs; add one or set DATABASE_URL\n${output}`
  }
  return output
}
