import {
  constants,
  createDecipheriv,
  generateKeyPairSync,
  privateDecrypt,
  privateEncrypt,
  publicEncrypt,
  randomBytes,
} from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JsonValue } from '../../http/strict-json.ts'
import { encryptText, openRequest, sealAnswer, sessionKeyOf, splitSealedText } from './envelope.ts'

const platform = generateKeyPairSync('rsa', { modulusLength: 2048 })
const merchant = generateKeyPairSync('rsa', { modulusLength: 2048 })

const KEY = Buffer.from('0123456789ABCDEF')
const IV = 'A1B2C3D4E5F60718'

/** Computed with the parameters of the specification, independently of this code. */
const VECTORS: readonly (readonly [plain: string, wire: string])[] = [
  ['{"limit_id":100848}', 'A1B2C3D4E5F60718VxmCwsIskIIXUVgaos2E+MjNJEQoorfAEacE/jtxjYU='],
  ['{"contact_id":100848}', 'A1B2C3D4E5F60718D3/Vhzlu3dCO5MxYL5X2XPDt8JnXsyBLoFEQRA/nYAM='],
  ['{"note":"é"}', 'A1B2C3D4E5F6071858g3zIwY/NGg+4SWBFGFOg=='],
  [
    '{"first_name":"xxe","last_name":"xxxx","mobile":"+861234789999","email":"122@12.com"}',
    'A1B2C3D4E5F60718vRU1OgCYhjlqae7q0aZlO34g8JnGuP3weMA5z4mOV9H6HDv+F1Kn/ZbmP5e+Tc2K74nstYJG+N/Jtj/wau94SnIavKCG8kiuk2J/ObT9iObz+H7sPc61N+/tSuvw2SWU',
  ],
]

function sealKey(key: string | Uint8Array): string {
  const padding = constants.RSA_PKCS1_PADDING
  return publicEncrypt({ key: platform.publicKey, padding }, Buffer.from(key)).toString('base64')
}

function bizDataOf(randomKey: unknown, bizData: unknown): string | undefined {
  const sealed = JSON.parse(JSON.stringify({ randomKey, bizData }))
  const opened = openRequest(sealed, platform.privateKey)
  return opened === undefined ? undefined : JSON.stringify(opened.bizData)
}

describe('vectors', () => {
  test.each(VECTORS)('%s encrypts to the known text', (plain, wire) => {
    expect(encryptText(plain, KEY, IV)).toBe(wire)
  })

  test.each(VECTORS)('%s is read from the known text', (plain, wire) => {
    expect(bizDataOf(sealKey(KEY), wire)).toBe(plain)
  })
})

describe('tolerance', () => {
  const [plain, wire] = VECTORS[0] ?? ['', '']
  const raw = Buffer.concat([Buffer.from(IV), Buffer.from(wire.slice(16), 'base64')])
  const key24 = randomBytes(24)
  const key32 = randomBytes(32)

  test.each<[string, string | Uint8Array, string]>([
    ['the AES key as its Base64 text', KEY.toString('base64'), wire],
    ['the AES key as lower-case hexadecimal text', KEY.toString('hex'), wire],
    ['the AES key as upper-case hexadecimal text', KEY.toString('hex').toUpperCase(), wire],
    ['an AES-192 key', key24, encryptText(plain, key24)],
    ['an AES-256 key', key32, encryptText(plain, key32)],
    ['raw IV bytes before the ciphertext', KEY, raw.toString('base64')],
    ['URL-safe Base64', KEY, `${IV}${Buffer.from(wire.slice(16), 'base64').toString('base64url')}`],
    ['missing =', KEY, wire.replace(/=+$/, '')],
    ['line breaks', KEY, wire.replaceAll(/.{19}/g, '$&\r\n')],
    ['raw IV bytes, URL-safe, without =', KEY, raw.toString('base64url')],
  ])('%s is accepted', (_what, key, bizData) => {
    expect(bizDataOf(sealKey(key), bizData)).toBe(plain)
  })

  test('random_key may be URL-safe, lack its = and have line breaks', () => {
    const randomKey = Buffer.from(sealKey(KEY), 'base64').toString('base64url')
    expect(bizDataOf(randomKey.replaceAll(/.{76}/g, '$&\n'), wire)).toBe(plain)
  })

  test('a key of another length is none', () => {
    for (const length of [0, 1, 8, 15, 17, 23, 25, 31, 33, 64])
      expect(sessionKeyOf(randomBytes(length))).toBeUndefined()
    expect(sessionKeyOf(undefined)).toBeUndefined()
  })

  test('the two forms of an encrypted text never meet', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), blocks => {
        const normal = `${IV}${Buffer.alloc(blocks * 16).toString('base64')}`
        const bytes = Buffer.alloc((blocks + 1) * 16, 7).toString('base64')
        expect(splitSealedText(normal)?.iv.toString()).toBe(IV)
        expect(splitSealedText(normal)?.ciphertext.length).toBe(blocks * 16)
        expect(splitSealedText(bytes)?.iv).toEqual(Buffer.alloc(16, 7))
        expect(splitSealedText(bytes)?.ciphertext.length).toBe(blocks * 16)
      }),
    )
  })
})

describe('every failure is the same', () => {
  const good = VECTORS[0]?.[1] ?? ''
  const randomKey = sealKey(KEY)
  const text = (plain: string) => encryptText(plain, KEY)
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const padding = constants.RSA_PKCS1_PADDING
  const flipped = Buffer.from(good.slice(16), 'base64')
  flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1

  test.each<[string, unknown, unknown]>([
    ['a key for another platform', publicEncrypt({ key: stranger.publicKey, padding }, KEY).toString('base64'), good],
    ['a key under OAEP', publicEncrypt(platform.publicKey, KEY).toString('base64'), good],
    [
      'a signature block instead of an encryption block',
      privateEncrypt(stranger.privateKey, KEY).toString('base64'),
      good,
    ],
    ['random bytes as key', randomBytes(256).fill(0, 0, 1).toString('base64'), good],
    ['a ciphertext above the modulus', Buffer.alloc(256, 0xff).toString('base64'), good],
    ['a ciphertext of zeros', Buffer.alloc(256).toString('base64'), good],
    ['a short random_key', 'AAAA', good],
    ['an empty random_key', '', good],
    ['a random_key that is no Base64', '*'.repeat(344), good],
    ['a random_key that is no text', 5, good],
    ['a random_key that is an object', {}, good],
    ['an AES key of 8 bytes', sealKey('01234567'), good],
    ['an AES key of 17 bytes', sealKey('0123456789ABCDEF0'), good],
    ['another AES key', sealKey('FEDCBA9876543210'), good],
    ['biz_data in clear', randomKey, { limit_id: 100_848 }],
    ['biz_data as clear text', randomKey, '{"limit_id":100848}'],
    ['biz_data that is a number', randomKey, 1],
    ['biz_data that is no Base64', randomKey, `${good.slice(0, -4)}***=`],
    ['biz_data with = in the middle', randomKey, `${IV}=${good.slice(17)}`],
    ['biz_data with too many =', randomKey, `${good}=`],
    ['cut ciphertext', randomKey, good.slice(0, -8)],
    ['an IV without ciphertext', randomKey, IV],
    ['an empty text', randomKey, ''],
    ['wrong padding', randomKey, IV + flipped.toString('base64')],
    ['no JSON', randomKey, text('hello')],
    ['JSON that is no object', randomKey, text('[1]')],
    ['JSON null', randomKey, text('null')],
    ['an empty plaintext', randomKey, text('')],
    ['a duplicate key', randomKey, text('{"a":1,"a":2}')],
    ['an unsafe number', randomKey, text('{"a":9007199254740993}')],
    ['a lone surrogate', randomKey, text('{"a":"\\ud800"}')],
    ['a second object', randomKey, text('{}{}')],
  ])('%s', (_what, key, bizData) => {
    expect(bizDataOf(key, bizData)).toBeUndefined()
  })

  test('arbitrary texts open nothing and throw nothing', () => {
    fc.assert(
      fc.property(fc.base64String(), fc.base64String(), (key, bizData) => {
        expect(bizDataOf(key, bizData)).toBeUndefined()
        expect(bizDataOf(randomKey, bizData)).toBeUndefined()
      }),
    )
  })
})

describe('whatever is said', () => {
  /** What strict JSON allows: no NUL, safe integers. */
  const anyText = fc.string({ unit: 'grapheme' }).filter(text => !text.includes('\0'))
  const anyValue = fc.letrec<{ value: JsonValue }>(tie => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(null, true, false),
      fc.maxSafeInteger(),
      anyText,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(anyText, tie('value'), { maxKeys: 4 }),
    ),
  })).value
  const anyObject = fc.dictionary(anyText, anyValue, { maxKeys: 6 })
  /** 16 raw bytes, or 8 bytes as hexadecimal text as the vendor makes them. */
  const anyKey = fc.oneof(
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
    fc.uint8Array({ minLength: 8, maxLength: 8 }).map(half => Buffer.from(Buffer.from(half).toString('hex'))),
  )
  /** How a client may write the Base64 of an encrypted text. */
  const anyStyle = fc.constantFrom<(wire: string) => string>(
    wire => wire,
    wire => wire.replace(/=+$/, ''),
    wire => wire.replaceAll('+', '-').replaceAll('/', '_'),
    wire => wire.replaceAll(/.{76}/g, '$&\r\n'),
    wire => Buffer.concat([Buffer.from(wire.slice(0, 16)), Buffer.from(wire.slice(16), 'base64')]).toString('base64'),
  )

  test('is read as it was written, under any key and in any style', () => {
    fc.assert(
      fc.property(anyObject, anyKey, anyStyle, (said, key, styled) => {
        const plain = JSON.stringify(said)
        expect(bizDataOf(sealKey(key), styled(encryptText(plain, key)))).toBe(plain)
      }),
    )
  })

  test('is answered so that only its key opens the answer', () => {
    fc.assert(
      fc.property(anyValue, anyKey, (data, key) => {
        const sealed = sealAnswer(data, key, merchant.publicKey)
        const padding = constants.RSA_PKCS1_PADDING
        const sent = privateDecrypt({ key: merchant.privateKey, padding }, Buffer.from(sealed.random_key, 'base64'))
        expect(sent).toEqual(Buffer.from(key))
        const decipher = createDecipheriv('aes-128-cbc', sent, Buffer.from(sealed.data.slice(0, 16)))
        expect(decipher.update(sealed.data.slice(16), 'base64', 'utf8') + decipher.final('utf8')).toBe(
          JSON.stringify(data),
        )
      }),
    )
  })

  test('and changed on its way is an object or nothing, never a fault', () => {
    fc.assert(
      fc.property(anyObject, fc.nat(), fc.integer({ min: 1, max: 255 }), (said, place, change) => {
        const bytes = Buffer.from(encryptText(JSON.stringify(said), KEY).slice(16), 'base64')
        bytes[place % bytes.length] = (bytes[place % bytes.length] ?? 0) ^ change
        const opened = bizDataOf(sealKey(KEY), IV + bytes.toString('base64'))
        if (opened !== undefined) expect(opened).toMatch(/^\{.*\}$/s)
      }),
    )
  })
})

test('an answer opens with the key in its own random_key and with the key of the request', () => {
  const sealed = sealAnswer({ limit_id: 100_848, note: 'é' }, KEY, merchant.publicKey)
  expect(sealed.random_key).toMatch(/^[A-Za-z0-9+/]{342}==$/)
  expect(sealed.data).toMatch(/^[0-9A-F]{16}[A-Za-z0-9+/]+={0,2}$/)
  const padding = constants.RSA_PKCS1_PADDING
  const key = privateDecrypt({ key: merchant.privateKey, padding }, Buffer.from(sealed.random_key, 'base64'))
  expect(key).toEqual(KEY)
  const decipher = createDecipheriv('aes-128-cbc', key, Buffer.from(sealed.data.slice(0, 16)))
  const plain = decipher.update(sealed.data.slice(16), 'base64', 'utf8') + decipher.final('utf8')
  expect(plain).toBe('{"limit_id":100848,"note":"é"}')
})

test('every answer has an IV of its own', () => {
  const ivs = Array.from({ length: 50 }, () => sealAnswer({}, KEY, merchant.publicKey).data.slice(0, 16))
  expect(new Set(ivs).size).toBe(50)
})
