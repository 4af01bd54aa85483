import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import {
  AuthenticationError,
  ConflictError,
  ConnectionError,
  InvalidRequestError,
  NotFoundError,
  PermissionError,
  RateLimitError,
  ServerError,
  UnexpectedAnswerError,
} from '../errors.ts'
import { failureOf } from '../failure.fixture.ts'
import { type FakeApi, fakeApi, json, type Scripted } from '../fake-api.fixture.ts'
import { KeySecureClient, type KeySecureOptions } from './client.ts'
import { decryptField, encryptField } from './field-encryption.ts'

const SECRET = '0123456789abcdef0123456789abcdef'
const START_MS = 1_795_000_000_000

function clientOf(
  script: readonly Scripted[],
  more: Partial<KeySecureOptions> = {},
): { client: KeySecureClient; api: FakeApi } {
  const api = fakeApi(script, START_MS)
  return { client: new KeySecureClient({ ...api.options, apiKey: 'ak_demo_0001', apiSecret: SECRET, ...more }), api }
}

const success = (data: unknown) => json(200, { code: 0, msg: 'Success', data })
const refusal = (code: number, msg = 'It is so.') => json(200, { code, msg })
const token = (name: string, lifetimeMs = 24 * 3_600_000) =>
  success({ access_token: name, expired_time: START_MS + lifetimeMs })

const paths = ({ asked }: FakeApi) => asked.map(({ url }) => new URL(url).pathname.replace('/base/open-api/v1', ''))
const tokens = ({ asked }: FakeApi) => asked.map(({ headers }) => headers['Access-Token'])

test('the first call fetches a token, and the next ones use it', async () => {
  const { client, api } = clientOf([token('one'), success({ card_no: 'C1' }), success({ card_no: 'C1' })])
  await client.cards.retrieve('C1')
  await client.cards.retrieve('C1')
  expect(paths(api)).toEqual(['/merchant/token', '/card/C1/detail', '/card/C1/detail'])
  expect(tokens(api)).toEqual([undefined, 'one', 'one'])
  expect(api.asked[1]?.headers).toMatchObject({ 'Api-Key': 'ak_demo_0001', Timestamp: String(START_MS) })
})

test('calls that come together wait for one token', async () => {
  const { client, api } = clientOf([token('one'), success({}), success({}), success({})])
  await Promise.all(['C1', 'C2', 'C3'].map(no => client.cards.retrieve(no)))
  expect(paths(api).filter(path => path === '/merchant/token')).toHaveLength(1)
  expect(tokens(api).slice(1)).toEqual(['one', 'one', 'one'])
})

test('a token is renewed a minute before it ends', async () => {
  const { client, api } = clientOf([token('one', 3_600_000), success({}), token('two', 7_200_000), success({})])
  await client.cards.retrieve('C1')
  api.pass(3_600_000 - 60_000)
  await client.cards.retrieve('C1')
  expect(tokens(api)).toEqual([undefined, 'one', undefined, 'two'])
})

test('a token that is refused is replaced once, for a change too, as the call was not looked at', async () => {
  const transfer = { cardholder_no: 'U1', transfer_unique_no: 't1', type: 'In', balance: '1.00' } as const
  const { client, api } = clientOf([token('one'), refusal(1007), token('two'), success({ transfer_no: 'F1' })])
  expect(await client.accounts.transfer(transfer)).toEqual({ transfer_no: 'F1' })
  expect(tokens(api)).toEqual([undefined, 'one', undefined, 'two'])
  const hopeless = clientOf([token('one'), refusal(1007), token('two'), refusal(1007)])
  expect(await failureOf(hopeless.client.accounts.transfer(transfer))).toBeInstanceOf(AuthenticationError)
  expect(hopeless.api.asked).toHaveLength(4)
})

test('calls whose token is refused together fetch one new token', async () => {
  const { client, api } = clientOf([token('one'), refusal(1007), refusal(1007), token('two'), success({}), success({})])
  await Promise.all([client.cards.retrieve('C1'), client.cards.retrieve('C2')])
  expect(tokens(api)).toEqual([undefined, 'one', 'one', undefined, 'two', 'two'])
})

test('a token that could not be fetched is asked for anew by the next call', async () => {
  const { client } = clientOf([refusal(1010), token('one'), success({ card_no: 'C1' })])
  expect(await failureOf(client.cards.retrieve('C1'))).toMatchObject({ code: '1010' })
  expect(await client.cards.retrieve('C1')).toEqual({ card_no: 'C1' })
})

test('a call that is aborted leaves the token to the calls that wait for it too', async () => {
  let answer = (_response: Response) => {}
  const { client } = clientOf([() => new Promise(resolve => (answer = resolve)), success({ card_no: 'C2' })])
  const control = new AbortController()
  const first = failureOf(client.cards.retrieve('C1', { signal: control.signal }))
  const second = client.cards.retrieve('C2')
  control.abort(new Error('enough'))
  expect(await first).toMatchObject({ message: 'enough' })
  answer(token('one'))
  expect(await second).toEqual({ card_no: 'C2' })
})

test('each attempt carries its own time', async () => {
  const { client, api } = clientOf([token('one'), refusal(1009), success({})])
  await client.cards.retrieve('C1')
  expect(api.asked.map(({ headers }) => Number(headers['Timestamp']) - START_MS)).toEqual([0, 0, 100])
})

test('what would be refused the second time is not repeated after it may have arrived', async () => {
  const application = { package_no: 'P1', cardholder_no: 'U1', card_unique_no: 'c1', card_type: 'Virtual' } as const
  const { client, api } = clientOf([token('one'), new Error('reset')])
  expect(await failureOf(client.cards.apply(application))).toBeInstanceOf(ConnectionError)
  expect(api.asked).toHaveLength(2)
  const freeze = clientOf([token('one'), new Error('reset'), success({ result: true })])
  expect(await freeze.client.cards.updateStatus('C1', 'Frozen')).toEqual({ result: true })
})

test('CVV and PIN go out encrypted, and card data is decrypted', async () => {
  const secrets = { pan: '6587040000000001', cvv: '123' }
  const { client, api } = clientOf([
    token('one'),
    success({ result: true }),
    success({ result: true }),
    success(encryptField(SECRET, JSON.stringify(secrets))),
  ])
  await client.cards.activate({ cardholder_no: 'U1', card_no: 'C1', cvv: '123', card_last_no: '0001' })
  await client.cards.setPin({ cardholder_no: 'U1', card_no: 'C1', pin: '280519' })
  expect(JSON.parse(api.asked[1]?.body ?? '')).toMatchObject({ cvv: 'vKkop56NIq7X09yArdmvew==' })
  expect(JSON.parse(api.asked[2]?.body ?? '')).toMatchObject({ pin: 'Ga6Zm0S6FjONYGdutNTLVQ==' })
  expect(await client.cards.reveal('C1')).toEqual(secrets)
})

test('fields are encrypted as the reference has them under a key of each length', () => {
  expect(encryptField('0123456789abcdef', '123')).toBe('zNkSeANebsT6uK05MK4mkA==')
  expect(decryptField(SECRET, 'vKkop56NIq7X09yArdmvew==')).toBe('123')
  expect(decryptField('0123456789abcdef', 'vKkop56NIq7X09yArdmvew==')).toBeUndefined()
})

test.each(['no Base64 of ours', encryptField(SECRET, 'no JSON'), encryptField(SECRET, '[]'), { clear: true }])(
  'card data that cannot be opened is an unexpected answer',
  async data => {
    const { client } = clientOf([token('one'), success(data)])
    expect(await failureOf(client.cards.reveal('C1'))).toBeInstanceOf(UnexpectedAnswerError)
  },
)

test.each([
  [1001, ServerError],
  [1003, PermissionError],
  [1004, InvalidRequestError],
  [1005, AuthenticationError],
  [1009, RateLimitError],
  [1012, PermissionError],
  [2001, ConflictError],
  [2002, NotFoundError],
  [3002, ConflictError],
  [4001, NotFoundError],
  [4008, InvalidRequestError],
  [9999, InvalidRequestError],
])('%i is told with its code, though HTTP says 200', async (code, kind) => {
  const { client } = clientOf([token('one'), refusal(code)])
  const error = await failureOf(client.cards.retrieve('C1', { retries: 0 }))
  expect(error).toBeInstanceOf(kind)
  expect(error).toMatchObject({ name: kind.name, code: String(code), message: 'It is so.', status: 200 })
})

test('the field that a refusal begins with is told', async () => {
  const { client } = clientOf([
    token('one'),
    refusal(1004, 'address_info.city invalid parameter'),
    refusal(1004, 'Invalid request parameter'),
  ])
  expect(await failureOf(client.cards.retrieve('C1'))).toMatchObject({ field: 'address_info.city' })
  expect(await failureOf(client.cards.retrieve('C1'))).toMatchObject({ field: null })
})

test('lists are read page by page from page 0', async () => {
  const list = (from: number, count: number) =>
    success({ list: Array.from({ length: count }, (_, at) => ({ card_no: `C${from + at}` })) })
  const { client, api } = clientOf([token('one'), list(0, 100), list(100, 3)])
  const numbers: string[] = []
  const window = { start_time: '2026-01-01', end_time: '2026-03-31', cardholder_no: 'U1' }
  for await (const { card_no } of client.cards.listAll(window)) numbers.push(card_no)
  expect(numbers).toHaveLength(103)
  expect(api.asked.slice(1).map(({ body }) => JSON.parse(body) as unknown)).toEqual([
    { ...window, page: 0, size: 100 },
    { ...window, page: 1, size: 100 },
  ])
})

test('neither the client nor its errors show secret, token or digits', async () => {
  const { client } = clientOf([token('token-nobody-may-see'), refusal(4008), new Error('reset')])
  const activation = { cardholder_no: 'U1', card_no: 'C1', cvv: '987', card_last_no: '0001' }
  const errors = [
    await failureOf(client.cards.activate(activation)),
    await failureOf(client.cards.activate(activation)),
  ]
  for (const shown of [client, ...errors]) {
    const text = `${inspect(shown, { depth: 20, showHidden: true })}${JSON.stringify(shown)}${String(shown)}`
    expect(text).not.toContain(SECRET)
    expect(text).not.toContain('token-nobody-may-see')
    expect(text).not.toContain('987')
  }
})

test('a secret that is no key is refused without being shown', () => {
  const attempt = () => clientOf([], { apiSecret: 'too-short' })
  expect(attempt).toThrow(TypeError)
  expect(attempt).not.toThrow(/too-short/)
})
