/** A merchant's own numbers are used once, however many calls bring them at the same time. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { merchantWithCard } from '../../../../../test/support/keysecure-cards.ts'
import { createKeysecureDoor, type KeysecureDoor } from '../../../../../test/support/keysecure-door.ts'

let door: KeysecureDoor

beforeAll(async () => {
  door = await createKeysecureDoor()
})

afterAll(() => door.close())

const CALLS = 8

test.each([
  ['/cardholder/apply', 2001, () => ({ cardholder_unique_no: 'ONCE', sumsub_share_token: 'share-approved' })],
  [
    '/card/apply',
    4002,
    (owner: string) => ({
      package_no: door.packageNo,
      cardholder_no: owner,
      card_unique_no: 'ONCE',
      card_type: 'Virtual',
    }),
  ],
  [
    '/account/transfer',
    3003,
    (owner: string) => ({ cardholder_no: owner, transfer_unique_no: 'ONCE', type: 'In', balance: '10.00' }),
  ],
] as const)('%s: one call is answered with success, the others with %i', async (path, refusal, bodyFor) => {
  const { merchant, owner } = await merchantWithCard(door)
  const answers = await Promise.all(Array.from({ length: CALLS }, () => merchant.post(path, bodyFor(owner))))
  const codes = answers.map(({ code }) => code).toSorted((a, b) => a - b)
  expect(codes).toEqual([0, ...Array.from({ length: CALLS - 1 }, () => refusal)])
})
