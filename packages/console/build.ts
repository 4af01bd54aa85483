/**
 * Builds the console into a folder beside the sources: Vite's files, each text file compressed beside itself, and a print of the
 * sources that they were made of, by which the server knows whether they are still the right ones.
 *
 *   node build.ts          builds when the sources have changed
 *   node build.ts --force  builds
 */
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import { PRINT_FILE, printOfSources } from './sources-print.ts'

const ROOT = import.meta.dirname
const OUT = resolve(ROOT, 'dist')
const COMPRESSED = /\.(?:js|css|html|svg|json)$/

export async function buildConsole(): Promise<void> {
  const print = await printOfSources(ROOT)
  // whoever serves the folder sees the old files or the new ones, and two builds at once do not mix
  const made = `${OUT}.${process.pid}`
  // whoever starts the build may have another: React is twice as large and slow otherwise
  process.env['NODE_ENV'] = 'production'
  const { build } = await import('vite')
  try {
    await build({ configFile: join(ROOT, 'vite.config.ts'), logLevel: 'warn', build: { outDir: made } })
    await compressFiles(made)
    await writeFile(join(made, PRINT_FILE), `${print}\n`)
    await putInPlace(made)
  } finally {
    await rm(made, { recursive: true, force: true })
  }
}

/** Another build may have been faster; what it made of the same sources is as good. */
async function putInPlace(made: string): Promise<void> {
  const before = `${made}.before`
  try {
    // moved away whole: another build may be putting its own there while this one removes file by file
    await moveAway(before)
    await rename(made, OUT)
  } catch (error) {
    if (!(await isCurrent())) throw error
  } finally {
    await rm(before, { recursive: true, force: true })
  }
}

async function moveAway(to: string): Promise<void> {
  try {
    await rename(OUT, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

async function compressFiles(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile() && COMPRESSED.test(entry.name))
  await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const file = join(parentPath, name)
      const packed = await promisify(gzip)(await readFile(file), { level: constants.Z_BEST_COMPRESSION })
      await writeFile(`${file}.gz`, packed)
    }),
  )
}

async function isCurrent(): Promise<boolean> {
  const made = await readFile(join(OUT, PRINT_FILE), 'utf8').catch(() => '')
  return made.trim() === (await printOfSources(ROOT))
}

if (process.argv[1] === import.meta.filename) {
  if (process.argv.includes('--force') || !(await isCurrent())) await buildConsole()
}
