import type { CardNetwork } from '../card/card.ts'

/** What the message says of the cardholder's authentication by 3-D Secure (EMV 3DS). */
export type ThreeDs = {
  /** null where the message does not say */
  readonly version: ThreeDsVersion | null
  readonly eci: Eci
  readonly result: ThreeDsResult
  /** UUID that the directory server gave the authentication, lower case; null where the message does not say */
  readonly dsTransactionId: string | null
}

/** Protocol versions that networks accept. */
export const THREE_DS_VERSIONS = ['2.1.0', '2.2.0', '2.3.1'] as const

export type ThreeDsVersion = (typeof THREE_DS_VERSIONS)[number]

/** Electronic commerce indicator: 05 to 07 of Visa, Discover and UnionPay, 02 to 00 of Mastercard. */
export const ECIS = ['00', '01', '02', '05', '06', '07'] as const

export type Eci = (typeof ECIS)[number]

/** `transStatus` of EMV 3DS in words: Y, A, N or R, U, and none at all. */
export const THREE_DS_RESULTS = ['authenticated', 'attempted', 'failed', 'unavailable', 'not-performed'] as const

export type ThreeDsResult = (typeof THREE_DS_RESULTS)[number]

/** The indicators that go with each result: of most networks, of Mastercard. */
const ECIS_OF: Record<ThreeDsResult, readonly [Eci, Eci]> = {
  authenticated: ['05', '02'],
  attempted: ['06', '01'],
  failed: ['07', '00'],
  unavailable: ['07', '00'],
  'not-performed': ['07', '00'],
}

/** Whether the indicator says the same as the result: a message in which they differ is not one that a network sends. */
export function eciFits({ eci, result }: Pick<ThreeDs, 'eci' | 'result'>): boolean {
  return ECIS_OF[result].includes(eci)
}

export function eciOf(result: ThreeDsResult, network: CardNetwork): Eci {
  const [usual, mastercard] = ECIS_OF[result]
  return network === 'mastercard' ? mastercard : usual
}
