/**
 * Hash chains over what is append-only, one a partner and kind of row, sealed in the background: a seal is the digest of
 * the seal before it and of the rows since. A row that is changed, removed or slipped in later no longer fits its seal.
 */
import type { Pool } from 'pg'
import type { Queryable } from './database.ts'

/** Each chain's rows as text in the order of their ids; `$1` partner, `$2` after, `$3` up to. */
const CHAINS = {
  'journal-entry': `
    select e.entry_id as id, concat_ws('|', e.entry_id, e.kind, e.order_no, e.memo, extract(epoch from e.created_at),
             (select string_agg(concat_ws(',', p.line_no, p.account_id, p.side, p.amount_minor, p.currency, p.balance_after_minor), ';' order by p.line_no)
                from posting p where p.partner_id = e.partner_id and p.entry_id = e.entry_id)) as line
      from journal_entry e where e.partner_id = $1 and e.entry_id > $2 and e.entry_id <= $3`,
  'authorization-event': `
    select e.event_id as id, concat_ws('|', e.event_id, e.authorization_id, e.card_id, e.account_id, e.kind, e.match_key,
             encode(e.input_hash, 'hex'), e.transaction_minor, e.transaction_currency, e.billing_minor, e.billing_currency,
             e.entry_id, e.original_event_id, e.detail, extract(epoch from e.created_at)) as line
      from authorization_event e where e.partner_id = $1 and e.event_id > $2 and e.event_id <= $3`,
  'audit-log': `
    select a.audit_id as id, concat_ws('|', a.audit_id, a.actor, a.action, a.subject, a.detail, extract(epoch from a.created_at)) as line
      from audit_log a where a.partner_id = $1 and a.audit_id > $2 and a.audit_id <= $3`,
} as const

export type Chain = keyof typeof CHAINS

const CHAIN_NAMES = Object.keys(CHAINS) as Chain[]

const TABLES: Record<Chain, { readonly table: string; readonly id: string }> = {
  'journal-entry': { table: 'journal_entry', id: 'entry_id' },
  'authorization-event': { table: 'authorization_event', id: 'event_id' },
  'audit-log': { table: 'audit_log', id: 'audit_id' },
}

export type ChainHead = { readonly partnerId: bigint; readonly chain: Chain; readonly lastId: bigint }

/** The newest row of every chain, as far as it is committed. */
export async function chainHeads(database: Queryable): Promise<ChainHead[]> {
  const heads = await Promise.all(
    CHAIN_NAMES.map(async chain => {
      const { table, id } = TABLES[chain]
      const { rows } = await database.query<{ partner_id: bigint; last_id: bigint }>(
        `select partner_id, max(${id}) as last_id from ${table} group by partner_id`,
      )
      return rows.map(row => ({ partnerId: row.partner_id, chain, lastId: row.last_id }))
    }),
  )
  return heads.flat()
}

/**
 * Seals chains up to heads that were read some time ago. Ids are given out before their transactions commit, so a row
 * may appear below a newer one: the caller lets more time pass between reading heads and sealing than a transaction lives.
 */
export async function sealChains(pool: Pool, heads: readonly ChainHead[], at: Temporal.Instant): Promise<number> {
  let sealed = 0
  for (const head of heads) {
    const client = await pool.connect()
    let broken: Error | undefined
    try {
      await client.query('begin')
      // one sealer a partner at a time
      await client.query('select from partner where partner_id = $1 for no key update', [head.partnerId])
      if (await sealOne(client, head, at)) sealed += 1
      await client.query('commit')
    } catch (error) {
      broken = error instanceof Error ? error : new Error(String(error))
      throw error
    } finally {
      client.release(broken)
    }
  }
  return sealed
}

async function sealOne(
  client: Queryable,
  { partnerId, chain, lastId }: ChainHead,
  at: Temporal.Instant,
): Promise<boolean> {
  const { rows } = await client.query<{ seal_no: bigint; last_id: bigint; digest: Buffer }>(
    'select seal_no, last_id, digest from chain_seal where partner_id = $1 and chain = $2 order by seal_no desc limit 1',
    [partnerId, chain],
  )
  const last = rows[0] ?? { seal_no: 0n, last_id: 0n, digest: Buffer.alloc(0) }
  if (last.last_id >= lastId) return false
  const link = await digestOf(client, chain, partnerId, last.last_id, lastId, last.digest)
  await client.query(
    `insert into chain_seal (partner_id, chain, seal_no, last_id, row_count, digest, sealed_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [partnerId, chain, last.seal_no + 1n, lastId, link.count, link.digest, at.toString()],
  )
  return true
}

async function digestOf(
  database: Queryable,
  chain: Chain,
  partnerId: bigint,
  after: bigint,
  upTo: bigint,
  previous: Uint8Array,
): Promise<{ count: bigint; digest: Buffer }> {
  const { rows } = await database.query<{ count: bigint; digest: Buffer }>(
    `select count(*) as count, sha256($4::bytea || convert_to(coalesce(string_agg(line, E'\\n' order by id), ''), 'UTF8')) as digest
       from (${CHAINS[chain]}) r`,
    [partnerId, after, upTo, previous],
  )
  if (rows[0] === undefined) throw new Error('a digest has no row')
  return rows[0]
}

/** @returns what no longer fits its seal, the first seal of each chain that does not */
export async function chainViolations(database: Queryable): Promise<string[]> {
  const { rows: seals } = await database.query<{
    partner_id: bigint
    chain: Chain
    seal_no: bigint
    last_id: bigint
    row_count: bigint
    digest: Buffer
  }>('select * from chain_seal order by partner_id, chain, seal_no')
  const violations: string[] = []
  const broken = new Set<string>()
  let previous: { key: string; lastId: bigint; digest: Buffer } = { key: '', lastId: 0n, digest: Buffer.alloc(0) }
  for (const seal of seals) {
    const key = `${seal.chain} chain of partner ${seal.partner_id}`
    if (previous.key !== key) previous = { key, lastId: 0n, digest: Buffer.alloc(0) }
    const link = await digestOf(database, seal.chain, seal.partner_id, previous.lastId, seal.last_id, previous.digest)
    if (!broken.has(key) && !link.digest.equals(seal.digest)) {
      broken.add(key)
      violations.push(
        `${key}: rows ${previous.lastId + 1n} to ${seal.last_id} no longer fit seal ${seal.seal_no} (${link.count} rows, sealed ${seal.row_count})`,
      )
    }
    previous = { key, lastId: seal.last_id, digest: seal.digest }
  }
  return violations
}
