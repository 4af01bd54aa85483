import type { EntryMode, Merchant, Purpose } from '@openissuer/core/authorization/authorization.ts'
import type { CardData } from '@openissuer/core/authorization/decide.ts'
import type { DeclineReason } from '@openissuer/core/authorization/decline-reason.ts'
import { magicReason } from '@openissuer/core/authorization/magic-amount.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { Amount } from '@openissuer/core/money/amount.ts'
import type { EngineAnswer } from './engine/authorization-engine.ts'
import type { AuthorizationMessage } from './engine/batch.ts'
import type { Ports } from './ports.ts'
import { assertPositive } from './post-deposit.ts'

export type Authorize = {
  readonly partnerId: bigint
  readonly cardId: bigint
  readonly matchKey: string
  readonly inputHash: Uint8Array
  readonly purpose: Purpose
  /** what the merchant asks for: positive, or zero for a verification and a balance inquiry */
  readonly transactionAmount: Amount
  readonly merchant: Merchant
  readonly entryMode: EntryMode | null
  readonly cardData: CardData
  readonly partialApproval: boolean
  readonly advice: boolean
  readonly forcedReason: DeclineReason | null
}

/**
 * Has the engine decide one authorization. A decline is a normal answer.
 *
 * @throws DomainError `card-not-found`, `invalid-amount`, `no-exchange-rate`
 */
export async function authorize(ports: Ports, command: Authorize): Promise<EngineAnswer> {
  return ports.engine.submit(await messageOf(ports, command))
}

/** What the engine is given: the card resolved, the amount checked. Throws as `authorize` does and changes nothing. */
export async function messageOf(ports: Ports, command: Authorize): Promise<AuthorizationMessage> {
  const { transactionAmount, purpose } = command
  const movesNothing = purpose === 'verification' || purpose === 'balance-inquiry'
  if (!movesNothing) assertPositive(transactionAmount)
  else if (transactionAmount.minor !== 0n) throw new DomainError('invalid-amount', 'amount')
  const card = await ports.storage.read.card(command.partnerId, command.cardId)
  if (card === undefined) throw new DomainError('card-not-found')
  const program = await ports.storage.read.program(card.programId)
  if (program?.currency !== transactionAmount.currency) throw new DomainError('no-exchange-rate', 'currency')
  return { ...command, ...forcedOf(ports, command), accountId: card.accountId, billingAmount: transactionAmount }
}

/** In a sandbox some amounts ask for a decline, unless the message asks for another one itself. */
function forcedOf({ mode }: Ports, { forcedReason, transactionAmount }: Authorize) {
  const byAmount = mode === 'sandbox' && forcedReason === null ? magicReason(transactionAmount.minor) : null
  return byAmount === null ? {} : { forcedReason: byAmount, forcedByAmount: true }
}
