import type { Amount } from '../money/amount.ts'

/** `in`: from the partner's reserve to the cardholder; `out`: back again. */
export type TransferDirection = 'in' | 'out'

/** Money that a partner has given to one of its cardholders or taken back. */
export type CardholderTransfer = {
  readonly partnerId: bigint
  readonly transferId: bigint
  readonly cardholderId: bigint
  /** the partner's own number, unique per partner */
  readonly uniqueNo: string
  readonly direction: TransferDirection
  readonly amount: Amount
  /** what the cardholder's account had before and after it */
  readonly before: Amount
  readonly after: Amount
  readonly entryId: bigint
  readonly createdAt: Temporal.Instant
}
