/**
 * Spend limits, merchant controls and what has been used of limits, in SQL.
 */
import type {
  MerchantControl,
  MerchantList,
  SpendScope,
  SpendScopeKind,
} from '@openissuer/core/limits/merchant-controls.ts'
import type { RecordedUse } from '@openissuer/core/limits/recorded-use.ts'
import type {
  LimitUse,
  SpendFilter,
  SpendLimit,
  UsagePolicyName,
  WindowOfLimit,
} from '@openissuer/core/limits/spend-limit.ts'
import type { WindowSpec } from '@openissuer/core/limits/window.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import type { Reader, Transaction } from '../app/ports.ts'
import type { Queryable } from './database.ts'

type SpendLimitRow = {
  partner_id: bigint
  limit_id: bigint
  name: string
  scope_kind: SpendScopeKind
  scope_id: bigint
  spec_window: WindowSpec
  filter: SpendFilter
  policy: UsagePolicyName
  currency: string
  max_minor: bigint | null
  max_count: number | null
  version: number
}

type MerchantControlRow = {
  partner_id: bigint
  control_id: bigint
  name: string
  scope_kind: SpendScopeKind
  scope_id: bigint
  lists: { allow?: MerchantList; block?: MerchantList }
}

type SpendLimitOperations = Pick<
  Reader & Transaction,
  | 'spendLimit'
  | 'spendLimits'
  | 'spendLimitUse'
  | 'merchantControl'
  | 'merchantControls'
  | 'controlsOfCard'
  | 'lockSpendLimits'
  | 'insertSpendLimit'
  | 'lockSpendLimit'
  | 'updateSpendLimit'
  | 'removeSpendLimit'
  | 'insertMerchantControl'
  | 'removeMerchantControl'
  | 'changeSpendLimitUse'
>

export function spendLimitOperations(database: Queryable): SpendLimitOperations {
  return {
    async spendLimit(partnerId, limitId) {
      const { rows } = await database.query<SpendLimitRow>(
        'select * from spend_limit where partner_id = $1 and limit_id = $2 and removed_at is null',
        [partnerId, limitId],
      )
      return rows[0] && spendLimitOf(rows[0])
    },

    async spendLimits({ partnerId, scope, offset, limit }) {
      const { rows } = await database.query<SpendLimitRow>(
        `select * from spend_limit
          where partner_id = $1 and removed_at is null
            and ($2::text is null or (scope_kind = $2 and scope_id = $3))
          order by limit_id offset $4 limit $5`,
        [partnerId, scope?.kind ?? null, scope?.id ?? null, offset, limit],
      )
      return rows.map(spendLimitOf)
    },

    spendLimitUse: (partnerId, windows) => readUse(database, partnerId, windows),

    async merchantControl(partnerId, controlId) {
      const { rows } = await database.query<MerchantControlRow>(
        'select * from merchant_control where partner_id = $1 and control_id = $2 and removed_at is null',
        [partnerId, controlId],
      )
      return rows[0] && merchantControlOf(rows[0])
    },

    async merchantControls({ partnerId, scope, offset, limit }) {
      const { rows } = await database.query<MerchantControlRow>(
        `select * from merchant_control
          where partner_id = $1 and removed_at is null
            and ($2::text is null or (scope_kind = $2 and scope_id = $3))
          order by control_id offset $4 limit $5`,
        [partnerId, scope?.kind ?? null, scope?.id ?? null, offset, limit],
      )
      return rows.map(merchantControlOf)
    },

    async controlsOfCard(card) {
      return readControls(database, card.partnerId, scopesOf(card))
    },

    async lockSpendLimits(card, limitIds) {
      const limits = await lockLimits(database, card.partnerId, scopesOf(card), limitIds)
      return limits.map(({ limit }) => limit)
    },

    async insertSpendLimit(limit, createdAt) {
      await database.query(
        `insert into spend_limit (partner_id, limit_id, name, scope_kind, scope_id, spec_window, filter, policy, currency,
           max_minor, max_count, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
        [
          limit.partnerId,
          limit.limitId,
          limit.name,
          limit.scope.kind,
          limit.scope.id,
          JSON.stringify(limit.window),
          JSON.stringify(limit.filter),
          limit.policy,
          limit.currency,
          limit.maxAmount?.minor ?? null,
          limit.maxCount,
          createdAt.toString(),
        ],
      )
    },

    async lockSpendLimit(partnerId, limitId) {
      const { rows } = await database.query<SpendLimitRow>(
        `select * from spend_limit where partner_id = $1 and limit_id = $2 and removed_at is null for no key update`,
        [partnerId, limitId],
      )
      return rows[0] && spendLimitOf(rows[0])
    },

    async updateSpendLimit({ partnerId, limitId, name, maxAmount, maxCount }) {
      await database.query(
        `update spend_limit set name = $3, max_minor = $4, max_count = $5, version = version + 1
          where partner_id = $1 and limit_id = $2`,
        [partnerId, limitId, name, maxAmount?.minor ?? null, maxCount],
      )
    },

    async removeSpendLimit(partnerId, limitId, removedAt) {
      const { rowCount } = await database.query(
        'update spend_limit set removed_at = $3 where partner_id = $1 and limit_id = $2 and removed_at is null',
        [partnerId, limitId, removedAt.toString()],
      )
      return rowCount === 1
    },

    async insertMerchantControl({ partnerId, controlId, name, scope, allow, block }, createdAt) {
      await database.query(
        `insert into merchant_control (partner_id, control_id, name, scope_kind, scope_id, lists, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)`,
        [partnerId, controlId, name, scope.kind, scope.id, JSON.stringify({ allow, block }), createdAt.toString()],
      )
    },

    async removeMerchantControl(partnerId, controlId, removedAt) {
      const { rowCount } = await database.query(
        'update merchant_control set removed_at = $3 where partner_id = $1 and control_id = $2 and removed_at is null',
        [partnerId, controlId, removedAt.toString()],
      )
      return rowCount === 1
    },

    changeSpendLimitUse: (partnerId, changes) => writeUse(database, partnerId, changes),
  }
}

/** The scopes that a card is in. */
export function scopesOf(card: {
  readonly cardId: bigint
  readonly cardholderId: bigint | null
  readonly accountId: bigint
  readonly programId: bigint
}): readonly SpendScope[] {
  const { cardholderId } = card
  return [
    { kind: 'card', id: card.cardId },
    ...(cardholderId === null ? [] : [{ kind: 'cardholder' as const, id: cardholderId }]),
    { kind: 'account', id: card.accountId },
    { kind: 'program', id: card.programId },
  ]
}

/** A limit with the number of its changes. */
export type VersionedLimit = { readonly limit: SpendLimit; readonly version: number }

/**
 * Locks limits in id order: the limits of a cardholder or a program are used by cards of many accounts. Whoever locks
 * accounts too locks them before.
 *
 * @param limitIds others to lock besides those of the scopes
 */
export async function lockLimits(
  database: Queryable,
  partnerId: bigint,
  scopes: readonly SpendScope[],
  limitIds: readonly bigint[],
): Promise<readonly VersionedLimit[]> {
  const { rows } = await database.query<SpendLimitRow>({
    name: 'lock-spend-limits',
    text: `select l.* from spend_limit l
            where l.partner_id = $1 and l.removed_at is null and l.limit_id in (
              select x.limit_id from unnest($2::text[], $3::bigint[]) s(kind, id)
                join spend_limit x on x.partner_id = $1 and x.scope_kind = s.kind and x.scope_id = s.id
                 and x.removed_at is null
              union all select unnest($4::bigint[]))
            order by l.limit_id for no key update of l`,
    values: [partnerId, scopes.map(({ kind }) => kind), scopes.map(({ id }) => id), limitIds],
  })
  return rows.map(row => ({ limit: spendLimitOf(row), version: row.version }))
}

export async function readControls(
  database: Queryable,
  partnerId: bigint,
  scopes: readonly SpendScope[],
): Promise<readonly MerchantControl[]> {
  const { rows } = await database.query<MerchantControlRow>({
    name: 'merchant-controls-of-scopes',
    text: `select c.* from unnest($2::text[], $3::bigint[]) s(kind, id)
             join merchant_control c on c.partner_id = $1 and c.scope_kind = s.kind and c.scope_id = s.id
              and c.removed_at is null
            order by c.control_id`,
    values: [partnerId, scopes.map(({ kind }) => kind), scopes.map(({ id }) => id)],
  })
  return rows.map(merchantControlOf)
}

/**
 * What has been used of windows, by limit id; the limits must be locked where the answer decides. A rolling window is
 * the running sum over its instants that never falls below zero: the last sum less the lowest one below zero. It takes
 * in what was used after now too, by a process whose clock is ahead, so that no later window holds more than the limit.
 */
export async function readUse(
  database: Queryable,
  partnerId: bigint,
  windows: readonly WindowOfLimit[],
): Promise<ReadonlyMap<bigint, LimitUse>> {
  if (windows.length === 0) return new Map()
  const { rows } = await database.query<{ limit_id: bigint; used_count: bigint; used_minor: bigint }>({
    name: 'spend-limit-use',
    text: `select w.limit_id, u.used_count, u.used_minor
             from unnest($2::bigint[], $3::timestamptz[], $4::boolean[]) w(limit_id, window_start, rolling)
            cross join lateral (
              select used_count::bigint, used_minor from spend_limit_usage x
               where not w.rolling and x.partner_id = $1 and x.limit_id = w.limit_id and x.window_start = w.window_start
              union all
              select greatest(0, sum(r.used_count))::bigint,
                     (sum(r.used_minor) - least(0, min(r.running)))::bigint
                from (select used_count, used_minor, sum(used_minor) over (order by x.window_start) as running
                        from spend_limit_usage x
                       where w.rolling and x.partner_id = $1 and x.limit_id = w.limit_id
                         and x.window_start > w.window_start) r
              having count(*) > 0
            ) u`,
    values: [
      partnerId,
      windows.map(window => window.limitId),
      windows.map(window => instantText(window.fromMs)),
      windows.map(window => window.rolling),
    ],
  })
  return new Map(rows.map(row => [row.limit_id, { count: Number(row.used_count), amountMinor: row.used_minor }]))
}

/** Adds to what is used; each limit and window is named once at most. */
export async function writeUse(database: Queryable, partnerId: bigint, changes: readonly RecordedUse[]): Promise<void> {
  if (changes.length === 0) return
  await database.query({
    name: 'change-spend-limit-use',
    text: `insert into spend_limit_usage as u (partner_id, limit_id, window_start, used_count, used_minor)
           select $1, c.limit_id, c.window_start, c.used_count, c.used_minor
             from unnest($2::bigint[], $3::timestamptz[], $4::integer[], $5::bigint[])
               as c(limit_id, window_start, used_count, used_minor)
           on conflict (partner_id, limit_id, window_start) do update
             set used_count = u.used_count + excluded.used_count, used_minor = u.used_minor + excluded.used_minor`,
    values: [
      partnerId,
      changes.map(change => change.limitId),
      changes.map(change => instantText(change.windowFromMs)),
      changes.map(change => change.count),
      changes.map(change => change.minor),
    ],
  })
}

function instantText(ms: number): string {
  return new Date(ms).toISOString()
}

/** How changes of limits stand in a row: limit, window, count, minor units. */
export type UseLine = [limitId: string, windowFromMs: number, count: number, minor: string]

export function useLines(uses: readonly RecordedUse[]): UseLine[] {
  return uses.map(({ limitId, windowFromMs, count, minor }) => [String(limitId), windowFromMs, count, String(minor)])
}

export function recordedUses(lines: readonly UseLine[]): readonly RecordedUse[] {
  return lines.map(([limitId, windowFromMs, count, minor]) => ({
    limitId: BigInt(limitId),
    windowFromMs,
    count,
    minor: BigInt(minor),
  }))
}

function spendLimitOf(row: SpendLimitRow): SpendLimit {
  const limitCurrency = currency(row.currency)
  return {
    partnerId: row.partner_id,
    limitId: row.limit_id,
    name: row.name,
    scope: { kind: row.scope_kind, id: row.scope_id },
    window: row.spec_window,
    currency: limitCurrency,
    maxAmount: row.max_minor === null ? null : amount(row.max_minor, limitCurrency),
    maxCount: row.max_count,
    filter: row.filter,
    policy: row.policy,
  }
}

function merchantControlOf(row: MerchantControlRow): MerchantControl {
  const { allow, block } = row.lists
  return {
    partnerId: row.partner_id,
    controlId: row.control_id,
    name: row.name,
    scope: { kind: row.scope_kind, id: row.scope_id },
    ...(allow === undefined ? {} : { allow }),
    ...(block === undefined ? {} : { block }),
  }
}
