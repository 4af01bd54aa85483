/**
 * What each answer looks like according to the two public descriptions: its exact set of keys and, per key, the form of
 * the value. A key that is missing, one that is too many and a value of another form are all violations; a value that is
 * not known yet is sent as JSON `null`, never left out.
 */

export type Form = { name: string; accepts: (value: unknown) => boolean; mayBeMissing?: true }
export type Shape = Record<string, Form>

/** One line per difference, each naming where it is; empty when the value fits. */
export function violations(
  shape: Shape,
  value: unknown,
  where = 'data',
  surplusKeys: 'no other keys' | 'more keys are fine' = 'no other keys',
): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [`${where}: expected an object, got ${printed(value)}`]
  }
  const actual: Record<string, unknown> = { ...value }
  const missing = Object.entries(shape)
    .filter(([key, form]) => !form.mayBeMissing && !Object.hasOwn(actual, key))
    .map(([key]) => key)
  const allowed = surplusKeys === 'more keys are fine' ? actual : shape
  const surplus = Object.keys(actual).filter(key => !Object.hasOwn(allowed, key))
  const misformed = Object.entries(shape).filter(
    ([key, form]) => Object.hasOwn(actual, key) && !form.accepts(actual[key]),
  )
  return [
    ...missing.map(key => `${where}.${key}: missing`),
    ...surplus.map(key => `${where}.${key}: not in the description, got ${printed(actual[key])}`),
    ...misformed.map(([key, form]) => `${where}.${key}: expected ${form.name}, got ${printed(actual[key])}`),
  ]
}

export function printed(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}

// Forms of a value

const matching = (name: string, pattern: RegExp): Form => ({
  name,
  accepts: value => typeof value === 'string' && pattern.test(value),
})

export const text: Form = { name: 'a string', accepts: value => typeof value === 'string' }
export const integer: Form = { name: 'an integer number', accepts: value => Number.isSafeInteger(value) }
export const truthValue: Form = { name: 'true or false', accepts: value => typeof value === 'boolean' }
export const dateTime: Form = matching('yyyy-MM-dd HH:mm:ss', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
export const amount: Form = matching('a decimal string with two decimals', /^-?\d+\.\d\d$/)
export const currencyCode: Form = matching('three capital letters', /^[A-Z]{3}$/)
export const maskedPan: Form = matching('first six digits, six asterisks, last four digits', /^\d{6}\*{6}\d{4}$/)
export const epochMs: Form = {
  name: 'Unix milliseconds, 13 digits',
  accepts: value => typeof value === 'number' && /^\d{13}$/.test(String(value)),
}

export const digits = (count: number): Form => matching(`${count} digits`, new RegExp(`^\\d{${count}}$`))
export const numberFrom = (least: number): Form => ({
  name: `an integer number from ${least} on`,
  accepts: value => Number.isSafeInteger(value) && Number(value) >= least,
})
export const oneOf = (...values: (string | number | boolean | null)[]): Form => ({
  name: values.map(printed).join(' or '),
  accepts: value => values.some(each => each === value),
})
export const orNull = (form: Form): Form => ({
  name: `${form.name}, or null`,
  accepts: value => value === null || form.accepts(value),
})

export function optional(form: Form): Form {
  return { ...form, mayBeMissing: true }
}

// Pagsmile

/** The outer object of a success that carries data, as received: `data` is still the encrypted text. */
export const pagsmileSuccess = (appId: string): Shape => ({
  code: oneOf('10000'),
  msg: oneOf('Success'),
  total: numberFrom(0),
  random_key: matching('344 characters of Base64', /^[A-Za-z0-9+/]{342}==$/),
  sign_type: oneOf('RSA'),
  app_id: oneOf(appId),
  data: matching(
    '16 upper-case hex characters and Base64',
    /^[0-9A-F]{16}([A-Za-z0-9+/]{4})*[A-Za-z0-9+/]{2}[A-Za-z0-9+/=]{2}$/,
  ),
})

/** A success without a result: nothing but these two. */
export const pagsmileDone: Shape = { code: oneOf('10000'), msg: oneOf('Success') }

export const pagsmileError: Shape = {
  code: matching('five digits', /^[2-9]\d{4}$/),
  msg: matching('some text', /\S/),
  sub_code: matching('a short reason', /^\S+$/),
  sub_msg: matching('some text', /\S/),
}

/** What Pagsmile posts; `biz_data` depends on `notify_type`. */
export const notification: Shape = {
  partner_id: matching('digits', /^\d+$/),
  app_id: oneOf(''),
  timestamp: dateTime,
  version: oneOf('1.0'),
  random_key: oneOf(''),
  sign_type: oneOf(''),
  request_id: matching('IC and 19 digits', /^IC\d{19}$/),
  notify_type: oneOf(1, 2, 3, 4, 6),
  biz_data: { name: 'an object', accepts: value => typeof value === 'object' && value !== null },
}

export const oneTimePassword: Shape = {
  validation_value: digits(6),
  amount,
  currency: currencyCode,
  card_token: digits(12),
  card_pan: maskedPan,
  created_seconds: integer,
  merchant_name: text,
}

export const contactCreated: Shape = { contact_id: numberFrom(100_000) }

export const contact: Shape = {
  contact_id: numberFrom(100_000),
  first_name: text,
  last_name: text,
  mobile: text,
  email: text,
  create_time: dateTime,
  language: text,
}

export const holderCreated: Shape = {
  holder_id: numberFrom(100_000),
  id_no: text,
  id_type: integer,
  audit_status: integer,
  audit_msg: orNull(text),
}

/** The last three fields are described for the query of an application only, so this answer may leave them out. */
export const cardApplied: Shape = {
  holder_id: numberFrom(100_000),
  holder_name: text,
  order_no: text,
  order_status: oneOf(5),
  order_count: oneOf(1),
  card_token: digits(12),
  card_pan: maskedPan,
  card_scheme: oneOf(3),
  card_type: oneOf(3),
  is_share_card: truthValue,
  card_bin: digits(6),
  pay_account_num: optional(orNull(text)),
  initial_balance: optional(orNull(amount)),
  card_remark: optional(orNull(text)),
}

export const recharged: Shape = { transaction_id: digits(12) }

export const limitCreated: Shape = { limit_id: numberFrom(100_000) }

export const cardLimit: Shape = {
  limit_id: numberFrom(100_000),
  card_token: digits(12),
  daily_transactions: numberFrom(0),
  single_amount: amount,
  daily_amount: amount,
  monthly_amount: amount,
  total_amount: orNull(amount),
  create_time: dateTime,
}

export const authorization: Shape = {
  auth_id: digits(12),
  data_type: oneOf('cardAuthorization', 'cardSettlement', 'cardAuthorizationExpired'),
  card_token: digits(12),
  card_pan: orNull(maskedPan),
  transaction_id: orNull(digits(12)),
  transaction_type: integer,
  process_status: oneOf(1, 2, 3),
  original_auth_id: orNull(digits(12)),
  auth_status: oneOf(null, 1, 2, 3, 4),
  auth_code: orNull(digits(6)),
  response_code: orNull(matching('two characters', /^[0-9A-Z]{2}$/)),
  settle_status: oneOf(null, 1, 2, 3),
  acquirer_id: orNull(text),
  mcc_code: orNull(digits(4)),
  merchant_id: orNull(text),
  merchant_name: orNull(text),
  note: orNull(text),
  transaction_amount: amount,
  transaction_currency: currencyCode,
  transaction_country_code: orNull(matching('two capital letters', /^[A-Z]{2}$/)),
  bill_amount: amount,
  bill_currency: currencyCode,
  fee: amount,
  settled_amount: amount,
  base_exchange_rate: orNull(text),
  create_time: dateTime,
  card_remark: orNull(text),
}

export const cardInfo: Shape = {
  holder_id: orNull(numberFrom(100_000)),
  holder_name: orNull(text),
  card_id: numberFrom(100_000),
  card_scheme: oneOf(3),
  expired_date: matching('MM/YY', /^(0[1-9]|1[0-2])\/\d\d$/),
  active_time: orNull(dateTime),
  card_type: oneOf(3, 4),
  is_share_card: truthValue,
  card_token: digits(12),
  card_pan: maskedPan,
  card_status: integer,
  cvv: oneOf(null),
  acs_password: oneOf(null),
  pin: oneOf(null),
  card_remark: orNull(text),
  virtual: truthValue,
}

export const cardTransaction: Shape = {
  order_no: orNull(text),
  card_token: digits(12),
  transaction_id: digits(12),
  transaction_type: integer,
  transaction_status: oneOf(1),
  account_num: maskedPan,
  account_name: orNull(text),
  bill_currency: currencyCode,
  bill_amount: amount,
  bill_fee: amount,
  balance: amount,
  balance_change: amount,
  transaction_amount: amount,
  transaction_currency: currencyCode,
  exchange_rate: orNull(matching('four decimals', /^\d+\.\d{4}$/)),
  reference: oneOf(null),
  transaction_desc: orNull(text),
  related_transaction_id: orNull(digits(12)),
  merchant_info: orNull(text),
  business_date: matching('yyyy-MM-dd', /^\d{4}-\d\d-\d\d$/),
  create_time: dateTime,
}

// KeySecure

export const keysecureSuccess: Shape = {
  code: oneOf(0),
  msg: oneOf('Success'),
  data: { name: 'an object', accepts: value => typeof value === 'object' && value !== null && !Array.isArray(value) },
}

export const keysecureError: Shape = {
  code: numberFrom(1000),
  msg: matching('some text', /\S/),
}

export const accessToken: Shape = {
  access_token: matching('32 to 64 URL-safe characters', /^[A-Za-z0-9_-]{32,64}$/),
  expired_time: epochMs,
}

export const listedCard: Shape = {
  card_no: matching('C and digits', /^C\d+$/),
  card_unique_no: text,
  cardholder_no: matching('U and digits', /^U\d+$/),
  card_type: oneOf('Virtual', 'Physical'),
  card_last_no: digits(4),
  organization: text,
  status: oneOf('Pending', 'ToActivate', 'Activated', 'Fail', 'Frozen', 'Delete'),
  time: epochMs,
}

// Operator API

const money: Form = {
  name: '{"amount","currency"}',
  accepts: value => violations({ amount, currency: currencyCode }, value).length === 0,
}

/** Our own interface, free to say more than this. */
export const decision: Shape = {
  authorizationId: digits(12),
  decision: oneOf('approved', 'declined'),
  declineReason: orNull(matching('kebab-case', /^[a-z]+(-[a-z]+)*$/)),
  explanation: matching('a sentence', /\S/),
  responseCode: matching('two characters', /^[0-9A-Z]{2}$/),
  approvalCode: orNull(digits(6)),
  transactionAmount: money,
  billingAmount: money,
  trace: {
    name: 'a list of checks with "check" and "passed"',
    accepts: value => Array.isArray(value) && value.length > 0 && value.every(isTraceEntry),
  },
  createdAt: matching('ISO 8601', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/),
}

function isTraceEntry(value: unknown): boolean {
  const fields: Record<string, unknown> = typeof value === 'object' && value !== null ? { ...value } : {}
  return typeof fields.check === 'string' && typeof fields.passed === 'boolean'
}
