import { DomainError } from '@openissuer/core/errors.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addPartner, createUseCases, newOrderNo, type UseCases } from '../../../../test/support/use-cases.ts'
import { createContact } from './create-contact.ts'
import { type Performance, perform } from './perform.ts'
import type { JsonValue, Work } from './ports.ts'

let useCases: UseCases

beforeAll(async () => {
  useCases = await createUseCases()
})

afterAll(() => useCases.close())

const FIRST_INPUT = Uint8Array.of(1, 2, 3)

async function newRequest(changes: { inputHash?: Uint8Array; scope?: string } = {}): Promise<Performance> {
  const { partnerId } = await addPartner(useCases, { openingBalance: 0n })
  return { partnerId, idempotency: { scope: 'test', key: newOrderNo(), inputHash: FIRST_INPUT, ...changes } }
}

function withKey(request: Performance, changes: Partial<NonNullable<Performance['idempotency']>>): Performance {
  if (request.idempotency === null) throw new Error('the request has no key')
  return { ...request, idempotency: { ...request.idempotency, ...changes } }
}

/** A use case that leaves a contact behind and counts how often it ran. */
function counted(partnerId: bigint) {
  const counter = { runs: 0 }
  const useCase = async (work: Work) => {
    counter.runs += 1
    const contact = { firstName: 'Ada', lastName: 'Okafor', mobile: '1', email: 'ada@example.com', language: 'en' }
    return createContact(work, { partnerId, ...contact })
  }
  return { counter, useCase }
}

const idOf = ({ contactId }: { contactId: bigint }) => ({ zulu: 'first', contactId: String(contactId) })

async function contactsOf(partnerId: bigint): Promise<number> {
  const now = useCases.clock.now()
  const filter = { partnerId, from: now.subtract({ hours: 1 }), to: now.add({ hours: 1 }), offset: 0, limit: 100 }
  return (await useCases.ports.storage.read.contacts(filter)).total
}

/** Comes back when as many sessions of this database wait for a lock. */
async function untilWaiting(sessions: number): Promise<void> {
  for (;;) {
    const { rows } = await useCases.pool.query<{ waiting: bigint }>(
      `select count(*) as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    if (Number(rows[0]?.waiting) >= sessions) return
  }
}

test('the same key with the same input gets the recorded answer without running again', async () => {
  const request = await newRequest()
  const { counter, useCase } = counted(request.partnerId)
  const first = await perform(useCases.ports, request, useCase, idOf)
  const again = await perform(useCases.ports, request, useCase, idOf)
  expect(JSON.stringify(again)).toBe(JSON.stringify(first))
  expect(counter.runs).toBe(1)
  expect(await contactsOf(request.partnerId)).toBe(1)
})

test('a repetition is answered even when the use case would refuse by now', async () => {
  const request = await newRequest()
  const { useCase } = counted(request.partnerId)
  const first = await perform(useCases.ports, request, useCase, idOf)
  const refusing = () => Promise.reject(new DomainError('card-status-conflict'))
  expect(await perform(useCases.ports, request, refusing, idOf)).toEqual(first)
})

test('the same key with another input is refused and changes nothing', async () => {
  const request = await newRequest()
  const { counter, useCase } = counted(request.partnerId)
  const first = await perform(useCases.ports, request, useCase, idOf)
  for (const inputHash of [Uint8Array.of(1, 2, 4), Uint8Array.of(1, 2), Uint8Array.of(1, 2, 3, 0), new Uint8Array()]) {
    const other = perform(useCases.ports, withKey(request, { inputHash }), useCase, idOf)
    await expect(other).rejects.toMatchObject({ code: 'duplicate-request' })
  }
  expect(counter.runs).toBe(1)
  expect(await perform(useCases.ports, request, useCase, idOf)).toEqual(first)
})

test('a refused use case leaves nothing behind and burns no key, for the same input or another', async () => {
  const request = await newRequest()
  const { counter, useCase } = counted(request.partnerId)
  const refused = async (work: Work) => {
    await useCase(work)
    throw new DomainError('insufficient-funds')
  }
  await expect(perform(useCases.ports, request, refused, idOf)).rejects.toMatchObject({ code: 'insufficient-funds' })
  expect(await contactsOf(request.partnerId)).toBe(0)
  const corrected = withKey(request, { inputHash: Uint8Array.of(9) })
  await perform(useCases.ports, corrected, useCase, idOf)
  expect(counter.runs).toBe(2)
  expect(await contactsOf(request.partnerId)).toBe(1)
})

test('an answer that cannot be encoded takes the change back', async () => {
  const request = await newRequest()
  const { useCase } = counted(request.partnerId)
  const failing = (): JsonValue => {
    throw new Error('cannot encode')
  }
  await expect(perform(useCases.ports, request, useCase, failing)).rejects.toThrow('cannot encode')
  expect(await contactsOf(request.partnerId)).toBe(0)
})

test('calls with one key at the same time run the use case once and all get its answer', async () => {
  const request = await newRequest()
  const { counter, useCase } = counted(request.partnerId)
  const others = 5
  const slow = async (work: Work) => {
    await untilWaiting(others)
    return useCase(work)
  }
  const answers = await Promise.all(
    Array.from({ length: others + 1 }, () => perform(useCases.ports, request, slow, idOf)),
  )
  expect(counter.runs).toBe(1)
  expect(new Set(answers.map(answer => JSON.stringify(answer))).size).toBe(1)
  expect(await contactsOf(request.partnerId)).toBe(1)
})

test('a call that waited for one that was refused runs itself', async () => {
  const request = await newRequest()
  const { counter, useCase } = counted(request.partnerId)
  const refusedOnce = async (work: Work) => {
    const contact = await useCase(work)
    if (counter.runs > 1) return contact
    await untilWaiting(1)
    throw new DomainError('insufficient-funds')
  }
  const outcomes = await Promise.allSettled([1, 2].map(() => perform(useCases.ports, request, refusedOnce, idOf)))
  expect(outcomes.map(outcome => outcome.status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(counter.runs).toBe(2)
  expect(await contactsOf(request.partnerId)).toBe(1)
})

test('without a key every call is a new one', async () => {
  const request: Performance = { ...(await newRequest()), idempotency: null }
  const { counter, useCase } = counted(request.partnerId)
  const answers = [
    await perform(useCases.ports, request, useCase, idOf),
    await perform(useCases.ports, request, useCase, idOf),
  ]
  expect(counter.runs).toBe(2)
  expect(answers[0]).not.toEqual(answers[1])
})

test.each([
  ['partners', async (request: Performance) => ({ ...request, partnerId: (await newRequest()).partnerId })],
  ['scopes', async (request: Performance) => withKey(request, { scope: 'other' })],
])('different %s do not share keys, whatever the input', async (_name, other) => {
  const request = await newRequest()
  const { counter, useCase } = counted(request.partnerId)
  await perform(useCases.ports, request, useCase, idOf)
  await perform(useCases.ports, withKey(await other(request), { inputHash: Uint8Array.of(7) }), useCase, idOf)
  expect(counter.runs).toBe(2)
})
