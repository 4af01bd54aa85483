/**
 * What a backup is on disk, and the proof that it is whole:
 *
 *   data/            what the data folder held: the cluster, its password, credentials, perhaps the key file
 *   manifest.json    every folder and file with size and SHA-256
 *   manifest.sha256  the SHA-256 of manifest.json
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { hasCode } from './durable-files.ts'

export type FileRecord = { readonly path: string; readonly bytes: number; readonly sha256: string }

export type BackupManifest = {
  readonly format: typeof FORMAT
  /** wall clock, ISO 8601 */
  readonly createdAt: string
  /** `server_version` of the database */
  readonly postgres: string
  /** whether the key-encrypting key is in the backup, without which cards and credentials in it cannot be opened */
  readonly key: 'included' | 'apart'
  /** paths below `data/` with `/` between names, parents before children */
  readonly folders: readonly string[]
  readonly files: readonly FileRecord[]
}

export class BackupError extends Error {
  override readonly name = 'BackupError'
}

export const FORMAT = 'openissuer-backup-1'
export const DATA = 'data'

const MANIFEST = 'manifest.json'
const DIGEST = 'manifest.sha256'

export async function writeManifest(folder: string, manifest: BackupManifest): Promise<void> {
  const text = `${JSON.stringify(manifest, null, 1)}\n`
  await writeFile(join(folder, MANIFEST), text, { mode: 0o600, flag: 'wx', flush: true })
  await writeFile(join(folder, DIGEST), `${sha256Of(text)}\n`, { mode: 0o600, flag: 'wx', flush: true })
}

/**
 * Reads the manifest and compares every file with it.
 *
 * @throws BackupError that names what is missing, changed or too much
 */
export async function readVerifiedBackup(folder: string): Promise<BackupManifest> {
  const manifest = await readManifest(folder)
  const data = join(folder, DATA)
  const found = await filesBelow(data)
  const expected = new Set(manifest.files.map(file => file.path))
  const stranger = found.find(path => !expected.has(path))
  if (stranger !== undefined) throw damaged(folder, `${stranger} is not in its manifest`)
  for (const file of manifest.files) {
    const { bytes, sha256 } = await readThrough(join(data, file.path)).catch((error: Error) => {
      throw damaged(folder, `${file.path} cannot be read: ${error.message}`)
    })
    if (bytes !== file.bytes || sha256 !== file.sha256) throw damaged(folder, `${file.path} has changed`)
  }
  return manifest
}

async function readManifest(folder: string): Promise<BackupManifest> {
  const read = (name: string) =>
    readFile(join(folder, name), 'utf8').catch((error: unknown) => {
      if (!hasCode(error, 'ENOENT', 'ENOTDIR')) throw error
      throw new BackupError(`${folder} is not a complete backup: it has no ${name}`)
    })
  const text = await read(MANIFEST)
  if ((await read(DIGEST)).trim() !== sha256Of(text)) throw damaged(folder, `${MANIFEST} has changed`)
  const manifest = JSON.parse(text) as Omit<BackupManifest, 'format'> & { format: string }
  const { format } = manifest
  if (format !== FORMAT) throw new BackupError(`${folder} has the format ${format}, and this version reads ${FORMAT}`)
  const outside = [...manifest.folders, ...manifest.files.map(file => file.path)].find(leavesFolder)
  if (outside !== undefined) throw damaged(folder, `its manifest names ${outside}`)
  return { ...manifest, format }
}

function leavesFolder(path: string): boolean {
  return path.split('/').some(name => name === '' || name === '.' || name === '..') || path.includes('\0')
}

function damaged(folder: string, how: string): BackupError {
  return new BackupError(`the backup ${folder} is damaged: ${how}; nothing was written`)
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => !entry.isDirectory())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
}

/**
 * Copies one file durably, mode 0600, and says what was copied.
 * @throws Error with code EEXIST when the target exists
 */
export async function copyDurably(from: string, to: string): Promise<{ bytes: number; sha256: string }> {
  const target = await open(to, 'wx', 0o600)
  try {
    const copied = await readThrough(from, chunk => target.appendFile(chunk))
    await target.sync()
    return copied
  } finally {
    await target.close()
  }
}

const CHUNK_BYTES = 1024 * 1024

async function readThrough(
  file: string,
  onChunk: (chunk: Buffer) => Promise<void> = async () => undefined,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
    hash.update(chunk)
    bytes += chunk.length
    await onChunk(chunk)
  }
  return { bytes, sha256: hash.digest('hex') }
}

export function sha256Of(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex')
}
