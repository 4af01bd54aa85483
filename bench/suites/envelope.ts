/**
 * The Pagsmile envelope on one core: a body is parsed, opened and answered as the dialect does it, each with an AES key of
 * its own, with the use case between left out; and the same with the outer fields checked. Beside both the bare RSA-2048
 * private operation, which no server can avoid.
 */
import {
  constants,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { encryptText, openRequest, sealAnswer } from '../../packages/server/src/dialects/pagsmile/envelope.ts'
import { type Envelope, readEnvelope } from '../../packages/server/src/dialects/pagsmile/request.ts'
import { isJsonObject, type JsonObject, parseStrictJson } from '../../packages/server/src/http/strict-json.ts'
import { median, medianRatio } from '../statistics.ts'
import type { Context, Goal, Measurement, Suite } from '../suite.ts'

export const suite: Suite = {
  name: 'envelope',
  about: 'Pagsmile envelopes opened and answered on one core, against bare RSA-2048 private operations',
  run,
}

type Keys = {
  readonly platform: { readonly publicKey: KeyObject; readonly privateKey: KeyObject }
  readonly merchant: { readonly publicKey: KeyObject; readonly privateKey: KeyObject }
}

const PER_ROUND = 250

async function run(context: Context): Promise<Measurement[]> {
  const rounds = context.quick ? 11 : 61
  const keys: Keys = { platform: newKeyPair(), merchant: newKeyPair() }
  const bareRates: number[] = []
  const rates: number[] = []
  const checkedRates: number[] = []
  for (let round = 0; round <= rounds; round++) {
    context.progress(`round ${Math.max(round, 1)} of ${rounds}`)
    const bareRate = rateOf(numbersBelow(keys.platform.privateKey), number =>
      privateDecrypt({ key: keys.platform.privateKey, padding: constants.RSA_NO_PADDING }, number),
    )
    const rate = answeringRate(keys, parseBody)
    const checkedRate = answeringRate(keys, body => readEnvelope('application/json', body))
    // the first round only warms up
    if (round > 0) {
      bareRates.push(bareRate)
      rates.push(rate)
      checkedRates.push(checkedRate)
    }
    await turn()
    context.signal.throwIfAborted()
  }
  const compared = (name: string, measured: readonly number[], goal: Goal | null): Measurement => ({
    name,
    value: median(measured),
    unit: 'envelopes/s',
    baseline: median(bareRates),
    ratio: medianRatio(measured, bareRates),
    goal,
  })
  return [
    compared('opened and answered, fresh AES key each', rates, { of: 'ratio', is: 'at least', bound: 0.75 }),
    compared('the same with the outer fields checked', checkedRates, null),
  ]
}

type Outer = Pick<Envelope, 'random_key' | 'biz_data'>

/** Answers one round of new requests and looks at every answer. @returns envelopes a second */
function answeringRate(keys: Keys, read: (body: Uint8Array) => Outer): number {
  const bodies = Array.from({ length: PER_ROUND }, () => sealedRequest(keys.platform.publicKey))
  const answers: string[] = []
  const rate = rateOf(bodies, body => answers.push(openAndAnswer(read(body), keys)))
  for (const [index, answer] of answers.entries()) assertAnswered(answer, bodies[index], keys)
  return rate
}

/** @returns operations a second */
function rateOf<T>(inputs: readonly T[], operation: (input: T) => unknown): number {
  const startedAt = performance.now()
  for (const input of inputs) operation(input)
  return (inputs.length / (performance.now() - startedAt)) * 1000
}

function parseBody(body: Uint8Array): Outer {
  const value = parseStrictJson(body)
  if (!isJsonObject(value)) throw new Error('a body that is in order was refused')
  return { random_key: value['random_key'] ?? null, biz_data: value['biz_data'] ?? null }
}

/** What the dialect does from the outer object of a request to the body of its answer, apart from the use case. */
function openAndAnswer(envelope: Outer, { platform, merchant }: Keys): string {
  const opened = openRequest({ randomKey: envelope.random_key, bizData: envelope.biz_data }, platform.privateKey)
  if (opened === undefined) throw new Error('an envelope that is in order was refused')
  const sealed = sealAnswer(CARD, opened.aesKey, merchant.publicKey)
  return JSON.stringify({ code: '10000', msg: 'Success', total: 1, ...sealed })
}

/** What the merchant makes of the answer, with the key that came back and nothing of the dialect's own. */
function assertAnswered(answer: string, body: Uint8Array | undefined, { platform, merchant }: Keys): void {
  const { random_key: randomKey, data } = JSON.parse(answer) as { random_key: string; data: string }
  const sent = JSON.parse(Buffer.from(body ?? []).toString('utf8')) as { random_key: string }
  const padding = constants.RSA_PKCS1_PADDING
  const aesKey = privateDecrypt({ key: merchant.privateKey, padding }, Buffer.from(randomKey, 'base64'))
  const sentKey = privateDecrypt({ key: platform.privateKey, padding }, Buffer.from(sent.random_key, 'base64'))
  const decipher = createDecipheriv('aes-128-cbc', aesKey, Buffer.from(data.slice(0, 16), 'ascii'))
  const plain = decipher.update(data.slice(16), 'base64', 'utf8') + decipher.final('utf8')
  if (plain !== JSON.stringify(CARD) || !aesKey.equals(sentKey))
    throw new Error('an answer does not say what was sealed')
}

function sealedRequest(platformKey: KeyObject): Uint8Array {
  const aesKey = randomBytes(16)
  const randomKey = publicEncrypt({ key: platformKey, padding: constants.RSA_PKCS1_PADDING }, aesKey)
  const envelope = {
    app_id: '20260522000000001',
    partner_id: '20260522000000002',
    request_id: randomBytes(16).toString('hex'),
    timestamp: '2026-05-22 12:00:00',
    version: '2.0',
    sign_type: 'RSA',
    random_key: randomKey.toString('base64'),
    biz_data: encryptText(JSON.stringify(APPLICATION), aesKey),
  }
  return Buffer.from(JSON.stringify(envelope))
}

/** Ciphertexts for the bare operation: any numbers below the modulus, which begins with a one bit. */
function numbersBelow(key: KeyObject): Uint8Array[] {
  const bytes = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8
  return Array.from({ length: PER_ROUND }, () => {
    const number = randomBytes(bytes)
    number[0] = (number[0] ?? 0) & 0x7f
    return number
  })
}

function newKeyPair() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  // through PEM, as the server gets them
  return { publicKey: createPublicKey(publicKey), privateKey: createPrivateKey(privateKey) }
}

const APPLICATION: JsonObject = {
  order_no: 'ORDER-20260522-000001',
  card_bin: '658704',
  card_type: 'VIRTUAL',
  holder_id: 100848,
  init_balance: { amount: '250.00', currency: 'USD', pay_account_num: '100000000001' },
  limit: { daily_count: 100, single_amount: '500.00', daily_amount: '1000.00', monthly_amount: '5000.00' },
  holder: {
    first_name: 'Ada',
    last_name: 'Lovelace',
    mobile: '8512345679',
    email: 'ada@example.com',
    birthday: '1990-11-08',
    nationality_code: 'BR',
    address: { line: 'Avenida Paulista 1000', postal_code: '01310', city_name: 'Sao Paulo', country_code: 'BR' },
  },
}

const CARD: JsonObject = {
  order_no: 'ORDER-20260522-000001',
  card_token: '450620141926',
  card_type: 'VIRTUAL',
  masked_pan: '658704******1234',
  expiry: '05/29',
  currency: 'USD',
  balance: '250.00',
  status: 'ACTIVE',
  create_time: '2026-05-22 12:00:00',
}
