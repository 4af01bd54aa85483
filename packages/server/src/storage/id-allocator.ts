import { ID_KINDS, ID_STARTS, type IdBlock, type IdKind, takeFromBlock } from '@openissuer/core/id/id.ts'
import type { IdAllocator } from '../app/ports.ts'
import type { Queryable } from './database.ts'

/** Ids that a process takes from the database at once. What is left at its end is never used. */
const BLOCK_SIZE = 100n

/** Kinds that are used up fast take more at once: a block must outlast the statement that fetches the next one. */
const BLOCK_SIZES: Partial<Record<IdKind, bigint>> = { authorization: 5_000n }

function blockSizeOf(kind: IdKind): bigint {
  return BLOCK_SIZES[kind] ?? BLOCK_SIZE
}

/**
 * Allocates ids from blocks, one short statement per block. `database` must not be the pool that use cases take their
 * connections from: they ask for ids while they hold one.
 */
export function createIdAllocator(database: Queryable): IdAllocator {
  const blocks = new Map<IdKind, IdBlock>()
  const fetching = new Map<IdKind, Promise<void>>()

  async function consecutive(kind: IdKind, count: number): Promise<bigint> {
    if (count < 1 || BigInt(count) > blockSizeOf(kind)) throw new Error(`cannot allocate ${count} consecutive ids`)
    for (;;) {
      const block = blocks.get(kind)
      const taken = block === undefined ? undefined : takeFromBlock(block, BigInt(count))
      if (taken !== undefined) {
        blocks.set(kind, taken.rest)
        return taken.first
      }
      await refill(kind)
    }
  }

  /** Concurrent callers share one statement. */
  function refill(kind: IdKind): Promise<void> {
    const running =
      fetching.get(kind) ??
      fetchBlock(database, kind)
        .then(block => void blocks.set(kind, block))
        .finally(() => fetching.delete(kind))
    fetching.set(kind, running)
    return running
  }

  return { next: kind => consecutive(kind, 1), consecutive }
}

async function fetchBlock(database: Queryable, kind: IdKind): Promise<IdBlock> {
  const { rows } = await database.query<{ end: bigint }>(
    'update id_block set next_id = next_id + $2 where kind = $1 returning next_id as end',
    [kind, blockSizeOf(kind)],
  )
  const end = rows[0]?.end
  if (end === undefined) throw new Error(`no id block for ${kind}`)
  return { next: end - blockSizeOf(kind), end }
}

/** Makes the rows that blocks are taken from, for kinds that have none yet. */
export async function createIdBlocks(database: Queryable): Promise<void> {
  await database.query(
    'insert into id_block (kind, next_id) select * from unnest($1::text[], $2::bigint[]) on conflict do nothing',
    [ID_KINDS, ID_KINDS.map(kind => ID_STARTS[kind])],
  )
}
