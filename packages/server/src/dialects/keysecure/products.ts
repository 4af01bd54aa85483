/** What a merchant may order cards of: packages where it extends credit, BINs where it authorizes (docs). */
import type { CardProgram } from '@openissuer/core/card/card.ts'
import { formatDecimal } from '@openissuer/core/money/amount.ts'
import { type Static, Type } from 'typebox'
import type { Ports } from '../../app/ports.ts'
import { CARD_TYPE_OF, CARD_TYPES, FORM_OF, ORGANIZATION_OF } from './dictionary.ts'
import { FeeDetail, feeDetailOf } from './fee-detail.ts'
import type { Caller } from './headers.ts'
import { programNoOf } from './ids.ts'
import { PAGE_FIELDS, pageOf } from './pagination.ts'

const Limits = Type.Object({
  limit_balance: Type.String({ description: 'of a single purchase' }),
  limit_week_balance: Type.String({ description: 'no program has one' }),
  limit_atm_day_balance: Type.String(),
  limit_atm_month_balance: Type.String(),
})

export const PackageListBody = Type.Object({
  type: Type.Optional(Type.Enum(CARD_TYPES)),
  package_no: Type.Optional(Type.String()),
  ...PAGE_FIELDS,
})

const PackageRow = Type.Object({
  package_no: Type.String(),
  package_en_name: Type.String(),
  package_cn_name: Type.String(),
  card_bin: Type.String(),
  card_bin_no: Type.String(),
  organization: Type.Enum(Object.values(ORGANIZATION_OF)),
  package_type: Type.Enum(CARD_TYPES),
  en_desc: Type.String(),
  cn_desc: Type.String(),
  en_tag_list: Type.Array(Type.String()),
  cn_tag_list: Type.Array(Type.String()),
  consumption_limit: Limits,
  fee_detail: FeeDetail,
})

export const PackageListData = Type.Object({ list: Type.Array(PackageRow) })

/** A program is listed once for each form that it offers, under one number (proposed). */
export async function listPackages(
  ports: Ports,
  caller: Caller,
  body: Static<typeof PackageListBody>,
): Promise<Static<typeof PackageListData>> {
  const programs = await openPrograms(ports)
  const offers = programs
    .filter(program => body.package_no === undefined || programNoOf('package', program) === body.package_no)
    .flatMap(program => program.forms.map(form => ({ program, type: CARD_TYPE_OF[form] })))
    .filter(({ type }) => body.type === undefined || type === body.type)
  const list = []
  for (const { program, type } of pageIn(offers, body)) list.push(await packageRow(ports, caller, program, type))
  return { list }
}

async function packageRow(
  { storage }: Ports,
  { partner }: Caller,
  program: CardProgram,
  type: Static<typeof PackageRow>['package_type'],
): Promise<Static<typeof PackageRow>> {
  const shown = await storage.read.presentation(program.programId)
  const plan = await storage.read.feePlanOf(partner.partnerId, program.programId)
  return {
    package_no: programNoOf('package', program),
    package_en_name: program.name,
    package_cn_name: shown?.nameZh ?? program.name,
    card_bin: program.bin,
    card_bin_no: programNoOf('card-bin', program),
    organization: ORGANIZATION_OF[program.network],
    package_type: type,
    en_desc: shown?.descriptionEn ?? '',
    cn_desc: shown?.descriptionZh ?? '',
    en_tag_list: [...(shown?.tagsEn ?? [])],
    cn_tag_list: [...(shown?.tagsZh ?? [])],
    consumption_limit: limitsOf(program),
    fee_detail: feeDetailOf(plan),
  }
}

export const BinListBody = Type.Object({ card_bin_no: Type.Optional(Type.String()), ...PAGE_FIELDS })

const BinRow = Type.Object({
  card_bin_no: Type.String(),
  card_bin: Type.String(),
  organization: Type.Enum(Object.values(ORGANIZATION_OF)),
  support_physical: Type.Boolean(),
  support_virtual: Type.Boolean(),
  currencies: Type.Array(Type.String()),
  balance_limit: Limits,
})

export const BinListData = Type.Object({ list: Type.Array(BinRow) })

export async function listBins(ports: Ports, body: Static<typeof BinListBody>): Promise<Static<typeof BinListData>> {
  const programs = await openPrograms(ports)
  const found = programs.filter(
    program => body.card_bin_no === undefined || programNoOf('card-bin', program) === body.card_bin_no,
  )
  return { list: pageIn(found, body).map(binRow) }
}

function binRow(program: CardProgram): Static<typeof BinRow> {
  return {
    card_bin_no: programNoOf('card-bin', program),
    card_bin: program.bin,
    organization: ORGANIZATION_OF[program.network],
    support_physical: program.forms.includes(FORM_OF.Physical),
    support_virtual: program.forms.includes(FORM_OF.Virtual),
    currencies: [program.currency],
    balance_limit: limitsOf(program),
  }
}

/** The ceilings of a program's cards; cash is spending like any other (proposed). */
function limitsOf({ ceilings }: CardProgram): Static<typeof Limits> {
  return {
    limit_balance: formatDecimal(ceilings.singleAmount),
    limit_week_balance: '',
    limit_atm_day_balance: formatDecimal(ceilings.dailyAmount),
    limit_atm_month_balance: formatDecimal(ceilings.monthlyAmount),
  }
}

/** Test BINs in sandbox, real ones in live mode. */
async function openPrograms({ storage, mode }: Ports): Promise<readonly CardProgram[]> {
  const programs = await storage.read.programs()
  return programs.filter(program => program.test === (mode === 'sandbox'))
}

function pageIn<T>(rows: readonly T[], body: { readonly page?: number; readonly size?: number }): readonly T[] {
  const page = pageOf(body)
  return page === undefined ? [] : rows.slice(page.offset, page.offset + page.limit)
}
