/**
 * The Pagsmile format as its description has it: the documented examples sent to a running server by a client that shares
 * no code with it, and the points of the conformance checklist that concern contacts, holders, cards, limits and
 * authorizations. What is refused, and how, is in pagsmile-refusals.test.ts.
 */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exchange } from '../../demo/exchange.ts'
import {
  decryptText,
  encryptText,
  newRequestId,
  openKey,
  PAGSMILE_HEADERS,
  randomHexText,
  sealKey,
} from '../../demo/pagsmile-client.ts'
import * as shapes from '../../demo/shapes.ts'
import { violations } from '../../demo/shapes.ts'
import { differences, type Golden, isRecord, readGolden } from './golden.ts'
import * as given from './issuer.ts'
import { dataOf, type Fields, rowsOf, shown } from './issuer.ts'

let issuer: given.Issuer

beforeAll(async () => {
  issuer = await given.startIssuer()
}, given.START_MS_MAX)

afterAll(() => given.stopIssuer(issuer), given.START_MS_MAX)

/** The example's request with this server's credentials; `business` replaces what must be of this server. */
function asDocumented(golden: Golden, business: Fields = {}): Fields {
  const { biz_data, random_key: _ours, app_id: _app, partner_id: _partner, ...outer } = golden.request.body
  const fields = isRecord(biz_data) ? biz_data : {}
  return issuer.pagsmile.seal(JSON.stringify({ ...fields, ...business }), outer)
}

describe('the documented examples', () => {
  it('create card contact is accepted as sent', async () => {
    const golden = await readGolden('pagsmile-create-contact')
    const answer = await issuer.pagsmile.send(golden.request.path, asDocumented(golden))
    const data = dataOf(issuer, answer)
    expect(answer.status).toBe(golden.response.status)
    expect(differences(golden.response.body, { ...answer.envelope, data }, [], 'body')).toEqual([])
    expect(violations(shapes.contactCreated, data)).toEqual([])
  })

  it('query card contacts is accepted as sent, over its twenty months', async () => {
    const golden = await readGolden('pagsmile-query-contacts')
    rowsOf(issuer, await issuer.pagsmile.send(golden.request.path, asDocumented(golden)))
  })

  it('query card contacts answers with rows like the example', async () => {
    const golden = await readGolden('pagsmile-query-contacts')
    const contactId = await given.newContact(issuer)
    const request = asDocumented(golden, { contact_id: contactId, ...given.ALL_TIME })
    const answer = await issuer.pagsmile.send(golden.request.path, { ...request, request_id: newRequestId() })
    const rows = rowsOf(issuer, answer)
    expect(differences(golden.response.body, { ...answer.envelope, data: rows }, [], 'body')).toEqual([])
    expect(rows.flatMap(row => violations(shapes.contact, row))).toEqual([])
    expect(rows.map(row => row.contact_id)).toEqual([contactId])
  })

  it('query card limit is accepted as sent and answers like the example', async () => {
    const golden = await readGolden('pagsmile-query-limit')
    const card = await given.newCard(issuer)
    const values = { daily_transactions: 10_000, single_amount: '10000', daily_amount: '10000' }
    const limitId = await given.newLimit(issuer, card, { ...values, monthly_amount: '10000', total_amount: '10000' })
    const answer = await issuer.pagsmile.send(golden.request.path, asDocumented(golden, { limit_id: limitId }))
    const data = dataOf(issuer, answer)
    expect(differences(golden.response.body, { ...answer.envelope, data }, [], 'body')).toEqual([])
    expect(violations(shapes.cardLimit, data)).toEqual([])
    const documented = isRecord(golden.response.body.data) ? golden.response.body.data : {}
    const ours = { limit_id: limitId, card_token: card.token, create_time: data.create_time }
    expect(data).toEqual({ ...documented, ...ours })
  })

  it('query authorizations is accepted with its numeric card_token and answers with rows like the example', async () => {
    const golden = await readGolden('pagsmile-query-authorizations')
    const card = await given.newCard(issuer)
    await given.purchase(issuer, card, '1.00')
    const request = asDocumented(golden, { card_token: Number(card.token), ...given.aroundNow() })
    const answer = await issuer.pagsmile.send(golden.request.path, request)
    const rows = rowsOf(issuer, answer)
    const received = { ...answer.envelope, data: rows }
    expect(differences({ ...golden.response.body, data: [] }, { ...received, data: [] }, [], 'body')).toEqual([])
    expect(differences(golden.response.body.data, rows, ['card_remark'])).toEqual([])
    expect(rows.flatMap(row => violations(shapes.authorization, row))).toEqual([])
    expect(rows.map(row => row.card_token)).toEqual([card.token])
  })

  it('the 258 days of the authorizations example break the documented 31 days and are refused', async () => {
    const golden = await readGolden('pagsmile-query-authorizations')
    const request = { ...asDocumented(golden), request_id: newRequestId() }
    const answer = await issuer.pagsmile.send(golden.request.path, request)
    given.expectRefusal(answer, { code: '40002', subCode: 'parameters-error' })
  })

  it('a request that cannot be decrypted gets exactly the documented error', async () => {
    const golden = await readGolden('pagsmile-invalid-signature')
    const request = { ...asDocumented(golden), random_key: randomBytes(256).toString('base64') }
    const answer = await issuer.pagsmile.send(golden.request.path, request)
    expect(answer.status, shown(answer)).toBe(golden.response.status)
    expect(JSON.parse(answer.text)).toEqual(golden.response.body)
  })
})

describe('the envelope', () => {
  it('answers with data as 16 upper-case hexadecimal IV characters and Base64 ciphertext', async () => {
    const answer = await issuer.pagsmile.call(given.CREATE_CONTACT, given.CONTACT)
    dataOf(issuer, answer)
    expect(answer.envelope.data).toMatch(/^[0-9A-F]{16}[A-Za-z0-9+/]+={0,2}$/)
  })

  it("opens with the key in the answer's random_key and with the key of the request alike", async () => {
    const key = randomHexText()
    const request = issuer.pagsmile.seal('', {
      random_key: sealKey(key, issuer.pagsmile.platformKey),
      biz_data: encryptText(JSON.stringify(given.CONTACT), key),
    })
    const answer = await issuer.pagsmile.send(given.CREATE_CONTACT, request)
    const data = dataOf(issuer, answer)
    const { random_key: randomKey, data: wire } = answer.envelope
    const answeredKey = openKey(String(randomKey), issuer.pagsmile.merchantKey)
    expect(answeredKey).toHaveLength(16)
    expect(JSON.parse(decryptText(String(wire), answeredKey))).toEqual(data)
    expect(JSON.parse(decryptText(String(wire), key))).toEqual(data)
  })

  it('never uses an IV twice, even under the same key', async () => {
    const key = randomHexText()
    const ivs = new Set<string>()
    for (let i = 0; i < 5; i++) {
      const request = issuer.pagsmile.seal('', {
        random_key: sealKey(key, issuer.pagsmile.platformKey),
        biz_data: encryptText(JSON.stringify(given.ALL_TIME), key),
      })
      const answer = await issuer.pagsmile.send(given.QUERY_CONTACTS, request)
      rowsOf(issuer, answer)
      ivs.add(String(answer.envelope.data).slice(0, 16))
    }
    expect(ivs.size).toBe(5)
  })

  const tolerated: [name: string, overrides: Fields][] = [
    ['version 1.0', { version: '1.0' }],
    ['no format', { format: undefined }],
    ['a language', { language: 'en' }],
    ['an empty sub_partner_id', { sub_partner_id: '' }],
    ['a sub_partner_id of digits', { sub_partner_id: '123456' }],
    ['a numeric sub_partner_id', { sub_partner_id: 123_456 }],
    ['a timestamp years away', { timestamp: '2025-04-07 13:56:46' }],
    ['a request_id of one character', { request_id: 'q' }],
    ['a request_id of 64 characters', { request_id: randomBytes(32).toString('hex') }],
    ['fields nobody described', { trace_id: 'x', nested: { a: [1] } }],
  ]
  it.each(tolerated)('tolerates %s', async (_name, overrides) => {
    const request = issuer.pagsmile.seal(JSON.stringify(given.CONTACT), overrides)
    dataOf(issuer, await issuer.pagsmile.send(given.CREATE_CONTACT, request))
  })

  const contentTypes = ['application/json', 'application/json; charset=UTF-8', 'application/json; chartset=UTF-8']
  it.each(contentTypes)('tolerates the content type "%s"', async contentType => {
    const request = issuer.pagsmile.seal(JSON.stringify(given.CONTACT))
    dataOf(issuer, await issuer.pagsmile.send(given.CREATE_CONTACT, request, { 'Content-Type': contentType }))
  })

  it('ignores the Authorization header of the older samples', async () => {
    const headers = { ...PAGSMILE_HEADERS, Authorization: 'Basic bm9ib2R5Om5vdGhpbmc=' }
    const request = issuer.pagsmile.seal(JSON.stringify(given.CONTACT))
    dataOf(issuer, await issuer.pagsmile.send(given.CREATE_CONTACT, request, headers))
  })

  it('reads a request of 200 kB', async () => {
    const request = issuer.pagsmile.seal(JSON.stringify(given.CONTACT) + ' '.repeat(150_000))
    expect(JSON.stringify(request).length).toBeGreaterThan(200_000)
    dataOf(issuer, await issuer.pagsmile.send(given.CREATE_CONTACT, request))
  })

  it('reads a pretty-printed business object', async () => {
    const request = issuer.pagsmile.seal(JSON.stringify(given.CONTACT, undefined, 4))
    dataOf(issuer, await issuer.pagsmile.send(given.CREATE_CONTACT, request))
  })

  // Other ways to write the same thing, seen in clients of related interfaces: understood, never emitted.

  const base64Text = randomBytes(16)
  const hexText = randomBytes(16)
  const keyStyles: [name: string, plaintext: Buffer, key: Buffer][] = [
    ['the Base64 of 16 bytes', Buffer.from(base64Text.toString('base64')), base64Text],
    ['32 hexadecimal characters', Buffer.from(hexText.toString('hex')), hexText],
    ['24 raw bytes, for AES-192', Buffer.alloc(24, 0xf1), Buffer.alloc(24, 0xf1)],
    ['32 raw bytes, for AES-256', Buffer.alloc(32, 0xf2), Buffer.alloc(32, 0xf2)],
  ]
  it.each(keyStyles)('understands an AES key sent as %s', async (_name, plaintext, key) => {
    const request = issuer.pagsmile.seal('', {
      random_key: sealKey(plaintext, issuer.pagsmile.platformKey),
      biz_data: encryptText(JSON.stringify(given.CONTACT), key),
    })
    expect(await openedWithEither(request, key)).toEqual({ contact_id: expect.any(Number) })
  })

  const textStyles: [name: string, change: (base64: string) => string][] = [
    ['URL-safe Base64', text => text.replaceAll('+', '-').replaceAll('/', '_')],
    ['Base64 without its padding', text => text.replace(/=+$/, '')],
    ['Base64 in lines of 76', text => text.replaceAll(/.{76}/g, '$&\n')],
    ['Base64 in lines of 64 ended by CR LF', text => text.replaceAll(/.{64}/g, '$&\r\n')],
  ]
  it.each(textStyles)('understands %s in random_key and biz_data', async (_name, change) => {
    for (const first_name of ['a', 'ab', 'abc', 'ÿ'.repeat(40)]) {
      const key = randomHexText()
      const wire = encryptText(JSON.stringify({ ...given.CONTACT, first_name }), key)
      const request = issuer.pagsmile.seal('', {
        random_key: change(sealKey(key, issuer.pagsmile.platformKey)),
        biz_data: wire.slice(0, 16) + change(wire.slice(16)),
      })
      dataOf(issuer, await issuer.pagsmile.send(given.CREATE_CONTACT, request))
    }
  })

  it('understands biz_data as the Base64 of a raw IV and the ciphertext', async () => {
    const key = randomHexText()
    const iv = randomHexText()
    const ciphertext = Buffer.from(encryptText(JSON.stringify(given.CONTACT), key, iv).slice(16), 'base64')
    const request = issuer.pagsmile.seal('', {
      random_key: sealKey(key, issuer.pagsmile.platformKey),
      biz_data: Buffer.concat([Buffer.from(iv), ciphertext]).toString('base64'),
    })
    dataOf(issuer, await issuer.pagsmile.send(given.CREATE_CONTACT, request))
  })
})

describe('card contacts', () => {
  it('come back as they were sent, with language en when none was given', async () => {
    const names = { first_name: 'José "Pepe"', last_name: "O'Ñandú 李" }
    const contactId = await given.newContact(issuer, names)
    const [row] = rowsOf(
      issuer,
      await issuer.pagsmile.call(given.QUERY_CONTACTS, { contact_id: contactId, ...given.ALL_TIME }),
    )
    expect(row).toMatchObject({ ...given.CONTACT, ...names, contact_id: contactId, language: 'en' })
  })

  it('keep the language they were given', async () => {
    const contactId = await given.newContact(issuer, { language: 'pt' })
    const request = { contact_id: contactId, ...given.ALL_TIME }
    const [row] = rowsOf(issuer, await issuer.pagsmile.call(given.QUERY_CONTACTS, request))
    expect(row?.language).toBe('pt')
  })

  it('accept names of 64 characters', async () => {
    await given.newContact(issuer, { first_name: 'a'.repeat(64), last_name: 'b'.repeat(64) })
  })

  it('may be equal: nothing about a contact is unique', async () => {
    expect(await given.newContact(issuer)).not.toBe(await given.newContact(issuer))
  })

  it('are paged by ten unless asked otherwise, newest first, and total counts every match', async () => {
    const created: number[] = []
    for (let i = 0; i < 12; i++) created.push(await given.newContact(issuer))
    const newestFirst = created.toReversed()

    const byDefault = await contactPage({})
    expect(byDefault.ids).toEqual(newestFirst.slice(0, 10))
    expect(byDefault.total).toBeGreaterThanOrEqual(12)

    const pages = [await contactPage({ page_num: 1, page_size: 6 }), await contactPage({ page_num: 2, page_size: 6 })]
    expect(pages.flatMap(page => page.ids)).toEqual(newestFirst)
    expect(pages.map(page => page.total)).toEqual([byDefault.total, byDefault.total])

    const thirty = await contactPage({ page_size: 30 })
    expect(thirty.ids).toHaveLength(Math.min(30, Number(byDefault.total)))
  })

  it('are an empty list with the true total on a page past the end', async () => {
    await given.newContact(issuer)
    const { total } = await contactPage({})
    expect(await contactPage({ page_num: 100_000 })).toEqual({ ids: [], total })
  })

  it('are an empty list when no contact matches', async () => {
    const answer = await issuer.pagsmile.call(given.QUERY_CONTACTS, { contact_id: 999_999_999, ...given.ALL_TIME })
    expect(rowsOf(issuer, answer)).toEqual([])
    expect(answer.envelope.total).toBe(0)
  })

  it('are found by a window that begins and ends in the second of their creation', async () => {
    const contactId = await given.newContact(issuer)
    const request = { contact_id: contactId, ...given.ALL_TIME }
    const [row] = rowsOf(issuer, await issuer.pagsmile.call(given.QUERY_CONTACTS, request))
    const second = { start_date: row?.create_time, end_date: row?.create_time }
    const rows = rowsOf(issuer, await issuer.pagsmile.call(given.QUERY_CONTACTS, { contact_id: contactId, ...second }))
    expect(rows.map(each => each.contact_id)).toEqual([contactId])
  })

  it('carry their creation time in UTC', async () => {
    const before = Math.floor(Date.now() / 1000) * 1000
    const contactId = await given.newContact(issuer)
    const after = Date.now()
    const request = { contact_id: contactId, ...given.ALL_TIME }
    const [row] = rowsOf(issuer, await issuer.pagsmile.call(given.QUERY_CONTACTS, request))
    const created = Date.parse(`${String(row?.create_time).replace(' ', 'T')}Z`)
    expect(created).toBeGreaterThanOrEqual(before)
    expect(created).toBeLessThanOrEqual(after)
  })
})

describe('cardholders and cards', () => {
  it('a cardholder is created with audit_status 2', async () => {
    const fields = given.holderFields()
    const data = dataOf(issuer, await issuer.pagsmile.call(given.CREATE_HOLDER, fields))
    expect(violations(shapes.holderCreated, data)).toEqual([])
    expect(data).toMatchObject({ id_no: fields.id_no, id_type: 1, audit_status: 2 })
  })

  it('gender, issuance date and expiry of the ID are optional', async () => {
    const { gender: _, issuance_date: _issued, expires_on: _expires, ...required } = given.holderFields()
    dataOf(issuer, await issuer.pagsmile.call(given.CREATE_HOLDER, required))
  })

  it('a card for a new cardholder is completed at once, with token and masked PAN', async () => {
    const holderId = await given.newHolder(issuer)
    const application = given.applicationFields(holderId)
    const data = dataOf(issuer, await issuer.pagsmile.call(given.APPLY_CARD, application))
    expect(violations(shapes.cardApplied, data)).toEqual([])
    expect(data).toMatchObject({
      holder_id: holderId,
      holder_name: 'fu hello',
      order_no: application.order_no,
      order_status: 5,
      order_count: 1,
      is_share_card: false,
      card_bin: '658704',
    })
    expect(data.card_pan).toMatch(/^658704/)
  })

  it('holder_id may be sent as a string, and the BIN defaults to 658704', async () => {
    const holderId = await given.newHolder(issuer)
    const { card_bin: _default, ...application } = given.applicationFields(holderId)
    const request = { ...application, holder_id: String(holderId) }
    const data = dataOf(issuer, await issuer.pagsmile.call(given.APPLY_CARD, request))
    expect(data).toMatchObject({ holder_id: holderId, card_bin: '658704' })
  })

  it('the other BIN 658705 can be chosen', async () => {
    const holderId = await given.newHolder(issuer)
    const application = given.applicationFields(holderId, { card_bin: '658705' })
    const data = dataOf(issuer, await issuer.pagsmile.call(given.APPLY_CARD, application))
    expect(data.card_pan).toMatch(/^658705\*{6}\d{4}$/)
  })

  it('an application with card_limit has created the limit', async () => {
    const { total_amount: _shareCardsOnly, ...card_limit } = given.LIMIT
    const card = await given.newCard(issuer, { card_limit })
    const data = dataOf(issuer, await issuer.pagsmile.call(given.QUERY_LIMIT, { card_token: card.token }))
    expect(violations(shapes.cardLimit, data)).toEqual([])
    expect(data).toMatchObject({ ...card_limit, total_amount: null })
  })

  it('an application with initial_balance has funded the card', async () => {
    const card = await given.newCard(issuer, { pay_account_num: issuer.fundingAccount, initial_balance: '1.00' })
    expect(await given.purchase(issuer, card, '1.01')).toBe('insufficient-funds')
    expect(await given.purchase(issuer, card, '1.00')).toBe('approved')
  })
})

describe('top-ups', () => {
  it('put exactly their amount on the card', async () => {
    const card = await given.newCard(issuer)
    const request = given.rechargeFields(issuer, card, { amount: '12.34' })
    const data = dataOf(issuer, await issuer.pagsmile.call(given.RECHARGE, request))
    expect(violations(shapes.recharged, data)).toEqual([])
    expect(await given.purchase(issuer, card, '12.35')).toBe('insufficient-funds')
    expect(await given.purchase(issuer, card, '12.34')).toBe('approved')
    expect(await given.purchase(issuer, card, '0.01')).toBe('insufficient-funds')
  })

  it.each(['48', '48.5', '48.50'])('accept the amount "%s"', async amount => {
    const card = await given.newCard(issuer)
    dataOf(issuer, await issuer.pagsmile.call(given.RECHARGE, given.rechargeFields(issuer, card, { amount })))
    expect(await given.purchase(issuer, card, '48.51')).toBe('insufficient-funds')
    expect(await given.purchase(issuer, card, '48.00')).toBe('approved')
  })

  it('accept a numeric card_token', async () => {
    const card = await given.newCard(issuer)
    const request = given.rechargeFields(issuer, card, { card_token: Number(card.token) })
    dataOf(issuer, await issuer.pagsmile.call(given.RECHARGE, request))
  })

  it('with a repeated order_no move money once', async () => {
    const card = await given.newCard(issuer)
    const request = given.rechargeFields(issuer, card, { amount: '10.00' })
    const first = dataOf(issuer, await issuer.pagsmile.call(given.RECHARGE, request))
    const second = await issuer.pagsmile.call(given.RECHARGE, request)
    if (second.status === 200) expect(dataOf(issuer, second)).toEqual(first)
    else given.expectRefusal(second, { code: '40002', subCode: 'dublicate-order' })
    expect(await given.purchase(issuer, card, '10.01')).toBe('insufficient-funds')
    expect(await given.purchase(issuer, card, '10.00')).toBe('approved')
  })
})

describe('card limits', () => {
  it('are created from the documented values: numeric token, count as a string, amounts without decimals', async () => {
    const card = await given.newCard(issuer)
    const request = {
      card_token: Number(card.token),
      daily_transactions: '99999',
      single_amount: '99999',
      daily_amount: '99999',
      monthly_amount: '99999',
      total_amount: '99999',
    }
    const data = dataOf(issuer, await issuer.pagsmile.call(given.CREATE_LIMIT, request))
    expect(violations(shapes.limitCreated, data)).toEqual([])
    const limit = dataOf(issuer, await issuer.pagsmile.call(given.QUERY_LIMIT, { card_token: card.token }))
    expect(limit).toMatchObject({ daily_transactions: 99_999, single_amount: '99999.00', total_amount: '99999.00' })
  })

  it('are the same object by limit_id, by card_token, and by both when they belong together', async () => {
    const card = await given.newCard(issuer)
    const limitId = await given.newLimit(issuer, card)
    const requests = [{ limit_id: limitId }, { card_token: card.token }, { limit_id: limitId, card_token: card.token }]
    const found: Fields[] = []
    for (const request of requests) found.push(dataOf(issuer, await issuer.pagsmile.call(given.QUERY_LIMIT, request)))
    expect(found[0]).toMatchObject({ limit_id: limitId, card_token: card.token, ...given.LIMIT })
    expect(found[1]).toEqual(found[0])
    expect(found[2]).toEqual(found[0])
  })

  it('have a null total_amount when none was ever set', async () => {
    const card = await given.newCard(issuer)
    const limitId = await given.newLimit(issuer, card, { total_amount: undefined })
    const data = dataOf(issuer, await issuer.pagsmile.call(given.QUERY_LIMIT, { limit_id: limitId }))
    expect(data.total_amount).toBeNull()
  })

  it('are changed by update-limit, which answers with code and msg only', async () => {
    const card = await given.newCard(issuer)
    const limitId = await given.newLimit(issuer, card)
    const values = { ...given.LIMIT, daily_transactions: '10000', single_amount: '77' }
    const request = { limit_id: limitId, card_token: card.token, ...values }
    const answer = await issuer.pagsmile.call('/issuing/card/update-limit', request)
    given.expectDone(answer)
    const data = dataOf(issuer, await issuer.pagsmile.call(given.QUERY_LIMIT, { limit_id: limitId }))
    expect(data).toMatchObject({ ...given.LIMIT, daily_transactions: 10_000, single_amount: '77.00' })
  })

  const reasons: [name: string, limit: Fields, purchases: [amount: string, outcome: string][]][] = [
    [
      'the single amount',
      { single_amount: '10.00' },
      [
        ['10.01', 'single-amount-exceeded'],
        ['10.00', 'approved'],
      ],
    ],
    [
      'the daily count',
      { daily_transactions: 2 },
      [
        ['1.00', 'approved'],
        ['1.00', 'approved'],
        ['1.00', 'daily-count-exceeded'],
      ],
    ],
    [
      'the daily amount',
      { daily_amount: '5.00' },
      [
        ['3.00', 'approved'],
        ['2.01', 'daily-amount-exceeded'],
        ['2.00', 'approved'],
      ],
    ],
    [
      'the monthly amount',
      { monthly_amount: '5.00' },
      [
        ['3.00', 'approved'],
        ['2.01', 'monthly-amount-exceeded'],
        ['2.00', 'approved'],
      ],
    ],
    [
      'the total amount',
      { total_amount: '5.00' },
      [
        ['3.00', 'approved'],
        ['2.01', 'total-amount-exceeded'],
        ['2.00', 'approved'],
      ],
    ],
  ]
  it.each(reasons)('hold %s to the cent', async (_name, limit, purchases) => {
    const card = await given.newCard(issuer)
    dataOf(issuer, await issuer.pagsmile.call(given.RECHARGE, given.rechargeFields(issuer, card)))
    await given.newLimit(issuer, card, limit)
    const outcomes: [string, string][] = []
    for (const [amount] of purchases) outcomes.push([amount, await given.purchase(issuer, card, amount)])
    expect(outcomes).toEqual(purchases)
  })
})

describe('authorizations', () => {
  it('show approvals and declines with every key, newest first', async () => {
    const card = await given.newCard(issuer, { card_remark: 'fleet 7' })
    dataOf(issuer, await issuer.pagsmile.call(given.RECHARGE, given.rechargeFields(issuer, card)))
    await given.newLimit(issuer, card, { daily_transactions: 1, single_amount: '50.00' })
    expect(await given.purchase(issuer, card, '12.34')).toBe('approved')
    expect(await given.purchase(issuer, card, '50.01')).toBe('single-amount-exceeded')
    expect(await given.purchase(issuer, card, '5.00')).toBe('daily-count-exceeded')

    const rows = await given.authorizationsOf(issuer, card)
    expect(rows.flatMap(row => violations(shapes.authorization, row))).toEqual([])
    expect(rows.map(row => [row.transaction_amount, row.process_status, row.auth_status, row.response_code])).toEqual([
      ['-5.00', 2, 2, '65'],
      ['-50.01', 2, 2, '61'],
      ['-12.34', 2, 1, '00'],
    ])
    for (const row of rows) {
      expect(row).toMatchObject({
        data_type: 'cardAuthorization',
        card_token: card.token,
        card_pan: card.maskedPan,
        original_auth_id: null,
        acquirer_id: given.MERCHANT.acquirerId,
        mcc_code: given.MERCHANT.mcc,
        merchant_id: given.MERCHANT.id,
        merchant_name: given.MERCHANT.name,
        transaction_country_code: given.MERCHANT.country,
        bill_amount: row.transaction_amount,
        bill_currency: 'USD',
        fee: '0.00',
        settled_amount: '0.00',
        settle_status: null,
        card_remark: 'fleet 7',
      })
    }
    expect(rows.at(-1)?.auth_code).toMatch(/^\d{6}$/)
  })

  it('carry the identifier the network was told', async () => {
    const card = await given.newCard(issuer)
    const request = { cardToken: card.token, amount: '1.00', currency: 'USD', merchant: given.MERCHANT }
    const { body } = await issuer.operator.simulatePurchase(request)
    expect(violations(shapes.decision, body, 'body', 'more keys are fine')).toEqual([])
    const rows = await given.authorizationsOf(issuer, card, { auth_id: body.authorizationId })
    expect(rows.map(row => row.auth_id)).toEqual([body.authorizationId])
  })

  it('total counts every match and data holds only the page', async () => {
    const card = await given.newCard(issuer)
    for (let i = 0; i < 12; i++) await given.purchase(issuer, card, '1.00')
    const seen: unknown[] = []
    for (const [page_num, size] of [
      [1, 5],
      [2, 5],
      [3, 2],
      [4, 0],
    ] as const) {
      const request = { card_token: card.token, ...given.aroundNow(), page_num, page_size: 5 }
      const answer = await issuer.pagsmile.call(given.QUERY_AUTHORIZATIONS, request)
      const rows = rowsOf(issuer, answer)
      expect(rows, shown(answer)).toHaveLength(size)
      expect(answer.envelope.total).toBe(12)
      seen.push(...rows.map(row => row.auth_id))
    }
    expect(new Set(seen).size).toBe(12)
    expect(await given.authorizationsOf(issuer, card)).toHaveLength(10)
    expect(await given.authorizationsOf(issuer, card, { page_size: 30 })).toHaveLength(12)
  })

  it('may be asked for over exactly 31 times 24 hours', async () => {
    const card = await given.newCard(issuer)
    await given.purchase(issuer, card, '1.00')
    expect(await given.authorizationsOf(issuer, card, given.aroundNow())).toHaveLength(1)
  })

  it.each(['cardSettlement', 'cardAuthorizationExpired'])(
    'of type %s are none before anything settled',
    async data_type => {
      const card = await given.newCard(issuer)
      await given.purchase(issuer, card, '1.00')
      expect(await given.authorizationsOf(issuer, card, { data_type })).toEqual([])
      expect(await given.authorizationsOf(issuer, card, { data_type: 'cardAuthorization' })).toHaveLength(1)
    },
  )

  it('of an unknown card or identifier are an empty list', async () => {
    const card = await given.newCard(issuer)
    await given.purchase(issuer, card, '1.00')
    expect(await given.authorizationsOf(issuer, card, { card_token: '999999999999' })).toEqual([])
    expect(await given.authorizationsOf(issuer, card, { auth_id: '999999999999' })).toEqual([])
    expect(await given.authorizationsOf(issuer, card, { transaction_id: '999999999999' })).toEqual([])
  })
})

describe('a repeated request', () => {
  it('that is byte for byte the same gets the recorded answer and creates nothing', async () => {
    const request = issuer.pagsmile.seal(JSON.stringify(given.CONTACT))
    const first = dataOf(issuer, await issuer.pagsmile.send(given.CREATE_CONTACT, request))
    const count = await given.contactCount(issuer)
    expect(dataOf(issuer, await issuer.pagsmile.send(given.CREATE_CONTACT, request))).toEqual(first)
    expect(await given.contactCount(issuer)).toBe(count)
  })

  it('that says the same, encrypted anew, gets the recorded answer and moves money once', async () => {
    const card = await given.newCard(issuer)
    const business = JSON.stringify(given.rechargeFields(issuer, card, { amount: '10.00' }))
    const repeat = { request_id: newRequestId(), timestamp: '2026-01-01 00:00:00' }
    const first = await issuer.pagsmile.send(given.RECHARGE, issuer.pagsmile.seal(business, repeat))
    const second = await issuer.pagsmile.send(given.RECHARGE, issuer.pagsmile.seal(business, repeat))
    expect(dataOf(issuer, second)).toEqual(dataOf(issuer, first))
    expect(await given.purchase(issuer, card, '10.01')).toBe('insufficient-funds')
    expect(await given.purchase(issuer, card, '10.00')).toBe('approved')
  })

  it('that arrives together with the first creates one contact', async () => {
    const count = Number(await given.contactCount(issuer))
    const request = issuer.pagsmile.seal(JSON.stringify(given.CONTACT))
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => issuer.pagsmile.send(given.CREATE_CONTACT, request)),
    )
    const ids = new Set(
      answers.filter(each => each.status === 200).map(each => Number(dataOf(issuer, each).contact_id)),
    )
    expect(ids.size, answers.map(shown).join('\n')).toBe(1)
    expect(await given.contactCount(issuer)).toBe(count + 1)
  })

  it('with another body is a duplicate and changes nothing', async () => {
    const repeat = { request_id: newRequestId() }
    const first = issuer.pagsmile.seal(JSON.stringify(given.CONTACT), repeat)
    dataOf(issuer, await issuer.pagsmile.send(given.CREATE_CONTACT, first))
    const count = await given.contactCount(issuer)
    const other = issuer.pagsmile.seal(JSON.stringify({ ...given.CONTACT, first_name: 'other' }), repeat)
    const answer = await issuer.pagsmile.send(given.CREATE_CONTACT, other)
    given.expectRefusal(answer, { code: '40002', subCode: 'duplicate-request' })
    expect(await given.contactCount(issuer)).toBe(count)
  })

  it('on another path is a duplicate', async () => {
    const repeat = { request_id: newRequestId() }
    const first = issuer.pagsmile.seal(JSON.stringify(given.CONTACT), repeat)
    dataOf(issuer, await issuer.pagsmile.send(given.CREATE_CONTACT, first))
    const other = issuer.pagsmile.seal(JSON.stringify(given.holderFields()), repeat)
    const answer = await issuer.pagsmile.send(given.CREATE_HOLDER, other)
    given.expectRefusal(answer, { code: '40002', subCode: 'duplicate-request' })
  })

  it('succeeds after a refusal: a refused request_id is not used up', async () => {
    const repeat = { request_id: newRequestId() }
    const { email: _missing, ...incomplete } = given.CONTACT
    const refused = issuer.pagsmile.seal(JSON.stringify(incomplete), repeat)
    const refusal = await issuer.pagsmile.send(given.CREATE_CONTACT, refused)
    given.expectRefusal(refusal, { code: '40002', subCode: 'mandatory-data', naming: 'email' })
    const corrected = issuer.pagsmile.seal(JSON.stringify(given.CONTACT), repeat)
    dataOf(issuer, await issuer.pagsmile.send(given.CREATE_CONTACT, corrected))
  })

  it('succeeds after a forgery: a request_id in an envelope that does not open is not used up', async () => {
    const request = issuer.pagsmile.seal(JSON.stringify(given.CONTACT))
    const forged = { ...request, biz_data: encryptText(JSON.stringify(given.CONTACT), randomHexText()) }
    const refusal = await issuer.pagsmile.send(given.CREATE_CONTACT, forged)
    given.expectRefusal(refusal, { code: '40002', subCode: 'invalid-signature' })
    dataOf(issuer, await issuer.pagsmile.send(given.CREATE_CONTACT, request))
  })
})

/** Opens the answer as a client with another key style would: the answered key is in the style of the request or raw. */
async function openedWithEither(request: Fields, requestKey: Buffer): Promise<unknown> {
  const answer = await exchange({
    method: 'POST',
    url: issuer.pagsmile.credentials.baseUrl + given.CREATE_CONTACT,
    headers: PAGSMILE_HEADERS,
    body: JSON.stringify(request),
  })
  expect(answer.status, answer.text).toBe(200)
  const envelope: unknown = JSON.parse(answer.text)
  const { random_key: randomKey, data } = isRecord(envelope) ? envelope : {}
  const answered = openKey(String(randomKey), issuer.pagsmile.merchantKey)
  const styles = [requestKey, Buffer.from(requestKey.toString('base64')), Buffer.from(requestKey.toString('hex'))]
  expect(
    styles.some(style => style.equals(answered)),
    'the answered key is the one of the request',
  ).toBe(true)
  return JSON.parse(decryptText(String(data), requestKey)) as unknown
}

async function contactPage(paging: Fields): Promise<{ ids: unknown[]; total: unknown }> {
  const answer = await issuer.pagsmile.call(given.QUERY_CONTACTS, { ...given.ALL_TIME, ...paging })
  return { ids: rowsOf(issuer, answer).map(row => row.contact_id), total: answer.envelope.total }
}
