/**
 * The story of one card, told through both wire formats: a contact and a cardholder, a card with money and a limit, three
 * purchases of which one is approved, one too large and one too many, the same card seen through the other format, what the
 * partner's receiver has heard of it all, a one-time password, and the rest of the card's life until it is closed. Every
 * answer is checked against what the public descriptions say about it.
 */
import { randomInt } from 'node:crypto'
import { CardLife } from './card-life.ts'
import type { SandboxCredentials } from './issuer-process.ts'
import { KeySecureClient, TOKEN_PATH } from './keysecure-client.ts'
import { type Merchant, OperatorClient, SIMULATE_PATH } from './operator-client.ts'
import { formatTimestamp, newRequestId, type PagsmileAnswer, PagsmileClient } from './pagsmile-client.ts'
import { tellOfPartnerThatDecides } from './partner-decides.ts'
import * as shapes from './shapes.ts'
import type { Storyteller } from './storyteller.ts'
import { tellOfThreeDs } from './three-ds.ts'
import { type Heard, isSigned, membersOf, WebhookReceiver } from './webhook-receiver.ts'

type Fields = Record<string, unknown>

const DAY_MS = 24 * 60 * 60 * 1000
/** Webhooks come within moments. */
const PATIENCE_MS = 10_000

const MERCHANT: Merchant = {
  id: '1715679487057813',
  name: 'Test Merchant',
  mcc: '5411',
  country: 'US',
  city: 'Seattle',
  acquirerId: '00000361603',
}

/** Chosen so that the second purchase breaks only the single amount and the third only the daily count. */
const LIMIT = {
  daily_transactions: 1,
  single_amount: '50.00',
  daily_amount: '200.00',
  monthly_amount: '500.00',
  total_amount: '1000.00',
}

const PURCHASES = [
  {
    title: 'A purchase within every limit',
    amount: '12.34',
    expected: { decision: 'approved', declineReason: null, responseCode: '00', authStatus: 1 },
  },
  {
    title: 'A purchase above the single amount',
    amount: '50.01',
    expected: { decision: 'declined', declineReason: 'single-amount-exceeded', responseCode: '61', authStatus: 2 },
  },
  {
    title: 'One purchase more than the day allows',
    amount: '5.00',
    expected: { decision: 'declined', declineReason: 'daily-count-exceeded', responseCode: '65', authStatus: 2 },
  },
] as const

type Simulated = (typeof PURCHASES)[number] & { authorizationId: unknown; approvalCode: unknown }

/** What later steps need and an earlier answer did not give. */
export class StoryCannotGoOn extends Error {}

/** Throws StoryCannotGoOn, or the network's error; a failed check is only told and counted. */
export async function tellStory(credentials: SandboxCredentials, teller: Storyteller): Promise<void> {
  const { baseUrl } = credentials
  const story = new CardStory(
    new PagsmileClient({ baseUrl, ...credentials.pagsmile }),
    new KeySecureClient({ baseUrl, ...credentials.keysecure }),
    new OperatorClient({ baseUrl, operatorKey: credentials.operatorKey }),
    teller,
  )
  const receiver = await WebhookReceiver.start()
  const endpoints: string[] = []
  try {
    teller.chapter('Webhooks', 'a receiver on this machine, which the operator enters for the partner')
    endpoints.push(await story.addEndpoint(credentials, 'pagsmile', receiver))
    endpoints.push(await story.addEndpoint(credentials, 'keysecure', receiver))
    await tellOf(story, credentials, teller, receiver)
  } finally {
    for (const endpoint of endpoints) await story.removeEndpoint(endpoint)
    await receiver.stop()
  }
}

async function tellOf(
  story: CardStory,
  credentials: SandboxCredentials,
  teller: Storyteller,
  receiver: WebhookReceiver,
): Promise<void> {
  teller.chapter('Pagsmile format', 'every body is AES-encrypted, its key RSA-encrypted; shown here in clear')
  const contactId = await story.createContact()
  await story.queryContacts(contactId)
  const holderId = await story.createHolder()
  const card = await story.applyForCard(holderId)
  await story.recharge(card.token, credentials.pagsmile.fundingAccount)
  const limitId = await story.createLimit(card.token)
  await story.queryLimit(limitId, card.token)

  teller.chapter('Card network', 'the operator simulates what a terminal would send')
  const simulated: Simulated[] = []
  for (const purchase of PURCHASES) simulated.push(await story.simulate(card.token, purchase))

  teller.chapter('Pagsmile format', 'what the partner sees of it')
  await story.queryAuthorizations(card, simulated)

  teller.chapter('KeySecure format', 'plain JSON; credentials in headers')
  await story.logIn()
  const cardNo = await story.listCards(card)

  teller.chapter('Webhooks', 'what the receiver has heard meanwhile')
  await story.hearPagsmile(receiver, credentials.pagsmile.partnerId, holderId, card, simulated)
  await story.hearKeysecure(receiver, credentials.keysecure, cardNo, simulated)
  await story.tellOfThreeDs(receiver, card, 2 + simulated.length)

  await story.tellTheRest(holderId, card, simulated, credentials.pagsmile.fundingAccount)
  await story.tellOfPartnerThatDecides(credentials)
}

type Card = { token: string; maskedPan: string; remark: string }

class CardStory {
  private readonly pagsmile: PagsmileClient
  private readonly keysecure: KeySecureClient
  private readonly operator: OperatorClient
  private readonly teller: Storyteller

  constructor(pagsmile: PagsmileClient, keysecure: KeySecureClient, operator: OperatorClient, teller: Storyteller) {
    this.pagsmile = pagsmile
    this.keysecure = keysecure
    this.operator = operator
    this.teller = teller
  }

  /** Returns the path of the new endpoint. */
  async addEndpoint(
    credentials: SandboxCredentials,
    dialect: 'pagsmile' | 'keysecure',
    receiver: WebhookReceiver,
  ): Promise<string> {
    const path = `/operator/v1/partners/${credentials.partnerId}/webhook-endpoints`
    const credential = dialect === 'pagsmile' ? credentials.pagsmile.appId : credentials.keysecure.apiKey
    const request = { dialect, credential, url: receiver.url(`/${dialect}`) }
    this.teller.step(`Hear in the ${dialect} format`, `POST ${path}`, request)
    const { status, body, elapsedMs } = await this.operator.call('POST', path, request)
    this.teller.answer(`HTTP ${status}`, elapsedMs, body)
    if (!this.teller.equal('HTTP status', status, 201)) throw new StoryCannotGoOn('there is no endpoint')
    this.teller.equal('it listens', body.state, 'active')
    this.teller.endStep()
    return `${path}/${String(body.endpointId)}`
  }

  async removeEndpoint(path: string): Promise<void> {
    await this.operator.call('DELETE', path)
  }

  async hearPagsmile(
    receiver: WebhookReceiver,
    partnerNo: string,
    holderId: unknown,
    card: Card,
    simulated: Simulated[],
  ): Promise<void> {
    this.teller.step('Notifications of Pagsmile', 'plain JSON', undefined)
    const heard = await receiver.wait('/pagsmile', 2 + simulated.length, PATIENCE_MS)
    this.tellHeard(heard)
    this.teller.equal('one for each event', heard.length, 2 + simulated.length)
    for (const { body } of heard) {
      this.teller.shape('9 keys of the envelope', shapes.notification, body)
      this.teller.equal('for this partner', body.partner_id, partnerNo)
    }
    this.teller.equal('no id twice', new Set(heard.map(({ body }) => body.request_id)).size, heard.length)
    const contents = (type: number) =>
      heard.filter(({ body }) => body.notify_type === type).map(({ body }) => fieldsOf(body.biz_data))
    const [approval, application] = [contents(3)[0], contents(1)[0]]
    this.teller.equal('3: the holder is approved', approval && [approval.holder_id, approval.status], [holderId, 1])
    this.teller.equal(
      '1: the card is made',
      application && [application.card_token, application.card_pan, application.order_status],
      [card.token, card.maskedPan, 5],
    )
    const rows = contents(4)
    for (const purchase of simulated) {
      const row = rows.find(each => each.auth_id === purchase.authorizationId)
      this.teller.shape('4: 27 keys as in the query', shapes.authorization, row)
      const told = row && [row.bill_amount, row.auth_status, row.response_code]
      const { authStatus, responseCode } = purchase.expected
      this.teller.equal(`4: ${purchase.amount} USD`, told, [`-${purchase.amount}`, authStatus, responseCode])
    }
    this.teller.endStep()
  }

  async hearKeysecure(
    receiver: WebhookReceiver,
    credentials: SandboxCredentials['keysecure'],
    cardNo: unknown,
    simulated: Simulated[],
  ): Promise<void> {
    this.teller.step('Callbacks of KeySecure', 'signed', undefined)
    const heard = await receiver.wait('/keysecure', 1 + simulated.length, PATIENCE_MS)
    this.tellHeard(heard)
    this.teller.equal('one for each event that this format tells', heard.length, 1 + simulated.length)
    this.teller.equal(
      'every signature is right',
      heard.filter(each => isSigned(each, credentials)).length,
      heard.length,
    )
    this.teller.equal('no id twice', new Set(heard.map(({ body }) => body.id)).size, heard.length)
    const [update] = heard.filter(({ body }) => body.action === 'Card_update').map(({ body }) => fieldsOf(body.data))
    this.teller.equal(
      'Card_update: the card is active',
      update && [update.card_no, update.before_status, update.after_status],
      [cardNo, 'Pending', 'Activated'],
    )
    // in the words of the body: a number keeps its decimals
    const amounts = heard
      .filter(({ body }) => body.action === 'Consumption')
      .map(({ text }) => membersOf(text))
      .map(({ amount, status, card_no: no }) => `${amount} ${status} ${no}`)
    const expected = simulated.map(
      ({ amount, expected: { decision } }) =>
        `${amount} ${decision === 'approved' ? 'Success' : 'Fail'} ${String(cardNo)}`,
    )
    this.teller.equal('Consumption: every purchase', amounts.toSorted(inOrder), expected.toSorted(inOrder))
    this.teller.endStep()
  }

  private tellHeard(heard: Heard[]): void {
    for (const { text } of heard) this.teller.remark(text.length > 100 ? `${text.slice(0, 100)}…` : text)
  }

  async createContact(): Promise<unknown> {
    const data = await this.pagsmileObject('Create a card contact', '/issuing/card/create-contact', CONTACT)
    this.teller.shape('contact_id is a number', shapes.contactCreated, data)
    this.teller.endStep()
    return data.contact_id
  }

  async queryContacts(contactId: unknown): Promise<void> {
    const rows = await this.pagsmileList('Find it again', '/issuing/card/query-contacts', {
      contact_id: contactId,
      start_date: formatTimestamp(new Date(Date.now() - DAY_MS)),
      end_date: formatTimestamp(new Date(Date.now() + DAY_MS)),
      page_num: 1,
      page_size: 30,
    })
    const [row] = rows
    this.teller.equal('exactly this contact', rows.length, 1)
    this.teller.shape('7 keys and their forms', shapes.contact, row)
    this.teller.equal('same id', row?.contact_id, contactId)
    this.teller.equal('same texts as sent', { ...row, ...CONTACT }, row)
    this.teller.equal('language defaults to en', row?.language, 'en')
    this.teller.endStep()
  }

  async createHolder(): Promise<unknown> {
    const holder = { ...HOLDER, id_no: String(randomInt(1_000_000_000, 10_000_000_000)) }
    const data = await this.pagsmileObject('Create a cardholder', '/issuing/holder/create', holder)
    this.teller.shape('5 keys and their forms', shapes.holderCreated, data)
    this.teller.equal('id_no as sent', data.id_no, holder.id_no)
    this.teller.equal('audit_status right after creation', data.audit_status, 2)
    this.teller.endStep()
    return data.holder_id
  }

  async applyForCard(holderId: unknown): Promise<Card> {
    const application = {
      order_no: newRequestId(),
      card_scheme: 3,
      card_type: 3,
      card_bin: '658704',
      is_share_card: false,
      card_remark: 'groceries',
      holder_id: holderId,
    }
    const data = await this.pagsmileObject('Apply for a card', '/issuing/card/apply', application)
    this.teller.shape('keys and their forms, PAN masked', shapes.cardApplied, data)
    this.teller.equal('order_no as sent', data.order_no, application.order_no)
    this.teller.equal('owner', data.holder_id, holderId)
    this.teller.equal("owner's name", data.holder_name, `${HOLDER.first_name} ${HOLDER.last_name}`)
    this.teller.equal('BIN', data.card_bin, application.card_bin)
    this.teller.holds('PAN begins with the BIN', String(data.card_pan).startsWith('658704'), data.card_pan)
    this.teller.endStep()
    if (typeof data.card_token !== 'string' || data.card_token === '') {
      throw new StoryCannotGoOn('the application answered without a card_token')
    }
    return { token: data.card_token, maskedPan: String(data.card_pan), remark: application.card_remark }
  }

  async recharge(cardToken: string, fundingAccount: string): Promise<void> {
    const data = await this.pagsmileObject('Put money on the card', '/issuing/card/recharge', {
      card_token: cardToken,
      order_no: newRequestId(),
      pay_account_num: fundingAccount,
      amount: '100.00',
      currency: 'USD',
      reference: 'first top-up',
    })
    this.teller.shape('transaction_id has 12 digits', shapes.recharged, data)
    this.teller.endStep()
  }

  async createLimit(cardToken: string): Promise<unknown> {
    const data = await this.pagsmileObject('Limit the card', '/issuing/card/create-limit', {
      card_token: cardToken,
      ...LIMIT,
    })
    this.teller.shape('limit_id is a number', shapes.limitCreated, data)
    this.teller.endStep()
    return data.limit_id
  }

  async queryLimit(limitId: unknown, cardToken: string): Promise<void> {
    const data = await this.pagsmileObject('Read the limit', '/issuing/card/query-limit', { limit_id: limitId })
    this.teller.shape('8 keys and their forms', shapes.cardLimit, data)
    this.teller.equal('same limit, same card', [data.limit_id, data.card_token], [limitId, cardToken])
    this.teller.equal('the five values as sent', { ...data, ...LIMIT }, data)
    this.teller.endStep()
  }

  async simulate(cardToken: string, purchase: (typeof PURCHASES)[number]): Promise<Simulated> {
    const request = { cardToken, amount: purchase.amount, currency: 'USD', merchant: MERCHANT }
    this.teller.step(purchase.title, `POST ${SIMULATE_PATH}`, request)
    const { status, body, elapsedMs } = await this.operator.simulatePurchase(request, newRequestId())
    const { trace, ...decision } = body
    this.teller.answer(`HTTP ${status}`, elapsedMs, decision)
    this.mustBeOk(purchase.title, status)
    const entries = rowsOf(trace)
    this.teller.remark(`trace: ${entries.map(each => `${String(each.check)} ${each.passed ? '✓' : '✗'}`).join(', ')}`)
    const objection = entries.find(each => each.passed === false)
    if (objection !== undefined) this.teller.remark(`objection: ${shapes.printed(objection)}`)

    const { expected } = purchase
    this.teller.shape('keys and their forms', shapes.decision, body, 'more keys are fine')
    this.teller.equal('decision', body.decision, expected.decision)
    this.teller.equal('decline reason', body.declineReason, expected.declineReason)
    this.teller.equal('response code', body.responseCode, expected.responseCode)
    this.teller.equal(
      'an approval code only when approved',
      body.approvalCode !== null,
      expected.decision === 'approved',
    )
    this.teller.equal('transaction amount', body.transactionAmount, { amount: purchase.amount, currency: 'USD' })
    this.teller.equal('billing amount', body.billingAmount, { amount: purchase.amount, currency: 'USD' })
    this.teller.equal(
      'an objection in the trace only when declined',
      objection !== undefined,
      expected.decision === 'declined',
    )
    this.teller.endStep()
    return { ...purchase, authorizationId: body.authorizationId, approvalCode: body.approvalCode }
  }

  async queryAuthorizations(card: Card, simulated: Simulated[]): Promise<void> {
    const rows = await this.pagsmileList('All three, with their outcome', '/issuing/card/query-card-authorizations', {
      card_token: card.token,
      start_date: formatTimestamp(new Date(Date.now() - DAY_MS)),
      end_date: formatTimestamp(new Date(Date.now() + DAY_MS)),
    })
    this.teller.equal('three rows', rows.length, simulated.length)
    for (const [index, row] of rows.entries()) {
      this.teller.shape(`row ${index + 1}: 26 keys of the example and card_remark`, shapes.authorization, row)
    }
    for (const purchase of simulated) {
      const expected = {
        data_type: 'cardAuthorization',
        card_token: card.token,
        card_pan: card.maskedPan,
        process_status: 2,
        auth_status: purchase.expected.authStatus,
        auth_code: purchase.approvalCode,
        response_code: purchase.expected.responseCode,
        acquirer_id: MERCHANT.acquirerId,
        mcc_code: MERCHANT.mcc,
        merchant_id: MERCHANT.id,
        merchant_name: MERCHANT.name,
        transaction_amount: `-${purchase.amount}`,
        transaction_currency: 'USD',
        transaction_country_code: MERCHANT.country,
        bill_amount: `-${purchase.amount}`,
        bill_currency: 'USD',
        settled_amount: '0.00',
        card_remark: card.remark,
      }
      const row = rows.find(each => each.auth_id === purchase.authorizationId)
      this.teller.equal(`${purchase.amount} USD ${purchase.expected.decision}`, row && pick(row, expected), expected)
    }
    this.teller.endStep()
  }

  async logIn(): Promise<void> {
    this.teller.step('Get a token', `GET ${TOKEN_PATH}`, undefined)
    const { status, envelope, elapsedMs } = await this.keysecure.logIn()
    const data = fieldsOf(envelope.data)
    const shown = { ...data, access_token: `${String(data.access_token).slice(0, 6)}…` }
    this.teller.answer(`HTTP ${status}, code ${printedCode(envelope)}`, elapsedMs, shown)
    this.mustBeOk('Get a token', status)
    this.teller.shape('code 0, Success', shapes.keysecureSuccess, envelope)
    this.teller.shape('an opaque token and its expiry', shapes.accessToken, data)
    this.teller.holds('it lives on', Number(data.expired_time) > Date.now(), data.expired_time)
    this.teller.endStep()
  }

  /** Returns the card's number in this format. */
  async listCards(card: Card): Promise<unknown> {
    const path = '/open-api/v1/card/list'
    const request = {
      cardholder_no: '',
      card_unique_no: '',
      card_no: '',
      start_time: formatTimestamp(new Date(Date.now() - DAY_MS)).slice(0, 10),
      end_time: formatTimestamp(new Date(Date.now() + DAY_MS)).slice(0, 10),
      page: 0,
      size: 100,
    }
    this.teller.step('The same card in the card list', `POST ${path}`, request)
    const { status, envelope, elapsedMs } = await this.keysecure.post(path, request, { Timezone: 'UTC' })
    const data = fieldsOf(envelope.data)
    const list = rowsOf(data.list)
    const row = list.find(each => each.card_last_no === card.maskedPan.slice(-4))
    this.teller.answer(`HTTP ${status}, code ${printedCode(envelope)}, ${list.length} in data.list`, elapsedMs, row)
    this.mustBeOk('The card list', status)
    this.teller.shape('code 0, Success', shapes.keysecureSuccess, envelope)
    this.teller.equal('data holds a list and nothing else', Object.keys(data), ['list'])
    this.teller.equal('last four digits equal', row?.card_last_no, card.maskedPan.slice(-4))
    this.teller.shape('8 keys and their forms', shapes.listedCard, row)
    this.teller.equal('a virtual, active card', [row?.card_type, row?.status], ['Virtual', 'Activated'])
    this.teller.endStep()
    return row?.card_no
  }

  tellOfThreeDs(receiver: WebhookReceiver, card: Card, heardBefore: number): Promise<void> {
    return tellOfThreeDs(this.operator, this.teller, receiver, { card, shop: MERCHANT, heardBefore })
  }

  tellOfPartnerThatDecides(credentials: SandboxCredentials): Promise<void> {
    return tellOfPartnerThatDecides(this.operator, this.teller, credentials, MERCHANT)
  }

  tellTheRest(holderId: unknown, card: Card, simulated: Simulated[], fundingAccount: string): Promise<void> {
    const approved = simulated.find(purchase => purchase.expected.decision === 'approved')
    const lived = { ...card, holderId, authorizationId: approved?.authorizationId }
    return new CardLife(this.pagsmile, this.operator, this.teller, lived).tell(fundingAccount)
  }

  /** Every step builds on those before it, so a refused call ends the story. */
  private mustBeOk(title: string, status: number): void {
    if (!this.teller.equal('HTTP status', status, 200))
      throw new StoryCannotGoOn(`"${title}" was not answered with 200`)
  }

  // Calls in the Pagsmile format

  private async pagsmileObject(title: string, path: string, business: Fields): Promise<Fields> {
    const answer = await this.pagsmileCall(title, path, business)
    const data = fieldsOf(answer.data)
    this.teller.equal('total 1', answer.envelope.total, 1)
    return data
  }

  private async pagsmileList(title: string, path: string, business: Fields): Promise<Fields[]> {
    const answer = await this.pagsmileCall(title, path, business)
    const rows = rowsOf(answer.data)
    this.teller.equal('total counts the rows', answer.envelope.total, rows.length)
    return rows
  }

  private async pagsmileCall(title: string, path: string, business: Fields): Promise<PagsmileAnswer> {
    this.teller.step(title, `POST ${path}`, business)
    const answer = await this.pagsmile.call(path, business)
    const { status, envelope, elapsedMs } = answer
    const total = envelope.total === undefined ? '' : `, total ${printedCode(envelope, 'total')}`
    const refusal =
      envelope.sub_code === undefined
        ? ''
        : ` (${printedCode(envelope, 'sub_code')}: ${printedCode(envelope, 'sub_msg')})`
    this.teller.answer(`HTTP ${status}, code ${printedCode(envelope)}${refusal}${total}`, elapsedMs, answer.data)
    this.mustBeOk(title, status)
    this.teller.shape('envelope', shapes.pagsmileSuccess(this.pagsmile.credentials.appId), envelope)
    return answer
  }
}

function inOrder(a: string, b: string): number {
  return a < b ? -1 : 1
}

function printedCode(envelope: Fields, key = 'code'): string {
  return shapes.printed(envelope[key]).replaceAll('"', '')
}

/** The fields of `row` that `like` has, in the order of `like`. */
function pick(row: Fields, like: Fields): Fields {
  return Object.fromEntries(Object.keys(like).map(key => [key, row[key]]))
}

function rowsOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : []
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

const CONTACT = {
  first_name: 'Ada',
  last_name: 'Lovelace',
  mobile: '+861234789999',
  email: 'ada@example.com',
}

const HOLDER = {
  mobile: '8512345679',
  first_name: 'Ada',
  last_name: 'Lovelace',
  id_type: 1,
  issuance_date: '2020-01-01',
  expires_on: '2040-01-01',
  email: 'ada@example.com',
  birthday: '1990-11-08',
  gender: 2,
  nationality_code: 'BR',
  address: {
    line: 'Avenida Paulista 1000',
    line2: '',
    postal_code: '01310',
    city_name: 'Sao Paulo',
    state: 'Sao Paulo',
    country_code: 'BR',
  },
}
