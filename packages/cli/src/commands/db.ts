/** `openissuer db`: the database of this installation. */
import type { Command } from 'commander'
import { example } from '../example.ts'
import { withJson } from '../options.ts'
import type { Terminal } from '../terminal.ts'

export function define(db: Command, terminal: Terminal): void {
  example(db, 'openissuer db backup /mnt/backups/$(date +%F)')
  defineSchema(db, terminal)
  defineBackup(db, terminal)
  defineRestore(db, terminal)
}

function defineSchema(db: Command, terminal: Terminal): void {
  const migrate = db
    .command('migrate')
    .description('bring the database to the schema of this version; the server does it at each start too')
  example(withJson(migrate), 'DATABASE_URL=postgres://app@db/openissuer openissuer db migrate').action(
    async ({ json }: { json?: boolean }) => {
      const { migrateDatabase } = await import('../database/schema.ts')
      const applied = await migrateDatabase(terminal)
      if (json) terminal.out(`${JSON.stringify({ applied }, null, 2)}\n`)
      else if (applied.length === 0) terminal.out('The schema is up to date.\n')
      else terminal.out(['Applied:', ...applied.map(name => `  ${name}`), ''].join('\n'))
    },
  )
  const distribute = db
    .command('distribute')
    .description('on Citus: distribute the tables by partner; on plain PostgreSQL there is nothing to do')
    .option('--dry-run', 'print the statements and run none of them')
  example(
    withJson(distribute),
    'DATABASE_URL=postgres://app@coordinator/openissuer openissuer db distribute --dry-run',
  ).action(async ({ json, dryRun = false }: { json?: boolean; dryRun?: boolean }) => {
    const { describeDistribution, distributeDatabase } = await import('../database/schema.ts')
    const distribution = await distributeDatabase(terminal, dryRun)
    terminal.out(json ? `${JSON.stringify(distribution, null, 2)}\n` : describeDistribution(distribution))
  })
}

function defineBackup(db: Command, terminal: Terminal): void {
  const backup = db
    .command('backup <folder>')
    .description(
      'copy the embedded database and what opens it into a new folder, beside a running server or without one',
    )
    .option('--without-key', 'leave the key-encrypting key out of a sandbox backup')
  example(
    withJson(backup),
    'openissuer db backup /mnt/backups/2026-11-21',
    'openissuer db backup --without-key /mnt/backups/2026-11-21',
  ).action(async (folder: string, { json, withoutKey = false }: { json?: boolean; withoutKey?: boolean }) => {
    const { backUpInstallation, describeBackup } = await import('../database/backup.ts')
    const report = await backUpInstallation(terminal, folder, withoutKey)
    terminal.out(json ? `${JSON.stringify(report, null, 2)}\n` : describeBackup(report))
  })
}

function defineRestore(db: Command, terminal: Terminal): void {
  const restore = db
    .command('restore <backup>')
    .description('make a data folder from a backup; a damaged backup is found before anything is written')
    .option('--into <folder>', 'the new data folder; by default that of the configuration')
    .option('--check', 'only compare the backup with its checksums')
  example(
    withJson(restore),
    'openissuer db restore /mnt/backups/2026-11-21 --into /var/lib/openissuer',
    'openissuer db restore /mnt/backups/2026-11-21 --check',
  ).action(async (backup: string, options: { json?: boolean; into?: string; check?: boolean }) => {
    const { describeRestore, restoreInstallation } = await import('../database/backup.ts')
    const report = await restoreInstallation(terminal, backup, options)
    terminal.out(options.json ? `${JSON.stringify(report, null, 2)}\n` : describeRestore(report))
  })
}
