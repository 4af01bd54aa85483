/** What `db backup` and `db restore` do, and what they say of the key. */
import { resolve } from 'node:path'
import { type Config, dataFolderOf, readConfig } from '@openissuer/server/config.ts'
import { CREDENTIALS_FILE } from '@openissuer/server/first-start.ts'
import { openEmbedded } from '@openissuer/server/open-target.ts'
import { backUp } from '@openissuer/server/storage/embedded/backup.ts'
import { type BackupManifest, readVerifiedBackup } from '@openissuer/server/storage/embedded/backup-files.ts'
import { restore } from '@openissuer/server/storage/embedded/restore.ts'
import { NEXT_KEY_FILE, SANDBOX_KEY_FILE } from '@openissuer/server/vault/key-provider.ts'
import { showProgress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'
import { assertSetUp } from './local.ts'

export type BackupReport = {
  readonly folder: string
  readonly createdAt: string
  readonly postgres: string
  readonly files: number
  readonly bytes: number
  readonly key: BackupManifest['key']
}

export async function backUpInstallation(
  terminal: Terminal,
  folder: string,
  withoutKey: boolean,
): Promise<BackupReport> {
  const config = readConfig(terminal.env)
  if (config.databaseUrl !== undefined) {
    throw new Error(
      'DATABASE_URL names a database that OpenIssuer does not run: back it up with the tools of its operator ' +
        '(pg_basebackup, pg_dump, snapshots), and keep the key-encrypting key apart from that backup',
    )
  }
  await assertSetUp(config)
  const { target, close } = await openEmbedded(config.dataFolder)
  const progress = showProgress(terminal, 'MB', 0)
  let bytes = 0
  try {
    const withKey = keyLiesInFolder(config) && !withoutKey
    const manifest = await backUp({
      dataFolder: config.dataFolder,
      connection: target,
      into: folder,
      beside: [CREDENTIALS_FILE, ...(withKey ? [NEXT_KEY_FILE] : [])],
      keyFile: withKey ? SANDBOX_KEY_FILE : undefined,
      createdAt: new Date().toISOString(),
      onProgress: copied => progress.at(Math.round((bytes += copied) / 1_000_000)),
    })
    return reportOf(resolve(folder), manifest)
  } finally {
    progress.end()
    await close()
  }
}

/** Only a sandbox that was given no key has made one in the data folder. */
function keyLiesInFolder(config: Config): boolean {
  return config.mode === 'sandbox' && config.key === undefined && config.keyFile === undefined
}

function reportOf(folder: string, manifest: BackupManifest): BackupReport {
  const { createdAt, postgres, files, key } = manifest
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  return { folder, createdAt, postgres, files: files.length, bytes, key }
}

export function describeBackup(report: BackupReport): string {
  return [
    `Backed up ${sizeOf(report)} to ${report.folder}`,
    '',
    ...(report.key === 'included'
      ? [
          'The key-encrypting key IS in this backup: whoever can read the folder can read every card in it.',
          'To leave it out: openissuer db backup --without-key <folder>',
        ]
      : [
          'The key-encrypting key is NOT in this backup. Keep a copy of it in another place:',
          'without it no card, PIN or credential of this backup can ever be opened.',
        ]),
    '',
    `To restore: openissuer db restore ${report.folder} --into <new data folder>`,
    '',
  ].join('\n')
}

export type RestoreReport = BackupReport & { readonly into: string | null }

export async function restoreInstallation(
  terminal: Terminal,
  backup: string,
  options: { readonly into?: string; readonly check?: boolean },
): Promise<RestoreReport> {
  if (options.check) return { ...reportOf(resolve(backup), await readVerifiedBackup(resolve(backup))), into: null }
  const into = resolve(options.into ?? dataFolderOf(terminal.env))
  return { ...reportOf(resolve(backup), await restore(backup, into)), into }
}

export function describeRestore(report: RestoreReport): string {
  if (report.into === null) return `The backup of ${report.createdAt} is whole: ${sizeOf(report)}.\n`
  return [
    `Restored the backup of ${report.createdAt} (${sizeOf(report)}) into ${report.into}`,
    '',
    ...(report.key === 'included'
      ? ['The key-encrypting key came with it.']
      : ['The key-encrypting key was not in it: set OPENISSUER_KEY_FILE to the key of that time before the start.']),
    '',
    `To look at the books:  OPENISSUER_DATA=${report.into} openissuer ledger verify`,
    `To start the server:   OPENISSUER_DATA=${report.into} openissuer start`,
    '',
  ].join('\n')
}

function sizeOf(report: BackupReport): string {
  return `${(report.bytes / 1_000_000).toFixed(1)} MB in ${report.files} files`
}
