/** The fee plan of a card as this wire shows it: names and types docs, meanings proposed. */
import type { Allowance, FeePlan, ManagementFee } from '@openissuer/core/fee/fee-plan.ts'
import { formatDecimal } from '@openissuer/core/money/amount.ts'
import { formatPlainDecimal } from '@openissuer/core/money/decimal.ts'
import { type Static, Type } from 'typebox'

const Text = Type.String()
const Count = Type.Integer()

/** `consume_cancle_fee` is spelled like that (docs). */
export const FeeDetail = Type.Object({
  consume_rate: Text,
  open_cost: Text,
  cross_consume_rate: Text,
  small_consume_threshold: Text,
  small_consume_deduct: Text,
  free_small_consume_count: Count,
  free_small_excuse_type: Text,
  free_small_excuse_days: Count,
  refund_rate: Text,
  consume_cancle_fee: Text,
  consume_cancel_threshold: Text,
  decline_fee: Text,
  decline_fee_free_count: Count,
  decline_fee_free_type: Text,
  decline_fee_free_days: Count,
  atm_rate: Text,
  atm_min_fee: Text,
  apple_pay_fee: Text,
  manage_fee_type: Text,
  manage_fee: Text,
  management_fee_free_type: Text,
  free_management_fee_threshold: Text,
})

/** Without a plan the texts are empty and the counts zero, as in the vendor's sample. */
export function feeDetailOf(plan: FeePlan | undefined): Static<typeof FeeDetail> {
  if (plan === undefined) return NO_PLAN
  const { terms, currency } = plan
  const money = (minor: bigint) => formatDecimal({ minor, currency })
  const { management } = terms
  return {
    consume_rate: rateText(terms.purchasePpm),
    open_cost: money(terms.issueMinor),
    cross_consume_rate: rateText(terms.crossBorderPpm),
    small_consume_threshold: money(terms.smallBelowMinor),
    small_consume_deduct: money(terms.smallMinor),
    free_small_consume_count: terms.smallFree.count,
    free_small_excuse_type: PERIODS[terms.smallFree.period],
    free_small_excuse_days: terms.smallFree.days,
    refund_rate: rateText(terms.refundPpm),
    consume_cancle_fee: money(terms.cancelMinor),
    consume_cancel_threshold: money(terms.cancelFromMinor),
    decline_fee: money(terms.declineMinor),
    decline_fee_free_count: terms.declineFree.count,
    decline_fee_free_type: PERIODS[terms.declineFree.period],
    decline_fee_free_days: terms.declineFree.days,
    atm_rate: rateText(terms.cashPpm),
    atm_min_fee: money(terms.cashLeastMinor),
    apple_pay_fee: money(terms.verificationMinor),
    manage_fee_type: CYCLES[management.cycle],
    manage_fee: money(management.minor),
    management_fee_free_type: WAIVERS[management.waiver],
    free_management_fee_threshold:
      management.waiver === 'amount' ? money(management.waiverFrom) : String(management.waiverFrom),
  }
}

/** docs */
const PERIODS: Readonly<Record<Allowance['period'], string>> = { none: 'None', forever: 'Forever', day: 'Day' }

/** proposed: the docs name monthly and annual cycles in prose only. */
const CYCLES: Readonly<Record<ManagementFee['cycle'], string>> = { none: 'None', month: 'Month', year: 'Year' }

/** proposed */
const WAIVERS: Readonly<Record<ManagementFee['waiver'], string>> = { none: 'None', amount: 'Amount', count: 'Count' }

const NO_PLAN: Static<typeof FeeDetail> = {
  consume_rate: '',
  open_cost: '',
  cross_consume_rate: '',
  small_consume_threshold: '',
  small_consume_deduct: '',
  free_small_consume_count: 0,
  free_small_excuse_type: '',
  free_small_excuse_days: 0,
  refund_rate: '',
  consume_cancle_fee: '',
  consume_cancel_threshold: '',
  decline_fee: '',
  decline_fee_free_count: 0,
  decline_fee_free_type: '',
  decline_fee_free_days: 0,
  atm_rate: '',
  atm_min_fee: '',
  apple_pay_fee: '',
  manage_fee_type: '',
  manage_fee: '',
  management_fee_free_type: '',
  free_management_fee_threshold: '',
}

const PPM_DECIMALS = 6

/** A decimal fraction without trailing zeros: 20,000 millionths are 0.02 (proposed). */
function rateText(ppm: number): string {
  return formatPlainDecimal({ unscaled: BigInt(ppm), decimals: PPM_DECIMALS }).replace(/\.?0+$/, '')
}
