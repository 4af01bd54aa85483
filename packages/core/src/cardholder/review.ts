import type { Person, Verification } from './cardholder.ts'

/**
 * What happens to the verification of a cardholder.
 * `documents-complete`: the partner has sent what a review needs; `ask`: the review found fault with it; `amend`: who the
 * person is was changed; `reject`: for good.
 */
export type ReviewAction = 'documents-complete' | 'approve' | 'ask' | 'amend' | 'reject'

const TRANSITIONS: Readonly<
  Record<ReviewAction, { readonly from: readonly Verification[]; readonly to: Verification }>
> = {
  'documents-complete': { from: ['documents-needed'], to: 'in-review' },
  approve: { from: ['documents-needed', 'in-review', 'rejected'], to: 'approved' },
  ask: { from: ['documents-needed', 'in-review', 'approved'], to: 'documents-needed' },
  amend: { from: ['documents-needed', 'in-review', 'approved'], to: 'documents-needed' },
  reject: { from: ['documents-needed', 'in-review', 'approved'], to: 'rejected' },
}

/** @returns the verification after an action; undefined where it does not allow it */
export function verificationAfter(verification: Verification, action: ReviewAction): Verification | undefined {
  const { from, to } = TRANSITIONS[action]
  return from.includes(verification) ? to : undefined
}

/** A step of a verification as it happened; such records are never changed. */
export type CardholderReview = {
  readonly partnerId: bigint
  readonly reviewId: bigint
  readonly cardholderId: bigint
  readonly previous: Verification
  readonly verification: Verification
  /** numbered faults, in the numbering of the partner's dialect */
  readonly codes: readonly string[]
  readonly remark: string | null
  readonly at: Temporal.Instant
}

/** Whether a change is one of what was verified: name, identity document, birth, nationality or address. */
export function changesIdentity(before: Person, after: Person): boolean {
  const proven = ({ mobile: _mobile, email: _email, gender: _gender, ...rest }: Person) => rest
  return !isEqual(proven(before), proven(after))
}

function isEqual(left: object, right: object): boolean {
  return Object.entries(left).every(([key, value]) => {
    const other: unknown = right[key as keyof typeof right]
    const nested = typeof value === 'object' && value !== null && typeof other === 'object' && other !== null
    return nested ? isEqual(value as object, other) : value === other
  })
}
