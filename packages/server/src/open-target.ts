/**
 * The database of an installation for a program beside the server: the one of DATABASE_URL, the embedded one of a server
 * that runs, or the embedded one started for as long as it is needed.
 */
import type { Config } from './config.ts'
import { DATABASE_NAME } from './start.ts'
import type { DatabaseTarget } from './storage/database.ts'
import { DataFolderInUseError, runningDatabase, startEmbeddedPostgres } from './storage/embedded/embedded-postgres.ts'

export type OpenTarget = {
  readonly target: DatabaseTarget
  /** ends what was started for it */
  readonly close: () => Promise<void>
}

export async function openTarget(config: Pick<Config, 'databaseUrl' | 'dataFolder'>): Promise<OpenTarget> {
  if (config.databaseUrl !== undefined) return { target: { url: config.databaseUrl }, close: async () => undefined }
  return openEmbedded(config.dataFolder)
}

export type EmbeddedTarget = OpenTarget & { readonly target: Exclude<DatabaseTarget, { url: string }> }

/** @throws Error when the folder is in use by a server whose database cannot be reached */
export async function openEmbedded(dataFolder: string): Promise<EmbeddedTarget> {
  try {
    const embedded = await startEmbeddedPostgres({ dataFolder, database: DATABASE_NAME, log: () => undefined })
    return { target: embedded.connection, close: () => embedded.stop() }
  } catch (error) {
    if (!(error instanceof DataFolderInUseError)) throw error
    return { target: await runningDatabase(dataFolder, DATABASE_NAME), close: async () => undefined }
  }
}
