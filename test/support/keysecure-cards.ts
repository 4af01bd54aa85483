/** Cards of KeySecure merchants with a fee plan, and what those merchants hear of them. */
import type { Card } from '@openissuer/core/card/card.ts'
import { type FeeTerms, FREE_TERMS } from '@openissuer/core/fee/fee-plan.ts'
import { callbackOf } from '../../packages/server/src/dialects/keysecure/callbacks.ts'
import { parseNo } from '../../packages/server/src/dialects/keysecure/ids.ts'
import { domainEvents } from '../../packages/server/src/storage/domain-events.ts'
import type { KeysecureDoor, Merchant } from './keysecure-door.ts'
import { USD } from './use-cases.ts'

export type CardWorld = {
  readonly merchant: Merchant
  /** the cardholder's number */
  readonly owner: string
  readonly cardNo: string
  readonly card: Card
}

let numbers = 0

/** A card that can spend: of a cardholder with 100.00, or where the merchant decides itself of a reserve of 1,000.00. */
export async function merchantWithCard(
  door: KeysecureDoor,
  terms: FeeTerms = FREE_TERMS,
  integrationMode: 'credit' | 'partner-decides' = 'credit',
): Promise<CardWorld> {
  const merchant = await door.newMerchant({ integrationMode })
  const { partnerId } = merchant
  numbers += 1
  const planId = BigInt(numbers)
  await door.useCases.run(async ({ tx, clock }) => {
    const createdAt = clock.now()
    await tx.insertFeePlan({ planId, name: `plan ${planId}`, currency: USD, terms, createdAt })
    await tx.setFeePlanOf({ programId: 1n, partnerId, planId, assignedAt: createdAt })
  })
  return { merchant, ...(await anotherCard(door, merchant, await door.newCardholder(merchant))) }
}

export async function anotherCard(
  door: KeysecureDoor,
  merchant: Merchant,
  owner: string,
): Promise<Omit<CardWorld, 'merchant'>> {
  numbers += 1
  const transfer = { cardholder_no: owner, transfer_unique_no: `T-${numbers}`, type: 'In', balance: '100.00' }
  await merchant.post('/account/transfer', transfer)
  const { data } = await merchant.post('/card/apply', {
    package_no: door.packageNo,
    card_bin_no: door.cardBinNo,
    cardholder_no: owner,
    card_unique_no: `C-${numbers}`,
    card_type: 'Virtual',
  })
  const cardId = parseNo('card', data.card_no) ?? 0n
  const card = await door.useCases.ports.storage.read.card(merchant.partnerId, cardId)
  if (card === undefined) throw new Error('the card was not made')
  return { owner, cardNo: data.card_no, card }
}

export type Callback = { readonly id: string; readonly action: string; readonly data: Record<string, unknown> }

/** What the merchant has been told so far, oldest first. */
export async function callbacksTo(door: KeysecureDoor, merchant: Merchant): Promise<readonly Callback[]> {
  const { pool } = door.useCases
  const { rows } = await pool.query<{ outbox_id: bigint }>(
    'select outbox_id from outbox where partner_id = $1 order by created_at, outbox_id',
    [merchant.partnerId],
  )
  const ids = rows.map(row => row.outbox_id)
  const events = await domainEvents(pool, merchant.partnerId, ids)
  return ids.flatMap(id => {
    const event = events.get(id)
    if (event === undefined || event instanceof Error) throw new Error(`event ${id} cannot be told`, { cause: event })
    const message = callbackOf(event, merchant, door.useCases.clock.now())
    return message === undefined ? [] : [JSON.parse(message.body) as Callback]
  })
}
