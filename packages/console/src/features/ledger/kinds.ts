import type { AccountKind, JournalEntryKind } from '@openissuer/sdk/operator.ts'

export const ACCOUNT_KINDS: readonly AccountKind[] = [
  'bank',
  'partner-funding',
  'reserve',
  'card',
  'shared',
  'cardholder',
  'fee-income',
  'network-settlement',
]

export const ENTRY_KINDS: readonly JournalEntryKind[] = [
  'deposit',
  'card-load',
  'card-unload',
  'card-closure',
  'transfer',
  'clearing',
  'clearing-correction',
  'refund',
  'refund-reversal',
  'fee',
  'card-fee',
]
