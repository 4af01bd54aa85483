/** What is printed, for a person at a terminal and for a program at a pipe. */
import { describe, expect, test } from 'vitest'
import { describeFindings } from './doctor/examine.ts'
import { explanationOf } from './operator/authorizations.ts'
import { showProgress } from './progress.ts'
import { formatRecord } from './record.ts'
import { type Column, field, formatTable } from './table.ts'
import { fakeTerminal } from './terminal.fixture.ts'

const READERS = {
  'a person': fakeTerminal({ isTTY: true, columns: 60, colour: true }),
  'a person without colours': fakeTerminal({ isTTY: true, columns: 60 }),
  'a pipe': fakeTerminal(),
}

const ROWS = [
  { id: '1', name: 'Blue Bikes', held: { amount: '12.50', currency: 'USD' }, remark: null },
  {
    id: '100002',
    name: '北京书店',
    held: { amount: '7', currency: 'JPY' },
    remark: 'a remark that is longer than the screen',
  },
  { id: '3', name: 'Evil\u001b[2J\nShop', held: { amount: '0.00', currency: 'USD' }, remark: 'x' },
]
const COLUMNS: Column<object>[] = [field('id'), field('name'), field('held', 'on hold', 'right'), field('remark')]

describe.each(Object.entries(READERS))('for %s', (_name, reader) => {
  test('a table', () => {
    expect(formatTable(reader, COLUMNS, ROWS)).toMatchSnapshot()
  })

  test('a record with money, a nested object and a list', () => {
    const record = {
      id: '1',
      held: ROWS[0]?.held,
      merchant: { name: 'Shop', city: null },
      kinds: ['a', 'b'],
      rows: ROWS,
    }
    expect(formatRecord(reader, record)).toMatchSnapshot()
  })

  test('findings', () => {
    const findings = describeFindings(reader, [
      { check: 'node', status: 'ok', found: '26.10.0', advice: null },
      { check: 'disk', status: 'warn', found: '1.0 GB free', advice: 'free some space soon' },
      { check: 'port', status: 'fail', found: 'EADDRINUSE', advice: 'choose another PORT' },
    ])
    expect(findings).toMatchSnapshot()
  })

  test('an explained decline', () => {
    const money = (amount: string) => ({ amount, currency: 'USD' })
    const explained = explanationOf(reader, {
      authorizationId: '100000000002',
      partnerId: '100001',
      cardToken: '450620141926',
      maskedPan: '658704******2976',
      purpose: 'purchase',
      decision: 'declined',
      declineReason: 'single-amount-exceeded',
      explanation: 'The purchase is larger than the card allows for a single purchase.',
      responseCode: '61',
      approvalCode: null,
      transactionAmount: money('50.01'),
      billingAmount: money('50.01'),
      conversionRate: null,
      approvedAmount: money('0.00'),
      held: money('0.00'),
      expiresAt: null,
      createdAt: '2026-11-21T00:33:43.9Z',
      trace: [
        { check: 'card-status', passed: true, value: 'active', threshold: 'active', remaining: null, window: null },
        {
          check: 'daily-amount',
          passed: false,
          value: '50.01',
          threshold: '50.00',
          remaining: '50.00',
          window: { from: '2026-11-21T00:00:00Z', to: '2026-11-22T00:00:00Z', zone: 'UTC' },
        },
      ],
    })
    expect(explained).toMatchSnapshot()
  })
})

test('nothing that steers a terminal reaches it, nor a program that reads lines', () => {
  for (const reader of Object.values(READERS)) {
    const printed = formatTable({ ...reader, colour: false }, COLUMNS, ROWS)
    expect(printed).not.toContain('\u001b')
    expect(printed.trimEnd().split('\n')).toHaveLength(4)
  }
})

describe('progress', () => {
  test('for a person redraws one line, at most ten times a second', () => {
    const terminal = fakeTerminal({ isTTY: true })
    let now = 0
    const progress = showProgress(terminal, 'cards', 100, () => now)
    for (let done = 1; done <= 100; done++) {
      now += 10
      progress.at(done)
    }
    progress.end()
    const draws = terminal.written().error.split('\r').slice(1)
    expect(draws.length).toBeLessThan(12)
    expect(draws[5]).toBe('\u001b[K[###############...............] 51/100 cards')
    expect(draws.at(-1)).toBe('\u001b[K[##############################] 100/100 cards\n')
  })

  test('on a pipe is a plain line every tenth', () => {
    const terminal = fakeTerminal()
    const progress = showProgress(terminal, 'cards', 40)
    for (let done = 1; done <= 40; done++) progress.at(done)
    progress.end()
    const lines = [4, 8, 12, 16, 20, 24, 28, 32, 36, 40].map(done => `${done}/40 cards\n`)
    expect(terminal.written().error).toBe(lines.join(''))
  })
})
