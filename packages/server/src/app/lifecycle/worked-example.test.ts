/** Plays the worked example of docs/ledger.md on a real card and compares every line of its table. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Authorization } from '@openissuer/core/authorization/authorization.ts'
import { amount, formatDecimal } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ledgerViolations } from '../../../../../test/support/ledger-invariants.ts'
import { accountOf, lifecycleOf, onCard } from '../../../../../test/support/lifecycle.ts'
import {
  addCard,
  addPartner,
  addProgram,
  createUseCases,
  purchase,
  type UseCases,
  usd,
} from '../../../../../test/support/use-cases.ts'
import { loadCard } from '../load-card.ts'
import type { Answer } from './message.ts'

const PAGE = join(import.meta.dirname, '../../../../../docs/ledger.md')

let useCases: UseCases

beforeAll(async () => {
  useCases = await createUseCases()
  await addProgram(useCases)
  await useCases.pool.query('update card_program set foreign_fee_bps = 150, clearing_tolerance_bps = 2000')
})

afterAll(() => useCases.close())

/** The lines of the table under the heading, without its head. */
async function documentedLines(): Promise<string[][]> {
  const page = await readFile(PAGE, 'utf8')
  const [, example = ''] = page.split('## A worked example')
  const lines = example.split('\n').filter(line => line.startsWith('|'))
  return lines.slice(2).map(line =>
    line
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim()),
  )
}

test('the worked example of docs/ledger.md is what happens', async () => {
  const after = lifecycleOf(useCases)
  const partner = await addPartner(useCases)
  const { partnerId } = partner
  const card = await addCard(useCases, partnerId)
  const named = new Map<string, Authorization>()
  const of = (name: string) => {
    const authorization = named.get(name)
    if (authorization === undefined) throw new Error(`${name} was not authorized`)
    return authorization
  }
  const authorize = async (name: string, minor: bigint) => named.set(name, await purchase(useCases, card, minor))
  let last: Answer
  const steps: (() => Promise<unknown>)[] = [
    () =>
      useCases.run(work =>
        loadCard(work, {
          partnerId,
          cardToken: card.token,
          payAccountId: partner.accounts['partner-funding'].accountId,
          amount: usd(20_000n),
          orderNo: null,
          memo: null,
        }),
      ),
    () => authorize('A', 10_000n),
    () => after.increment(of('A'), 2_000n),
    () => after.reverse(of('A'), 1_000n),
    () => after.clear(partnerId, of('A'), usd(6_000n)),
    async () => (last = await after.clear(partnerId, of('A'), usd(4_500n), { final: true })),
    () => after.correct(partnerId, last, 4_350n),
    () => authorize('B', 5_000n),
    () => after.clear(partnerId, of('B'), usd(5_500n)),
    async () => (last = await after.refund(partnerId, of('B'), usd(1_500n))),
    () => after.reverseRefund(partnerId, last, 500n),
    () => authorize('C', 1_000n),
    () => after.expire(of('C')),
    () => after.clear(partnerId, of('C'), usd(1_000n)),
    () => after.clear(partnerId, onCard(card), amount(1_800n, currency('EUR')), { billingAmount: usd(2_000n) }),
    () => after.clear(partnerId, onCard(card), usd(3_120n)),
    () => after.refund(partnerId, onCard(card), usd(1_200n)),
  ]
  const played: string[][] = []
  for (const step of steps) {
    await step()
    const { balance = 0n, held = 0n, forced = 0n } = (await accountOf(useCases, card)) ?? {}
    played.push([balance, held, balance - held, forced].map(minor => formatDecimal(usd(minor))))
    expect(await ledgerViolations(useCases.pool)).toEqual([])
  }
  expect((await documentedLines()).map(([, ...amounts]) => amounts)).toEqual(played)
  const accounts = await useCases.ports.storage.read.accountsOf(partnerId)
  const balanceOf = (kind: string) => accounts.find(account => account.kind === kind)?.balance.minor
  expect([balanceOf('network-settlement'), balanceOf('fee-income')]).toEqual([19_770n, 30n])
})
