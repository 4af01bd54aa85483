/** Deposits that partners have announced, and the accounts that money goes to. */
import { DomainError } from '@openissuer/core/errors.ts'
import type { DepositOrder, DepositStatus } from '@openissuer/core/ledger/deposit.ts'
import { type Amount, parseDecimal } from '@openissuer/core/money/amount.ts'
import { type Currency, isCurrency } from '@openissuer/core/money/currency.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import { confirmDeposit, rejectDeposit, reviewDeposit } from '../app/decide-deposit.ts'
import { openAccount } from '../app/open-account.ts'
import { CurrencyText, documented, IdText, InstantText, Money, nullable, pageSchema } from './answers.ts'
import { idParameter, knownPartner } from './ids.ts'
import type { OperatorContext } from './operator-api.ts'
import { PAGE, pageById } from './paging.ts'
import { wireAmount } from './simulations.ts'

const CLOSED = { additionalProperties: false }

const List = Type.Object({ open: Type.Optional(Type.Literal('true')), ...PAGE }, CLOSED)

/** What is credited; may be left out where the partner has announced it in the account's currency. */
const Confirmation = Type.Object(
  {
    credited: Type.Optional(
      Type.Object({ amount: Type.String({ maxLength: 24 }), currency: Type.String({ maxLength: 16 }) }, CLOSED),
    ),
  },
  CLOSED,
)

const Rejection = Type.Object({ reason: Type.String({ minLength: 1, maxLength: 256 }) }, CLOSED)

const NewAccount = Type.Object(
  {
    kind: Type.Enum(['partner-funding', 'shared']),
    currency: Type.String({ maxLength: 16 }),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  },
  CLOSED,
)

const described = documented('Accounts and deposits')

const Deposit = Type.Object(
  {
    depositId: IdText,
    orderNo: Type.String(),
    status: Type.Enum(['awaiting-confirmation', 'in-review', 'completed', 'failed']),
    accountId: IdText,
    payAmount: Money,
    creditCurrency: CurrencyText,
    creditAmount: nullable(Money),
    payer: Type.Object({
      account: nullable(Type.String()),
      bank: nullable(Type.String()),
      expectedOn: nullable(Type.String({ format: 'date' })),
    }),
    memo: nullable(Type.String()),
    rejection: nullable(Type.String()),
    createdAt: InstantText,
  },
  { title: 'Deposit' },
)

const AccountOpened = Type.Object({
  accountId: IdText,
  kind: Type.Enum(['partner-funding', 'shared']),
  currency: CurrencyText,
  name: Type.String(),
})

type OfPartner = { Params: { partnerId: string } }
type OfDeposit = { Params: { partnerId: string; depositId: string } }

const OPEN: readonly DepositStatus[] = ['awaiting-confirmation', 'in-review']
const ALL: readonly DepositStatus[] = [...OPEN, 'completed', 'failed']

export const depositRoutes: FastifyPluginAsync<OperatorContext> = async (server, { ports, run }) => {
  server.get<OfPartner & { Querystring: Static<typeof List> }>(
    '/partners/:partnerId/deposits',
    {
      schema: {
        ...described('listDeposits', 'List the deposits that a partner has announced', pageSchema('deposits', Deposit)),
        querystring: List,
      },
    },
    async request => {
      const partnerId = await knownPartner(ports, request.params.partnerId)
      const statuses = request.query.open === undefined ? ALL : OPEN
      const { rows, nextCursor } = await pageById(
        request.query,
        page => ports.storage.read.listDeposits({ partnerId, statuses, ...page }),
        deposit => deposit.depositId,
      )
      return { deposits: rows.map(encodeDeposit), nextCursor }
    },
  )

  server.post<OfDeposit & { Body: Static<typeof Confirmation> }>(
    '/partners/:partnerId/deposits/:depositId/confirm',
    {
      schema: {
        ...described('confirmDeposit', 'Credit a deposit whose money has arrived', Deposit, [
          'deposit-not-found',
          'deposit-closed',
          'missing-field',
          'invalid-amount',
          'unknown-currency',
        ]),
        body: Confirmation,
      },
    },
    request => {
      const named = namedBy(request.params)
      const amount = creditedBy(request.body)
      return run(request, named.partnerId, work => confirmDeposit(work, { ...named, amount }), encodeDeposit)
    },
  )

  server.post<OfDeposit>(
    '/partners/:partnerId/deposits/:depositId/review',
    {
      schema: described('reviewDeposit', 'Say that a deposit is looked into', Deposit, [
        'deposit-not-found',
        'deposit-closed',
      ]),
    },
    request => {
      const named = namedBy(request.params)
      return run(request, named.partnerId, work => reviewDeposit(work, named), encodeDeposit)
    },
  )

  server.post<OfDeposit & { Body: Static<typeof Rejection> }>(
    '/partners/:partnerId/deposits/:depositId/reject',
    {
      schema: {
        ...described('rejectDeposit', 'Refuse a deposit', Deposit, ['deposit-not-found', 'deposit-closed']),
        body: Rejection,
      },
    },
    request => {
      const named = namedBy(request.params)
      const { reason } = request.body
      return run(request, named.partnerId, work => rejectDeposit(work, { ...named, reason }), encodeDeposit)
    },
  )

  server.post<OfPartner & { Body: Static<typeof NewAccount> }>(
    '/partners/:partnerId/accounts',
    {
      schema: {
        ...described('openAccount', 'Open one more account', AccountOpened, ['unknown-currency'], 201),
        body: NewAccount,
      },
    },
    async (request, reply) => {
      const partnerId = await knownPartner(ports, request.params.partnerId)
      const { kind, name } = request.body
      const currency = currencyOf(request.body.currency)
      const opened = await run(
        request,
        partnerId,
        work => openAccount(work, { partnerId, kind, currency, name: name ?? null }),
        account => ({ accountId: String(account.accountId), kind, currency, name: account.name }),
      )
      return reply.code(201).send(opened)
    },
  )
}

function namedBy({ partnerId, depositId }: OfDeposit['Params']) {
  return {
    partnerId: idParameter(partnerId, 'partner-not-found'),
    depositId: idParameter(depositId, 'deposit-not-found'),
  }
}

function creditedBy({ credited }: Static<typeof Confirmation>): Amount | null {
  if (credited === undefined) return null
  const amount = parseDecimal(credited.amount, currencyOf(credited.currency))
  if (amount === undefined) throw new DomainError('invalid-amount', 'amount')
  return amount
}

function currencyOf(code: string): Currency {
  if (!isCurrency(code)) throw new DomainError('unknown-currency', 'currency')
  return code
}

function encodeDeposit(deposit: DepositOrder) {
  const { payAmount, creditAmount, payer } = deposit
  return {
    depositId: String(deposit.depositId),
    orderNo: deposit.orderNo,
    status: deposit.status,
    accountId: String(deposit.accountId),
    payAmount: wireAmount(payAmount),
    creditCurrency: deposit.creditCurrency,
    creditAmount: creditAmount === null ? null : wireAmount(creditAmount),
    payer: { ...payer },
    memo: deposit.memo,
    rejection: deposit.rejection,
    createdAt: deposit.createdAt.toString(),
  }
}
