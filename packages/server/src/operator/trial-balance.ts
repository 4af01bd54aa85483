import { ACCOUNT_KINDS, type AccountKind, sideOf } from '@openissuer/core/ledger/account.ts'
import { type Amount, add, subtract, zero } from '@openissuer/core/money/amount.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import type { TrialBalance } from '../app/list-ports.ts'
import { CurrencyText, documented, IdText, InstantText, Money, nullable } from './answers.ts'
import { idOrNull, knownPartner } from './ids.ts'
import type { OperatorContext } from './operator-api.ts'
import { instantParameter, PAGE, pageByTime } from './paging.ts'
import { oneOf, wireAmount } from './simulations.ts'

const Query = Type.Object(
  {
    at: Type.Optional(
      Type.String({ maxLength: 40, description: 'ISO 8601 with an offset, inclusive; now unless given' }),
    ),
    currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3,5}$' })),
    ...PAGE,
  },
  { additionalProperties: false },
)

const described = documented('Accounts and deposits')

const KIND = {
  kind: oneOf(Object.keys(ACCOUNT_KINDS) as AccountKind[]),
  normalSide: oneOf(['debit', 'credit']),
  currency: CurrencyText,
}

const POSTED = { debits: Money, credits: Money, balance: Money }

const Shown = Type.Object(
  {
    at: InstantText,
    totals: nullable(
      Type.Array(Type.Object({ currency: CurrencyText, debits: Money, credits: Money, equal: Type.Boolean() })),
      { description: 'of all accounts; null on later pages' },
    ),
    kinds: nullable(Type.Array(Type.Object({ ...KIND, accounts: Type.Integer(), ...POSTED })), {
      description: 'all accounts of a kind and currency together; null on later pages',
    }),
    accounts: Type.Array(
      Type.Object({ accountId: IdText, ...KIND, name: Type.String(), cardholderId: nullable(IdText), ...POSTED }),
      { description: 'the accounts that there were at the instant, by id' },
    ),
    nextCursor: nullable(Type.String(), { description: 'null on the last page' }),
  },
  { title: 'TrialBalance' },
)

/** What was posted to a partner's accounts up to an instant, and that debits equal credits. */
export const trialBalanceRoutes: FastifyPluginAsync<OperatorContext> = async (server, { ports }) => {
  server.get<{ Params: { partnerId: string }; Querystring: Static<typeof Query> }>(
    '/partners/:partnerId/trial-balance',
    {
      schema: {
        ...described('showTrialBalance', 'Show what was posted to the accounts of a partner', Shown, ['invalid-field']),
        querystring: Query,
      },
    },
    async ({ params, query }) => {
      const partnerId = await knownPartner(ports, params.partnerId)
      const asked = query.at === undefined ? undefined : instantParameter(query.at, 'at')
      let at = asked ?? ports.clock.now()
      let sums = null as TrialBalance['sums']
      const { rows, nextCursor } = await pageByTime(
        query,
        async ({ after, limit }) => {
          // every page is of the instant of the first one
          at = after?.at ?? at
          const found = await ports.storage.read.trialBalance({ partnerId, at, currency: query.currency, after, limit })
          sums = found.sums
          return found.lines
        },
        ({ accountId }) => ({ at, id: accountId }),
      )
      return {
        at: at.toString(),
        totals: sums && totalsOf(sums),
        kinds: sums && sums.map(({ accounts, ...posted }) => ({ ...encodePosted(posted), accounts })),
        accounts: rows.map(({ accountId, name, cardholderId, ...posted }) => ({
          accountId: String(accountId),
          name,
          cardholderId: idOrNull(cardholderId),
          ...encodePosted(posted),
        })),
        nextCursor,
      }
    },
  )
}

type Posted = { readonly kind: AccountKind; readonly debits: Amount; readonly credits: Amount }

function encodePosted({ kind, debits, credits }: Posted) {
  const side = sideOf(kind)
  const balance = side === 'debit' ? subtract(debits, credits) : subtract(credits, debits)
  return {
    kind,
    normalSide: side,
    currency: debits.currency,
    debits: wireAmount(debits),
    credits: wireAmount(credits),
    balance: wireAmount(balance),
  }
}

function totalsOf(sums: NonNullable<TrialBalance['sums']>) {
  return [...Map.groupBy(sums, ({ debits }) => debits.currency)].map(([currency, ofCurrency]) => {
    const total = (side: 'debits' | 'credits') =>
      ofCurrency.map(sum => sum[side]).reduce((all, each) => add(all, each), zero(currency))
    const [debits, credits] = [total('debits'), total('credits')]
    return {
      currency,
      debits: wireAmount(debits),
      credits: wireAmount(credits),
      equal: debits.minor === credits.minor,
    }
  })
}
