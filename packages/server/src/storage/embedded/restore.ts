/** Makes a data folder from a backup. */
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { assertVacant } from './backup.ts'
import { BackupError, type BackupManifest, copyDurably, DATA, readVerifiedBackup } from './backup-files.ts'
import { clusterFolderOf } from './cluster.ts'
import { syncFolder } from './durable-files.ts'

/**
 * Everything is compared with the manifest before anything is written. The copy grows in a folder inside of the target,
 * which may be a mount point, and gets its names at the end, the cluster last.
 *
 * @param into the new data folder, which does not exist or is empty
 * @throws BackupError when the backup is damaged or the target holds something
 */
export async function restore(backup: string, into: string): Promise<BackupManifest> {
  const target = resolve(into)
  await assertVacant(target)
  const manifest = await readVerifiedBackup(resolve(backup))
  await mkdir(target, { recursive: true, mode: 0o700 })
  const unfinished = join(target, `restoring-${randomBytes(4).toString('hex')}`)
  try {
    await copyAll(join(resolve(backup), DATA), unfinished, manifest)
    await moveInto(target, unfinished)
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    throw error
  }
  return manifest
}

async function copyAll(from: string, to: string, manifest: BackupManifest): Promise<void> {
  await mkdir(to, { mode: 0o700 })
  for (const folder of manifest.folders) await mkdir(join(to, folder), { mode: 0o700 })
  for (const file of manifest.files) {
    const copied = await copyDurably(join(from, file.path), join(to, file.path))
    if (copied.sha256 !== file.sha256) throw new BackupError(`${file.path} changed while it was restored`)
  }
  for (const folder of manifest.folders) await syncFolder(join(to, folder))
  await syncFolder(to)
}

async function moveInto(target: string, unfinished: string): Promise<void> {
  const cluster = clusterFolderOf(unfinished)
  const names = await readdir(unfinished)
  for (const name of names.filter(each => join(unfinished, each) !== cluster)) {
    await rename(join(unfinished, name), join(target, name))
  }
  await rename(cluster, clusterFolderOf(target))
  await rmdir(unfinished)
  await syncFolder(target)
}
