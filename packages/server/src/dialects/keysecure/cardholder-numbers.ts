/** Which cardholder of a merchant a number means. */
import type { Cardholder } from '@openissuer/core/cardholder/cardholder.ts'
import type { Reader } from '../../app/ports.ts'
import { KeysecureError } from './errors.ts'
import { cardholderNoOf, parseNo } from './ids.ts'

/** @throws KeysecureError 2002 for a number that no cardholder of the partner has, well-formed or not */
export async function requireCardholder(read: Reader, partnerId: bigint, no: string): Promise<Cardholder> {
  const cardholder = await cardholderByNo(read, partnerId, no)
  if (cardholder === undefined) throw new KeysecureError(2002)
  return cardholder
}

export async function cardholderByNo(read: Reader, partnerId: bigint, no: string): Promise<Cardholder | undefined> {
  const cardholderId = parseNo('cardholder', no)
  if (cardholderId === undefined) return undefined
  const cardholder = await read.cardholder(partnerId, cardholderId)
  return cardholder !== undefined && cardholderNoOf(cardholder) === no ? cardholder : undefined
}

/** The cardholder that a filter names: undefined when it names none, `unknown` when nobody of the partner has the number. */
export async function cardholderInFilter(
  read: Reader,
  partnerId: bigint,
  no: string | undefined,
): Promise<Cardholder | 'unknown' | undefined> {
  return no === undefined ? undefined : ((await cardholderByNo(read, partnerId, no)) ?? 'unknown')
}
