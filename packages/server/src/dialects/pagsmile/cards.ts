/** What is done with a card, and what is known of it. */
import { type Card, maskedPanOf } from '@openissuer/core/card/card.ts'
import { formatMonthSlashYear } from '@openissuer/core/card/expiry.ts'
import { nameOf } from '@openissuer/core/cardholder/cardholder.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { type Amount, formatDecimal, subtract } from '@openissuer/core/money/amount.ts'
import { Type } from 'typebox'
import { bindCardholder } from '../../app/bind-cardholder.ts'
import { type ChangeCardStatus, changeCardStatus } from '../../app/change-card-status.ts'
import { closeCard } from '../../app/close-card.ts'
import { loadCard } from '../../app/load-card.ts'
import type { Reader } from '../../app/ports.ts'
import { type CardSecrets, revealCard } from '../../app/reveal-card.ts'
import { unloadCard } from '../../app/unload-card.ts'
import {
  AmountText,
  CurrencyText,
  IdNumber,
  MaskedPan,
  nullable,
  numberFor,
  TimeText,
  Token,
  TransactionId,
} from './answers.ts'
import { type Call, changingCall, readingCall } from './call.ts'
import { formatDateTime } from './dates.ts'
import { CARD_SCHEMES, CARD_STATUSES, CARD_TYPES } from './dictionary.ts'
import { CurrencyCode, Id, idText, PositiveDecimal, positiveAmount, text } from './fields.ts'
import { accountIdOf, idNumber } from './ids.ts'

/** Fields and answer (docs). Sensitive values only for an app that may see them (proposed), with a line in the audit log. */
export const QUERY_CARD_INFO = readingCall(
  {
    path: '/issuing/card/query-card-info',
    summary: 'Query a card',
    data: Type.Object({
      holder_id: nullable(IdNumber),
      holder_name: nullable(Type.String()),
      card_id: IdNumber,
      card_scheme: numberFor(CARD_SCHEMES),
      expired_date: Type.String({ pattern: '^(0[1-9]|1[0-2])/[0-9]{2}$' }),
      active_time: nullable(TimeText),
      card_type: numberFor(CARD_TYPES),
      is_share_card: Type.Boolean(),
      card_token: Token,
      card_pan: Type.String({ description: 'masked, unless the app may see it' }),
      card_status: numberFor(CARD_STATUSES),
      cvv: nullable(Type.String(), { description: 'only for an app that may see it' }),
      acs_password: Type.Null(),
      pin: Type.Null(),
      card_remark: nullable(Type.String()),
      virtual: Type.Boolean(),
    }),
    errors: ['card-not-found'],
    bizData: Type.Object({ card_token: idText(48) }),
  },
  async (ports, app, bizData) => {
    const card = await requireCard(ports.storage.read, app.partnerId, bizData.card_token)
    const secrets = app.showSensitive ? await revealCard(ports, card, { actor: `pagsmile-app:${app.appId}` }) : null
    return { total: 1, data: encodeCard(card, await holderNameOf(ports.storage.read, card), secrets) }
  },
)

/**
 * Fields and answer (docs), one row for each currency: a card has one (proposed). A share card shows the account that it
 * spends from (proposed).
 */
export const QUERY_CARD_BALANCE = readingCall(
  {
    path: '/issuing/card/query-card-balance',
    summary: 'Query the balances of a card',
    data: Type.Array(
      Type.Object({
        account_name: nullable(Type.String()),
        account_num: MaskedPan,
        currency: CurrencyText,
        balance: AmountText,
        available_balance: AmountText,
        block_amount: AmountText,
        card_token: Token,
      }),
    ),
    errors: ['card-not-found'],
    bizData: Type.Object({ card_token: idText(48) }),
  },
  async (ports, app, bizData) => {
    const { read } = ports.storage
    const card = await requireCard(read, app.partnerId, bizData.card_token)
    const account = await read.account(app.partnerId, card.accountId)
    if (account === undefined) throw new Error(`card ${card.cardId} has lost its account`)
    const row = {
      account_name: await holderNameOf(read, card),
      account_num: maskedPanOf(card),
      currency: account.currency,
      balance: amountText(account.balance),
      available_balance: amountText(subtract(account.balance, account.held)),
      block_amount: amountText(account.held),
      card_token: card.token,
    }
    return { total: 1, data: [row] }
  },
)

/** Fields, lengths and answer (docs). */
export const RECHARGE = changingCall(
  {
    path: '/issuing/card/recharge',
    summary: 'Top up a card from an issuing account',
    data: Type.Object({ transaction_id: TransactionId }),
    errors: [
      'card-not-found',
      'card-has-no-balance',
      'card-status-conflict',
      'account-not-found',
      'unknown-currency',
      'invalid-amount',
      'insufficient-funds',
      'duplicate-order',
    ],
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

/** Fields and lengths (docs); the answer is the issuing account's side, as with a recharge (proposed). */
export const RECHARGE_RETURN = changingCall(
  {
    path: '/issuing/card/recharge-return',
    summary: 'Return the balance of a card to an issuing account',
    data: Type.Object({ transaction_id: TransactionId }),
    errors: [
      'card-not-found',
      'card-has-no-balance',
      'card-status-conflict',
      'account-not-found',
      'unknown-currency',
      'invalid-amount',
      'insufficient-funds',
      'duplicate-order',
    ],
    bizData: Type.Object({
      payee_account_num: idText(48),
      card_token: idText(20),
      order_no: text(32),
      amount: PositiveDecimal,
      currency: CurrencyCode,
      reference: Type.Optional(text(128)),
    }),
  },
  (work, app, bizData) =>
    unloadCard(work, {
      partnerId: app.partnerId,
      cardToken: bizData.card_token,
      payeeAccountId: accountIdOf(bizData.payee_account_num, 'payeeAccount'),
      amount: positiveAmount(bizData.amount, bizData.currency),
      orderNo: bizData.order_no,
      memo: bizData.reference ?? null,
    }),
  unload => ({ transaction_id: String(unload.partnerSideId) }),
)

/** The page is not public: as unblocking (proposed). */
export const BLOCK = statusCall('/issuing/card/block', 'Block a card', 'block')

/** Fields (docs), the length of `reason` (proposed). */
export const UNBLOCK = statusCall('/issuing/card/unblock', 'Unblock a card', 'unblock')

/** There is no way back (proposed): nothing public says how a report would be cancelled. */
export const REPORT_LOST = changingCall(
  {
    path: '/issuing/card/lost',
    summary: 'Report the loss of a card',
    data: null,
    errors: ['card-not-found', 'card-status-conflict'],
    bizData: Type.Object({ card_token: idText(48) }),
  },
  async (work, { partnerId }, bizData) => {
    const { cardId } = await requireCard(work.tx, partnerId, bizData.card_token)
    await changeCardStatus(work, { partnerId, cardId, action: 'report-lost', reason: null })
  },
  () => null,
)

/** No new authorization from then on; what is on hold still clears, then the money goes back by itself (docs). */
export const REVOKE = changingCall(
  {
    path: '/issuing/card/revoke',
    summary: 'Close a card for good',
    data: null,
    errors: ['card-not-found', 'card-status-conflict', 'account-not-found'],
    bizData: Type.Object({ card_token: idText(48) }),
  },
  async (work, { partnerId }, bizData) => {
    const { cardId } = await requireCard(work.tx, partnerId, bizData.card_token)
    await closeCard(work, { partnerId, cardId, reason: null })
  },
  () => null,
)

/** Fields (docs). */
export const BIND_HOLDER = changingCall(
  {
    path: '/issuing/card/bind-holder',
    summary: 'Bind a cardholder to a physical card',
    data: null,
    errors: [
      'card-not-found',
      'cardholder-not-found',
      'card-already-bound',
      'card-not-physical',
      'card-status-conflict',
      'cardholder-under-review',
      'cardholder-rejected',
      'cardholder-disabled',
    ],
    bizData: Type.Object({ card_token: idText(48), holder_id: Id }),
  },
  (work, app, bizData) =>
    bindCardholder(work, {
      partnerId: app.partnerId,
      cardToken: bizData.card_token,
      cardholderId: bizData.holder_id,
    }),
  () => null,
)

function statusCall(path: string, summary: string, action: ChangeCardStatus['action']): Call {
  return changingCall(
    {
      path,
      summary,
      data: null,
      errors: ['card-not-found', 'card-status-conflict'],
      bizData: Type.Object({ card_token: idText(48), reason: text(128) }),
    },
    async (work, { partnerId }, bizData) => {
      const { cardId } = await requireCard(work.tx, partnerId, bizData.card_token)
      await changeCardStatus(work, { partnerId, cardId, action, reason: bizData.reason })
    },
    () => null,
  )
}

/** @throws DomainError `card-not-found` */
async function requireCard(read: Reader, partnerId: bigint, token: string): Promise<Card> {
  const card = await read.cardByToken(partnerId, token)
  if (card === undefined) throw new DomainError('card-not-found')
  return card
}

async function holderNameOf(read: Reader, { partnerId, cardholderId }: Card): Promise<string | null> {
  const holder = cardholderId === null ? undefined : await read.cardholder(partnerId, cardholderId)
  return holder === undefined ? null : nameOf(holder)
}

/** All keys of the table. A static 3-D Secure password exists for no card (proposed). */
function encodeCard(card: Card, holderName: string | null, secrets: CardSecrets | null) {
  return {
    holder_id: card.cardholderId === null ? null : idNumber(card.cardholderId),
    holder_name: holderName,
    card_id: idNumber(card.cardId),
    card_scheme: CARD_SCHEMES[card.network],
    expired_date: formatMonthSlashYear(card.expiry),
    active_time: card.activatedAt === null ? null : formatDateTime(card.activatedAt),
    card_type: CARD_TYPES[card.form],
    is_share_card: card.shared,
    card_token: card.token,
    card_pan: secrets?.pan ?? maskedPanOf(card),
    card_status: CARD_STATUSES[card.status],
    cvv: secrets?.cvv2 ?? null,
    acs_password: null,
    pin: null,
    card_remark: card.remark,
    virtual: card.form === 'virtual',
  }
}

function amountText(amount: Amount): string {
  return formatDecimal(amount, 2)
}
