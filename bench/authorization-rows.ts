/**
 * Two partners whose authorizations lie in the same tables, one with a thousand times as many: made by SQL, as ten million
 * are. Each has a hundred rows a card, spread evenly over a year.
 */
import type { Pool } from 'pg'
import type { Context } from './suite.ts'

export type Population = { readonly partnerId: bigint; readonly rows: number; readonly cards: number }

const ROWS_PER_CARD = 100
const CHUNK = 500_000

export const YEAR_FROM = Temporal.Instant.from('2025-06-01T00:00:00Z')

export async function makePopulation(
  context: Context,
  pool: Pool,
  partnerId: bigint,
  rows: number,
): Promise<Population> {
  const cards = rows / ROWS_PER_CARD
  for (const [statement, values] of frame(partnerId, cards)) await pool.query(statement, values)
  for (let first = 0; first < rows; first += CHUNK) {
    context.progress(`partner ${partnerId}: ${first} of ${rows} authorizations`)
    context.signal.throwIfAborted()
    await pool.query(AUTHORIZATIONS, [
      partnerId,
      first,
      Math.min(first + CHUNK, rows) - 1,
      cards,
      rows,
      YEAR_FROM.toString(),
    ])
  }
  return { partnerId, rows, cards }
}

export const tokenOf = ({ partnerId }: Population, card: number) => String(partnerId * 100_000_000_000n + BigInt(card))

/** Holders, accounts and cards that the authorizations belong to. */
function frame(partnerId: bigint, cards: number): [string, unknown[]][] {
  return [
    [
      `insert into partner (partner_id, name, status, integration_mode, approve_cardholders_automatically, created_at)
       values ($1, 'Bench', 'active', 'credit', true, $2)`,
      [partnerId, YEAR_FROM.toString()],
    ],
    [
      `insert into cardholder (partner_id, cardholder_id, verification, created_at) values ($1, 1, 'approved', $2)`,
      [partnerId, YEAR_FROM.toString()],
    ],
    [
      `insert into account (partner_id, account_id, kind, normal_side, name, currency, balance_minor, held_minor, created_at)
       select $1, n, 'card', 'credit', 'Bench', 'USD', 0, 0, $3 from generate_series(1, $2::int) n`,
      [partnerId, cards, YEAR_FROM.toString()],
    ],
    [
      `insert into card (partner_id, card_id, cardholder_id, program_id, account_id, token, unique_no, form, network, shared,
         bin, last_four, pan_ciphertext, pan_key_id, expiry_year, expiry_month, status, created_at)
       select $1, n, 1, 1, n, ($1::bigint * 100000000000 + n)::text, n::text, 'virtual', 'discover', false, '658704',
              lpad((n % 10000)::text, 4, '0'), '', 1, 2030, 1, 'active', $3
         from generate_series(1, $2::int) n`,
      [partnerId, cards, YEAR_FROM.toString()],
    ],
  ]
}

/**
 * One in ten is declined. A multiplier that shares no factor with the number of cards scatters them over time. One in a
 * hundred thousand is at a rare merchant, another at a rare kind of merchant, another declined for a rare reason; of the
 * last week one in a hundred is open.
 */
const AUTHORIZATIONS = `
  insert into card_authorization (partner_id, authorization_id, card_id, account_id, transaction_minor,
    transaction_currency, billing_minor, billing_currency, merchant_id, merchant_name, merchant_mcc, merchant_country,
    acquirer_id, approval_code, decline_reason, trace, held_minor, cleared_minor, fee_minor, status, expires_at, created_at)
  select $1, 1 + n, 1 + (n * 7919 % $4), 1 + (n * 7919 % $4), 1000 + n % 9000, 'USD', 1000 + n % 9000, 'USD',
         '1715679487057813', case when n % 100000 = 11 then 'Zebra Books' else 'Bench Merchant' end,
         case when n % 100000 = 7 then '7995' else '5411' end, 'US', '00000361603',
         case when n % 10 = 0 then null else '123456' end,
         case when n % 100000 = 0 then 'card-expired' when n % 10 = 0 then 'single-amount-exceeded' end,
         '[]', 0, 0, 0, case when n % 100 = 1 and n > $5::int / 52.0 * 51 then 'open' else 'closed' end,
         $6::timestamptz + n * (interval '365 days' / $5::int) + interval '7 days',
         $6::timestamptz + n * (interval '365 days' / $5::int)
    from generate_series($2::bigint, $3::bigint) n`
