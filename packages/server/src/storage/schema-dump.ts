/**
 * A readable dump of the schema as the database itself describes it, for the copy that is kept beside the migrations.
 */
import { join } from 'node:path'
import type { Queryable } from './database.ts'

/** The copy that is kept in the repository; a test compares it with what the migrations make. */
export const SCHEMA_FILE = join(import.meta.dirname, 'schema.txt')

/** @returns one block a table: columns in order, constraints and indexes by name */
export async function dumpSchema(database: Queryable): Promise<string> {
  const { rows: columns } = await database.query<{ table: string; line: string }>(
    `select c.relname as table,
            format('  %s %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
                   case when a.attnotnull then ' not null' else '' end,
                   coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')) as line
       from pg_class c
       join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
      where n.nspname = 'public' and c.relkind in ('r', 'p')
      order by c.relname, a.attnum`,
  )
  const { rows: constraints } = await database.query<{ table: string; line: string }>(
    `select c.relname as table, format('  constraint %s %s', k.conname, pg_get_constraintdef(k.oid)) as line
       from pg_constraint k
       join pg_class c on c.oid = k.conrelid
       join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and k.contype <> 'n'
      order by c.relname, k.conname`,
  )
  const { rows: indexes } = await database.query<{ table: string; line: string }>(
    `select i.tablename as table, '  ' || i.indexdef as line
       from pg_indexes i
      where i.schemaname = 'public'
        and not exists (select from pg_constraint k where k.conname = i.indexname)
      order by i.tablename, i.indexname`,
  )
  const tables = [...new Set(columns.map(row => row.table))]
  return tables
    .map(table => {
      const lines = [...columns, ...constraints, ...indexes].filter(row => row.table === table).map(row => row.line)
      return [`table ${table}`, ...lines, ''].join('\n')
    })
    .join('\n')
}
