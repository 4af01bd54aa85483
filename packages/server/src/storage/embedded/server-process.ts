/** The running `postgres` process: started, watched, stopped. */

import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import type { Account } from './account.ts'
import { dataDirectoryArgument, serverEnvironment } from './cluster.ts'
import { ifMissing } from './durable-files.ts'

export type ServerProcess = {
  /** how it ended, for a sentence: `exit code 1`, `SIGKILL`; all its output has been read by then */
  readonly ended: Promise<string>
  /** whether it takes connections yet */
  isReady(): Promise<boolean>
  /** the end of its log, oldest line first */
  lastLines(): readonly string[]
  /** fast shutdown, immediate after 20 s; waits for the end; nothing happens if it has ended */
  stop(): Promise<void>
}

/**
 * Standard input is a pipe from us, and a watcher waits on it. A line means that the server has ended and the watcher
 * may go; the end of the pipe means that we died, and the watcher asks the server for a fast shutdown. The shell then
 * becomes the server (`exec`), so that its pid, signals and exit code are ours without a middleman. The watcher is
 * started from a subshell because the server must not be its parent: PostgreSQL takes the exit of an unknown child for
 * a crash.
 */
const WATCHED = `
exec 3<&0 </dev/null
( { read -r ended <&3 || kill -INT $$; } >/dev/null 2>&1 & )
exec 3<&-
exec "$@"
`

const FAST_SHUTDOWN_MS_MAX = 20_000
const LAST_LINES_MAX = 20
/** After a kill, sessions in the middle of a statement may keep the log open; the report does not wait for them. */
const OUTPUT_WAIT_MS_MAX = 1_000

/** Starts `postgres`; whether it comes up shows in `ended` and by connecting. */
export function spawnServer(options: {
  program: string
  clusterFolder: string
  account: Account
  settings: Readonly<Record<string, string>>
  log: (line: string) => void
}): ServerProcess {
  const settings = Object.entries(options.settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const command = [options.program, '-D', dataDirectoryArgument(options.clusterFolder), ...settings]
  const child = spawn('/bin/sh', ['-c', WATCHED, 'sh', ...command], {
    cwd: options.clusterFolder,
    env: serverEnvironment(),
    stdio: ['pipe', 'ignore', 'pipe'],
    // Its own session: a Ctrl-C in the terminal reaches only us, and we drain before we stop the database.
    detached: true,
    ...options.account,
  })
  const lines: string[] = []
  createInterface({ input: child.stderr }).on('line', line => {
    lines.push(line)
    if (lines.length > LAST_LINES_MAX) lines.shift()
    options.log(line)
  })
  child.stdin.on('error', () => {}) // the watcher is gone
  child.once('exit', () => child.stdin.end('ended\n'))
  const ended = waitForEnd(child)

  return {
    ended,
    lastLines: () => lines,
    isReady: () => isReady(options.clusterFolder, child.pid),
    async stop() {
      child.kill('SIGINT')
      const timer = setTimeout(() => child.kill('SIGQUIT'), FAST_SHUTDOWN_MS_MAX)
      await ended
      clearTimeout(timer)
    },
  }
}

async function waitForEnd(child: ChildProcess): Promise<string> {
  const closed = new Promise<void>(resolve => child.once('close', resolve))
  const ending = await new Promise<string>(resolve => {
    child.once('error', error => resolve(`an error: ${error.message}`))
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  await Promise.race([closed, delay(OUTPUT_WAIT_MS_MAX, undefined, { ref: false })])
  return ending
}

/**
 * Read where pg_ctl reads it: line 1 of postmaster.pid is the pid (an older server's file may still lie there), line 8
 * the state. Trying to connect instead would fill the log with refused attempts.
 */
async function isReady(clusterFolder: string, pid: number | undefined): Promise<boolean> {
  const lines = (await readFile(join(clusterFolder, 'postmaster.pid'), 'utf8').catch(ifMissing(''))).split('\n')
  return lines[0] === String(pid) && lines[7]?.trim() === 'ready'
}
