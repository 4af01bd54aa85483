import { currency } from '@openissuer/core/money/currency.ts'
import type { ExchangeRate } from '@openissuer/core/money/exchange-rate.ts'
import type { Reader, Transaction } from '../app/ports.ts'
import type { Queryable } from './database.ts'

type Row = {
  base_currency: string
  quote_currency: string
  valid_from: Temporal.Instant
  rate: string
  source: string
}

type ExchangeRateOperations = Pick<Reader & Transaction, 'exchangeRateAt' | 'exchangeRates' | 'insertExchangeRate'>

export function exchangeRateOperations(database: Queryable): ExchangeRateOperations {
  return {
    async exchangeRateAt(base, quote, at) {
      const { rows } = await database.query<Row>({
        name: 'exchange-rate-at',
        text: `(select *, 0 as turned from exchange_rate
                 where base_currency = $1 and quote_currency = $2 and valid_from <= $3 order by valid_from desc limit 1)
               union all
               (select *, 1 as turned from exchange_rate
                 where base_currency = $2 and quote_currency = $1 and valid_from <= $3 order by valid_from desc limit 1)
               order by turned limit 1`,
        values: [base, quote, at.toString()],
      })
      return rows[0] && lineOf(rows[0])
    },

    async exchangeRates({ base, quote, offset, limit }) {
      const where = '($1::text is null or base_currency = $1) and ($2::text is null or quote_currency = $2)'
      const values = [base ?? null, quote ?? null]
      const { rows } = await database.query<Row>(
        `select * from exchange_rate where ${where}
          order by valid_from desc, base_currency, quote_currency limit $3 offset $4`,
        [...values, limit, offset],
      )
      const counted = await database.query<{ total: bigint }>(
        `select count(*) as total from exchange_rate where ${where}`,
        values,
      )
      return { rows: rows.map(lineOf), total: Number(counted.rows[0]?.total) }
    },

    // the statement waits for a concurrent insert of the same line, and the one after it sees what that has left
    async insertExchangeRate({ base, quote, validFrom, rate, source }) {
      const { rowCount } = await database.query(
        `insert into exchange_rate (base_currency, quote_currency, valid_from, rate, source) values ($1, $2, $3, $4, $5)
         on conflict (base_currency, quote_currency, valid_from) do nothing`,
        [base, quote, validFrom.toString(), rate, source],
      )
      if (rowCount === 1) return undefined
      const { rows } = await database.query<Row>(
        'select * from exchange_rate where base_currency = $1 and quote_currency = $2 and valid_from = $3',
        [base, quote, validFrom.toString()],
      )
      if (rows[0] === undefined) throw new Error(`the rate of ${base} to ${quote} from ${validFrom.toString()} is gone`)
      return lineOf(rows[0])
    },
  }
}

function lineOf(row: Row): ExchangeRate {
  return {
    base: currency(row.base_currency),
    quote: currency(row.quote_currency),
    rate: row.rate,
    validFrom: row.valid_from,
    source: row.source,
  }
}
