import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../../..')
const BENCH = join(ROOT, 'bench/run.ts')

/** @returns the exit code of the bench */
export async function runBench(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  if (!existsSync(BENCH)) throw new Error('the bench is in the repository of OpenIssuer and not in this installation')
  const child = spawn(process.execPath, [BENCH, ...args], { cwd: ROOT, env, stdio: 'inherit' })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? 1
}
