/** Cardholder application (docs). */
import type { Cardholder } from '@openissuer/core/cardholder/cardholder.ts'
import { type Static, Type } from 'typebox'
import { applyCardholder } from '../../app/apply-cardholder.ts'
import { perform } from '../../app/perform.ts'
import type { Ports, Reader } from '../../app/ports.ts'
import { KeysecureError } from './errors.ts'
import type { Caller } from './headers.ts'
import { cardholderNoOf, parseNo } from './ids.ts'

export const CardholderApplyBody = Type.Object({
  cardholder_no: Type.Optional(Type.String({ description: 'only when a known cardholder applies again' })),
  cardholder_unique_no: Type.String({ minLength: 1, maxLength: 64 }),
  sumsub_share_token: Type.String({ minLength: 1, maxLength: 2048 }),
})

export const CardholderApplyData = Type.Object({
  cardholder_no: Type.String(),
  cardholder_unique_no: Type.String(),
})

/** Without `cardholder_no` a new cardholder, with it the restart of a verification that was rejected. */
export async function applyForCardholder(
  ports: Ports,
  caller: Caller,
  body: Static<typeof CardholderApplyBody>,
): Promise<Static<typeof CardholderApplyData>> {
  const { partnerId } = caller.partner
  const known = body.cardholder_no && (await requireCardholder(ports.storage.read, partnerId, body.cardholder_no))
  return perform(
    ports,
    { partnerId, idempotency: null },
    work =>
      applyCardholder(work, {
        partnerId,
        cardholderId: known ? known.cardholderId : undefined,
        uniqueNo: body.cardholder_unique_no,
        kycToken: body.sumsub_share_token,
      }),
    cardholder => ({ cardholder_no: cardholderNoOf(cardholder), cardholder_unique_no: body.cardholder_unique_no }),
  )
}

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
