/**
 * Durable decisions a second through the authorization engine, beside the same work as one SQL transaction each: the
 * same engine with batches of one. Both on the same database, in turns.
 */
import { createHash } from 'node:crypto'
import { amount } from '@openissuer/core/money/amount.ts'
import type { Pool } from 'pg'
import type { AuthorizationEngine } from '../../packages/server/src/app/engine/authorization-engine.ts'
import { ledgerViolations } from '../../packages/server/src/storage/ledger-verification.ts'
import { type LoadResult, runClosedLoop } from '../closed-loop.ts'
import { createBenchIssuer, MERCHANT, PARTNER_ID, SHARED_ACCOUNT, SHARING_CARDS, USD } from '../issuer.ts'
import { runOpenLoop } from '../open-loop.ts'
import { median, medianRatio, seededRandom } from '../statistics.ts'
import { atMost, type Context, figure, type Goal, type Measurement, type Suite } from '../suite.ts'

export const suite: Suite = {
  name: 'authorization',
  about: 'durable decisions through the engine, against one SQL transaction each; needs about 3 minutes',
  run,
}

/** As the product runs it. */
const LANES = 4
const BATCH_MAX = 256
/** Enough that lanes are never idle: several full batches a lane. */
const CALLERS = 4_096
/** The best that one transaction each gets from two cores and one disk, found by trying. */
const BASELINE_LANES = 16
const BASELINE_CALLERS = 64

/** What was answered to callers and must therefore be in the database, by id. */
type Approvals = Map<bigint, bigint>

type Subject = { readonly cardId: bigint; readonly accountId: bigint }

async function* run(context: Context): AsyncGenerator<Measurement> {
  const issuer = await createBenchIssuer(context, context.quick ? 10_000 : 100_000)
  const approvals: Approvals = new Map()
  const engine = issuer.engine({ lanes: LANES, batchMax: BATCH_MAX })
  const single = issuer.engine({ lanes: BASELINE_LANES, batchMax: 1 })
  const random = seededRandom(1)
  const pick = (count: number) => BigInt(Math.floor(random() * count))
  const spread = (): Subject => {
    const cardId = 1n + pick(issuer.cards)
    return { cardId, accountId: cardId }
  }
  const hot = (): Subject => ({ cardId: 7n, accountId: 7n })
  const shared = (): Subject => ({ cardId: issuer.firstSharingCard + pick(SHARING_CARDS), accountId: SHARED_ACCOUNT })

  const atLeastTenfold: Goal = { of: 'ratio', is: 'at least', bound: 10 }
  const ask = (through: AuthorizationEngine, next: () => Subject) => () => authorizeOnce(through, next(), approvals)
  const cases = [
    { name: `${issuer.cards} cards`, next: spread, goal: atLeastTenfold, floor: 20_000 },
    { name: 'one hot card', next: hot, goal: null, floor: 25_000 },
    { name: 'one hot shared account', next: shared, goal: null, floor: 25_000 },
  ]
  let peak = 0
  for (const { name, next, goal, floor } of cases) {
    const { results, baselines } = await inTurns(context, name, ask(engine, next), ask(single, next))
    const perSecond = median(results.map(result => result.perSecond))
    if (next === spread) peak = perSecond
    yield {
      name,
      value: perSecond,
      unit: 'decisions/s',
      baseline: median(baselines.map(result => result.perSecond)),
      ratio: medianRatio(
        results.map(result => result.perSecond),
        baselines.map(result => result.perSecond),
      ),
      goal,
    }
    yield figure(`${name}, rate`, perSecond, 'decisions/s', { of: 'value', is: 'at least', bound: floor })
  }
  yield* latencies(context, peak, ask(engine, spread))
  context.progress(`looking for ${approvals.size} approvals`)
  yield* verify(issuer.pool, approvals)
}

/** Rounds of baseline and subject in turns; each figure is the median over the rounds. */
async function inTurns(
  context: Context,
  name: string,
  subject: () => Promise<unknown>,
  baseline: () => Promise<unknown>,
): Promise<{ results: LoadResult[]; baselines: LoadResult[] }> {
  const rounds = context.quick ? 3 : 5
  const durationMs = context.quick ? 1_000 : 3_000
  const { signal } = context
  const batched = { concurrency: CALLERS, durationMs, signal }
  const oneByOne = { concurrency: BASELINE_CALLERS, durationMs, signal }
  context.progress(`${name}: warming up`)
  await runClosedLoop({ ...batched, durationMs: 1_000 }, subject)
  const results: LoadResult[] = []
  const baselines: LoadResult[] = []
  for (let round = 1; round <= rounds; round++) {
    context.progress(`${name}: round ${round} of ${rounds}`)
    baselines.push(await runClosedLoop(oneByOne, baseline))
    results.push(await runClosedLoop(batched, subject))
  }
  return { results, baselines }
}

/** At half of what the engine can do, and with one request at a time. */
async function* latencies(
  context: Context,
  peak: number,
  subject: () => Promise<unknown>,
): AsyncGenerator<Measurement> {
  const durationMs = context.quick ? 2_000 : 5_000
  const rounds = context.quick ? 1 : 3
  const halves: { p50Ms: number; p99Ms: number }[] = []
  for (let round = 1; round <= rounds; round++) {
    context.progress(`half of peak: round ${round} of ${rounds}`)
    halves.push(await runOpenLoop({ perSecond: peak / 2, durationMs, signal: context.signal }, subject))
  }
  yield figure('open loop at half of peak, p50', median(halves.map(half => half.p50Ms)), 'ms')
  yield figure('open loop at half of peak, p99', median(halves.map(half => half.p99Ms)), 'ms', atMost(20))
  const idle = await runClosedLoop({ concurrency: 1, durationMs: 1_000, signal: context.signal }, subject)
  yield figure('one at a time, p50', idle.p50Ms, 'ms')
  yield figure('one at a time, p99', idle.p99Ms, 'ms')
}

let messages = 0

/** One network message with an amount of its own. */
async function authorizeOnce(engine: AuthorizationEngine, subject: Subject, approvals: Approvals): Promise<void> {
  const message = ++messages
  const billingAmount = amount(BigInt(100 + (message % 900)), USD)
  const matchKey = `message-${message}`
  const answer = await engine.submit({
    ...subject,
    partnerId: PARTNER_ID,
    matchKey,
    inputHash: createHash('sha256').update(matchKey).digest(),
    purpose: 'purchase',
    transactionAmount: billingAmount,
    billingAmount,
    merchant: MERCHANT,
    entryMode: 'chip',
    cardData: {},
    partialApproval: false,
    advice: false,
    forcedReason: null,
  })
  if (answer.kind !== 'decided' || answer.authorization.declineReason !== null) {
    throw new Error(`not approved: ${answer.kind === 'decided' ? answer.authorization.declineReason : answer.kind}`)
  }
  approvals.set(answer.authorization.authorizationId, billingAmount.minor)
}

/** @throws Error when the figures above are worth nothing */
async function* verify(pool: Pool, approvals: Approvals): AsyncGenerator<Measurement> {
  const { rows: found } = await pool.query<{ count: bigint }>(
    `select count(*) as count
       from unnest($1::bigint[], $2::bigint[]) as told(authorization_id, minor)
       join card_authorization a on a.partner_id = ${PARTNER_ID} and a.authorization_id = told.authorization_id
        and a.held_minor = told.minor and a.billing_minor = told.minor and a.approval_code is not null`,
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
