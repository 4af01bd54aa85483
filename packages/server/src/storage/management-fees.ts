import type { ManagementFeeRun, Reader, Transaction } from '../app/ports.ts'
import type { Queryable } from './database.ts'

type ManagementFeeOperations = Pick<
  Reader & Transaction,
  | 'plannedPrograms'
  | 'managementFeeRun'
  | 'cardsToManage'
  | 'unpaidManagementFees'
  | 'usageOfDays'
  | 'noteManagementFee'
  | 'settleManagementFee'
  | 'storeManagementFeeRun'
>

export function managementFeeOperations(database: Queryable): ManagementFeeOperations {
  return {
    async plannedPrograms(partnerId) {
      const { rows } = await database.query<{ program_id: bigint; assigned_at: Temporal.Instant }>({
        name: 'planned-programs',
        text: `select distinct on (program_id) program_id, assigned_at from program_fee_plan
                where partner_id in ($1, 0) order by program_id, partner_id desc`,
        values: [partnerId],
      })
      return rows.map(row => ({ programId: row.program_id, assignedAt: row.assigned_at }))
    },

    async managementFeeRun(partnerId, programId) {
      const { rows } = await database.query<{
        cycle_start: Temporal.Instant
        last_card_id: bigint
        finished: boolean
      }>({
        name: 'management-fee-run',
        text: `select cycle_start, last_card_id, finished from management_fee_run
                where partner_id = $1 and program_id = $2`,
        values: [partnerId, programId],
      })
      const [row] = rows
      return row && { cycleStart: row.cycle_start, lastCardId: row.last_card_id, finished: row.finished }
    },

    async cardsToManage(partnerId, programId, { cycleStart, lastCardId }: ManagementFeeRun, limit) {
      const { rows } = await database.query<{ card_id: bigint }>({
        name: 'cards-to-manage',
        text: `select card_id from card
                where partner_id = $1 and program_id = $2 and card_id > $3 and created_at < $4
                  and status in ('active', 'blocked')
                order by card_id limit $5`,
        values: [partnerId, programId, lastCardId, cycleStart.toString(), limit],
      })
      return rows.map(row => row.card_id)
    },

    async unpaidManagementFees(partnerId, now, limit) {
      const { rows } = await database.query<{
        card_id: bigint
        cycle_start: Temporal.Instant
        retry_at: Temporal.Instant
      }>({
        name: 'unpaid-management-fees',
        text: `select card_id, cycle_start, retry_at from management_fee
                where partner_id = $1 and state = 'unpaid' and retry_at <= $2
                order by retry_at, card_id limit $3`,
        values: [partnerId, now.toString(), limit],
      })
      return rows.map(row => ({ cardId: row.card_id, cycleStart: row.cycle_start, retryAt: row.retry_at }))
    },

    async usageOfDays(partnerId, cardId, from, to) {
      const { rows } = await database.query<{ count: bigint; minor: string }>({
        name: 'usage-of-days',
        text: `select coalesce(sum(day_count), 0)::bigint as count, coalesce(sum(day_minor), 0) as minor from card_day_usage
                where partner_id = $1 and card_id = $2 and day >= $3::date and day < $4::date`,
        values: [partnerId, cardId, from, to],
      })
      return { count: rows[0]?.count ?? 0n, minor: BigInt(rows[0]?.minor ?? '0') }
    },

    async noteManagementFee(partnerId, { cardId, cycleStart, state, retryAt }) {
      const { rowCount } = await database.query({
        name: 'note-management-fee',
        text: `insert into management_fee (partner_id, card_id, cycle_start, state, retry_at)
               values ($1, $2, $3, $4, $5) on conflict do nothing`,
        values: [partnerId, cardId, cycleStart.toString(), state, retryAt?.toString() ?? null],
      })
      return rowCount === 1
    },

    async settleManagementFee(partnerId, { cardId, cycleStart, state }) {
      const { rowCount } = await database.query({
        name: 'settle-management-fee',
        text: `update management_fee set state = $4, retry_at = null
                where partner_id = $1 and card_id = $2 and cycle_start = $3 and state = 'unpaid'`,
        values: [partnerId, cardId, cycleStart.toString(), state],
      })
      return rowCount === 1
    },

    async storeManagementFeeRun(partnerId, programId, run) {
      await database.query({
        name: 'store-management-fee-run',
        text: `insert into management_fee_run as r (partner_id, program_id, cycle_start, last_card_id, finished)
               values ($1, $2, $3, $4, $5)
               on conflict (partner_id, program_id) do update
                  set cycle_start = excluded.cycle_start, last_card_id = excluded.last_card_id, finished = excluded.finished
                where (r.cycle_start, r.last_card_id) <= (excluded.cycle_start, excluded.last_card_id)`,
        values: [partnerId, programId, run.cycleStart.toString(), run.lastCardId, run.finished],
      })
    },
  }
}
