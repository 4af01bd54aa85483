import type { CardForm, CardNetwork, CardProgram, ProgramTerms } from '@openissuer/core/card/card.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import type { IntegrationMode, Partner, PartnerStatus } from '@openissuer/core/partner/partner.ts'
import type { Reader, Transaction } from '../app/ports.ts'
import type { Queryable } from './database.ts'

type PartnerRow = {
  partner_id: bigint
  name: string
  status: PartnerStatus
  integration_mode: IntegrationMode
  approve_cardholders_automatically: boolean
  created_at: Temporal.Instant
}

type ProgramRow = {
  program_id: bigint
  name: string
  bin: string
  network: CardNetwork
  forms: CardForm[]
  currency: string
  test: boolean
  validity_months: number
  ceiling_daily_count: number
  ceiling_single_minor: bigint
  ceiling_daily_minor: bigint
  ceiling_monthly_minor: bigint
  fx_markup_bps: number
  foreign_fee_bps: number
  clearing_tolerance_bps: number
  hold_days: number
  long_hold_days: number
  created_at: Temporal.Instant
}

type PartnerOperations = Pick<
  Reader & Transaction,
  | 'partner'
  | 'listPartners'
  | 'programs'
  | 'program'
  | 'insertPartner'
  | 'setPartnerStatus'
  | 'insertProgram'
  | 'lockProgram'
  | 'replaceProgramTerms'
>

export function partnerOperations(database: Queryable): PartnerOperations {
  return {
    async partner(partnerId) {
      const { rows } = await database.query<PartnerRow>({
        name: 'partner',
        text: 'select * from partner where partner_id = $1',
        values: [partnerId],
      })
      return rows[0] && partnerOf(rows[0])
    },

    async listPartners({ status, after, limit }) {
      const { rows } = await database.query<PartnerRow>(
        `select * from partner where ($1::text is null or status = $1) and ($2::bigint is null or partner_id < $2)
          order by partner_id desc limit $3`,
        [status ?? null, after?.id ?? null, limit],
      )
      return rows.map(partnerOf)
    },

    async insertPartner(partner) {
      await database.query(
        `insert into partner (partner_id, name, status, integration_mode, approve_cardholders_automatically, created_at)
         values ($1, $2, $3, $4, $5, $6)`,
        [
          partner.partnerId,
          partner.name,
          partner.status,
          partner.settings.integrationMode,
          partner.settings.approveCardholdersAutomatically,
          partner.createdAt.toString(),
        ],
      )
    },

    async setPartnerStatus(partnerId, status) {
      const { rowCount } = await database.query('update partner set status = $2 where partner_id = $1', [
        partnerId,
        status,
      ])
      return rowCount === 1
    },

    async programs() {
      const { rows } = await database.query<ProgramRow>({
        name: 'programs',
        text: 'select * from card_program order by program_id',
      })
      return rows.map(programOf)
    },

    async program(programId) {
      const { rows } = await database.query<ProgramRow>({
        name: 'program',
        text: 'select * from card_program where program_id = $1',
        values: [programId],
      })
      return rows[0] === undefined ? undefined : programOf(rows[0])
    },

    async lockProgram(programId) {
      const { rows } = await database.query<ProgramRow>({
        name: 'lock-program',
        text: 'select * from card_program where program_id = $1 for no key update',
        values: [programId],
      })
      return rows[0] === undefined ? undefined : programOf(rows[0])
    },

    async replaceProgramTerms(programId, terms) {
      const { rowCount } = await database.query(
        `update card_program
            set fx_markup_bps = $2, foreign_fee_bps = $3, clearing_tolerance_bps = $4, hold_days = $5, long_hold_days = $6
          where program_id = $1`,
        [programId, ...termValues(terms)],
      )
      if (rowCount !== 1) throw new Error(`program ${programId} vanished`)
    },

    async insertProgram(program) {
      const { ceilings, terms } = program
      await database.query(
        `insert into card_program (program_id, name, bin, network, forms, currency, test, validity_months,
           ceiling_daily_count, ceiling_single_minor, ceiling_daily_minor, ceiling_monthly_minor,
           fx_markup_bps, foreign_fee_bps, clearing_tolerance_bps, hold_days, long_hold_days, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
        [
          program.programId,
          program.name,
          program.bin,
          program.network,
          program.forms,
          program.currency,
          program.test,
          program.validityMonths,
          ceilings.dailyCount,
          ceilings.singleAmount.minor,
          ceilings.dailyAmount.minor,
          ceilings.monthlyAmount.minor,
          ...termValues(terms),
          program.createdAt.toString(),
        ],
      )
    },
  }
}

function termValues(terms: ProgramTerms): number[] {
  return [terms.fxMarkupBps, terms.foreignFeeBps, terms.clearingToleranceBps, terms.holdDays, terms.longHoldDays]
}

function partnerOf(row: PartnerRow): Partner {
  return {
    partnerId: row.partner_id,
    name: row.name,
    status: row.status,
    settings: {
      integrationMode: row.integration_mode,
      approveCardholdersAutomatically: row.approve_cardholders_automatically,
    },
    createdAt: row.created_at,
  }
}

function programOf(row: ProgramRow): CardProgram {
  const money = (minor: bigint) => amount(minor, currency(row.currency))
  return {
    programId: row.program_id,
    name: row.name,
    bin: row.bin,
    network: row.network,
    forms: row.forms,
    currency: currency(row.currency),
    test: row.test,
    validityMonths: row.validity_months,
    ceilings: {
      dailyCount: row.ceiling_daily_count,
      singleAmount: money(row.ceiling_single_minor),
      dailyAmount: money(row.ceiling_daily_minor),
      monthlyAmount: money(row.ceiling_monthly_minor),
    },
    terms: {
      fxMarkupBps: row.fx_markup_bps,
      foreignFeeBps: row.foreign_fee_bps,
      clearingToleranceBps: row.clearing_tolerance_bps,
      holdDays: row.hold_days,
      longHoldDays: row.long_hold_days,
    },
    createdAt: row.created_at,
  }
}
