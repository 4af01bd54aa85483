/** A digest of all that the console is built of: its own sources and those of the SDK that it calls the API with. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'

/** In the folder of the built files. */
export const PRINT_FILE = 'sources.sha256'

const SOURCES = ['index.html', 'package.json', 'vite.config.ts', 'build.ts']
const FOLDERS = ['src', 'public', '../sdk/src']

/** @param root the folder of the console's package */
export async function printOfSources(root: string): Promise<string> {
  const found = await Promise.all(
    FOLDERS.map(async folder => {
      const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true })
      return entries
        .filter(entry => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
        .map(entry => join(entry.parentPath, entry.name))
    }),
  )
  const files = [...SOURCES.map(file => join(root, file)), ...found.flat()].toSorted()
  const digest = createHash('sha256')
  for (const file of files) {
    digest.update(`${relative(root, file)}\0`)
    digest.update(await readFile(file))
  }
  return digest.digest('hex')
}
