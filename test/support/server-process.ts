/**
 * The real program as a child process, with the environment a test gives it.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')
const START_MS_MAX = 60_000

export type ServerProcess = {
  readonly baseUrl: string
  readonly pid: number
  /** what it has printed to standard output and standard error so far */
  output(): string
  /** sends a signal and waits for the end; returns the exit code, null when the signal ended it */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>
}

function spawnProgram(args: readonly string[], env: NodeJS.ProcessEnv): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, [join(ROOT, 'packages/cli/src/main.ts'), ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => (text += String(chunk)))
  return { child, output: () => text }
}

/** Runs the program to its end. */
export async function runProgram(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ exitCode: number | null; output: string }> {
  const { child, output } = spawnProgram(args, env)
  const [exitCode] = (await once(child, 'close')) as [number | null]
  return { exitCode, output: output() }
}

/** Starts a server on a free port and waits until it listens; fails with its output when it ends instead. */
export async function startProcess(env: NodeJS.ProcessEnv): Promise<ServerProcess> {
  const { child, output } = spawnProgram(['start'], { PORT: '0', ...env })
  const ended = once(child, 'close') as Promise<[number | null]>
  const baseUrl = await new Promise<string>((found, fail) => {
    const look = () => {
      const url = /listens on (http:\S+)/.exec(output())?.[1]
      if (url !== undefined) found(url)
    }
    child.stdout?.on('data', look)
    void ended.then(() => fail(new Error(`the server ended instead of starting:\n${output()}`)))
    setTimeout(() => fail(new Error(`the server did not start:\n${output()}`)), START_MS_MAX).unref()
  })
  return {
    baseUrl,
    pid: child.pid ?? 0,
    output,
    async end(signal) {
      child.kill(signal)
      const [exitCode] = await ended
      return exitCode
    },
  }
}
