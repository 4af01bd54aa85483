/**
 * Durable decisions a second through the authorization engine, beside the same work as one SQL transaction each: the
 * same engine with batches of one, and plain SQL through pgbench. All on the same database, in turns. Then the same by
 * several processes at once.
 */
import type { Pool } from 'pg'
import { ledgerViolations } from '../../packages/server/src/storage/ledger-verification.ts'
import { runClosedLoop } from '../closed-loop.ts'
import { startEngineProcesses } from '../engine-processes.ts'
import {
  type BenchIssuer,
  createBenchIssuer,
  type EngineSize,
  PARTNER_ID,
  SHARED_ACCOUNT,
  SHARING_CARDS,
} from '../issuer.ts'
import { type Approvals, anyCard, createSender, type Subject } from '../messages.ts'
import { runOpenLoop } from '../open-loop.ts'
import { createPgbench, findPgbench } from '../pgbench.ts'
import { median, medianRatio, seededRandom } from '../statistics.ts'
import { atMost, type Context, figure, type Goal, type Measurement, type Suite } from '../suite.ts'

export const suite: Suite = {
  name: 'authorization',
  about: 'durable decisions through the engine, against one SQL transaction each; needs about 4 minutes',
  run,
}

/** As the product runs it. */
const ENGINE: EngineSize = { lanes: 4, batchMax: 256 }
/** Enough that lanes are never idle: several full batches a lane. */
const CALLERS = 4_096
/** The best that one transaction each gets from two cores and one disk, found by trying. */
const BASELINE_ENGINE: EngineSize = { lanes: 16, batchMax: 1 }
const BASELINE_CALLERS = 64

/** How many servers share the database; each is compared with one alone. */
const PROCESSES = [2, 4]

async function* run(context: Context): AsyncGenerator<Measurement> {
  const issuer = await createBenchIssuer(context, context.quick ? 10_000 : 100_000)
  const approvals: Approvals = new Map()
  const batched = createSender(issuer.engine(ENGINE), 'batched', approvals)
  const oneByOne = createSender(issuer.engine(BASELINE_ENGINE), 'one-by-one', approvals)
  const random = seededRandom(1)
  const spread = (): Subject => anyCard(issuer.cards, random)
  const hot = (): Subject => ({ cardId: 7n, accountId: 7n })
  const shared = (): Subject => ({
    cardId: issuer.firstSharingCard + BigInt(Math.floor(random() * SHARING_CARDS)),
    accountId: SHARED_ACCOUNT,
  })

  const atLeastTenfold: Goal = { of: 'ratio', is: 'at least', bound: 10 }
  const pgbench = await pgbenchTurn(context, issuer)
  const cases = [
    { name: `${issuer.cards} cards`, next: spread, goal: atLeastTenfold, floor: 20_000, beside: pgbench },
    { name: 'one hot card', next: hot, goal: null, floor: 25_000, beside: undefined },
    { name: 'one hot shared account', next: shared, goal: null, floor: 25_000, beside: undefined },
  ]
  let peak = 0
  for (const { name, next, goal, floor, beside } of cases) {
    const subject = closedLoopTurn(context, CALLERS, () => batched(next()))
    const baseline = closedLoopTurn(context, BASELINE_CALLERS, () => oneByOne(next()))
    await warmUp(context, name, [subject])
    await inTurns(context, name, beside === undefined ? [baseline, subject] : [baseline, beside, subject])
    const perSecond = median(subject.rates)
    if (next === spread) peak = perSecond
    yield compared(name, subject, baseline, goal)
    yield figure(`${name}, rate`, perSecond, 'decisions/s', { of: 'value', is: 'at least', bound: floor })
    if (beside !== undefined) yield compared('one transaction each, pgbench', beside, baseline, null)
  }
  yield* latencies(context, peak, () => batched(spread()))
  yield* severalProcesses(context, issuer, approvals)
  context.progress(`looking for ${approvals.size} approvals`)
  yield* verify(issuer.pool, approvals)
}

/** One of those that are measured in turns; `rates` has a value, operations a second, for each turn it took. */
type Turn = { readonly rates: number[]; take(durationMs: number): Promise<number> }

function closedLoopTurn(context: Context, concurrency: number, operation: () => Promise<void>): Turn {
  return {
    rates: [],
    async take(durationMs) {
      const { operations, seconds } = await runClosedLoop(
        { concurrency, durationMs, signal: context.signal },
        operation,
      )
      return operations / seconds
    },
  }
}

/** @returns undefined where there is no pgbench, which is noted */
async function pgbenchTurn(context: Context, issuer: BenchIssuer): Promise<Turn | undefined> {
  const program = await findPgbench()
  if (program === undefined) {
    context.note('pgbench is not installed, so there is no row of one transaction each by it')
    return undefined
  }
  const takeRun = createPgbench(context, issuer, program)
  const clients = BASELINE_ENGINE.lanes
  return { rates: [], take: durationMs => takeRun({ clients, seconds: Math.round(durationMs / 1000) }) }
}

async function warmUp(context: Context, name: string, turns: readonly Turn[]): Promise<void> {
  context.progress(`${name}: warming up`)
  for (const turn of turns) await turn.take(context.quick ? 500 : 1_000)
}

/** Rounds in which each takes its turn. */
async function inTurns(context: Context, name: string, turns: readonly Turn[]): Promise<void> {
  const rounds = context.quick ? 2 : 5
  const durationMs = context.quick ? 1_000 : 3_000
  for (let round = 1; round <= rounds; round++) {
    context.progress(`${name}: round ${round} of ${rounds}`)
    for (const turn of turns) turn.rates.push(await turn.take(durationMs))
  }
}

function compared(name: string, subject: Turn, baseline: Turn, goal: Goal | null): Measurement {
  return {
    name,
    value: median(subject.rates),
    unit: 'decisions/s',
    baseline: median(baseline.rates),
    ratio: medianRatio(subject.rates, baseline.rates),
    goal,
  }
}

/** The same work by several processes with an engine each, which meet at the row locks of the accounts. */
async function* severalProcesses(
  context: Context,
  issuer: BenchIssuer,
  approvals: Approvals,
): AsyncGenerator<Measurement> {
  const processes = Math.max(...PROCESSES)
  context.progress(`starting ${processes} processes`)
  const engines = await startEngineProcesses(context, issuer, { processes, size: ENGINE, approvals })
  const turnOf = (count: number): Turn => ({
    rates: [],
    take: durationMs => engines.measure(count, { callers: CALLERS, durationMs }),
  })
  const alone = turnOf(1)
  const together = PROCESSES.map(count => ({ count, turn: turnOf(count) }))
  const turns = [alone, ...together.map(({ turn }) => turn)]
  await warmUp(context, 'several processes', turns)
  await inTurns(context, 'several processes', turns)
  yield figure(`${issuer.cards} cards, 1 process`, median(alone.rates), 'decisions/s')
  for (const { count, turn } of together) {
    yield compared(`${issuer.cards} cards, ${count} processes`, turn, alone, null)
  }
  yield figure('retried after a dead-lock or serialization failure', engines.retries(), 'batches')
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
