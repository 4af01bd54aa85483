/** What lines of the audit log say, in words. An action is the method and path of a call; a subject the ids in its path. */
import type { AuditEntry } from '@openissuer/sdk/operator.ts'

/** By method and path under `/operator/v1`. The network's messages in a sandbox leave no line. */
const ACTIONS: Readonly<Record<string, string>> = {
  'POST /partners': 'Created a partner',
  'POST /partners/:partnerId/disable': 'Disabled the partner',
  'POST /partners/:partnerId/enable': 'Enabled the partner',
  'PUT /partners/:partnerId/pagsmile-apps/:appId/merchant-key': 'Set the merchant key of an app',
  'PATCH /partners/:partnerId/pagsmile-apps/:appId': 'Changed the settings of an app',
  'POST /partners/:partnerId/pagsmile-apps/:appId/platform-key': 'Rotated the platform key of an app',
  'PATCH /partners/:partnerId/keysecure-credentials/:apiKey': 'Changed a KeySecure credential',
  'PUT /partners/:partnerId/responder': 'Said where the partner is asked',
  'POST /partners/:partnerId/accounts': 'Opened an account',
  'POST /partners/:partnerId/deposits/:depositId/confirm': 'Credited a deposit',
  'POST /partners/:partnerId/deposits/:depositId/review': 'Looked into a deposit',
  'POST /partners/:partnerId/deposits/:depositId/reject': 'Rejected a deposit',
  'POST /partners/:partnerId/cardholders': 'Registered a cardholder',
  'PATCH /partners/:partnerId/cardholders/:cardholderId': 'Changed a cardholder',
  'POST /partners/:partnerId/cardholders/:cardholderId/documents': 'Added a document of a cardholder',
  'GET /partners/:partnerId/cardholders/:cardholderId/documents/:documentId': 'Saw a document of a cardholder',
  'POST /partners/:partnerId/cardholders/:cardholderId/approve': 'Approved a cardholder',
  'POST /partners/:partnerId/cardholders/:cardholderId/reject': 'Rejected a cardholder',
  'POST /partners/:partnerId/cardholders/:cardholderId/disable': 'Disabled a cardholder',
  'POST /partners/:partnerId/cardholders/:cardholderId/enable': 'Enabled a cardholder',
  'POST /partners/:partnerId/contacts': 'Created a contact',
  'POST /partners/:partnerId/cards': 'Created cards',
  'POST /partners/:partnerId/cards/:cardId/load': 'Loaded a card',
  'POST /partners/:partnerId/cards/:cardId/unload': 'Took money off a card',
  'PUT /partners/:partnerId/cards/:cardId/limit': 'Set the limit of a card',
  'POST /partners/:partnerId/cards/:cardId/produce': 'Said that a card is made',
  'POST /partners/:partnerId/cards/:cardId/activate': 'Activated a card',
  'POST /partners/:partnerId/cards/:cardId/block': 'Blocked a card',
  'POST /partners/:partnerId/cards/:cardId/unblock': 'Unblocked a card',
  'POST /partners/:partnerId/cards/:cardId/report-lost': 'Reported a card lost',
  'POST /partners/:partnerId/cards/:cardId/close': 'Closed a card',
  'PUT /cards/:cardToken/pin': 'Set the PIN of a card',
  'POST /partners/:partnerId/cards/:cardId/reveal': 'Saw a full card number',
  'reveal-card': 'Saw a full card number',
  'POST /partners/:partnerId/spend-limits': 'Created a spend limit',
  'PATCH /partners/:partnerId/spend-limits/:limitId': 'Changed a spend limit',
  'DELETE /partners/:partnerId/spend-limits/:limitId': 'Removed a spend limit',
  'POST /partners/:partnerId/merchant-controls': 'Created a merchant control',
  'DELETE /partners/:partnerId/merchant-controls/:controlId': 'Removed a merchant control',
  'POST /partners/:partnerId/webhook-endpoints': 'Created a webhook endpoint',
  'PATCH /partners/:partnerId/webhook-endpoints/:endpointId': 'Changed a webhook endpoint',
  'DELETE /partners/:partnerId/webhook-endpoints/:endpointId': 'Removed a webhook endpoint',
  'POST /partners/:partnerId/webhook-endpoints/:endpointId/pause': 'Paused a webhook endpoint',
  'POST /partners/:partnerId/webhook-endpoints/:endpointId/resume': 'Resumed a webhook endpoint',
  'POST /partners/:partnerId/webhook-endpoints/:endpointId/replay': 'Replayed events to an endpoint',
  'POST /partners/:partnerId/webhook-endpoints/:endpointId/examples': 'Sent an example to an endpoint',
  'POST /partners/:partnerId/webhook-deliveries/:deliveryId/resend': 'Delivered a webhook once more',
  'PATCH /programs/:programId': 'Changed the terms of a program',
  'PUT /programs/:programId/fee-plan': 'Assigned a fee plan to a program',
  'PUT /programs/:programId/presentation': 'Changed how merchants see a program',
  'POST /fee-plans': 'Created a fee plan',
  'POST /exchange-rates': 'Added an exchange rate',
  'POST /ledger/verification': 'Verified the ledger',
  'POST /clock': 'Moved the clock',
  'POST /scenarios': 'Kept a scenario',
  'PUT /scenarios/:scenarioId': 'Changed a scenario',
  'DELETE /scenarios/:scenarioId': 'Removed a scenario',
  'POST /pagsmile-apps/:appId/envelope-inspections': 'Inspected an envelope',
  'POST /keysecure-credentials/:apiKey/signature-inspections': 'Inspected a signature',
  'POST /operator-keys': 'Created an operator key',
  'POST /operator-keys/:keyId/revoke': 'Revoked an operator key',
  'POST /session': 'Signed in',
  'DELETE /session': 'Signed out',
}

/** Calls that have words, as `METHOD /path` with the names of ids. */
export const WORDED_CALLS: readonly string[] = Object.keys(ACTIONS)

/** What was done; the call itself where there are no words for it. */
export function wordsOfAction(action: string): string {
  const call = callOf(action)
  return ACTIONS[call] ?? call
}

/** An action without what all of them have in common. */
export function callOf(action: string): string {
  return action.replace(' /operator/v1/', ' /')
}

/** Who did it. */
export function wordsOfActor({ actor, actorName }: Pick<AuditEntry, 'actor' | 'actorName'>): string {
  if (actorName !== null) return actorName
  const [kind = '', ...id] = actor.split(':')
  const words = ACTORS[kind]
  return words === undefined || id.length === 0 ? actor : `${words} ${id.join(':')}`
}

const ACTORS: Readonly<Record<string, string>> = {
  'operator-key': 'Operator key',
  'pagsmile-app': 'Pagsmile app',
  'keysecure-credential': 'KeySecure credential',
  'pci-page': 'Card page of',
}

export type SubjectPart = {
  readonly label: string
  readonly id: string
  /** its page; null where there is none */
  readonly to: string | null
  readonly params: Readonly<Record<string, string>>
}

/** Ids of paths by their names: what they are of, and where that is shown. */
const SUBJECTS: Readonly<Record<string, { readonly label: string; readonly to?: string }>> = {
  cardId: { label: 'Card', to: '/p/$partnerId/cards/$cardId' },
  cardToken: { label: 'Card token' },
  cardholderId: { label: 'Cardholder', to: '/p/$partnerId/cardholders/$cardholderId' },
  documentId: { label: 'Document' },
  depositId: { label: 'Deposit' },
  limitId: { label: 'Limit' },
  controlId: { label: 'Control' },
  endpointId: { label: 'Endpoint', to: '/p/$partnerId/webhooks/$endpointId' },
  deliveryId: { label: 'Delivery', to: '/p/$partnerId/deliveries/$deliveryId' },
  appId: { label: 'App' },
  apiKey: { label: 'API key' },
  programId: { label: 'Program', to: '/programs/$programId' },
  scenarioId: { label: 'Scenario' },
  keyId: { label: 'Operator key' },
}

/**
 * `partnerId=100001 cardId=7` as what can be read and followed; the partner itself is left out, as it is known.
 * @param partnerId whose log it is; null for the platform's
 */
export function partsOfSubject(subject: string, partnerId: string | null): readonly SubjectPart[] {
  const pairs = subject.split(' ').flatMap(pair => {
    const at = pair.indexOf('=')
    return at < 1 ? [] : [{ name: pair.slice(0, at), id: pair.slice(at + 1) }]
  })
  return pairs
    .filter(({ name }) => name !== 'partnerId')
    .map(({ name, id }) => {
      const { label = name, to } = SUBJECTS[name] ?? {}
      const reachable = to !== undefined && (partnerId !== null || !to.includes('$partnerId'))
      return {
        label,
        id,
        to: reachable ? to : null,
        params: { [name]: id, ...(partnerId === null ? {} : { partnerId }) },
      }
    })
}
