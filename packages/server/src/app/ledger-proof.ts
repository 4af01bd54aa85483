/** What the proof of the books says, to whoever asks for it. */

export type LedgerProof = {
  /** by the product's clock, when it looked: rows that were committed later are not part of it */
  readonly at: Temporal.Instant
  readonly durationMs: number
  /** how many rows of each were looked at */
  readonly checked: {
    readonly accounts: number
    readonly entries: number
    readonly postings: number
    readonly authorizations: number
    readonly seals: number
  }
  /** how many differences were found; of a rule that is broken everywhere, the first ones only */
  readonly differences: number
  /** the first of them, told in words; none when the books are in order */
  readonly shown: readonly string[]
}

export type LedgerProofs = {
  /** since when one is under way in this process; null when none is */
  readonly runningSince: Temporal.Instant | null
  /** the last one that came to its end in this process */
  readonly last: LedgerProof | null
  /** why the run after it did not come to its end; null when it did */
  readonly failure: string | null
  /** Starts one, or joins the one that is under way; resolves at its end and rejects with what kept it from it. */
  run(): Promise<LedgerProof>
}
