/** File operations that survive a power cut, and the handling of absent files. */

import { open, rename } from 'node:fs/promises'

/** Writes a file (mode 0600) so that after a crash it is either complete or absent. */
export async function writeDurably(file: string, folder: string, text: string): Promise<void> {
  const temporary = `${file}.new`
  const handle = await open(temporary, 'w', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, file)
  await syncFolder(folder)
}

/** Makes the names in a folder (created, renamed, removed) durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** For `catch`: turns "no such file" into `value` and lets every other error through. */
export function ifMissing<T>(value: T): (error: unknown) => T {
  return error => {
    if (hasCode(error, 'ENOENT')) return value
    throw error
  }
}

/** Whether an error carries one of these codes (`ENOENT`, an SQLSTATE, …). */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}
