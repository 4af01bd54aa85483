import type { FeeTerms } from '@openissuer/core/fee/fee-plan.ts'
import { FREE_TERMS } from '@openissuer/core/fee/fee-plan.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createKeysecureDoor, type KeysecureDoor, type Merchant } from '../../../../../test/support/keysecure-door.ts'
import { addProgram, USD } from '../../../../../test/support/use-cases.ts'
import { changeCardStatus } from '../../app/change-card-status.ts'
import { decryptField, encryptField } from './field-encryption.ts'
import { parseNo } from './ids.ts'

let door: KeysecureDoor
let merchant: Merchant
let owner: string

beforeAll(async () => {
  door = await createKeysecureDoor('2026-05-22T12:00:00Z')
  merchant = await door.newMerchant({}, { pciEnabled: true })
  owner = await door.newCardholder(merchant)
})

afterAll(() => door.close())

const ADDRESS = {
  first_name: 'Ada',
  last_name: 'Okafor',
  phone_code: '86',
  phone: '13800000000',
  postal_code: '200000',
  country: 'CN',
  state: 'Shanghai',
  city: 'Shanghai',
  address_line1: '1 Nanjing Road',
}

let cards = 0

async function newCard(card_type: 'Virtual' | 'Physical', who = merchant, cardholder_no = owner): Promise<string> {
  cards += 1
  const { data } = await who.post('/card/apply', {
    package_no: door.packageNo,
    card_bin_no: door.cardBinNo,
    cardholder_no,
    card_unique_no: `CARD-${cards}`,
    card_type,
    ...(card_type === 'Physical' ? { address_info: ADDRESS } : {}),
  })
  return data.card_no
}

const idOf = (cardNo: string) => ({ partnerId: merchant.partnerId, cardId: parseNo('card', cardNo) ?? 0n })

/** A physical card that has reached its holder, or is in use already. */
async function physicalCard(status: 'ToActivate' | 'Activated'): Promise<string> {
  const cardNo = await newCard('Physical')
  await door.useCases.run(async work => {
    await changeCardStatus(work, { ...idOf(cardNo), action: 'produce', reason: null })
    if (status === 'Activated') await changeCardStatus(work, { ...idOf(cardNo), action: 'activate', reason: null })
  })
  return cardNo
}

const detail = async (cardNo: string) => (await merchant.get(`/card/${cardNo}/detail`)).data
const statusOf = async (cardNo: string) => (await detail(cardNo)).status

async function secretsOf(cardNo: string): Promise<Record<string, string>> {
  const { data } = await merchant.get(`/card/${cardNo}/private/info`)
  const encrypted: unknown = data
  return JSON.parse(decryptField(merchant.apiSecret, encrypted as string) ?? '') as Record<string, string>
}

describe('the card detail', () => {
  test('has the documented fields in their order, empty ones where there is no fee plan', async () => {
    const cardNo = await newCard('Virtual')
    const shown = await detail(cardNo)
    expect(Object.keys(shown)).toEqual([
      'card_no',
      'card_unique_no',
      'cardholder_no',
      'card_name',
      'package_name_en',
      'package_name_cn',
      'card_type',
      'organization',
      'card_last_no',
      'fee_detail',
      'status',
      'time',
    ])
    expect(shown).toMatchObject({
      card_no: cardNo,
      cardholder_no: owner,
      card_name: '',
      package_name_en: 'Test program',
      organization: 'Discover',
      status: 'Activated',
      fee_detail: { consume_rate: '', free_small_consume_count: 0, consume_cancle_fee: '' },
    })
    expect(Object.keys(shown.fee_detail as object)).toHaveLength(22)
  })

  test('shows the plan of its program, or the one that the merchant has of its own', async () => {
    const program = await addProgram(door.useCases, { programId: 7n, bin: '658707' })
    const who = await door.newMerchant()
    const terms: FeeTerms = { ...FREE_TERMS, purchasePpm: 20_000, declineFree: { period: 'day', count: 3, days: 30 } }
    const shownTo = async () => {
      const { data } = await who.post('/card/package/list', { package_no: 'P202601010007', type: 'Virtual' })
      return data.list.map(row => row.fee_detail)
    }
    await door.useCases.run(async ({ tx, clock }) => {
      const plan = { currency: USD, createdAt: clock.now() }
      await tx.insertFeePlan({ ...plan, planId: 1n, name: 'standard', terms })
      await tx.insertFeePlan({ ...plan, planId: 2n, name: 'special', terms: { ...terms, issueMinor: 500n } })
      await tx.setFeePlanOf({ programId: program.programId, partnerId: null, planId: 1n, assignedAt: clock.now() })
    })
    const standard = {
      consume_rate: '0.02',
      open_cost: '0.00',
      decline_fee_free_type: 'Day',
      decline_fee_free_days: 30,
    }
    expect(await shownTo()).toMatchObject([standard])
    await door.useCases.run(({ tx, clock }) =>
      tx.setFeePlanOf({ ...program, partnerId: who.partnerId, planId: 2n, assignedAt: clock.now() }),
    )
    expect(await shownTo()).toMatchObject([{ ...standard, open_cost: '5.00', manage_fee_type: 'None' }])
  })

  test('names no package in AUTHORIZATION mode', async () => {
    const who = await door.newMerchant({ integrationMode: 'partner-decides' })
    const cardNo = await newCard('Virtual', who, await door.newCardholder(who))
    const { data } = await who.get(`/card/${cardNo}/detail`)
    expect(data).toMatchObject({ package_name_en: '', package_name_cn: '' })
  })

  test.each(['detail', 'private/info'])('of a card that is not the merchant’s is refused with 4001: %s', async call => {
    const stranger = await door.newMerchant({}, { pciEnabled: true })
    expect(await stranger.get(`/card/${await newCard('Virtual')}/${call}`)).toMatchObject({ code: 4001 })
    expect(await merchant.get(`/card/C202605220001/${call}`)).toMatchObject({ code: 4001 })
  })
})

describe('private info', () => {
  test('is the documented JSON under the API secret, and leaves a line in the audit log', async () => {
    const cardNo = await newCard('Virtual')
    const secrets = await secretsOf(cardNo)
    expect(Object.keys(secrets)).toEqual(['card_no', 'card_unique_no', 'cvv', 'pan', 'exp_year', 'exp_month'])
    expect(secrets).toMatchObject({ card_no: cardNo, exp_year: '2029', exp_month: '05' })
    expect(secrets.cvv).toMatch(/^\d{3}$/)
    expect(secrets.pan).toMatch(/^658704\d{10}$/)
    expect(String((await detail(cardNo)).card_last_no)).toBe(secrets.pan?.slice(-4))
    const { rows } = await door.useCases.pool.query('select action, subject from audit_log where actor = $1', [
      `keysecure-credential:${merchant.apiKey}`,
    ])
    expect(rows).toContainEqual({ action: 'reveal-card', subject: `cardId=${idOf(cardNo).cardId}` })
  })

  test('is refused with 1013 without the permission, whatever the card', async () => {
    const who = await door.newMerchant()
    expect(await who.get('/card/C202605220001/private/info')).toMatchObject({ code: 1013 })
  })
})

describe('activation', () => {
  const activate = async (cardNo: string, changes: Record<string, string> = {}, cvv?: string) => {
    const secrets = await secretsOf(cardNo)
    return merchant.post('/card/active', {
      cardholder_no: owner,
      card_no: cardNo,
      cvv: encryptField(merchant.apiSecret, cvv ?? secrets.cvv ?? ''),
      card_last_no: secrets.pan?.slice(-4),
      ...changes,
    })
  }
  const otherDigits = (digits: string) => digits.replaceAll(/\d/g, digit => String((Number(digit) + 1) % 10))

  test('takes what is printed on the card', async () => {
    const cardNo = await physicalCard('ToActivate')
    expect(await activate(cardNo)).toEqual({ code: 0, msg: 'Success', data: { result: true } })
    expect(await statusOf(cardNo)).toBe('Activated')
    expect(await activate(cardNo)).toMatchObject({ code: 4005 })
  })

  test('is refused for the first thing that is wrong, and changes nothing', async () => {
    const cardNo = await physicalCard('ToActivate')
    const { cvv = '', pan = '' } = await secretsOf(cardNo)
    const stranger = await door.newCardholder(merchant)
    const wrong = { card_last_no: otherDigits(pan.slice(-4)) }
    expect(await activate(cardNo, { cvv: '123' })).toMatchObject({ code: 1004, msg: 'cvv invalid parameter' })
    expect(await activate(cardNo, {}, '1234')).toMatchObject({ code: 1004, msg: 'cvv invalid parameter' })
    expect(await activate(cardNo, { ...wrong, cardholder_no: stranger })).toMatchObject({ code: 4006 })
    expect(await activate(cardNo, { ...wrong, cardholder_no: 'U1' })).toMatchObject({ code: 4006 })
    expect(await activate(cardNo, wrong, otherDigits(cvv))).toMatchObject({ code: 4007 })
    expect(await activate(cardNo, {}, otherDigits(cvv))).toMatchObject({ code: 4008 })
    expect(await activate(cardNo, { card_no: 'C202605220001' })).toMatchObject({ code: 4001 })
    expect(await statusOf(cardNo)).toBe('ToActivate')
  })

  test('is for physical cards that have arrived', async () => {
    expect(await activate(await newCard('Virtual'))).toMatchObject({ code: 4017 })
    expect(await activate(await newCard('Physical'))).toMatchObject({ code: 4005 })
  })
})

describe('the PIN', () => {
  const setPin = (cardNo: string, pin: string, changes: Record<string, string> = {}) =>
    merchant.post('/card/pin/set', {
      card_no: cardNo,
      cardholder_no: owner,
      pin: encryptField(merchant.apiSecret, pin),
      ...changes,
    })

  test('is six digits without easy runs, and kept', async () => {
    const cardNo = await physicalCard('Activated')
    for (const pin of ['111111', '123456', '280987', '28051', '2805190', '28051a', '']) {
      expect(await setPin(cardNo, pin), pin).toMatchObject({ code: 4016 })
    }
    expect(await setPin(cardNo, '280519')).toEqual({ code: 0, msg: 'Success', data: { result: true } })
    const { vault, storage } = door.useCases.ports
    const { partnerId, cardId } = idOf(cardNo)
    const kept = await storage.read.pinDigest(partnerId, cardId)
    expect(kept && vault.pinMatches({ partnerId, cardId }, '280519', kept)).toBe(true)
  })

  test('is refused in the documented order', async () => {
    const easy = '111111'
    const stranger = await door.newCardholder(merchant)
    const arrived = await physicalCard('ToActivate')
    expect(await setPin(arrived, easy, { pin: 'AAAA' })).toMatchObject({ code: 1004, msg: 'pin invalid parameter' })
    expect(await setPin('C202605220001', easy, { cardholder_no: stranger })).toMatchObject({ code: 4001 })
    const virtual = await newCard('Virtual')
    expect(await setPin(virtual, easy, { cardholder_no: stranger })).toMatchObject({ code: 4006 })
    expect(await setPin(virtual, easy)).toMatchObject({ code: 4017 })
    expect(await setPin(arrived, easy)).toMatchObject({ code: 4005 })
  })
})

describe('the status', () => {
  const update = (cardNo: string, status: string) => merchant.post('/card/status/update', { card_no: cardNo, status })

  /** Every status that a card can be brought to, and what each wish comes to. */
  const TABLE = [
    ['Pending', 4005, 4005, 4005],
    ['ToActivate', 4005, 4005, 'Delete'],
    ['Activated', 'Activated', 'Frozen', 'Delete'],
    ['Frozen', 'Activated', 'Frozen', 'Delete'],
    ['Delete', 4005, 4005, 'Delete'],
  ] as const

  const cardIn = async (status: (typeof TABLE)[number][0]) => {
    if (status === 'Pending') return newCard('Physical')
    if (status === 'ToActivate') return physicalCard('ToActivate')
    const cardNo = await newCard('Virtual')
    if (status !== 'Activated') await update(cardNo, status)
    return cardNo
  }

  test.each(TABLE)('%s: Activated %s, Frozen %s, Delete %s', async (status, ...outcomes) => {
    for (const [index, target] of ['Activated', 'Frozen', 'Delete'].entries()) {
      const cardNo = await cardIn(status)
      const answer = await update(cardNo, target)
      const outcome = outcomes[index]
      const failed = typeof outcome === 'number'
      expect([answer.code, await statusOf(cardNo)]).toEqual(failed ? [outcome, status] : [0, outcome])
    }
  })

  test('is noted only when it changes', async () => {
    const cardNo = await newCard('Virtual')
    for (const status of ['Frozen', 'Frozen', 'Activated', 'Activated']) await update(cardNo, status)
    const { rows } = await door.useCases.pool.query('select status from card_status_change where card_id = $1', [
      idOf(cardNo).cardId,
    ])
    expect(rows.map(row => row.status)).toEqual(['blocked', 'active'])
  })

  test('cannot be another one', async () => {
    const cardNo = await newCard('Virtual')
    for (const status of ['Pending', 'frozen', 'ToActivate']) {
      expect(await update(cardNo, status)).toMatchObject({ code: 1004, msg: 'status invalid parameter' })
    }
    expect(await update('C202605220001', 'Frozen')).toMatchObject({ code: 4001 })
  })
})

describe('products', () => {
  test('packages are for CREDIT_EXTENSION, one row a form', async () => {
    const { data } = await merchant.post('/card/package/list', { package_no: door.packageNo })
    expect(data.list).toMatchObject([
      { package_no: door.packageNo, card_bin: '658704', card_bin_no: door.cardBinNo, package_type: 'Virtual' },
      { package_no: door.packageNo, package_type: 'Physical', en_tag_list: [], cn_desc: '' },
    ])
    const only = await merchant.post('/card/package/list', { package_no: door.packageNo, type: 'Physical' })
    expect(only.data.list.map(row => row.package_type)).toEqual(['Physical'])
    expect((await merchant.post('/card/package/list', { package_no: 'P1' })).data.list).toEqual([])
    expect((await merchant.post('/card/package/list', { page: 9 })).data.list).toEqual([])
    expect(await merchant.post('/card/support/bins', {})).toMatchObject({ code: 1012 })
  })

  test('show what the operator has written of them', async () => {
    const shown = {
      nameZh: '测试卡',
      descriptionEn: 'For tests',
      descriptionZh: '用于测试',
      tagsEn: ['t'],
      tagsZh: ['测'],
    }
    await door.useCases.run(({ tx }) => tx.replacePresentation(1n, shown))
    const { data } = await merchant.post('/card/package/list', { package_no: door.packageNo, type: 'Virtual' })
    const row = { package_cn_name: '测试卡', en_desc: 'For tests', cn_desc: '用于测试', cn_tag_list: ['测'] }
    expect(data.list).toMatchObject([row])
    expect(await detail(await newCard('Virtual'))).toMatchObject({ package_name_cn: '测试卡' })
  })

  test('BINs are for AUTHORIZATION', async () => {
    const who = await door.newMerchant({ integrationMode: 'partner-decides' })
    const { data } = await who.post('/card/support/bins', { card_bin_no: door.cardBinNo })
    expect(data.list).toEqual([
      {
        card_bin_no: door.cardBinNo,
        card_bin: '658704',
        organization: 'Discover',
        support_physical: true,
        support_virtual: true,
        currencies: ['USD'],
        balance_limit: {
          limit_balance: '10000.00',
          limit_week_balance: '',
          limit_atm_day_balance: '20000.00',
          limit_atm_month_balance: '30000.00',
        },
      },
    ])
    expect(await who.post('/card/package/list', {})).toMatchObject({ code: 1012 })
    const malformed = await who.post('/card/package/list', { size: 0 })
    expect(malformed).toMatchObject({ code: 1012 })
  })
})
