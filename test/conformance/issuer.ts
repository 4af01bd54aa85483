/** A running issuer as the suites use it: the independent clients of the demo, and the few preparations tests share. */
import { randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'vitest'
import {
  credentialsOf,
  type IssuerProcess,
  readCredentials,
  type SandboxCredentials,
  startIssuerProcess,
} from '../../demo/issuer-process.ts'
import { type KeySecureAnswer, KeySecureClient } from '../../demo/keysecure-client.ts'
import { type Merchant, OperatorClient } from '../../demo/operator-client.ts'
import { formatTimestamp, newRequestId, type PagsmileAnswer, PagsmileClient } from '../../demo/pagsmile-client.ts'
import { pagsmileDone, pagsmileError, pagsmileSuccess, violations } from '../../demo/shapes.ts'
import { assertDescribed } from '../support/reference.ts'
import { isRecord } from './golden.ts'

export type Fields = Record<string, unknown>

export type Issuer = {
  /** null where the suite did not start it */
  server: IssuerProcess | null
  credentials: SandboxCredentials
  baseUrl: string
  /** as the Operator API names it */
  partnerId: string
  sharedAccount: string
  pagsmile: PagsmileClient
  keysecure: KeySecureClient
  operator: OperatorClient
  fundingAccount: string
}

export type TestCard = { token: string; maskedPan: string; holderId: number }

/** For `beforeAll`: a first start may have to create a database cluster. */
export const START_MS_MAX = 120_000
export const DAY_MS = 24 * 60 * 60 * 1000

export const CREATE_CONTACT = '/issuing/card/create-contact'
export const QUERY_CONTACTS = '/issuing/card/query-contacts'
export const CREATE_HOLDER = '/issuing/holder/create'
export const APPLY_CARD = '/issuing/card/apply'
export const RECHARGE = '/issuing/card/recharge'
export const CREATE_LIMIT = '/issuing/card/create-limit'
export const QUERY_LIMIT = '/issuing/card/query-limit'
export const QUERY_AUTHORIZATIONS = '/issuing/card/query-card-authorizations'
export const CARD_LIST = '/open-api/v1/card/list'

export const CONTACT = { first_name: 'xxe', last_name: 'xxxx', mobile: '+861234789999', email: '122@12.com' }

export const LIMIT = {
  daily_transactions: 100,
  single_amount: '100.00',
  daily_amount: '200.00',
  monthly_amount: '300.00',
  total_amount: '400.00',
}

export const MERCHANT: Merchant = {
  id: '1715679487057813',
  name: 'Test Merchant',
  mcc: '5411',
  country: 'US',
  city: 'Seattle',
  acquirerId: '00000361603',
}

/** A window without a limit on its length, for the query of contacts. */
export const ALL_TIME = { start_date: '2000-01-01 00:00:00', end_date: '2099-12-31 23:59:59' }

/**
 * The server that the environment names, or one of its own on a fresh data folder. `OPENISSUER_CREDENTIALS` is the path of
 * a credentials file or its JSON text; `OPENISSUER_BASE_URL` replaces the address in it. So the suites can be pointed at
 * any server whose keys are known.
 */
export async function startIssuer(): Promise<Issuer> {
  const named = await namedCredentials()
  const server = named === undefined ? await startIssuerProcess() : null
  const credentials = named ?? server?.credentials
  if (credentials === undefined) throw new Error('a server without credentials')
  const { baseUrl, operatorKey, partnerId, pagsmile, keysecure } = credentials
  return {
    server,
    credentials,
    baseUrl,
    partnerId,
    sharedAccount: pagsmile.sharedAccount,
    pagsmile: new CheckedPagsmileClient({ baseUrl, ...pagsmile }),
    keysecure: new CheckedKeySecureClient({ baseUrl, ...keysecure }),
    operator: new OperatorClient({ baseUrl, operatorKey }),
    fundingAccount: pagsmile.fundingAccount,
  }
}

/** The client of the demo, which also holds each answer against the reference. */
export class CheckedPagsmileClient extends PagsmileClient {
  override async send(...request: Parameters<PagsmileClient['send']>): Promise<PagsmileAnswer> {
    const answer = await super.send(...request)
    const { status, envelope, data } = answer
    const body = data === undefined ? envelope : { ...envelope, data }
    assertDescribed('pagsmile', { method: 'POST', path: request[0], status, answer: body })
    return answer
  }
}

export class CheckedKeySecureClient extends KeySecureClient {
  override async send(...request: Parameters<KeySecureClient['send']>): Promise<KeySecureAnswer> {
    const answer = await super.send(...request)
    const [method, path] = request
    assertDescribed('keysecure', { method, path, status: answer.status, answer: answer.envelope })
    return answer
  }
}

async function namedCredentials(): Promise<SandboxCredentials | undefined> {
  const { OPENISSUER_CREDENTIALS: named, OPENISSUER_BASE_URL: baseUrl } = process.env
  if (named === undefined || named === '') return undefined
  const credentials = named.startsWith('{') ? credentialsOf(named) : await readCredentials(named)
  return baseUrl === undefined || baseUrl === '' ? credentials : { ...credentials, baseUrl }
}

/** Undefined when the start failed; the failed start has already cleaned up. */
export async function stopIssuer(issuer: Issuer | undefined): Promise<void> {
  if (issuer?.server == null) return
  const exitCode = await issuer.server.stop()
  expect(exitCode, `the server's exit code after SIGTERM; it printed:\n${issuer.server.output()}`).toBe(0)
}

/** Asks again until the answer is as wanted, or the patience is over. */
export async function eventually<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  const deadline = performance.now() + 10_000
  for (;;) {
    const answer = await ask()
    if (wanted(answer) || performance.now() > deadline) return answer
    await delay(100)
  }
}

// Pagsmile

/** The answer as a reader wants it in a failure message: status, and the body with its data in clear. */
export function shown(answer: PagsmileAnswer | KeySecureAnswer): string {
  const body = 'data' in answer && answer.data !== undefined ? { ...answer.envelope, data: answer.data } : answer.text
  return `HTTP ${answer.status} ${typeof body === 'string' ? body : JSON.stringify(body, undefined, 2)}`
}

/** The decrypted data of a success; fails when the answer is anything else or its envelope is not as described. */
export function dataOf(issuer: Issuer, answer: PagsmileAnswer): Fields {
  expectSuccess(issuer, answer)
  expect(isRecord(answer.data), `an object as data in ${shown(answer)}`).toBe(true)
  expect(answer.envelope.total, `total in ${shown(answer)}`).toBe(1)
  return isRecord(answer.data) ? answer.data : {}
}

export function rowsOf(issuer: Issuer, answer: PagsmileAnswer): Fields[] {
  expectSuccess(issuer, answer)
  expect(Array.isArray(answer.data), `an array as data in ${shown(answer)}`).toBe(true)
  return Array.isArray(answer.data) ? answer.data.filter(isRecord) : []
}

function expectSuccess(issuer: Issuer, answer: PagsmileAnswer): void {
  expect(answer.status, shown(answer)).toBe(200)
  expect(violations(pagsmileSuccess(issuer.pagsmile.credentials.appId), answer.envelope, 'body')).toEqual([])
}

export function expectDone(answer: PagsmileAnswer): void {
  expect(answer.status, shown(answer)).toBe(200)
  expect(violations(pagsmileDone, answer.envelope, 'body'), shown(answer)).toEqual([])
}

export type Refusal = {
  status?: number
  /** Several where the description leaves it open. */
  code: string | string[]
  subCode: string | string[]
  /** A part of `sub_msg`, usually the name of the field. */
  naming?: string
}

/** HTTP 400 unless said otherwise, and a plain body of exactly four fields: errors are never encrypted. */
export function expectRefusal(answer: PagsmileAnswer, refusal: Refusal): void {
  const { status = 400, code, subCode, naming } = refusal
  const context = shown(answer)
  expect(answer.status, context).toBe(status)
  expect(violations(pagsmileError, answer.envelope, 'body'), context).toEqual([])
  expect([code].flat(), context).toContain(answer.envelope.code)
  expect([subCode].flat(), context).toContain(answer.envelope.sub_code)
  if (naming !== undefined) expect(answer.envelope.sub_msg, context).toContain(naming)
  if (answer.envelope.code === '40002') expect(answer.envelope.msg, context).toBe('Business Failed')
}

export async function contactCount(issuer: Issuer): Promise<unknown> {
  const answer = await issuer.pagsmile.call(QUERY_CONTACTS, ALL_TIME)
  rowsOf(issuer, answer)
  return answer.envelope.total
}

export async function newContact(issuer: Issuer, changes: Fields = {}): Promise<number> {
  const data = dataOf(issuer, await issuer.pagsmile.call(CREATE_CONTACT, { ...CONTACT, ...changes }))
  return Number(data.contact_id)
}

export function holderFields(changes: Fields = {}): Fields {
  return {
    mobile: '8512345679',
    first_name: 'fu',
    last_name: 'hello',
    id_no: String(randomInt(1_000_000_000, 10_000_000_000)),
    id_type: 1,
    issuance_date: '2020-01-01',
    expires_on: '2040-01-01',
    email: 'fu.hello@example.com',
    birthday: '1990-11-08',
    gender: 1,
    nationality_code: 'BR',
    address: {
      line: 'line11111111111111',
      line2: '',
      postal_code: '25115',
      city_name: 'bbbb',
      state: 'proident enim',
      country_code: 'BR',
    },
    ...changes,
  }
}

export async function newHolder(issuer: Issuer): Promise<number> {
  const data = dataOf(issuer, await issuer.pagsmile.call(CREATE_HOLDER, holderFields()))
  return Number(data.holder_id)
}

export function applicationFields(holderId: number, changes: Fields = {}): Fields {
  return {
    order_no: newRequestId(),
    card_scheme: 3,
    card_type: 3,
    card_bin: '658704',
    is_share_card: false,
    card_remark: null,
    holder_id: holderId,
    ...changes,
  }
}

export async function newCard(issuer: Issuer, changes: Fields = {}): Promise<TestCard> {
  const holderId = await newHolder(issuer)
  const data = dataOf(issuer, await issuer.pagsmile.call(APPLY_CARD, applicationFields(holderId, changes)))
  return { token: String(data.card_token), maskedPan: String(data.card_pan), holderId }
}

export function rechargeFields(issuer: Issuer, card: TestCard, changes: Fields = {}): Fields {
  return {
    card_token: card.token,
    order_no: newRequestId(),
    pay_account_num: issuer.fundingAccount,
    amount: '100.00',
    currency: 'USD',
    reference: 'remark',
    ...changes,
  }
}

export async function newLimit(issuer: Issuer, card: TestCard, changes: Fields = {}): Promise<number> {
  const answer = await issuer.pagsmile.call(CREATE_LIMIT, { card_token: card.token, ...LIMIT, ...changes })
  return Number(dataOf(issuer, answer).limit_id)
}

/** 31 × 24 h around now: the longest window the query of authorizations allows. */
export function aroundNow(extraSeconds = 0): { start_date: string; end_date: string } {
  const start = Date.now() - 15 * DAY_MS
  return {
    start_date: formatTimestamp(new Date(start)),
    end_date: formatTimestamp(new Date(start + 31 * DAY_MS + extraSeconds * 1000)),
  }
}

export async function authorizationsOf(issuer: Issuer, card: TestCard, changes: Fields = {}): Promise<Fields[]> {
  const request = { card_token: card.token, ...aroundNow(), ...changes }
  return rowsOf(issuer, await issuer.pagsmile.call(QUERY_AUTHORIZATIONS, request))
}

// Operator API

/** The decision's reason, or "approved". */
export async function purchase(issuer: Issuer, card: TestCard, amount: string): Promise<string> {
  const request = { cardToken: card.token, amount, currency: 'USD', merchant: MERCHANT }
  const answer = await issuer.operator.simulatePurchase(request, newRequestId())
  expect(answer.status, answer.text).toBe(200)
  return answer.body.decision === 'approved' ? 'approved' : String(answer.body.declineReason)
}

// KeySecure

/** The rows of a card list that must succeed. */
export async function cardsListed(
  issuer: Issuer,
  body: Fields,
  headers: Record<string, string> = { Timezone: 'UTC' },
): Promise<Fields[]> {
  const answer = await issuer.keysecure.post(CARD_LIST, body, headers)
  expect(answer.status, shown(answer)).toBe(200)
  expect(answer.envelope.code, shown(answer)).toBe(0)
  const { data } = answer.envelope
  const list = isRecord(data) ? data.list : undefined
  expect(Array.isArray(list), shown(answer)).toBe(true)
  return Array.isArray(list) ? list.filter(isRecord) : []
}

/** Yesterday to tomorrow in UTC, whole days. */
export function theseDays(): { start_time: string; end_time: string } {
  return {
    start_time: formatTimestamp(new Date(Date.now() - DAY_MS)).slice(0, 10),
    end_time: formatTimestamp(new Date(Date.now() + DAY_MS)).slice(0, 10),
  }
}

export async function cardCount(issuer: Issuer): Promise<number> {
  const rows = await cardsListed(issuer, { ...theseDays(), size: 100 })
  return rows.length
}
