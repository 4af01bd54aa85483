/** Has the console built by a process of its own, which ends: what builds is large and is needed once. */
import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import type { ConsoleFiles } from './http/console-pages.ts'

const CONSOLE = resolve(import.meta.dirname, '../../console')
const BUILD_MS_MAX = 120_000

export const consoleFiles: ConsoleFiles = {
  folder: resolve(CONSOLE, 'dist'),
  async make() {
    await promisify(execFile)(process.execPath, [resolve(CONSOLE, 'build.ts')], { timeout: BUILD_MS_MAX })
  },
}
