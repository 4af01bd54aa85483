/**
 * `openissuer ledger verify`: proves the books of a database, beside a server that runs on it or without one.
 */
import { formatDecimal } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import type { Config } from './config.ts'
import { DATABASE_NAME } from './start.ts'
import { type DatabaseTarget, openPool } from './storage/database.ts'
import { DataFolderInUseError, runningDatabase, startEmbeddedPostgres } from './storage/embedded/embedded-postgres.ts'
import { type LedgerReport, type TrialBalanceLine, verifyLedger } from './storage/ledger-verification.ts'

/** @returns the report as text, and whether the books are in order */
export async function ledgerVerifyCommand(config: Config): Promise<{ text: string; inOrder: boolean }> {
  const { target, close } = await openTarget(config)
  const pool = openPool(target, { connections: 1, onError: () => undefined })
  try {
    const report = await verifyLedger(pool)
    return { text: describe(report), inOrder: report.violations.length === 0 }
  } finally {
    await pool.end()
    await close()
  }
}

async function openTarget(config: Config): Promise<{ target: DatabaseTarget; close: () => Promise<void> }> {
  if (config.databaseUrl !== undefined) return { target: { url: config.databaseUrl }, close: async () => undefined }
  const { dataFolder } = config
  try {
    const embedded = await startEmbeddedPostgres({ dataFolder, database: DATABASE_NAME, log: () => undefined })
    return { target: embedded.connection, close: () => embedded.stop() }
  } catch (error) {
    if (!(error instanceof DataFolderInUseError)) throw error
    return { target: await runningDatabase(dataFolder, DATABASE_NAME), close: async () => undefined }
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
