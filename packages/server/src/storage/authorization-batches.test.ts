/**
 * Batches on a real PostgreSQL, under what may come in between: other processes, repetitions, a process that is killed,
 * a database that stops, sessions that hang. What is looked for: a limit passed by one unit, an acknowledged approval
 * that is gone, a request without an answer.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Authorization } from '@openissuer/core/authorization/authorization.ts'
import type { Card } from '@openissuer/core/card/card.ts'
import type { LimitTerms } from '@openissuer/core/limits/card-limit.ts'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { ledgerViolations } from '../../../../test/support/ledger-invariants.ts'
import { TestClock } from '../../../../test/support/ports.ts'
import {
  addCardholder,
  addLoadedCard,
  addPartner,
  addProgram,
  addSpendLimit,
  createUseCases,
  NO_MERCHANT,
  purchase,
  purchaseOf,
  type UseCases,
  usd,
} from '../../../../test/support/use-cases.ts'
import {
  type AuthorizationEngine,
  createAuthorizationEngine,
  type EngineAnswer,
  type EngineOptions,
} from '../app/engine/authorization-engine.ts'
import { reverseLateApproval } from '../app/engine/late-approval.ts'
import { secureRandom } from '../random.ts'
import type { EngineReport, EngineWork } from './authorization-batches.fixture.ts'
import { createBatchStore } from './authorization-batches.ts'
import { ENGINE_SESSION, isConflict, openPool } from './database.ts'
import { startEmbeddedPostgres } from './embedded/embedded-postgres.ts'
import { createIdAllocator } from './id-allocator.ts'
import { loadMigrations, migrate } from './migrate.ts'

const NOW = '2026-05-22T12:00:00Z'

const LIMIT: LimitTerms = {
  dailyCount: 1000,
  singleAmount: usd(1_000_000n),
  dailyAmount: usd(2_000_000n),
  monthlyAmount: usd(3_000_000n),
  totalAmount: null,
}

let useCases: UseCases
let cleanup: (() => Promise<unknown>)[]

beforeAll(async () => {
  useCases = await createUseCases(NOW)
  await addProgram(useCases)
})

beforeEach(() => {
  cleanup = []
  useCases.clock.set(NOW)
})

afterEach(async () => {
  for (const step of cleanup.toReversed()) await step()
  expect(await ledgerViolations(useCases.pool)).toEqual([])
})

afterAll(() => useCases.close())

async function newCard(limit: Partial<LimitTerms> = {}, balance = 10_000_000n): Promise<Card> {
  const partner = await addPartner(useCases, { openingBalance: balance })
  return addLoadedCard(useCases, partner, balance, { limit: { ...LIMIT, ...limit } })
}

type EngineWishes = Partial<EngineOptions> & { readonly url?: string; readonly statementMsMax?: number }

/** An engine with connections of its own, as another process has. */
function newEngine({ url = useCases.url, statementMsMax, ...wishes }: EngineWishes = {}): AuthorizationEngine {
  const onError = () => undefined
  const limited = statementMsMax === undefined ? {} : { statementMsMax }
  const pool = openPool({ url }, { connections: 8, onError, pipeline: true, session: ENGINE_SESSION, ...limited })
  const idPool = openPool({ url }, { connections: 1, onError, ...limited })
  const engine = createAuthorizationEngine({
    store: createBatchStore(pool),
    ids: createIdAllocator(idPool),
    random: secureRandom,
    clock: useCases.clock,
    lanes: 4,
    batchMax: 256,
    queueMax: 4096,
    deadlineMs: 20_000,
    reverseLate: authorization => reverseLateApproval(useCases.ports, authorization),
    isConflict,
    onFault: () => undefined,
    ...wishes,
  })
  cleanup.push(async () => {
    await engine.drained()
    await pool.end()
    await idPool.end()
  })
  return engine
}

const messageOf = (card: Card, minor: bigint, matchKey: string) => {
  const command = purchaseOf(card, minor, { matchKey })
  return { ...command, accountId: card.accountId, billingAmount: command.transactionAmount }
}

const keysOf = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}:${index}`)

function decisionsOf(answers: readonly EngineAnswer[]): Authorization[] {
  return answers.map(answer => {
    if (answer.kind !== 'decided' && answer.kind !== 'repeated') throw new Error(`answered ${JSON.stringify(answer)}`)
    return answer.authorization
  })
}

type EngineProcess = {
  readonly reports: EngineReport[]
  send(card: Card, minor: bigint, keys: readonly string[]): void
  /** resolves when so many answers have come */
  answered(count: number): Promise<void>
  kill(): Promise<void>
}

async function startEngineProcess(): Promise<EngineProcess> {
  const child: ChildProcess = fork(join(import.meta.dirname, 'authorization-batches.fixture.ts'), [useCases.url, NOW], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  const kill = async () => {
    child.kill('SIGKILL')
    await exited
  }
  cleanup.push(kill)
  await once(child, 'message')
  const reports: EngineReport[] = []
  let onReport = () => {}
  child.on('message', report => {
    reports.push(report as EngineReport)
    onReport()
  })
  return {
    reports,
    kill,
    send({ partnerId, cardId, accountId }, minor, keys) {
      const work: EngineWork = {
        partnerId: String(partnerId),
        cardId: String(cardId),
        accountId: String(accountId),
        minor: String(minor),
        keys,
      }
      child.send(work)
    },
    answered: count =>
      new Promise(resolve => {
        onReport = () => {
          if (reports.length >= count) resolve()
        }
        onReport()
      }),
  }
}

/** A limit, how many purchases of 7.00 fit it, and the reason that the others hear. */
const LIMITS: readonly (readonly [string, Partial<LimitTerms>, number, string])[] = [
  ['a daily count of 137', { dailyCount: 137 }, 137, 'daily-count-exceeded'],
  ['a daily amount of 1,234.56', { dailyAmount: usd(123_456n) }, 176, 'daily-amount-exceeded'],
]

describe('1,000 authorizations at once on one card', () => {
  async function expectFilled(card: Card, fitting: number): Promise<void> {
    const { rows } = await useCases.pool.query(
      'select day_count, day_minor, month_minor, total_minor from card_day_usage where card_id = $1',
      [card.cardId],
    )
    const minor = BigInt(fitting) * 700n
    expect(rows).toEqual([{ day_count: fitting, day_minor: minor, month_minor: minor, total_minor: minor }])
    const account = await useCases.ports.storage.read.account(card.partnerId, card.accountId)
    expect(account?.held.minor).toBe(minor)
  }

  test.each(LIMITS)('through one engine fill %s exactly', async (_name, narrow, fitting, reason) => {
    const card = await newCard(narrow)
    const engine = newEngine()
    const keys = keysOf(`one:${card.cardId}`, 1000)
    const answers = await Promise.all(keys.map(key => engine.submit(messageOf(card, 700n, key))))
    const reasons = decisionsOf(answers).map(({ declineReason }) => declineReason)
    expect(reasons).toEqual([...Array(fitting).fill(null), ...Array(1000 - fitting).fill(reason)])
    await expectFilled(card, fitting)
  })

  test.each(LIMITS)('through three processes fill %s exactly', async (_name, narrow, fitting, reason) => {
    const card = await newCard(narrow)
    const engines = await Promise.all([startEngineProcess(), startEngineProcess(), startEngineProcess()])
    const shares = [334, 333, 333]
    for (const [index, engine] of engines.entries()) {
      engine.send(card, 700n, keysOf(`three:${card.cardId}:${index}`, shares[index] ?? 0))
    }
    await Promise.all(engines.map((engine, index) => engine.answered(shares[index] ?? 0)))
    const reports = engines.flatMap(engine => engine.reports)
    expect(new Set(reports.map(({ kind }) => kind))).toEqual(new Set(['decided']))
    expect(reports.filter(({ declineReason }) => declineReason === null)).toHaveLength(fitting)
    expect(reports.filter(({ declineReason }) => declineReason === reason)).toHaveLength(1000 - fitting)
    expect(new Set(reports.map(({ authorizationId }) => authorizationId)).size).toBe(1000)
    await expectFilled(card, fitting)
  })
})

describe('1,000 authorizations at once on ten cards under limits that they share', () => {
  /** Two limits of the program and one of the cardholder; the narrowest lets 143 purchases of 7.00 through. */
  async function newCards(): Promise<{ cards: readonly Card[]; limitIds: readonly bigint[] }> {
    const partner = await addPartner(useCases, { openingBalance: 10_000_000n })
    const { cardholderId } = await addCardholder(useCases, partner.partnerId)
    const cards: Card[] = []
    for (let index = 0; index < 10; index++) {
      cards.push(await addLoadedCard(useCases, partner, 100_000n, { cardholderId }))
    }
    const [one] = cards
    if (one === undefined) throw new Error('there is no card')
    const program = { kind: 'program', id: one.programId } as const
    const limits = [
      await addSpendLimit(useCases, one, { scope: program, name: 'count', maxAmount: null, maxCount: 150 }),
      await addSpendLimit(useCases, one, {
        scope: { kind: 'cardholder', id: cardholderId },
        name: 'rolling',
        maxAmount: usd(100_700n),
        window: { kind: 'rolling', unit: 'hour', length: 24 },
      }),
      await addSpendLimit(useCases, one, { scope: program, name: 'amount', maxAmount: usd(110_000n) }),
    ]
    return { cards, limitIds: limits.map(({ limitId }) => limitId) }
  }

  async function expectFilled(partnerId: bigint, limitIds: readonly bigint[], fitting: number): Promise<void> {
    const { rows } = await useCases.pool.query(
      `select limit_id, sum(used_count) as count, sum(used_minor) as minor from spend_limit_usage
        where partner_id = $1 group by limit_id order by limit_id`,
      [partnerId],
    )
    const used = { count: BigInt(fitting), minor: String(fitting * 700) }
    expect(rows).toEqual(limitIds.map(limit_id => ({ limit_id, ...used })))
  }

  test('through one engine never pass one of them, and fill the narrowest', async () => {
    const { cards, limitIds } = await newCards()
    const engine = newEngine()
    const answers = await Promise.all(
      cards.flatMap(card => keysOf(`shared:${card.cardId}`, 100).map(key => engine.submit(messageOf(card, 700n, key)))),
    )
    const approved = decisionsOf(answers).filter(({ declineReason }) => declineReason === null)
    expect(approved).toHaveLength(143)
    const reasons = new Set(decisionsOf(answers).map(({ declineReason }) => declineReason))
    expect(reasons).toEqual(new Set([null, 'spend-limit-amount-exceeded']))
    await expectFilled(cards[0]?.partnerId ?? 0n, limitIds, 143)
  })

  test('through three processes never pass one of them, and fill the narrowest', async () => {
    const { cards, limitIds } = await newCards()
    const engines = await Promise.all([startEngineProcess(), startEngineProcess(), startEngineProcess()])
    for (const [index, engine] of engines.entries()) {
      for (const card of cards) engine.send(card, 700n, keysOf(`shared-three:${card.cardId}:${index}`, 34))
    }
    await Promise.all(engines.map(engine => engine.answered(340)))
    const reports = engines.flatMap(engine => engine.reports)
    expect(new Set(reports.map(({ kind }) => kind))).toEqual(new Set(['decided']))
    expect(reports.filter(({ declineReason }) => declineReason === null)).toHaveLength(143)
    await expectFilled(cards[0]?.partnerId ?? 0n, limitIds, 143)
  })
})

describe('the same messages through two engines at once', () => {
  test('get one outcome: whoever loses answers with what the other has decided', async () => {
    const card = await newCard({ dailyCount: 100 })
    const engines = [newEngine(), newEngine()]
    const keys = keysOf('twice', 200)
    const [first = [], second = []] = await Promise.all(
      engines.map(engine => Promise.all(keys.map(key => engine.submit(messageOf(card, 700n, key))))),
    )
    expect(decisionsOf(first)).toEqual(decisionsOf(second))
    for (const index of keys.keys()) {
      expect(new Set([first[index]?.kind, second[index]?.kind])).toEqual(new Set(['decided', 'repeated']))
    }
    expect(decisionsOf(first).filter(({ declineReason }) => declineReason === null)).toHaveLength(100)
  })

  test('on different accounts, where no lock keeps them apart, get one decision and one conflict', async () => {
    // of one partner, or the key would not be the same
    const owner = await addPartner(useCases, { openingBalance: 1_000_000n })
    const [one, two] = [await addLoadedCard(useCases, owner, 100_000n), await addLoadedCard(useCases, owner, 100_000n)]
    const faults: unknown[] = []
    const keys = keysOf('crossed', 100)
    const submitAll = (engine: AuthorizationEngine, card: Card, hash: number) =>
      Promise.all(keys.map(key => engine.submit({ ...messageOf(card, 700n, key), inputHash: Uint8Array.of(hash) })))
    const onFault = (error: unknown) => faults.push(error)
    const [first, second] = await Promise.all([
      submitAll(newEngine({ onFault, batchMax: 10 }), one, 1),
      submitAll(newEngine({ onFault, batchMax: 10 }), two, 2),
    ])
    for (const index of keys.keys()) {
      expect(new Set([first[index]?.kind, second[index]?.kind])).toEqual(new Set(['conflict', 'decided']))
    }
    for (const fault of faults) expect(String(fault)).toContain('authorization_event_partner_id_match_key_key')
  })
})

describe('a message that PostgreSQL refuses', () => {
  test('does not keep the others of its batch from being decided', async () => {
    const card = await newCard()
    const engine = newEngine({ deadlineMs: 5_000 })
    const merchant = { ...NO_MERCHANT, name: 'a text with a NUL \u0000 in it' }
    const started = performance.now()
    const answers = await Promise.all(
      keysOf('refused', 100).map((key, index) =>
        engine.submit({ ...messageOf(card, 700n, key), ...(index === 57 ? { merchant } : {}) }),
      ),
    )
    expect(answers[57]).toEqual({ kind: 'unanswered', reason: 'issuer-unavailable' })
    expect(decisionsOf(answers.toSpliced(57, 1)).filter(({ declineReason }) => declineReason === null)).toHaveLength(99)
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})

describe('an approval that commits after its request was declined for want of time', () => {
  test('is reversed at once, and a repetition of the message hears the decline', async () => {
    const card = await newCard()
    const engine = newEngine({ deadlineMs: 100 })
    const blocker = await useCases.pool.connect()
    await blocker.query('begin')
    await blocker.query('select from account where partner_id = $1 and account_id = $2 for update', [
      card.partnerId,
      card.accountId,
    ])
    const unavailable = { kind: 'unanswered', reason: 'issuer-unavailable' }
    expect(await engine.submit(messageOf(card, 700n, 'late'))).toEqual(unavailable)
    await blocker.query('commit')
    blocker.release()
    const account = async () => useCases.ports.storage.read.account(card.partnerId, card.accountId)
    const event = () => useCases.ports.storage.read.eventByMatchKey(card.partnerId, 'late')
    await vi.waitFor(async () => {
      const decision = await event()
      const later = await useCases.ports.storage.read.eventsAfterDecision(card.partnerId, decision?.eventId ?? 0n)
      expect(later.map(({ kind }) => kind)).toEqual(['reversal'])
    }, 5_000)
    expect((await account())?.held.minor).toBe(0n)
    const patient = newEngine()
    expect(await patient.submit(messageOf(card, 700n, 'late'))).toEqual(unavailable)
    expect(decisionsOf([await patient.submit(messageOf(card, 700n, 'new'))])[0]?.declineReason).toBeNull()
  })
})

describe('a batch whose clock lags behind one that committed before it', () => {
  test('sees what a rolling limit has counted after its own time', async () => {
    const card = await newCard()
    await addSpendLimit(useCases, card, {
      maxAmount: usd(1000n),
      window: { kind: 'rolling', unit: 'hour', length: 1 },
    })
    const ahead = newEngine({ clock: new TestClock('2026-05-22T12:00:00.005Z') })
    const behind = newEngine({ clock: new TestClock('2026-05-22T12:00:00.001Z') })
    const reasonOf = async (engine: AuthorizationEngine, key: string) =>
      decisionsOf([await engine.submit(messageOf(card, 600n, key))])[0]?.declineReason
    expect(await reasonOf(ahead, 'rolling:0')).toBeNull()
    expect(await reasonOf(behind, 'rolling:1')).toBe('spend-limit-amount-exceeded')
  })

  test('over midnight counts in the newer day, so that no sum misses anything', async () => {
    const card = await newCard({ dailyCount: 2, totalAmount: usd(1000n) })
    const ahead = newEngine({ clock: new TestClock('2026-05-23T00:00:00.005Z') })
    const behind = newEngine({ clock: new TestClock('2026-05-22T23:59:59.995Z') })
    const decide = async (engine: AuthorizationEngine, minor: bigint, key: string) =>
      decisionsOf([await engine.submit(messageOf(card, minor, key))])[0]
    expect(await decide(behind, 100n, 'lag:0')).toMatchObject({ declineReason: null })
    expect(await decide(ahead, 600n, 'lag:1')).toMatchObject({ declineReason: null })
    expect(await decide(behind, 301n, 'lag:2')).toMatchObject({ declineReason: 'total-amount-exceeded' })
    expect(await decide(behind, 300n, 'lag:3')).toMatchObject({
      declineReason: null,
      createdAt: Temporal.Instant.from('2026-05-23T00:00:00Z'),
    })
    expect(await decide(behind, 1n, 'lag:4')).toMatchObject({ declineReason: 'daily-count-exceeded' })
    const { rows } = await useCases.pool.query(
      'select day, day_count, month_minor, total_minor from card_day_usage where card_id = $1 order by day',
      [card.cardId],
    )
    expect(rows).toEqual([
      { day: '2026-05-22', day_count: 1, month_minor: 100n, total_minor: 100n },
      { day: '2026-05-23', day_count: 2, month_minor: 1000n, total_minor: 1000n },
    ])
  })
})

test('a process that is killed under load has lost no approval that it acknowledged', async () => {
  const card = await newCard()
  const engine = await startEngineProcess()
  const waves = 20
  for (let wave = 0; wave < waves; wave++) engine.send(card, 7n, keysOf(`killed:${wave}`, 50))
  await engine.answered(200)
  await engine.kill()
  const acknowledged = engine.reports.filter(({ kind }) => kind === 'decided')
  expect(acknowledged.length).toBeGreaterThanOrEqual(200)
  const { rows } = await useCases.pool.query<{ key: string; id: string }>(
    `select e.match_key as key, e.authorization_id::text as id
       from authorization_event e join card_authorization a using (partner_id, authorization_id)
      where e.card_id = $1 and a.held_minor = 7`,
    [card.cardId],
  )
  const kept = new Map(rows.map(({ key, id }) => [key, id]))
  expect(acknowledged.filter(({ key, authorizationId }) => kept.get(key) !== authorizationId)).toEqual([])

  // the acquirer repeats everything elsewhere: what was decided stays decided, and the rest is decided once
  const keys = Array.from({ length: waves }, (_, wave) => keysOf(`killed:${wave}`, 50)).flat()
  const other = newEngine()
  const answers = await Promise.all(keys.map(key => other.submit(messageOf(card, 7n, key))))
  const repeated = answers.filter(({ kind }) => kind === 'repeated')
  expect(repeated).toHaveLength(kept.size)
  const account = await useCases.ports.storage.read.account(card.partnerId, card.accountId)
  expect(account?.held.minor).toBe(BigInt(keys.length) * 7n)
})

describe('a database', { timeout: 60_000 }, () => {
  test('whose sessions hang costs the deadline, and they are replaced', async () => {
    const card = await newCard()
    const deadlineMs = 300
    const engine = newEngine({ deadlineMs, statementMsMax: 600 })
    const submit = async (key: string) => {
      const startedMs = performance.now()
      const answer = await engine.submit(messageOf(card, 7n, key))
      return { answer, tookMs: performance.now() - startedMs }
    }
    const sessions = async () => {
      const { rows } = await useCases.pool.query<{ pid: number }>(
        'select pid from pg_stat_activity where datname = current_database()',
      )
      return rows.map(({ pid }) => pid)
    }
    const before = await sessions()
    expect((await submit('hang:0')).answer.kind).toBe('decided')
    const ofEngine = (await sessions()).filter(pid => !before.includes(pid))
    expect(ofEngine.length).toBeGreaterThan(0)
    for (const pid of ofEngine) process.kill(pid, 'SIGSTOP')
    try {
      const { answer, tookMs } = await submit('hang:1')
      expect(answer).toEqual({ kind: 'unanswered', reason: 'issuer-unavailable' })
      expect(tookMs).toBeLessThan(deadlineMs + 200)
      await expect.poll(async () => (await submit('hang:1')).answer.kind, { timeout: 10_000 }).toBe('decided')
    } finally {
      for (const pid of ofEngine) process.kill(pid, 'SIGCONT')
    }
  })

  test('that stops has every request answered in time, and service resumes with it', async () => {
    const dataFolder = await mkdtemp(join(tmpdir(), 'openissuer-batches-'))
    cleanup.push(() => rm(dataFolder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }))
    const start = () => startEmbeddedPostgres({ dataFolder, database: 'openissuer', log: () => undefined })
    let database = await start()
    cleanup.push(() => database.stop())
    const { user, password, host, port } = database.connection
    const url = `postgres://${user}:${encodeURIComponent(password)}@/openissuer?host=${encodeURIComponent(host)}&port=${port}`
    const pool = openPool({ url }, { connections: 4, onError: () => undefined })
    await migrate(pool, await loadMigrations())
    const own = await createUseCases(NOW, { pool, url, close: () => pool.end() })
    cleanup.push(() => own.close())
    await addProgram(own)
    const partner = await addPartner(own, { openingBalance: 1_000_000n })
    const card = await addLoadedCard(own, partner, 1_000_000n)
    const deadlineMs = 2_000
    const engine = newEngine({ url, deadlineMs })

    const answers = new Map<string, { answer: EngineAnswer; tookMs: number }>()
    const submit = async (key: string) => {
      const startedMs = performance.now()
      const answer = await engine.submit(messageOf(card, 1n, key))
      answers.set(key, { answer, tookMs: performance.now() - startedMs })
      return answer
    }
    // eight acquirers in a loop, before, during and after
    const acquiring = new AbortController()
    let submitted = 0
    const acquirer = async () => {
      while (!acquiring.signal.aborted) await submit(`stop:${submitted++}`)
    }
    const acquirers = Promise.all(Array.from({ length: 8 }, acquirer))
    const count = (kind: EngineAnswer['kind']) => [...answers.values()].filter(one => one.answer.kind === kind).length

    await expect.poll(() => count('decided'), { timeout: 20_000 }).toBeGreaterThan(100)
    await database.stop()
    await expect.poll(() => count('unanswered'), { timeout: 20_000 }).toBeGreaterThanOrEqual(16)
    const decidedBefore = count('decided')
    database = await start()
    await expect.poll(() => count('decided'), { timeout: 20_000 }).toBeGreaterThan(decidedBefore + 100)
    acquiring.abort()
    await acquirers

    for (const { answer, tookMs } of answers.values()) {
      if (answer.kind === 'unanswered') expect(answer.reason).toBe('issuer-unavailable')
      expect(tookMs).toBeLessThan(deadlineMs + 500)
    }
    expect(await ledgerViolations(own.pool)).toEqual([])
    for (const [key, { answer }] of answers) {
      if (answer.kind === 'unanswered' || answer.kind === 'conflict') continue
      expect(await engine.submit(messageOf(card, 1n, key))).toEqual({
        kind: 'repeated',
        authorization: answer.authorization,
      })
    }
    expect((await purchase({ ports: { ...own.ports, engine } }, card, 1n)).declineReason).toBeNull()
    await engine.drained()
  })
})
