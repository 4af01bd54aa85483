/** A process that tries to lock a folder at a given instant (ms since 1970), says `won` or `lost`, and holds on. */

import { DataFolderInUseError, lockFolder } from './folder-lock.ts'

const [dataFolder = '', instant] = process.argv.slice(2)
while (Date.now() < Number(instant));
try {
  const lock = await lockFolder(dataFolder)
  process.stdout.write('won\n')
  process.stdin.on('close', () => lock.release()).resume()
} catch (error) {
  process.stdout.write(error instanceof DataFolderInUseError ? 'lost\n' : `${String(error)}\n`)
}
