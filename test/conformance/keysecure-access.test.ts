/** Who may call with an API key: its address list, and keys of different partners. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { KeySecureClient } from '../../demo/keysecure-client.ts'
import { type Issuer, START_MS_MAX, startIssuer, stopIssuer } from './issuer.ts'

let issuer: Issuer

beforeAll(async () => {
  issuer = await startIssuer()
}, START_MS_MAX)

afterAll(() => stopIssuer(issuer), START_MS_MAX)

async function clientOfNewPartner(allowedAddresses: string[]): Promise<KeySecureClient> {
  const { baseUrl, operatorKey } = issuer.credentials
  const answer = await fetch(`${baseUrl}/operator/v1/partners`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operatorKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Listed', keysecure: { allowedAddresses } }),
  })
  expect(answer.status).toBe(201)
  const { keysecure } = (await answer.json()) as { keysecure: { apiKey: string; apiSecret: string } }
  return new KeySecureClient({ baseUrl, ...keysecure })
}

it.each([
  ['another address', ['10.1.2.3']],
  ['another range', ['192.168.0.0/16', '2001:db8::/32']],
  ['every IPv6 address', ['::/0']],
])('a key whose list holds %s is refused from here with 1003', async (_name, list) => {
  const client = await clientOfNewPartner(list)
  const answer = await client.logIn()
  expect([answer.status, answer.envelope.code, answer.envelope.msg]).toEqual([200, 1003, 'IP address not allowed'])
})

it.each([
  ['this address', ['127.0.0.1']],
  ['a range around it', ['10.0.0.0/8', '127.0.0.0/8']],
  ['it in IPv6 clothes', ['::ffff:127.0.0.1']],
  ['nothing', []],
])('a key whose list holds %s is accepted from here', async (_name, list) => {
  const client = await clientOfNewPartner(list)
  const answer = await client.logIn()
  expect(answer.envelope.code).toBe(0)
})

it('a token works only with the key it was issued for', async () => {
  const [mine, other] = [await clientOfNewPartner([]), await clientOfNewPartner([])]
  await mine.logIn()
  const { envelope } = await other.logIn()
  const stolen = (envelope.data as { access_token: string }).access_token
  const body = { start_time: '2026-01-01', end_time: '2026-01-02' }
  const answer = await mine.post('/open-api/v1/card/list', body, { 'Access-Token': stolen })
  expect(answer.envelope.code).toBe(1007)
})
