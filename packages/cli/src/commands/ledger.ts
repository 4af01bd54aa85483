/** `openissuer ledger verify`: proves the books of a database, beside a server that runs on it or without one. */
import { formatDecimal } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import type { LedgerReport, TrialBalanceLine } from '@openissuer/server/storage/ledger-verification.ts'
import type { Command } from 'commander'
import { example } from '../example.ts'
import { withJson } from '../options.ts'
import { FailedCheck } from '../outcomes.ts'
import type { Terminal } from '../terminal.ts'

export function define(ledger: Command, terminal: Terminal): void {
  example(ledger, 'openissuer ledger verify')
  const verify = ledger
    .command('verify')
    .description('recompute balances, holds, limits and hash chains; exits with 1 when something differs')
  example(withJson(verify), 'OPENISSUER_DATA=/var/lib/openissuer openissuer ledger verify').action(
    async ({ json }: { json?: boolean }) => {
      const report = await verifyBooks(terminal)
      terminal.out(json ? `${JSON.stringify(printable(report), null, 2)}\n` : `${describe(report)}\n`)
      if (report.violations.length > 0) throw new FailedCheck()
    },
  )
}

async function verifyBooks(terminal: Terminal): Promise<LedgerReport> {
  const [{ verifyLedger }, { withDatabase }] = await Promise.all([
    import('@openissuer/server/storage/ledger-verification.ts'),
    import('../database/local.ts'),
  ])
  return withDatabase(terminal, verifyLedger)
}

function printable({ violations, trialBalance }: LedgerReport) {
  const decimal = (minor: bigint, code: string) => formatDecimal({ minor, currency: currency(code) })
  return {
    inOrder: violations.length === 0,
    violations,
    trialBalance: trialBalance.map(line => ({
      account: line.kind,
      currency: line.currency,
      debit: decimal(line.debitMinor, line.currency),
      credit: decimal(line.creditMinor, line.currency),
    })),
  }
}

function describe({ violations, trialBalance }: LedgerReport): string {
  const [first] = violations
  const verdict =
    first === undefined
      ? ['The ledger is in order.']
      : [`The ledger is NOT in order: ${violations.length} findings. The first:`, `  ${first}`]
  return [...tableOf(trialBalance), '', ...verdict].join('\n')
}

function tableOf(lines: readonly TrialBalanceLine[]): string[] {
  const currencies = [...new Set(lines.map(line => line.currency))]
  return currencies.flatMap(code => {
    const money = (minor: bigint) => (minor === 0n ? '' : formatDecimal({ minor, currency: currency(code) }))
    const own = lines.filter(line => line.currency === code)
    const total = (side: 'debitMinor' | 'creditMinor') => own.reduce((sum, line) => sum + line[side], 0n)
    const rows = [
      ...own.map(line => [line.kind, money(line.debitMinor), money(line.creditMinor)]),
      ['total', money(total('debitMinor')), money(total('creditMinor'))],
    ]
    return [
      `Trial balance, ${code}`,
      `  ${'account'.padEnd(22)}${'debit'.padStart(20)}${'credit'.padStart(20)}`,
      ...rows.map(
        ([kind = '', debit = '', credit = '']) => `  ${kind.padEnd(22)}${debit.padStart(20)}${credit.padStart(20)}`,
      ),
      '',
    ]
  })
}
