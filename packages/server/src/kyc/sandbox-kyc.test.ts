import { expect, test } from 'vitest'
import { reviewByOperator, sandboxKyc } from './sandbox-kyc.ts'

test.each([
  ['share-pending', 'waiting'],
  ['share-in_progress', 'in-review'],
  ['share-approved', 'approved'],
  ['share:Approved', 'approved'],
  ['rejected', 'rejected'],
  ['_act-sbx-jwt-eyJhbGciOi-rejected', 'rejected'],
  ['your_sumsub_share_token', 'undecided'],
  ['disapproved', 'undecided'],
  ['rejected-7', 'undecided'],
  ['constructor', 'undecided'],
])('the last word of the sandbox token %s decides: %s', async (token, outcome) => {
  expect((await sandboxKyc.verify(token)).outcome).toBe(outcome)
})

test('a rejection gives its reason', async () => {
  expect(await sandboxKyc.verify('x-rejected')).toMatchObject({ reason: expect.stringMatching(/./) })
})

test('a token may stand for data that cannot be read', async () => {
  await expect(sandboxKyc.verify('share-unavailable')).rejects.toMatchObject({ code: 'kyc-unavailable' })
})

test('in live mode the token decides nothing', async () => {
  expect(await reviewByOperator.verify('share-approved')).toEqual({ outcome: 'in-review' })
})
