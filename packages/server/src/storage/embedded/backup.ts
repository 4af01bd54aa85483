/**
 * A consistent copy of a data folder whose PostgreSQL runs: the backup protocol of PostgreSQL (documentation, "Making a
 * Base Backup Using the Low Level API"). Files are copied while they change; what was written meanwhile is in the
 * write-ahead log of the time between start and stop, which is copied too and replayed when the copy is first started.
 * pg_basebackup does the same over a replication connection; the packages bring no such program.
 */
import { randomBytes } from 'node:crypto'
import type { Dirent } from 'node:fs'
import { mkdir, readdir, readFile, realpath, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { Client } from 'pg'
import {
  BackupError,
  type BackupManifest,
  copyDurably,
  DATA,
  type FileRecord,
  FORMAT,
  sha256Of,
  writeManifest,
} from './backup-files.ts'
import { clusterFolderOf, passwordFileOf } from './cluster.ts'
import { hasCode, ifMissing, syncFolder } from './durable-files.ts'
import type { EmbeddedDatabase } from './embedded-postgres.ts'

export type BackupOptions = {
  readonly dataFolder: string
  /** of the running PostgreSQL of that folder */
  readonly connection: EmbeddedDatabase['connection']
  /** the backup, a folder that does not exist or is empty */
  readonly into: string
  /** files of the data folder that go along where they exist */
  readonly beside: readonly string[]
  /** the file of the data folder that holds the key-encrypting key, where the backup shall hold it */
  readonly keyFile: string | undefined
  /** ISO 8601 */
  readonly createdAt: string
  readonly onProgress?: (bytes: number) => void
}

/**
 * Everything committed before the call is in the backup. The folder appears under its name when it is whole.
 *
 * @throws BackupError when the target holds something, or the cluster has parts outside of its folder
 */
export async function backUp(options: BackupOptions): Promise<BackupManifest> {
  const into = resolve(options.into)
  const dataFolder = await realpath(options.dataFolder)
  if (`${into}/`.startsWith(`${dataFolder}/`)) {
    throw new BackupError(`${into} lies in the data folder; a backup belongs elsewhere, at best on another disk`)
  }
  await assertVacant(into)
  await mkdir(dirname(into), { recursive: true })
  const unfinished = join(dirname(into), `${basename(into)}.unfinished-${randomBytes(4).toString('hex')}`)
  await mkdir(unfinished, { mode: 0o700 })
  try {
    const manifest = await copyEverything(dataFolder, unfinished, options)
    await writeManifest(unfinished, manifest)
    await syncFolder(unfinished)
    await rmdir(into).catch(ifMissing(undefined))
    await rename(unfinished, into)
    await syncFolder(dirname(into))
    return manifest
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    throw error
  }
}

/** @throws BackupError when there is a file, or a folder that holds something */
export async function assertVacant(folder: string): Promise<void> {
  const entries = await readdir(folder).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return []
    if (hasCode(error, 'ENOTDIR')) throw new BackupError(`${folder} is a file`)
    throw error
  })
  if (entries.length > 0) throw new BackupError(`${folder} is not empty; name a folder that does not exist yet`)
}

type Copy = {
  readonly from: string
  readonly to: string
  readonly folders: string[]
  readonly files: FileRecord[]
  readonly onProgress: (bytes: number) => void
}

async function copyEverything(dataFolder: string, unfinished: string, options: BackupOptions): Promise<BackupManifest> {
  const copy: Copy = {
    from: dataFolder,
    to: join(unfinished, DATA),
    folders: [],
    files: [],
    onProgress: options.onProgress ?? (() => undefined),
  }
  await mkdir(copy.to, { mode: 0o700 })
  const keyBefore = await readKey(options)
  const postgres = await copyCluster(copy, options.connection)
  const beside = [basename(passwordFileOf(dataFolder)), ...options.beside]
  for (const name of beside) await copyIfThere(copy, name)
  const key = options.keyFile !== undefined && (await copyIfThere(copy, options.keyFile)) ? 'included' : 'apart'
  if ((await readKey(options)) !== keyBefore) {
    throw new BackupError(
      'the key-encrypting key was changed during the backup, which would not open with it; try again',
    )
  }
  for (const folder of ['', ...copy.folders]) await syncFolder(join(copy.to, folder))
  return { format: FORMAT, createdAt: options.createdAt, postgres, key, folders: copy.folders, files: copy.files }
}

async function readKey({ dataFolder, keyFile }: BackupOptions): Promise<string | undefined> {
  return keyFile === undefined ? undefined : readFile(join(dataFolder, keyFile), 'utf8').catch(ifMissing(undefined))
}

async function copyIfThere(copy: Copy, name: string): Promise<boolean> {
  return copyInto(copy, name).then(() => true, ifMissing(false))
}

async function copyInto(copy: Copy, path: string): Promise<void> {
  const copied = await copyDurably(join(copy.from, path), join(copy.to, path)).catch(async (error: unknown) => {
    // the name was made before the source turned out to be gone
    await rm(join(copy.to, path), { force: true })
    throw error
  })
  copy.files.push({ path, ...copied })
  copy.onProgress(copied.bytes)
}

async function writeInto(copy: Copy, path: string, content: string | Buffer): Promise<void> {
  await writeFile(join(copy.to, path), content, { flag: 'wx', mode: 0o600, flush: true })
  copy.files.push({ path, bytes: Buffer.byteLength(content), sha256: sha256Of(content) })
}

async function makeInto(copy: Copy, path: string): Promise<void> {
  await mkdir(join(copy.to, path), { mode: 0o700 })
  copy.folders.push(path)
}

/** @returns the version of the database */
async function copyCluster(copy: Copy, connection: EmbeddedDatabase['connection']): Promise<string> {
  const client = new Client({ ...connection, application_name: 'openissuer backup' })
  client.on('error', () => {}) // the connection broke; the next statement reports it
  await client.connect()
  try {
    const cluster = basename(clusterFolderOf(copy.from))
    const first = await beginBackup(client)
    await makeInto(copy, cluster)
    await copyFolder(copy, cluster, name => !LEFT_OUT_AT_TOP.has(name))
    await writeInto(copy, `${cluster}/${CONTROL_FILE}`, await readSteady(join(copy.from, cluster, CONTROL_FILE)))
    const { last, label, tablespaces } = await endBackup(client)
    if (tablespaces !== '') throw new BackupError('the database has tablespaces, which a backup does not hold')
    await writeInto(copy, `${cluster}/backup_label`, label)
    await copyLog(copy, cluster, first, last)
    return (await client.query<{ server_version: string }>('show server_version')).rows[0]?.server_version ?? ''
  } finally {
    // ends the backup on the server and drops the slot, however far it came
    await client.end()
  }
}

/** The temporary slot keeps the log from being recycled while files are copied; it ends with its session. */
const RESERVE = `
  select pg_create_physical_replication_slot($1, immediately_reserve => true, temporary => true)`
const START = `
  select pg_walfile_name(pg_backup_start('openissuer', fast => true)) as file`
const STOP = `
  select pg_walfile_name(stop.lsn) as file, stop.labelfile as label, stop.spcmapfile as tablespaces
    from pg_backup_stop(wait_for_archive => false) as stop`

/** @returns the segment of the log with which a restore begins */
async function beginBackup(client: Client): Promise<string> {
  await client.query(RESERVE, [`openissuer_backup_${randomBytes(6).toString('hex')}`])
  const { rows } = await client.query<{ file: string }>(START)
  if (rows[0] === undefined) throw new BackupError('PostgreSQL did not begin the backup')
  return rows[0].file
}

async function endBackup(client: Client): Promise<{ last: string; label: string; tablespaces: string }> {
  const { rows } = await client.query<{ file: string; label: string; tablespaces: string }>(STOP)
  if (rows[0] === undefined) throw new BackupError('PostgreSQL did not end the backup')
  return { last: rows[0].file, label: rows[0].label, tablespaces: rows[0].tablespaces.trim() }
}

const CONTROL_FILE = 'global/pg_control'

/** What belongs to the running server and not to its data (the same page of the documentation). */
const LEFT_OUT_AT_TOP = new Set([
  'postmaster.pid',
  'postmaster.opts',
  'backup_label',
  'backup_label.old',
  'tablespace_map',
  'tablespace_map.old',
  'backup_manifest',
])

/** Folders that are copied empty. */
const CONTENT_LEFT_OUT = new Set(
  ['wal', 'replslot', 'dynshmem', 'notify', 'serial', 'snapshots', 'stat_tmp', 'subtrans'].map(name => `pg_${name}`),
)

async function copyFolder(copy: Copy, path: string, wanted: (name: string) => boolean): Promise<void> {
  for (const entry of await readdir(join(copy.from, path), { withFileTypes: true })) {
    const inner = `${path}/${entry.name}`
    if (!wanted(entry.name) || isTemporary(entry) || inner.endsWith(`/${CONTROL_FILE}`)) continue
    if (entry.isSymbolicLink()) throw new BackupError(`${inner} is a link to elsewhere, which a backup does not hold`)
    if (entry.isDirectory()) {
      await makeInto(copy, inner)
      if (!CONTENT_LEFT_OUT.has(entry.name)) await copyFolder(copy, inner, () => true)
    } else if (entry.isFile()) {
      // a table that was dropped meanwhile; the log says so too
      await copyIfThere(copy, inner)
    }
  }
}

function isTemporary(entry: Dirent): boolean {
  return entry.name.startsWith('pgsql_tmp') || entry.name.startsWith('pg_internal.init')
}

/** The control file is written in place: two equal readings say that none of them met a write half done. */
async function readSteady(file: string): Promise<Buffer> {
  for (let earlier = await readFile(file); ; ) {
    const now = await readFile(file)
    if (now.equals(earlier)) return now
    earlier = now
  }
}

/** Every segment from `first` to `last`; their names sort as they follow each other. */
async function copyLog(copy: Copy, cluster: string, first: string, last: string): Promise<void> {
  const log = `${cluster}/pg_wal`
  const segments = (await readdir(join(copy.from, log)))
    .filter(name => /^[0-9A-F]{24}$/.test(name) && name >= first && name <= last)
    .toSorted()
  if (segments[0] !== first || segments.at(-1) !== last) {
    throw new BackupError(`the write-ahead log from ${first} to ${last} is not complete; try again`)
  }
  for (const segment of segments) await copyInto(copy, `${log}/${segment}`)
}
