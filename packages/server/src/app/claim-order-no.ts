import { DomainError } from '@openissuer/core/errors.ts'
import type { Work } from './ports.ts'

/**
 * Takes a partner's order number for good: it is unique over everything that the partner can order.
 *
 * @throws DomainError `duplicate-order`
 */
export async function claimOrderNo(work: Work, partnerId: bigint, orderNo: string): Promise<void> {
  const key = { partnerId, scope: 'order-no', key: orderNo, inputHash: new Uint8Array(), at: work.clock.now() }
  if ((await work.tx.claimKey(key)) !== undefined) throw new DomainError('duplicate-order')
}
