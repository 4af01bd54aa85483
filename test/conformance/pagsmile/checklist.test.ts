/**
 * The conformance checklist, item by item, by a client whose ciphers are its own too: AES and RSA from their standards,
 * nothing of the server, nothing of Node's own ciphers.
 */
import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newRequestId, type PagsmileAnswer } from '../../../demo/pagsmile-client.ts'
import { pagsmileError, violations } from '../../../demo/shapes.ts'
import { isRecord, readGolden } from '../golden.ts'
import { decryptCbc, encryptCbc, pad, unpad } from '../independent-aes.ts'
import { decryptPkcs1, encryptPkcs1, numbersOf } from '../independent-rsa.ts'
import type { Fields, Issuer } from '../issuer.ts'
import * as given from '../issuer.ts'

let issuer: Issuer

beforeAll(async () => {
  issuer = await given.startIssuer()
}, given.START_MS_MAX)

afterAll(() => given.stopIssuer(issuer), given.START_MS_MAX)

const KEY = '0123456789ABCDEF'
const IV = 'A1B2C3D4E5F60718'

function encrypted(plain: string, key: string, iv: string): string {
  return iv + encryptCbc(pad(Buffer.from(plain)), Buffer.from(key), Buffer.from(iv)).toString('base64')
}

function decrypted(wire: string, key: Buffer): string {
  return unpad(decryptCbc(Buffer.from(wire.slice(16), 'base64'), key, Buffer.from(wire.slice(0, 16)))).toString()
}

/** A request whose every cipher is the suite's own. */
function sealed(business: Fields, changes: Fields = {}): Fields {
  const { appId, partnerId, platformPublicKey } = issuer.credentials.pagsmile
  const platform = numbersOf(createPublicKey(platformPublicKey).export({ format: 'jwk' }), 'e')
  return {
    app_id: appId,
    partner_id: partnerId,
    request_id: newRequestId(),
    timestamp: '2025-04-07 13:56:46',
    format: 'JSON',
    version: '2.0',
    sign_type: 'RSA',
    random_key: encryptPkcs1(Buffer.from(KEY), platform).toString('base64'),
    biz_data: encrypted(JSON.stringify(business), KEY, IV),
    ...changes,
  }
}

const send = (path: string, body: Fields): Promise<PagsmileAnswer> => issuer.pagsmile.send(`/issuing/${path}`, body)

const CONTACT = given.CONTACT

describe('the checklist', () => {
  it.each([
    ['{"limit_id":100848}', 'A1B2C3D4E5F60718VxmCwsIskIIXUVgaos2E+MjNJEQoorfAEacE/jtxjYU='],
    ['{"contact_id":100848}', 'A1B2C3D4E5F60718D3/Vhzlu3dCO5MxYL5X2XPDt8JnXsyBLoFEQRA/nYAM='],
    ['{"note":"é"}', 'A1B2C3D4E5F6071858g3zIwY/NGg+4SWBFGFOg=='],
    [
      '{"first_name":"xxe","last_name":"xxxx","mobile":"+861234789999","email":"122@12.com"}',
      'A1B2C3D4E5F60718vRU1OgCYhjlqae7q0aZlO34g8JnGuP3weMA5z4mOV9H6HDv+F1Kn/ZbmP5e+Tc2K74nstYJG+N/Jtj/wau94SnIavKCG8kiuk2J/ObT9iObz+H7sPc61N+/tSuvw2SWU',
    ],
  ])('1: the vector of %s encrypts and decrypts byte for byte, and the server reads it', async (plain, wire) => {
    expect(encrypted(plain, KEY, IV)).toBe(wire)
    expect(decrypted(wire, Buffer.from(KEY))).toBe(plain)
    const answer = await send('card/query-limit', sealed({}, { biz_data: wire }))
    expect(answer.envelope.sub_code).not.toBe('invalid-signature')
  })

  it('2 and 3: data is text that the key in random_key opens with the merchant key alone', async () => {
    const answer = await send('card/create-contact', sealed(CONTACT))
    const { data, random_key: randomKey } = answer.envelope
    expect(data).toMatch(/^[0-9A-F]{16}[A-Za-z0-9+/]+={0,2}$/)
    const { merchantPrivateKey } = issuer.credentials.pagsmile
    const merchant = numbersOf(createPrivateKey(merchantPrivateKey).export({ format: 'jwk' }), 'd')
    const key = decryptPkcs1(Buffer.from(String(randomKey), 'base64'), merchant)
    expect(JSON.parse(decrypted(String(data), key))).toEqual({ contact_id: expect.any(Number) })
  })

  it('4: a wrong key, broken Base64 and a cut ciphertext get exactly the documented error', async () => {
    const { response } = await readGolden('pagsmile-invalid-signature')
    const whole = encrypted(JSON.stringify(CONTACT), KEY, IV)
    const broken: Fields[] = [
      { random_key: randomBytes(256).toString('base64') },
      { random_key: 'not Base64!' },
      { biz_data: whole.slice(0, -8) },
      { biz_data: `${whole.slice(0, 20)}!${whole.slice(21)}` },
      { biz_data: encrypted(JSON.stringify(CONTACT), 'FEDCBA9876543210', IV) },
    ]
    for (const changes of broken) {
      const answer = await send('card/create-contact', sealed(CONTACT, changes))
      expect([answer.status, JSON.parse(answer.text)]).toEqual([response.status, response.body])
    }
  })

  it('5 and 6: a contact needs its four fields', async () => {
    const created = await send('card/create-contact', sealed(CONTACT))
    expect([created.status, created.envelope.total]).toEqual([200, 1])
    expect(given.dataOf(issuer, created).contact_id).toEqual(expect.any(Number))
    const before = await given.contactCount(issuer)
    const { email: _none, ...without } = CONTACT
    given.expectRefusal(await send('card/create-contact', sealed(without)), {
      code: '40002',
      subCode: 'mandatory-data',
      naming: 'email',
    })
    expect(await given.contactCount(issuer)).toBe(before)
  })

  it('7 and 8: contacts are paged by ten, by thirty at most, over twenty months', async () => {
    for (let i = 0; i < 11; i++) await given.newContact(issuer)
    const range = { start_date: '2025-04-06 00:00:00', end_date: '2026-12-12 00:00:00' }
    const contacts = (changes: Fields) => send('card/query-contacts', sealed({ ...range, ...changes }))
    expect(given.rowsOf(issuer, await contacts(given.ALL_TIME))).toHaveLength(10)
    const thirty = given.rowsOf(issuer, await contacts({ ...given.ALL_TIME, page_size: 30 }))
    expect(thirty.length).toBeGreaterThan(10)
    expect(thirty.every(row => row.language === 'en')).toBe(true)
    given.rowsOf(issuer, await contacts({}))
    given.expectRefusal(await contacts({ page_size: 31 }), { code: '40002', subCode: 'parameters-error' })
  })

  it('9: a limit is one object under either name, and has to be named', async () => {
    const card = await given.newCard(issuer)
    const limit_id = await given.newLimit(issuer, card)
    const byId = given.dataOf(issuer, await send('card/query-limit', sealed({ limit_id })))
    expect(given.dataOf(issuer, await send('card/query-limit', sealed({ card_token: card.token })))).toEqual(byId)
    given.expectRefusal(await send('card/query-limit', sealed({})), { code: '40002', subCode: 'mandatory-data' })
  })

  it('10, 11 and 12: authorizations take a numeric token, show all 27 keys, and count beyond the page', async () => {
    const card = await given.newCard(issuer)
    for (let i = 0; i < 3; i++) await given.purchase(issuer, card, '1.00')
    const query = { card_token: Number(card.token), ...given.aroundNow(), page_size: 2 }
    const answer = await send('card/query-card-authorizations', sealed(query))
    const rows = given.rowsOf(issuer, answer)
    expect([rows.length, answer.envelope.total]).toEqual([2, 3])
    const { data: examples } = (await readGolden('pagsmile-query-authorizations')).response.body
    const example: unknown = Array.isArray(examples) ? examples[0] : undefined
    const keys = [...Object.keys(isRecord(example) ? example : {}), 'card_remark'].toSorted()
    expect(keys).toHaveLength(27)
    for (const row of rows) expect([Object.keys(row).toSorted(), row.card_token]).toEqual([keys, card.token])
  })

  it('13: an action answers with code and msg only', async () => {
    const card = await given.newCard(issuer)
    const limit_id = await given.newLimit(issuer, card)
    const { token: card_token } = card
    const actions: [string, Fields][] = [
      ['card/update-limit', { ...given.LIMIT, limit_id, card_token }],
      ['card/block', { card_token, reason: 'test' }],
      ['card/unblock', { card_token, reason: 'test' }],
      ['card/lost', { card_token }],
      ['card/revoke', { card_token }],
    ]
    for (const [path, business] of actions) {
      const answer = await send(path, sealed(business))
      expect([path, answer.text]).toEqual([path, '{"code":"10000","msg":"Success"}'])
    }
  })

  it('14: an error carries four fields and nothing that is encrypted', async () => {
    const errors = [
      await send('card/nothing', sealed({})),
      await send('card/query-limit', sealed({}, { app_id: '1' })),
      await send('card/query-limit', sealed({}, { sign_type: undefined })),
      await send('card/query-limit', sealed({ limit_id: 1 })),
    ]
    for (const answer of errors) expect(violations(pagsmileError, answer.envelope, 'body')).toEqual([])
  })
})
