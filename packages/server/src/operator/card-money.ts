/** Money on and off a card's own account. */
import type { Card } from '@openissuer/core/card/card.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { Account } from '@openissuer/core/ledger/account.ts'
import type { Currency } from '@openissuer/core/money/currency.ts'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { type CardLoad, loadCard } from '../app/load-card.ts'
import type { Work } from '../app/ports.ts'
import { unloadCard } from '../app/unload-card.ts'
import { documented, IdText } from './answers.ts'
import { idParameter } from './ids.ts'
import { AccountShown, encodeAccount } from './list-ledger.ts'
import { MONEY, moneyOf } from './money.ts'
import type { OperatorContext } from './operator-api.ts'
import { lineText } from './people.ts'

const CLOSED = { additionalProperties: false }

const AccountId = Type.Optional(
  Type.String({ maxLength: 18, description: 'the first funding account of the currency unless given' }),
)

const MOVEMENT = {
  ...MONEY,
  orderNo: Type.Optional(Type.String({ pattern: '^[\\x21-\\x7e]{1,64}$', description: 'made up unless given' })),
  memo: Type.Optional(lineText(256)),
}

const Load = Type.Object({ ...MOVEMENT, payAccount: AccountId }, CLOSED)

const Unload = Type.Object({ ...MOVEMENT, payeeAccount: AccountId }, CLOSED)

const Moved = Type.Object(
  { entryId: IdText, cardId: IdText, orderNo: Type.String(), account: AccountShown },
  { title: 'CardMovement', description: 'the card’s account as it stands after the movement' },
)

const ERRORS = [
  'account-not-found',
  'card-has-no-balance',
  'card-not-found',
  'card-status-conflict',
  'duplicate-order',
  'insufficient-funds',
  'invalid-amount',
  'unknown-currency',
]

const described = documented('Cards')

type OfCard = { Params: { partnerId: string; cardId: string } }

const MADE_UP_DIGITS = 20

export const cardMoneyRoutes: FastifyPluginAsync<OperatorContext> = async (server, { run }) => {
  type Move = (work: Work, card: Card, orderNo: string) => Promise<CardLoad>

  const move = (request: FastifyRequest<OfCard>, orderNo: string | undefined, useCase: Move) => {
    const partnerId = idParameter(request.params.partnerId, 'partner-not-found')
    const cardId = idParameter(request.params.cardId, 'card-not-found')
    return run(
      request,
      partnerId,
      async work => {
        const card = await work.tx.card(partnerId, cardId)
        if (card === undefined) throw new DomainError('card-not-found')
        const taken = orderNo ?? work.random.digits(MADE_UP_DIGITS)
        const { partnerSideId } = await useCase(work, card, taken)
        return { entryId: partnerSideId, cardId, orderNo: taken, account: await accountOf(work, card) }
      },
      encodeMovement,
    )
  }

  server.post<OfCard & { Body: Static<typeof Load> }>(
    '/partners/:partnerId/cards/:cardId/load',
    { schema: { ...described('loadCard', 'Move money from the partner to a card', Moved, ERRORS), body: Load } },
    request => {
      const { payAccount, orderNo, memo = null } = request.body
      const amount = moneyOf(request.body)
      return move(request, orderNo, async (work, { partnerId, token: cardToken }, taken) => {
        const payAccountId = await fundingAccountOf(work, partnerId, amount.currency, payAccount)
        return loadCard(work, { partnerId, cardToken, payAccountId, amount, orderNo: taken, memo })
      })
    },
  )

  server.post<OfCard & { Body: Static<typeof Unload> }>(
    '/partners/:partnerId/cards/:cardId/unload',
    { schema: { ...described('unloadCard', 'Move money from a card to the partner', Moved, ERRORS), body: Unload } },
    request => {
      const { payeeAccount, orderNo, memo = null } = request.body
      const amount = moneyOf(request.body)
      return move(request, orderNo, async (work, { partnerId, token: cardToken }, taken) => {
        const payeeAccountId = await fundingAccountOf(work, partnerId, amount.currency, payeeAccount)
        return unloadCard(work, { partnerId, cardToken, payeeAccountId, amount, orderNo: taken, memo })
      })
    },
  )
}

/**
 * The account that is named, else the partner's first funding account of a currency.
 *
 * @throws DomainError `account-not-found`
 */
export async function fundingAccountOf(
  { tx }: Work,
  partnerId: bigint,
  currency: Currency,
  named: string | undefined,
): Promise<bigint> {
  if (named !== undefined) return idParameter(named, 'account-not-found')
  const account = await tx.accountOfKind(partnerId, 'partner-funding', currency, null)
  if (account === undefined) throw new DomainError('account-not-found', 'currency')
  return account.accountId
}

async function accountOf({ tx }: Work, { partnerId, cardId, accountId }: Card): Promise<Account> {
  const account = await tx.account(partnerId, accountId)
  if (account === undefined) throw new Error(`card ${cardId} has lost its account`)
  return account
}

function encodeMovement(moved: { entryId: bigint; cardId: bigint; orderNo: string; account: Account }) {
  return {
    entryId: String(moved.entryId),
    cardId: String(moved.cardId),
    orderNo: moved.orderNo,
    account: encodeAccount(moved.account),
  }
}
