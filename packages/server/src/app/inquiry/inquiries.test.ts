import type { LateAnswer } from '@openissuer/core/authorization/partner-decision.ts'
import type { Card } from '@openissuer/core/card/card.ts'
import { FREE_TERMS } from '@openissuer/core/fee/fee-plan.ts'
import type { PartnerSettings } from '@openissuer/core/partner/partner.ts'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ledgerViolations } from '../../../../../test/support/ledger-invariants.ts'
import { accountOf, lifecycleOf, sumsOf, usageOf } from '../../../../../test/support/lifecycle.ts'
import { TEST_BUDGET_MS, TEST_OPEN_MAX } from '../../../../../test/support/ports.ts'
import {
  addCard,
  addPartner,
  addProgram,
  createUseCases,
  purchaseOf,
  USD,
  type UseCases,
} from '../../../../../test/support/use-cases.ts'
import { answerAuthorization } from '../answer-authorization.ts'
import { type Authorize, messageOf } from '../authorize.ts'
import { createInquiries } from './inquiries.ts'
import { createOrphanWatch } from './orphans.ts'
import type { Reply } from './responder.ts'

let useCases: UseCases

beforeAll(async () => {
  useCases = await createUseCases('2026-05-22T12:00:00Z')
  await addProgram(useCases)
})

const approved: Reply = { outcome: 'approved', code: '0', message: '', latencyMs: 12, late: null }
const declined: Reply = { outcome: 'declined', code: '7', message: 'not today', latencyMs: 34, late: null }
const timeout: Reply = { outcome: 'timeout', code: null, message: null, latencyMs: 800, late: null }

beforeEach(() => {
  useCases.responder.asked.length = 0
  useCases.responder.reply = async () => approved
})

afterEach(async () => {
  await useCases.ports.inquiries.drained()
  expect(await ledgerViolations(useCases.pool)).toEqual([])
})

afterAll(() => useCases.close())

/** A card that spends the reserve, 1,000.00, of a partner that is asked. */
async function given(fallback: 'decline' | 'approve' | null = 'decline', changes: Partial<PartnerSettings> = {}) {
  const { partnerId } = await addPartner(useCases, { integrationMode: 'partner-decides', ...changes })
  if (fallback !== null) {
    const responder = { partnerId, apiKey: 'ak', url: 'http://127.0.0.1:9/', fallback }
    await useCases.run(({ tx }) => tx.replacePartnerResponder(responder))
  }
  return addCard(useCases, partnerId, { funding: { kind: 'reserve' } })
}

async function buy(card: Card, minor = 2_500n, changes: Partial<Authorize> = {}) {
  const answer = await answerAuthorization(useCases.ports, purchaseOf(card, minor, changes))
  if (answer.kind !== 'decided' && answer.kind !== 'repeated') throw new Error(`not decided: ${answer.kind}`)
  return answer.authorization
}

const decisionOf = ({ partnerId }: Card, authorizationId: bigint) =>
  useCases.ports.storage.read.partnerDecision(partnerId, authorizationId)

describe('an approval of the partner', () => {
  test('confirms the hold that stood before it was asked', async () => {
    const card = await given()
    useCases.responder.reply = async authorization => {
      expect(await accountOf(useCases, card)).toMatchObject({ held: 2_500n })
      expect(authorization.declineReason).toBeNull()
      return approved
    }
    const authorization = await buy(card)
    expect(authorization.declineReason).toBeNull()
    expect(await accountOf(useCases, card)).toMatchObject({ balance: 100_000n, held: 2_500n })
    expect(await decisionOf(card, authorization.authorizationId)).toMatchObject({
      outcome: 'approved',
      source: 'partner',
      approved: true,
      latencyMs: 12,
    })
  })

  test('of many purchases at once is kept for each of them', async () => {
    const card = await given()
    const bought = await Promise.all([1n, 2n, 3n, 4n].map(times => buy(card, 100n * times)))
    for (const { authorizationId } of bought) {
      expect(await decisionOf(card, authorizationId)).toMatchObject({ approved: true })
    }
    expect(await accountOf(useCases, card)).toMatchObject({ held: 1_000n })
  })
})

describe('a decline of the partner', () => {
  test('releases the hold and the limits, and is what the network hears', async () => {
    const card = await given()
    useCases.responder.reply = async () => declined
    const authorization = await buy(card)
    expect(authorization).toMatchObject({ declineReason: 'partner-declined', approvalCode: null })
    expect([authorization.approved.minor, authorization.held.minor]).toEqual([0n, 0n])
    expect(await accountOf(useCases, card)).toMatchObject({ balance: 100_000n, held: 0n })
    expect(await usageOf(useCases, card)).toEqual([['2026-05-22', 0, 0n, 0n, 0n]])
    expect(await sumsOf(useCases, authorization)).toMatchObject({ held: 0n, reversed: 2_500n, status: 'closed' })
    expect(await decisionOf(card, authorization.authorizationId)).toMatchObject({
      outcome: 'declined',
      source: 'partner',
      code: '7',
      message: 'not today',
      latencyMs: 34,
    })
  })

  test('of many purchases at once releases the hold of each, in fewer transactions', async () => {
    const card = await given()
    const { decided, inquiries, recorded } = await inQuestion(card, [100n, 200n, 300n, 400n])
    const answers = await Promise.all(decided.map(each => inquiries.settle(each, false)))
    expect(answers.map(({ declineReason }) => declineReason)).toEqual(Array(4).fill('partner-declined'))
    expect(await accountOf(useCases, card)).toMatchObject({ balance: 100_000n, held: 0n })
    expect(recorded.flat()).toHaveLength(4)
    expect(recorded.length).toBeLessThan(4)
  })

  test('that cannot be recorded fails alone, whatever was to be recorded with it', async () => {
    const card = await given()
    const { decided, inquiries, refuse } = await inQuestion(card, [100n, 200n, 300n, 400n])
    const refused = decided[2]?.authorizationId ?? 0n
    refuse(refused)
    const answers = await Promise.allSettled(decided.map(each => inquiries.settle(each, false)))
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
    expect(await accountOf(useCases, card)).toMatchObject({ balance: 100_000n, held: 300n })
    // nobody waits for it any more, so it is found as one that a process left behind
    await useCases.ports.inquiries.giveUp(card.partnerId, refused)
    expect(await accountOf(useCases, card)).toMatchObject({ held: 0n })
  })

  /** Purchases that the engine has approved, and inquiries of their own that decline them and say what they record. */
  async function inQuestion(card: Card, amounts: readonly bigint[]) {
    const { ports } = useCases
    const decided = await Promise.all(
      amounts.map(async minor => {
        const answer = await ports.engine.submit(await messageOf(ports, purchaseOf(card, minor)))
        if (answer.kind !== 'decided') throw new Error(answer.kind)
        return answer.authorization
      }),
    )
    const recorded: bigint[][] = []
    let refused: bigint | undefined
    const storage: typeof ports.storage = {
      ...ports.storage,
      transaction: work =>
        ports.storage.transaction(tx =>
          work({
            ...tx,
            insertPartnerDecisions(partnerId, decisions) {
              const ids = decisions.map(({ authorizationId }) => authorizationId)
              if (refused !== undefined && ids.includes(refused)) throw new Error('not this one')
              recorded.push(ids)
              return tx.insertPartnerDecisions(partnerId, decisions)
            },
          }),
        ),
    }
    useCases.responder.reply = async () => declined
    const inquiries = createInquiries({
      ports: { ...ports, storage },
      responder: useCases.responder,
      budgetMs: TEST_BUDGET_MS,
      openMax: TEST_OPEN_MAX,
      onFault: error => {
        throw error
      },
    })
    return { decided, inquiries, recorded, refuse: (id: bigint) => void (refused = id) }
  }

  test('costs what a decline costs, and not what a cancelled purchase does', async () => {
    const card = await given()
    const terms = { ...FREE_TERMS, declineMinor: 25n, cancelMinor: 50n }
    const at = useCases.clock.now()
    await useCases.run(async ({ tx }) => {
      await tx.insertFeePlan({ planId: 1n, name: 'p', currency: USD, terms, createdAt: at })
      await tx.setFeePlanOf({ programId: 1n, partnerId: card.partnerId, planId: 1n, assignedAt: at })
    })
    useCases.responder.reply = async () => declined
    await buy(card)
    expect(await accountOf(useCases, card)).toMatchObject({ balance: 99_975n })
  })

  test('stands beside a reversal that came while it was asked', async () => {
    const card = await given()
    useCases.responder.reply = async authorization => {
      await lifecycleOf(useCases).reverse(authorization)
      return declined
    }
    const authorization = await buy(card)
    expect(authorization).toMatchObject({ declineReason: 'partner-declined', approvalCode: null })
    expect(await accountOf(useCases, card)).toMatchObject({ balance: 100_000n, held: 0n })
    expect(await decisionOf(card, authorization.authorizationId)).toMatchObject({ outcome: 'declined' })
  })

  test('takes nothing back that was cleared while it was asked', async () => {
    const card = await given()
    useCases.responder.reply = async asked => {
      await lifecycleOf(useCases).clear(card.partnerId, asked, { minor: 2_500n, currency: USD })
      return declined
    }
    const authorization = await buy(card)
    expect(authorization.declineReason).toBeNull()
    expect(await accountOf(useCases, card)).toMatchObject({ balance: 97_500n, held: 0n })
    expect(await decisionOf(card, authorization.authorizationId)).toMatchObject({ outcome: 'declined' })
  })
})

describe('without an answer', () => {
  test.each(['timeout', 'unreachable', 'bad-answer'] as const)('%s: the fallback decides', async outcome => {
    useCases.responder.reply = async () => ({ ...timeout, outcome })
    const [careful, generous] = [await given('decline'), await given('approve')]
    expect(await buy(careful)).toMatchObject({ declineReason: 'partner-unavailable' })
    const authorization = await buy(generous)
    expect(authorization.declineReason).toBeNull()
    expect(await decisionOf(generous, authorization.authorizationId)).toMatchObject({
      outcome,
      source: 'fallback',
      approved: true,
    })
    expect(await accountOf(useCases, careful)).toMatchObject({ held: 0n })
    expect(await accountOf(useCases, generous)).toMatchObject({ held: 2_500n })
  })

  test('nobody to ask: declined', async () => {
    const card = await given(null)
    const { authorizationId, declineReason } = await buy(card)
    expect(declineReason).toBe('partner-unavailable')
    expect(useCases.responder.asked).toEqual([])
    expect(await decisionOf(card, authorizationId)).toMatchObject({ outcome: 'not-set-up', latencyMs: null })
  })

  test('a late answer is noted and changes nothing', async () => {
    const late: LateAnswer = { approved: true, code: '0', message: 'sorry', latencyMs: 900 }
    useCases.responder.reply = async () => ({ ...timeout, late: Promise.resolve(late) })
    const card = await given()
    const authorization = await buy(card)
    await useCases.ports.inquiries.drained()
    expect(authorization.declineReason).toBe('partner-unavailable')
    expect(await decisionOf(card, authorization.authorizationId)).toMatchObject({ approved: false, late })
    expect(await accountOf(useCases, card)).toMatchObject({ held: 0n })
  })

  test('a partner with too many open questions is not asked another one, whatever others do', async () => {
    const [slow, other] = [await given(), await given()]
    let hangUp: () => void = () => undefined
    const hanging = new Promise<undefined>(resolve => {
      hangUp = () => resolve(undefined)
    })
    useCases.responder.reply = async ({ partnerId }) =>
      partnerId === slow.partnerId ? { ...timeout, late: hanging } : approved
    for (let times = 0; times < TEST_OPEN_MAX; times++) await buy(slow, 100n)
    const { authorizationId } = await buy(slow, 100n)
    expect(await decisionOf(slow, authorizationId)).toMatchObject({ outcome: 'busy', latencyMs: null })
    expect((await buy(other, 100n)).declineReason).toBeNull()
    hangUp()
    await useCases.ports.inquiries.drained()
    useCases.responder.reply = async () => approved
    expect((await buy(slow, 100n)).declineReason).toBeNull()
  })
})

describe('who is asked', () => {
  test('only a partner that decides itself, and only about what the issuer would approve', async () => {
    const [card, credit] = [await given(), await given('decline', { integrationMode: 'credit' })]
    await buy(credit)
    expect(await buy(card, 100_001n)).toMatchObject({ declineReason: 'insufficient-funds' })
    await buy(card, 0n, { purpose: 'verification' })
    await buy(card, 100n, { advice: true })
    expect(useCases.responder.asked).toEqual([])
  })

  test('once for a message that is repeated, while it is in question and after', async () => {
    const card = await given()
    useCases.responder.reply = async () => {
      await new Promise(resolve => setTimeout(resolve, 30))
      return declined
    }
    const command = purchaseOf(card, 2_500n)
    const first = answerAuthorization(useCases.ports, command)
    const answers = [await answerAuthorization(useCases.ports, command), await first]
    answers.push(await answerAuthorization(useCases.ports, command))
    for (const answer of answers) {
      expect(answer).toMatchObject({ authorization: { declineReason: 'partner-declined', approvalCode: null } })
    }
    expect(useCases.responder.asked).toHaveLength(1)
  })
})

describe('a message that is repeated after a process has stopped', () => {
  async function orphaned() {
    const card = await given()
    const command = purchaseOf(card, 2_500n)
    const { ports } = useCases
    const answer = await ports.engine.submit(await messageOf(ports, command))
    if (answer.kind !== 'decided') throw new Error(answer.kind)
    return { card, command, authorizationId: answer.authorization.authorizationId }
  }

  afterEach(() => useCases.clock.set('2026-05-22T12:00:00Z'))

  test('waits for another process, which may be asking, and then leaves it to the fallback', async () => {
    const { card, command, authorizationId } = await orphaned()
    const startedAt = performance.now()
    const answer = await answerAuthorization(useCases.ports, command)
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(2 * TEST_BUDGET_MS)
    expect(answer).toMatchObject({ authorization: { authorizationId, declineReason: 'partner-unavailable' } })
    expect(await decisionOf(card, authorizationId)).toMatchObject({ outcome: 'lost' })
  })

  test('waits for nobody once no question can be open any more', async () => {
    const { card, command, authorizationId } = await orphaned()
    useCases.clock.set('2026-05-22T12:00:10Z')
    let reads = 0
    const { storage } = useCases.ports
    const read = { ...storage.read, partnerDecision: () => Promise.resolve(void (reads += 1)) }
    const impatient = { ...useCases.ports, storage: { ...storage, read } }
    const inquiries = createInquiries({
      ports: impatient,
      responder: useCases.responder,
      budgetMs: 60_000,
      openMax: TEST_OPEN_MAX,
      onFault: error => {
        throw error
      },
    })
    const answer = await answerAuthorization({ ...impatient, inquiries }, command)
    expect(answer).toMatchObject({ authorization: { declineReason: 'partner-unavailable' } })
    expect(reads).toBe(1)
    expect(useCases.responder.asked).toEqual([])
    expect(await decisionOf(card, authorizationId)).toMatchObject({ outcome: 'lost', source: 'fallback' })
  })
})

describe('what a process left behind', () => {
  const watched = () => {
    const time = { ms: 0 }
    return { time, watch: createOrphanWatch(useCases.ports, () => time.ms) }
  }

  test.each([
    ['decline', 0n],
    ['approve', 2_500n],
  ] as const)('is decided by the fallback after a second look: %s', async (fallback, held) => {
    const card = await given(fallback)
    const answer = await useCases.ports.engine.submit({
      ...purchaseOf(card, 2_500n),
      accountId: card.accountId,
      billingAmount: { minor: 2_500n, currency: USD },
    })
    if (answer.kind !== 'decided') throw new Error(answer.kind)
    const { authorizationId } = answer.authorization
    const { time, watch } = watched()
    expect(await watch.look()).toBe(0)
    time.ms = 9_999
    expect(await watch.look()).toBe(0)
    expect(await accountOf(useCases, card)).toMatchObject({ held: 2_500n })
    time.ms = 10_000
    expect(await watch.look()).toBe(1)
    expect(await accountOf(useCases, card)).toMatchObject({ held })
    expect(await decisionOf(card, authorizationId)).toMatchObject({ outcome: 'lost', source: 'fallback' })
    expect(await watch.look()).toBe(0)
  })

  test('is none of what was decided, not asked about, or of other partners', async () => {
    const [card, credit] = [await given(), await given('decline', { integrationMode: 'credit' })]
    await buy(card)
    await buy(card, 100n, { advice: true })
    await buy(credit)
    const { time, watch } = watched()
    await watch.look()
    time.ms = 60_000
    expect(await watch.look()).toBe(0)
  })
})
