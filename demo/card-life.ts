/**
 * The rest of a card's life: the merchant claims the money and gives a part of it back, the card is blocked, found again and
 * closed, and what was left of its money is back where it came from. All of it can be read in the ledger.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { OperatorClient } from './operator-client.ts'
import { newRequestId, type PagsmileAnswer, type PagsmileClient } from './pagsmile-client.ts'
import * as shapes from './shapes.ts'
import type { Storyteller } from './storyteller.ts'

type Fields = Record<string, unknown>

export type LivedCard = {
  readonly token: string
  readonly maskedPan: string
  readonly holderId: unknown
  /** an approved purchase of 12.34 that nobody has claimed yet */
  readonly authorizationId: unknown
}

const DAY_MS = 24 * 60 * 60 * 1000

/** How long the server may take to close a card whose last hold is gone. */
const CLOSING_MS_MAX = 10_000
const CLOSING_POLL_MS = 100

export class CardLife {
  private readonly pagsmile: PagsmileClient
  private readonly operator: OperatorClient
  private readonly teller: Storyteller
  private readonly card: LivedCard

  constructor(pagsmile: PagsmileClient, operator: OperatorClient, teller: Storyteller, card: LivedCard) {
    this.pagsmile = pagsmile
    this.operator = operator
    this.teller = teller
    this.card = card
  }

  async tell(fundingAccount: string): Promise<void> {
    const { teller } = this
    teller.chapter('Pagsmile format', 'who owns the card, and what the card has')
    await this.uploadDocument()
    await this.showCard(3)
    await this.showBalance({ balance: '100.00', available_balance: '87.66', block_amount: '12.34' })
    await this.showRemaining()

    teller.chapter('Card network', 'the merchant claims the purchase, and takes a part of the goods back')
    await this.simulate('Claim it', 'clearings', {
      authorizationId: this.card.authorizationId,
      amount: '12.34',
      final: true,
    })
    await this.simulate('Give two dollars back', 'refunds', {
      authorizationId: this.card.authorizationId,
      amount: '2.00',
    })

    teller.chapter('Pagsmile format', 'blocked, found again, closed; every movement is in the ledger')
    await this.act('Block the card', 'block', { reason: 'left at home' })
    await this.showCard(4)
    await this.act('Unblock it', 'unblock', { reason: 'found' })
    await this.giveBack(fundingAccount)
    await this.act('Close it for good', 'revoke', {})
    await this.waitUntilClosed()
    await this.showLedger()
  }

  private async uploadDocument(): Promise<void> {
    const { data } = await this.call('Send a document of its holder', 'holder/upload-document', {
      holder_id: this.card.holderId,
      file_type: 1,
      file_name: 'passport.png',
      file_content: 'iVBORw0KGgo=',
      file_desc: 'passport',
    })
    this.teller.holds('a document id', Number.isSafeInteger(fieldsOf(data).id), data)
    this.teller.endStep()
  }

  private async showCard(status: number): Promise<void> {
    const { data } = await this.call('Look at the card', 'card/query-card-info', { card_token: this.card.token })
    this.teller.shape('16 keys and their forms', shapes.cardInfo, fieldsOf(data))
    this.teller.equal('card_status', fieldsOf(data).card_status, status)
    this.teller.equal('masked as ever', fieldsOf(data).card_pan, this.card.maskedPan)
    this.teller.endStep()
  }

  private async showBalance(expected: Fields): Promise<void> {
    const { data } = await this.call('Look at its money', 'card/query-card-balance', { card_token: this.card.token })
    const [row] = rowsOf(data)
    this.teller.equal('the hold is not available', { ...row, ...expected }, row)
    this.teller.endStep()
  }

  private async showRemaining(): Promise<void> {
    const { data } = await this.call('Look at its limit', 'card/query-remaining-limit', { card_token: this.card.token })
    const expected = { daily_used_transactions: 1, daily_used_amount: '12.34', daily_remaining_transactions: 0 }
    this.teller.equal(
      'one purchase counts, the declined ones do not',
      { ...fieldsOf(data), ...expected },
      fieldsOf(data),
    )
    this.teller.endStep()
  }

  private async simulate(title: string, kind: string, body: Fields): Promise<void> {
    this.teller.step(title, `POST /operator/v1/simulations/${kind}`, body)
    const answer = await this.operator.call('POST', `/operator/v1/simulations/${kind}`, body)
    this.teller.answer(`HTTP ${answer.status}`, answer.elapsedMs, answer.body)
    this.teller.equal('HTTP status', answer.status, 200)
    this.teller.endStep()
  }

  private async act(title: string, path: string, business: Fields): Promise<void> {
    const answer = await this.call(title, `card/${path}`, { card_token: this.card.token, ...business })
    this.teller.shape('code and msg and nothing else', shapes.pagsmileDone, answer.envelope)
    this.teller.endStep()
  }

  private async giveBack(fundingAccount: string): Promise<void> {
    const { data } = await this.call('Give 20 dollars back', 'card/recharge-return', {
      card_token: this.card.token,
      order_no: newRequestId(),
      payee_account_num: fundingAccount,
      amount: '20.00',
      currency: 'USD',
    })
    this.teller.shape('transaction_id has 12 digits', shapes.recharged, fieldsOf(data))
    this.teller.endStep()
  }

  /** Nothing is on hold any more, so the card is closed at once; a server with more to do may take a moment. */
  private async waitUntilClosed(): Promise<void> {
    const deadline = performance.now() + CLOSING_MS_MAX
    const path = '/issuing/card/query-card-info'
    let status: unknown
    while (status !== 6 && performance.now() < deadline) {
      if (status !== undefined) await delay(CLOSING_POLL_MS)
      status = fieldsOf((await this.pagsmile.call(path, { card_token: this.card.token })).data).card_status
    }
    await this.showCard(6)
  }

  private async showLedger(): Promise<void> {
    const day = (offset: number) => new Date(Date.now() + offset * DAY_MS).toISOString().slice(0, 10)
    const { data } = await this.call('Its whole life in money', 'card/query-card-transactions', {
      card_token: this.card.token,
      start_date: day(-1),
      end_date: day(1),
    })
    const rows = rowsOf(data)
    for (const [index, row] of rows.entries()) {
      this.teller.shape(`row ${index + 1}: 21 keys and their forms`, shapes.cardTransaction, row)
    }
    this.teller.equal(
      'type, amount and balance after it, newest first',
      rows.map(row => `${String(row.transaction_type)} ${String(row.bill_amount)} ${String(row.balance)}`),
      ['125 -69.66 0.00', '123 -20.00 69.66', '155 2.00 89.66', '152 -12.34 87.66', '122 100.00 100.00'],
    )
    this.teller.endStep()
  }

  private async call(title: string, path: string, business: Fields): Promise<PagsmileAnswer> {
    this.teller.step(title, `POST /issuing/${path}`, business)
    const answer = await this.pagsmile.call(`/issuing/${path}`, business)
    const { code, sub_code: reason } = answer.envelope
    const refusal = reason === undefined ? '' : ` (${shapes.printed(reason)})`
    this.teller.answer(`HTTP ${answer.status}, code ${shapes.printed(code)}${refusal}`, answer.elapsedMs, answer.data)
    this.teller.equal('HTTP status', answer.status, 200)
    return answer
  }
}

function rowsOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : []
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}
