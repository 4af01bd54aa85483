/**
 * Every numbered value of the Pagsmile wire, each with where it comes from: (seed) one of the four authoritative pages,
 * (docs) another page, (inferred) deduced from examples, (proposed) ours, as the vendor's dictionary is not public.
 */
import type { Purpose } from '@openissuer/core/authorization/authorization.ts'
import type { CardApplicationStatus, NameOnCard, ShippingMethod } from '@openissuer/core/card/application.ts'
import type { CardForm, CardNetwork, CardStatus } from '@openissuer/core/card/card.ts'
import type { Verification } from '@openissuer/core/cardholder/cardholder.ts'
import type { DocumentKind } from '@openissuer/core/cardholder/document.ts'
import type { HappeningKind } from '@openissuer/core/event/domain-event.ts'
import type { DepositStatus } from '@openissuer/core/ledger/deposit.ts'
import type { MovementKind } from '@openissuer/core/ledger/movement.ts'
import type { MovementFilter, ShownEventKind } from '../../app/ports.ts'

/** `card_scheme`. 3 is the only value that applications accept (docs); that it is Discover follows from its BINs (inferred). */
export const CARD_SCHEMES: Record<CardNetwork, number> = {
  visa: 1, // (proposed)
  mastercard: 2, // (proposed)
  discover: 3, // (inferred)
  unionpay: 4, // (proposed)
}

export const APPLY_CARD_SCHEME = 3

/** `card_type` as emitted. */
export const CARD_TYPES: Record<CardForm, number> = {
  virtual: 3, // (inferred)
  physical: 4, // (docs)
}

/** `card_type` as accepted: 1 stands in older examples (docs) and is taken for virtual, 2 for physical (proposed). */
export const CARD_FORMS: Readonly<Record<number, CardForm>> = {
  1: 'virtual',
  2: 'physical',
  3: 'virtual',
  4: 'physical',
}

/** `card_bin` when an application names none (docs). */
export const DEFAULT_CARD_BIN = '658704'

/** `order_status` of card applications. 1 submitted and 4 to be confirmed are never the case here. */
export const ORDER_STATUSES: Record<CardApplicationStatus, number> = {
  'in-review': 2, // (proposed)
  completed: 5, // (inferred)
  failed: 8, // (proposed)
}

/** `order_status` of an application whose card is being made (inferred). */
export const ORDER_PROCESSING = 3

/** `name_on_card_printing_type` (docs, complete). */
export const NAMES_ON_CARD: Readonly<Record<number, NameOnCard>> = {
  1: 'cardholder-and-agency',
  2: 'cardholder',
  3: 'agency',
}

/** `shipping_method` (docs): 2 standard, 3 DHL. */
export const SHIPPING_METHODS: Readonly<Record<number, ShippingMethod>> = { 2: 'standard', 3: 'courier' }

/** `audit_status` of a cardholder. */
export const AUDIT_STATUSES: Record<Verification, number> = {
  approved: 1, // (proposed)
  'documents-needed': 2, // (docs: right after creation)
  rejected: 3, // (proposed)
  'in-review': 4, // (docs: before a result)
}

/** `status` of a cardholder (docs, complete). */
export const HOLDER_STATUSES = { initial: 0, enabled: 1, disabled: 2 } as const

/** `file_type`: 1 is seen with a picture of an identity document (docs), the meanings are (proposed). */
export const FILE_TYPES: Readonly<Record<number, DocumentKind>> = {
  1: 'id-front',
  2: 'id-back',
  3: 'proof-of-address',
  4: 'selfie',
  5: 'company-registration',
  9: 'other',
}

/** `codes` of an audit: 1 (docs), the others (proposed). The operator gives them with a rejection. */
export const AUDIT_CODES: Readonly<Record<string, string>> = {
  1: 'the picture of the identity document is not acceptable',
  2: 'the proof of address is not acceptable',
  3: 'the document has expired',
  4: 'the data do not match the document',
  5: 'the holder is on a sanctions list',
  99: 'other',
}

/** `id_type`: only 1 is seen (docs), the meanings are (proposed). */
export const ID_TYPES: Readonly<Record<number, string>> = {
  1: 'national identity card',
  2: 'passport',
  3: 'driving licence',
  4: 'residence permit',
}

/** `gender`: only 1 is seen (docs), the meanings are (proposed). */
export const GENDERS: Readonly<Record<number, string>> = { 0: 'not stated', 1: 'male', 2: 'female' }

/** `transaction_type`: 151 (docs), 121 (docs), 2 (seed, meaning proposed), 100 (docs-sibling); the others (proposed). */
export const TRANSACTION_TYPES: Readonly<Record<number, string>> = {
  2: 'card authorization, number of older rows',
  100: 'deposit to an issuing account',
  101: 'withdrawal from an issuing account',
  111: 'transfer out of an issuing account',
  112: 'transfer into an issuing account',
  121: 'card recharge, issuing account side',
  122: 'card recharge, card side',
  123: 'card balance return, card side',
  124: 'card balance return, issuing account side',
  125: 'remaining funds of a revoked card, card side',
  126: 'remaining funds of a revoked card, issuing account side',
  131: 'initial balance of a card',
  141: 'card fee',
  151: 'card authorization',
  152: 'settlement',
  153: 'authorization reversal',
  154: 'authorization expired',
  155: 'refund',
  156: 'balance inquiry or account verification',
  157: 'cash withdrawal',
  199: 'adjustment',
}

/** Movements that partner and card see under the same number. */
const NETWORK_MOVEMENTS = {
  clearing: 152, // (proposed)
  'clearing-correction': 199, // (proposed)
  refund: 155, // (proposed)
  'refund-reversal': 199, // (proposed)
  fee: 141, // (proposed)
}

/** `transaction_type` of a row of the ledger, by the side that is shown. What never happens on a side has its number too. */
export const MOVEMENT_TYPES: Record<MovementFilter['view'], Record<MovementKind, number>> = {
  partner: {
    ...NETWORK_MOVEMENTS,
    deposit: 100, // (docs)
    'transfer-out': 111, // (proposed)
    'transfer-in': 112, // (proposed)
    'card-load': 121, // (docs)
    'first-load': 131, // (proposed)
    'card-unload': 124, // (proposed)
    'card-closure': 126, // (proposed)
  },
  card: {
    ...NETWORK_MOVEMENTS,
    deposit: 100,
    'transfer-out': 111,
    'transfer-in': 112,
    'card-load': 122, // (proposed)
    'first-load': 131, // (proposed)
    'card-unload': 123, // (proposed)
    'card-closure': 125, // (proposed)
  },
}

/** `transaction_status`: 1 success (docs, inferred), the others (proposed). A row of the ledger is never anything but 1. */
export const TRANSACTION_STATUSES: Readonly<Record<number, string>> = {
  0: 'pending',
  1: 'success',
  2: 'failed',
  3: 'reversed',
}

export const TRANSACTION_SUCCESS = 1

/** `order_status` of deposits (docs): a dictionary of its own, in which 1 is success. */
export const DEPOSIT_STATUSES: Record<DepositStatus, number> = {
  completed: 1,
  'awaiting-confirmation': 4,
  failed: 8,
  'in-review': 11,
}

/** `transaction_type` of an authorization: purchases (docs), the others (proposed). */
export const AUTHORIZATION_TYPES: Record<Purpose, number> = {
  purchase: 151,
  cash: 157,
  refund: 155,
  verification: 156,
  'balance-inquiry': 156,
}

/** The number that a purchase has in older rows (seed, meaning proposed): asked for by it, purchases are found too. */
export const OLD_PURCHASE_TYPE = 2

/** `transaction_type` of what follows an authorization (proposed). */
export const EVENT_TYPES: Record<ShownEventKind, number> = {
  clearing: 152,
  'clearing-correction': 199,
  refund: 155,
  'refund-reversal': 199,
  expiry: 154,
}

/** `data_type` (seed, complete): hold placed or refused; clearing booked; hold lapsed (meanings proposed). */
export const DATA_TYPES = ['cardAuthorization', 'cardSettlement', 'cardAuthorizationExpired'] as const

export type DataType = (typeof DATA_TYPES)[number]

/** `data_type` of what follows an authorization: whatever books money is a settlement (proposed). */
export const EVENT_DATA_TYPES: Record<ShownEventKind, DataType> = {
  clearing: 'cardSettlement',
  'clearing-correction': 'cardSettlement',
  refund: 'cardSettlement',
  'refund-reversal': 'cardSettlement',
  expiry: 'cardAuthorizationExpired',
}

/** `process_status`: 1 not finished (seed, inferred), 2 processed (docs, inferred), 3 failed (proposed). */
export const PROCESS_STATUSES = { open: 1, processed: 2, failed: 3 } as const

/** `auth_status`: 1 approved (docs, inferred), 2 declined (proposed), 3 reversed (proposed), 4 expired (proposed). */
export const AUTH_STATUSES = { approved: 1, declined: 2, reversed: 3, expired: 4 } as const

/** `settle_status`: null not settled (seed); 1 fully, 2 partly settled, 3 released without settlement (proposed). */
export const SETTLE_STATUSES = { full: 1, part: 2, released: 3 } as const

/** Default of a contact's `language` (inferred). */
export const DEFAULT_LANGUAGE = 'en'

/**
 * Character sets of the vendor whose definitions are not public (proposed), as the inside of a regular expression's
 * character class. 4: address lines; 6: city and state; 7: company names. Letters are those of the Latin script, accents included.
 */
export const CHARSETS = {
  4: "\\p{Script=Latin}0-9 .,'\\-\\/#()&:",
  6: "\\p{Script=Latin} .'\\-",
  7: "\\p{Script=Latin}0-9 .,'\\-\\/#()&:@+!",
} as const

/** `status` and `pre_status` of a card: 3 active (docs, inferred), the others (proposed). */
export const CARD_STATUSES: Record<CardStatus, number> = {
  pending: 1,
  'awaiting-activation': 2,
  active: 3,
  blocked: 4,
  lost: 5,
  closed: 6,
  closing: 7,
  failed: 0,
}

/** `codes` of a cardholder's rejection: 1 stands in an example (docs); no reason of ours has a number, so 99, other (proposed). */
export const REJECTION_CODE_OTHER = '99'

/**
 * `notify_type`, which is the `webhook_type` of an endpoint too: 1, 3, 4 and 6 (docs), 2 (inferred). 5 is unknown and never
 * sent (proposed). What has no number is not told.
 */
export const NOTIFY_TYPES = {
  'card-application': 1,
  'card-status': 2,
  'cardholder-verification': 3,
  authorization: 4,
  'partner-decision': 4,
  increment: 4,
  reversal: 4,
  expiry: 4,
  clearing: 4,
  'clearing-correction': 4,
  refund: 4,
  'refund-reversal': 4,
  'one-time-password': 6,
} as const satisfies Partial<Record<HappeningKind, number>>

/** `webhook_type` that a webhook may be registered for. */
export const WEBHOOK_TYPES: Readonly<Record<number, string>> = {
  1: 'result of an application for a card',
  2: 'change of a card status',
  3: 'audit of a cardholder',
  4: 'authorization details',
  6: 'one-time password',
}
