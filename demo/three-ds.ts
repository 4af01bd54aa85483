/**
 * 3-D Secure: a shop has the card verified, the partner hears a one-time password for its cardholder, and the shop's message
 * passes with it, once.
 */
import { type Merchant, type OperatorAnswer, type OperatorClient, SIMULATE_PATH } from './operator-client.ts'
import * as shapes from './shapes.ts'
import type { Storyteller } from './storyteller.ts'
import type { WebhookReceiver } from './webhook-receiver.ts'

const CHALLENGE_PATH = '/operator/v1/simulations/three-ds-challenges'
/** Webhooks come within moments. */
const PATIENCE_MS = 10_000

/** @param heardBefore how many notifications the receiver has heard already */
export async function tellOfThreeDs(
  operator: OperatorClient,
  teller: Storyteller,
  receiver: WebhookReceiver,
  { card, shop, heardBefore }: { card: { token: string; maskedPan: string }; shop: Merchant; heardBefore: number },
): Promise<void> {
  teller.chapter('Card network', '3-D Secure: the cardholder is asked for a one-time password')
  const verification = { cardToken: card.token, amount: '0.00', currency: 'USD', merchant: shop }
  teller.step('A challenge', `POST ${CHALLENGE_PATH}`, verification)
  const challenge = await operator.call('POST', CHALLENGE_PATH, verification)
  teller.answer(`HTTP ${challenge.status}`, challenge.elapsedMs, challenge.body)
  teller.equal('HTTP status', challenge.status, 200)
  teller.endStep()

  teller.step('What the partner hears', 'plain JSON', undefined)
  const heard = (await receiver.wait('/pagsmile', heardBefore + 1, PATIENCE_MS)).at(-1)
  teller.remark(heard?.text ?? 'nothing')
  const told = { ...(heard?.body.biz_data as Record<string, unknown> | undefined) }
  teller.equal('notification 6', heard?.body.notify_type, 6)
  teller.shape('7 keys and their forms', shapes.oneTimePassword, told)
  teller.equal('for this card', [told.card_token, told.card_pan], [card.token, card.maskedPan])
  teller.equal('and this shop', [told.amount, told.merchant_name], ['0.00', shop.name])
  teller.equal('the operator has not seen it', challenge.text.includes(String(told.validation_value)), false)
  teller.endStep()

  const answered = { challengeId: challenge.body.challengeId, password: told.validation_value }
  for (const [title, decision] of [
    ['The card is verified with it', 'approved'],
    ['The same password again', 'declined'],
  ] as const) {
    const message = { ...verification, purpose: 'verification', threeDsChallenge: answered }
    teller.step(title, `POST ${SIMULATE_PATH}`, message)
    const answer = await operator.call('POST', SIMULATE_PATH, message)
    tellDecision(teller, answer)
    teller.equal('decision', answer.body.decision, decision)
    teller.equal('response code', answer.body.responseCode, decision === 'approved' ? '00' : '59')
    teller.endStep()
  }
}

function tellDecision(teller: Storyteller, { status, body, elapsedMs }: OperatorAnswer): void {
  const { trace: _trace, ...shown } = body
  teller.answer(`HTTP ${status}`, elapsedMs, shown)
}
