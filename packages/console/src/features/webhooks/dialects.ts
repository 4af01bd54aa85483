/** What the console tells of each dialect's webhooks; docs/webhooks.md has the whole of it, and a test compares it with the server. */
import type { HappeningKind, WebhookEndpoint } from '@openissuer/sdk/operator.ts'

export type Dialect = WebhookEndpoint['dialect']

export type DialectFacts = {
  readonly label: string
  /** what it has words for */
  readonly kinds: readonly HappeningKind[]
  /** each from the try before, seconds */
  readonly retrySeconds: readonly number[]
  readonly timeoutSeconds: number
  /** what counts as heard */
  readonly acknowledgement: string
}

const MESSAGES = [
  'authorization',
  'partner-decision',
  'increment',
  'reversal',
  'expiry',
  'clearing',
  'clearing-correction',
  'refund',
  'refund-reversal',
] as const satisfies readonly HappeningKind[]

export const DIALECTS: Readonly<Record<Dialect, DialectFacts>> = {
  pagsmile: {
    label: 'Pagsmile',
    kinds: ['card-application', 'card-status', 'cardholder-verification', ...MESSAGES, 'one-time-password'],
    retrySeconds: [10, 60, 300, 1_800, 7_200, 21_600, 86_400],
    timeoutSeconds: 10,
    acknowledgement: 'HTTP 200, whatever the body says',
  },
  keysecure: {
    label: 'KeySecure',
    kinds: ['card-application', 'card-status', ...MESSAGES, 'card-fee'],
    retrySeconds: [15, 60, 300, 900, 3_600, 21_600, 86_400],
    timeoutSeconds: 5,
    acknowledgement: 'HTTP 200 with {"code":0}',
  },
}

export const DIALECT_NAMES = Object.keys(DIALECTS) as Dialect[]

/** Every kind that some dialect tells, in the order of a card's life. */
export const TOLD_KINDS: readonly HappeningKind[] = [
  ...new Set([...DIALECTS.pagsmile.kinds, ...DIALECTS.keysecure.kinds]),
]

/** `10 s, 1 min, 2 h` */
export function scheduleOf(dialect: Dialect): string {
  return DIALECTS[dialect].retrySeconds.map(shortDuration).join(', ')
}

function shortDuration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`
  return seconds < 3_600 ? `${seconds / 60} min` : `${seconds / 3_600} h`
}
