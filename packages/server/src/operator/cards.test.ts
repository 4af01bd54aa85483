import type { Card } from '@openissuer/core/card/card.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createOperatorDoor, type OperatorDoor } from '../../../../test/support/operator-door.ts'
import { addLoadedCard, addPartner, addProgram, setCardStatus } from '../../../../test/support/use-cases.ts'

let door: OperatorDoor

beforeAll(async () => {
  door = await createOperatorDoor()
  await addProgram(door.useCases)
})

afterAll(() => door.close())

async function newCard(): Promise<Card> {
  return addLoadedCard(door.useCases, await addPartner(door.useCases), 10_000n)
}

const setPin = (card: Pick<Card, 'token'>, body: unknown, headers?: Record<string, string>) =>
  door.call('PUT', `/operator/v1/cards/${card.token}/pin`, body, headers)

const kept = ({ partnerId, cardId }: Card) => door.useCases.ports.storage.read.pinDigest(partnerId, cardId)

/** Every text and every byte of the database, as one text: bytes in hexadecimal. */
async function everythingStored(): Promise<string> {
  const { rows } = await door.useCases.pool.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
  )
  const contents = await Promise.all(rows.map(({ name }) => door.useCases.pool.query(`select t::text from ${name} t`)))
  return JSON.stringify(contents.map(result => result.rows))
}

describe('a PIN', () => {
  test('is set, replaced, and in no answer and no row', async () => {
    const card = await newCard()
    const first = await setPin(card, { pin: '918273645546' }, { 'idempotency-key': 'pin-1' })
    expect([first.status, first.body]).toEqual([200, { cardToken: card.token, hasPin: true }])
    const digest = await kept(card)
    expect(digest?.digest).toHaveLength(32)
    expect(await everythingStored()).not.toContain('918273645546')
    await setPin(card, { pin: '5540' })
    expect(await kept(card)).not.toEqual(digest)
  })

  test('is set in live mode too', async () => {
    const card = await newCard()
    const { status } = await door.live.call('PUT', `/operator/v1/cards/${card.token}/pin`, { pin: '5540' })
    expect([status, await kept(card)]).toEqual([200, expect.anything()])
  })

  test('leaves a line in the audit log that does not tell it', async () => {
    const card = await newCard()
    await setPin(card, { pin: '5540' })
    const { rows } = await door.useCases.pool.query(
      'select actor, action, subject, detail from audit_log where partner_id = $1',
      [card.partnerId],
    )
    expect(rows).toEqual([
      {
        actor: expect.stringMatching(/^operator-key:\d+$/),
        action: 'PUT /operator/v1/cards/:cardToken/pin',
        subject: `cardToken=${card.token}`,
        detail: null,
      },
    ])
  })

  test('that is sent again under its key is not set again; another one under it is refused', async () => {
    const card = await newCard()
    const headers = { 'idempotency-key': 'pin-2' }
    await setPin(card, { pin: '5540' }, headers)
    await setPin(card, { pin: '1111' })
    const between = await kept(card)
    expect((await setPin(card, { pin: '5540' }, headers)).status).toBe(200)
    expect(await kept(card)).toEqual(between)
    expect((await setPin(card, { pin: '5541' }, headers)).body.error.code).toBe('duplicate-request')
  })

  test.each([
    [{ pin: '123' }, 'invalid-field'],
    [{ pin: '12a4' }, 'invalid-field'],
    [{ pin: '' }, 'invalid-field'],
    [{ pin: '1234567890123' }, 'invalid-request'],
    [{ pin: 1234 }, 'invalid-request'],
    [{}, 'invalid-request'],
    [{ pin: '1234', card: '1' }, 'invalid-request'],
  ])('in %j is refused without repeating it', async (body, code) => {
    const card = await newCard()
    const refused = await setPin(card, body)
    expect([refused.status, refused.body.error.code]).toEqual([400, code])
    expect(refused.text).not.toMatch(/1234|12a4|"123"/)
    expect(await kept(card)).toBeUndefined()
  })

  test.each(['pending', 'lost', 'closing', 'closed', 'failed'] as const)(
    'of a card that is %s is refused',
    async status => {
      const card = await newCard()
      await setCardStatus(door.useCases, card, status)
      const refused = await setPin(card, { pin: '5540' })
      expect([refused.status, refused.body.error.code]).toEqual([409, 'card-status-conflict'])
      expect(await kept(card)).toBeUndefined()
    },
  )

  test.each(['999999999999', 'x'])('of the card %s, which does not exist, is refused', async token => {
    const refused = await setPin({ token }, { pin: '5540' })
    expect([refused.status, refused.body.error.code]).toEqual([404, 'card-not-found'])
  })
})
