/**
 * Spreads the tables of a Citus database over its nodes: a table whose keys lead with partner_id is distributed by it,
 * all of them colocated, so that a partner's rows live together; every other table becomes a reference table, which
 * every node has in full. The statements come from the catalogue, so a new table needs no line here.
 * `create_distributed_table` and `create_reference_table` are functions of Citus (Citus documentation, "Citus Utility
 * Functions").
 */
import type { Queryable } from './database.ts'

export type CatalogueTable = {
  readonly name: string
  /** the first column of the primary key and of every unique constraint and index */
  readonly leadingKeyColumns: readonly string[]
  /** tables that its foreign keys name */
  readonly references: readonly string[]
}

export class DistributionError extends Error {}

const DISTRIBUTION_COLUMN = 'partner_id'

/** The table that the others are colocated with. */
const ANCHOR = 'partner'

/** @returns the version of Citus, undefined on plain PostgreSQL */
export async function citusVersion(database: Queryable): Promise<string | undefined> {
  const { rows } = await database.query<{ extversion: string }>(
    `select extversion from pg_extension where extname = 'citus'`,
  )
  return rows[0]?.extversion
}

/** @returns the tables that Citus has distributed or copied already; only to be asked of a Citus database */
export async function distributedTables(database: Queryable): Promise<string[]> {
  const { rows } = await database.query<{ name: string }>(
    `select c.relname as name from pg_dist_partition p join pg_class c on c.oid = p.logicalrelid
      where p.partmethod = 'h' or (p.partmethod = 'n' and p.repmodel = 't') order by c.relname`,
  )
  return rows.map(row => row.name)
}

export async function readCatalogue(database: Queryable): Promise<CatalogueTable[]> {
  const { rows } = await database.query<{ name: string; leading: string[]; references: string[] }>(
    `select c.relname as name,
            array(select a.attname from pg_index i
                    join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
                   where i.indrelid = c.oid and i.indisunique order by i.indisprimary desc, a.attname)::text[] as leading,
            array(select distinct f.relname from pg_constraint k join pg_class f on f.oid = k.confrelid
                   where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid order by 1)::text[] as references
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind in ('r', 'p')
      order by c.relname`,
  )
  return rows.map(row => ({ name: row.name, leadingKeyColumns: row.leading, references: row.references }))
}

/**
 * @param done tables that are left out, as they have been distributed before
 * @returns one statement a table: reference tables, the anchor, then the others after what they reference
 * @throws DistributionError when the keys of a table forbid it
 */
export function distributionStatements(
  tables: readonly CatalogueTable[],
  done: ReadonlySet<string> = new Set(),
): string[] {
  const isTenant = (table: CatalogueTable) => table.leadingKeyColumns[0] === DISTRIBUTION_COLUMN
  const references = tables.filter(table => !isTenant(table))
  const tenants = tables.filter(isTenant)
  const names = new Set(tenants.map(table => table.name))
  assertDistributable(tenants, references, names)
  return [
    ...references.filter(table => !done.has(table.name)).map(table => `select create_reference_table('${table.name}')`),
    ...inOrder(tenants)
      .filter(table => !done.has(table.name))
      .map(({ name }) => distribute(name)),
  ]
}

function distribute(name: string): string {
  const colocation = name === ANCHOR ? 'none' : ANCHOR
  return `select create_distributed_table('${name}', '${DISTRIBUTION_COLUMN}', colocate_with => '${colocation}')`
}

function assertDistributable(
  tenants: readonly CatalogueTable[],
  references: readonly CatalogueTable[],
  names: ReadonlySet<string>,
): void {
  if (!names.has(ANCHOR)) throw new DistributionError(`there is no table ${ANCHOR}; migrate the database first`)
  for (const { name, leadingKeyColumns } of tenants) {
    const other = leadingKeyColumns.find(column => column !== DISTRIBUTION_COLUMN)
    if (other !== undefined) throw new DistributionError(`${name} has a unique key that leads with ${other}`)
  }
  for (const table of references) {
    const tenant = table.references.find(name => names.has(name))
    if (tenant !== undefined) throw new DistributionError(`${table.name} references ${tenant}, which is distributed`)
  }
}

/** The anchor first; a table after those that its foreign keys name. */
function inOrder(tables: readonly CatalogueTable[]): CatalogueTable[] {
  const waiting = tables.toSorted((a, b) => Number(b.name === ANCHOR) - Number(a.name === ANCHOR))
  const placed: CatalogueTable[] = []
  const names = new Set(tables.map(table => table.name))
  while (waiting.length > 0) {
    const ready = waiting.findIndex(table =>
      table.references.every(name => !names.has(name) || placed.some(other => other.name === name)),
    )
    const [table] = waiting.splice(ready, ready < 0 ? 0 : 1)
    if (table === undefined) throw new DistributionError(`foreign keys in a circle: ${waiting.map(t => t.name).join()}`)
    placed.push(table)
  }
  return placed
}
