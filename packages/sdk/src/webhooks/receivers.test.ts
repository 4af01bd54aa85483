import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { afterEach, expect, test, vi } from 'vitest'
import { respondToAuth } from './auth.ts'
import type { AuthCallback } from './keysecure.ts'
import { parsePagsmileWebhook } from './pagsmile.ts'
import { keySecureReceiver, pagsmileReceiver, type WebhookReceiver } from './receivers.ts'
import { fastifyPlugin, fetchHandler, nodeHandler } from './servers.ts'

const KEYS = { apiKey: 'ak_demo_0001', apiSecret: '0123456789abcdef0123456789abcdef' }

const AUTH: AuthCallback = {
  id: 'N1',
  action: 'Auth',
  data: {
    consume_no: 'T1',
    card_no: 'C1',
    cardholder_no: 'U1',
    type: 'Consumption',
    amount: '12.50',
    local_amount: '12.50',
    local_currency: 'USD',
    merchant_info: { merchant_name: 'Shop', merchant_mcc: '5411', city: 'Paris', country: 'FR' },
    status: 'Pending',
    time: 1,
  },
}

/** A signed message; its data are texts, numbers in their own words, and one object. */
function message(action: string, data: string) {
  const timestamp = String(Date.now())
  const members = [...data.matchAll(/"(\w+)":(?:"([^"]*)"|(\{[^}]*\}|\[[^\]]*\]|[^,{}]+))/g)]
  const inner = /"merchant_info":(\{[^}]*\})/.exec(data)?.[1] ?? ''
  const own = members.filter(([whole]) => whole.startsWith('"merchant_info"') || !inner.includes(whole))
  const pairs = own.map(([, name = '', text, raw]): [string, string] => [name, text ?? raw ?? ''])
  const signed = [...pairs, ['appId', KEYS.apiKey], ['timestamp', timestamp]]
    .toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1))
    .map(pair => pair.join('='))
    .join('&')
  return {
    body: `{"id":"N1","action":"${action}","data":${data}}`,
    headers: {
      'content-type': 'application/json',
      timestamp,
      signature: createHmac('sha256', KEYS.apiSecret).update(signed).digest('hex'),
      'sign-version': 'V1',
    },
  }
}

const authMessage = () => message('Auth', JSON.stringify(AUTH.data).replaceAll('"12.50"', '12.50'))
const cardMessage = () =>
  message('Card_update', '{"card_no":"C1","before_status":"Activated","after_status":"Frozen","reason":"","time":1}')

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

type Post = (path: string, init: RequestInit) => Promise<Response>

const SERVERS: readonly (readonly [string, (receiver: WebhookReceiver) => Promise<Post>])[] = [
  [
    'node:http',
    async receiver => {
      const handle = nodeHandler(receiver)
      const server = http.createServer((request, response) => void handle(request, response))
      await once(server.listen(0, '127.0.0.1'), 'listening')
      open.push(async () => server.close())
      return (path, init) => fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, init)
    },
  ],
  [
    'Fastify',
    async receiver => {
      const server = Fastify()
      // its own parser stays as it is for every other route
      server.post('/other', async request => ({ parsed: request.body }))
      await server.register(fastifyPlugin(receiver, '/hooks'))
      await server.listen({ port: 0, host: '127.0.0.1' })
      open.push(() => server.close())
      return (path, init) => fetch(`http://127.0.0.1:${(server.server.address() as AddressInfo).port}${path}`, init)
    },
  ],
  [
    'fetch',
    async receiver => {
      const handle = fetchHandler(receiver)
      return (path, init) => handle(new Request(`http://receiver.test${path}`, init))
    },
  ],
]

test.each(SERVERS)(
  'on %s a purchase is decided, news are acknowledged, and what is not signed is declined',
  async (_name, serve) => {
    const heard: string[] = []
    const post = await serve(
      keySecureReceiver({
        ...KEYS,
        onAuth: ({ amount }) => ({ approved: Number(amount) < 100 }),
        onCardUpdate: ({ id, data }) => void heard.push(`${id} ${data.after_status}`),
        onError: error => heard.push(String(error)),
      }),
    )
    const approved = await post('/hooks', { method: 'POST', ...authMessage() })
    expect([approved.status, await approved.json()]).toEqual([200, { code: 0, message: '' }])
    const told = await post('/hooks', { method: 'POST', ...cardMessage() })
    expect([told.status, await told.json()]).toEqual([200, { code: 0, message: '' }])
    const { body, headers } = authMessage()
    const forged = await post('/hooks', { method: 'POST', body: body.replace('12.50', '13.50'), headers })
    expect([forged.status, await forged.json()]).toEqual([200, { code: 1, message: 'not accepted' }])
    expect(heard).toEqual(['N1 Frozen', 'WebhookError: The signature is not that of the API secret.'])
  },
)

test.each(SERVERS)('on %s other methods and bodies that are too large are refused', async (_name, serve) => {
  const post = await serve(pagsmileReceiver({ onNotification: () => expect.fail('it was accepted') }))
  expect([404, 405]).toContain((await post('/hooks', { method: 'GET' })).status)
  const large = post('/hooks', { method: 'POST', body: 'x'.repeat(256 * 1024 + 1) })
  // a server may cut the connection instead of reading on
  expect(
    await large.then(
      ({ status }) => status,
      () => 413,
    ),
  ).toBe(413)
})

test('Fastify parses the bodies of other routes as before', async () => {
  const post = await SERVERS[1]?.[1](pagsmileReceiver({ onNotification: () => {} }))
  const headers = { 'content-type': 'application/json' }
  expect(await (await post?.('/other', { method: 'POST', headers, body: '{"a":1}' }))?.json()).toEqual({
    parsed: { a: 1 },
  })
})

test('a sender that goes away in the middle of its message does no harm', async () => {
  const handle = nodeHandler(keySecureReceiver(KEYS))
  const handled = Promise.withResolvers<void>()
  const server = http.createServer(
    (request, response) => void handle(request, response).then(handled.resolve, handled.reject),
  )
  await once(server.listen(0, '127.0.0.1'), 'listening')
  open.push(async () => server.close())
  const { port } = server.address() as AddressInfo
  const request = http.request({ port, method: 'POST', headers: { 'content-length': 100 } })
  request.on('error', () => {})
  request.write('half', () => request.destroy())
  await handled.promise
})

test('news that a handler has failed at are not acknowledged', async () => {
  const errors: unknown[] = []
  const failing = () => {
    throw new Error('the database is down')
  }
  const receiver = keySecureReceiver({ ...KEYS, onCardUpdate: failing, onError: error => errors.push(error) })
  expect(await receiver(cardMessage())).toMatchObject({ status: 500, body: '{"code":2,"message":"not processed"}' })
  expect(errors).toEqual([new Error('the database is down')])
  const pagsmile = pagsmileReceiver({ onNotification: failing })
  expect(await pagsmile({ headers: {}, body: notification() })).toMatchObject({ status: 500 })
})

test('without anyone to decide every purchase is declined', async () => {
  expect(await keySecureReceiver(KEYS)(authMessage())).toMatchObject({
    status: 200,
    body: '{"code":1,"message":"nobody decides here"}',
  })
})

test('a decision that is late is a decline, and whoever decides is told to stop', async () => {
  vi.useFakeTimers()
  try {
    const stopped = vi.fn()
    const answering = respondToAuth(AUTH, (_purchase, signal) => {
      signal.addEventListener('abort', stopped)
      return new Promise(() => {})
    })
    await vi.advanceTimersByTimeAsync(699)
    expect(stopped).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(await answering).toEqual({ code: 2, message: 'no decision in time' })
    expect(stopped).toHaveBeenCalledOnce()
  } finally {
    vi.useRealTimers()
  }
})

test('a decision that fails is a decline', async () => {
  const onError = vi.fn()
  const reason = new Error('no database')
  expect(await respondToAuth(AUTH, () => Promise.reject(reason), { onError })).toEqual({
    code: 2,
    message: 'no decision',
  })
  expect(onError).toHaveBeenCalledWith(reason)
})

test.each([
  [{ approved: false }, { code: 1, message: 'declined' }],
  [
    { approved: false, code: 51, message: 'too poor' },
    { code: 51, message: 'too poor' },
  ],
  [
    { approved: false, code: 0 },
    { code: 1, message: 'declined' },
  ],
  [
    { approved: false, code: Number.NaN },
    { code: 1, message: 'declined' },
  ],
  [{ approved: 'false' }, { code: 1, message: 'declined' }],
  [{}, { code: 1, message: 'declined' }],
])('%o is a decline', async (decision, answer) => {
  expect(await respondToAuth(AUTH, () => decision as never)).toEqual(answer)
})

function notification(changes: Record<string, unknown> = {}): string {
  return JSON.stringify({
    partner_id: '100002',
    app_id: '',
    timestamp: '2025-04-10 08:13:10',
    version: '1.0',
    random_key: '',
    sign_type: '',
    request_id: 'IC1910235478424473601',
    notify_type: 2,
    biz_data: { card_token: '513310903314', card_pan: '658704******0112', pre_status: 3, status: 4, desc: 'test' },
    ...changes,
  })
}

test('a notification is told apart by its kind', () => {
  expect(parsePagsmileWebhook(notification(), { partnerId: '100002' })).toEqual({
    kind: 'card-status',
    request_id: 'IC1910235478424473601',
    partner_id: '100002',
    timestamp: '2025-04-10 08:13:10',
    notify_type: 2,
    biz_data: { card_token: '513310903314', card_pan: '658704******0112', pre_status: 3, status: 4, desc: 'test' },
  })
  expect(parsePagsmileWebhook(notification({ notify_type: 5, biz_data: { x: 1 } }))).toMatchObject({ kind: 'unknown' })
})

test.each([
  ['malformed', 'no JSON'],
  ['malformed', '[]'],
  ['malformed', 'null'],
  ['malformed', notification({ biz_data: '16 characters and Base64' })],
  ['malformed', notification({ biz_data: null })],
  ['malformed', notification({ request_id: 7 })],
  ['malformed', notification({ notify_type: '2' })],
  ['malformed', notification({ biz_data: { card_token: 7, pre_status: 3, status: 4 } })],
  ['malformed', notification({ notify_type: 4 })],
  [
    'malformed',
    notification({ biz_data: {} }).replace('{}', '{"__proto__":{"card_token":"x","pre_status":3,"status":4}}'),
  ],
  ['encrypted', notification({ sign_type: 'RSA' })],
  ['other-partner', notification({ partner_id: '100003' })],
  ['too-large', notification({ note: 'x'.repeat(256 * 1024) })],
])('a notification is refused as %s', (fault, body) => {
  expect(() => parsePagsmileWebhook(body, { partnerId: '100002' })).toThrow(expect.objectContaining({ fault }) as Error)
})
