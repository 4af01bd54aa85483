import { DomainError } from '@openissuer/core/errors.ts'
import { formatRateShortly } from '@openissuer/core/money/conversion.ts'
import { type Currency, isCurrency } from '@openissuer/core/money/currency.ts'
import { type ExchangeRate, RATE_DIGITS_MAX, rateFrom } from '@openissuer/core/money/exchange-rate.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import { addExchangeRate } from '../app/add-exchange-rate.ts'
import { CurrencyText, DecimalText, documented, InstantText as InstantAnswer, nullable } from './answers.ts'
import type { OperatorContext } from './operator-api.ts'

const Code = Type.String({ maxLength: 5 })
/** ISO 8601 with an offset */
const InstantText = Type.String({ maxLength: 40 })

const RateBody = Type.Object(
  {
    base: Code,
    quote: Code,
    /** major units of the quote currency for one of the base currency */
    rate: Type.String({ maxLength: 40 }),
    validFrom: Type.Optional(InstantText),
    source: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  },
  { additionalProperties: false },
)

const Query = Type.Object(
  {
    base: Type.Optional(Code),
    quote: Type.Optional(Code),
    at: Type.Optional(InstantText),
    limit: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,2}$' })),
    offset: Type.Optional(Type.String({ pattern: '^[0-9]{1,9}$' })),
  },
  { additionalProperties: false },
)

const described = documented('Exchange rates')

const Line = Type.Object(
  {
    base: CurrencyText,
    quote: CurrencyText,
    rate: DecimalText,
    validFrom: InstantAnswer,
    source: Type.String(),
  },
  { title: 'ExchangeRate' },
)

const Rates = Type.Object({
  total: Type.Integer(),
  exchangeRates: Type.Array(Line),
  valid: nullable(
    Type.Object({
      at: InstantAnswer,
      rate: DecimalText,
      inverse: Type.Boolean({ description: 'the line is of the other direction' }),
      line: Line,
    }),
    { description: 'what converts at the time asked for, before any mark-up' },
  ),
})

const PAGE_SIZE = 100

const SOURCE = 'operator'

/** The rate table: lines are added and never changed. */
export const exchangeRateRoutes: FastifyPluginAsync<OperatorContext> = async (server, { ports, run }) => {
  server.post<{ Body: Static<typeof RateBody> }>(
    '/exchange-rates',
    {
      schema: {
        ...described(
          'addExchangeRate',
          'Add a line to the rate table',
          Line,
          ['unknown-currency', 'invalid-field', 'duplicate-exchange-rate'],
          201,
        ),
        body: RateBody,
      },
    },
    async (request, reply) => {
      const { body } = request
      const command = {
        base: currencyOf(body.base, 'base'),
        quote: currencyOf(body.quote, 'quote'),
        rate: body.rate,
        validFrom: body.validFrom === undefined ? null : instantOf(body.validFrom, 'validFrom'),
        source: body.source ?? SOURCE,
      }
      const added = await run(request, 0n, work => addExchangeRate(work, command), encodeLine)
      ports.rates.forget()
      return reply.code(201).send(added)
    },
  )

  server.get<{ Querystring: Static<typeof Query> }>(
    '/exchange-rates',
    {
      schema: {
        ...described('listExchangeRates', 'List the rate table, and what is valid', Rates, [
          'unknown-currency',
          'invalid-field',
        ]),
        querystring: Query,
      },
    },
    async request => {
      const { query } = request
      const base = query.base === undefined ? undefined : currencyOf(query.base, 'base')
      const quote = query.quote === undefined ? undefined : currencyOf(query.quote, 'quote')
      const at = query.at === undefined ? ports.clock.now() : instantOf(query.at, 'at')
      const { rows, total } = await ports.storage.read.exchangeRates({
        base,
        quote,
        offset: Number(query.offset ?? 0),
        limit: Number(query.limit ?? PAGE_SIZE),
      })
      const valid =
        base === undefined || quote === undefined ? undefined : await ports.storage.read.exchangeRateAt(base, quote, at)
      return {
        total,
        exchangeRates: rows.map(encodeLine),
        valid: base === undefined || valid === undefined ? null : encodeValid(base, valid, at),
      }
    },
  )
}

function encodeLine({ base, quote, rate, validFrom, source }: ExchangeRate) {
  return { base, quote, rate, validFrom: validFrom.toString(), source }
}

/** What converts from `base` at an instant, without mark-up; `line` is what it comes from, which may be the inverse pair. */
function encodeValid(base: Currency, line: ExchangeRate, at: Temporal.Instant) {
  return {
    at: at.toString(),
    rate: formatRateShortly(rateFrom(base, line), RATE_DIGITS_MAX),
    inverse: line.base !== base,
    line: encodeLine(line),
  }
}

function currencyOf(code: string, field: string): Currency {
  if (!isCurrency(code)) throw new DomainError('unknown-currency', field)
  return code
}

/** Of the years that the database can hold. */
function instantOf(text: string, field: string): Temporal.Instant {
  try {
    const instant = Temporal.Instant.from(text)
    const { year } = instant.toZonedDateTimeISO('UTC')
    if (year >= 1 && year <= 9999) return instant
  } catch (cause) {
    throw Object.assign(new DomainError('invalid-field', field), { cause })
  }
  throw new DomainError('invalid-field', field)
}
