import { expect, test } from 'vitest'
import type { KeysecureCredential, Ports } from '../../app/ports.ts'
import { NumberText, signed } from './callbacks.ts'
import { keysecureInspector } from './inspection.ts'

const NOW = Temporal.Instant.from('2026-05-22T12:00:10Z')
const SIGNER = { apiKey: 'ak_1', apiSecret: 'the-secret-of-the-merchant' }
const DATA = { card_no: 'C202605220001', amount: new NumberText('100.00'), remark: '', type: 'Consume' }
const MESSAGE = signed('N1', 'Consumption', DATA, SIGNER, NOW.subtract({ seconds: 10 }))

const CALLBACK = {
  timestamp: MESSAGE.headers['Timestamp'] ?? '',
  signature: MESSAGE.headers['Signature'] ?? '',
  body: MESSAGE.body,
}

async function inspect(changes: Partial<typeof CALLBACK> = {}, credential: Partial<KeysecureCredential> = {}) {
  const known = {
    partnerId: 7n,
    apiSecret: Buffer.from(SIGNER.apiSecret),
    enabled: true,
    expiresAt: null,
    ...credential,
  }
  const fakes = {
    storage: { read: { keysecureCredential: async (key: string) => (key === SIGNER.apiKey ? known : undefined) } },
    vault: { openSecret: (_context: string, sealed: Uint8Array) => Buffer.from(sealed).toString() },
    clock: { now: () => NOW },
  }
  const found = await keysecureInspector(fakes as unknown as Ports, { now: () => NOW }).inspect('ak_1', {
    ...CALLBACK,
    ...changes,
  })
  const failed = found?.steps.find(({ holds }) => holds === false)
  return { found, failed: failed && `${failed.step}: ${failed.says}` }
}

test('a callback of ours holds in every step, and shows the text that was signed', async () => {
  const { found } = await inspect()
  expect(found?.steps.map(({ holds }) => holds)).toEqual([true, true, true, true, true])
  expect(found?.steps[1]?.says).toBe('Was 10 s ago.')
  expect(found?.content).toEqual({
    id: 'N1',
    action: 'Consumption',
    data: { card_no: 'C202605220001', amount: '100.00', remark: '', type: 'Consume' },
    signed: `amount=100.00&appId=ak_1&card_no=C202605220001&remark=&timestamp=${CALLBACK.timestamp}&type=Consume`,
  })
})

test.each<[string, Partial<typeof CALLBACK>, RegExp]>([
  ['a time of another form', { timestamp: '1779451200' }, /^timestamp: /],
  ['another time', { timestamp: '1779451200001' }, /^signature: Is not ours/],
  ['upper case', { signature: CALLBACK.signature.toUpperCase() }, /^signature form: .*upper-case/],
  ['half a signature', { signature: CALLBACK.signature.slice(32) }, /^signature form: Is not 64/],
  ['no JSON', { body: '{' }, /^body: Is not JSON/],
  ['no data', { body: '{"data":[]}' }, /^body: Is no object/],
  ['null', { body: 'null' }, /^body: Is no object/],
  ['another amount', { body: MESSAGE.body.replace('100.00', '100.01') }, /^signature: Is not ours/],
])('%s is told', async (_name, changes, expected) => {
  expect((await inspect(changes)).failed).toMatch(expected)
})

test('a signature over numbers in another notation is told apart', async () => {
  const data = { ...DATA, amount: new NumberText('100') }
  const { headers } = signed('N1', 'Consumption', data, SIGNER, NOW.subtract({ seconds: 10 }))
  expect((await inspect({ signature: headers['Signature'] ?? '' })).failed).toMatch(/another notation/)
})

test('a credential that is out of use is told, and the secret never', async () => {
  const { found } = await inspect({}, { enabled: false })
  expect(found?.steps[0]?.says).toMatch(/not in use any more/)
  expect(JSON.stringify(found, (_, value) => (typeof value === 'bigint' ? '' : value))).not.toContain(SIGNER.apiSecret)
})
