/**
 * The KeySecure Open Platform on HTTP: `/open-api/*`, and its hosted card page: `/pci/*`.
 *
 * Headers are checked when they arrive, before a body is read. Every handled failure is HTTP 200 with its code; a path
 * or method that does not exist is 404, a crash is 500, both with the same envelope.
 */
import { DomainError } from '@openissuer/core/errors.ts'
import type { IntegrationMode } from '@openissuer/core/partner/partner.ts'
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest, FastifySchema } from 'fastify'
import type { Static, TSchema } from 'typebox'
import type { CallRecorder } from '../../app/live/api-log.ts'
import type { Clock, Ports } from '../../app/ports.ts'
import { BODY_BYTES_MAX } from '../../http/strict-json.ts'
import {
  AccountInfoData,
  accountInfo,
  listTransfers,
  TransferBody,
  TransferData,
  TransferListBody,
  TransferListData,
  transfer,
} from './accounts.ts'
import { compileBody, parseBody } from './body.ts'
import {
  ActivateBody,
  activate,
  CardDetailData,
  cardDetail,
  DoneData,
  PrivateInfoData,
  privateInfo,
  SetPinBody,
  StatusUpdateBody,
  setPin,
  updateStatus,
} from './card-calls.ts'
import {
  applyForCardholder,
  CardholderApplyBody,
  CardholderApplyData,
  CardholderInfoData,
  CardholderListBody,
  CardholderListData,
  cardholderInfo,
  listCardholders,
} from './cardholders.ts'
import { applyCard, CardApplyBody, CardApplyData, CardListBody, CardListData, listCards } from './cards.ts'
import {
  ConsumptionInfoData,
  ConsumptionListBody,
  ConsumptionListData,
  consumptionInfo,
  listConsumptions,
} from './consumptions.ts'
import { type Language, languageNamed } from './dictionary.ts'
import { envelopeOf, failure, success } from './envelope.ts'
import { fromDomainError, KeysecureError } from './errors.ts'
import { authenticate, type Caller, headerOf } from './headers.ts'
import { ClientTokenData, clientToken, pciPage } from './pci-page.ts'
import { BinListBody, BinListData, listBins, listPackages, PackageListBody, PackageListData } from './products.ts'
import { createRateLimit } from './rate-limit.ts'
import { recordCalls } from './recording.ts'
import { getToken, TokenData } from './tokens.ts'

export type KeysecureDialectOptions = {
  readonly ports: Ports
  /** real time, whatever the product's clock says */
  readonly wallClock: Clock
  /** how far in the future a `Timestamp` may be; none (proposed) unless it is said */
  readonly clockAheadMs?: number
  readonly recorder?: CallRecorder
}

/** To be registered without a prefix: the paths are the vendor's. */
export function keysecureDialect(options: KeysecureDialectOptions): FastifyPluginAsync {
  return async server => {
    await server.register(openApi(options), { prefix: '/open-api' })
    await server.register(pciPage(options.ports), { prefix: '/pci' })
  }
}

const CALLER = 'keysecureCaller'

/** What the header checks read and write, whatever the body's type. */
type AnyRequest = Pick<FastifyRequest, 'headers' | 'ip' | 'getDecorator' | 'setDecorator'>

function openApi({ ports, wallClock, clockAheadMs = 0, recorder }: KeysecureDialectOptions): FastifyPluginAsync {
  return async api => {
    readBodiesStrictly(api)
    answerErrors(api)
    api.decorateRequest(CALLER)
    if (recorder !== undefined) recordCalls(api, recorder, request => request.getDecorator<Caller | undefined>(CALLER))
    const rateLimit = createRateLimit()

    const authenticated = (rules: CallRules) => async (request: AnyRequest) => {
      const headerPorts = { read: ports.storage.read, clock: ports.clock, wallClock, clockAheadMs }
      const caller = await authenticate(request, { accessToken: rules.accessToken ?? 'required' }, headerPorts)
      const { requestsPerSecond } = caller.credential
      if (requestsPerSecond !== null && !rateLimit.allows(caller.apiKey, requestsPerSecond)) {
        throw new KeysecureError(1009)
      }
      if (rules.mode !== undefined && caller.partner.settings.integrationMode !== rules.mode) {
        throw new KeysecureError(1012)
      }
      request.setDecorator(CALLER, caller)
    }

    /** The schemas of bodies are checked; the rest describes the call. */
    const get = <P extends Record<string, string>>(
      url: string,
      schemas: { readonly data: TSchema } & CallRules & Description,
      call: (request: FastifyRequest<{ Params: P }>) => Promise<unknown>,
    ) => {
      api.route<{ Params: P }>({
        method: 'GET',
        url,
        exposeHeadRoute: false,
        schema: { ...descriptionOf(schemas), response: { 200: envelopeOf(schemas.data) } },
        onRequest: authenticated(schemas),
        handler: async request => success(await call(request), languageOf(request)),
      })
    }

    const post = <B extends TSchema>(
      url: string,
      schemas: { readonly body: B; readonly data: TSchema } & CallRules & Description,
      call: (request: FastifyRequest<{ Body: Static<B> }>) => Promise<unknown>,
    ) => {
      api.route<{ Body: Static<B> }>({
        method: 'POST',
        url,
        schema: { ...descriptionOf(schemas), body: schemas.body, response: { 200: envelopeOf(schemas.data) } },
        onRequest: authenticated(schemas),
        handler: async request => success(await call(request), languageOf(request)),
      })
    }

    get(
      '/v1/merchant/token',
      {
        operationId: 'getToken',
        tag: 'Access',
        summary: 'Get an access token',
        errors: [],
        data: TokenData,
        accessToken: 'none',
      },
      request => getToken(ports, callerOf(request)),
    )

    post(
      '/v1/cardholder/apply',
      {
        operationId: 'applyForCardholder',
        tag: 'Cardholders',
        summary: 'Apply for a cardholder',
        errors: ['2001', '2002', '2003', '2004', '2006'],
        body: CardholderApplyBody,
        data: CardholderApplyData,
      },
      request => applyForCardholder(ports, callerOf(request), request.body),
    )
    post(
      '/v1/cardholder/list',
      {
        operationId: 'listCardholders',
        tag: 'Cardholders',
        summary: 'List cardholders',
        errors: ['1019', '1020'],
        body: CardholderListBody,
        data: CardholderListData,
      },
      request => listCardholders(ports, callerOf(request), request.body, timezoneOf(request)),
    )
    get<OfCardholder>(
      '/v1/cardholder/:cardholder_no/info',
      {
        operationId: 'cardholderInfo',
        tag: 'Cardholders',
        summary: 'Show a cardholder with its accounts and cards',
        errors: ['2002'],
        data: CardholderInfoData,
      },
      request => cardholderInfo(ports, callerOf(request), request.params.cardholder_no),
    )

    post(
      '/v1/card/apply',
      {
        operationId: 'applyCard',
        tag: 'Cards',
        summary: 'Apply for a card',
        errors: ['2002', '2004', '4002', '4003'],
        body: CardApplyBody,
        data: CardApplyData,
      },
      request => applyCard(ports, callerOf(request), request.body),
    )
    post(
      '/v1/card/active',
      {
        operationId: 'activateCard',
        tag: 'Cards',
        summary: 'Activate a physical card',
        errors: ['4001', '4005', '4006', '4007', '4008', '4017'],
        body: ActivateBody,
        data: DoneData,
      },
      request => activate(ports, callerOf(request), request.body),
    )
    post(
      '/v1/card/status/update',
      {
        operationId: 'updateCardStatus',
        tag: 'Cards',
        summary: 'Freeze, unfreeze or cancel a card',
        errors: ['4001', '4005'],
        body: StatusUpdateBody,
        data: DoneData,
      },
      request => updateStatus(ports, callerOf(request), request.body),
    )
    post(
      '/v1/card/pin/set',
      {
        operationId: 'setPin',
        tag: 'Cards',
        summary: 'Set the PIN of a card',
        errors: ['4001', '4005', '4006', '4016', '4017'],
        body: SetPinBody,
        data: DoneData,
      },
      request => setPin(ports, callerOf(request), request.body),
    )
    get<OfCard>(
      '/v1/card/:card_no/detail',
      { operationId: 'cardDetail', tag: 'Cards', summary: 'Show a card', errors: ['4001'], data: CardDetailData },
      request => cardDetail(ports, callerOf(request), request.params.card_no),
    )
    get<OfCard>(
      '/v1/card/:card_no/private/info',
      {
        operationId: 'privateInfo',
        tag: 'Cards',
        summary: 'Show number, expiry and CVV of a card, encrypted',
        errors: ['1013', '4001'],
        data: PrivateInfoData,
      },
      request => privateInfo(ports, callerOf(request), request.params.card_no),
    )
    post(
      '/v1/card/package/list',
      {
        operationId: 'listPackages',
        tag: 'Products',
        summary: 'List the card packages',
        errors: ['1012'],
        body: PackageListBody,
        data: PackageListData,
        mode: 'credit',
      },
      request => listPackages(ports, callerOf(request), request.body),
    )
    post(
      '/v1/card/support/bins',
      {
        operationId: 'listBins',
        tag: 'Products',
        summary: 'List the card BINs',
        errors: ['1012'],
        body: BinListBody,
        data: BinListData,
        mode: 'partner-decides',
      },
      request => listBins(ports, request.body),
    )
    post(
      '/v1/card/list',
      {
        operationId: 'listCards',
        tag: 'Cards',
        summary: 'List cards',
        errors: ['1019', '1020'],
        body: CardListBody,
        data: CardListData,
      },
      request => listCards(ports, callerOf(request), request.body, timezoneOf(request)),
    )

    get<OfCard>(
      '/v1/merchant/client/:card_no/token',
      {
        operationId: 'clientToken',
        tag: 'Access',
        summary: 'Get a token for the hosted card page',
        errors: ['1013', '4001'],
        data: ClientTokenData,
      },
      request => clientToken(ports, callerOf(request), request.params.card_no),
    )

    get<OfConsumption>(
      '/v1/card/consume/:consume_no/info',
      {
        operationId: 'consumptionInfo',
        tag: 'Consumptions',
        summary: 'Show a consumption',
        errors: ['4009'],
        data: ConsumptionInfoData,
      },
      request => consumptionInfo(ports, callerOf(request), request.params.consume_no),
    )
    post(
      '/v1/card/consume/list',
      {
        operationId: 'listConsumptions',
        tag: 'Consumptions',
        summary: 'List consumptions',
        errors: ['1019', '1020'],
        body: ConsumptionListBody,
        data: ConsumptionListData,
      },
      request => listConsumptions(ports, callerOf(request), request.body, timezoneOf(request)),
    )

    post(
      '/v1/account/transfer',
      {
        operationId: 'transfer',
        tag: 'Accounts',
        summary: 'Give a cardholder money, or take it back',
        errors: ['1012', '2002', '2004', '3001', '3002', '3003', '3004', '3005'],
        body: TransferBody,
        data: TransferData,
        mode: 'credit',
      },
      request => transfer(ports, callerOf(request), request.body),
    )
    get<OfCardholder>(
      '/v1/account/:cardholder_no/info',
      {
        operationId: 'accountInfo',
        tag: 'Accounts',
        summary: 'Show the account of a cardholder',
        errors: ['1012', '2002'],
        data: AccountInfoData,
        mode: 'credit',
      },
      request => accountInfo(ports, callerOf(request), request.params.cardholder_no),
    )
    post(
      '/v1/account/transfer/list',
      {
        operationId: 'listTransfers',
        tag: 'Accounts',
        summary: 'List transfers',
        errors: ['1012', '1019', '1020'],
        body: TransferListBody,
        data: TransferListData,
        mode: 'credit',
      },
      request => listTransfers(ports, callerOf(request), request.body, timezoneOf(request)),
    )
  }
}

type OfCard = { card_no: string }

type OfConsumption = { consume_no: string }

type OfCardholder = { cardholder_no: string }

/** What is asked of the caller besides valid headers; checked after them and before the body (proposed). */
type CallRules = {
  readonly accessToken?: 'none'
  /** the integration mode that has this call; both, unless it is named */
  readonly mode?: IntegrationMode
}

/** What the reference says of a call; `errors` are the codes that are its own. */
type Description = Required<Pick<FastifySchema, 'operationId' | 'tag' | 'summary' | 'errors'>>

function descriptionOf({ operationId, tag, summary, errors }: Description): Description {
  return { operationId, tag, summary, errors }
}

function readBodiesStrictly(api: FastifyInstance): void {
  api.addHook('onRequest', async ({ headers }) => {
    // Sent empty is not sent; Fastify would refuse it as malformed.
    if (headerOf(headers, 'content-type') === undefined) delete headers['content-type']
  })
  api.removeAllContentTypeParsers()
  api.addContentTypeParser<Buffer>(
    '*',
    { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX },
    async (request: FastifyRequest, bytes: Buffer) =>
      request.is404 ? undefined : parseBody(bytes, headerOf(request.headers, 'content-type')),
  )
  api.setValidatorCompiler(compileBody)
  api.setSerializerCompiler(() => data => JSON.stringify(data))
}

function answerErrors(api: FastifyInstance): void {
  api.setNotFoundHandler((request, reply) => reply.code(404).send(failure(NOT_FOUND, languageOf(request))))
  api.setErrorHandler((error, request, reply) => {
    // What is wrong with the body of a request to nowhere does not matter.
    if (request.is404) return reply.code(404).send(failure(NOT_FOUND, languageOf(request)))
    const handled = handledError(error)
    if (handled !== undefined) return reply.code(200).send(failure(handled, languageOf(request)))
    request.log.error({ crash: describeCrash(error) }, 'a KeySecure call crashed')
    return reply.code(500).send(failure({ code: 1001, field: undefined }, languageOf(request)))
  })
}

/** The vendor documents no code for an unknown path. */
const NOT_FOUND = new KeysecureError(1004)

/** @returns undefined for a crash */
function handledError(error: unknown): KeysecureError | undefined {
  if (error instanceof KeysecureError) return error
  if (error instanceof DomainError) return fromDomainError(error)
  // What Fastify itself refuses: too large a body, a length that is wrong, a content type that is none.
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number') {
    if (error.statusCode >= 400 && error.statusCode < 500) return new KeysecureError(1004)
  }
  return undefined
}

/** Only what is safe to log: drivers put values of the request into other members of their errors. */
function describeCrash(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { thrown: typeof error }
  const described = { name: error.name, code: 'code' in error ? error.code : undefined, stack: error.stack }
  return error.cause === undefined ? described : { ...described, cause: describeCrash(error.cause) }
}

function callerOf(request: AnyRequest): Caller {
  return request.getDecorator<Caller>(CALLER)
}

function timezoneOf(request: AnyRequest): string | undefined {
  return headerOf(request.headers, 'timezone')
}

function languageOf(request: AnyRequest): Language {
  return languageNamed(headerOf(request.headers, 'language'))
}
