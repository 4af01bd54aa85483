/**
 * An issuer to put load on: the product's own storage, ids and vault on an embedded PostgreSQL, one partner, and cards
 * that were made by the use cases, each with an account, a limit and more money than any run can spend.
 */

import type { Merchant } from '@openissuer/core/authorization/authorization.ts'
import type { CardProgram } from '@openissuer/core/card/card.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import type { Pool } from 'pg'
import { applyForCard } from '../packages/server/src/app/apply-for-card.ts'
import { createPartner } from '../packages/server/src/app/create-partner.ts'
import { perform } from '../packages/server/src/app/perform.ts'
import type { Ports } from '../packages/server/src/app/ports.ts'
import { wallClock } from '../packages/server/src/clock.ts'
import { type DatabaseTarget, openPool } from '../packages/server/src/storage/database.ts'
import { createIdAllocator } from '../packages/server/src/storage/id-allocator.ts'
import { loadMigrations, migrate } from '../packages/server/src/storage/migrate.ts'
import { createTestPorts } from '../test/support/ports.ts'
import type { Context } from './suite.ts'

export type BenchIssuer = {
  readonly pool: Pool
  readonly ports: Ports
  readonly partnerId: bigint
  readonly cardIds: readonly bigint[]
}

export const USD = currency('USD')

/** As `OPENISSUER_DATABASE_CONNECTIONS` has it by default: one of twenty is for ids. */
const CONNECTIONS = 19

/** Cards that are made in one SQL transaction: setting up is not what is measured. */
const CARDS_PER_COMMIT = 50

export async function createBenchIssuer(context: Context, cards: number): Promise<BenchIssuer> {
  context.progress('starting PostgreSQL')
  const { connection } = await context.startDatabase()
  const pool = openTidyPool(context, connection, CONNECTIONS)
  await migrate(pool, await loadMigrations())
  const ids = createIdAllocator(openTidyPool(context, connection, 1))
  const ports: Ports = { ...(await createTestPorts(pool, wallClock)), ids }
  const { partnerId, fundingId } = await addPartner(ports)
  const cardIds: bigint[] = []
  while (cardIds.length < cards) {
    context.signal.throwIfAborted()
    context.progress(`making cards: ${cardIds.length} of ${cards}`)
    cardIds.push(...(await addCards(ports, partnerId, fundingId, cardIds.length)))
  }
  return { pool, ports, partnerId, cardIds }
}

function openTidyPool(context: Context, target: DatabaseTarget, connections: number): Pool {
  const pool = openPool(target, { connections, onError: () => {} })
  context.atEnd(() => pool.end())
  return pool
}

async function addPartner(ports: Ports): Promise<{ partnerId: bigint; fundingId: bigint }> {
  const { storage, ...rest } = ports
  return storage.transaction(async tx => {
    await tx.insertProgram(PROGRAM)
    const { partner, accounts } = await createPartner(
      { ...rest, tx },
      {
        name: 'Bench partner',
        settings: { integrationMode: 'credit', approveCardholdersAutomatically: true },
        currency: USD,
        openingBalance: amount(10n ** 15n, USD),
      },
    )
    return { partnerId: partner.partnerId, fundingId: accounts['partner-funding'].accountId }
  })
}

async function addCards(ports: Ports, partnerId: bigint, fundingId: bigint, first: number): Promise<bigint[]> {
  const cardIds: bigint[] = []
  await perform(
    ports,
    { partnerId, idempotency: null },
    async work => {
      for (let number = first; number < first + CARDS_PER_COMMIT; number++) {
        const { card } = await applyForCard(work, {
          partnerId,
          programId: PROGRAM.programId,
          reference: `CARD-${number}`,
          owner: { person: { ...PERSON, idNo: `ID-${number}` } },
          terms: {
            form: 'virtual',
            funding: { kind: 'card' },
            initialBalance: { amount: amount(10n ** 10n, USD), payAccountId: fundingId },
            limit: { ...PROGRAM.ceilings, totalAmount: amount(10n ** 12n, USD) },
            remark: null,
            delivery: null,
          },
        })
        if (card === null) throw new Error('the card was not made at once')
        cardIds.push(card.cardId)
      }
    },
    () => null,
  )
  return cardIds
}

const PROGRAM: CardProgram = {
  programId: 1n,
  name: 'Bench program',
  bin: '658704',
  network: 'discover',
  forms: ['virtual'],
  currency: USD,
  test: true,
  validityMonths: 36,
  ceilings: {
    dailyCount: 1_000_000_000,
    singleAmount: amount(10n ** 10n, USD),
    dailyAmount: amount(10n ** 12n, USD),
    monthlyAmount: amount(10n ** 12n, USD),
  },
  createdAt: Temporal.Instant.from('2026-01-01T00:00:00Z'),
}

const PERSON = {
  firstName: 'Ada',
  lastName: 'Okafor',
  mobile: '14155550100',
  email: 'ada@example.com',
  idType: 1,
  idIssuedOn: '2020-01-01',
  idExpiresOn: '2040-01-01',
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
}

/** A card acceptor with everything that a network message says of one. */
export const MERCHANT: Merchant = {
  id: '000000000123456',
  name: 'Corner bookshop',
  mcc: '5942',
  country: 'US',
  city: 'San Francisco',
  acquirerId: '00000123456',
}
