/** The answer to `Auth`, in time whatever happens. */
import type { AuthCallback } from './keysecure.ts'

/** `code` 0 approves or acknowledges, any other number declines. */
export type CallbackAnswer = { readonly code: number; readonly message: string }

export type AuthDecision =
  | { readonly approved: true }
  /** `code` is any number but 0; 1 unless said */
  | { readonly approved: false; readonly code?: number; readonly message?: string }

export type Decide = (purchase: AuthCallback['data'], signal: AbortSignal) => AuthDecision | Promise<AuthDecision>

export type AuthOptions = {
  /** how long `decide` may take, milliseconds; 700 unless said, which leaves 100 of the platform's 800 for the way */
  readonly budgetMs?: number
  /** hears of what `decide` has thrown, in time or late */
  readonly onError?: (error: unknown) => void
}

const BUDGET_MS = 700

export const DECLINED = 1
export const UNDECIDED = 2

/**
 * Asks `decide` and answers within the budget. A decision that fails or is late is a decline: the platform must never take
 * silence for consent. The signal that `decide` gets is aborted when the budget is over.
 */
export async function respondToAuth(
  auth: AuthCallback,
  decide: Decide,
  { budgetMs = BUDGET_MS, onError = () => {} }: AuthOptions = {},
): Promise<CallbackAnswer> {
  const control = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const patience = new Promise<CallbackAnswer>(resolve => {
    timer = setTimeout(() => {
      resolve({ code: UNDECIDED, message: 'no decision in time' })
      control.abort(new Error('The time for a decision is over.'))
    }, budgetMs)
  })
  const deciding = decided(auth, decide, control.signal).catch((error: unknown): CallbackAnswer => {
    onError(error)
    return { code: UNDECIDED, message: 'no decision' }
  })
  const answer = await Promise.race([deciding, patience])
  clearTimeout(timer)
  return answer
}

async function decided({ data }: AuthCallback, decide: Decide, signal: AbortSignal): Promise<CallbackAnswer> {
  const decision = await decide(data, signal)
  if (isApproval(decision)) return { code: 0, message: '' }
  const { code = DECLINED, message = 'declined' } = decision
  // 0, and what is no number in JSON, would be an approval or no answer at all
  return { code: Number.isSafeInteger(code) && code !== 0 ? code : DECLINED, message }
}

/** From JavaScript anything may come; only the one word approves. */
function isApproval(decision: AuthDecision): decision is Extract<AuthDecision, { approved: true }> {
  const approved: unknown = decision.approved
  return approved === true
}
