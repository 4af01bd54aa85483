/**
 * The real-time callback `Auth` (docs): the merchant is asked whether an authorization may stand. It is signed like every
 * callback and never sent twice.
 */
import type { Authorization } from '@openissuer/core/authorization/authorization.ts'
import type { LateAnswer } from '@openissuer/core/authorization/partner-decision.ts'
import { formatDecimal } from '@openissuer/core/money/amount.ts'
import { Type } from 'typebox'
import { keysecureSecretContext } from '../../app/create-partner.ts'
import type { Reply, Responder } from '../../app/inquiry/responder.ts'
import type { Clock, PartnerResponder, Ports } from '../../app/ports.ts'
import type { Message } from '../../app/webhook-ports.ts'
import { MerchantInfo, NumberText, type Signer, signed, type WireObject } from './callbacks.ts'
import { merchantInfoOf } from './consumption-record.ts'
import { TYPE_OF_PURPOSE } from './dictionary.ts'
import { cardholderNoOf, cardNoOf, consumptionNoOf, inquiryNoOf } from './ids.ts'

/** Sends one message over connections that are kept open, and says what came of it. Nothing is thrown. */
export type CallbackSender = {
  send(url: string, message: Message, timeoutMs: number): Promise<CallbackAnswer>
  close(): Promise<void>
}

export type CallbackAnswer = {
  readonly status: number | null
  readonly text: string | null
  /** null where a complete answer came */
  readonly error: string | null
}

export type AuthCallbackOptions = {
  readonly ports: Pick<Ports, 'storage' | 'vault'>
  /** real time: what merchants compare `Timestamp` with */
  readonly wallClock: Clock
  /** connections that no two partners share */
  readonly createSender: () => Promise<CallbackSender>
}

/** How long an answer is still noted after the end of the budget. */
const LATE_MS_MAX = 10_000

export function authCallback({ ports, wallClock, createSender }: AuthCallbackOptions): Responder {
  const senders = new Map<bigint, Promise<CallbackSender>>()
  const numbersOf = createNumbers(ports)
  const signerOf = createSigners(ports)

  function senderOf(partnerId: bigint): Promise<CallbackSender> {
    const known = senders.get(partnerId) ?? createSender()
    senders.set(partnerId, known)
    return known
  }

  return {
    async ask(responder, authorization, budgetMs) {
      const [sender, signer, numbers] = await Promise.all([
        senderOf(responder.partnerId),
        signerOf(responder),
        numbersOf(authorization),
      ])
      const now = wallClock.now()
      const message = signed(
        inquiryNoOf(authorization.authorizationId, authorization.createdAt),
        'Auth',
        dataOf(authorization, numbers, now),
        signer,
        now,
      )
      return inTime(sender.send(responder.url, message, LATE_MS_MAX), budgetMs)
    },

    async close() {
      await Promise.all([...senders.values()].map(async sender => (await sender).close()))
    },
  }
}

/** The clock starts when the question is sent and stops with the last byte of the answer (proposed). */
async function inTime(answering: Promise<CallbackAnswer>, budgetMs: number): Promise<Reply> {
  const startedAt = performance.now()
  const elapsed = () => Math.round(performance.now() - startedAt)
  let timer: ReturnType<typeof setTimeout> | undefined
  const patience = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), budgetMs)
  })
  const answer = await Promise.race([answering, patience])
  clearTimeout(timer)
  if (answer !== undefined) return { ...readAnswer(answer), latencyMs: elapsed(), late: null }
  const late = answering.then((lateAnswer): LateAnswer | undefined => {
    const { outcome, code, message } = readAnswer(lateAnswer)
    const said = outcome === 'approved' || outcome === 'declined'
    return said ? { approved: outcome === 'approved', code, message, latencyMs: elapsed() } : undefined
  })
  return { outcome: 'timeout', code: null, message: null, latencyMs: elapsed(), late }
}

const MESSAGE_LENGTH_MAX = 200

/** HTTP 200 with `code` 0 approves, any other number declines (docs); everything else is no answer (proposed). */
function readAnswer({ status, text, error }: CallbackAnswer): Pick<Reply, 'outcome' | 'code' | 'message'> {
  if (error !== null) return { outcome: status === null ? 'unreachable' : 'bad-answer', code: null, message: error }
  const body = status === 200 ? parsed(text) : undefined
  const code = body?.code
  if (typeof code !== 'number' || !Number.isFinite(code)) {
    return { outcome: 'bad-answer', code: null, message: `HTTP ${status}` }
  }
  const said = typeof body?.message === 'string' ? body.message.slice(0, MESSAGE_LENGTH_MAX).replaceAll('\0', '') : null
  return { outcome: code === 0 ? 'approved' : 'declined', code: String(code), message: said }
}

function parsed(text: string | null): { readonly code?: unknown; readonly message?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

type Numbers = { readonly cardNo: string; readonly cardholderNo: string }

/** What `data` of the question holds. */
export const AuthData = Type.Object({
  consume_no: Type.String(),
  card_no: Type.String(),
  cardholder_no: Type.String(),
  type: Type.Enum([...new Set(Object.values(TYPE_OF_PURPOSE))]),
  amount: Type.Number({ description: 'in the currency of the card' }),
  local_amount: Type.Number(),
  local_currency: Type.String(),
  merchant_info: MerchantInfo,
  status: Type.Literal('Pending'),
  time: Type.Integer({ description: 'Unix milliseconds' }),
})

/** Fields in the order of the example (docs). */
function dataOf(authorization: Authorization, numbers: Numbers, now: Temporal.Instant): WireObject {
  const { merchant, transactionAmount, approved } = authorization
  return {
    consume_no: consumptionNoOf(authorization.authorizationId, authorization.createdAt),
    card_no: numbers.cardNo,
    cardholder_no: numbers.cardholderNo,
    type: TYPE_OF_PURPOSE[authorization.purpose],
    amount: new NumberText(formatDecimal(approved, 2)),
    local_amount: new NumberText(formatDecimal(transactionAmount, 2)),
    local_currency: transactionAmount.currency,
    merchant_info: merchantInfoOf(merchant),
    status: 'Pending',
    time: new NumberText(String(now.epochMilliseconds)),
  }
}

/** What a card and its holder are called never changes, once the card has a holder. */
const KNOWN_MAX = 100_000

function createNumbers({ storage }: Pick<Ports, 'storage'>): (authorization: Authorization) => Promise<Numbers> {
  const known = new Map<bigint, Numbers>()
  return async ({ partnerId, card: { cardId } }) => {
    const before = known.get(cardId)
    if (before !== undefined) return before
    const card = await storage.read.card(partnerId, cardId)
    if (card === undefined) throw new Error(`card ${cardId} vanished`)
    const { cardholderId } = card
    const holder = cardholderId === null ? undefined : await storage.read.cardholder(partnerId, cardholderId)
    const numbers = { cardNo: cardNoOf(card), cardholderNo: holder === undefined ? '' : cardholderNoOf(holder) }
    if (known.size >= KNOWN_MAX) known.clear()
    if (holder !== undefined) known.set(cardId, numbers)
    return numbers
  }
}

/** The secret of a credential never changes either. */
function createSigners({ storage, vault }: Pick<Ports, 'storage' | 'vault'>) {
  const known = new Map<string, Signer>()
  return async ({ apiKey }: PartnerResponder): Promise<Signer> => {
    const before = known.get(apiKey)
    if (before !== undefined) return before
    const credential = await storage.read.keysecureCredential(apiKey)
    if (credential === undefined) throw new Error('the credential that questions are signed with is gone')
    const signer = { apiKey, apiSecret: vault.openSecret(keysecureSecretContext(apiKey), credential.apiSecret) }
    known.set(apiKey, signer)
    return signer
  }
}
