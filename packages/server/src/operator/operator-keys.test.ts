import { OPERATOR_ROLES, type OperatorRole } from '@openissuer/core/operator/operator-key.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createOperatorDoor, type OperatorAnswer, type OperatorDoor } from '../../../../test/support/operator-door.ts'
import { addLoadedCard, addPartner, addProgram } from '../../../../test/support/use-cases.ts'
import { references } from '../references.ts'
import { roleNeeded, secretHash } from './access.ts'

const KEYS = '/operator/v1/operator-keys'

let door: OperatorDoor

beforeAll(async () => {
  door = await createOperatorDoor()
  await addProgram(door.useCases)
})

afterAll(() => door.close())

type Key = { keyId: string; name: string; role: OperatorRole; revokedAt: string | null; operatorKey: string }

const keyIn = ({ body }: OperatorAnswer) => body as unknown as Key
const codeOf = ({ status, body }: OperatorAnswer) => (status < 400 ? `${status}` : `${status} ${body.error.code}`)

async function newKey(role: OperatorRole, name = `a key of ${role}`): Promise<Key> {
  return keyIn(await door.post(KEYS, { name, role }))
}

const as = ({ operatorKey }: Pick<Key, 'operatorKey'>) => ({ authorization: `Bearer ${operatorKey}` })

const revoke = (keyId: string, headers?: Record<string, string>) =>
  door.post(`${KEYS}/${keyId}/revoke`, undefined, headers)

describe('an operator key', () => {
  test('is shown when it is made, and only its digest is kept', async () => {
    const made = await door.post(KEYS, { name: 'Night desk', role: 'operator' })
    const { operatorKey, ...shown } = keyIn(made)
    expect([made.status, shown]).toEqual([
      201,
      { keyId: shown.keyId, name: 'Night desk', role: 'operator', createdAt: '2026-05-22T12:00:00Z', revokedAt: null },
    ])
    const list = await door.call('GET', `${KEYS}?limit=1`)
    expect(list.body).toMatchObject({ operatorKeys: [shown], nextCursor: expect.any(String) })
    expect(list.text).not.toContain(operatorKey)
    const { rows } = await door.useCases.pool.query('select key_hash from operator_key where key_id = $1', [
      shown.keyId,
    ])
    expect(rows).toEqual([{ key_hash: secretHash(operatorKey) }])
    const { rowCount } = await door.useCases.pool.query(
      `select from idempotency_key where answer::text like '%' || $1 || '%'`,
      [operatorKey],
    )
    expect(rowCount).toBe(0)
  })

  test('takes no Idempotency-Key, as its answer is kept nowhere', async () => {
    const before = (await door.useCases.pool.query('select from operator_key')).rowCount
    const answer = await door.post(KEYS, { name: 'twice', role: 'operator' }, { 'idempotency-key': 'twice' })
    expect(codeOf(answer)).toBe('400 invalid-request')
    expect((await door.useCases.pool.query('select from operator_key')).rowCount).toBe(before)
  })

  test.each([
    { name: '', role: 'operator' },
    { name: 'x'.repeat(101), role: 'operator' },
    { name: 'x', role: 'root' },
    { name: 'x' },
  ])('is not made of %j', async body => {
    expect(codeOf(await door.post(KEYS, body))).toBe('400 invalid-request')
  })

  test('that is revoked opens nothing, and its sessions end', async () => {
    const key = await newKey('operator')
    const signedIn = await door.server.inject({
      method: 'POST',
      url: '/operator/v1/session',
      payload: { operatorKey: key.operatorKey },
    })
    const headers = { cookie: String(signedIn.headers['set-cookie']).split(';')[0] ?? '', 'openissuer-session': '1' }
    const status = async () => (await door.server.inject({ url: '/operator/v1/session', headers })).statusCode
    expect(await status()).toBe(200)
    expect(keyIn(await revoke(key.keyId)).revokedAt).toBe('2026-05-22T12:00:00Z')
    expect(await status()).toBe(401)
    expect(codeOf(await door.call('GET', '/operator/v1/partners', undefined, as(key)))).toBe('401 unauthorized')
    expect(
      (await door.useCases.pool.query('select from operator_session where key_id = $1', [key.keyId])).rowCount,
    ).toBe(0)
    expect(codeOf(await revoke(key.keyId))).toBe('200')
  })

  test.each(['1', '999999999999999999', 'x', '-1'])('with the id %s is not there to be revoked', async keyId => {
    expect(codeOf(await revoke(keyId))).toBe('404 operator-key-not-found')
  })

  test('names who did what in the audit log', async () => {
    const key = await newKey('operator', 'Dana')
    await door.post('/operator/v1/partners', { name: 'Acme', keysecure: {} }, as(key))
    const { body } = await door.call('GET', '/operator/v1/audit-log?limit=1')
    expect(body).toMatchObject({
      entries: [{ actor: `operator-key:${key.keyId}`, actorName: 'Dana', action: 'POST /operator/v1/partners' }],
    })
  })
})

describe('the last key of role reveal', () => {
  test('is not revoked, and of two that are revoked at once one stays', async () => {
    const own = await createOperatorDoor()
    try {
      const mine = (await own.call('GET', '/operator/v1/session')).body as unknown as Key
      expect(codeOf(await own.post(`${KEYS}/${mine.keyId}/revoke`))).toBe('409 last-reveal-key')
      const other = keyIn(await own.post(KEYS, { name: 'other', role: 'reveal' }))
      await own.post(KEYS, { name: 'no help', role: 'operator' })
      const codes = await Promise.all(
        [mine, other].map(async key => codeOf(await own.post(`${KEYS}/${key.keyId}/revoke`))),
      )
      expect(codes.filter(code => code === '200')).toHaveLength(1)
      const { rowCount } = await own.useCases.pool.query(
        `select from operator_key where role = 'reveal' and revoked_at is null`,
      )
      expect(rowCount).toBe(1)
    } finally {
      await own.close()
    }
  })
})

describe('roles', () => {
  test('every call is refused to a key of too low a role, whatever it brings', async () => {
    const keys = new Map<OperatorRole, Key>()
    for (const role of OPERATOR_ROLES) keys.set(role, await newKey(role))
    const { operator } = await references()
    const refusedTo = async (role: OperatorRole, method: string, path: string) => {
      const { operatorKey = '' } = keys.get(role) ?? {}
      const answer = await door.server.inject({
        method: method.toUpperCase() as 'GET',
        url: path.replace(/\{\w+\}/g, '1'),
        headers: as({ operatorKey }),
      })
      return answer.statusCode === 403 && answer.json<{ error: { code: string } }>().error.code === 'role-insufficient'
    }
    const found = new Map<string, string>()
    for (const [path, methods] of Object.entries(operator.paths)) {
      for (const [method, { operationId, ...operation }] of Object.entries(methods)) {
        if (path.endsWith('/live') || Array.isArray(operation['security'])) continue
        const lowest = await lowestOf(role => refusedTo(role, method, path))
        expect([operationId, operation['description']]).toEqual([operationId, `Needs the role ${lowest}.`])
        if (lowest !== roleNeeded(method, {})) found.set(operationId, lowest)
      }
    }
    expect(Object.fromEntries(found)).toEqual({
      downloadDocument: 'operator',
      revealCard: 'reveal',
      listOperatorKeys: 'reveal',
      createOperatorKey: 'reveal',
      revokeOperatorKey: 'reveal',
      signOut: 'read-only',
    })
  })

  async function lowestOf(isRefused: (role: OperatorRole) => Promise<boolean>): Promise<OperatorRole> {
    const refused = await Promise.all(OPERATOR_ROLES.slice(0, 2).map(isRefused))
    return OPERATOR_ROLES[refused.lastIndexOf(true) + 1] ?? 'reveal'
  }

  test('a call that leads nowhere does so for every role', async () => {
    const reader = await newKey('read-only')
    expect(codeOf(await door.post('/operator/v1/no-such-thing', {}, as(reader)))).toBe('404 not-found')
  })

  test('a refusal says which role is needed', async () => {
    const reader = await newKey('read-only')
    const { body } = await door.post('/operator/v1/partners', { name: 'Acme', keysecure: {} }, as(reader))
    expect(body.error).toEqual({
      code: 'role-insufficient',
      message: 'This needs a key of role operator; this one is read-only.',
    })
  })
})

describe('a card that is shown', () => {
  const REASON = 'the cardholder called'

  async function newCard() {
    const card = await addLoadedCard(door.useCases, await addPartner(door.useCases), 10_000n)
    return { card, path: `/operator/v1/partners/${card.partnerId}/cards/${card.cardId}/reveal` }
  }

  const audits = async (partnerId: bigint) =>
    (
      await door.useCases.pool.query(
        `select actor, subject, detail from audit_log where partner_id = $1 and action = 'reveal-card'`,
        [partnerId],
      )
    ).rows

  test('comes with PAN, expiry and CVV2, and leaves who asked and why', async () => {
    const { card, path } = await newCard()
    const key = await newKey('reveal', 'Supervisor')
    const answer = await door.post(path, { reason: REASON }, as(key))
    const { pan, expiry, cvv2 } = answer.body as unknown as Record<string, string>
    expect(pan?.slice(-4)).toBe(card.lastFour)
    expect([expiry, cvv2]).toEqual([
      `${card.expiry.year}-${String(card.expiry.month).padStart(2, '0')}`,
      door.useCases.ports.vault.cvv2(pan ?? '', card.expiry),
    ])
    expect(await audits(card.partnerId)).toEqual([
      { actor: `operator-key:${key.keyId}`, subject: `cardId=${card.cardId}`, detail: { reason: REASON } },
    ])
    const list = await door.call('GET', `/operator/v1/partners/${card.partnerId}/audit-log?limit=1`)
    expect(list.body).toMatchObject({ entries: [{ actorName: 'Supervisor', action: 'reveal-card', reason: REASON }] })
  })

  test('is in no table and no cache', async () => {
    const { card, path } = await newCard()
    const { statusCode, headers, body } = await door.server.inject({
      method: 'POST',
      url: path,
      payload: { reason: REASON },
      headers: as({ operatorKey: door.key }),
    })
    expect([statusCode, headers['cache-control']]).toEqual([200, 'no-store'])
    const { pan } = JSON.parse(body) as { pan: string }
    const { rows } = await door.useCases.pool.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public'`,
    )
    for (const { name } of rows) {
      const { rowCount } = await door.useCases.pool.query(
        `select from "${name}" t where t::text like '%' || $1 || '%'`,
        [pan],
      )
      expect([name, rowCount]).toEqual([name, 0])
    }
    expect(await audits(card.partnerId)).toHaveLength(1)
  })

  test.each(['read-only', 'operator'] as const)(
    'is not shown to a key of role %s, which leaves no line',
    async role => {
      const { card, path } = await newCard()
      expect(codeOf(await door.post(path, { reason: REASON }, as(await newKey(role))))).toBe('403 role-insufficient')
      expect(await audits(card.partnerId)).toEqual([])
    },
  )

  test.each([{}, { reason: '' }, { reason: 'x'.repeat(129) }, { reason: 5 }, { reason: 'x', more: 1 }])(
    'is not shown for %j',
    async body => {
      const { card, path } = await newCard()
      expect(codeOf(await door.post(path, body))).toBe('400 invalid-request')
      expect(await audits(card.partnerId)).toEqual([])
    },
  )

  test('is not shown under an Idempotency-Key, which would keep it', async () => {
    const { card, path } = await newCard()
    expect(codeOf(await door.post(path, { reason: REASON }, { 'idempotency-key': 'again' }))).toBe(
      '400 invalid-request',
    )
    expect(await audits(card.partnerId)).toEqual([])
  })

  test('is the partner’s own', async () => {
    const { card } = await newCard()
    const { partner } = await addPartner(door.useCases)
    for (const id of [card.cardId, '1', 'x']) {
      const path = `/operator/v1/partners/${partner.partnerId}/cards/${id}/reveal`
      expect(codeOf(await door.post(path, { reason: REASON }))).toBe('404 card-not-found')
    }
    expect(codeOf(await door.post(`/operator/v1/partners/1/cards/${card.cardId}/reveal`, { reason: REASON }))).toBe(
      '404 partner-not-found',
    )
  })
})
