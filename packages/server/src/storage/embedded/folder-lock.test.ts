import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DataFolderInUseError, lockFolder } from './folder-lock.ts'

let dataFolder: string
beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'openissuer-lock-'))
})
afterEach(async () => {
  await rm(dataFolder, { recursive: true })
})

test('a held folder is refused with its name and the pid of the holder', async () => {
  const lock = await lockFolder(dataFolder)
  const refused = lockFolder(dataFolder)
  await expect(refused).rejects.toThrow(DataFolderInUseError)
  await expect(refused).rejects.toThrow(`${dataFolder} is in use by another OpenIssuer server (pid ${process.pid})`)
  lock.release()
})

test('a released folder can be locked again, and releasing twice does not take it from the next holder', async () => {
  const first = await lockFolder(dataFolder)
  first.release()
  const second = await lockFolder(dataFolder)
  first.release()
  await expect(lockFolder(dataFolder)).rejects.toThrow(DataFolderInUseError)
  second.release()
})

test('a pid left by a dead server that belongs to a living process today does not count', async () => {
  await writeFile(join(dataFolder, 'server.pid'), `${process.ppid}\n`)
  const lock = await lockFolder(dataFolder)
  lock.release()
})

test('of processes that race for a folder exactly one wins, and its death frees the folder', async () => {
  for (let round = 0; round < 3; round++) {
    const instant = String(Date.now() + 700)
    const script = join(import.meta.dirname, 'folder-lock.fixture.ts')
    const racers = Array.from({ length: 6 }, () => {
      const child = spawn(process.execPath, [script, dataFolder, instant], { stdio: ['pipe', 'pipe', 'inherit'] })
      return { child, ended: once(child, 'exit') }
    })
    const answers = await Promise.all(racers.map(async racer => String(await once(racer.child.stdout, 'data')).trim()))
    expect(answers.toSorted()).toEqual(['lost', 'lost', 'lost', 'lost', 'lost', 'won'])
    for (const racer of racers) racer.child.kill('SIGKILL')
    await Promise.all(racers.map(racer => racer.ended))
  }
  expect((await readdir(dataFolder)).toSorted()).toEqual(['server.lock', 'server.pid'])
}, 30_000)
