/**
 * Every call of the index, good and bad, and the life that cards, cardholders and money lead through them. What a refusal
 * is called is the table of docs/pagsmile.md; a refusal must also have changed nothing.
 */
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newRequestId, type PagsmileAnswer } from '../../../demo/pagsmile-client.ts'
import type { Fields, Issuer, TestCard } from '../issuer.ts'
import * as given from '../issuer.ts'
import * as operator from './operator.ts'

let issuer: Issuer

beforeAll(async () => {
  issuer = await given.startIssuer()
}, given.START_MS_MAX)

afterAll(() => given.stopIssuer(issuer), given.START_MS_MAX)

const call = (path: string, business: Fields = {}) => issuer.pagsmile.call(`/issuing/${path}`, business)

async function data(path: string, business: Fields = {}): Promise<Fields> {
  return given.dataOf(issuer, await call(path, business))
}

async function rows(path: string, business: Fields = {}): Promise<Fields[]> {
  return given.rowsOf(issuer, await call(path, business))
}

async function done(path: string, business: Fields = {}): Promise<void> {
  given.expectDone(await call(path, business))
}

async function refused(answer: PagsmileAnswer | Promise<PagsmileAnswer>, subCode: string, naming?: string) {
  given.expectRefusal(await answer, { code: '40002', subCode, ...(naming === undefined ? {} : { naming }) })
}

const today = () => new Date().toISOString().slice(0, 10)
const DAY_MS = 24 * 3_600_000
const dayFromNow = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10)
const thisDay = () => ({ start_date: dayFromNow(-1), end_date: dayFromNow(1) })
const orderNo = () => newRequestId().slice(0, 32)
const partner = () => ({ partner_id: issuer.credentials.pagsmile.partnerId })
const UNKNOWN = 999_999_999

async function loadedCard(amount = '100.00'): Promise<TestCard> {
  return given.newCard(issuer, { initial_balance: amount, pay_account_num: issuer.fundingAccount })
}

async function balanceOf(card: TestCard): Promise<Fields | undefined> {
  const [row] = await rows('card/query-card-balance', { card_token: card.token })
  return row
}

async function fundingBalance(accountNo = issuer.fundingAccount): Promise<string> {
  const [row] = await rows('partner/query-balance', { ...partner(), account_num: accountNo })
  return String(row?.balance)
}

/** The card's status once it is another one than `closing`: the last step is the server's own. */
async function settledStatus(card: TestCard): Promise<unknown> {
  for (let tries = 0; ; tries++) {
    const { card_status: status } = await data('card/query-card-info', { card_token: card.token })
    if (status !== 7 || tries === 100) return status
    await delay(100)
  }
}

async function simulatedPurchase(card: TestCard, amount: string): Promise<string> {
  const request = { cardToken: card.token, amount, currency: 'USD', merchant: given.MERCHANT }
  const { body } = await issuer.operator.simulatePurchase(request, newRequestId())
  expect(body.decision, JSON.stringify(body)).toBe('approved')
  return String(body.authorizationId)
}

describe('cardholders', () => {
  const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1]).toString('base64')

  const documentFields = (holderId: unknown, changes: Fields = {}): Fields => ({
    holder_id: holderId,
    file_type: 1,
    file_name: 'test.png',
    file_content: PNG,
    ...changes,
  })

  it('come back as they were created, by id and by document', async () => {
    const fields = given.holderFields()
    const { holder_id: holderId } = await data('holder/create', fields)
    const { address, ...rest } = fields
    const expected = { ...rest, holder_id: holderId, address: { ...(address as Fields), line2: null } }
    const byId = await data('holder/query', { holder_id: holderId })
    expect(byId).toMatchObject(expected)
    expect(await data('holder/query', { id_no: fields.id_no, id_type: '1' })).toEqual(byId)
    expect([byId.status, byId.audit_status]).toEqual([1, 1])
  })

  it('are found by what is named, all of it', async () => {
    const fields = given.holderFields()
    const { holder_id: holderId } = await data('holder/create', fields)
    await refused(call('holder/query'), 'mandatory-data', 'holder_id')
    await refused(call('holder/query', { id_no: fields.id_no }), 'mandatory-data', 'id_type')
    await refused(call('holder/query', { id_type: 1 }), 'mandatory-data', 'id_no')
    await refused(call('holder/query', { holder_id: holderId, id_no: 'other12' }), 'data-not-found')
    await refused(call('holder/query', { holder_id: UNKNOWN }), 'data-not-found')
  })

  it('are replaced by an update, except by one that is wrong', async () => {
    const fields = given.holderFields()
    const { holder_id: holderId } = await data('holder/create', fields)
    const changed = { ...fields, first_name: 'Changed', holder_id: holderId }
    expect(await data('holder/update', changed)).toEqual({
      holder_id: holderId,
      id_no: fields.id_no,
      id_type: 1,
      audit_status: 2,
      audit_msg: null,
    })
    expect((await data('holder/query', { holder_id: holderId })).first_name).toBe('Changed')
    await refused(call('holder/update', fields), 'mandatory-data', 'holder_id')
    await refused(call('holder/update', { ...changed, birthday: '1990-02-30' }), 'parameters-error', 'birthday')
    await refused(call('holder/update', { ...changed, holder_id: UNKNOWN }), 'data-not-found')
    const other = given.holderFields()
    await data('holder/create', other)
    await refused(call('holder/update', { ...changed, id_no: other.id_no }), 'dublicate-data')
    expect((await data('holder/query', { holder_id: holderId })).id_no).toBe(fields.id_no)
  })

  it('are asked for better documents, and get cards when those are approved', async () => {
    const { holder_id: holderId } = await data('holder/create', given.holderFields())
    const audit = async () => {
      const { audit_status: auditStatus, status } = await data('holder/query', { holder_id: holderId })
      return [auditStatus, status]
    }
    await operator.rejectHolder(issuer, holderId)
    expect(await audit()).toEqual([2, 0])
    await refused(call('card/apply', given.applicationFields(Number(holderId))), 'invalid-user')
    await data('holder/upload-document', documentFields(holderId))
    await data('holder/upload-document', documentFields(holderId, { file_type: 3, file_name: 'bill.png' }))
    expect(await audit()).toEqual([1, 1])
    await data('card/apply', given.applicationFields(Number(holderId)))
    await operator.disableHolder(issuer, holderId)
    expect(await audit()).toEqual([1, 2])
    await refused(call('card/apply', given.applicationFields(Number(holderId))), 'invalid-user')
  })

  it('who are rejected for good stay so', async () => {
    const { holder_id: holderId } = await data('holder/create', given.holderFields())
    await operator.rejectHolder(issuer, holderId, true)
    expect((await data('holder/query', { holder_id: holderId })).audit_status).toBe(3)
    await refused(call('holder/upload-document', documentFields(holderId)), 'invalid-user')
  })

  const badDocuments: [string, Fields, string][] = [
    ['no Base64', { file_content: '%%%' }, 'file_content'],
    ['another kind of file', { file_content: Buffer.from('MZ not a picture').toString('base64') }, 'file_content'],
    ['a name of another kind', { file_name: 'test.exe' }, 'file_name'],
    ['a name with a folder', { file_name: '../test.png' }, 'file_name'],
    ['a name of four characters', { file_name: 'a.pn' }, 'file_name'],
    ['an unknown type', { file_type: 7 }, 'file_type'],
    ['a description of 129 characters', { file_desc: 'd'.repeat(129) }, 'file_desc'],
  ]
  it.each(badDocuments)('send no document that is %s', async (_name, changes, naming) => {
    const holderId = await given.newHolder(issuer)
    await refused(call('holder/upload-document', documentFields(holderId, changes)), 'parameters-error', naming)
  })

  it('send documents of two megabytes and none that is larger', async () => {
    const holderId = await given.newHolder(issuer)
    const file = (bytes: number) => {
      const content = randomBytes(bytes)
      Buffer.from('%PDF-1.7').copy(content)
      return documentFields(holderId, { file_name: 'test.pdf', file_content: content.toString('base64') })
    }
    expect(await data('holder/upload-document', file(2 * 1024 * 1024))).toEqual({ id: expect.any(Number) })
    await refused(call('holder/upload-document', file(2 * 1024 * 1024 + 1)), 'parameters-error', 'file_content')
  })

  it('may be companies, under both spellings of their path', async () => {
    const address = {
      line: 'Avenida Reforma 100',
      postal_code: '06600',
      city_name: 'Ciudad de Mexico',
      state: 'CDMX',
      country_code: 'MX',
    }
    const registration_code = randomBytes(8).toString('hex')
    const fields = {
      contact_name: 'Jane Killy',
      mobile: '+525512345678',
      email: 'ops@example.com',
      corporation: {
        registration_name: 'tiantong',
        registration_code,
        registration_date: '2015-03-01',
        registration_address: address,
      },
      person: {
        first_name: 'Killy',
        last_name: 'Jane',
        id_type: 1,
        id_no: '7234559',
        birthday: '1990-11-08',
        citizenship_country: 'MX',
        address,
      },
    }
    const { holder_id: holderId } = await data('holder/create-corporation', fields)
    const found = await data('holder/query-corpoation', { holder_id: holderId })
    expect(found).toMatchObject({ holder_id: holderId, contact_name: 'Jane Killy', status: 1 })
    const registration = { registration_country: 'MX', registration_code }
    expect(await data('holder/query-corporation', registration)).toEqual(found)
    await refused(call('holder/create-corporation', fields), 'dublicate-data')
    await refused(call('holder/query-corpoation', { registration_code }), 'mandatory-data', 'registration_country')
    await refused(call('holder/query-corpoation', { holder_id: UNKNOWN }), 'data-not-found')
    await refused(call('holder/query', { holder_id: holderId }), 'data-not-found')
    const { address: _none, ...person } = fields.person
    await refused(call('holder/create-corporation', { ...fields, person }), 'mandatory-data', 'person.address')
    const card = await data('card/apply', given.applicationFields(Number(holderId)))
    expect(card.holder_name).toBe('tiantong')
  })
})

describe('applications for cards', () => {
  it('name the BINs that are open to the partner, which is asked for by its own name', async () => {
    const answer = await call('card/query-available-card-bins', partner())
    expect([answer.data, answer.envelope.total]).toEqual([['658704', '658705'], 2])
    const { partner_id: sub_partner_id } = partner()
    expect((await call('card/query-available-card-bins', { sub_partner_id })).data).toEqual(answer.data)
    await refused(call('card/query-available-card-bins'), 'mandatory-data', 'partner_id')
    await refused(call('card/query-available-card-bins', { partner_id: '1' }), 'invalid-account')
  })

  it('are answered again by their order number', async () => {
    const request = given.applicationFields(await given.newHolder(issuer), { card_remark: 'travel' })
    const applied = await data('card/apply', request)
    expect(await data('card/query-apply-card-result', { order_no: request.order_no })).toEqual(applied)
    expect(applied).toMatchObject({ order_status: 5, order_count: 1, card_remark: 'travel' })
    await refused(call('card/query-apply-card-result', { order_no: orderNo() }), 'data-not-found', 'order')
    await refused(call('card/query-apply-card-result'), 'mandatory-data', 'order_no')
  })

  it('wait for a new holder who is under review, with token and PAN empty', async () => {
    const other = await operator.newPartner(issuer)
    const asOther = async (path: string, business: Fields) =>
      given.dataOf(other, await other.pagsmile.call(`/issuing/${path}`, business))
    const order_no = orderNo()
    const { holder_id: _none, ...fields } = given.applicationFields(0, { order_no, holder: given.holderFields() })
    const applied = await asOther('card/apply', fields)
    expect(applied).toMatchObject({ order_status: 2, card_token: '', card_pan: '' })
    const { holder_id } = applied
    for (const [file_type, audit_status] of [
      [1, 2],
      [3, 4],
    ]) {
      const file_content = Buffer.from('%PDF-1.7').toString('base64')
      await asOther('holder/upload-document', { holder_id, file_type, file_name: 'test.pdf', file_content })
      expect(await asOther('holder/query', { holder_id })).toMatchObject({ audit_status, status: 0 })
    }
    await operator.approveHolder(other, holder_id)
    expect(await asOther('holder/query', { holder_id })).toMatchObject({ audit_status: 1, status: 1 })
    const result = await asOther('card/query-apply-card-result', { order_no })
    expect(result).toMatchObject({ order_status: 5, card_token: expect.stringMatching(/^\d{12}$/) })
  })

  const ADDRESS = {
    first_name: 'xxe',
    last_name: 'xxxx',
    mobile: '+861234789999',
    email: '122@12.com',
    line: 'line11111111111111',
    postal_code: '25115',
    city_name: 'bbbb',
    state: 'proident enim',
    country_code: 'BR',
  }

  async function physicalFields(changes: Fields = {}): Promise<Fields> {
    const { delivery_address_id } = await data('card/create-delivery-address', ADDRESS)
    return {
      order_no: orderNo(),
      card_scheme: 3,
      card_type: 4,
      card_bin: '658704',
      name_on_card_printing_type: 3,
      shipping_method: 2,
      delivery_address_id,
      ...changes,
    }
  }

  it('of physical cards are processed until the cards are made, and bound to their holder after', async () => {
    const request = await physicalFields()
    const applied = await data('card/apply-physical', request)
    expect(applied).toMatchObject({ order_status: 3, card_token: '', card_pan: '', card_type: 4, holder_id: null })
    await operator.produceCard(issuer, applied.card_id)
    const result = await data('card/query-apply-card-result', { order_no: request.order_no })
    expect(result).toMatchObject({ order_status: 5, card_token: expect.stringMatching(/^\d{12}$/) })
    const { card_token } = result
    await operator.activateCard(issuer, applied.card_id)
    const holder_id = await given.newHolder(issuer)
    await refused(call('card/bind-holder', { card_token, holder_id: UNKNOWN }), 'data-not-found', 'cardholder')
    await refused(call('card/bind-holder', { card_token: '999999999999', holder_id }), 'data-not-found', 'card')
    await done('card/bind-holder', { card_token, holder_id })
    await refused(call('card/bind-holder', { card_token, holder_id }), 'dublicate-data')
    expect(await data('card/query-card-info', { card_token })).toMatchObject({
      holder_id,
      card_status: 3,
      virtual: false,
      card_type: 4,
    })
  })

  it('of several cards are answered with as many rows', async () => {
    const request = await physicalFields({ order_count: 3 })
    const answer = await call('card/apply-physical', request)
    expect(answer.envelope.total).toBe(3)
    const made = given.rowsOf(issuer, answer)
    expect(new Set(made.map(row => row.card_id)).size).toBe(3)
    expect(made.map(row => [row.order_no, row.order_count])).toEqual(
      Array.from({ length: 3 }, () => [request.order_no, 3]),
    )
    expect(await rows('card/query-apply-card-result', { order_no: request.order_no })).toHaveLength(3)
  })

  const badOrders: [string, Fields, string, string | undefined][] = [
    ['a virtual card', { card_type: 3 }, 'parameters-error', 'card_type'],
    ['no BIN', { card_bin: null }, 'mandatory-data', 'card_bin'],
    ['another BIN', { card_bin: '411111' }, 'parameters-error', 'card_bin'],
    ['no name to print', { name_on_card_printing_type: 2 }, 'mandatory-data', 'holder_ids'],
    [
      'names that do not fit',
      { name_on_card_printing_type: 2, order_count: 3, holder_ids: [1, 2] },
      'parameters-error',
      'holder_ids',
    ],
    ['an unknown way to print', { name_on_card_printing_type: 4 }, 'parameters-error', 'name_on_card_printing_type'],
    ['an unknown way to send', { shipping_method: 1 }, 'parameters-error', 'shipping_method'],
    ['nowhere to go', { delivery_address_id: UNKNOWN }, 'data-not-found', 'delivery address'],
    ['an unknown contact', { contact_id: UNKNOWN }, 'data-not-found', 'card contact'],
    ['no cards', { order_count: 0 }, 'parameters-error', 'order_count'],
    ['too many cards', { order_count: 101 }, 'parameters-error', 'order_count'],
  ]
  it.each(badOrders)('of physical cards with %s are refused', async (_name, changes, subCode, naming) => {
    const request = await physicalFields(changes)
    await refused(call('card/apply-physical', request), subCode, naming)
    await refused(call('card/query-apply-card-result', { order_no: request.order_no }), 'data-not-found')
  })

  it('go to addresses, which are listed as they were given', async () => {
    const { delivery_address_id } = await data('card/create-delivery-address', ADDRESS)
    const query = { delivery_address_id, ...given.ALL_TIME }
    const [row] = await rows('card/query-delivery-addresses', query)
    expect(row).toMatchObject({ ...ADDRESS, line2: '', delivery_address_id })
    expect(await rows('card/query-delivery-addresses', { ...query, delivery_address_id: UNKNOWN })).toEqual([])
    const page = await call('card/query-delivery-addresses', { ...given.ALL_TIME, page_size: 1, page_num: 999 })
    expect([page.data, Number(page.envelope.total) > 0]).toEqual([[], true])
    await refused(call('card/query-delivery-addresses', { delivery_address_id }), 'mandatory-data', 'start_date')
    await refused(
      call('card/create-delivery-address', { ...ADDRESS, city_name: 'b1' }),
      'parameters-error',
      'city_name',
    )
    await refused(call('card/create-delivery-address', { ...ADDRESS, line: null }), 'mandatory-data', 'line')
  })
})

describe('a card', () => {
  it('shows no secrets, except to an app that may see them', async () => {
    const { token: card_token, maskedPan } = await given.newCard(issuer)
    const masked = await data('card/query-card-info', { card_token })
    expect(masked).toMatchObject({ card_pan: maskedPan, cvv: null, acs_password: null, pin: null, card_status: 3 })
    await operator.setApp(issuer, { showSensitive: true })
    try {
      await expect
        .poll(async () => (await data('card/query-card-info', { card_token })).cvv, { timeout: 10_000, interval: 250 })
        .toMatch(/^\d{3}$/)
      const shown = await data('card/query-card-info', { card_token })
      expect(String(shown.card_pan)).toMatch(/^\d{16}$/)
      expect(`${String(shown.card_pan).slice(0, 6)}******${String(shown.card_pan).slice(-4)}`).toBe(maskedPan)
    } finally {
      await operator.setApp(issuer, { showSensitive: false })
    }
    await refused(call('card/query-card-info', { card_token: '999999999999' }), 'data-not-found', 'card')
    await refused(call('card/query-card-info'), 'mandatory-data', 'card_token')
  })

  it('is blocked and unblocked, each once, with a reason', async () => {
    const card = await loadedCard()
    const { token: card_token } = card
    const status = async () => (await data('card/query-card-info', { card_token })).card_status
    await refused(call('card/unblock', { card_token, reason: 'test' }), 'invalid-card-status')
    await refused(call('card/block', { card_token }), 'mandatory-data', 'reason')
    await done('card/block', { card_token, reason: 'test' })
    expect([await status(), await given.purchase(issuer, card, '1.00')]).toEqual([4, 'card-not-active'])
    await refused(call('card/block', { card_token, reason: 'test' }), 'invalid-card-status')
    await done('card/unblock', { card_token, reason: 'test' })
    expect([await status(), await given.purchase(issuer, card, '1.00')]).toEqual([3, 'approved'])
  })

  it('that is lost can only be closed', async () => {
    const card = await loadedCard()
    const { token: card_token } = card
    await done('card/lost', { card_token })
    expect(await given.purchase(issuer, card, '1.00')).toBe('card-lost')
    await refused(call('card/lost', { card_token }), 'invalid-card-status')
    await refused(call('card/unblock', { card_token, reason: 'found' }), 'invalid-card-status')
    await done('card/revoke', { card_token })
    expect(await settledStatus(card)).toBe(6)
  })

  it('is closed at once when nothing is held, and its money goes back', async () => {
    const before = await fundingBalance()
    const card = await loadedCard('25.00')
    await done('card/revoke', { card_token: card.token })
    expect(await settledStatus(card)).toBe(6)
    expect([await fundingBalance(), (await balanceOf(card))?.balance]).toEqual([before, '0.00'])
    await refused(call('card/revoke', { card_token: card.token }), 'invalid-card-status')
    await refused(call('card/recharge', given.rechargeFields(issuer, card)), 'invalid-card-status')
  })

  it('with a hold is closing until that has cleared', async () => {
    const card = await loadedCard('25.00')
    const authorizationId = await simulatedPurchase(card, '10.00')
    await done('card/revoke', { card_token: card.token })
    expect((await data('card/query-card-info', { card_token: card.token })).card_status).toBe(7)
    expect(await given.purchase(issuer, card, '1.00')).toBe('card-not-active')
    expect(await balanceOf(card)).toMatchObject({ balance: '25.00', available_balance: '15.00', block_amount: '10.00' })
    const before = await fundingBalance()
    await operator.simulate(issuer, 'clearings', { authorizationId, amount: '10.00', final: true })
    expect(await settledStatus(card)).toBe(6)
    expect((await balanceOf(card))?.balance).toBe('0.00')
    expect(Number(await fundingBalance()) - Number(before)).toBeCloseTo(15, 2)
  })

  it('gets money and gives it back, but not what is held', async () => {
    const card = await loadedCard('20.00')
    await simulatedPurchase(card, '5.00')
    const back = (changes: Fields) =>
      call('card/recharge-return', {
        card_token: card.token,
        order_no: orderNo(),
        payee_account_num: issuer.fundingAccount,
        amount: '1.00',
        currency: 'USD',
        ...changes,
      })
    await refused(back({ amount: '15.01' }), 'insufficient-balance')
    await refused(back({ amount: '0.00' }), 'invalid-amount')
    await refused(back({ amount: '1.234' }), 'invalid-amount')
    await refused(back({ currency: 'EUR' }), 'parameters-error', 'currency')
    await refused(back({ payee_account_num: '999999999999' }), 'data-not-found', 'payee_account_num')
    await refused(back({ card_token: '999999999999' }), 'data-not-found', 'card')
    const repeated = orderNo()
    given.dataOf(issuer, await back({ amount: '15.00', order_no: repeated }))
    await refused(back({ order_no: repeated }), 'dublicate-order')
    expect(await balanceOf(card)).toMatchObject({ balance: '5.00', available_balance: '0.00' })
  })

  it('that is shared has no balance of its own', async () => {
    const card = await given.newCard(issuer, { is_share_card: true, shared_account_num: issuer.sharedAccount })
    await refused(call('card/recharge', given.rechargeFields(issuer, card)), 'parameters-error', 'share card')
    const shared = await fundingBalance(issuer.sharedAccount)
    expect(await balanceOf(card)).toMatchObject({ balance: shared, card_token: card.token, currency: 'USD' })
    await done('card/revoke', { card_token: card.token })
    expect(await settledStatus(card)).toBe(6)
    expect(await fundingBalance(issuer.sharedAccount)).toBe(shared)
  })
})

describe('limits', () => {
  it('have ceilings that are told and held', async () => {
    const ceilings = await data('card/query-default-limit', partner())
    expect(Object.keys(ceilings)).toEqual(['daily_transactions', 'single_amount', 'daily_amount', 'monthly_amount'])
    const { token: card_token } = await given.newCard(issuer)
    const limit = { ...given.LIMIT, card_token }
    for (const [field, ceiling] of Object.entries(ceilings)) {
      const above = typeof ceiling === 'number' ? ceiling + 1 : (Number(ceiling) + 0.01).toFixed(2)
      await refused(call('card/create-limit', { ...limit, [field]: above }), 'exceed-amount-limit')
    }
    await data('card/create-limit', { ...limit, ...ceilings })
    await refused(call('card/create-limit', limit), 'dublicate-data')
    await refused(call('card/query-default-limit'), 'mandatory-data', 'partner_id')
    await refused(
      call('card/query-default-limit', { ...partner(), card_bin: '411111' }),
      'parameters-error',
      'card_bin',
    )
  })

  it('are replaced, and what was used counts against the new values', async () => {
    const card = await loadedCard()
    const limitId = await given.newLimit(issuer, card)
    await simulatedPurchase(card, '30.00')
    const update = { ...given.LIMIT, limit_id: limitId, card_token: card.token, daily_amount: '40.00' }
    await done('card/update-limit', update)
    expect(await given.purchase(issuer, card, '10.01')).toBe('daily-amount-exceeded')
    await refused(call('card/update-limit', { ...update, limit_id: UNKNOWN }), 'data-not-found')
    await refused(call('card/update-limit', { ...update, card_token: '999999999999' }), 'data-not-found')
  })

  it('tell what is used and what is left', async () => {
    const card = await loadedCard()
    const before = await data('card/query-remaining-limit', { card_token: card.token })
    expect(before).toMatchObject({
      daily_used_amount: '0.00',
      daily_remaining_amount: null,
      total_remaining_limit: null,
    })
    await given.newLimit(issuer, card)
    await simulatedPurchase(card, '30.00')
    await simulatedPurchase(card, '12.50')
    const remaining = await data('card/query-remaining-limit', { card_token: card.token, stat_date: today() })
    expect(remaining).toEqual({
      card_token: card.token,
      account_num: card.maskedPan,
      daily_used_transactions: 2,
      daily_used_amount: '42.50',
      monthly_used_amount: '42.50',
      total_used_amount: '42.50',
      daily_remaining_transactions: 98,
      daily_remaining_amount: '157.50',
      monthly_remaining_amount: '257.50',
      total_remaining_amount: '357.50',
      total_remaining_limit: '357.50',
    })
    const past = await data('card/query-remaining-limit', { card_token: card.token, stat_date: '2020-01-01' })
    expect(past).toMatchObject({ total_used_amount: '0.00', daily_remaining_transactions: 100 })
    await refused(call('card/query-remaining-limit', { card_token: '999999999999' }), 'data-not-found', 'card')
    const wrong = { card_token: card.token, stat_date: '2026-02-30' }
    await refused(call('card/query-remaining-limit', wrong), 'parameters-error', 'stat_date')
  })
})

describe('history', () => {
  it('shows a card from its first load to its closing', async () => {
    const card = await loadedCard('20.00')
    const recharge = given.rechargeFields(issuer, card, { amount: '5.00', reference: 'remark' })
    const { transaction_id: rechargeId } = await data('card/recharge', recharge)
    const authorizationId = await simulatedPurchase(card, '3.00')
    await operator.simulate(issuer, 'clearings', { authorizationId, amount: '3.00', final: true })
    await operator.simulate(issuer, 'refunds', { authorizationId, amount: '1.00' })
    await done('card/revoke', { card_token: card.token })
    const query = { card_token: card.token, ...thisDay() }
    const shown = await rows('card/query-card-transactions', query)
    expect(shown.map(row => [row.transaction_type, row.bill_amount, row.balance])).toEqual([
      [125, '-23.00', '0.00'],
      [155, '1.00', '23.00'],
      [152, '-3.00', '22.00'],
      [122, '5.00', '25.00'],
      [131, '20.00', '20.00'],
    ])
    expect(shown[2]).toMatchObject({
      merchant_info: 'Test Merchant',
      account_num: card.maskedPan,
      account_name: 'fu hello',
    })
    const partnerSide = await rows('partner/query-transactions', query)
    expect(partnerSide.map(row => [row.transaction_type, row.bill_amount])).toEqual([
      [126, '23.00'],
      [121, '-5.00'],
      [131, '-20.00'],
    ])
    expect(partnerSide[1]).toMatchObject({
      transaction_id: rechargeId,
      related_transaction_id: shown[3]?.transaction_id,
      order_no: recharge.order_no,
      account_token: `${issuer.fundingAccount}01`,
      account_num: `${issuer.fundingAccount.slice(0, 6)}******${issuer.fundingAccount.slice(-4)}`,
      transaction_desc: 'remark',
    })
    const byOrder = await data('card/query-card-transaction-detail', { order_no: recharge.order_no })
    expect(byOrder).toEqual(shown[3])
    const { transaction_id } = byOrder
    expect(await data('card/query-card-transaction-detail', { transaction_id })).toEqual(byOrder)
    expect(await data('card/query-card-transaction-detail', { transaction_id: rechargeId })).toMatchObject({
      transaction_type: 121,
      bill_amount: '-5.00',
    })
    await refused(call('card/query-card-transaction-detail', { transaction_id, order_no: orderNo() }), 'data-not-found')
    await refused(call('card/query-card-transaction-detail', { transaction_id: 'abc' }), 'data-not-found')
    await refused(call('card/query-card-transaction-detail'), 'mandatory-data', 'order_no')
  })

  it('shows a purchase in another currency with the rate at which it was billed', async () => {
    const card = await loadedCard('20.00')
    const purchase = { cardToken: card.token, amount: '7.12', currency: 'CNY', billingAmount: '1.00' }
    const { authorizationId } = await operator.simulate(issuer, 'authorizations', purchase)
    const clearing = { authorizationId, amount: '7.12', currency: 'CNY', billingAmount: '1.00', final: true }
    await operator.simulate(issuer, 'clearings', clearing)
    const [row] = await rows('card/query-card-transactions', { card_token: card.token, ...thisDay() })
    expect(row).toMatchObject({
      bill_amount: '-1.00',
      bill_currency: 'USD',
      transaction_amount: '-7.12',
      transaction_currency: 'CNY',
      // 1.00 / 7.12 = 0.140449…
      exchange_rate: '0.1404',
    })
    const [settlement] = await given.authorizationsOf(issuer, card, { data_type: 'cardSettlement' })
    expect(settlement?.base_exchange_rate).toBe('0.140449')
  })

  it('keeps to its filters, its page and its days', async () => {
    const card = await loadedCard('20.00')
    for (let i = 0; i < 3; i++) await data('card/recharge', given.rechargeFields(issuer, card, { amount: '1.00' }))
    const query = { card_token: card.token, ...thisDay() }
    const count = async (changes: Fields) =>
      (await call('card/query-card-transactions', { ...query, ...changes })).envelope.total
    expect(await count({})).toBe(4)
    expect(await count({ transaction_type: 122 })).toBe(3)
    expect(await count({ transaction_type: '111' })).toBe(0)
    expect(await count({ transaction_status: 1 })).toBe(4)
    expect(await count({ transaction_status: 2 })).toBe(0)
    expect(await count({ currency: 'EUR' })).toBe(0)
    expect(await count({ card_token: '999999999999' })).toBe(0)
    const page = await call('card/query-card-transactions', { ...query, page_size: 3, page_num: 2 })
    expect([given.rowsOf(issuer, page).length, page.envelope.total]).toEqual([1, 4])
    const days = (start_date: string, end_date: string) =>
      call('card/query-card-transactions', { ...query, start_date, end_date })
    given.rowsOf(issuer, await days(dayFromNow(-31), today()))
    await refused(days(dayFromNow(-32), today()), 'parameters-error', 'end_date')
    await refused(days(today(), dayFromNow(-1)), 'parameters-error', 'start_date')
    await refused(days('2026-02-30', today()), 'parameters-error', 'start_date')
    await refused(call('card/query-card-transactions', { card_token: card.token }), 'mandatory-data', 'start_date')
    await refused(call('card/query-card-transactions', { ...query, transaction_type: 3 }), 'parameters-error')
    await refused(call('card/query-card-transactions', { ...query, page_size: 31 }), 'parameters-error', 'page_size')
  })

  it('has rows of all three data types, which name the authorization they follow', async () => {
    const card = await loadedCard('50.00')
    const [cleared, lapsed] = [await simulatedPurchase(card, '10.00'), await simulatedPurchase(card, '7.00')]
    await operator.simulate(issuer, 'clearings', { authorizationId: cleared, amount: '10.00', final: true })
    await operator.simulate(issuer, 'expiries', { authorizationId: lapsed })
    const shown = await given.authorizationsOf(issuer, card)
    expect(shown.map(row => [row.data_type, row.original_auth_id, row.bill_amount, row.transaction_type])).toEqual([
      ['cardAuthorizationExpired', lapsed, '7.00', 154],
      ['cardSettlement', cleared, '-10.00', 152],
      ['cardAuthorization', null, '-7.00', 151],
      ['cardAuthorization', null, '-10.00', 151],
    ])
    for (const data_type of ['cardAuthorization', 'cardSettlement', 'cardAuthorizationExpired']) {
      const some = await given.authorizationsOf(issuer, card, { data_type })
      expect(some.map(row => row.data_type)).toEqual(some.map(() => data_type))
      expect(some.length).toBeGreaterThan(0)
    }
  })
})

describe('issuing accounts', () => {
  const transferFields = (changes: Fields = {}): Fields => ({
    order_no: orderNo(),
    payment_account_num: issuer.fundingAccount,
    receive_account_num: issuer.sharedAccount,
    amount: '10',
    currency: 'USD',
    ...changes,
  })

  it('have balances, by the numbers of twelve and of fourteen digits', async () => {
    const all = await rows('partner/query-balance', partner())
    expect(all.map(row => row.account_num)).toContain(`${issuer.fundingAccount}01`)
    for (const row of all) {
      expect(Number(row.balance)).toBeCloseTo(Number(row.available_balance) + Number(row.block_amount), 2)
    }
    const byToken = await rows('partner/query-balance', { ...partner(), account_num: `${issuer.fundingAccount}01` })
    expect(byToken).toHaveLength(1)
    expect(await rows('partner/query-balance', { ...partner(), account_num: 'nothing' })).toEqual([])
    await refused(call('partner/query-balance'), 'mandatory-data', 'partner_id')
    await refused(call('partner/query-balance', { partner_id: '12345678901234567' }), 'invalid-account')
  })

  it('pass money on, and both sides are in the ledger', async () => {
    const request = transferFields()
    const { transaction_id: outId } = await data('partner/transfer', request)
    const sides = await rows('partner/query-transactions', { order_no: request.order_no, ...thisDay() })
    expect(sides.map(row => [row.transaction_type, row.bill_amount])).toEqual([
      [112, '10.00'],
      [111, '-10.00'],
    ])
    expect(sides[1]).toMatchObject({ transaction_id: outId, related_transaction_id: sides[0]?.transaction_id })
    const account_num = issuer.sharedAccount
    const received = await rows('partner/query-transactions', { order_no: request.order_no, account_num, ...thisDay() })
    expect(received.map(row => row.transaction_type)).toEqual([112])
  })

  const badTransfers: [string, Fields, string, string | undefined][] = [
    ['nothing', { amount: '0' }, 'invalid-amount', undefined],
    ['a fraction of a cent', { amount: '0.001' }, 'invalid-amount', undefined],
    ['more than there is', { amount: '9000000000000' }, 'insufficient-balance', undefined],
    ['another currency', { currency: 'EUR' }, 'parameters-error', 'currency'],
    ['no currency', { currency: 'XXQ' }, 'parameters-error', 'currency'],
    ['from nowhere', { payment_account_num: '999999999999' }, 'data-not-found', 'payment_account_num'],
    ['to nowhere', { receive_account_num: '999999999999' }, 'data-not-found', 'receive_account_num'],
    ['without a payee', { receive_account_num: null }, 'mandatory-data', 'receive_account_num'],
  ]
  it.each(badTransfers)('do not pass on %s', async (_name, changes, subCode, naming) => {
    const before = await fundingBalance()
    await refused(call('partner/transfer', transferFields(changes)), subCode, naming)
    expect(await fundingBalance()).toBe(before)
  })

  it('do not pay themselves, and pay an order once', async () => {
    const receive_account_num = issuer.fundingAccount
    await refused(
      call('partner/transfer', transferFields({ receive_account_num })),
      'parameters-error',
      'receive_account_num',
    )
    const request = transferFields()
    await data('partner/transfer', request)
    await refused(call('partner/transfer', request), 'dublicate-order')
  })

  const depositFields = (changes: Fields = {}): Fields => ({
    order_no: orderNo(),
    pay_amount: '48',
    pay_currency: 'USD',
    topup_currency: 'USD',
    payment: { account_num: 'DE89370400440532013000', bank_name: 'Test Bank', arrive_date: today() },
    ...changes,
  })

  it('are credited with a deposit when the operator has seen the money', async () => {
    const topup_account_num = String((await operator.openAccount(issuer, 'partner-funding', 'USD')).accountId)
    const request = depositFields({ topup_account_num })
    const created = await data('partner/create-topup', request)
    expect(created).toEqual({ order_id: created.topup_id, topup_id: created.topup_id, order_no: request.order_no })
    const result = () => data('partner/query-topup-result', { order_no: request.order_no })
    expect(await result()).toMatchObject({ order_status: 4, pay_amount: '48.00', topup_amount: '48.00' })
    expect(await fundingBalance(topup_account_num)).toBe('0.00')
    await operator.confirmDeposit(issuer, created.topup_id)
    expect(await result()).toMatchObject({ order_status: 1 })
    expect(await fundingBalance(topup_account_num)).toBe('48.00')
    const [row] = await rows('partner/query-transactions', { order_no: request.order_no, ...thisDay() })
    expect(row).toMatchObject({ transaction_type: 100, bill_amount: '48.00', card_token: null })
  })

  it('are credited in their own currency, with what the operator says', async () => {
    const request = depositFields({ topup_currency: 'HKD' })
    const { topup_id } = await data('partner/create-topup', request)
    const result = () => data('partner/query-topup-result', { order_no: request.order_no })
    expect(await result()).toMatchObject({ topup_currency: 'HKD', topup_amount: null })
    await operator.confirmDeposit(issuer, topup_id, { amount: '375.60', currency: 'HKD' })
    expect(await result()).toMatchObject({ order_status: 1, topup_amount: '375.60' })
  })

  it('get nothing of a deposit that never came', async () => {
    const request = depositFields()
    const { topup_id } = await data('partner/create-topup', request)
    await operator.rejectDeposit(issuer, topup_id)
    expect(await data('partner/query-topup-result', { order_no: request.order_no })).toMatchObject({ order_status: 8 })
  })

  it('take no deposit that makes no sense', async () => {
    await refused(call('partner/create-topup', depositFields({ pay_amount: '-1' })), 'invalid-amount')
    await refused(
      call('partner/create-topup', depositFields({ pay_currency: 'QQQ' })),
      'parameters-error',
      'pay_currency',
    )
    await refused(
      call('partner/create-topup', depositFields({ topup_currency: null })),
      'mandatory-data',
      'topup_currency',
    )
    await refused(
      call('partner/create-topup', depositFields({ topup_account_num: '999999999999' })),
      'data-not-found',
      'topup_account_num',
    )
    await refused(
      call('partner/create-topup', depositFields({ topup_account_num: issuer.fundingAccount, topup_currency: 'HKD' })),
      'parameters-error',
      'topup_currency',
    )
    const request = depositFields()
    await data('partner/create-topup', request)
    await refused(call('partner/create-topup', request), 'dublicate-order')
    await refused(call('partner/query-topup-result', { order_no: orderNo() }), 'data-not-found', 'order')
  })
})

describe('a request that changes something', () => {
  const changing: [string, () => Fields | Promise<Fields>][] = [
    ['holder/create', () => given.holderFields()],
    ['card/apply', async () => given.applicationFields(await given.newHolder(issuer))],
    ['card/recharge', async () => given.rechargeFields(issuer, await given.newCard(issuer))],
    ['card/block', async () => ({ card_token: (await given.newCard(issuer)).token, reason: 'test' })],
    ['card/revoke', async () => ({ card_token: (await given.newCard(issuer)).token })],
    [
      'partner/transfer',
      () => ({
        order_no: orderNo(),
        payment_account_num: issuer.fundingAccount,
        receive_account_num: issuer.sharedAccount,
        amount: '1',
        currency: 'USD',
      }),
    ],
  ]
  it.each(changing)('%s is done once per request_id and answered alike ever after', async (path, make) => {
    const business = JSON.stringify(await make())
    const request_id = newRequestId()
    const send = (text: string) => issuer.pagsmile.send(`/issuing/${path}`, issuer.pagsmile.seal(text, { request_id }))
    const first = await send(business)
    expect(first.status, given.shown(first)).toBe(200)
    const [again, together] = await Promise.all([send(business), send(business)])
    expect([again.data, together.data]).toEqual([first.data, first.data])
    expect([again.envelope.code, together.envelope.code]).toEqual(['10000', '10000'])
    given.expectRefusal(await send('{"other":1}'), { code: '40002', subCode: 'duplicate-request' })
  })

  it('and is refused leaves its request_id free', async () => {
    const request_id = newRequestId()
    const { token: card_token } = await given.newCard(issuer)
    const send = (path: string) =>
      issuer.pagsmile.send(
        `/issuing/card/${path}`,
        issuer.pagsmile.seal(JSON.stringify({ card_token, reason: 'test' }), { request_id }),
      )
    await refused(send('unblock'), 'invalid-card-status')
    given.expectDone(await send('block'))
  })
})

describe('what belongs to another partner', () => {
  it('does not exist, whichever call asks for it', async () => {
    const other = await operator.newPartner(issuer)
    const card = await loadedCard()
    const limit_id = await given.newLimit(issuer, card)
    const contact_id = await given.newContact(issuer)
    const { token: card_token, holderId: holder_id } = card
    const application = given.applicationFields(holder_id)
    await data('card/apply', application)
    const deposit = { order_no: orderNo(), pay_amount: '5.00', pay_currency: 'USD', topup_currency: 'USD' }
    await data('partner/create-topup', deposit)
    const transferFields = (payment_account_num: string, receive_account_num: string) => ({
      payment_account_num,
      receive_account_num,
      amount: '1.00',
      currency: 'USD',
    })
    const reason = 'test'
    const asOther = (path: string, business: Fields) => other.pagsmile.call(`/issuing/${path}`, business)
    const unknown: [string, Fields][] = [
      ['holder/query', { holder_id }],
      ['holder/update', { ...given.holderFields(), holder_id }],
      ['card/apply', given.applicationFields(holder_id)],
      ['card/query-card-info', { card_token }],
      ['card/query-card-balance', { card_token }],
      ['card/query-remaining-limit', { card_token }],
      ['card/query-limit', { limit_id }],
      ['card/update-limit', { ...given.LIMIT, limit_id, card_token }],
      ['card/create-limit', { ...given.LIMIT, card_token }],
      ['card/block', { card_token, reason }],
      ['card/unblock', { card_token, reason }],
      ['card/lost', { card_token }],
      ['card/revoke', { card_token }],
      ['card/bind-holder', { card_token, holder_id }],
      ['card/recharge', given.rechargeFields(other, card)],
      ['card/recharge', given.rechargeFields(issuer, card)],
      ['card/query-apply-card-result', { order_no: application.order_no }],
      ['card/query-card-transaction-detail', { order_no: application.order_no }],
      ['partner/query-topup-result', { order_no: deposit.order_no }],
      ['partner/transfer', { ...deposit, ...transferFields(other.fundingAccount, issuer.fundingAccount) }],
      ['partner/transfer', { ...deposit, ...transferFields(issuer.fundingAccount, other.fundingAccount) }],
    ]
    for (const [path, business] of unknown) {
      const answer = await asOther(path, business)
      expect([path, answer.status, answer.envelope.sub_code]).toEqual([path, 400, 'data-not-found'])
    }
    const empty: [string, Fields][] = [
      ['card/query-contacts', { contact_id, ...given.ALL_TIME }],
      ['card/query-card-transactions', { card_token, ...thisDay() }],
      ['partner/query-transactions', { card_token, ...thisDay() }],
      ['card/query-card-authorizations', { card_token, ...given.aroundNow() }],
    ]
    for (const [path, business] of empty) {
      const answer = await asOther(path, business)
      expect([path, answer.data, answer.envelope.total]).toEqual([path, [], 0])
    }
    expect((await data('card/query-card-info', { card_token })).card_status).toBe(3)
  })
})

describe('an app', () => {
  it('of a partner that is disabled is told so before anything is decrypted, until it is enabled again', async () => {
    const other = await operator.newPartner(issuer)
    await operator.disablePartner(other)
    const sealed = other.pagsmile.seal('{}', { random_key: 'nonsense' })
    await refused(other.pagsmile.send('/issuing/card/query-limit', sealed), 'merchant-status-abnormal')
    await operator.enablePartner(other)
    const asked = await given.eventually(
      () => other.pagsmile.call('/issuing/card/query-limit', {}),
      ({ envelope }) => envelope.sub_code !== 'merchant-status-abnormal',
    )
    await refused(asked, 'mandatory-data')
  })

  it('without the key of its merchant is told so before anything is decrypted', async () => {
    const other = await operator.newPartner(issuer, 'without a key')
    const sealed = other.pagsmile.seal('{}', { random_key: 'nonsense' })
    await refused(other.pagsmile.send('/issuing/card/query-limit', sealed), 'missing-signature-config')
  })

  it('that fails to be decrypted over and over has to wait, and others do not', async () => {
    const other = await operator.newPartner(issuer)
    const broken = other.pagsmile.seal('{}', { random_key: randomBytes(256).toString('base64') })
    const send = () => other.pagsmile.send('/issuing/card/query-limit', broken)
    let last = await send()
    for (let sent = 1; last.status === 400 && sent < 2_000; sent++) last = await send()
    given.expectRefusal(last, { status: 429, code: '40002', subCode: 'too-many-requests' })
    given.expectRefusal(await other.pagsmile.call('/issuing/card/query-limit', {}), {
      status: 429,
      code: '40002',
      subCode: 'too-many-requests',
    })
    await refused(call('card/query-limit'), 'mandatory-data')
  })
})
