/** A running sandbox in every state that a document speaks of: ids in documents stand for what is made here. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PagsmileClient, parsePagsmileWebhook } from '@openissuer/sdk/index.ts'
import { expect } from 'vitest'
import { readCredentials } from '../../demo/issuer-process.ts'
import { fresh, newCard, newPhysicalCard, newReviewedPartner, startWorld, type World } from '../contract/world.ts'
import { type Receiver, startReceiver } from '../support/webhooks.ts'

const SOON = { timeout: 10_000, interval: 20 }

const PURCHASE = { amount: '20.00', currency: 'USD', merchant: { name: 'Blue Bikes', mcc: '5940' } }

export class Sandbox {
  world: World
  /** for whatever a test keeps beside the data folder */
  readonly folder: string
  /** hears all that the demo partner is told in the words of Pagsmile, as `endpointId` */
  readonly receiver: Receiver
  readonly endpointId: string

  private constructor(world: World, folder: string, receiver: Receiver, endpointId: string) {
    this.world = world
    this.folder = folder
    this.receiver = receiver
    this.endpointId = endpointId
  }

  static async start(): Promise<Sandbox> {
    const world = await startWorld()
    const folder = await mkdtemp(join(tmpdir(), 'openissuer-document-'))
    const receiver = await startReceiver()
    const { partnerId, pagsmile } = world.credentials
    const endpoint = { dialect: 'pagsmile', credential: pagsmile.appId, url: receiver.url } as const
    const { endpointId } = await world.operator.webhookEndpoints.create(partnerId, endpoint)
    return new Sandbox(world, folder, receiver, endpointId)
  }

  async stop(): Promise<void> {
    await this.world.issuer.stop()
    this.receiver.close()
    await rm(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }

  /** Goes on with the credentials that lie in the data folder now, once the server understands them. */
  async takeUpCredentials(): Promise<void> {
    const { dataFolder } = this.world.issuer
    const credentials = await readCredentials(join(dataFolder, 'sandbox-credentials.json'))
    const pagsmile = new PagsmileClient({ baseUrl: credentials.baseUrl, ...credentials.pagsmile })
    await expect.poll(() => pagsmile.cards.availableBins(), SOON).not.toEqual([])
    this.world = { ...this.world, credentials, pagsmile }
  }

  get partnerId(): string {
    return this.world.credentials.partnerId
  }

  // Cards

  async card(): Promise<string> {
    return (await newCard(this.world)).cardToken
  }

  async cardId(): Promise<string> {
    return (await this.world.operator.cards.retrieveByToken(await this.card())).cardId
  }

  async blockedCard(): Promise<string> {
    const card = await this.card()
    await this.world.pagsmile.cards.block(card, 'left at home')
    return card
  }

  /** A physical card that is yet to be made. */
  async orderedCard(): Promise<string> {
    const { cardId } = await newPhysicalCard(this.world, true)
    return (await this.world.operator.cards.retrieve(this.partnerId, cardId)).cardToken
  }

  /** A physical card on its way to its holder. */
  async producedCard(): Promise<string> {
    const { cardId } = await newPhysicalCard(this.world, true)
    await this.world.operator.cards.produce(this.partnerId, cardId)
    return (await this.world.operator.cards.retrieve(this.partnerId, cardId)).cardToken
  }

  async programId(): Promise<string> {
    return (await this.world.operator.cards.retrieveByToken(await this.card())).program.programId
  }

  // Cardholders

  async cardholder(): Promise<string> {
    return String((await newCard(this.world)).holderId)
  }

  async disabledCardholder(): Promise<string> {
    const cardholderId = await this.cardholder()
    await this.world.operator.cardholders.disable(this.partnerId, cardholderId)
    return cardholderId
  }

  /** One that the KYC provider leaves to the operator. */
  async cardholderInReview(): Promise<string> {
    const { keysecure, operator } = this.world
    const uniqueNo = fresh()
    await keysecure.cardholders.apply({ cardholder_unique_no: uniqueNo, sumsub_share_token: 'share-in_progress' })
    const { rows } = await operator.cardholders.list(this.partnerId, { uniqueNo })
    return only(rows).cardholderId
  }

  // Partners

  async otherPartner(): Promise<string> {
    return (await newReviewedPartner(this.world)).partner.partnerId
  }

  async disabledPartner(): Promise<string> {
    const partnerId = await this.otherPartner()
    await this.world.operator.partners.disable(partnerId)
    return partnerId
  }

  // What the network says

  /** An approved purchase of 20.00 that nothing has followed. */
  async authorization(): Promise<string> {
    const cardToken = await this.card()
    const { authorizationId, decision } = await this.world.operator.simulations.authorize({ cardToken, ...PURCHASE })
    expect(decision).toBe('approved')
    return authorizationId
  }

  async clearedAuthorization(): Promise<{ readonly authorizationId: string; readonly clearingId: string }> {
    const authorizationId = await this.authorization()
    const { eventId } = await this.world.operator.simulations.clear({ authorizationId, amount: '12.34', final: true })
    return { authorizationId, clearingId: eventId }
  }

  async refund(): Promise<string> {
    const { authorizationId } = await this.clearedAuthorization()
    return (await this.world.operator.simulations.refund({ authorizationId, amount: '2.00' })).eventId
  }

  /** A challenge for 12.34, with the password that its cardholder was told. */
  async challenge(): Promise<{ readonly card: string; readonly challengeId: string; readonly password: string }> {
    const card = await this.card()
    const asked = { cardToken: card, amount: '12.34', currency: 'USD', merchant: { name: 'Blue Bikes' } }
    const { challengeId } = await this.world.operator.simulations.challenge(asked)
    const passwords = () =>
      this.receiver.received.flatMap(({ text }) => {
        const webhook = parsePagsmileWebhook(text)
        const isOurs = webhook.kind === 'one-time-password' && webhook.biz_data.card_token === card
        return isOurs ? [webhook.biz_data.validation_value] : []
      })
    await expect.poll(passwords, SOON).toHaveLength(1)
    return { card, challengeId, password: only(passwords()) }
  }

  async delivery(): Promise<string> {
    await this.authorization()
    const { rows } = await this.world.operator.webhookDeliveries.list(this.partnerId, {
      endpointId: this.endpointId,
      limit: 1,
    })
    return only(rows).deliveryId
  }
}

function only<T>(rows: readonly T[]): T {
  const [row] = rows
  if (row === undefined || rows.length > 1) throw new Error(`there are ${rows.length} instead of one`)
  return row
}
