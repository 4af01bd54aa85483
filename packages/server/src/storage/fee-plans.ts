import type { FeePlan, FeeTerms } from '@openissuer/core/fee/fee-plan.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import type { ProgramPresentation, Reader, Transaction } from '../app/ports.ts'
import type { Queryable } from './database.ts'

type FeePlanRow = { plan_id: bigint; name: string; currency: string; terms: unknown; created_at: Temporal.Instant }

type PresentationRow = {
  program_id: bigint
  name_zh: string
  description_en: string
  description_zh: string
  tags_en: string[]
  tags_zh: string[]
}

type FeePlanOperations = Pick<
  Reader & Transaction,
  'feePlan' | 'listFeePlans' | 'feePlanOf' | 'insertFeePlan' | 'setFeePlanOf' | 'presentation' | 'replacePresentation'
>

/** Where the plan stands that counts for partners without one of their own. */
const EVERY_PARTNER = 0n

export function feePlanOperations(database: Queryable): FeePlanOperations {
  return {
    async feePlan(planId) {
      const { rows } = await database.query<FeePlanRow>('select * from fee_plan where plan_id = $1', [planId])
      return rows[0] && planOf(rows[0])
    },

    async listFeePlans({ after, limit }) {
      const { rows } = await database.query<FeePlanRow>(
        'select * from fee_plan where $1::bigint is null or plan_id < $1 order by plan_id desc limit $2',
        [after?.id ?? null, limit],
      )
      return rows.map(planOf)
    },

    async feePlanOf(partnerId, programId) {
      const { rows } = await database.query<FeePlanRow>({
        name: 'fee-plan-of',
        text: `select f.* from program_fee_plan p join fee_plan f on f.plan_id = p.plan_id
                where p.partner_id in ($1, ${EVERY_PARTNER}) and p.program_id = $2
                order by p.partner_id desc limit 1`,
        values: [partnerId, programId],
      })
      return rows[0] && planOf(rows[0])
    },

    async insertFeePlan(plan) {
      const { rowCount } = await database.query(
        `insert into fee_plan (plan_id, name, currency, terms, created_at) values ($1, $2, $3, $4, $5)
         on conflict do nothing`,
        [plan.planId, plan.name, plan.currency, jsonOf(plan.terms), plan.createdAt.toString()],
      )
      return rowCount === 1
    },

    async setFeePlanOf({ programId, partnerId, planId, assignedAt }) {
      await database.query(
        `insert into program_fee_plan (partner_id, program_id, plan_id, assigned_at) values ($1, $2, $3, $4)
         on conflict (partner_id, program_id)
         do update set plan_id = excluded.plan_id, assigned_at = excluded.assigned_at`,
        [partnerId ?? EVERY_PARTNER, programId, planId, assignedAt.toString()],
      )
    },

    async presentation(programId) {
      const { rows } = await database.query<PresentationRow>({
        name: 'program-presentation',
        text: 'select * from program_presentation where program_id = $1',
        values: [programId],
      })
      return rows[0] && presentationOf(rows[0])
    },

    async replacePresentation(programId, shown) {
      await database.query(
        `insert into program_presentation (program_id, name_zh, description_en, description_zh, tags_en, tags_zh)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (program_id) do update set name_zh = excluded.name_zh, description_en = excluded.description_en,
           description_zh = excluded.description_zh, tags_en = excluded.tags_en, tags_zh = excluded.tags_zh`,
        [programId, shown.nameZh, shown.descriptionEn, shown.descriptionZh, shown.tagsEn, shown.tagsZh],
      )
    },
  }
}

function presentationOf(row: PresentationRow): ProgramPresentation {
  return {
    nameZh: row.name_zh,
    descriptionEn: row.description_en,
    descriptionZh: row.description_zh,
    tagsEn: row.tags_en,
    tagsZh: row.tags_zh,
  }
}

function planOf(row: FeePlanRow): FeePlan {
  return {
    planId: row.plan_id,
    name: row.name,
    currency: currency(row.currency),
    terms: termsOf(row.terms),
    createdAt: row.created_at,
  }
}

/** Minor units go as text with an `n`, since JSON numbers do not reach as far. */
function jsonOf(terms: FeeTerms): string {
  return JSON.stringify(terms, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))
}

const MINOR = /^\d+n$/

function termsOf(stored: unknown): FeeTerms {
  return JSON.parse(JSON.stringify(stored), (_, value: unknown) =>
    typeof value === 'string' && MINOR.test(value) ? BigInt(value.slice(0, -1)) : value,
  ) as FeeTerms
}
