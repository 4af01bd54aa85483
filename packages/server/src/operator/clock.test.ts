import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createOperatorDoor, type OperatorDoor } from '../../../../test/support/operator-door.ts'

let door: OperatorDoor

beforeEach(async () => {
  door = await createOperatorDoor()
})

afterEach(() => door.close())

const clockOf = (text: string) => JSON.parse(text) as { now: string; state: string; from?: string; ran?: unknown[] }

test('it is real time at first', async () => {
  const { text } = await door.call('GET', '/operator/v1/clock')
  expect(clockOf(text)).toEqual({ now: '2026-05-22T12:00:00Z', state: 'real' })
})

test('it can be frozen, advanced and resumed, and says from where to where', async () => {
  await door.post('/operator/v1/clock', { action: 'freeze' })
  const { text } = await door.post('/operator/v1/clock', { action: 'advance', by: 'P7D' })
  expect(clockOf(text)).toEqual({
    from: '2026-05-22T12:00:00Z',
    now: '2026-05-29T12:00:00Z',
    state: 'frozen',
    ran: [],
  })
  expect(clockOf((await door.post('/operator/v1/clock', { action: 'resume' })).text).state).toBe('shifted')
})

test('a repeated advance under one key moves once', async () => {
  const advance = () => door.post('/operator/v1/clock', { action: 'advance', by: 'PT1H' }, { 'idempotency-key': 'k' })
  expect((await advance()).status).toBe(200)
  expect((await advance()).status).toBe(200)
  expect(clockOf((await door.call('GET', '/operator/v1/clock')).text).now).toBe('2026-05-22T13:00:00Z')
})

describe('what is refused changes nothing', () => {
  test.each([
    [{ action: 'set', to: '2026-05-22T11:59:59Z' }, 409, 'clock-goes-back', undefined],
    [{ action: 'set' }, 400, 'invalid-field', 'to'],
    [{ action: 'set', to: 'tomorrow' }, 400, 'invalid-field', 'to'],
    [{ action: 'advance' }, 400, 'invalid-field', 'by'],
    [{ action: 'advance', by: '-PT1H' }, 400, 'invalid-field', 'by'],
    [{ action: 'advance', by: 'PT0S' }, 400, 'invalid-field', 'by'],
    [{ action: 'advance', by: 'P300Y' }, 400, 'invalid-field', 'to'],
    [{ action: 'stop' }, 400, 'invalid-request', 'action'],
    [{ action: 'freeze', at: 'x' }, 400, 'invalid-request', undefined],
  ])('%j', async (body, status, code, field) => {
    const answer = await door.post('/operator/v1/clock', body)
    expect([answer.status, answer.body.error.code]).toEqual([status, code])
    if (field !== undefined) expect(answer.body.error.field).toBe(field)
    expect(clockOf((await door.call('GET', '/operator/v1/clock')).text)).toEqual({
      now: '2026-05-22T12:00:00Z',
      state: 'real',
    })
  })

  test('in live mode', async () => {
    const answer = await door.live.post('/operator/v1/clock', { action: 'freeze' })
    expect([answer.status, answer.body.error.code]).toEqual([403, 'sandbox-only'])
  })
})

test('a change is in the audit log, with what was called and on what; a refused one is not', async () => {
  await door.post('/operator/v1/clock', { action: 'freeze' })
  await door.post('/operator/v1/clock', { action: 'set', to: '2000-01-01T00:00:00Z' })
  const { rows } = await door.useCases.pool.query('select actor, action, subject from audit_log')
  expect(rows).toEqual([
    { actor: expect.stringMatching(/^operator-key:\d+$/), action: 'POST /operator/v1/clock', subject: '' },
  ])
})
