import { DomainError } from '@openissuer/core/errors.ts'
import { type DomainEvent, HAPPENING_KINDS } from '@openissuer/core/event/domain-event.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import type { Clock, Ports } from '../app/ports.ts'
import { replayEvents, resendDelivery, sendExample } from '../app/repeat-webhooks.ts'
import { changeWebhookEndpoint, createWebhookEndpoint, deleteWebhookEndpoint } from '../app/webhook-endpoints.ts'
import {
  DELIVERY_STATES,
  DIALECT_NAMES,
  type EndpointBacklog,
  type EndpointId,
  type Teller,
  type TellingTime,
  type WebhookAttempt,
  type WebhookDelivery,
  type WebhookDoor,
  type WebhookEndpoint,
} from '../app/webhook-ports.ts'
import { documented, IdText, InstantText, nullable, pageSchema } from './answers.ts'
import { CardToken, idParameter, knownPartner } from './ids.ts'
import { type OperatorContext, OperatorError } from './operator-api.ts'
import { instantParameter, PAGE, PERIOD, pageOf, periodOf } from './paging.ts'

const Kind = Type.Enum([...HAPPENING_KINDS])
const Kinds = Type.Array(Kind, { minItems: 1, maxItems: HAPPENING_KINDS.length, uniqueItems: true })
const Url = Type.String({ minLength: 1, maxLength: 512 })
const Description = Type.Union([Type.String({ maxLength: 128 }), Type.Null()])

const CreateBody = Type.Object(
  {
    dialect: Type.Enum([...DIALECT_NAMES]),
    credential: Type.String({ minLength: 1, maxLength: 64 }),
    url: Url,
    description: Type.Optional(Description),
    kinds: Type.Optional(Kinds),
  },
  { additionalProperties: false },
)

const ChangeBody = Type.Object(
  { url: Type.Optional(Url), description: Type.Optional(Description), kinds: Type.Optional(Kinds) },
  { additionalProperties: false },
)

const ReplayBody = Type.Object({ since: Type.String({ maxLength: 40 }) }, { additionalProperties: false })
const ExampleBody = Type.Object({ kind: Kind }, { additionalProperties: false })

const ListQuery = Type.Object(
  {
    endpointId: Type.Optional(Type.String({ maxLength: 18 })),
    state: Type.Optional(Type.Enum([...DELIVERY_STATES])),
    kind: Type.Optional(Kind),
    cardToken: Type.Optional(CardToken),
    eventId: Type.Optional(Type.String({ maxLength: 18 })),
    authorizationId: Type.Optional(
      Type.String({ maxLength: 18, description: 'of its decision and of all that followed it' }),
    ),
    ...PERIOD,
    ...PAGE,
  },
  { additionalProperties: false },
)

const described = documented('Webhooks')

const Endpoint = Type.Object(
  {
    endpointId: IdText,
    dialect: Type.Enum([...DIALECT_NAMES]),
    credential: Type.String(),
    url: Type.String(),
    description: nullable(Type.String()),
    kinds: Type.Array(Kind),
    state: Type.Enum(['active', 'paused', 'disabled', 'deleted']),
    stateReason: nullable(Type.String()),
    createdAt: InstantText,
  },
  { title: 'WebhookEndpoint' },
)

const DELIVERY = {
  deliveryId: Type.String({ pattern: '^[0-9]{1,18}-[0-9]{1,18}$' }),
  eventId: IdText,
  endpointId: IdText,
  kind: Kind,
  state: Type.Enum([...DELIVERY_STATES]),
  attempts: Type.Integer(),
  dueAt: nullable(InstantText),
  deliveredAt: nullable(InstantText),
  lastStatus: nullable(Type.Integer()),
  lastError: nullable(Type.String()),
  createdAt: InstantText,
}

const Delivery = Type.Object(DELIVERY, { title: 'WebhookDelivery' })

const DeliveryWithAttempts = Type.Object({
  ...DELIVERY,
  attemptLog: Type.Array(
    Type.Object({
      attemptNo: Type.Integer(),
      attemptedAt: InstantText,
      latencyMs: Type.Integer(),
      status: nullable(Type.Integer()),
      answer: nullable(Type.String(), { description: 'the first 4 kB' }),
      error: nullable(Type.String()),
    }),
  ),
  request: nullable(
    Type.Object({
      method: Type.Literal('POST'),
      url: Type.String(),
      headers: Type.Record(Type.String(), Type.String()),
      body: Type.String(),
      signature: nullable(
        Type.Object({
          scheme: Type.String(),
          header: Type.String(),
          over: Type.String({ description: 'the text that is signed, as UTF-8' }),
        }),
        { description: 'null where the dialect has none' },
      ),
    }),
    {
      description:
        'the body of the last try, or of one now; its headers as they would be now. Null where there are no words for the event, or nobody in whose name it is told',
    },
  ),
})

const Backlog = Type.Object({
  pending: Type.Integer(),
  failed: Type.Integer(),
  endpoints: Type.Array(
    Type.Object({
      partnerId: IdText,
      endpointId: IdText,
      dialect: Type.Enum([...DIALECT_NAMES]),
      state: Type.Enum(['active', 'paused', 'disabled', 'deleted']),
      pending: Type.Integer(),
      retrying: Type.Integer(),
      oldestPendingAt: nullable(InstantText),
      failed: Type.Integer(),
      failuresInRow: Type.Integer(),
      openUntil: nullable(InstantText),
    }),
  ),
})

const NO_ENDPOINT = ['webhook-endpoint-not-found']

const STATE_CALLS = {
  pause: 'Let the events of an endpoint wait',
  resume: 'Deliver the events of an endpoint again',
}

type EndpointParams = { partnerId: string; endpointId: string }
type DeliveryParams = { partnerId: string; deliveryId: string }

const ENDPOINTS = '/partners/:partnerId/webhook-endpoints'
const ENDPOINT = `${ENDPOINTS}/:endpointId`
const DELIVERIES = '/partners/:partnerId/webhook-deliveries'

type WebhookContext = OperatorContext & { readonly webhooks: WebhookDoor; readonly wall: Clock }

/** Where partners hear of events, and what has become of each. */
export const webhookRoutes: FastifyPluginAsync<WebhookContext> = async (server, context) => {
  await server.register(endpointRoutes, context)
  await server.register(deliveryRoutes, context)
}

const endpointRoutes: FastifyPluginAsync<WebhookContext> = async (server, { ports, run, webhooks }) => {
  server.get<{ Params: { partnerId: string } }>(
    ENDPOINTS,
    {
      schema: described(
        'listWebhookEndpoints',
        'List where a partner hears of events',
        Type.Object({ endpoints: Type.Array(Endpoint) }),
      ),
    },
    async request => {
      const partnerId = await knownPartner(ports, request.params.partnerId)
      return { endpoints: (await ports.storage.read.webhookEndpoints(partnerId)).map(encodeEndpoint) }
    },
  )

  server.get<{ Params: EndpointParams }>(
    ENDPOINT,
    { schema: described('showWebhookEndpoint', 'Show an endpoint', Endpoint, NO_ENDPOINT) },
    async request => {
      const { partnerId, endpointId } = endpointIdOf(request.params)
      const endpoint = await ports.storage.read.webhookEndpoint(partnerId, endpointId)
      if (endpoint === undefined) throw new DomainError('webhook-endpoint-not-found')
      return encodeEndpoint(endpoint)
    },
  )

  server.post<{ Params: { partnerId: string }; Body: Static<typeof CreateBody> }>(
    ENDPOINTS,
    {
      schema: {
        ...described('createWebhookEndpoint', 'Say where a partner hears of events', Endpoint, ['invalid-field'], 201),
        body: CreateBody,
      },
    },
    async (request, reply) => {
      const partnerId = idParameter(request.params.partnerId, 'partner-not-found')
      const { dialect, credential, url, description = null, kinds } = request.body
      const created = await run(
        request,
        partnerId,
        work => createWebhookEndpoint(work, webhooks, { partnerId, dialect, credential, url, description, kinds }),
        encodeEndpoint,
      )
      return reply.code(201).send(created)
    },
  )

  server.patch<{ Params: EndpointParams; Body: Static<typeof ChangeBody> }>(
    ENDPOINT,
    {
      schema: {
        ...described('changeWebhookEndpoint', 'Change an endpoint', Endpoint, [...NO_ENDPOINT, 'invalid-field']),
        body: ChangeBody,
      },
    },
    request =>
      changed(
        run(
          request,
          endpointIdOf(request.params).partnerId,
          work => changeWebhookEndpoint(work, webhooks, { ...endpointIdOf(request.params), ...request.body }),
          encodeEndpoint,
        ),
      ),
  )

  for (const [action, state] of [
    ['pause', 'paused'],
    ['resume', 'active'],
  ] as const) {
    server.post<{ Params: EndpointParams }>(
      `${ENDPOINT}/${action}`,
      { schema: described(`${action}WebhookEndpoint`, STATE_CALLS[action], Endpoint, NO_ENDPOINT) },
      request =>
        changed(
          run(
            request,
            endpointIdOf(request.params).partnerId,
            work => changeWebhookEndpoint(work, webhooks, { ...endpointIdOf(request.params), state }),
            encodeEndpoint,
          ),
        ),
    )
  }

  server.delete<{ Params: EndpointParams }>(
    ENDPOINT,
    {
      schema: described(
        'deleteWebhookEndpoint',
        'Delete an endpoint',
        Type.Object({ endpointId: IdText, state: Type.Literal('deleted') }),
        NO_ENDPOINT,
      ),
    },
    request => {
      const id = endpointIdOf(request.params)
      return changed(
        run(
          request,
          id.partnerId,
          work => deleteWebhookEndpoint(work, id),
          () => ({ endpointId: String(id.endpointId), state: 'deleted' }),
        ),
      )
    },
  )

  server.post<{ Params: EndpointParams; Body: Static<typeof ReplayBody> }>(
    `${ENDPOINT}/replay`,
    {
      schema: {
        ...described(
          'replayEvents',
          'Deliver every event since a time once more',
          Type.Object({ endpointId: IdText, events: Type.Integer() }),
          [...NO_ENDPOINT, 'webhook-endpoint-disabled', 'invalid-field'],
        ),
        body: ReplayBody,
      },
    },
    request => {
      const id = endpointIdOf(request.params)
      const since = instantParameter(request.body.since, 'since')
      return changed(
        run(
          request,
          id.partnerId,
          work => replayEvents(work, id, since),
          events => ({ endpointId: String(id.endpointId), events }),
        ),
      )
    },
  )

  server.post<{ Params: EndpointParams; Body: Static<typeof ExampleBody> }>(
    `${ENDPOINT}/examples`,
    {
      schema: {
        ...described('sendExample', 'Send a made-up event to an endpoint', Delivery, [
          ...NO_ENDPOINT,
          'webhook-endpoint-disabled',
          'invalid-field',
        ]),
        body: ExampleBody,
      },
    },
    request => {
      const id = endpointIdOf(request.params)
      return changed(run(request, id.partnerId, work => sendExample(work, id, request.body.kind), encodeDelivery))
    },
  )

  /** What was changed takes effect at once. */
  async function changed<T>(change: Promise<T>): Promise<T> {
    const answer = await change
    webhooks.look()
    return answer
  }
}

const deliveryRoutes: FastifyPluginAsync<WebhookContext> = async (server, { ports, run, webhooks, wall }) => {
  server.get<{ Params: { partnerId: string }; Querystring: Static<typeof ListQuery> }>(
    DELIVERIES,
    {
      schema: {
        ...described('listWebhookDeliveries', 'List the deliveries of a partner', pageSchema('deliveries', Delivery), [
          ...NO_ENDPOINT,
          'authorization-not-found',
          'not-found',
          'invalid-field',
        ]),
        querystring: ListQuery,
      },
    },
    async request => {
      const partnerId = await knownPartner(ports, request.params.partnerId)
      const { query } = request
      const filter = {
        ...periodOf(query),
        partnerId,
        endpointId:
          query.endpointId === undefined ? undefined : idParameter(query.endpointId, 'webhook-endpoint-not-found'),
        state: query.state,
        kind: query.kind,
        cardToken: query.cardToken,
        eventId: query.eventId === undefined ? undefined : eventIdOf(query.eventId),
        authorizationId:
          query.authorizationId === undefined
            ? undefined
            : idParameter(query.authorizationId, 'authorization-not-found'),
      }
      const { rows, nextCursor } = await pageOf(
        query,
        deliveryNamed,
        ({ after, limit }) => ports.storage.read.webhookDeliveries({ ...filter, before: after, limit }),
        nameOf,
      )
      return { deliveries: rows.map(encodeDelivery), nextCursor }
    },
  )

  server.get<{ Params: DeliveryParams }>(
    `${DELIVERIES}/:deliveryId`,
    {
      schema: described('showWebhookDelivery', 'Show a delivery with its attempts', DeliveryWithAttempts, [
        'webhook-delivery-not-found',
      ]),
    },
    async request => {
      const partnerId = idParameter(request.params.partnerId, 'partner-not-found')
      const { eventId, endpointId } = deliveryIdOf(request.params.deliveryId)
      const delivery = await ports.storage.read.webhookDelivery(partnerId, eventId, endpointId)
      if (delivery === undefined) throw new DomainError('webhook-delivery-not-found')
      const attempts = await ports.storage.read.webhookAttempts(partnerId, eventId, endpointId)
      const product = attempts.at(-1)?.attemptedAt ?? ports.clock.now()
      const told = await requestOf(ports, webhooks, delivery, { product, wall: wall.now() })
      if (told instanceof Error) request.log.warn({ err: told }, 'the event of a delivery could not be told')
      return {
        ...encodeDelivery(delivery),
        attemptLog: attempts.map(encodeAttempt),
        request: told instanceof Error ? null : told,
      }
    },
  )

  server.post<{ Params: DeliveryParams }>(
    `${DELIVERIES}/:deliveryId/resend`,
    {
      schema: described('resendDelivery', 'Deliver once more', Delivery, [
        'webhook-delivery-not-found',
        'webhook-endpoint-not-found',
        'webhook-endpoint-disabled',
      ]),
    },
    async request => {
      const partnerId = idParameter(request.params.partnerId, 'partner-not-found')
      const id = { partnerId, ...deliveryIdOf(request.params.deliveryId) }
      const answer = await run(request, partnerId, work => resendDelivery(work, id), encodeDelivery)
      webhooks.look()
      return answer
    },
  )

  server.get<{ Querystring: { partnerId?: string } }>(
    '/webhook-backlog',
    {
      schema: {
        ...described('showWebhookBacklog', 'Show what is still to be delivered', Backlog),
        querystring: Type.Object(
          { partnerId: Type.Optional(Type.String({ maxLength: 18 })) },
          { additionalProperties: false },
        ),
      },
    },
    async request => {
      const { partnerId: named } = request.query
      const partnerId = named === undefined ? undefined : idParameter(named, 'partner-not-found')
      const endpoints = await ports.storage.read.webhookBacklog(partnerId)
      return {
        pending: endpoints.reduce((sum, each) => sum + each.pending, 0),
        failed: endpoints.reduce((sum, each) => sum + each.failed, 0),
        endpoints: endpoints.map(encodeBacklog),
      }
    },
  )
}

/** What an endpoint is sent, without secrets; null where there is nothing to send. */
async function requestOf(
  { storage }: Pick<Ports, 'storage'>,
  { dialects }: WebhookDoor,
  { partnerId, eventId, endpointId }: WebhookDelivery,
  at: TellingTime,
) {
  const endpoint = await storage.read.webhookEndpoint(partnerId, endpointId)
  if (endpoint === undefined) return null
  const teller = await dialects[endpoint.dialect].teller(partnerId, endpoint.credential)
  if (teller === undefined) return null
  const event = await storage.read.domainEvent(partnerId, eventId)
  if (event instanceof Error) return event
  const message = shown(teller, event, at)
  if (message instanceof Error) return message
  return message === undefined ? null : { method: 'POST', url: endpoint.url, ...message }
}

/** What cannot be told cannot be shown either, as the relay records. */
function shown(teller: Teller, event: DomainEvent, at: TellingTime): ReturnType<Teller['show']> | Error {
  try {
    return teller.show(event, at)
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

/** @throws OperatorError `not-found` */
function eventIdOf(text: string): bigint {
  if (!/^\d{1,18}$/.test(text)) throw new OperatorError(404, 'not-found', 'There is no such event.')
  return BigInt(text)
}

function endpointIdOf({ partnerId, endpointId }: EndpointParams): EndpointId {
  return {
    partnerId: idParameter(partnerId, 'partner-not-found'),
    endpointId: idParameter(endpointId, 'webhook-endpoint-not-found'),
  }
}

/** `<event>-<endpoint>`: an event is delivered to an endpoint once. */
function nameOf({ eventId, endpointId }: Pick<WebhookDelivery, 'eventId' | 'endpointId'>): string {
  return `${eventId}-${endpointId}`
}

function deliveryNamed(name: string): { eventId: bigint; endpointId: bigint } | undefined {
  const [, eventId, endpointId] = /^(\d{1,18})-(\d{1,18})$/.exec(name) ?? []
  if (eventId === undefined || endpointId === undefined) return undefined
  return { eventId: BigInt(eventId), endpointId: BigInt(endpointId) }
}

/** @throws DomainError `webhook-delivery-not-found` */
function deliveryIdOf(text: string): { eventId: bigint; endpointId: bigint } {
  const named = deliveryNamed(text)
  if (named === undefined) throw new DomainError('webhook-delivery-not-found')
  return named
}

function encodeEndpoint(endpoint: WebhookEndpoint) {
  return {
    endpointId: String(endpoint.endpointId),
    dialect: endpoint.dialect,
    credential: endpoint.credential,
    url: endpoint.url,
    description: endpoint.description,
    kinds: [...endpoint.kinds],
    state: endpoint.state,
    stateReason: endpoint.stateReason,
    createdAt: endpoint.createdAt.toString(),
  }
}

function encodeDelivery(delivery: WebhookDelivery) {
  return {
    deliveryId: nameOf(delivery),
    eventId: String(delivery.eventId),
    endpointId: String(delivery.endpointId),
    kind: delivery.kind,
    state: delivery.state,
    attempts: delivery.attempts,
    dueAt: delivery.dueAt?.toString() ?? null,
    deliveredAt: delivery.deliveredAt?.toString() ?? null,
    lastStatus: delivery.lastStatus,
    lastError: delivery.lastError,
    createdAt: delivery.createdAt.toString(),
  }
}

function encodeAttempt(attempt: WebhookAttempt) {
  return { ...attempt, attemptedAt: attempt.attemptedAt.toString() }
}

function encodeBacklog(backlog: EndpointBacklog) {
  return {
    partnerId: String(backlog.partnerId),
    endpointId: String(backlog.endpointId),
    dialect: backlog.dialect,
    state: backlog.state,
    pending: backlog.pending,
    retrying: backlog.retrying,
    oldestPendingAt: backlog.oldestPendingAt?.toString() ?? null,
    failed: backlog.failed,
    failuresInRow: backlog.failuresInRow,
    openUntil: backlog.openUntil?.toString() ?? null,
  }
}
