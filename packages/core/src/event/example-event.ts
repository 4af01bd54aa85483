/** Made-up events, to try a receiver with: complete, and about nothing that exists. */
import type { Authorization, Merchant } from '../authorization/authorization.ts'
import type { AuthorizationEvent } from '../authorization/event.ts'
import type { CardApplication } from '../card/application.ts'
import type { Card } from '../card/card.ts'
import type { Cardholder } from '../cardholder/cardholder.ts'
import { unreachable } from '../errors.ts'
import type { CardFee } from '../fee/charge.ts'
import { type Amount, amount, zero } from '../money/amount.ts'
import { currency } from '../money/currency.ts'
import type { CardOfEvent, DomainEvent, Happening, HappeningKind, LaterEventKind } from './domain-event.ts'

type Told = Pick<DomainEvent, 'partnerId' | 'eventId' | 'createdAt'>

export function exampleEvent(told: Told, kind: HappeningKind): DomainEvent {
  return { ...told, happening: exampleOf(told, kind) }
}

function exampleOf(told: Told, kind: HappeningKind): Happening {
  const card = cardOfEvent(told)
  switch (kind) {
    case 'card-application':
      return { kind, application: applicationOf(told), cardholder: cardholderOf(told), card: cardOf(told) }
    case 'card-status':
      return { kind, card, before: 'active', after: 'blocked', reason: 'example' }
    case 'cardholder-verification':
      return { kind, cardholderId: CARDHOLDER_ID, before: 'in-review', after: 'approved', rejection: null, codes: [] }
    case 'authorization':
      return { kind, card, authorization: authorizationOf(told), inQuestion: false }
    case 'partner-decision':
      return { kind, card, authorization: authorizationOf(told) }
    case 'one-time-password':
      return { kind, card, password: { clear: '123456' }, amount: PRICE, merchantName: MERCHANT.name }
    case 'card-load':
      return { kind, card, amount: PRICE, entryId: told.eventId }
    case 'card-fee':
      return { kind, card, fee: feeOf(told), authorization: null }
    case 'increment':
    case 'reversal':
    case 'expiry':
    case 'clearing':
    case 'clearing-correction':
    case 'refund':
    case 'refund-reversal':
      return { kind, card, event: laterEventOf(told, kind), authorization: authorizationOf(told), fees: [] }
    default:
      return unreachable(kind)
  }
}

const USD = currency('USD')
const PRICE: Amount = amount(100n, USD)
const NOTHING = zero(USD)
const CARD_ID = 100_000n
const CARDHOLDER_ID = 100_000n
const ACCOUNT_ID = 104_190_000_000n
const AUTHORIZATION_ID = 100_000_000_000n

const MERCHANT: Merchant = {
  id: '100000000000000',
  name: 'Example Merchant',
  mcc: '5942',
  country: 'US',
  city: 'Seattle',
  acquirerId: '00000000001',
}

function cardOfEvent({ createdAt }: Told): CardOfEvent {
  return {
    cardId: CARD_ID,
    token: '100000000000',
    bin: '658704',
    lastFour: '0000',
    remark: null,
    createdAt,
    cardholder: { cardholderId: CARDHOLDER_ID, createdAt },
  }
}

function cardOf(told: Told): Card {
  const { cardholder: _owner, ...card } = cardOfEvent(told)
  return {
    ...card,
    partnerId: told.partnerId,
    cardholderId: CARDHOLDER_ID,
    programId: 1n,
    accountId: ACCOUNT_ID,
    uniqueNo: 'EXAMPLE',
    form: 'virtual',
    network: 'discover',
    shared: false,
    expiry: { year: 2099, month: 12 },
    status: 'active',
    activatedAt: told.createdAt,
  }
}

function cardholderOf({ partnerId, createdAt }: Told): Cardholder {
  return {
    partnerId,
    cardholderId: CARDHOLDER_ID,
    uniqueNo: 'EXAMPLE',
    verification: 'approved',
    rejection: null,
    rejectionCodes: [],
    disabled: false,
    person: null,
    corporation: null,
    createdAt,
  }
}

function applicationOf({ partnerId, createdAt }: Told): CardApplication {
  return {
    partnerId,
    applicationId: 100_000n,
    orderNo: 'EXAMPLE',
    reference: 'EXAMPLE',
    status: 'completed',
    cardholderId: CARDHOLDER_ID,
    programId: 1n,
    terms: {
      form: 'virtual',
      funding: { kind: 'card' },
      initialBalance: null,
      limit: null,
      remark: null,
      delivery: null,
      production: null,
    },
    cardId: CARD_ID,
    createdAt,
  }
}

function authorizationOf(told: Told): Authorization {
  const { createdAt: _made, cardholder: _owner, ...card } = cardOfEvent(told)
  return {
    partnerId: told.partnerId,
    authorizationId: AUTHORIZATION_ID,
    accountId: ACCOUNT_ID,
    card,
    purpose: 'purchase',
    entryMode: 'ecommerce',
    threeDs: null,
    conversionRate: null,
    limitUse: [],
    transactionAmount: PRICE,
    billingAmount: PRICE,
    merchant: MERCHANT,
    approvalCode: '000000',
    declineReason: null,
    trace: [],
    approved: PRICE,
    held: PRICE,
    reversed: NOTHING,
    expired: NOTHING,
    cleared: NOTHING,
    refunded: NOTHING,
    fee: NOTHING,
    status: 'open',
    expiresAt: told.createdAt,
    createdAt: told.createdAt,
  }
}

function feeOf({ partnerId, eventId, createdAt }: Told): CardFee {
  return {
    partnerId,
    feeId: eventId,
    cardId: CARD_ID,
    accountId: ACCOUNT_ID,
    kind: 'management',
    amount: PRICE,
    aboutId: null,
    eventId,
    entryId: eventId,
    createdAt,
  }
}

function laterEventOf({ partnerId, eventId, createdAt }: Told, kind: LaterEventKind): AuthorizationEvent {
  return {
    partnerId,
    eventId,
    authorizationId: AUTHORIZATION_ID,
    originalEventId: null,
    cardId: CARD_ID,
    accountId: ACCOUNT_ID,
    kind,
    matchKey: 'example',
    inputHash: new Uint8Array(),
    transactionAmount: PRICE,
    billingAmount: PRICE,
    entryId: null,
    effect: null,
    createdAt,
  }
}
