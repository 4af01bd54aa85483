import type { Address } from '../cardholder/cardholder.ts'

/** Where and to whom physical cards are sent. It belongs to a partner; an application copies it. */
export type DeliveryAddress = {
  readonly partnerId: bigint
  readonly deliveryAddressId: bigint
  readonly firstName: string
  readonly lastName: string
  readonly mobile: string
  readonly email: string
  readonly address: Address
  readonly createdAt: Temporal.Instant
}
