import type { OperatorCallOptions } from './call.ts'
import { Resource } from './resource.ts'

export type LedgerProof = {
  /** when it looked: what was committed later is not part of it */
  readonly at: string
  readonly durationMs: number
  readonly inOrder: boolean
  /** rows that were looked at */
  readonly checked: {
    readonly accounts: number
    readonly entries: number
    readonly postings: number
    readonly authorizations: number
    readonly seals: number
  }
  /** at most a thousand of each rule are counted */
  readonly differences: number
  /** the first of them, in words */
  readonly shown: readonly string[]
}

export type LedgerVerification = {
  /** one is under way; null when none is */
  readonly runningSince: string | null
  /** null until the first one of the server process has ended */
  readonly last: LedgerProof | null
  /** why a later one could not be brought to its end */
  readonly failure: string | null
}

/** The proof of the books: balances, holds, limits and hash chains, recomputed from what is only ever added. */
export class Ledger extends Resource {
  /** The last one. */
  verification(options?: OperatorCallOptions): Promise<LedgerVerification> {
    return this.get('/ledger/verification', {}, options)
  }

  /** Proves the books now; one that takes long is still `runningSince` in the answer, and read later. */
  verify(options?: OperatorCallOptions): Promise<LedgerVerification> {
    return this.post('/ledger/verification', undefined, options)
  }
}
