/**
 * The use cases over a real database, with shortcuts to what most of their tests start from: a program, a partner with
 * money, an approved cardholder, a card.
 */
import type { Authorization, Merchant } from '@openissuer/core/authorization/authorization.ts'
import type { CardFunding, CardTerms } from '@openissuer/core/card/application.ts'
import { type Card, type CardProgram, DEFAULT_PROGRAM_TERMS } from '@openissuer/core/card/card.ts'
import type { Cardholder, Person } from '@openissuer/core/cardholder/cardholder.ts'
import type { SpendLimit } from '@openissuer/core/limits/spend-limit.ts'
import type { SpendLimitTerms } from '@openissuer/core/limits/spend-limit-terms.ts'
import { type Amount, amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import type { Partner, PartnerSettings } from '@openissuer/core/partner/partner.ts'
import type { Pool } from 'pg'
import { applyForCard } from '../../packages/server/src/app/apply-for-card.ts'
import { approveCardholder } from '../../packages/server/src/app/approve-cardholder.ts'
import { type Authorize, authorize } from '../../packages/server/src/app/authorize.ts'
import { createCardholder } from '../../packages/server/src/app/create-cardholder.ts'
import { createPartner, type PartnerAccounts } from '../../packages/server/src/app/create-partner.ts'
import { createSpendLimit } from '../../packages/server/src/app/create-spend-limit.ts'
import type { Ports, Work } from '../../packages/server/src/app/ports.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { createTestPorts, TestClock, type TestResponder } from './ports.ts'

export const USD = currency('USD')
export const usd = (minor: bigint): Amount => amount(minor, USD)

export type UseCases = {
  readonly pool: Pool
  /** for those who open connections of their own to the same database */
  readonly url: string
  readonly clock: TestClock
  readonly ports: Ports
  /** what partners say that decide themselves */
  readonly responder: TestResponder
  /** runs a use case in a SQL transaction of its own, under no idempotency key */
  run<T>(useCase: (work: Work) => Promise<T>): Promise<T>
  /** the same where the issuer is live */
  runLive<T>(useCase: (work: Work) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** @param own a database that the test brings along, instead of a copy of the template */
export async function createUseCases(
  now = '2026-05-22T12:00:00Z',
  own?: Pick<TestDatabase, 'pool' | 'url' | 'close'>,
): Promise<UseCases> {
  const database = own ?? (await createTestDatabase())
  const clock = new TestClock(now)
  const made = await createTestPorts(database, clock)
  const { ports, responder } = made
  const runIn =
    (mode: Ports['mode']) =>
    <T>(useCase: (work: Work) => Promise<T>): Promise<T> => {
      const { storage, engine: _engine, ...rest } = ports
      return storage.transaction(tx => useCase({ ...rest, mode, tx }))
    }
  return {
    pool: database.pool,
    url: database.url,
    clock,
    ports,
    responder,
    run: runIn('sandbox'),
    runLive: runIn('live'),
    async close() {
      await made.close()
      await database.close()
    },
  }
}

const PROGRAM: CardProgram = {
  programId: 1n,
  name: 'Test program',
  bin: '658704',
  network: 'discover',
  forms: ['virtual', 'physical'],
  currency: USD,
  test: true,
  validityMonths: 36,
  ceilings: {
    dailyCount: 1000,
    singleAmount: usd(1_000_000n),
    dailyAmount: usd(2_000_000n),
    monthlyAmount: usd(3_000_000n),
  },
  terms: DEFAULT_PROGRAM_TERMS,
  createdAt: Temporal.Instant.from('2026-01-01T00:00:00Z'),
}

/** Programs belong to the platform: a file adds each id and BIN once. */
export async function addProgram(useCases: UseCases, changes: Partial<CardProgram> = {}): Promise<CardProgram> {
  const program = { ...PROGRAM, ...changes }
  await useCases.run(work => work.tx.insertProgram(program))
  return program
}

export type TestPartner = { readonly partner: Partner; readonly partnerId: bigint; readonly accounts: PartnerAccounts }

/** A partner with `openingBalance` on its funding, shared and reserve account. */
export async function addPartner(
  useCases: UseCases,
  options: { openingBalance?: bigint } & Partial<PartnerSettings> = {},
): Promise<TestPartner> {
  const { openingBalance = 100_000n, ...settings } = options
  const { partner, accounts } = await useCases.run(work =>
    createPartner(work, {
      name: 'Test partner',
      settings: { integrationMode: 'credit', approveCardholdersAutomatically: false, ...settings },
      currency: USD,
      openingBalance: openingBalance === 0n ? null : usd(openingBalance),
    }),
  )
  return { partner, partnerId: partner.partnerId, accounts }
}

let people = 0

/** A person with an identity document that nobody else has. */
export function newPerson(changes: Partial<Person> = {}): Person {
  people += 1
  return {
    firstName: 'Ada',
    lastName: 'Okafor',
    mobile: '14155550100',
    email: 'ada@example.com',
    idNo: `ID${people}`,
    idType: 1,
    idIssuedOn: '2020-01-01',
    idExpiresOn: '2030-01-01',
    birthday: '1990-12-31',
    gender: 2,
    nationality: 'NG',
    address: {
      line1: '1 Main Street',
      line2: null,
      postalCode: '94105',
      city: 'San Francisco',
      state: 'CA',
      country: 'US',
    },
    ...changes,
  }
}

export async function addCardholder(useCases: UseCases, partnerId: bigint): Promise<Cardholder> {
  return useCases.run(async work => {
    const created = await createCardholder(work, { partnerId, person: newPerson() })
    const { verification } = (await work.tx.cardholder(partnerId, created.cardholderId)) ?? created
    return verification === 'approved' ? { ...created, verification } : approveCardholder(work, created)
  })
}

/** The cardholder of an application that must have one. */
export function cardholderOf({ cardholder }: { readonly cardholder: Cardholder | null }): Cardholder {
  if (cardholder === null) throw new Error('the application has no cardholder')
  return cardholder
}

let orders = 0

/** An order number that nobody else has. */
export function newOrderNo(): string {
  orders += 1
  return `ORDER-${orders}`
}

export const TERMS: CardTerms = {
  form: 'virtual',
  funding: { kind: 'card' },
  initialBalance: null,
  limit: null,
  remark: null,
  delivery: null,
  production: null,
}

export type CardWishes = Partial<CardTerms> & { readonly programId?: bigint; readonly cardholderId?: bigint }

/** A card of an approved cardholder, active when virtual. */
export async function addCard(useCases: UseCases, partnerId: bigint, wishes: CardWishes = {}): Promise<Card> {
  const { programId = PROGRAM.programId, cardholderId, ...terms } = wishes
  const owner = cardholderId ?? (await addCardholder(useCases, partnerId)).cardholderId
  const { card } = await useCases.run(work =>
    applyForCard(work, {
      partnerId,
      programId,
      reference: newOrderNo(),
      owner: { cardholderId: owner },
      terms: { ...TERMS, ...terms },
    }),
  )
  if (card === null) throw new Error('the card was not made')
  return card
}

/** A card with money of its own. */
export function addLoadedCard(
  useCases: UseCases,
  from: TestPartner,
  minor: bigint,
  wishes: CardWishes = {},
): Promise<Card> {
  const payAccountId = from.accounts['partner-funding'].accountId
  return addCard(useCases, from.partnerId, { ...wishes, initialBalance: { amount: usd(minor), payAccountId } })
}

/** A limit on the card; of 100.00 a UTC day where the changes say nothing else. */
export function addSpendLimit(
  useCases: UseCases,
  { partnerId, cardId }: Pick<Card, 'partnerId' | 'cardId'>,
  changes: Partial<SpendLimitTerms> = {},
): Promise<SpendLimit> {
  const terms: SpendLimitTerms = {
    name: 'test',
    scope: { kind: 'card', id: cardId },
    window: { kind: 'fixed', unit: 'day', zone: 'UTC' },
    currency: USD,
    maxAmount: usd(10_000n),
    maxCount: null,
    filter: {},
    policy: 'standard',
    ...changes,
  }
  return useCases.run(work => createSpendLimit(work, { partnerId, terms }))
}

export function sharedFunding({ accounts }: TestPartner): CardFunding {
  return { kind: 'shared', accountId: accounts.shared.accountId }
}

/** Puts a card into a status that its own use cases would take several steps to reach. */
export async function setCardStatus(useCases: UseCases, card: Card, status: Card['status']): Promise<void> {
  await useCases.pool.query('update card set status = $3 where partner_id = $1 and card_id = $2', [
    card.partnerId,
    card.cardId,
    status,
  ])
}

/** A card acceptor of which the message says nothing. */
export const NO_MERCHANT: Merchant = { id: null, name: null, mcc: null, country: null, city: null, acquirerId: null }

let messages = 0

/** A purchase as an acquirer asks for it, under a match key that nobody else has. */
export function purchaseOf(
  { partnerId, cardId }: Pick<Card, 'partnerId' | 'cardId'>,
  minor: bigint,
  changes: Partial<Authorize> = {},
): Authorize {
  messages += 1
  return {
    partnerId,
    cardId,
    matchKey: `test:${messages}`,
    inputHash: new Uint8Array(),
    purpose: 'purchase',
    transactionAmount: usd(minor),
    merchant: NO_MERCHANT,
    entryMode: null,
    cardData: {},
    partialApproval: false,
    advice: false,
    forcedReason: null,
    ...changes,
  }
}

/** Has a purchase decided; anything but a new decision is a failure of the test. */
export async function purchase(
  { ports }: Pick<UseCases, 'ports'>,
  card: Pick<Card, 'partnerId' | 'cardId'>,
  minor: bigint,
  changes: Partial<Authorize> = {},
): Promise<Authorization> {
  const answer = await authorize(ports, purchaseOf(card, minor, changes))
  if (answer.kind !== 'decided') throw new Error(`the purchase was not decided: ${answer.kind}`)
  return answer.authorization
}
