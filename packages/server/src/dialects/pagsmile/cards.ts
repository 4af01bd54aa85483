import type { CardFunding, CardTerms } from '@openissuer/core/card/application.ts'
import { type CardProgram, maskedPanOf } from '@openissuer/core/card/card.ts'
import { nameOf } from '@openissuer/core/cardholder/cardholder.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { formatDecimal } from '@openissuer/core/money/amount.ts'
import { type StaticDecode, Type } from 'typebox'
import { applyForCard, type CardApplicationResult } from '../../app/apply-for-card.ts'
import { loadCard } from '../../app/load-card.ts'
import type { Work } from '../../app/ports.ts'
import { changingCall } from './call.ts'
import { Holder, personOf } from './cardholders.ts'
import {
  APPLY_CARD_SCHEME,
  CARD_FORMS,
  CARD_SCHEMES,
  CARD_TYPES,
  DEFAULT_CARD_BIN,
  ORDER_STATUSES,
} from './dictionary.ts'
import { mandatoryData, PagsmileError, parametersError } from './errors.ts'
import {
  CurrencyCode,
  Id,
  idText,
  LimitAmountOrZero,
  oneOfNumbers,
  PositiveDecimal,
  positiveAmount,
  text,
} from './fields.ts'
import { accountIdOf, formatAccountNo, idNumber } from './ids.ts'
import { LimitValues, limitTermsOf } from './limits.ts'

/** Fields (docs); the lengths of `order_no` and `card_remark` (proposed). */
const Application = Type.Object({
  order_no: text(64),
  card_scheme: oneOfNumbers({ [APPLY_CARD_SCHEME]: 'Discover' }),
  card_type: oneOfNumbers(CARD_FORMS),
  card_bin: Type.Optional(text(8, { pattern: '^[0-9]{6,8}$', default: DEFAULT_CARD_BIN })),
  is_share_card: Type.Optional(Type.Boolean({ default: false })),
  shared_account_num: Type.Optional(idText(48)),
  pay_account_num: Type.Optional(idText(48)),
  initial_balance: Type.Optional(LimitAmountOrZero),
  card_remark: Type.Optional(text(256)),
  card_limit: Type.Optional(LimitValues),
  holder_id: Type.Optional(Id),
  holder: Type.Optional(Holder),
})

type Application = StaticDecode<typeof Application>

/** Virtual cards only; physical ones have a call of their own. */
export const APPLY = changingCall(
  { path: '/issuing/card/apply', summary: 'Apply for a virtual card', bizData: Application },
  async (work, app, bizData) => {
    if (CARD_FORMS[bizData.card_type] !== 'virtual') throw new PagsmileError(parametersError('card_type'))
    const owner = ownerOf(bizData)
    const terms = termsOf(bizData)
    const program = await openProgram(work, bizData.card_bin ?? DEFAULT_CARD_BIN)
    const { partnerId } = app
    const { programId } = program
    const applied = await applyForCard(work, { partnerId, programId, reference: bizData.order_no, owner, terms })
    return { ...applied, program }
  },
  encodeApplication,
)

/** Fields, lengths and answer (docs). */
export const RECHARGE = changingCall(
  {
    path: '/issuing/card/recharge',
    summary: 'Top up a card from an issuing account',
    bizData: Type.Object({
      pay_account_num: idText(48),
      card_token: idText(20),
      order_no: text(32),
      amount: PositiveDecimal,
      currency: CurrencyCode,
      reference: Type.Optional(text(128)),
    }),
  },
  (work, app, bizData) =>
    loadCard(work, {
      partnerId: app.partnerId,
      cardToken: bizData.card_token,
      payAccountId: accountIdOf(bizData.pay_account_num, 'payAccount'),
      amount: positiveAmount(bizData.amount, bizData.currency),
      orderNo: bizData.order_no,
      memo: bizData.reference ?? null,
    }),
  load => ({ transaction_id: String(load.partnerSideId) }),
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

function termsOf(bizData: Application): CardTerms {
  return {
    form: 'virtual',
    funding: fundingOf(bizData),
    initialBalance: initialBalanceOf(bizData),
    limit: bizData.card_limit === undefined ? null : limitTermsOf(bizData.card_limit),
    remark: bizData.card_remark ?? null,
    delivery: null,
    production: null,
  }
}

function fundingOf(bizData: Application): CardFunding {
  if (bizData.is_share_card !== true) return { kind: 'card' }
  if (bizData.shared_account_num === undefined) throw new PagsmileError(mandatoryData('shared_account_num'))
  return { kind: 'shared', accountId: accountIdOf(bizData.shared_account_num, 'sharedAccount') }
}

/** Zero is no initial balance, and then the account that would pay is not looked at. */
function initialBalanceOf(bizData: Application): CardTerms['initialBalance'] {
  const { initial_balance: amount, pay_account_num: payAccount } = bizData
  if (amount === undefined || amount.minor === 0n) return null
  if (payAccount === undefined) throw new PagsmileError(mandatoryData('pay_account_num'))
  return { amount, payAccountId: accountIdOf(payAccount, 'payAccount') }
}

/** The program of a BIN that this server's mode may issue, of the one scheme that applications accept. */
async function openProgram(work: Work, bin: string): Promise<CardProgram> {
  const program = (await work.tx.programs()).find(
    each =>
      each.bin === bin && CARD_SCHEMES[each.network] === APPLY_CARD_SCHEME && each.test === (work.mode === 'sandbox'),
  )
  if (program === undefined) throw new DomainError('program-not-found')
  return program
}

/** Token and PAN stay empty until the card is made. The last three keys stand in the application's query (proposed here). */
function encodeApplication({
  application,
  cardholder,
  card,
  program,
}: CardApplicationResult & { program: CardProgram }) {
  const { terms } = application
  const { initialBalance } = terms
  return {
    holder_id: cardholder === null ? null : idNumber(cardholder.cardholderId),
    holder_name: cardholder === null ? null : nameOf(cardholder),
    order_no: application.reference,
    order_status: ORDER_STATUSES[application.status],
    order_count: 1,
    card_token: card?.token ?? '',
    card_pan: card === null ? '' : maskedPanOf(card),
    card_scheme: CARD_SCHEMES[program.network],
    card_type: CARD_TYPES[terms.form],
    is_share_card: terms.funding.kind === 'shared',
    card_bin: program.bin,
    pay_account_num: initialBalance === null ? null : formatAccountNo(initialBalance.payAccountId),
    initial_balance: initialBalance === null ? null : formatDecimal(initialBalance.amount, 2),
    card_remark: terms.remark,
  }
}
