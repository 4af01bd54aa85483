/**
 * Every documented example, sent to a running server with its own request fields. What must be of this server (keys, ids,
 * numbers that may be used once) is put in its place; the answer must look like the documented one, key by key.
 */
import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newRequestId, type PagsmileAnswer } from '../../../demo/pagsmile-client.ts'
import { differences, type Golden, isRecord, readGolden } from '../golden.ts'
import type { Fields, Issuer, TestCard } from '../issuer.ts'
import * as given from '../issuer.ts'
import * as operator from './operator.ts'

let issuer: Issuer
let card: TestCard
let limitId: number
let depositNo: string
let loadNo: string

beforeAll(async () => {
  issuer = await given.startIssuer()
  card = await given.newCard(issuer, { initial_balance: '50.00', pay_account_num: issuer.fundingAccount })
  limitId = await given.newLimit(issuer, card)
}, given.START_MS_MAX)

afterAll(() => given.stopIssuer(issuer), given.START_MS_MAX)

const partner = () => ({ partner_id: issuer.credentials.pagsmile.partnerId })
const onCard = () => ({ card_token: card.token })
const newNo = () => newRequestId().slice(0, 32)
const newIdNo = () => String(randomInt(1_000_000, 10_000_000))
const today = () => new Date().toISOString().slice(0, 10)
const thisDay = () => ({ start_date: today(), end_date: today() })

/** Sends an example; `business` replaces what must be of this server. */
async function send(golden: Golden, business: Fields): Promise<PagsmileAnswer> {
  const {
    biz_data,
    random_key: _ours,
    app_id: _app,
    partner_id: _partner,
    request_id: _used,
    ...outer
  } = golden.request.body
  const fields = isRecord(biz_data) ? biz_data : {}
  return issuer.pagsmile.send(
    golden.request.path,
    issuer.pagsmile.seal(JSON.stringify({ ...fields, ...business }), outer),
  )
}

/** What keeps an answer from looking like the example's; how many rows match is not part of its form. */
function unlike({ response }: Golden, { envelope, data }: PagsmileAnswer, additional: string[] = []): string[] {
  const { data: example, total: _rows, ...outer } = response.body
  const { data: _sealed, total, ...received } = envelope
  const wrong = differences(outer, received, [], 'body')
  if (example === undefined) return total === undefined ? wrong : [...wrong, 'body.total: not in the example']
  return [...wrong, ...differences(1, total, [], 'body.total'), ...differences(example, data, additional)]
}

type Example = {
  readonly name: string
  /** what must be of this server; may prepare it */
  readonly business: () => Fields | Promise<Fields>
  /** keys that answers have besides those of the example */
  readonly more?: string[]
  /** a value that is of another form here, and of the documented one everywhere else */
  readonly otherForm?: string
}

async function physicalCard(changes: Fields = {}): Promise<Fields> {
  const to = await issuer.pagsmile.call('/issuing/card/create-delivery-address', DELIVERY_ADDRESS)
  const answer = await issuer.pagsmile.call('/issuing/card/apply-physical', {
    order_no: newNo(),
    card_scheme: 3,
    card_type: 4,
    card_bin: '658704',
    name_on_card_printing_type: 3,
    shipping_method: 2,
    delivery_address_id: given.dataOf(issuer, to).delivery_address_id,
    ...changes,
  })
  return given.dataOf(issuer, answer)
}

const DELIVERY_ADDRESS = {
  first_name: 'xxe',
  last_name: 'xxxx',
  mobile: '+861234789999',
  email: '122@12.com',
  line: 'line11111111111111',
  line2: '',
  postal_code: '25115',
  city_name: 'bbbb',
  state: 'proident enim',
  country_code: 'BR',
}

async function tokenOf({ order_no: orderNo, card_id: cardId }: Fields): Promise<unknown> {
  await operator.produceCard(issuer, cardId)
  const result = await issuer.pagsmile.call('/issuing/card/query-apply-card-result', { order_no: orderNo })
  return given.dataOf(issuer, result).card_token
}

const APPLICATION_MORE = ['pay_account_num', 'initial_balance', 'card_remark']

const EXAMPLES: readonly Example[] = [
  { name: 'holder-create', business: () => ({ id_no: newIdNo() }) },
  {
    name: 'holder-query',
    business: async () => {
      const created = await issuer.pagsmile.call('/issuing/holder/create', given.holderFields({ id_no: newIdNo() }))
      return { holder_id: String(given.dataOf(issuer, created).holder_id) }
    },
  },
  { name: 'holder-upload-document', business: () => ({ holder_id: card.holderId }) },
  {
    name: 'holder-create-corporation',
    business: async () => ({ corporation: { ...(await corporation()), registration_code: newIdNo() } }),
  },
  {
    name: 'holder-query-corpoation',
    business: async () => {
      const registration_code = `R${newIdNo()}`
      const golden = await readGolden('pagsmile-holder-create-corporation')
      const created = await send(golden, { corporation: { ...(await corporation()), registration_code } })
      return { holder_id: given.dataOf(issuer, created).holder_id }
    },
  },
  { name: 'query-available-card-bins', business: partner },
  {
    name: 'apply',
    business: async () => ({
      order_no: newNo(),
      holder_id: await given.newHolder(issuer),
      pay_account_num: issuer.fundingAccount,
    }),
    more: APPLICATION_MORE,
  },
  {
    name: 'apply-physical',
    business: async () => {
      const to = await issuer.pagsmile.call('/issuing/card/create-delivery-address', DELIVERY_ADDRESS)
      return {
        order_no: newNo(),
        holder_ids: [await given.newHolder(issuer)],
        delivery_address_id: given.dataOf(issuer, to).delivery_address_id,
      }
    },
    more: APPLICATION_MORE,
  },
  { name: 'query-apply-card-result', business: async () => ({ order_no: (await physicalCard()).order_no }) },
  {
    name: 'bind-holder',
    business: async () => ({
      card_token: await tokenOf(await physicalCard()),
      holder_id: await given.newHolder(issuer),
    }),
  },
  { name: 'create-delivery-address', business: () => ({}) },
  {
    name: 'query-delivery-addresses',
    business: async () => {
      const to = await issuer.pagsmile.call('/issuing/card/create-delivery-address', DELIVERY_ADDRESS)
      return { delivery_address_id: given.dataOf(issuer, to).delivery_address_id, ...given.ALL_TIME }
    },
  },
  { name: 'query-card-info', business: onCard },
  { name: 'query-card-balance', business: onCard },
  { name: 'recharge', business: () => ({ ...onCard(), order_no: newNo(), pay_account_num: issuer.fundingAccount }) },
  {
    name: 'recharge-return',
    business: () => ({ ...onCard(), order_no: newNo(), payee_account_num: issuer.fundingAccount }),
  },
  { name: 'block', business: async () => ({ card_token: (await given.newCard(issuer)).token }) },
  {
    name: 'unblock',
    business: async () => {
      const { token } = await given.newCard(issuer)
      await issuer.pagsmile.call('/issuing/card/block', { card_token: token, reason: 'test' })
      return { card_token: token }
    },
  },
  { name: 'lost', business: async () => ({ card_token: (await given.newCard(issuer)).token }) },
  { name: 'revoke', business: async () => ({ card_token: (await given.newCard(issuer)).token }) },
  { name: 'query-default-limit', business: partner },
  { name: 'create-limit', business: async () => ({ card_token: Number((await given.newCard(issuer)).token) }) },
  { name: 'update-limit', business: () => ({ ...onCard(), limit_id: limitId }) },
  { name: 'query-remaining-limit', business: onCard },
  {
    name: 'query-card-transactions',
    business: async () => {
      loadNo = newNo()
      await issuer.pagsmile.call('/issuing/card/recharge', given.rechargeFields(issuer, card, { order_no: loadNo }))
      return { ...onCard(), order_no: loadNo, ...thisDay() }
    },
  },
  {
    name: 'query-card-transaction-detail',
    business: async () => {
      const list = await issuer.pagsmile.call('/issuing/card/query-card-transactions', {
        order_no: loadNo,
        ...thisDay(),
      })
      return { transaction_id: given.rowsOf(issuer, list)[0]?.transaction_id }
    },
  },
  { name: 'partner-query-balance', business: partner },
  { name: 'partner-query-transactions', business: () => ({ order_no: loadNo, ...thisDay() }) },
  {
    name: 'partner-create-topup',
    business: () => {
      depositNo = newNo()
      return { order_no: depositNo }
    },
  },
  { name: 'partner-query-topup-result', business: () => ({ order_no: depositNo }) },
  {
    name: 'partner-transfer',
    business: () => ({
      order_no: newNo(),
      payment_account_num: issuer.fundingAccount,
      receive_account_num: issuer.sharedAccount,
    }),
    // six digits here, twelve in every other example
    otherForm: 'data.transaction_id',
  },
]

async function corporation(): Promise<Fields> {
  const golden = await readGolden('pagsmile-holder-create-corporation')
  const { biz_data: business } = golden.request.body
  return isRecord(business) && isRecord(business.corporation) ? business.corporation : {}
}

describe('the documented example of', () => {
  it.each(EXAMPLES)(
    '$name is accepted and answered as documented',
    async ({ name, business, more = [], otherForm }) => {
      const golden = await readGolden(`pagsmile-${name}`)
      const answer = await send(golden, await business())
      expect(answer.status, given.shown(answer)).toBe(golden.response.status)
      const wrong = unlike(golden, answer, more).filter(line => otherForm === undefined || !line.startsWith(otherForm))
      expect(wrong, given.shown(answer)).toEqual([])
    },
  )
})
