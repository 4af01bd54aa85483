/**
 * What the figures were measured on: commit, machine, disk, PostgreSQL.
 */
import { execFile } from 'node:child_process'
import { statfs } from 'node:fs/promises'
import { cpus, loadavg, platform, release, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Queryable } from '../packages/server/src/storage/database.ts'

export type Machine = {
  readonly cpu: string
  readonly cores: number
  readonly memoryMB: number
  readonly kernel: string
  readonly node: string
  /** processes that wanted a core in the minute before the run: above a few tenths, others disturbed it */
  readonly loadBefore: number
  /** the file system of the databases that are measured */
  readonly fileSystem: string
}

export type PostgresFacts = { readonly version: string; readonly settings: Readonly<Record<string, string>> }

const ROOT = join(import.meta.dirname, '..')

/** The settings that decide what a commit costs. */
const SETTINGS = [
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'shared_buffers',
  'wal_level',
  'wal_sync_method',
  'wal_buffers',
  'wal_compression',
  'min_wal_size',
  'max_wal_size',
  'checkpoint_timeout',
  'commit_delay',
] as const

/** The commit with `+changes` where the files differ from it, results of earlier runs apart; `unknown` without git. */
export async function readCommit(): Promise<string> {
  try {
    const commit = await git('rev-parse', '--short=10', 'HEAD')
    const changes = await git('status', '--porcelain', '--', '.', ':!bench/results')
    return changes === '' ? commit : `${commit}+changes`
  } catch {
    return 'unknown'
  }
}

async function git(...args: string[]): Promise<string> {
  // without the lock, looking never writes
  const { stdout } = await promisify(execFile)('git', ['--no-optional-locks', ...args], { cwd: ROOT })
  return stdout.trim()
}

export async function readMachine(): Promise<Machine> {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryMB: Math.round(totalmem() / 1e6),
    kernel: `${platform()} ${release()}`,
    node: process.version,
    loadBefore: Number(loadavg()[0]?.toFixed(2)),
    fileSystem: await fileSystemOf(await folderForDatabases()),
  }
}

/** Linux statfs(2); a database on one of the last two keeps nothing, whatever fsync says. */
const FILE_SYSTEMS: Readonly<Record<number, string>> = {
  0xef53: 'ext4',
  0x58465342: 'xfs',
  0x9123683e: 'btrfs',
  0x2fc12fc1: 'zfs',
  0xf2f52010: 'f2fs',
  0x794c7630: 'overlay',
  0x01021994: 'tmpfs, in memory: no commit is durable here, set TMPDIR to a folder on a disk',
  0x858458f6: 'ramfs, in memory: no commit is durable here, set TMPDIR to a folder on a disk',
}

async function fileSystemOf(folder: string): Promise<string> {
  if (platform() !== 'linux') return platform()
  const { type } = await statfs(folder)
  return FILE_SYSTEMS[type] ?? `type 0x${type.toString(16)}`
}

/** Where temporary folders go: TMPDIR, unless that is in memory and /var/tmp is not. */
export async function folderForDatabases(): Promise<string> {
  const onDisk = async (folder: string) => !(await fileSystemOf(folder).catch(() => 'in memory')).includes('in memory')
  if (await onDisk(tmpdir())) return tmpdir()
  return (await onDisk('/var/tmp')) ? '/var/tmp' : tmpdir()
}

export async function readPostgresFacts(database: Queryable): Promise<PostgresFacts> {
  const { rows } = await database.query<{ name: string; value: string }>(
    `select name, current_setting(name) as value from unnest($1::text[]) with ordinality as wanted(name, place) order by place`,
    [['server_version', ...SETTINGS]],
  )
  const [version, ...settings] = rows
  if (version === undefined) throw new Error('the database does not report its settings')
  return { version: version.value, settings: Object.fromEntries(settings.map(({ name, value }) => [name, value])) }
}
