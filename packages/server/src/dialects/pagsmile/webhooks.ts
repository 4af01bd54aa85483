/**
 * Where a partner hears of events: one URL for each `webhook_type` of an app (proposed). Fields (docs), of the update those of
 * the vendor's sibling API.
 */

import { DomainError } from '@openissuer/core/errors.ts'
import type { HappeningKind } from '@openissuer/core/event/domain-event.ts'
import { Type } from 'typebox'
import type { PagsmileApp, Reader, Work } from '../../app/ports.ts'
import { changeWebhookEndpoint, createWebhookEndpoint } from '../../app/webhook-endpoints.ts'
import type { WebhookDoor, WebhookEndpoint } from '../../app/webhook-ports.ts'
import { IdNumber, nullable, numbered, TimeText } from './answers.ts'
import { type Call, changingCall, readingCall } from './call.ts'
import { formatDateTime } from './dates.ts'
import { NOTIFY_TYPES, WEBHOOK_TYPES } from './dictionary.ts'
import { Id, oneOfNumbers, text } from './fields.ts'
import { idNumber } from './ids.ts'
import { assertOwnPartner, PARTNER_FIELDS } from './partner-fields.ts'

export type WebhookRules = Pick<WebhookDoor, 'dialects' | 'refusalOf'>

export function webhookCalls(rules: WebhookRules): readonly Call[] {
  return [createCall(rules), QUERY_WEBHOOKS, updateCall(rules)]
}

function createCall(rules: WebhookRules): Call {
  return changingCall(
    {
      path: '/issuing/webhook/create',
      summary: 'Register a webhook',
      data: Type.Object({ webhook_id: IdNumber }),
      errors: ['duplicate-webhook', 'invalid-field'],
      bizData: Type.Object({
        webhook_type: oneOfNumbers(WEBHOOK_TYPES),
        webhook_url: text(128),
        webhook_desc: Type.Optional(text(128)),
      }),
    },
    async (work, app, bizData) => {
      await assertFree(work, app, bizData.webhook_type)
      return createWebhookEndpoint(work, rules, {
        partnerId: app.partnerId,
        dialect: 'pagsmile',
        credential: app.appId,
        url: bizData.webhook_url,
        description: bizData.webhook_desc ?? null,
        kinds: kindsOf(bizData.webhook_type),
      })
    },
    created => ({ webhook_id: idNumber(created.endpointId) }),
  )
}

/** An endpoint that the operator made for several types is listed once for each (proposed). */
const QUERY_WEBHOOKS = readingCall(
  {
    path: '/issuing/webhook/query-webhook-list',
    summary: 'List the webhooks',
    data: Type.Array(
      Type.Object({
        webhook_id: IdNumber,
        webhook_type: numbered(WEBHOOK_TYPES),
        webhook_url: Type.String(),
        webhook_desc: nullable(Type.String()),
        create_time: TimeText,
      }),
    ),
    errors: [],
    bizData: Type.Object({
      ...PARTNER_FIELDS,
      webhook_id: Type.Optional(Id),
      webhook_type: Type.Optional(oneOfNumbers(WEBHOOK_TYPES)),
    }),
  },
  async (ports, app, bizData) => {
    assertOwnPartner(app, bizData)
    const { webhook_id: id, webhook_type: wanted } = bizData
    const rows = (await endpointsOf(ports.storage.read, app))
      .filter(({ endpointId }) => id === undefined || endpointId === id)
      .flatMap(endpoint => typesOf(endpoint).map(type => ({ endpoint, type })))
      .filter(({ type }) => wanted === undefined || type === wanted)
    return { total: rows.length, data: rows.map(({ endpoint, type }) => encodeWebhook(endpoint, type)) }
  },
)

function updateCall(rules: WebhookRules): Call {
  return changingCall(
    {
      path: '/issuing/webhook/update',
      summary: 'Change a webhook',
      data: Type.Object({ webhook_id: IdNumber }),
      errors: ['webhook-endpoint-not-found', 'invalid-field'],
      bizData: Type.Object({ webhook_id: Id, webhook_url: text(128), webhook_desc: Type.Optional(text(128)) }),
    },
    async (work, app, bizData) => {
      const own = (await endpointsOf(work.tx, app)).some(({ endpointId }) => endpointId === bizData.webhook_id)
      if (!own) throw new DomainError('webhook-endpoint-not-found')
      return changeWebhookEndpoint(work, rules, {
        partnerId: app.partnerId,
        endpointId: bizData.webhook_id,
        url: bizData.webhook_url,
        description: bizData.webhook_desc,
      })
    },
    changed => ({ webhook_id: idNumber(changed.endpointId) }),
  )
}

/** The app is locked, so that two requests for one type cannot both find it free. */
async function assertFree(work: Work, { partnerId, appId }: PagsmileApp, type: number): Promise<void> {
  const app = await work.tx.lockPagsmileApp(partnerId, appId)
  if (app === undefined) throw new Error(`app ${appId} is gone`)
  const taken = (await endpointsOf(work.tx, app)).some(endpoint => {
    const [only, ...others] = typesOf(endpoint)
    return only === type && others.length === 0
  })
  if (taken) throw new DomainError('duplicate-webhook')
}

async function endpointsOf(read: Reader, { partnerId, appId }: PagsmileApp): Promise<readonly WebhookEndpoint[]> {
  return (await read.webhookEndpoints(partnerId)).filter(
    ({ dialect, credential }) => dialect === 'pagsmile' && credential === appId,
  )
}

function kindsOf(type: number): readonly HappeningKind[] {
  return (Object.keys(NOTIFY_TYPES) as (keyof typeof NOTIFY_TYPES)[]).filter(kind => NOTIFY_TYPES[kind] === type)
}

function typesOf({ kinds }: WebhookEndpoint): number[] {
  const types = Object.entries(NOTIFY_TYPES).flatMap(([kind, type]) =>
    kinds.some(each => each === kind) ? [type] : [],
  )
  return [...new Set<number>(types)].toSorted((a, b) => a - b)
}

function encodeWebhook(endpoint: WebhookEndpoint, type: number) {
  return {
    webhook_id: idNumber(endpoint.endpointId),
    webhook_type: type,
    webhook_url: endpoint.url,
    webhook_desc: endpoint.description,
    create_time: formatDateTime(endpoint.createdAt),
  }
}
