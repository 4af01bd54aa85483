import type { Account, AccountKind } from '@openissuer/core/ledger/account.ts'
import type { DepositOrder } from '@openissuer/core/ledger/deposit.ts'
import { type Amount, formatDecimal, subtract } from '@openissuer/core/money/amount.ts'
import { Type } from 'typebox'
import { orderDeposit } from '../../app/order-deposit.ts'
import { transfer } from '../../app/transfer.ts'
import { AmountText, CurrencyText, IdNumber, nullable, numberFor, TimeText, TransactionId } from './answers.ts'
import { changingCall, readingCall } from './call.ts'
import { formatDateTime } from './dates.ts'
import { DEPOSIT_STATUSES } from './dictionary.ts'
import { dataNotFound, PagsmileError } from './errors.ts'
import { CalendarDate, CurrencyCode, idText, PositiveDecimal, positiveAmount, text } from './fields.ts'
import { accountIdOf, formatAccountToken, idNumber, parseAccountNo } from './ids.ts'
import { assertOwnPartner, PARTNER_FIELDS } from './partner-fields.ts'

/** Accounts that the vendor calls issuing accounts, and those that share cards spend from (proposed). */
const SHOWN_KINDS: readonly AccountKind[] = ['partner-funding', 'shared']

/** Fields and answer (docs). Each account is of one currency and has a number of its own (proposed). */
export const QUERY_BALANCE = readingCall(
  {
    path: '/issuing/partner/query-balance',
    summary: 'Query the balances of the issuing accounts',
    data: Type.Array(
      Type.Object({
        account_num: Type.String(),
        account_name: Type.String(),
        currency: CurrencyText,
        balance: AmountText,
        available_balance: AmountText,
        block_amount: AmountText,
      }),
    ),
    errors: [],
    bizData: Type.Object({ ...PARTNER_FIELDS, account_num: Type.Optional(idText(48)) }),
  },
  async (ports, app, bizData) => {
    assertOwnPartner(app, bizData)
    const wanted = bizData.account_num === undefined ? undefined : parseAccountNo(bizData.account_num)
    const accounts = (await ports.storage.read.accountsOf(app.partnerId)).filter(
      ({ kind, accountId }) =>
        SHOWN_KINDS.includes(kind) && (bizData.account_num === undefined || accountId === wanted),
    )
    return { total: accounts.length, data: accounts.map(encodeBalance) }
  },
)

/** Fields (docs); that the payment's details may be left out is (proposed), and so is the length of texts. */
export const CREATE_TOPUP = changingCall(
  {
    path: '/issuing/partner/create-topup',
    summary: 'Announce a deposit to an issuing account',
    data: Type.Object({ order_id: IdNumber, topup_id: IdNumber, order_no: Type.String() }),
    errors: ['account-not-found', 'unknown-currency', 'invalid-amount', 'duplicate-order'],
    bizData: Type.Object({
      order_no: text(64),
      pay_amount: PositiveDecimal,
      pay_currency: CurrencyCode,
      topup_account_num: Type.Optional(idText(48)),
      topup_currency: CurrencyCode,
      reference: Type.Optional(text(128)),
      payment: Type.Optional(
        Type.Object({
          account_num: Type.Optional(idText(64)),
          bank_name: Type.Optional(text(128)),
          arrive_date: Type.Optional(CalendarDate),
        }),
      ),
    }),
  },
  (work, app, bizData) =>
    orderDeposit(work, {
      partnerId: app.partnerId,
      orderNo: bizData.order_no,
      payAmount: positiveAmount(bizData.pay_amount, bizData.pay_currency),
      accountId:
        bizData.topup_account_num === undefined ? null : accountIdOf(bizData.topup_account_num, 'creditAccount'),
      creditCurrency: bizData.topup_currency,
      payer: {
        account: bizData.payment?.account_num ?? null,
        bank: bizData.payment?.bank_name ?? null,
        expectedOn: bizData.payment?.arrive_date ?? null,
      },
      memo: bizData.reference ?? null,
    }),
  // `order_id` is the older name (docs), `topup_id` the one of the query (docs); both are answered (proposed)
  deposit => ({
    order_id: idNumber(deposit.depositId),
    topup_id: idNumber(deposit.depositId),
    order_no: deposit.orderNo,
  }),
)

/** Fields and answer (docs). `topup_amount` is null until it is known (proposed). */
export const QUERY_TOPUP_RESULT = readingCall(
  {
    path: '/issuing/partner/query-topup-result',
    summary: 'Query the result of a deposit',
    data: Type.Object({
      topup_id: IdNumber,
      order_no: Type.String(),
      order_status: numberFor(DEPOSIT_STATUSES),
      pay_currency: CurrencyText,
      pay_amount: AmountText,
      topup_currency: CurrencyText,
      topup_amount: nullable(AmountText),
      create_time: TimeText,
    }),
    errors: ['deposit-not-found'],
    bizData: Type.Object({ order_no: text(64) }),
  },
  async (ports, app, bizData) => {
    const deposit = await ports.storage.read.depositOrder(app.partnerId, bizData.order_no)
    if (deposit === undefined) throw new PagsmileError(dataNotFound('order'))
    return { total: 1, data: encodeDeposit(deposit) }
  },
)

/** Fields and answer (docs): the id of the payer's side of the movement, the payee's is the next one (proposed). */
export const TRANSFER = changingCall(
  {
    path: '/issuing/partner/transfer',
    summary: 'Transfer between issuing accounts',
    data: Type.Object({ transaction_id: TransactionId }),
    errors: [
      'account-not-found',
      'unknown-currency',
      'invalid-amount',
      'invalid-field',
      'insufficient-funds',
      'duplicate-order',
    ],
    bizData: Type.Object({
      order_no: text(64),
      payment_account_num: idText(48),
      receive_account_num: idText(48),
      amount: PositiveDecimal,
      currency: CurrencyCode,
      reference: Type.Optional(text(128)),
    }),
  },
  (work, app, bizData) =>
    transfer(work, {
      partnerId: app.partnerId,
      payerAccountId: accountIdOf(bizData.payment_account_num, 'payerAccount'),
      payeeAccountId: accountIdOf(bizData.receive_account_num, 'receiverAccount'),
      amount: positiveAmount(bizData.amount, bizData.currency),
      orderNo: bizData.order_no,
      memo: bizData.reference ?? null,
    }),
  ({ outId }) => ({ transaction_id: String(outId) }),
)

function encodeBalance(account: Account) {
  return {
    account_num: formatAccountToken(account.accountId),
    account_name: account.name,
    currency: account.currency,
    balance: amountText(account.balance),
    available_balance: amountText(subtract(account.balance, account.held)),
    block_amount: amountText(account.held),
  }
}

function encodeDeposit(deposit: DepositOrder) {
  return {
    topup_id: idNumber(deposit.depositId),
    order_no: deposit.orderNo,
    order_status: DEPOSIT_STATUSES[deposit.status],
    pay_currency: deposit.payAmount.currency,
    pay_amount: amountText(deposit.payAmount),
    topup_currency: deposit.creditCurrency,
    topup_amount: deposit.creditAmount === null ? null : amountText(deposit.creditAmount),
    create_time: formatDateTime(deposit.createdAt),
  }
}

function amountText(amount: Amount): string {
  return formatDecimal(amount, 2)
}
