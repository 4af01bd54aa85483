/**
 * Identifiers as they appear on the wire: `100848` as a JSON number, `"100000000030"` as text, account numbers as
 * `104190000004` or, in older places, followed by `01`.
 */
import { DomainError } from '@openissuer/core/errors.ts'

/** So many digits always fit the database's 64-bit integers. */
export const ID_DIGITS_MAX = 18

/** @returns undefined for a text that is no id of ours; such an object does not exist */
export function parseId(text: string): bigint | undefined {
  return /^[1-9][0-9]{0,17}$/.test(text) ? BigInt(text) : undefined
}

/** An id as a JSON number. */
export function idNumber(id: bigint): number {
  const number = Number(id)
  if (!Number.isSafeInteger(number)) throw new RangeError(`the id ${id} does not fit a JSON number`)
  return number
}

/** Twelve digits (docs), or fourteen: the same twelve and `01` (inferred). */
export function parseAccountNo(text: string): bigint | undefined {
  const digits = /^([1-9][0-9]{11})(?:01)?$/.exec(text)?.[1]
  return digits === undefined ? undefined : BigInt(digits)
}

/** @throws DomainError `account-not-found`: a text that is no account number of ours names an account that does not exist */
export function accountIdOf(accountNo: string, field: string): bigint {
  const accountId = parseAccountNo(accountNo)
  if (accountId === undefined) throw new DomainError('account-not-found', field)
  return accountId
}

/** The fourteen-digit form: the account number and `01` (inferred). */
export function formatAccountToken(accountId: bigint): string {
  return `${accountId}01`
}

/** First six and last four digits (docs). */
export function maskAccountNo(accountId: bigint): string {
  const accountNo = String(accountId)
  return `${accountNo.slice(0, 6)}******${accountNo.slice(-4)}`
}

export function formatAccountNo(accountId: bigint): string {
  return String(accountId)
}
