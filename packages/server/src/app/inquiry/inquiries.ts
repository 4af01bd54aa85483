/**
 * Authorizations that the partner decides: the engine has approved and holds the money, the partner is asked outside of
 * any SQL transaction, and then the hold is confirmed or released. Confirmations that arrive while others commit share
 * the next transaction, as requests do in the engine.
 */
import type { Authorization } from '@openissuer/core/authorization/authorization.ts'
import { decisionOf, type Fallback, type InquiryOutcome } from '@openissuer/core/authorization/partner-decision.ts'
import type { NewPartnerDecision, PartnerResponder, Ports, Work } from '../ports.ts'
import { ORPHANED_MS } from './orphans.ts'
import { releaseHolds } from './release-holds.ts'
import type { Reply, Responder } from './responder.ts'

export type InquiryOptions = {
  readonly ports: Omit<Ports, 'inquiries'>
  readonly responder: Responder
  /** from the question to the last byte of its answer (docs of the KeySecure platform: 800 ms) */
  readonly budgetMs: number
  /** questions to one partner that are open at once; beyond it the fallback decides */
  readonly openMax: number
  readonly onFault: (error: unknown) => void
}

export type Inquiries = {
  /** whether the partner decides itself, as it was set within the last second */
  concern(partnerId: bigint): Promise<boolean>
  /**
   * Has the partner decide an authorization that the engine has approved. A message that is repeated is answered like
   * the first one, also while that is still in question.
   * @returns the authorization as it was answered
   */
  settle(authorization: Authorization, repeated: boolean): Promise<Authorization>
  /** Lets the fallback decide an authorization that nobody waits for any more. */
  giveUp(partnerId: bigint, authorizationId: bigint): Promise<void>
  /** resolves when no question is open and no late answer is waited for */
  drained(): Promise<void>
}

const DECLINE_WITHOUT_SETTINGS: Fallback = 'decline'
const SETTINGS_MS = 1_000
const POLL_MS = 20

type Asked = Omit<Reply, 'outcome' | 'latencyMs'> & {
  readonly outcome: InquiryOutcome
  readonly latencyMs: number | null
}

const UNASKED = { code: null, message: null, latencyMs: null, late: null } as const

export function createInquiries({ ports, responder, budgetMs, openMax, onFault }: InquiryOptions): Inquiries {
  const open = new Map<string, Promise<Authorization>>()
  const openOf = new Map<bigint, number>()
  const background = new Set<Promise<unknown>>()
  const settingsOf = forASecond(partnerId => ports.storage.read.partnerResponder(partnerId))
  const concern = forASecond(async partnerId => {
    const partner = await ports.storage.read.partner(partnerId)
    return partner?.settings.integrationMode === 'partner-decides'
  })
  const confirm = inBatches(CONFIRMED_AT_ONCE, (partnerId, decisions) =>
    ports.storage.transaction(tx => tx.insertPartnerDecisions(partnerId, decisions)),
  )
  const release = inBatches(RELEASED_AT_ONCE, (partnerId, decisions) => {
    const { storage, ...rest } = ports
    return storage.transaction(tx => releaseHolds({ ...rest, tx } satisfies Work, partnerId, decisions))
  })

  async function decide(authorization: Authorization): Promise<Authorization> {
    const settings = await settingsOf(authorization.partnerId)
    const reply = await ask(settings, authorization)
    const decision = await newDecision(authorization, settings?.fallback, reply)
    const recorded = await (decision.approved ? confirm(decision) : release(decision))
    if (reply.late !== null) keepLate(authorization, reply.late)
    return recorded && decision.approved ? authorization : asAnswered(authorization)
  }

  /**
   * Another process may be asking: then its answer is soon there, and if not, nobody waits for it any more. Where the
   * authorization is older than any question can be, nobody does in the first place.
   */
  async function decideAgain(authorization: Authorization): Promise<Authorization> {
    const { partnerId, authorizationId, createdAt } = authorization
    const ageMs = ports.clock.now().epochMilliseconds - createdAt.epochMilliseconds
    const patienceMs = ageMs < ORPHANED_MS ? 2 * budgetMs : 0
    for (let waitedMs = 0; waitedMs <= patienceMs; waitedMs += POLL_MS) {
      if ((await ports.storage.read.partnerDecision(partnerId, authorizationId)) !== undefined) {
        return asAnswered(authorization)
      }
      await new Promise(resolve => setTimeout(resolve, POLL_MS))
    }
    await giveUp(partnerId, authorizationId)
    return asAnswered(authorization)
  }

  async function ask(settings: PartnerResponder | undefined, authorization: Authorization): Promise<Asked> {
    if (settings === undefined) return { ...UNASKED, outcome: 'not-set-up' }
    const count = openOf.get(settings.partnerId) ?? 0
    if (count >= openMax) return { ...UNASKED, outcome: 'busy' }
    openOf.set(settings.partnerId, count + 1)
    const asked = responder.ask(settings, authorization, budgetMs)
    // a question is open until its answer has come, late or not
    const closed = asked
      .then(({ late }) => late)
      .finally(() => openOf.set(settings.partnerId, (openOf.get(settings.partnerId) ?? 1) - 1))
    inBackground(closed)
    return asked
  }

  async function newDecision(
    { partnerId, authorizationId, accountId, card: { cardId } }: Authorization,
    fallback: Fallback = DECLINE_WITHOUT_SETTINGS,
    { outcome, code, message, latencyMs }: Asked,
  ): Promise<NewPartnerDecision> {
    const createdAt = ports.clock.now()
    const said = { outcome, code, message, latencyMs }
    const eventId = await ports.ids.next('authorization')
    return {
      partnerId,
      authorizationId,
      accountId,
      cardId,
      eventId,
      ...said,
      ...decisionOf(outcome, fallback),
      late: null,
      createdAt,
    }
  }

  /** As the decision stands that was recorded first, whoever made it. */
  async function asAnswered({
    partnerId,
    authorizationId,
  }: Pick<Authorization, 'partnerId' | 'authorizationId'>): Promise<Authorization> {
    const answered = await ports.storage.read.authorizationAsDecided(partnerId, authorizationId)
    if (answered === undefined) throw new Error(`authorization ${authorizationId} vanished`)
    return answered
  }

  function keepLate({ partnerId, authorizationId }: Authorization, late: NonNullable<Reply['late']>): void {
    inBackground(
      late.then(answer =>
        answer === undefined
          ? undefined
          : ports.storage.transaction(tx => tx.noteLateAnswer(partnerId, authorizationId, answer)),
      ),
    )
  }

  function inBackground(work: Promise<unknown>): void {
    const kept = work.catch(onFault).finally(() => background.delete(kept))
    background.add(kept)
  }

  async function giveUp(partnerId: bigint, authorizationId: bigint): Promise<void> {
    const settings = await settingsOf(partnerId)
    const authorization = await asAnswered({ partnerId, authorizationId })
    const lost: Asked = { ...UNASKED, outcome: 'lost' }
    const decision = await newDecision(authorization, settings?.fallback, lost)
    await (decision.approved ? confirm(decision) : release(decision))
  }

  return {
    concern,

    settle(authorization, repeated) {
      const key = `${authorization.partnerId}/${authorization.authorizationId}`
      const asked = open.get(key)
      if (asked !== undefined) return asked
      const settling = (repeated ? decideAgain(authorization) : decide(authorization)).finally(() => open.delete(key))
      open.set(key, settling)
      return settling
    },

    giveUp,

    async drained() {
      while (open.size + background.size > 0) {
        await Promise.allSettled([...open.values(), ...background])
      }
    },
  }
}

/** What was read of a partner, for a second: not every authorization asks the database again. */
function forASecond<T>(read: (partnerId: bigint) => Promise<T>): (partnerId: bigint) => Promise<T> {
  const known = new Map<bigint, { readonly readAtMs: number; readonly value: Promise<T> }>()
  return partnerId => {
    const before = known.get(partnerId)
    if (before !== undefined && performance.now() - before.readAtMs < SETTINGS_MS) return before.value
    const value = read(partnerId)
    known.set(partnerId, { readAtMs: performance.now(), value })
    // what could not be read is read again
    value.catch(() => known.delete(partnerId))
    return value
  }
}

type Waiting = {
  readonly decision: NewPartnerDecision
  readonly resolve: (recorded: boolean) => void
  readonly reject: (e: unknown) => void
}

const CONFIRMED_AT_ONCE = 256
/** Each takes a few round trips under the locks of all their accounts. */
const RELEASED_AT_ONCE = 16

/**
 * Records a partner's decisions one transaction after the other, each with what has queued while the one before
 * committed. So a partner that declines everything, or whose answers do not come, takes one connection of many.
 *
 * @param record one SQL transaction; says which of the decisions are recorded, as the others had one before
 */
function inBatches(
  most: number,
  record: (partnerId: bigint, decisions: readonly NewPartnerDecision[]) => Promise<ReadonlySet<bigint>>,
): (decision: NewPartnerDecision) => Promise<boolean> {
  const queues = new Map<bigint, Waiting[]>()

  async function run(partnerId: bigint, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) await recordAll(partnerId, queue.splice(0, most))
    queues.delete(partnerId)
  }

  /** What cannot be recorded with others is recorded alone, so that only what is at fault fails. */
  async function recordAll(partnerId: bigint, batch: readonly Waiting[]): Promise<void> {
    try {
      const recorded = await record(
        partnerId,
        batch.map(({ decision }) => decision),
      )
      for (const { decision, resolve } of batch) resolve(recorded.has(decision.authorizationId))
    } catch (error) {
      const [only, ...others] = batch
      if (others.length === 0) only?.reject(error)
      else for (const waiting of batch) await recordAll(partnerId, [waiting])
    }
  }

  return decision =>
    new Promise((resolve, reject) => {
      const waiting = { decision, resolve, reject }
      const queue = queues.get(decision.partnerId)
      if (queue !== undefined) {
        queue.push(waiting)
        return
      }
      const fresh = [waiting]
      queues.set(decision.partnerId, fresh)
      void run(decision.partnerId, fresh)
    })
}
