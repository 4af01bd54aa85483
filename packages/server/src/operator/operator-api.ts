/**
 * The Operator API: the platform's own door for the people who run it and for tests that play the card network.
 * JSON in camelCase, a bearer key, `{ "error": { "code", "message", "field"? } }` when something is refused.
 */
import { DomainError } from '@openissuer/core/errors.ts'
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { LedgerProofs } from '../app/ledger-proof.ts'
import type { ApiLog } from '../app/live/api-log.ts'
import type { Inspectors } from '../app/live/inspection.ts'
import type { Platform } from '../app/live/platform.ts'
import { type Performance, perform } from '../app/perform.ts'
import type { AuditEntry, JsonValue, Ports, Work } from '../app/ports.ts'
import type { WebhookDoor } from '../app/webhook-ports.ts'
import { parseStrictJson, StrictJsonError } from '../http/strict-json.ts'
import { actorOf, createAccess } from './access.ts'
import { apiLogRoutes } from './api-log.ts'
import { authorizationRoutes } from './authorizations.ts'
import { cardLimitRoutes } from './card-limits.ts'
import { cardMoneyRoutes } from './card-money.ts'
import { cardStatusRoutes } from './card-status.ts'
import { cardholderRecordRoutes } from './cardholder-records.ts'
import { cardholderRoutes } from './cardholders.ts'
import { cardRoutes } from './cards.ts'
import { type ClockDoor, clockRoutes } from './clock.ts'
import { contactRoutes } from './contacts.ts'
import { createCardRoutes } from './create-cards.ts'
import { depositRoutes } from './deposits.ts'
import { statusOf } from './errors.ts'
import { exchangeRateRoutes } from './exchange-rates.ts'
import { feePlanRoutes } from './fee-plans.ts'
import { inspectionRoutes } from './inspections.ts'
import { keysecureRoutes } from './keysecure.ts'
import { ledgerVerificationRoutes } from './ledger-verification.ts'
import { auditListRoutes } from './list-audit.ts'
import { cardListRoutes } from './list-cards.ts'
import { eventListRoutes } from './list-events.ts'
import { ledgerListRoutes } from './list-ledger.ts'
import { partnerListRoutes } from './list-partners.ts'
import { liveRoutes } from './live.ts'
import { operatorKeyRoutes } from './operator-keys.ts'
import { overviewRoutes } from './overview.ts'
import { partnerRoutes } from './partners.ts'
import { programRoutes } from './programs.ts'
import { scenarioRoutes } from './scenarios.ts'
import { sessionRoutes } from './sessions.ts'
import { deliverySimulationRoutes } from './simulation-delivery.ts'
import { lifecycleSimulationRoutes } from './simulation-lifecycle.ts'
import { threeDsSimulationRoutes } from './simulation-three-ds.ts'
import { simulationRoutes } from './simulations.ts'
import { merchantControlRoutes, spendLimitRoutes } from './spend-rules.ts'
import { Watch } from './standing.ts'
import { trialBalanceRoutes } from './trial-balance.ts'
import { webhookRoutes } from './webhooks.ts'

/** A refusal of this door itself, before any use case. */
export class OperatorError extends Error {
  readonly status: number
  readonly code: string
  readonly field: string | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    code: string,
    message: string,
    field?: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.field = field
    this.headers = headers
  }
}

export type OperatorContext = {
  readonly ports: Ports
  /**
   * Runs a use case, with a line in the audit log, once per `Idempotency-Key` of the request; without the header every call is a new one.
   * @param partnerId whose keys the header's key lives among; 0 before there is a partner
   */
  readonly run: <T, A extends JsonValue>(
    request: FastifyRequest,
    partnerId: bigint,
    useCase: (work: Work) => Promise<T>,
    encode: (result: T) => A,
  ) => Promise<A>
  /** The same for a call whose answer holds a secret: it is kept nowhere, and every call is a new one. */
  readonly runUnrecorded: OperatorContext['run']
}

export function operatorApi(
  options: {
    readonly ports: Ports
    readonly webhooks: WebhookDoor
    readonly proofs: LedgerProofs
    readonly platform: Platform
    readonly apiLog: ApiLog
    readonly inspectors: Inspectors
  } & ClockDoor,
): FastifyPluginAsync {
  const { ports, clock, wall, due, webhooks, proofs, platform, apiLog, inspectors } = options
  const access = createAccess(ports, wall)
  const runUnder =
    (keyOf: (request: FastifyRequest) => Performance['idempotency']): OperatorContext['run'] =>
    (request, partnerId, useCase, encode) =>
      perform(
        ports,
        { partnerId, idempotency: keyOf(request) },
        async work => {
          const result = await useCase(work)
          await work.tx.insertAudit(await auditEntry(work, partnerId, request))
          return result
        },
        encode,
      )
  const context: OperatorContext = {
    ports,
    run: runUnder(request => idempotencyOf(request, ports)),
    runUnrecorded: runUnder(() => null),
  }
  return async server => {
    await server.register(
      async door => {
        acceptStrictJson(door)
        // the schemas of answers describe them; nothing is left out or turned into another form by them
        door.setSerializerCompiler(() => data => JSON.stringify(data))
        door.setErrorHandler(answerError)
        door.setNotFoundHandler(() => {
          throw new OperatorError(404, 'not-found', 'There is no such operation.')
        })
        door.decorateRequest('caller', null)
        door.addHook('onRequest', async (request, reply) => {
          reply.header('cache-control', 'no-store')
          await access.admit(request)
          refuseIdempotencyKey(request)
        })
        await door.register(partnerRoutes, context)
        await door.register(partnerListRoutes, context)
        await door.register(programRoutes, context)
        await door.register(exchangeRateRoutes, context)
        await door.register(cardholderRoutes, context)
        await door.register(cardholderRecordRoutes, context)
        await door.register(contactRoutes, context)
        await door.register(cardRoutes, context)
        await door.register(createCardRoutes, context)
        await door.register(cardListRoutes, context)
        await door.register(cardMoneyRoutes, context)
        await door.register(cardLimitRoutes, context)
        await door.register(cardStatusRoutes, context)
        await door.register(depositRoutes, context)
        await door.register(ledgerListRoutes, context)
        await door.register(trialBalanceRoutes, context)
        await door.register(ledgerVerificationRoutes, { ...context, proofs })
        await door.register(authorizationRoutes, context)
        await door.register(spendLimitRoutes, context)
        await door.register(merchantControlRoutes, context)
        await door.register(feePlanRoutes, context)
        await door.register(keysecureRoutes, { ...context, refusalOf: url => webhooks.refusalOf(url) })
        await door.register(simulationRoutes, context)
        await door.register(lifecycleSimulationRoutes, context)
        await door.register(deliverySimulationRoutes, context)
        await door.register(threeDsSimulationRoutes, context)
        await door.register(scenarioRoutes, context)
        await door.register(clockRoutes, { ...context, clock, wall, due })
        await door.register(webhookRoutes, { ...context, webhooks, wall })
        await door.register(eventListRoutes, context)
        await door.register(auditListRoutes, context)
        await door.register(apiLogRoutes, { ...context, apiLog })
        await door.register(inspectionRoutes, { ...context, inspectors })
        const standing = { clock, wall, platform, proofs }
        const watch = new Watch(ports, standing)
        await door.register(overviewRoutes, { ...context, ...standing, watch })
        await door.register(liveRoutes, {
          ...context,
          ...standing,
          watch,
          mayRead: request => access.stillCounts(request),
        })
        await door.register(operatorKeyRoutes, context)
        await door.register(sessionRoutes, { ...context, access, wall })
      },
      { prefix: '/operator/v1' },
    )
  }
}

/** What was called and on what, without the body: that may hold keys and card data. */
async function auditEntry(work: Work, partnerId: bigint, request: FastifyRequest): Promise<AuditEntry> {
  const parameters = Object.entries(request.params as Record<string, string>)
  return {
    partnerId,
    auditId: await work.ids.next('audit'),
    actor: actorOf(request),
    action: `${request.method} ${request.routeOptions.url ?? ''}`,
    subject: parameters.map(([name, value]) => `${name}=${value}`).join(' '),
    at: work.clock.now(),
  }
}

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,128}$/

/** The digest of the call is keyed, as its body may hold card data and PINs. */
export function idempotencyOf(request: FastifyRequest, { vault }: Pick<Ports, 'vault'>): Performance['idempotency'] {
  const key = request.headers['idempotency-key']
  if (key === undefined) return null
  if (typeof key !== 'string' || !IDEMPOTENCY_KEY.test(key)) {
    throw new OperatorError(400, 'invalid-request', 'Idempotency-Key must be 1 to 128 printable ASCII characters.')
  }
  const input = `${request.method} ${request.url}\n${JSON.stringify(request.body ?? null)}`
  return { scope: 'operator', key, inputHash: vault.digestRequest(input) }
}

function refuseIdempotencyKey({ headers, routeOptions }: FastifyRequest): void {
  if (routeOptions.config.unrecorded !== true || headers['idempotency-key'] === undefined) return
  const message = 'This call takes no Idempotency-Key: its answer is kept nowhere.'
  throw new OperatorError(400, 'invalid-request', message)
}

function acceptStrictJson(door: FastifyInstance): void {
  door.removeAllContentTypeParsers()
  door.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: FastifyRequest, body: Buffer) =>
    parseStrictJson(body),
  )
}

function answerError(error: unknown, request: FastifyRequest, reply: import('fastify').FastifyReply) {
  const { status, code, message, field, headers = {} } = describe(error)
  if (status >= 500) request.log.error({ err: error }, 'operator call failed')
  return reply
    .code(status)
    .headers(headers)
    .send({ error: { code, message, ...(field === undefined ? {} : { field }) } })
}

type Refusal = {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly field?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
}

function describe(error: unknown): Refusal {
  if (error instanceof OperatorError) return error
  if (error instanceof DomainError)
    return { status: statusOf(error.code), code: error.code, message: error.message, field: error.field }
  if (error instanceof StrictJsonError) {
    return { status: 400, code: 'invalid-request', message: `The body is not acceptable JSON: ${error.reason}.` }
  }
  if (isValidationError(error)) {
    return refusalOf(error.validation[0])
  }
  if (
    error instanceof Error &&
    'statusCode' in error &&
    typeof error.statusCode === 'number' &&
    error.statusCode < 500
  ) {
    return { status: error.statusCode, code: 'invalid-request', message: error.message }
  }
  return { status: 500, code: 'internal', message: 'Something failed on our side.' }
}

/** Names that a refusal may repeat; anything else that a client sends as a key could be data in the wrong place. */
export const FIELD_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/

function refusalOf(objection: ValidationError['validation'][number] | undefined): Refusal {
  const { missingProperty: missing, additionalProperty: unknown } = objection?.params ?? {}
  const named = [missing, unknown].filter(name => typeof name === 'string' && FIELD_NAME.test(name))
  const field = [...(objection?.instancePath ?? '').split('/').slice(1), ...named].join('.')
  const says = () => {
    if (missing !== undefined) return 'is required'
    if (unknown === undefined) return objection?.message ?? 'is not allowed'
    return named.length > 0 ? 'is not a known field' : 'has a field that is not known'
  }
  return {
    status: 400,
    code: 'invalid-request',
    message: `${field || 'The body'} ${says()}.`,
    field: field || undefined,
  }
}

type ValidationError = Error & {
  validation: { instancePath: string; message?: string; params: Record<string, unknown> }[]
}

function isValidationError(error: unknown): error is ValidationError {
  return error instanceof Error && 'validation' in error && Array.isArray(error.validation)
}
