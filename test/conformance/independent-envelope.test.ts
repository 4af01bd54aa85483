/**
 * The Pagsmile envelope without OpenSSL on the client's side: AES and RSA are done here by hand, so that client and server
 * cannot agree on a mistake of the library they share. First both implementations are held against fixed vectors, then the
 * one written by hand talks to a running server.
 */
import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exchange } from '../../demo/exchange.ts'
import {
  decryptText,
  encryptText,
  formatTimestamp,
  newRequestId,
  PAGSMILE_HEADERS,
} from '../../demo/pagsmile-client.ts'
import { isRecord } from './golden.ts'
import { decryptBlock, decryptCbc, encryptBlock, encryptCbc, expandedKey, pad, unpad } from './independent-aes.ts'
import { decryptPkcs1, encryptPkcs1, numbersOf } from './independent-rsa.ts'
import * as given from './issuer.ts'

const KEY = '0123456789ABCDEF'
const IV = 'A1B2C3D4E5F60718'
const VECTORS: [plaintext: string, wire: string][] = [
  ['{"limit_id":100848}', 'A1B2C3D4E5F60718VxmCwsIskIIXUVgaos2E+MjNJEQoorfAEacE/jtxjYU='],
  ['{"contact_id":100848}', 'A1B2C3D4E5F60718D3/Vhzlu3dCO5MxYL5X2XPDt8JnXsyBLoFEQRA/nYAM='],
  ['{"note":"é"}', 'A1B2C3D4E5F6071858g3zIwY/NGg+4SWBFGFOg=='],
  [
    '{"first_name":"xxe","last_name":"xxxx","mobile":"+861234789999","email":"122@12.com"}',
    'A1B2C3D4E5F60718vRU1OgCYhjlqae7q0aZlO34g8JnGuP3weMA5z4mOV9H6HDv+F1Kn/ZbmP5e+Tc2K74nstYJG+N/Jtj/wau94SnIavKCG8kiuk2J/ObT9iObz+H7sPc61N+/tSuvw2SWU',
  ],
]

describe('AES by hand', () => {
  it('gives the block of FIPS 197 appendix C.1', () => {
    const roundKeys = expandedKey([...Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex')])
    const plain = [...Buffer.from('00112233445566778899aabbccddeeff', 'hex')]
    const encrypted = encryptBlock(plain, roundKeys)
    expect(Buffer.from(encrypted).toString('hex')).toBe('69c4e0d86a7b0430d8cdb78070b4c55a')
    expect(decryptBlock(encrypted, roundKeys)).toEqual(plain)
  })
})

describe.each(VECTORS)('the vector %s', (plaintext, wire) => {
  it('is encrypted byte for byte by the client and by hand', () => {
    expect(encryptText(plaintext, KEY, IV)).toBe(wire)
    expect(encryptedByHand(plaintext, KEY, IV)).toBe(wire)
  })

  it('is decrypted by the client and by hand', () => {
    expect(decryptText(wire, KEY)).toBe(plaintext)
    expect(decryptedByHand(wire, Buffer.from(KEY))).toBe(plaintext)
  })
})

describe('with a running server', () => {
  let issuer: given.Issuer

  beforeAll(async () => {
    issuer = await given.startIssuer()
  }, given.START_MS_MAX)

  afterAll(() => given.stopIssuer(issuer), given.START_MS_MAX)

  it('a contact is created and found again by a client that does its own RSA and AES', async () => {
    const created = await callByHand(given.CREATE_CONTACT, { ...given.CONTACT, first_name: 'Zoë' })
    expect(created).toEqual({ contact_id: expect.any(Number) })
    const contactId = isRecord(created) ? created.contact_id : undefined
    const found = await callByHand(given.QUERY_CONTACTS, { contact_id: contactId, ...given.ALL_TIME })
    expect(found).toEqual([expect.objectContaining({ ...given.CONTACT, first_name: 'Zoë', contact_id: contactId })])
  })

  it.each([1, 2, 15, 16, 17, 31, 32, 33])('texts of every length modulo the block survive: %i more', async length => {
    const text = 'é'.repeat(length)
    const created = await callByHand(given.CREATE_CONTACT, { ...given.CONTACT, last_name: text })
    const contactId = isRecord(created) ? created.contact_id : undefined
    const found = await callByHand(given.QUERY_CONTACTS, { contact_id: contactId, ...given.ALL_TIME })
    expect(found).toEqual([expect.objectContaining({ last_name: text })])
  })

  /** Encrypts, posts and decrypts without a cipher of node:crypto; fails unless the answer is a success with data. */
  async function callByHand(path: string, business: given.Fields): Promise<unknown> {
    const { baseUrl, pagsmile } = issuer.credentials
    const platform = numbersOf(createPublicKey(pagsmile.platformPublicKey).export({ format: 'jwk' }), 'e')
    const merchant = numbersOf(createPrivateKey(pagsmile.merchantPrivateKey).export({ format: 'jwk' }), 'd')
    const key = hexText()
    const answer = await exchange({
      method: 'POST',
      url: baseUrl + path,
      headers: PAGSMILE_HEADERS,
      body: JSON.stringify({
        app_id: pagsmile.appId,
        partner_id: pagsmile.partnerId,
        request_id: newRequestId(),
        timestamp: formatTimestamp(new Date()),
        format: 'JSON',
        version: '2.0',
        sign_type: 'RSA',
        random_key: encryptPkcs1(Buffer.from(key), platform).toString('base64'),
        biz_data: encryptedByHand(JSON.stringify(business), key, hexText()),
      }),
    })
    expect(answer.status, answer.text).toBe(200)
    const envelope: unknown = JSON.parse(answer.text)
    const { random_key: randomKey, data } = isRecord(envelope) ? envelope : {}
    expect(data, answer.text).toMatch(/^[0-9A-F]{16}/)
    const answeredKey = decryptPkcs1(Buffer.from(String(randomKey), 'base64'), merchant)
    expect(answeredKey).toHaveLength(16)
    return JSON.parse(decryptedByHand(String(data), answeredKey)) as unknown
  }
})

function encryptedByHand(text: string, key: string, iv: string): string {
  return iv + encryptCbc(pad(Buffer.from(text)), Buffer.from(key), Buffer.from(iv)).toString('base64')
}

function decryptedByHand(wire: string, key: Buffer): string {
  const blocks = Buffer.from(wire.slice(16), 'base64')
  return unpad(decryptCbc(blocks, key, Buffer.from(wire.slice(0, 16)))).toString('utf8')
}

function hexText(): string {
  return randomBytes(8).toString('hex').toUpperCase()
}
