/** The process, its folder, its port. */
import { access, constants, readdir, stat, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import type { Config } from '@openissuer/server/config.ts'
import { CREDENTIALS_FILE, readCredentials } from '@openissuer/server/first-start.ts'
import { chooseAccount } from '@openissuer/server/storage/embedded/account.ts'
import { findBinaries } from '@openissuer/server/storage/embedded/binaries.ts'
import { clusterFolderOf, passwordFileOf } from '@openissuer/server/storage/embedded/cluster.ts'
import { SANDBOX_KEY_FILE } from '@openissuer/server/vault/key-provider.ts'
import { type Finding, fail, ok, warn } from './findings.ts'

const NODE_MAJOR_LEAST = 26
const DISK_BYTES_LEAST = 200_000_000
const DISK_BYTES_COMFORTABLE = 2_000_000_000
const PROBE_MS_MAX = 2_000

export async function examineMachine(config: Config): Promise<Finding[]> {
  return [
    nodeVersion(process.versions.node),
    ...(config.databaseUrl === undefined ? [await programs(config)] : []),
    await folder(config.dataFolder),
    ...(await privacy(config)),
    await disk(config.dataFolder),
    await port(config),
  ]
}

export function nodeVersion(version: string): Finding {
  if (Number.parseInt(version, 10) >= NODE_MAJOR_LEAST) return ok('node', version)
  return fail(
    'node',
    version,
    `run it through npm or npx, which use the Node.js ${NODE_MAJOR_LEAST} that npm ci installed`,
  )
}

async function programs({ dataFolder }: Config): Promise<Finding> {
  try {
    const { postgres } = await findBinaries({ account: await chooseAccount(clusterFolderOf(dataFolder)), dataFolder })
    return ok('postgres programs', postgres)
  } catch (error) {
    return fail('postgres programs', (error as Error).message, 'run npm ci again, or set DATABASE_URL')
  }
}

async function folder(dataFolder: string): Promise<Finding> {
  const found = await statOrUndefined(dataFolder)
  const asked = found === undefined ? await nearestParent(dataFolder) : dataFolder
  const writable = await access(asked, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  )
  if (!writable)
    return fail('data folder', `${asked} is not writable`, `give it to the user of the server: chown ${asked}`)
  if (found === undefined) return ok('data folder', `${dataFolder} is made by the first start`)
  if (!found.isDirectory())
    return fail('data folder', `${dataFolder} is no folder`, 'name another one in OPENISSUER_DATA')
  if ((found.mode & 0o022) !== 0) {
    return fail('data folder', `${dataFolder} can be written by others`, `chmod 700 ${dataFolder}`)
  }
  return ok('data folder', dataFolder)
}

/** Files that open everything are for their owner alone. */
async function privacy({ dataFolder, keyFile }: Config): Promise<Finding[]> {
  const inFolder = [CREDENTIALS_FILE, SANDBOX_KEY_FILE].map(name => join(dataFolder, name))
  const files = [...inFolder, passwordFileOf(dataFolder), ...(keyFile === undefined ? [] : [keyFile])]
  const findings: Finding[] = []
  for (const file of files) {
    const found = await statOrUndefined(file)
    if (found === undefined) continue
    const open = (found.mode & 0o077) !== 0
    findings.push(
      open ? fail('private file', `${file} can be read by others`, `chmod 600 ${file}`) : ok('private file', file),
    )
  }
  return findings
}

async function disk(dataFolder: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(await nearestParent(dataFolder))
  return diskFinding(bavail * bsize)
}

export function diskFinding(bytes: number): Finding {
  const found = `${(bytes / 1e9).toFixed(1)} GB free`
  if (bytes < DISK_BYTES_LEAST) return fail('disk', found, 'free some space: a full disk stops the database')
  if (bytes < DISK_BYTES_COMFORTABLE) return warn('disk', found, 'free some space soon: a full disk stops the database')
  return ok('disk', found)
}

async function port({ host, port: wanted, dataFolder }: Config): Promise<Finding> {
  if (wanted === 0) return ok('port', 'any free one is taken')
  const refusal = await refusalToListen(host, wanted)
  if (refusal === undefined) return ok('port', `${host}:${wanted} is free`)
  const baseUrl = (await readCredentials(dataFolder))?.baseUrl
  if (refusal === 'EADDRINUSE' && baseUrl?.endsWith(`:${wanted}`) && (await isLive(baseUrl))) {
    return ok('port', `${host}:${wanted} is served by the server of this data folder`)
  }
  const advice = { EADDRINUSE: 'end what listens there, or choose another PORT', EACCES: 'choose a PORT above 1023' }
  return fail(
    'port',
    `${host}:${wanted}: ${refusal}`,
    advice[refusal as keyof typeof advice] ?? 'choose another HOST or PORT',
  )
}

/** @returns the code of the error, undefined where it listens */
function refusalToListen(host: string, wanted: number): Promise<string | undefined> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen({ host, port: wanted, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}

async function isLive(baseUrl: string): Promise<boolean> {
  return fetch(`${baseUrl}/livez`, { signal: AbortSignal.timeout(PROBE_MS_MAX) }).then(
    answer => answer.ok,
    () => false,
  )
}

async function statOrUndefined(path: string) {
  return stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}

async function nearestParent(path: string): Promise<string> {
  for (let parent = path; ; parent = dirname(parent)) {
    const found = await readdir(parent).then(
      () => true,
      () => false,
    )
    if (found || parent === dirname(parent)) return parent
  }
}
