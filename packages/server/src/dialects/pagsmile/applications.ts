import type { CardFunding, CardTerms } from '@openissuer/core/card/application.ts'
import { type CardProgram, maskedPanOf } from '@openissuer/core/card/card.ts'
import { nameOf } from '@openissuer/core/cardholder/cardholder.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { formatDecimal } from '@openissuer/core/money/amount.ts'
import { type StaticDecode, Type } from 'typebox'
import { applyForCard, type CardApplicationResult } from '../../app/apply-for-card.ts'
import { CARDS_PER_ORDER_MAX } from '../../app/order-cards.ts'
import { orderPhysicalCards } from '../../app/order-physical-cards.ts'
import type { PagsmileApp, Ports } from '../../app/ports.ts'
import { AmountText, CardToken, IdNumber, nullable, numbered, numberFor } from './answers.ts'
import { changingCall, readingCall } from './call.ts'
import { Holder, personOf } from './cardholders.ts'
import {
  APPLY_CARD_SCHEME,
  CARD_FORMS,
  CARD_SCHEMES,
  CARD_TYPES,
  DEFAULT_CARD_BIN,
  NAMES_ON_CARD,
  ORDER_PROCESSING,
  ORDER_STATUSES,
  SHIPPING_METHODS,
} from './dictionary.ts'
import { mandatoryData, PagsmileError, parametersError } from './errors.ts'
import { Id, idText, integer, LimitAmountOrZero, oneOfNumbers, text } from './fields.ts'
import { accountIdOf, formatAccountNo, idNumber } from './ids.ts'
import { LimitValues, limitTermsOf } from './limits.ts'
import { assertOwnPartner, PARTNER_FIELDS } from './partner-fields.ts'
import { openProgram, openPrograms } from './programs.ts'

const Bin = text(8, { pattern: '^[0-9]{6,8}$' })

/** What both applications have (docs); the lengths of `order_no` and `card_remark` (proposed). */
const APPLICATION_FIELDS = {
  order_no: text(64),
  card_scheme: oneOfNumbers({ [APPLY_CARD_SCHEME]: 'Discover' }),
  card_type: oneOfNumbers(CARD_FORMS),
  is_share_card: Type.Optional(Type.Boolean({ default: false })),
  shared_account_num: Type.Optional(idText(48)),
  pay_account_num: Type.Optional(idText(48)),
  initial_balance: Type.Optional(LimitAmountOrZero),
  card_remark: Type.Optional(text(256)),
  card_limit: Type.Optional(LimitValues),
}

const CommonFields = Type.Object(APPLICATION_FIELDS)

const Application = Type.Object({
  ...APPLICATION_FIELDS,
  card_bin: Type.Optional(Bin),
  holder_id: Type.Optional(Id),
  holder: Type.Optional(Holder),
})

type Application = StaticDecode<typeof Application>

export const ApplicationStatus = numbered({
  ...Object.fromEntries(Object.entries(ORDER_STATUSES).map(([status, number]) => [number, status])),
  [ORDER_PROCESSING]: 'being made',
})

const APPLICATION_KEYS = {
  holder_id: nullable(IdNumber),
  holder_name: nullable(Type.String()),
  order_no: Type.String(),
  order_status: ApplicationStatus,
  order_count: Type.Integer({ minimum: 1 }),
  card_token: CardToken,
  card_pan: Type.String({ description: 'masked; empty until the card is made' }),
  card_scheme: numberFor(CARD_SCHEMES),
  card_type: numberFor(CARD_TYPES),
  is_share_card: Type.Boolean(),
  card_bin: Type.String(),
  pay_account_num: nullable(Type.String()),
  initial_balance: nullable(AmountText),
  card_remark: nullable(Type.String()),
}

const ApplicationResult = Type.Object(APPLICATION_KEYS, { title: 'CardApplication' })

const PhysicalApplication = Type.Object(
  { ...APPLICATION_KEYS, card_id: nullable(IdNumber) },
  { title: 'PhysicalCardApplication' },
)

/** The BINs under which this app's partner may ask for cards (docs); all programs are open to all partners (proposed). */
export const QUERY_BINS = readingCall(
  {
    path: '/issuing/card/query-available-card-bins',
    summary: 'Query the available card BINs',
    data: Type.Array(Type.String()),
    errors: [],
    bizData: Type.Object(PARTNER_FIELDS),
  },
  async (ports, app, bizData) => {
    assertOwnPartner(app, bizData)
    const bins = (await openPrograms(ports.storage.read, ports.mode)).map(program => program.bin)
    return { total: bins.length, data: bins.toSorted() }
  },
)

/** Virtual cards only; physical ones have a call of their own. */
export const APPLY = changingCall(
  {
    path: '/issuing/card/apply',
    summary: 'Apply for a virtual card',
    data: ApplicationResult,
    errors: [
      'program-not-found',
      'card-form-not-offered',
      'cardholder-not-found',
      'cardholder-under-review',
      'cardholder-rejected',
      'cardholder-disabled',
      'duplicate-cardholder',
      'account-not-found',
      'unknown-currency',
      'invalid-amount',
      'insufficient-funds',
      'card-has-no-balance',
      'limit-above-ceiling',
      'duplicate-order',
      'card-numbers-exhausted',
    ],
    bizData: Application,
  },
  async (work, app, bizData) => {
    if (CARD_FORMS[bizData.card_type] !== 'virtual') throw new PagsmileError(parametersError('card_type'))
    const owner = ownerOf(bizData)
    const terms: CardTerms = { ...termsOf(bizData), form: 'virtual', delivery: null, production: null }
    const program = await openProgram(work, bizData.card_bin ?? DEFAULT_CARD_BIN)
    const { partnerId } = app
    const { programId } = program
    const applied = await applyForCard(work, { partnerId, programId, reference: bizData.order_no, owner, terms })
    return { ...applied, program, orderCount: 1 }
  },
  encodeApplication,
)

/**
 * Fields (docs) as far as the page goes; that the address and the contact are named so, and the answer beyond `card_id`,
 * is (proposed): an array for an order of several cards.
 */
export const APPLY_PHYSICAL = changingCall(
  {
    path: '/issuing/card/apply-physical',
    summary: 'Apply for physical cards',
    data: Type.Union([PhysicalApplication, Type.Array(PhysicalApplication)]),
    errors: [
      'program-not-found',
      'card-form-not-offered',
      'cardholder-not-found',
      'cardholder-under-review',
      'cardholder-rejected',
      'cardholder-disabled',
      'duplicate-cardholder',
      'account-not-found',
      'unknown-currency',
      'invalid-amount',
      'insufficient-funds',
      'card-has-no-balance',
      'limit-above-ceiling',
      'duplicate-order',
      'card-numbers-exhausted',
      'delivery-address-not-found',
      'contact-not-found',
    ],
    bizData: Type.Object({
      ...APPLICATION_FIELDS,
      card_bin: Bin,
      order_count: Type.Optional(integer(1, CARDS_PER_ORDER_MAX, { default: 1 })),
      name_on_card_printing_type: oneOfNumbers(NAMES_ON_CARD),
      holder_ids: Type.Optional(Type.Array(Id, { maxItems: CARDS_PER_ORDER_MAX })),
      shipping_method: oneOfNumbers(SHIPPING_METHODS),
      delivery_address_id: Id,
      contact_id: Type.Optional(Id),
    }),
  },
  async (work, app, bizData) => {
    if (CARD_FORMS[bizData.card_type] !== 'physical') throw new PagsmileError(parametersError('card_type'))
    const nameOnCard = NAMES_ON_CARD[bizData.name_on_card_printing_type] ?? 'cardholder'
    const { holder_ids: cardholderIds = [], order_count: count = 1 } = bizData
    if (nameOnCard !== 'agency' && cardholderIds.length === 0) throw new PagsmileError(mandatoryData('holder_ids'))
    const terms = termsOf(bizData)
    const program = await openProgram(work, bizData.card_bin)
    const results = await orderPhysicalCards(work, {
      partnerId: app.partnerId,
      programId: program.programId,
      orderNo: bizData.order_no,
      count,
      cardholderIds,
      terms,
      production: {
        nameOnCard,
        shipping: SHIPPING_METHODS[bizData.shipping_method] ?? 'standard',
        contactId: bizData.contact_id ?? null,
      },
      deliveryAddressId: bizData.delivery_address_id,
    })
    return results.map(result => ({ ...result, program, orderCount: count }))
  },
  made => oneOrMany(made.map(encodePhysicalApplication)),
)

/** Fields and answer (docs); an array for an order of several cards (proposed). */
export const QUERY_APPLY_RESULT = readingCall(
  {
    path: '/issuing/card/query-apply-card-result',
    summary: 'Query the result of an application for cards',
    data: Type.Union([ApplicationResult, Type.Array(ApplicationResult)]),
    errors: ['application-not-found'],
    bizData: Type.Object({ order_no: text(64) }),
  },
  async (ports, app, bizData) => {
    const results = await resultsOf(ports, app, bizData.order_no)
    if (results.length === 0) throw new DomainError('application-not-found')
    return { total: results.length, data: oneOrMany(results.map(encodeApplication)) }
  },
)

/** Exactly one of `holder_id` and `holder` (docs). */
function ownerOf(bizData: Application) {
  if (bizData.holder !== undefined) {
    if (bizData.holder_id !== undefined) throw new PagsmileError(parametersError('holder', 'holder_id is given too'))
    return { person: personOf(bizData.holder) }
  }
  if (bizData.holder_id === undefined) throw new PagsmileError(mandatoryData('holder_id or holder'))
  return { cardholderId: bizData.holder_id }
}

function termsOf(
  bizData: StaticDecode<typeof CommonFields>,
): Pick<CardTerms, 'funding' | 'initialBalance' | 'limit' | 'remark'> {
  return {
    funding: fundingOf(bizData),
    initialBalance: initialBalanceOf(bizData),
    limit: bizData.card_limit === undefined ? null : limitTermsOf(bizData.card_limit),
    remark: bizData.card_remark ?? null,
  }
}

function fundingOf(bizData: StaticDecode<typeof CommonFields>): CardFunding {
  if (bizData.is_share_card !== true) return { kind: 'card' }
  if (bizData.shared_account_num === undefined) throw new PagsmileError(mandatoryData('shared_account_num'))
  return { kind: 'shared', accountId: accountIdOf(bizData.shared_account_num, 'sharedAccount') }
}

/** Zero is no initial balance, and then the account that would pay is not looked at. */
function initialBalanceOf(bizData: StaticDecode<typeof CommonFields>): CardTerms['initialBalance'] {
  const { initial_balance: amount, pay_account_num: payAccount } = bizData
  if (amount === undefined || amount.minor === 0n) return null
  if (payAccount === undefined) throw new PagsmileError(mandatoryData('pay_account_num'))
  return { amount, payAccountId: accountIdOf(payAccount, 'payAccount') }
}

type Result = CardApplicationResult & {
  readonly program: CardProgram
  /** how many cards the order is for */
  readonly orderCount: number
}

async function resultsOf({ storage }: Ports, { partnerId }: PagsmileApp, orderNo: string): Promise<Result[]> {
  const { read } = storage
  const applications = await read.cardApplicationsOfOrder(partnerId, orderNo)
  const results = applications.map(async (application): Promise<Result> => {
    const { cardId, cardholderId, programId } = application
    const card = cardId === null ? null : await read.card(partnerId, cardId)
    // a card that was printed without a name may have got its holder since
    const owner = card?.cardholderId ?? cardholderId
    const cardholder = owner === null ? null : await read.cardholder(partnerId, owner)
    const program = await read.program(programId)
    if (program === undefined) throw new Error(`program ${programId} has cards and does not exist`)
    return {
      application,
      card: card ?? null,
      cardholder: cardholder ?? null,
      program,
      orderCount: applications.length,
    }
  })
  return Promise.all(results)
}

function oneOrMany<T>(rows: readonly T[]): T | readonly T[] {
  const [only] = rows
  return only !== undefined && rows.length === 1 ? only : rows
}

/**
 * Token and PAN stay empty until the card is made, which takes a physical one time. The last three keys stand in the
 * query's answer (docs), and in that of the application too (proposed).
 */
function encodeApplication({ application, cardholder, card, program, orderCount }: Result) {
  const { terms } = application
  const { initialBalance } = terms
  const made = card !== null && card.status !== 'pending'
  return {
    holder_id: cardholder === null ? null : idNumber(cardholder.cardholderId),
    holder_name: cardholder === null ? null : nameOf(cardholder),
    order_no: application.orderNo,
    order_status: card === null || made ? ORDER_STATUSES[application.status] : ORDER_PROCESSING,
    order_count: orderCount,
    card_token: made ? card.token : '',
    card_pan: made ? maskedPanOf(card) : '',
    card_scheme: CARD_SCHEMES[program.network],
    card_type: CARD_TYPES[terms.form],
    is_share_card: terms.funding.kind === 'shared',
    card_bin: program.bin,
    pay_account_num: initialBalance === null ? null : formatAccountNo(initialBalance.payAccountId),
    initial_balance: initialBalance === null ? null : formatDecimal(initialBalance.amount, 2),
    card_remark: terms.remark,
  }
}

/** `card_id` (docs). */
function encodePhysicalApplication(result: Result) {
  return { ...encodeApplication(result), card_id: result.card === null ? null : idNumber(result.card.cardId) }
}
