/**
 * One server per data folder.
 *
 * The lock is one the kernel holds: an SQLite write lock (fcntl) on an empty file. The kernel drops it the moment the
 * process ends, however it ends, so there is no stale lock to judge after a kill, a power cut or a reboot, and a reused
 * pid cannot be mistaken for the owner. It also holds between containers, where pids and start times of two processes
 * cannot be compared, and exactly one of two racing starts gets it. Node has no flock of its own.
 */

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { giveToOwnerOf } from './account.ts'

/** Another OpenIssuer server is using the data folder. */
export class DataFolderInUseError extends Error {
  override readonly name = 'DataFolderInUseError'
}

export type FolderLock = { release(): void }

const SQLITE_BUSY = 5

/**
 * Takes the lock of a data folder, without waiting. It is held until `release` or the end of this process.
 * No other code may open the lock file: closing it once would drop the lock (a rule of fcntl locks).
 *
 * @throws DataFolderInUseError when a living server holds it
 */
export async function lockFolder(dataFolder: string): Promise<FolderLock> {
  const pidFile = join(dataFolder, 'server.pid')
  const lockFile = join(dataFolder, 'server.lock')
  const lock = await takeLock(lockFile, dataFolder, pidFile)
  try {
    // Only for the message to a second server; nothing is decided by it.
    await writeFile(pidFile, `${process.pid}\n`, { mode: 0o600 })
    await giveToOwnerOf(dataFolder, pidFile)
    await giveToOwnerOf(dataFolder, lockFile)
  } catch (error) {
    lock.release()
    throw error
  }
  return lock
}

async function takeLock(lockFile: string, dataFolder: string, pidFile: string): Promise<FolderLock> {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(lockFile, { timeout: 0 })
    // IMMEDIATE takes one write lock, so of two racers one wins; EXCLUSIVE takes two and both could lose.
    // Nothing is ever written, and with the journal in memory no file beside the lock appears.
    database.exec('PRAGMA journal_mode = memory; BEGIN IMMEDIATE')
  } catch (error) {
    database?.close()
    if (!isBusy(error)) throw new Error(`cannot lock the data folder ${dataFolder} (${lockFile})`, { cause: error })
    const pid = await readFile(pidFile, 'utf8').catch(() => '')
    throw new DataFolderInUseError(
      `the data folder ${dataFolder} is in use by another OpenIssuer server (pid ${pid.trim() || 'unknown'}); ` +
        'stop it first, or choose another data folder',
    )
  }
  const held = database
  return {
    release() {
      if (held.isOpen) held.close()
    },
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
}
