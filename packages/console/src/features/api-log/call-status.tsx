import type { LoggedCall } from '@openissuer/sdk/operator.ts'
import { StatusBadge } from '../../components/status-badge.tsx'

export const DIALECT_NAMES: Readonly<Record<LoggedCall['dialect'], string>> = {
  pagsmile: 'Pagsmile',
  keysecure: 'KeySecure',
}

/** What a dialect says when all is well. */
const SUCCESS: Readonly<Record<LoggedCall['dialect'], string>> = { pagsmile: '10000', keysecure: '0' }

/** The dialect's own code; one of them answers refusals with HTTP 200. */
export function CallStatus({ call }: { readonly call: LoggedCall }) {
  const { dialect, status, code, subCode } = call
  if (status < 400 && code === SUCCESS[dialect]) return <StatusBadge status="success" tone="good" label={code} />
  const tone = status >= 500 ? 'bad' : 'warn'
  const label = [code === '' ? `HTTP ${status}` : code, subCode ?? ''].join(' ').trim()
  return <StatusBadge status="refused" tone={tone} label={label} />
}
