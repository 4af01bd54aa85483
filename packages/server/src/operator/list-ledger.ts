import { DomainError } from '@openissuer/core/errors.ts'
import { ACCOUNT_KINDS, type Account, type AccountKind, sideOf } from '@openissuer/core/ledger/account.ts'
import { JOURNAL_ENTRY_KINDS } from '@openissuer/core/ledger/journal-entry.ts'
import { subtract } from '@openissuer/core/money/amount.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import type { ListedEntry } from '../app/list-ports.ts'
import { CurrencyText, documented, IdText, InstantText, Money, nullable, pageSchema } from './answers.ts'
import { CardToken, idOrNull, idParameter, knownPartner } from './ids.ts'
import { type OperatorContext, OperatorError } from './operator-api.ts'
import { PAGE, PERIOD, pageById, pageByTime, periodOf } from './paging.ts'
import { oneOf, wireAmount } from './simulations.ts'

type OfPartner = { Params: { partnerId: string } }

const AccountsQuery = Type.Object(
  {
    kind: Type.Optional(oneOf(Object.keys(ACCOUNT_KINDS) as AccountKind[])),
    currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$' })),
    cardholderId: Type.Optional(Type.String({ maxLength: 18 })),
    ...PAGE,
  },
  { additionalProperties: false },
)

const EntriesQuery = Type.Object(
  {
    accountId: Type.Optional(Type.String({ maxLength: 18 })),
    cardToken: Type.Optional(CardToken),
    kind: Type.Optional(oneOf(JOURNAL_ENTRY_KINDS)),
    orderNo: Type.Optional(Type.String({ pattern: '^[\\x20-\\x7e]{1,128}$' })),
    ...PERIOD,
    ...PAGE,
  },
  { additionalProperties: false },
)

const described = documented('Accounts and deposits')

const AccountKindText = oneOf(Object.keys(ACCOUNT_KINDS) as AccountKind[])
const SideText = oneOf(['debit', 'credit'])

export const AccountShown = Type.Object(
  {
    accountId: IdText,
    kind: AccountKindText,
    normalSide: SideText,
    name: Type.String(),
    currency: CurrencyText,
    cardholderId: nullable(IdText),
    balance: Money,
    held: Money,
    available: Money,
  },
  { title: 'Account' },
)

const Entry = Type.Object(
  {
    entryId: IdText,
    kind: oneOf(JOURNAL_ENTRY_KINDS),
    cardId: nullable(IdText),
    cardToken: nullable(CardToken),
    orderNo: nullable(Type.String()),
    memo: nullable(Type.String()),
    createdAt: InstantText,
    postings: Type.Array(
      Type.Object({
        accountId: IdText,
        accountKind: AccountKindText,
        side: SideText,
        amount: Money,
        balanceAfter: Money,
      }),
      { minItems: 2, description: 'debits equal credits in each currency' },
    ),
  },
  { title: 'JournalEntry' },
)

/** A partner's accounts with what is on them, and the journal entries that brought it there. */
export const ledgerListRoutes: FastifyPluginAsync<OperatorContext> = async (server, { ports }) => {
  const { read } = ports.storage

  server.get<OfPartner & { Querystring: Static<typeof AccountsQuery> }>(
    '/partners/:partnerId/accounts',
    {
      schema: {
        ...described('listAccounts', 'List the ledger accounts of a partner', pageSchema('accounts', AccountShown), [
          'cardholder-not-found',
        ]),
        querystring: AccountsQuery,
      },
    },
    async ({ params, query }) => {
      const { kind, currency, cardholderId } = query
      const filter = {
        partnerId: await knownPartner(ports, params.partnerId),
        kind,
        currency,
        cardholderId: cardholderId === undefined ? undefined : idParameter(cardholderId, 'cardholder-not-found'),
      }
      const { rows, nextCursor } = await pageById(
        query,
        page => read.listAccounts({ ...filter, ...page }),
        account => account.accountId,
      )
      return { accounts: rows.map(encodeAccount), nextCursor }
    },
  )

  server.get<{ Params: { partnerId: string; accountId: string } }>(
    '/partners/:partnerId/accounts/:accountId',
    { schema: described('showAccount', 'Show a ledger account', AccountShown, ['account-not-found']) },
    async ({ params }) => {
      const partnerId = idParameter(params.partnerId, 'partner-not-found')
      const account = await read.account(partnerId, idParameter(params.accountId, 'account-not-found'))
      if (account === undefined) throw new DomainError('account-not-found')
      return encodeAccount(account)
    },
  )

  server.get<OfPartner & { Querystring: Static<typeof EntriesQuery> }>(
    '/partners/:partnerId/journal-entries',
    {
      schema: {
        ...described('listJournalEntries', 'List the journal entries of a partner', pageSchema('entries', Entry), [
          'account-not-found',
          'invalid-field',
        ]),
        querystring: EntriesQuery,
      },
    },
    async ({ params, query }) => {
      const { accountId, cardToken, kind, orderNo } = query
      const filter = {
        ...periodOf(query),
        partnerId: await knownPartner(ports, params.partnerId),
        accountId: accountId === undefined ? undefined : idParameter(accountId, 'account-not-found'),
        cardToken,
        kind,
        orderNo,
      }
      const { rows, nextCursor } = await pageByTime(
        query,
        page => read.listEntries({ ...filter, ...page }),
        ({ createdAt, entryId }) => ({ at: createdAt, id: entryId }),
      )
      return { entries: rows.map(encodeEntry), nextCursor }
    },
  )

  server.get<{ Params: { partnerId: string; entryId: string } }>(
    '/partners/:partnerId/journal-entries/:entryId',
    { schema: described('showJournalEntry', 'Show a journal entry', Entry, ['not-found']) },
    async ({ params }) => {
      const partnerId = idParameter(params.partnerId, 'partner-not-found')
      const entry = /^\d{1,18}$/.test(params.entryId) ? await read.entry(partnerId, BigInt(params.entryId)) : undefined
      if (entry === undefined) throw new OperatorError(404, 'not-found', 'The partner has no such journal entry.')
      return encodeEntry(entry)
    },
  )
}

export function encodeAccount(account: Account) {
  return {
    accountId: String(account.accountId),
    kind: account.kind,
    normalSide: sideOf(account.kind),
    name: account.name,
    currency: account.currency,
    cardholderId: idOrNull(account.cardholderId),
    balance: wireAmount(account.balance),
    held: wireAmount(account.held),
    available: wireAmount(subtract(account.balance, account.held)),
  }
}

function encodeEntry(entry: ListedEntry) {
  return {
    entryId: String(entry.entryId),
    kind: entry.kind,
    cardId: idOrNull(entry.cardId),
    cardToken: entry.cardToken,
    orderNo: entry.orderNo,
    memo: entry.memo,
    createdAt: entry.createdAt.toString(),
    postings: entry.postings.map(posting => ({
      accountId: String(posting.accountId),
      accountKind: posting.accountKind,
      side: posting.side,
      amount: wireAmount(posting.amount),
      balanceAfter: wireAmount(posting.balanceAfter),
    })),
  }
}
