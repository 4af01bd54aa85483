/** A PostgreSQL that outlived the server which started it. */

import { execFile } from 'node:child_process'
import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { SYSTEM_TOOLS } from './account.ts'
import { hasCode, ifMissing } from './durable-files.ts'

const FAST_SHUTDOWN_MS_MAX = 10_000
const IMMEDIATE_SHUTDOWN_MS_MAX = 10_000
const POLL_MS = 20

/**
 * Stops what an earlier server left running on a cluster. The caller holds the data folder's lock, so the owner of any
 * PostgreSQL found here is dead; as a rule it is already shutting down and asking again changes nothing.
 *
 * @throws Error when it does not end even by an immediate shutdown
 */
export async function stopOrphan(clusterFolder: string): Promise<void> {
  const pidFile = join(clusterFolder, 'postmaster.pid')
  const lines = await readFile(pidFile, 'utf8').catch(ifMissing(''))
  const pid = Number.parseInt(lines, 10)
  if (!(pid > 0)) return
  if (!(await isServerOf(clusterFolder, pid))) {
    // If the pid now belongs to an unrelated process, PostgreSQL would take that for its rival and refuse to start.
    if (isAlive(pid)) await rm(pidFile, { force: true })
    return
  }
  process.kill(pid, 'SIGINT')
  if (await endsWithin(FAST_SHUTDOWN_MS_MAX, clusterFolder, pid)) return
  process.kill(pid, 'SIGQUIT')
  if (await endsWithin(IMMEDIATE_SHUTDOWN_MS_MAX, clusterFolder, pid)) return
  throw new Error(`PostgreSQL (pid ${pid}) still runs on ${clusterFolder} and does not stop; end it and start again`)
}

/** Whether the process is a server of this very cluster, and not one that got a dead server's pid. */
async function isServerOf(clusterFolder: string, pid: number): Promise<boolean> {
  try {
    if (process.platform === 'linux') {
      // PostgreSQL works inside its data directory. Compared by inode: the path may differ between mounts.
      const [workingFolder, cluster] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(clusterFolder)])
      return workingFolder.ino === cluster.ino && workingFolder.dev === cluster.dev
    }
    const { stdout } = await promisify(execFile)('ps', ['-o', 'args=', '-p', String(pid)], SYSTEM_TOOLS)
    return stdout.includes(clusterFolder)
  } catch {
    return false // no such process, or another user's
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
}

async function endsWithin(timeoutMs: number, clusterFolder: string, pid: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  while (performance.now() < deadline) {
    if (!(await isServerOf(clusterFolder, pid))) return true
    await delay(POLL_MS)
  }
  return false
}
