import { purchaseOf } from '@openissuer/core/authorization/decide.ts'
import { type Change, clear } from '@openissuer/core/authorization/lifecycle.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { Purchase } from '@openissuer/core/limits/spend-limit.ts'
import { type Amount, subtract } from '@openissuer/core/money/amount.ts'
import type { Work } from '../ports.ts'
import { assertPositive } from '../post-deposit.ts'
import { convertPosting } from './conversion.ts'
import { type Answer, findOriginal, type Message, type OnCard, type Original, processMessage } from './message.ts'

export type PostClearing = Message & {
  readonly original: Original | OnCard
  /** what the merchant claims (DE 4) */
  readonly transactionAmount: Amount
  /** the same in the account's currency as the network has converted it (DE 6); null when it has not */
  readonly billingAmount: Amount | null
  /** no other clearing of the authorization is expected: what is left of its hold lapses */
  readonly final: boolean
}

/**
 * Posts what a merchant claims, against its authorization or, where it names none, as a forced posting. Money that the
 * merchant is owed is owed: neither a closed authorization nor an empty account refuses it.
 *
 * @throws DomainError `authorization-not-found`, `card-not-found`, `invalid-amount`, `unknown-currency`,
 *   `no-exchange-rate`, `duplicate-request`
 */
export function postClearing(work: Work, command: PostClearing): Promise<Answer> {
  const { partnerId, original, transactionAmount } = command
  assertPositive(transactionAmount)
  const find = findOriginal(work, partnerId, original)
  return processMessage(work, command, find, ['network-settlement', 'fee-income'], async locked => {
    const { life, account, place } = locked
    if (life === null && !isOnCard(original)) throw new DomainError('authorization-not-found')
    const { billingAmount, conversionRate } = await convertPosting(work, command, locked)
    const terms = await work.tx.clearingTermsOf(partnerId, place.cardId)
    const foreign = transactionAmount.currency !== account.currency
    const available = subtract(account.balance, account.held).minor
    const clearing = { amount: billingAmount, foreign, final: command.final }
    const { change, fee, feeBps } = clear(life, clearing, terms, available, work.clock.now())
    const lapsed = lapsedOf(life?.authorization.held.minor ?? 0n, billingAmount.minor, change)
    return {
      kind: 'clearing',
      change,
      steps: [
        { kind: 'cleared', minor: billingAmount.minor },
        ...(lapsed > 0n ? [{ kind: 'expired', minor: lapsed } as const] : []),
      ],
      ...(isOnCard(original) ? { counted: { purchase: purchaseAt(original, transactionAmount), inUse: [] } } : {}),
      transactionAmount,
      billingAmount,
      effect: {
        conversionRate,
        fee,
        feeBps,
        final: command.final,
        merchant: isOnCard(original) ? original.merchant : null,
      },
    }
  })
}

/** What a clearing lets go of the hold besides what it uses up. */
function lapsedOf(heldMinor: bigint, clearedMinor: bigint, { hold }: Change): bigint {
  const drawn = heldMinor < clearedMinor ? heldMinor : clearedMinor
  return -hold - drawn
}

function purchaseAt({ merchant }: OnCard, transactionAmount: Amount): Purchase {
  return purchaseOf({ merchant, transactionAmount, entryMode: null })
}

/** Whether the message names no authorization. */
export function isOnCard(original: Original | OnCard): original is OnCard {
  return 'originalKey' in original && original.originalKey === null
}
