/**
 * What a KYC provider says of the person behind a verification token.
 * `undecided`: nothing that settles it, the issuer's own rules go on; `waiting`: the person has not finished;
 * `in-review`: the provider has not finished.
 */
export type KycFinding =
  | { readonly outcome: 'undecided' | 'waiting' | 'in-review' | 'approved' }
  | { readonly outcome: 'rejected'; readonly reason: string }
