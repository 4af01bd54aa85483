import { PAN_LENGTH } from '@openissuer/core/card/card.ts'
import { isLuhnValid } from '@openissuer/core/card/pan.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  addCard,
  addCardholder,
  addLoadedCard,
  addPartner,
  addProgram,
  createUseCases,
  newOrderNo,
  TERMS,
  type UseCases,
} from '../../../../test/support/use-cases.ts'
import { applyForCard } from './apply-for-card.ts'
import type { Random } from './ports.ts'

let useCases: UseCases

beforeAll(async () => {
  useCases = await createUseCases('2026-01-31T23:30:00Z')
  await addProgram(useCases)
  await addProgram(useCases, { programId: 2n, bin: '65870412', validityMonths: 1 })
})

afterAll(() => useCases.close())

async function sealedPanOf(cardId: bigint) {
  const { rows } = await useCases.pool.query<{ pan_ciphertext: Buffer; pan_key_id: number }>(
    'select pan_ciphertext, pan_key_id from card where card_id = $1',
    [cardId],
  )
  const row = rows[0]
  if (row === undefined) throw new Error('no such card')
  return { ciphertext: row.pan_ciphertext, keyId: row.pan_key_id }
}

async function panOf(card: { partnerId: bigint; cardId: bigint }): Promise<string> {
  return useCases.ports.vault.openPan(card, await sealedPanOf(card.cardId))
}

describe('the number of a card', () => {
  test.each([
    [1n, '658704'],
    [2n, '65870412'],
  ])('of program %s is Luhn-valid under BIN %s', async (programId, bin) => {
    const { partnerId } = await addPartner(useCases)
    for (let n = 0; n < 5; n++) {
      const card = await addCard(useCases, partnerId, { programId })
      const pan = await panOf(card)
      expect(pan).toHaveLength(PAN_LENGTH)
      expect(isLuhnValid(pan)).toBe(true)
      expect(pan.startsWith(bin)).toBe(true)
      expect(card).toMatchObject({ bin, lastFour: pan.slice(-4) })
    }
  })

  test('finds its card, and only its whole form does', async () => {
    const { partnerId } = await addPartner(useCases)
    const card = await addCard(useCases, partnerId)
    const pan = await panOf(card)
    const { read } = useCases.ports.storage
    const locate = (text: string) => read.locateCardByPan(useCases.ports.vault.fingerprintPan(text))
    expect(await locate(pan)).toEqual({ partnerId, cardId: card.cardId })
    expect(await locate(pan.slice(0, -1))).toBeUndefined()
    expect(await locate(` ${pan}`)).toBeUndefined()
    expect(await read.locateCardByToken(card.token)).toEqual({ partnerId, cardId: card.cardId })
  })

  test('opens for its own card only: moved to another row it stays shut', async () => {
    const { partnerId } = await addPartner(useCases)
    const [victim, thief] = [await addCard(useCases, partnerId), await addCard(useCases, partnerId)]
    await useCases.pool.query(
      'update card t set pan_ciphertext = v.pan_ciphertext from card v where t.card_id = $1 and v.card_id = $2',
      [thief.cardId, victim.cardId],
    )
    await expect(panOf(thief)).rejects.toThrow()
    expect(await panOf(victim)).toMatch(/^\d{16}$/)
  })

  test('stands nowhere in the database: in no column of any type, as text or as bytes', async () => {
    const partner = await addPartner(useCases)
    const card = await addLoadedCard(useCases, partner, 100n, { limit: null, remark: 'a remark' })
    const pan = await panOf(card)
    const { rows: tables } = await useCases.pool.query<{ name: string }>(
      `select relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'public' and c.relkind in ('r', 'p')`,
    )
    const dumps = await Promise.all(
      tables.map(async ({ name }) => {
        const { rows } = await useCases.pool.query<{ line: string }>(`select t::text as line from "${name}" t`)
        return rows.map(row => row.line).join('\n')
      }),
    )
    const dump = dumps.join('\n')
    // the dump shows what is kept as text and, in hexadecimal, as bytes: it would show the PAN
    expect(dump).toContain(card.token)
    expect(dump).toContain(Buffer.from(useCases.ports.vault.fingerprintPan(pan)).toString('hex'))
    for (const form of [pan, Buffer.from(pan).toString('hex'), Buffer.from(pan).toString('base64'), pan.slice(6, 15)]) {
      expect(dump).not.toContain(form)
    }
  })

  test('has a CVV2 of three digits that stays the same and follows the expiry', async () => {
    const { partnerId } = await addPartner(useCases)
    const cards = await Promise.all(Array.from({ length: 12 }, () => addCard(useCases, partnerId)))
    const codes = await Promise.all(
      cards.map(async card => {
        const pan = await panOf(card)
        const code = useCases.ports.vault.cvv2(pan, card.expiry)
        expect(code).toMatch(/^\d{3}$/)
        expect(useCases.ports.vault.cvv2(pan, card.expiry)).toBe(code)
        const later = useCases.ports.vault.cvv2(pan, { ...card.expiry, year: card.expiry.year + 1 })
        return { code, later }
      }),
    )
    expect(new Set(codes.map(({ code }) => code)).size).toBeGreaterThan(1)
    expect(codes.filter(({ code, later }) => code !== later).length).toBeGreaterThan(1)
  })
})

describe('a new card', () => {
  test('expires in the month that its program says, counted in UTC', async () => {
    const { partnerId } = await addPartner(useCases)
    expect((await addCard(useCases, partnerId)).expiry).toEqual({ month: 1, year: 2029 })
    expect((await addCard(useCases, partnerId, { programId: 2n })).expiry).toEqual({ month: 2, year: 2026 })
  })

  test('has a token of twelve digits that does not begin with zero', async () => {
    const { partnerId } = await addPartner(useCases)
    const cards = await Promise.all(Array.from({ length: 20 }, () => addCard(useCases, partnerId)))
    for (const { token } of cards) expect(token).toMatch(/^[1-9]\d{11}$/)
    expect(new Set(cards.map(({ token }) => token)).size).toBe(20)
  })
})

describe('a number that is taken', () => {
  /** Digits as scripted, then at random: `account` are the nine between BIN and check digit, one call each. */
  function scripted(script: { account?: string[]; token?: string[] }): Random {
    const singles = (script.account ?? []).join('').split('')
    const tokens = [...(script.token ?? [])]
    const { random } = useCases.ports
    return {
      ...random,
      digits: count =>
        (count === 1 ? singles.shift() : count === 12 ? tokens.shift() : undefined) ?? random.digits(count),
    }
  }

  async function issueWith(random: Random) {
    const { partnerId } = await addPartner(useCases)
    const { cardholderId } = await addCardholder(useCases, partnerId)
    const reference = newOrderNo()
    const command = { partnerId, programId: 1n, reference, owner: { cardholderId }, terms: TERMS }
    return useCases.run(work => applyForCard({ ...work, random }, command))
  }

  const lookUps = async (table: 'pan_lookup' | 'card_token_lookup', cardId: bigint) =>
    (await useCases.pool.query(`select from ${table} where card_id = $1`, [cardId])).rowCount

  test('is tried again with another', async () => {
    const { card: first } = await issueWith(scripted({ account: ['123456789'] }))
    const { card: second } = await issueWith(scripted({ account: ['123456789', '123456780'] }))
    if (first === null || second === null) throw new Error('both cards are made at once')
    expect((await panOf(first)).slice(6, 15)).toBe('123456789')
    expect((await panOf(second)).slice(6, 15)).toBe('123456780')
  })

  test('is tried again with another token, and the number that was dropped leads nowhere', async () => {
    const token = '222222222222'
    const { card: first } = await issueWith(scripted({ token: [token] }))
    const { card: second } = await issueWith(
      scripted({ account: ['333333333', '444444444'], token: [token, '333333333333'] }),
    )
    if (first === null || second === null) throw new Error('both cards are made at once')
    expect([first.token, second.token]).toEqual([token, '333333333333'])
    expect((await panOf(second)).slice(6, 15)).toBe('444444444')
    expect(await lookUps('pan_lookup', second.cardId)).toBe(1)
    expect(await lookUps('card_token_lookup', second.cardId)).toBe(1)
  })

  test('every time means that the BIN is exhausted, and the order leaves nothing behind', async () => {
    await issueWith(scripted({ account: ['555555555'] }))
    const before = await useCases.pool.query('select from card_application')
    const stuck = scripted({ account: Array<string>(1000).fill('555555555') })
    await expect(issueWith(stuck)).rejects.toMatchObject({ code: 'card-numbers-exhausted' })
    expect((await useCases.pool.query('select from card_application')).rowCount).toBe(before.rowCount)
  })
})
