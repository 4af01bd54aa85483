/**
 * Durable authorizations a second with one SQL transaction each, from use case to commit, beside the least that any
 * durable SQL transaction can be: one row, one statement. Both over the same pool, in turns.
 */
import { createHash } from 'node:crypto'
import type { Authorization } from '@openissuer/core/authorization/authorization.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import type { Pool } from 'pg'
import { authorize } from '../../packages/server/src/app/authorize.ts'
import { perform } from '../../packages/server/src/app/perform.ts'
import { ledgerViolations } from '../../test/support/ledger-invariants.ts'
import { type LoadResult, runClosedLoop } from '../closed-loop.ts'
import { type BenchIssuer, createBenchIssuer, MERCHANT, USD } from '../issuer.ts'
import { median, medianRatio, seededRandom } from '../statistics.ts'
import { atMost, type Context, figure, type Measurement, type Suite } from '../suite.ts'

export const suite: Suite = {
  name: 'authorization',
  about: 'durable authorizations, one SQL transaction each, against one-row inserts; needs about 3 minutes',
  run,
}

/** What was answered to callers and must therefore be in the database, by id. */
type Approvals = Map<bigint, bigint>

async function* run(context: Context): AsyncGenerator<Measurement> {
  const issuer = await createBenchIssuer(context, context.quick ? 300 : 2_000)
  await issuer.pool.query('create table bench_row (id bigint primary key)')
  const approvals: Approvals = new Map()
  const anyCard = spread(issuer.cardIds)
  const [hotCard = 0n] = issuer.cardIds

  yield* measure(context, 'cards spread, 1 at a time', 1, issuer.pool, () =>
    authorizeOnce(issuer, anyCard(), approvals),
  )
  yield* measure(context, 'cards spread, 8 at a time', 8, issuer.pool, () =>
    authorizeOnce(issuer, anyCard(), approvals),
  )
  yield* measure(context, 'cards spread, 16 at a time', 16, issuer.pool, () =>
    authorizeOnce(issuer, anyCard(), approvals),
  )
  yield* measure(context, 'one hot card, 16 at a time', 16, issuer.pool, () =>
    authorizeOnce(issuer, hotCard, approvals),
  )

  context.progress(`looking for ${approvals.size} approvals`)
  yield* verify(issuer.pool, approvals)
}

/** Rounds of baseline and subject in turns; each figure is the median over the rounds. */
async function* measure(
  context: Context,
  name: string,
  concurrency: number,
  pool: Pool,
  subject: () => Promise<unknown>,
): AsyncGenerator<Measurement> {
  const rounds = context.quick ? 3 : 7
  const load = { concurrency, durationMs: context.quick ? 600 : 2_500, signal: context.signal }
  const insertRow = rowInserter(pool)
  const results: LoadResult[] = []
  const baselines: LoadResult[] = []
  context.progress(`${name}: warming up`)
  for (const operation of [insertRow, subject]) await runClosedLoop({ ...load, durationMs: 400 }, operation)
  for (let round = 1; round <= rounds; round++) {
    context.progress(`${name}: round ${round} of ${rounds}`)
    baselines.push(await runClosedLoop(load, insertRow))
    results.push(await runClosedLoop(load, subject))
  }
  const compared = (what: string, unit: string, of: (result: LoadResult) => number): Measurement => ({
    name: `${name}${what}`,
    value: median(results.map(of)),
    unit,
    baseline: median(baselines.map(of)),
    ratio: medianRatio(results.map(of), baselines.map(of)),
    goal: null,
  })
  yield compared('', 'authorizations/s', result => result.perSecond)
  yield compared(', p50', 'ms', result => result.p50Ms)
  yield compared(', p99', 'ms', result => result.p99Ms)
}

let rows = 0

function rowInserter(pool: Pool): () => Promise<unknown> {
  return () => pool.query({ name: 'bench-row', text: 'insert into bench_row values ($1)', values: [++rows] })
}

/** Cards in an order without pattern, the same in every run. */
function spread(cardIds: readonly bigint[]): () => bigint {
  const random = seededRandom(1)
  return () => cardIds[Math.floor(random() * cardIds.length)] ?? 0n
}

let messages = 0

/** One network message, recognised if it came again, with an amount of its own. */
async function authorizeOnce(issuer: BenchIssuer, cardId: bigint, approvals: Approvals): Promise<void> {
  const { partnerId } = issuer
  const message = ++messages
  const minor = BigInt(100 + (message % 900))
  const key = `message-${message}`
  const idempotency = { scope: 'bench', key, inputHash: createHash('sha256').update(key).digest() }
  let authorization: Authorization | undefined
  await perform(
    issuer.ports,
    { partnerId, idempotency },
    async work => {
      const transactionAmount = amount(minor, USD)
      authorization = await authorize(work, { partnerId, cardId, transactionAmount, merchant: MERCHANT })
      return authorization
    },
    ({ authorizationId, approvalCode, declineReason }) => ({
      authorizationId: String(authorizationId),
      approvalCode,
      declineReason,
    }),
  )
  if (authorization?.approvalCode == null) throw new Error(`declined: ${authorization?.declineReason}`)
  approvals.set(authorization.authorizationId, minor)
}

/** @throws Error when the figures above are worth nothing */
async function* verify(pool: Pool, approvals: Approvals): AsyncGenerator<Measurement> {
  const { rows: found } = await pool.query<{ count: bigint }>(
    `select count(*) as count
       from unnest($1::bigint[], $2::bigint[]) as told(authorization_id, minor)
       join card_authorization a on a.authorization_id = told.authorization_id and a.held_minor = told.minor
        and a.billing_minor = told.minor and a.approval_code is not null`,
    [[...approvals.keys()], [...approvals.values()]],
  )
  const lost = approvals.size - Number(found[0]?.count)
  yield figure(`approvals lost, of ${approvals.size}`, lost, 'approvals', atMost(0))
  const violations = await ledgerViolations(pool)
  yield figure('rows that contradict the ledger', violations.length, 'rows', atMost(0))
  if (lost > 0 || violations.length > 0) {
    throw new Error([`${lost} approvals are not in the database`, ...violations.slice(0, 10)].join('\n'))
  }
}
