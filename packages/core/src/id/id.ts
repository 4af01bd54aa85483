/**
 * Kinds of numeric ids and where their counting starts. Ids are `bigint`, unique over all partners within a kind;
 * the starts give the digit counts that clients of the vendors know (`100848`, `100000000030`, `104190000004`).
 */
export const ID_STARTS = {
  partner: 100_001n,
  cardholder: 100_001n,
  contact: 100_001n,
  'card-application': 100_001n,
  card: 100_001n,
  'card-status-change': 100_001n,
  'delivery-address': 100_001n,
  limit: 100_001n,
  'spend-limit': 100_001n,
  'merchant-control': 100_001n,
  deposit: 100_001n,
  document: 100_001n,
  corporation: 100_001n,
  director: 100_001n,
  address: 100_001n,
  'cardholder-review': 100_001n,
  account: 104_190_000_001n,
  'journal-entry': 100_000_000_001n,
  authorization: 100_000_000_001n,
  'fee-plan': 100_001n,
  transfer: 100_001n,
  audit: 100_001n,
  'webhook-endpoint': 100_001n,
  'operator-key': 100_001n,
  scenario: 100_001n,
} as const

export type IdKind = keyof typeof ID_STARTS

export const ID_KINDS = Object.keys(ID_STARTS) as IdKind[]

/** A run of ids that one process may hand out: `next` inclusive, `end` exclusive. */
export type IdBlock = { readonly next: bigint; readonly end: bigint }

/**
 * Takes `count` consecutive ids from a block.
 * @returns the first id and what is left, or undefined when the block is too small (the caller fetches a new one)
 */
export function takeFromBlock(block: IdBlock, count: bigint): { first: bigint; rest: IdBlock } | undefined {
  if (block.next + count > block.end) return undefined
  return { first: block.next, rest: { next: block.next + count, end: block.end } }
}
