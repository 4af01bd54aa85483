/** The folder of the server's Unix socket, private to the server's account (and root). */

import { createHash } from 'node:crypto'
import { chmod, lchown, lstat, mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Account, ownAccount } from './account.ts'
import { hasCode } from './durable-files.ts'

/** Part of the socket's name; never a TCP port. */
export const PORT = 5432

/** sun_path without its final NUL: 108 bytes on Linux, 104 on macOS. */
const SOCKET_PATH_BYTES_MAX = process.platform === 'darwin' ? 103 : 107

export type SocketFolder = {
  /** for clients */
  readonly path: string
  /** for `unix_socket_directories` */
  readonly setting: string
}

/**
 * Chooses and cleans the socket folder: the cluster folder itself, which is 0700 already and which PostgreSQL reaches
 * as its working directory whatever lies above it; or, when that path is too long for a socket, a private folder for
 * temporary files, named after the cluster.
 *
 * The caller holds the data folder's lock and no server of this cluster runs, so what a killed server left is removed:
 * PostgreSQL itself would refuse to start if the pid in the socket's lock file had been reused.
 *
 * @throws Error when somebody else has made a folder of that name
 */
export async function prepareSocketFolder(clusterFolder: string, account: Account): Promise<SocketFolder> {
  const folder = fits(clusterFolder)
    ? { path: clusterFolder, setting: '.' }
    : await makeTemporaryFolder(clusterFolder, account)
  for (const suffix of ['', '.lock']) await rm(socketIn(folder.path) + suffix, { force: true })
  return folder
}

/** Where the running server of a cluster has its socket. */
export async function findSocketFolder(clusterFolder: string, account: Account): Promise<string> {
  const folder = fits(clusterFolder) ? clusterFolder : temporaryFolderOf(clusterFolder, account)
  await lstat(socketIn(folder))
  return folder
}

async function makeTemporaryFolder(clusterFolder: string, account: Account): Promise<SocketFolder> {
  const path = temporaryFolderOf(clusterFolder, account)
  await makePrivateFolder(path, account)
  return { path, setting: `"${path}"` }
}

function temporaryFolderOf(clusterFolder: string, account: Account): string {
  const digest = createHash('sha256').update(clusterFolder).digest('hex').slice(0, 16)
  // root's own temporary folder may be closed to the account.
  const parents = ownAccount().uid === 0 ? ['/tmp'] : [tmpdir(), '/tmp']
  const candidates = parents.map(parent => join(parent, `openissuer-${account.uid}-${digest}`))
  const path = candidates.find(fits)
  if (path === undefined) throw new Error(`the path of the data folder is too long for a socket: ${clusterFolder}`)
  return path
}

async function makePrivateFolder(path: string, account: Account): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
    const found = await lstat(path)
    if (!found.isDirectory() || ![account.uid, ownAccount().uid].includes(found.uid)) {
      throw new Error(`${path} belongs to somebody else; remove it and start again`, { cause: error })
    }
  }
  await lchown(path, account.uid, account.gid)
  await chmod(path, 0o700)
}

function fits(folder: string): boolean {
  return Buffer.byteLength(socketIn(folder)) <= SOCKET_PATH_BYTES_MAX
}

function socketIn(folder: string): string {
  return join(folder, `.s.PGSQL.${PORT}`)
}
