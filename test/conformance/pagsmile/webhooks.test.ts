/**
 * Webhooks from the partner's side: registered through the wire, heard by a receiver, and looking like the documented
 * examples. The receiver listens on this machine, so a server elsewhere must be able to reach it here.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newRequestId } from '../../../demo/pagsmile-client.ts'
import { type Heard, WebhookReceiver } from '../../../demo/webhook-receiver.ts'
import { notificationFaults } from '../../support/reference.ts'
import { differences, isRecord, readGolden, readNotification } from '../golden.ts'
import type { Fields, Issuer, TestCard } from '../issuer.ts'
import * as given from '../issuer.ts'
import * as operator from './operator.ts'

let issuer: Issuer
let receiver: WebhookReceiver

beforeAll(async () => {
  issuer = await given.startIssuer()
  receiver = await WebhookReceiver.start()
}, given.START_MS_MAX)

afterAll(async () => {
  await receiver.stop()
  await given.stopIssuer(issuer)
}, given.START_MS_MAX)

const PATIENCE_MS = 15_000

/** A partner of its own for each test: one URL for each type is all that an app may have. */
const newPartner = () => operator.newPartner(issuer)

const call = (of: Issuer, path: string, business: Fields) => of.pagsmile.call(`/issuing/${path}`, business)

const data = async (of: Issuer, path: string, business: Fields) => given.dataOf(of, await call(of, path, business))

let paths = 0

/** Registers a path of the receiver for a type. */
async function listen(of: Issuer, webhook_type: number): Promise<string> {
  paths += 1
  const path = `/hook-${paths}`
  await data(of, 'webhook/create', { webhook_type, webhook_url: receiver.url(path) })
  return path
}

const bizDataOf = ({ body }: Heard): Fields => (isRecord(body.biz_data) ? body.biz_data : {})

async function approvedHolder(of: Issuer): Promise<number> {
  const { holder_id } = await data(of, 'holder/create', given.holderFields())
  await operator.approveHolder(of, holder_id)
  return Number(holder_id)
}

async function newCard(of: Issuer): Promise<TestCard> {
  const holderId = await approvedHolder(of)
  const initial = { initial_balance: '100.00', pay_account_num: of.fundingAccount }
  const card = await data(of, 'card/apply', given.applicationFields(holderId, initial))
  return { token: String(card.card_token), maskedPan: String(card.card_pan), holderId }
}

/** What keeps a notification from looking like the example's; partners have longer numbers here, and no sub partners. */
function unlike(example: Fields, { body }: Heard): string[] {
  const { sub_partner_id: _none, ...documented } = example
  const { partner_id: partnerId } = body
  return [
    ...differences({ ...documented, partner_id: partnerId, random_key: '' }, body, [], 'body'),
    ...notificationFaults('pagsmile', `notification${String(body.notify_type)}`, body),
  ]
}

describe('webhooks', () => {
  it('are registered as documented, once for each type', async () => {
    const of = await newPartner()
    const golden = await readGolden('pagsmile-webhook-create')
    const { biz_data: business } = golden.request.body
    const fields = isRecord(business) ? business : {}
    const { webhook_id } = await data(of, 'webhook/create', { ...fields, webhook_url: receiver.url('/first') })
    given.expectRefusal(await call(of, 'webhook/create', fields), { code: '40002', subCode: 'dublicate-data' })
    const partner = { partner_id: of.credentials.pagsmile.partnerId }
    const answer = await call(of, 'webhook/query-webhook-list', partner)
    const example = (await readGolden('pagsmile-webhook-query-webhook-list')).response.body.data
    expect(differences(example, answer.data)).toEqual([])
    expect(answer.data).toEqual([
      {
        webhook_id,
        webhook_type: 2,
        webhook_url: receiver.url('/first'),
        webhook_desc: 'test',
        create_time: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
      },
    ])
    const rowsOf = async (filter: Fields) =>
      given.rowsOf(of, await call(of, 'webhook/query-webhook-list', { ...partner, ...filter }))
    expect([await rowsOf({ webhook_type: 3 }), await rowsOf({ webhook_id: 1 })]).toEqual([[], []])
    const update = { webhook_id, webhook_url: receiver.url('/second') }
    expect(await data(of, 'webhook/update', update)).toEqual({ webhook_id })
    expect((await rowsOf({ webhook_id }))[0]).toMatchObject({
      webhook_url: receiver.url('/second'),
      webhook_desc: 'test',
    })
  })

  it('are refused with an address, a type or an id that is none', async () => {
    const [of, other] = [await newPartner(), await newPartner()]
    const create = (changes: Fields) =>
      call(of, 'webhook/create', { webhook_type: 1, webhook_url: receiver.url('/x'), ...changes })
    const refusals: [Fields, string, string][] = [
      [{ webhook_url: 'not a URL' }, 'parameters-error', 'webhook_url'],
      [{ webhook_url: 'ftp://example.com/x' }, 'parameters-error', 'webhook_url'],
      [{ webhook_url: `https://example.com/${'x'.repeat(128)}` }, 'parameters-error', 'webhook_url'],
      [{ webhook_url: null }, 'mandatory-data', 'webhook_url'],
      [{ webhook_type: 5 }, 'parameters-error', 'webhook_type'],
      [{ webhook_desc: 'd'.repeat(129) }, 'parameters-error', 'webhook_desc'],
    ]
    for (const [changes, subCode, naming] of refusals) {
      given.expectRefusal(await create(changes), { code: '40002', subCode, naming })
    }
    const { webhook_id } = await data(other, 'webhook/create', { webhook_type: 1, webhook_url: receiver.url('/y') })
    for (const id of [webhook_id, 999_999_999]) {
      given.expectRefusal(await call(of, 'webhook/update', { webhook_id: id, webhook_url: receiver.url('/z') }), {
        code: '40002',
        subCode: 'data-not-found',
      })
    }
  })

  it('1, 2 and 4 tell of a card as the examples do', async () => {
    const of = await newPartner()
    const [applications, statuses, authorizations] = [await listen(of, 1), await listen(of, 2), await listen(of, 4)]
    const card = await newCard(of)
    const [applied] = await receiver.wait(applications, 1, PATIENCE_MS)
    if (applied === undefined) throw new Error('no application was told')
    expect(unlike(await readNotification('pagsmile-notification-1'), applied)).toEqual([])
    expect(bizDataOf(applied)).toMatchObject({ card_token: card.token, order_status: 5, holder_id: card.holderId })

    const { body: decided } = await issuer.operator.simulatePurchase(
      { cardToken: card.token, amount: '7.12', currency: 'USD', merchant: given.MERCHANT },
      newRequestId(),
    )
    const authorizationId = String(decided.authorizationId)
    const [authorization] = await receiver.wait(authorizations, 1, PATIENCE_MS)
    const { biz_data: example } = await readNotification('pagsmile-notification-4')
    // the merchant is the one of the simulated message
    const documented = {
      ...(isRecord(example) ? example : {}),
      acquirer_id: given.MERCHANT.acquirerId,
      merchant_id: given.MERCHANT.id,
    }
    const wrong = differences(documented, authorization && bizDataOf(authorization), ['card_remark'])
    expect(wrong).toEqual([])

    await call(of, 'card/block', { card_token: card.token, reason: 'test' })
    await call(of, 'card/revoke', { card_token: card.token })
    await operator.simulate(issuer, 'clearings', { authorizationId, amount: '7.12', final: true })
    const told = await receiver.wait(statuses, 3, PATIENCE_MS)
    const changed = await readNotification('pagsmile-notification-2')
    for (const each of told) expect(unlike(changed, each)).toEqual([])
    const changes = told.map(each => bizDataOf(each)).map(({ pre_status, status, desc }) => [pre_status, status, desc])
    // none comes twice, and their order is not promised
    expect(new Set(changes.map(each => JSON.stringify(each)))).toEqual(
      new Set(['[3,4,"test"]', '[4,7,""]', '[7,6,""]']),
    )
    expect(changes).toHaveLength(3)
    const rows = (await receiver.wait(authorizations, 2, PATIENCE_MS)).map(each => bizDataOf(each).data_type)
    expect(new Set(rows)).toEqual(new Set(['cardAuthorization', 'cardSettlement']))
  })

  it('6 tells the password of a 3-D Secure challenge as the example does, and it passes', async () => {
    const of = await newPartner()
    const path = await listen(of, 6)
    const card = await newCard(of)
    const price = { cardToken: card.token, amount: '7.12', currency: 'USD', merchant: given.MERCHANT }
    const { challengeId } = await operator.simulate(issuer, 'three-ds-challenges', price)
    const [told] = await receiver.wait(path, 1, PATIENCE_MS)
    if (told === undefined) throw new Error('no password was told')
    const example = await readNotification('pagsmile-notification-6')
    const { biz_data: content } = example
    // its card token has a digit less than those of all other examples
    const documented = { ...example, biz_data: { ...(isRecord(content) ? content : {}), card_token: card.token } }
    expect(unlike(documented, told)).toEqual([])
    const { validation_value: password, ...rest } = bizDataOf(told)
    expect(rest).toMatchObject({ amount: '7.12', card_pan: card.maskedPan, merchant_name: given.MERCHANT.name })
    const threeDsChallenge = { challengeId, password }
    expect(await operator.simulate(issuer, 'authorizations', { ...price, threeDsChallenge })).toMatchObject({
      decision: 'approved',
    })
  })

  it('3 tells of every step of an audit, with the codes of a refusal', async () => {
    const of = await newPartner()
    const path = await listen(of, 3)
    const { holder_id } = await data(of, 'holder/create', given.holderFields())
    const file_content = Buffer.from('%PDF-1.7').toString('base64')
    for (const file_type of [1, 3]) {
      await data(of, 'holder/upload-document', { holder_id, file_type, file_name: 'test.pdf', file_content })
    }
    await operator.rejectHolder(of, holder_id)
    await operator.approveHolder(of, holder_id)
    const told = await receiver.wait(path, 3, PATIENCE_MS)
    const example = await readNotification('pagsmile-notification-3')
    for (const each of told) {
      // an array that is empty has no first row to compare
      expect(unlike(example, each).filter(line => !line.includes('codes'))).toEqual([])
    }
    const steps = told.map(each => bizDataOf(each)).map(({ pre_status, status, codes }) => [pre_status, status, codes])
    expect(new Set(steps.map(each => JSON.stringify(each)))).toEqual(new Set(['[2,1,[]]', '[2,4,[]]', '[4,2,["1"]]']))
    expect(new Set(told.map(each => each.body.request_id)).size).toBe(3)
  })
})
