import type { EmbeddedDatabase } from '../packages/server/src/storage/embedded/embedded-postgres.ts'

/** What a server takes as `DATABASE_URL` to use a database that the bench has started. */
export function databaseUrl({ host, port, user, password, database }: EmbeddedDatabase['connection']): string {
  return `postgres://${user}:${encodeURIComponent(password)}@/${database}?host=${encodeURIComponent(host)}&port=${port}`
}
