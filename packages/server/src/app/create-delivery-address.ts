import type { DeliveryAddress } from '@openissuer/core/contact/delivery-address.ts'
import type { Work } from './ports.ts'

export type CreateDeliveryAddress = Omit<DeliveryAddress, 'deliveryAddressId' | 'createdAt'>

export async function createDeliveryAddress(work: Work, command: CreateDeliveryAddress): Promise<DeliveryAddress> {
  const deliveryAddressId = await work.ids.next('delivery-address')
  const deliveryAddress = { ...command, deliveryAddressId, createdAt: work.clock.now() }
  await work.tx.insertDeliveryAddress(deliveryAddress)
  return deliveryAddress
}
