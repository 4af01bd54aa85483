import { describe, expect, test } from 'vitest'
import { isJsonObject, type JsonObject, type JsonValue } from '../../http/strict-json.ts'
import { APPLY } from './applications.ts'
import { QUERY_AUTHORIZATIONS } from './authorizations.ts'
import type { Call } from './call.ts'
import { CREATE_HOLDER } from './cardholders.ts'
import { RECHARGE } from './cards.ts'
import { reader } from './check.ts'
import { CREATE_CONTACT, QUERY_CONTACTS } from './contacts.ts'
import { PagsmileError } from './errors.ts'
import { CREATE_LIMIT, QUERY_LIMIT } from './limits.ts'

const CONTACT = { first_name: 'xxe', last_name: 'xxxx', mobile: '+861234789999', email: '122@12.com' }
const LIST = { start_date: '2024-01-06 00:00:00', end_date: '2025-09-12 00:00:00' }
const LIMIT = {
  daily_transactions: 100,
  single_amount: '1000.00',
  daily_amount: '5000.00',
  monthly_amount: '20000.00',
}
const TOKEN_LIMIT = { card_token: 450_620_141_926, ...LIMIT }
const HOLDER = {
  mobile: '8512345679',
  first_name: 'fu',
  last_name: 'hello',
  id_no: '7234559',
  id_type: 1,
  issuance_date: '2020-01-01',
  expires_on: '2030-01-01',
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
}
const APPLICATION = {
  order_no: 'E1d6c70E-FcFB-8dFf-',
  card_scheme: 3,
  card_type: 3,
  card_bin: '658704',
  is_share_card: false,
  pay_account_num: '104190000004',
  initial_balance: '1.00',
  card_remark: null,
  card_limit: LIMIT,
  holder_id: 103_006,
}
const RECHARGE_ORDER = {
  card_token: '450620141926',
  order_no: 'fE2E44c2-A4cF-C4Fc-40d6-Ee493262',
  pay_account_num: '104190000004',
  amount: '1.23',
  currency: 'USD',
  reference: 'remark',
}

/** What the schema of a call makes of business data: `ok`, or the refusal. */
function outcome(call: Call, bizData: JsonObject): string {
  try {
    reader(call.bizData)(bizData)
    return 'ok'
  } catch (error) {
    if (error instanceof PagsmileError) return error.message
    throw error
  }
}

/** `{ 'address.line': x }` replaces a nested field; undefined removes a field. */
function changed(bizData: JsonObject, changes: Record<string, JsonValue | undefined>): JsonObject {
  const copy: Record<string, JsonValue> = { ...bizData }
  for (const [path, value] of Object.entries(changes)) {
    const [head = '', ...rest] = path.split('.')
    const inner = copy[head]
    if (rest.length > 0) {
      copy[head] = changed(inner !== undefined && isJsonObject(inner) ? inner : {}, { [rest.join('.')]: value })
    } else if (value === undefined) delete copy[head]
    else copy[head] = value
  }
  return copy
}

const long = (count: number) => 'a'.repeat(count)

type Row = [call: Call, base: JsonObject, changes: Record<string, JsonValue | undefined>, expected: string]

const titled = (rows: Row[]) =>
  rows.map(([call, base, changes, expected]) => [call.path, changes, expected, call, base] as const)

describe('missing, null, empty and blank required fields', () => {
  const rows: Row[] = []
  const required: [Call, JsonObject, string[]][] = [
    [CREATE_CONTACT, CONTACT, ['first_name', 'last_name', 'mobile', 'email']],
    [QUERY_CONTACTS, LIST, ['start_date', 'end_date']],
    [QUERY_AUTHORIZATIONS, LIST, ['start_date', 'end_date']],
    [
      CREATE_LIMIT,
      TOKEN_LIMIT,
      ['card_token', 'daily_transactions', 'single_amount', 'daily_amount', 'monthly_amount'],
    ],
    [RECHARGE, RECHARGE_ORDER, ['pay_account_num', 'card_token', 'order_no', 'amount', 'currency']],
    [APPLY, APPLICATION, ['order_no', 'card_scheme', 'card_type', 'card_limit.single_amount']],
    [
      CREATE_HOLDER,
      HOLDER,
      [
        'mobile',
        'first_name',
        'last_name',
        'id_no',
        'id_type',
        'email',
        'birthday',
        'nationality_code',
        'address',
        'address.line',
        'address.postal_code',
        'address.city_name',
        'address.state',
        'address.country_code',
      ],
    ],
  ]
  for (const [call, base, fields] of required) {
    for (const field of fields) {
      for (const value of [undefined, null, '', '  \t']) {
        rows.push([call, base, { [field]: value }, `mandatory-data: ${field} is required`])
      }
    }
  }
  test.each(titled(rows))('%s %j: %s', (_path, changes, expected, call, base) => {
    expect(outcome(call, changed(base, changes))).toBe(expected)
  })
})

describe('what is accepted', () => {
  const rows: Row[] = [
    [CREATE_CONTACT, CONTACT, {}, 'ok'],
    [CREATE_CONTACT, CONTACT, { language: 'pt-BR', unknown: { deep: [1] } }, 'ok'],
    [CREATE_CONTACT, CONTACT, { language: '' }, 'ok'],
    [CREATE_CONTACT, CONTACT, { first_name: '😀'.repeat(64) }, 'ok'],
    [CREATE_CONTACT, CONTACT, { email: `${long(122)}@b.com` }, 'ok'],
    [QUERY_CONTACTS, LIST, { contact_id: '100017', page_num: '2', page_size: 30 }, 'ok'],
    [
      QUERY_AUTHORIZATIONS,
      LIST,
      { card_token: 450_620_141_926, transaction_type: '151', data_type: 'cardSettlement' },
      'ok',
    ],
    [CREATE_LIMIT, TOKEN_LIMIT, { daily_transactions: '99999', single_amount: '99999', total_amount: 48 }, 'ok'],
    [QUERY_LIMIT, {}, { limit_id: 100_848 }, 'ok'],
    [QUERY_LIMIT, {}, { limit_id: '100848', card_token: 1 }, 'ok'],
    [RECHARGE, RECHARGE_ORDER, { amount: 5, reference: null, pay_account_num: 104_190_000_004 }, 'ok'],
    [APPLY, APPLICATION, {}, 'ok'],
    [APPLY, APPLICATION, { card_limit: null, holder_id: '103006', initial_balance: '0', pay_account_num: '' }, 'ok'],
    [APPLY, APPLICATION, { card_scheme: '3', card_type: '1', initial_balance: '0.00' }, 'ok'],
    [APPLY, APPLICATION, { holder: HOLDER, holder_id: '' }, 'ok'],
    [CREATE_HOLDER, HOLDER, {}, 'ok'],
    [CREATE_HOLDER, HOLDER, { 'address.city_name': 'São Paulo', 'address.state': "Val-d'Oise" }, 'ok'],
    [CREATE_HOLDER, HOLDER, { gender: null, issuance_date: '', expires_on: null }, 'ok'],
  ]
  test.each(titled(rows))('%s %j: %s', (_path, changes, expected, call, base) => {
    expect(outcome(call, changed(base, changes))).toBe(expected)
  })
})

describe('what is refused', () => {
  const invalid = (field: string) => `parameters-error: invalid ${field}`
  const amount = 'invalid-amount: invalid amount'
  const rows: Row[] = [
    [CREATE_CONTACT, CONTACT, { first_name: long(65) }, invalid('first_name')],
    [CREATE_CONTACT, CONTACT, { first_name: 5 }, invalid('first_name')],
    [CREATE_CONTACT, CONTACT, { mobile: '+86 123' }, invalid('mobile')],
    [CREATE_CONTACT, CONTACT, { mobile: '1234' }, invalid('mobile')],
    [CREATE_CONTACT, CONTACT, { mobile: '1'.repeat(21) }, invalid('mobile')],
    [CREATE_CONTACT, CONTACT, { email: 'a@b@c' }, invalid('email')],
    [CREATE_CONTACT, CONTACT, { email: '@b' }, invalid('email')],
    [CREATE_CONTACT, CONTACT, { email: 'a@' }, invalid('email')],
    [CREATE_CONTACT, CONTACT, { email: `${long(123)}@b.com` }, invalid('email')],
    [CREATE_CONTACT, CONTACT, { language: 'english' }, invalid('language')],
    [CREATE_CONTACT, CONTACT, { first_name: 5, email: null }, 'mandatory-data: email is required'],
    [QUERY_CONTACTS, LIST, { contact_id: '1'.repeat(19) }, invalid('contact_id')],
    [QUERY_CONTACTS, LIST, { contact_id: -1 }, invalid('contact_id')],
    [QUERY_CONTACTS, LIST, { contact_id: 1.5 }, invalid('contact_id')],
    [QUERY_CONTACTS, LIST, { start_date: '2025-02-30 00:00:00' }, invalid('start_date')],
    [QUERY_CONTACTS, LIST, { end_date: '2025-02-03' }, invalid('end_date')],
    [QUERY_CONTACTS, LIST, { page_size: 31 }, invalid('page_size')],
    [QUERY_CONTACTS, LIST, { page_size: '31' }, invalid('page_size')],
    [QUERY_CONTACTS, LIST, { page_size: 0 }, invalid('page_size')],
    [QUERY_CONTACTS, LIST, { page_num: '0' }, invalid('page_num')],
    [QUERY_CONTACTS, LIST, { page_num: 9_007_199_254_740_991 }, invalid('page_num')],
    [QUERY_CONTACTS, LIST, { page_num: true }, invalid('page_num')],
    [QUERY_AUTHORIZATIONS, LIST, { data_type: 'cardRefund' }, invalid('data_type')],
    [QUERY_AUTHORIZATIONS, LIST, { transaction_type: 3 }, invalid('transaction_type')],
    [QUERY_AUTHORIZATIONS, LIST, { card_token: long(49) }, invalid('card_token')],
    [QUERY_AUTHORIZATIONS, LIST, { card_token: 0.5 }, invalid('card_token')],
    [CREATE_LIMIT, TOKEN_LIMIT, { daily_transactions: 0 }, invalid('daily_transactions')],
    [CREATE_LIMIT, TOKEN_LIMIT, { daily_transactions: 'many' }, invalid('daily_transactions')],
    [CREATE_LIMIT, TOKEN_LIMIT, { single_amount: '0' }, amount],
    [CREATE_LIMIT, TOKEN_LIMIT, { single_amount: '-1.00' }, amount],
    [CREATE_LIMIT, TOKEN_LIMIT, { single_amount: 0 }, amount],
    [CREATE_LIMIT, TOKEN_LIMIT, { total_amount: '1.234' }, amount],
    [CREATE_LIMIT, TOKEN_LIMIT, { total_amount: '99999999999999999999' }, amount],
    [CREATE_LIMIT, TOKEN_LIMIT, { single_amount: '1e3' }, invalid('single_amount')],
    [CREATE_LIMIT, TOKEN_LIMIT, { single_amount: '1,000.00' }, invalid('single_amount')],
    [CREATE_LIMIT, TOKEN_LIMIT, { single_amount: ' 1.00' }, invalid('single_amount')],
    [CREATE_LIMIT, TOKEN_LIMIT, { single_amount: 10.5 }, invalid('single_amount')],
    [CREATE_LIMIT, TOKEN_LIMIT, { single_amount: '9'.repeat(33) }, invalid('single_amount')],
    [QUERY_LIMIT, {}, { limit_id: 'abc' }, invalid('limit_id')],
    [RECHARGE, RECHARGE_ORDER, { amount: '0.00' }, amount],
    [RECHARGE, RECHARGE_ORDER, { amount: '-1' }, amount],
    [RECHARGE, RECHARGE_ORDER, { amount: 'one' }, invalid('amount')],
    [RECHARGE, RECHARGE_ORDER, { currency: 'usd' }, invalid('currency')],
    [RECHARGE, RECHARGE_ORDER, { currency: 'XQQ' }, invalid('currency')],
    [RECHARGE, RECHARGE_ORDER, { card_token: long(21) }, invalid('card_token')],
    [RECHARGE, RECHARGE_ORDER, { order_no: long(33) }, invalid('order_no')],
    [RECHARGE, RECHARGE_ORDER, { pay_account_num: long(49) }, invalid('pay_account_num')],
    [RECHARGE, RECHARGE_ORDER, { reference: long(129) }, invalid('reference')],
    [APPLY, APPLICATION, { order_no: long(65) }, invalid('order_no')],
    [APPLY, APPLICATION, { card_scheme: 1 }, invalid('card_scheme')],
    [APPLY, APPLICATION, { card_type: 5 }, invalid('card_type')],
    [APPLY, APPLICATION, { card_bin: '65870' }, invalid('card_bin')],
    [APPLY, APPLICATION, { is_share_card: 'false' }, invalid('is_share_card')],
    [APPLY, APPLICATION, { initial_balance: '-0.01' }, amount],
    [APPLY, APPLICATION, { card_limit: 'none' }, invalid('card_limit')],
    [APPLY, APPLICATION, { 'card_limit.daily_amount': 'x' }, invalid('card_limit.daily_amount')],
    [APPLY, APPLICATION, { 'card_limit.daily_amount': '0' }, amount],
    [APPLY, APPLICATION, { holder: {} }, 'mandatory-data: holder.mobile is required'],
    [APPLY, APPLICATION, { holder: changed(HOLDER, { 'address.line': 'x' }) }, invalid('holder.address.line')],
    [CREATE_HOLDER, HOLDER, { mobile: '1'.repeat(17) }, invalid('mobile')],
    [CREATE_HOLDER, HOLDER, { mobile: `+${'1'.repeat(16)}` }, invalid('mobile')],
    [CREATE_HOLDER, HOLDER, { last_name: long(51) }, invalid('last_name')],
    [CREATE_HOLDER, HOLDER, { id_no: '12345' }, invalid('id_no')],
    [CREATE_HOLDER, HOLDER, { id_no: long(21) }, invalid('id_no')],
    [CREATE_HOLDER, HOLDER, { id_type: 9 }, invalid('id_type')],
    [CREATE_HOLDER, HOLDER, { gender: 3 }, invalid('gender')],
    [CREATE_HOLDER, HOLDER, { birthday: '1990-02-30' }, invalid('birthday')],
    [CREATE_HOLDER, HOLDER, { expires_on: '2030/01/01' }, invalid('expires_on')],
    [CREATE_HOLDER, HOLDER, { email: `${long(75)}@b.com` }, invalid('email')],
    [CREATE_HOLDER, HOLDER, { nationality_code: 'ZZ' }, invalid('nationality_code')],
    [CREATE_HOLDER, HOLDER, { nationality_code: 'br' }, invalid('nationality_code')],
    [CREATE_HOLDER, HOLDER, { address: 'Rua' }, invalid('address')],
    [CREATE_HOLDER, HOLDER, { 'address.line': 'short line' }, invalid('address.line')],
    [CREATE_HOLDER, HOLDER, { 'address.line': 'a line with an ; in it' }, invalid('address.line')],
    [CREATE_HOLDER, HOLDER, { 'address.line2': long(129) }, invalid('address.line2')],
    [CREATE_HOLDER, HOLDER, { 'address.postal_code': '123' }, invalid('address.postal_code')],
    [CREATE_HOLDER, HOLDER, { 'address.city_name': '北京市区' }, invalid('address.city_name')],
    [CREATE_HOLDER, HOLDER, { 'address.city_name': 'City 17' }, invalid('address.city_name')],
    [CREATE_HOLDER, HOLDER, { 'address.state': 'RJ' }, invalid('address.state')],
    [CREATE_HOLDER, HOLDER, { 'address.country_code': 'BRA' }, invalid('address.country_code')],
  ]
  test.each(titled(rows))('%s %j: %s', (_path, changes, expected, call, base) => {
    expect(outcome(call, changed(base, changes))).toBe(expected)
  })
})

test('blanks at the ends of a text stay as sent', () => {
  expect(reader(CREATE_CONTACT.bizData)({ ...CONTACT, first_name: '  xxe ' })).toHaveProperty('first_name', '  xxe ')
})

test('what is read is a copy with numbers, ids and times in their own types', () => {
  const sent = { ...LIST, contact_id: '100017', page_size: '30' }
  const read = reader(QUERY_CONTACTS.bizData)(sent)
  expect(read).toMatchObject({ contact_id: 100_017n, page_size: 30 })
  expect(String(read['start_date'])).toBe('2024-01-06T00:00:00Z')
  expect(sent).toEqual({ ...LIST, contact_id: '100017', page_size: '30' })
})
