/**
 * The engine over a store that tests let go, hang or fail: no SQL, no time of its own.
 */
import type { Authorization } from '@openissuer/core/authorization/authorization.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  type AuthorizationEngine,
  BatchRefused,
  type BatchStore,
  createAuthorizationEngine,
  type EngineAnswer,
  type EngineOptions,
} from './authorization-engine.ts'
import type {
  AuthorizationMessage,
  BatchCard,
  BatchResult,
  BatchWrites,
  LoadedBatch,
  RecordedMessage,
} from './batch.ts'

const USD = currency('USD')
const NOW = Temporal.Instant.from('2026-05-22T12:00:00Z')
const DEADLINE_MS = 2_000
/** how late a decline may be for the deadline: one sweep */
const SWEEP_MS = 25
const RETRY_PAUSE_MS = 50

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] })
})

afterEach(() => {
  vi.useRealTimers()
})

class DeadLock extends Error {}

type Attempt = {
  readonly partnerId: bigint
  readonly keys: readonly string[]
  /** commits */
  done(): void
  fail(error: Error): void
}

type FakeStore = BatchStore & {
  readonly attempts: Attempt[]
  /** commits every attempt at once from now on */
  open(): void
  /** results that were worked out before the store asked for them */
  readonly prepared: Set<BatchWrites>
  readonly reversedLate: bigint[]
  readonly recorded: Map<string, RecordedMessage>
  readonly authorizations: Map<bigint, Authorization>
}

const newCard = (cardId: bigint): BatchCard => ({
  card: { cardId, token: '1', bin: '658704', lastFour: '0001', remark: null },
  currency: USD,
  status: 'active',
  expiry: { year: 2029, month: 5 },
  limit: null,
  controls: [],
  spendLimits: [],
  holdDays: 7,
  longHoldDays: 30,
  dayCount: 0,
  dayMinor: 0n,
  monthMinor: 0n,
  totalMinor: 0n,
})

/** Every account has money for anything; what is committed is remembered. */
function createFakeStore(): FakeStore {
  let isOpen = false
  const attempts: Attempt[] = []
  const prepared = new Set<BatchWrites>()
  const reversedLate: bigint[] = []
  const recorded = new Map<string, RecordedMessage>()
  const authorizations = new Map<bigint, Authorization>()

  function loadedFor(messages: readonly AuthorizationMessage[]): LoadedBatch {
    return {
      accounts: new Map(
        messages.map(({ accountId }) => [
          accountId,
          { accountId, currency: USD, balanceMinor: 10n ** 12n, heldMinor: 0n, forcedMinor: 0n },
        ]),
      ),
      cards: new Map(messages.map(({ cardId }) => [cardId, newCard(cardId)])),
      spendLimitUse: new Map(),
      recorded,
    }
  }

  function commit(messages: readonly AuthorizationMessage[], { writes }: BatchResult): void {
    for (const { authorization, message } of writes.decided) {
      const { authorizationId } = authorization
      recorded.set(message.matchKey, { inputHash: message.inputHash, authorizationId })
      authorizations.set(authorizationId, authorization)
    }
    expect(messages.length).toBeGreaterThan(0)
  }

  return {
    attempts,
    prepared,
    reversedLate,
    recorded,
    authorizations,
    open() {
      isOpen = true
      for (const attempt of attempts) attempt.done()
    },
    prepare: (_partnerId, writes) => prepared.add(writes),
    async authorization(_partnerId, authorizationId) {
      return authorizations.get(authorizationId)
    },
    async wasReversedLate(_partnerId, authorizationId) {
      return reversedLate.includes(authorizationId)
    },
    async run(partnerId, messages, time, decideLoaded) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      attempts.push({ partnerId, keys: messages.map(({ matchKey }) => matchKey), done: resolve, fail: reject })
      if (!isOpen) await promise
      const result = decideLoaded(loadedFor(messages), time)
      commit(messages, result)
      return result.outcomes
    },
  }
}

type Bench = {
  readonly engine: AuthorizationEngine
  readonly store: FakeStore
  readonly faults: unknown[]
  /** submits under a key of its own unless told; answers are kept with their keys in the order they come */
  readonly submit: (changes?: Partial<AuthorizationMessage>) => Promise<EngineAnswer>
  readonly answered: string[]
}

function createBench(changes: Partial<EngineOptions> = {}): Bench {
  const store = createFakeStore()
  const faults: unknown[] = []
  const answered: string[] = []
  let nextId = 1n
  let keys = 0
  const engine = createAuthorizationEngine({
    store,
    ids: {
      async consecutive(_kind, count) {
        nextId += BigInt(count)
        return nextId - BigInt(count)
      },
      next: () => Promise.reject(new Error('the engine takes ids in blocks')),
    },
    random: {
      digits: count => '7'.repeat(count),
      token: () => '',
      rsaKeyPair: () => Promise.reject(new Error('no keys here')),
    },
    clock: { now: () => NOW },
    lanes: 4,
    batchMax: 256,
    queueMax: 1_000,
    deadlineMs: DEADLINE_MS,
    reverseLate: async ({ authorizationId }) => {
      store.reversedLate.push(authorizationId)
    },
    isConflict: error => error instanceof DeadLock,
    onFault: error => faults.push(error),
    ...changes,
  })
  return {
    engine,
    store,
    faults,
    answered,
    async submit(message = {}) {
      keys += 1
      const matchKey = message.matchKey ?? `k${keys}`
      const answer = await engine.submit({
        partnerId: 1n,
        cardId: 2n,
        accountId: 4n,
        inputHash: new Uint8Array(),
        purpose: 'purchase',
        transactionAmount: amount(100n, USD),
        billingAmount: amount(100n, USD),
        merchant: { id: null, name: null, mcc: null, country: null, city: null, acquirerId: null },
        entryMode: null,
        cardData: {},
        partialApproval: false,
        advice: false,
        forcedReason: null,
        ...message,
        matchKey,
      })
      answered.push(matchKey)
      return answer
    },
  }
}

/** Lets promises that need no timer go on. */
const settle = () => vi.advanceTimersByTimeAsync(0)

const kinds = (answers: readonly EngineAnswer[]) =>
  answers.map(answer => (answer.kind === 'unanswered' ? answer.reason : answer.kind))

describe('a batch', () => {
  test('is the one request when nothing else is there, and starts without waiting', async () => {
    const { store, submit } = createBench()
    const answer = submit()
    await settle()
    expect(store.attempts.map(({ keys }) => keys)).toEqual([['k1']])
    store.attempts[0]?.done()
    expect(await answer).toMatchObject({ kind: 'decided', authorization: { declineReason: null, authorizationId: 1n } })
  })

  test('takes what came in the same turn', async () => {
    const { store, submit } = createBench()
    void submit()
    void submit()
    void submit()
    await settle()
    expect(store.attempts.map(({ keys }) => keys)).toEqual([['k1', 'k2', 'k3']])
  })

  test('takes all that queued while the one before it was under way', async () => {
    const { store, submit } = createBench()
    void submit()
    await settle()
    for (let turn = 0; turn < 3; turn++) {
      void submit()
      await settle()
    }
    expect(store.attempts).toHaveLength(1)
    store.attempts[0]?.done()
    await settle()
    expect(store.attempts.map(({ keys }) => keys)).toEqual([['k1'], ['k2', 'k3', 'k4']])
  })

  test('answers nobody before its commit, and all of them after', async () => {
    const { store, submit, answered } = createBench()
    const answers = Promise.all([submit(), submit()])
    await vi.advanceTimersByTimeAsync(DEADLINE_MS - SWEEP_MS)
    expect(answered).toEqual([])
    store.attempts[0]?.done()
    expect(kinds(await answers)).toEqual(['decided', 'decided'])
  })

  test('has at most batchMax requests, the oldest ones', async () => {
    const { store, submit } = createBench({ batchMax: 3 })
    const answers = Promise.all(Array.from({ length: 8 }, () => submit()))
    store.open()
    await answers
    expect(store.attempts.map(({ keys }) => keys)).toEqual([
      ['k1', 'k2', 'k3'],
      ['k4', 'k5', 'k6'],
      ['k7', 'k8'],
    ])
  })

  test('is of one partner: the oldest request decides whose turn it is, and none is passed over for good', async () => {
    const { store, submit, answered } = createBench({ batchMax: 2 })
    const partners = [1n, 2n, 1n, 3n, 2n, 1n]
    const answers = Promise.all(partners.map(partnerId => submit({ partnerId })))
    store.open()
    await answers
    expect(store.attempts.map(({ partnerId, keys }) => [partnerId, ...keys])).toEqual([
      [1n, 'k1', 'k3'],
      [2n, 'k2', 'k5'],
      [3n, 'k4'],
      [1n, 'k6'],
    ])
    expect(answered).toEqual(['k1', 'k3', 'k2', 'k5', 'k4', 'k6'])
  })

  test('repeats and conflicts are answered by what was recorded', async () => {
    const { store, submit } = createBench()
    store.open()
    const first = await submit({ matchKey: 'same' })
    const [again, other] = await Promise.all([
      submit({ matchKey: 'same' }),
      submit({ matchKey: 'same', inputHash: Uint8Array.of(9) }),
    ])
    if (first.kind !== 'decided') throw new Error(first.kind)
    expect(again).toEqual({ kind: 'repeated', authorization: first.authorization })
    expect(other).toEqual({ kind: 'conflict' })
  })

  test('with the same message twice decides it once', async () => {
    const { store, submit } = createBench()
    store.open()
    const [first, second] = await Promise.all([submit({ matchKey: 'same' }), submit({ matchKey: 'same' })])
    expect([first.kind, second.kind]).toEqual(['decided', 'repeated'])
    expect(store.authorizations.size).toBe(1)
  })
})

describe('a lane', () => {
  test('has one batch under way at a time, and lanes do not wait for each other', async () => {
    const { store, submit, answered } = createBench()
    // one in each of the four
    const accounts = [0n, 1n, 3n, 4n]
    for (const accountId of accounts) void submit({ accountId })
    await settle()
    expect(store.attempts.map(({ keys }) => keys)).toEqual([['k1'], ['k2'], ['k3'], ['k4']])
    for (const accountId of accounts) void submit({ accountId })
    await settle()
    expect(store.attempts).toHaveLength(4)
    store.attempts[2]?.done()
    await settle()
    expect(answered).toEqual(['k3'])
    expect(store.attempts.map(({ keys }) => keys).slice(4)).toEqual([['k7']])
  })

  test('has all requests of an account, in the order they came', async () => {
    const { store, submit } = createBench({ batchMax: 7 })
    const submitted: string[] = []
    const answers: Promise<EngineAnswer>[] = []
    for (let round = 0; round < 20; round++) {
      for (const accountId of [4n, 5n, 6n, 9n, 13n]) {
        const matchKey = `${accountId}-${round}`
        submitted.push(matchKey)
        answers.push(submit({ matchKey, accountId }))
      }
      if (round % 3 === 0) await settle()
      store.attempts[round % 5]?.done()
    }
    store.open()
    await Promise.all(answers)
    const decidedOrder = store.attempts.flatMap(({ keys }) => keys)
    for (const account of ['4', '5', '6', '9', '13']) {
      const ofAccount = (key: string) => key.startsWith(`${account}-`)
      expect(decidedOrder.filter(ofAccount)).toEqual(submitted.filter(ofAccount))
    }
    expect(decidedOrder).toHaveLength(submitted.length)
  })

  test('that is full declines at once with a reason of its own, and takes requests again when it has room', async () => {
    const { store, submit } = createBench({ queueMax: 3, batchMax: 2 })
    const running = submit()
    await settle()
    const queued = [submit(), submit(), submit()]
    const turnedAway = [submit(), submit()]
    expect(kinds(await Promise.all(turnedAway))).toEqual(['issuer-overloaded', 'issuer-overloaded'])
    const elsewhere = submit({ accountId: 5n })
    store.open()
    expect(kinds(await Promise.all([running, ...queued, elsewhere]))).toEqual(Array(5).fill('decided'))
    expect(kinds([await submit()])).toEqual(['decided'])
    expect(store.attempts.flatMap(({ keys }) => keys)).not.toContain('k5')
  })
})

/** A store that reads at once, from one account that everything spends from, and commits when a test lets it. */
function createSlowCommits(balanceMinor: bigint) {
  const account = { accountId: 7n, currency: USD, balanceMinor, heldMinor: 0n, forcedMinor: 0n }
  const cards = new Map<bigint, BatchCard>()
  const prepared = new Set<BatchWrites>()
  const batches: { keys: readonly string[]; ahead: boolean; commit: () => void; fail: (error: Error) => void }[] = []
  let lock: Promise<unknown> = Promise.resolve()
  const store: BatchStore = {
    prepare: (_partnerId, writes) => prepared.add(writes),
    authorization: () => Promise.reject(new Error('nothing is repeated here')),
    wasReversedLate: () => Promise.reject(new Error('nothing is repeated here')),
    async run(_partnerId, messages, time, decideLoaded) {
      const before = lock
      const committed = Promise.withResolvers<void>()
      lock = committed.promise.catch(() => undefined)
      await before
      const loaded: LoadedBatch = {
        accounts: new Map([[7n, { ...account }]]),
        cards: new Map(messages.map(({ cardId }) => [cardId, { ...(cards.get(cardId) ?? newCard(cardId)) }])),
        spendLimitUse: new Map(),
        recorded: new Map(),
      }
      const { outcomes, writes } = decideLoaded(loaded, time)
      batches.push({
        keys: messages.map(({ matchKey }) => matchKey),
        ahead: prepared.has(writes),
        commit: committed.resolve,
        fail: committed.reject,
      })
      await committed.promise
      for (const { heldMinor } of writes.accounts) account.heldMinor = heldMinor
      for (const card of writes.cards) cards.set(card.card.cardId, card)
      return outcomes
    },
  }
  return { store, batches, account, cards }
}

describe('a full batch that waits', () => {
  const FULL = { batchMax: 2, lanes: 1 }
  const reasons = (answers: readonly EngineAnswer[]) =>
    answers.map(answer => ('authorization' in answer ? answer.authorization.declineReason : answer.kind))

  /** Two batches of two, of which the first has the locks and the second waits for them. */
  async function twoBatches(balanceMinor = 10_000n) {
    const slow = createSlowCommits(balanceMinor)
    const { submit } = createBench({ ...FULL, store: slow.store })
    // the lane gets to know the card
    const known = submit({ accountId: 7n })
    await settle()
    slow.batches[0]?.commit()
    await known
    const answers = [1, 2, 3, 4].map(() => submit({ accountId: 7n, billingAmount: amount(400n, USD) }))
    await settle()
    await new Promise(resolve => setImmediate(resolve))
    await settle()
    return { ...slow, submit, answers: Promise.all(answers) }
  }

  test('is decided ahead of its locks, and the decision stands where the read finds what was expected', async () => {
    const { batches, answers } = await twoBatches()
    expect(batches.map(({ keys }) => keys)).toEqual([['k1'], ['k2', 'k3']])
    batches[1]?.commit()
    await settle()
    expect(batches.slice(1).map(({ keys, ahead }) => [keys, ahead])).toEqual([
      [['k2', 'k3'], false],
      [['k4', 'k5'], true],
    ])
    batches[2]?.commit()
    expect(reasons(await answers)).toEqual([null, null, null, null])
  })

  test('sees what the batch before it has spent', async () => {
    const { batches, account, answers } = await twoBatches(1_300n)
    batches[1]?.commit()
    await settle()
    expect(batches[2]?.ahead).toBe(true)
    batches[2]?.commit()
    expect(reasons(await answers)).toEqual([null, null, null, 'insufficient-funds'])
    expect(account.heldMinor).toBe(1_300n)
  })

  test('is decided anew where somebody else has changed the account', async () => {
    const { batches, account, answers } = await twoBatches()
    batches[1]?.commit()
    account.balanceMinor = 0n
    await settle()
    expect(batches[2]?.ahead).toBe(false)
    batches[2]?.commit()
    expect(reasons(await answers)).toEqual([null, null, 'insufficient-funds', 'insufficient-funds'])
  })

  test('is decided anew where the batch before it has failed', async () => {
    const { batches, answers } = await twoBatches()
    batches[1]?.fail(new Error('no commit'))
    await settle()
    expect(batches[2]).toMatchObject({ keys: ['k4', 'k5'], ahead: false })
    batches[2]?.commit()
    await vi.advanceTimersByTimeAsync(RETRY_PAUSE_MS)
    expect(batches[3]).toMatchObject({ keys: ['k2', 'k3'] })
    batches[3]?.commit()
    expect(reasons(await answers)).toEqual([null, null, null, null])
  })
})

describe('a message that the database refuses', () => {
  test('is found by halves: the others are decided, and it hears that it cannot be', async () => {
    const { store, submit } = createBench()
    store.open()
    const run = store.run.bind(store)
    vi.spyOn(store, 'run').mockImplementation((partnerId, messages, time, decideLoaded) =>
      messages.some(({ matchKey }) => matchKey === 'k3')
        ? Promise.reject(new BatchRefused(new Error('invalid byte sequence')))
        : run(partnerId, messages, time, decideLoaded),
    )
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => submit()))
    expect(kinds(answers)).toEqual(['decided', 'decided', 'issuer-unavailable', 'decided', 'decided'])
  })
})

describe('the deadline', () => {
  test('declines requests under way and in the queue while the store hangs, each in its own time', async () => {
    const { submit, answered } = createBench()
    const first = submit()
    await vi.advanceTimersByTimeAsync(1_000)
    const second = submit()
    await vi.advanceTimersByTimeAsync(DEADLINE_MS - 1_000 - 1)
    expect(answered).toEqual([])
    await vi.advanceTimersByTimeAsync(1 + SWEEP_MS)
    expect(answered).toEqual(['k1'])
    await vi.advanceTimersByTimeAsync(1_000)
    expect(kinds(await Promise.all([first, second]))).toEqual(['issuer-unavailable', 'issuer-unavailable'])
  })

  test('declines while the store keeps failing', async () => {
    const { store, submit, faults } = createBench()
    vi.spyOn(store, 'run').mockRejectedValue(new Error('no database'))
    const started = performance.now()
    expect(kinds([await advance(submit())])).toEqual(['issuer-unavailable'])
    expect(performance.now() - started).toBeLessThanOrEqual(DEADLINE_MS + SWEEP_MS)
    expect(faults.length).toBeGreaterThan(10)
  })

  test('declines while no ids are to be had', async () => {
    const consecutive = vi.fn().mockRejectedValue(new Error('no ids'))
    const { submit } = createBench({ ids: { consecutive, next: consecutive } })
    expect(kinds([await advance(submit())])).toEqual(['issuer-unavailable'])
  })

  test('ends a batch that nobody waits for any more: its requests are not tried again', async () => {
    const { store, submit, engine } = createBench()
    const answer = submit()
    await advance(answer)
    store.attempts[0]?.fail(new Error('too late'))
    const drained = engine.drained()
    await vi.advanceTimersByTimeAsync(RETRY_PAUSE_MS)
    await drained
    expect(store.attempts).toHaveLength(1)
  })

  test('has what commits after it reversed: a repetition hears what was answered', async () => {
    const { store, submit } = createBench()
    expect(kinds([await advance(submit({ matchKey: 'late' }))])).toEqual(['issuer-unavailable'])
    store.open()
    await settle()
    expect(store.reversedLate).toEqual([...store.authorizations.keys()])
    expect(store.reversedLate).toHaveLength(1)
    expect(kinds([await submit({ matchKey: 'late' })])).toEqual(['issuer-unavailable'])
  })

  test('has it reversed in the end also where that fails at first', async () => {
    const reverseLate = vi.fn().mockRejectedValueOnce(new Error('no database')).mockResolvedValue(undefined)
    const { store, submit, faults } = createBench({ reverseLate })
    await advance(submit({ matchKey: 'late' }))
    store.open()
    await settle()
    expect(kinds([await submit({ matchKey: 'late' })])).toEqual(['issuer-unavailable'])
    await vi.advanceTimersByTimeAsync(1_000)
    expect(reverseLate).toHaveBeenCalledTimes(2)
    expect(faults.map(String)).toEqual(['Error: no database'])
  })

  test.each([
    ['an advice, which has happened', { advice: true }],
    ['a decline', { forcedReason: 'card-lost' }],
    ['what holds nothing', { purpose: 'balance-inquiry', billingAmount: amount(0n, USD) }],
  ] as const)('leaves %s as it is, and a repetition hears it', async (_name, changes) => {
    const { store, submit } = createBench()
    await advance(submit({ matchKey: 'late', ...changes }))
    store.open()
    await settle()
    expect(store.reversedLate).toEqual([])
    expect(kinds([await submit({ matchKey: 'late', ...changes })])).toEqual(['repeated'])
  })

  test('drops requests from the queue that were declined there', async () => {
    const { store, submit } = createBench({ batchMax: 1 })
    const answers = Promise.all([submit(), submit()])
    await advance(answers)
    const later = submit()
    store.open()
    expect(kinds([await later])).toEqual(['decided'])
    expect(store.attempts.map(({ keys }) => keys)).toEqual([['k1'], ['k3']])
  })

  test('does not hold up other lanes', async () => {
    const { store, submit } = createBench()
    const hanging = submit({ accountId: 0n })
    await settle()
    const working = submit({ accountId: 1n })
    await settle()
    store.attempts[1]?.done()
    expect(kinds([await working])).toEqual(['decided'])
    expect(kinds([await advance(hanging)])).toEqual(['issuer-unavailable'])
  })

  /** Lets time pass until an answer is there. */
  async function advance<T>(answer: Promise<T>): Promise<T> {
    await vi.advanceTimersByTimeAsync(DEADLINE_MS + SWEEP_MS)
    return answer
  }
})

describe('a store that fails', () => {
  test('is asked again with the same messages, after a pause', async () => {
    const { store, submit, faults } = createBench()
    const answers = Promise.all([submit(), submit()])
    await settle()
    void submit()
    store.attempts[0]?.fail(new Error('connection lost'))
    await vi.advanceTimersByTimeAsync(RETRY_PAUSE_MS - 1)
    expect(store.attempts).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(store.attempts.map(({ keys }) => keys)).toEqual([
      ['k1', 'k2'],
      ['k1', 'k2'],
    ])
    store.open()
    expect(kinds(await answers)).toEqual(['decided', 'decided'])
    expect(faults).toEqual([new Error('connection lost')])
  })

  test('after its commit is found to have decided: the messages are repetitions of themselves', async () => {
    const { store, submit } = createBench()
    const run = store.run.bind(store)
    vi.spyOn(store, 'run').mockImplementationOnce(async (...batch) => {
      await run(...batch)
      throw new Error('the connection ended before the commit was acknowledged')
    })
    store.open()
    const answers = Promise.all([submit(), submit()])
    await vi.advanceTimersByTimeAsync(RETRY_PAUSE_MS)
    const [first, second] = await answers
    expect(store.authorizations.size).toBe(2)
    expect(first).toMatchObject({ kind: 'repeated', authorization: { authorizationId: 1n } })
    expect(second).toMatchObject({ kind: 'repeated', authorization: { authorizationId: 2n } })
  })

  test('to read what was recorded is asked again, and what was decided beside it is answered once', async () => {
    const { store, submit } = createBench()
    store.open()
    await submit({ matchKey: 'same' })
    vi.spyOn(store, 'authorization').mockRejectedValueOnce(new Error('connection lost'))
    const answers = Promise.all([submit({ matchKey: 'same' }), submit({ matchKey: 'new' })])
    await vi.advanceTimersByTimeAsync(RETRY_PAUSE_MS)
    expect(kinds(await answers)).toEqual(['repeated', 'decided'])
    expect(store.authorizations.size).toBe(2)
  })
})

describe('a batch that meets another SQL transaction', () => {
  const RETRIES_MAX = 5

  /** The store fails as told, one try after the other, and works after that. */
  function failing(store: FakeStore, faults: readonly Error[]) {
    store.open()
    const run = vi.spyOn(store, 'run')
    for (const fault of faults) run.mockRejectedValueOnce(fault)
    return run
  }

  const deadLocks = (count: number) => Array.from({ length: count }, () => new DeadLock())

  test('in five retries but the last is decided', async () => {
    const { store, submit, faults } = createBench()
    failing(store, deadLocks(RETRIES_MAX))
    const answer = submit()
    await vi.advanceTimersByTimeAsync(RETRIES_MAX * RETRY_PAUSE_MS)
    expect(kinds([await answer])).toEqual(['decided'])
    expect(faults).toHaveLength(RETRIES_MAX)
  })

  test('in every one of five retries is declined then, long before the deadline, and is not tried again', async () => {
    const { store, submit, answered } = createBench()
    const run = failing(store, deadLocks(RETRIES_MAX + 1))
    const answers = Promise.all([submit({ matchKey: 'one' }), submit({ matchKey: 'two' })])
    await vi.advanceTimersByTimeAsync(RETRIES_MAX * RETRY_PAUSE_MS - 1)
    expect(answered).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(kinds(await answers)).toEqual(['issuer-unavailable', 'issuer-unavailable'])
    await vi.advanceTimersByTimeAsync(DEADLINE_MS)
    expect(run).toHaveBeenCalledTimes(RETRIES_MAX + 1)
    expect(store.authorizations.size).toBe(0)
  })

  test('leaves nothing behind: the same message is decided later, and so is the next', async () => {
    const { store, submit, engine } = createBench()
    failing(store, deadLocks(RETRIES_MAX + 1))
    const answer = submit({ matchKey: 'same' })
    await vi.advanceTimersByTimeAsync(RETRIES_MAX * RETRY_PAUSE_MS)
    await answer
    await engine.drained()
    expect(kinds(await Promise.all([submit({ matchKey: 'same' }), submit()]))).toEqual(['decided', 'decided'])
  })

  test('is not charged for other faults in between: a lost connection is tried until the deadline', async () => {
    const { store, submit } = createBench()
    const lost = Array.from({ length: 12 }, () => new Error('connection lost'))
    failing(store, [...deadLocks(RETRIES_MAX), ...lost])
    const answer = submit()
    await vi.advanceTimersByTimeAsync((RETRIES_MAX + lost.length) * RETRY_PAUSE_MS)
    expect(kinds([await answer])).toEqual(['decided'])
  })
})

describe('drained', () => {
  test('is at once where nothing is there', async () => {
    await createBench().engine.drained()
  })

  test('waits for what is under way and for what is queued', async () => {
    const { engine, store, submit, answered } = createBench({ batchMax: 1 })
    const answers = Promise.all([submit(), submit(), submit({ accountId: 5n })])
    await settle()
    let isDrained = false
    const drained = engine.drained().then(() => (isDrained = true))
    store.attempts[1]?.done()
    await settle()
    expect(isDrained).toBe(false)
    store.open()
    await drained
    expect(answered).toHaveLength(3)
    await answers
  })

  test('leaves no timer behind, and the engine goes on working', async () => {
    const { engine, store, submit } = createBench()
    store.open()
    await submit()
    await engine.drained()
    expect(vi.getTimerCount()).toBe(0)
    expect(kinds([await submit()])).toEqual(['decided'])
    await engine.drained()
    expect(vi.getTimerCount()).toBe(0)
  })
})
