import type { CardApplication, CardApplicationStatus, CardTerms } from '@openissuer/core/card/application.ts'
import { type Card, type CardProgram, PAN_LENGTH } from '@openissuer/core/card/card.ts'
import { expiryAfter } from '@openissuer/core/card/expiry.ts'
import { generatePan, lastFour } from '@openissuer/core/card/pan.ts'
import { DomainError, unreachable } from '@openissuer/core/errors.ts'
import type { Account } from '@openissuer/core/ledger/account.ts'
import { zero } from '@openissuer/core/money/amount.ts'
import { announce } from './announce.ts'
import { createLimit } from './create-limit.ts'
import { chargeIssue } from './fees/charge-issue.ts'
import { assertCanPay, loadCard } from './load-card.ts'
import { cardholderAccount } from './open-account.ts'
import type { Work } from './ports.ts'

/**
 * Checks, before anything is written, that the account which pays the first balance can pay it; the account stays
 * locked, so that it still can when the card is made.
 *
 * @throws DomainError `account-not-found`, `unknown-currency`, `invalid-amount`, `insufficient-funds`
 */
export async function assertInitialBalance(work: Work, partnerId: bigint, terms: CardTerms): Promise<void> {
  if (terms.initialBalance === null) return
  const { payAccountId, amount } = terms.initialBalance
  const [account] = await work.tx.lockAccounts(partnerId, [payAccountId])
  assertCanPay(account, amount)
}

/**
 * Makes the card of an application: number, account, limit and first balance, and completes the application.
 * A virtual card is active at once; a physical one is being made.
 *
 * @throws DomainError `card-numbers-exhausted`, and the errors of the limit and of the first load
 */
export async function issueCard(work: Work, application: CardApplication): Promise<Card> {
  const program = await work.tx.program(application.programId)
  if (program === undefined) throw new DomainError('program-not-found')
  const account = await accountFor(work, application, program)
  const card = await insertUnderFreeNumber(work, application, program, account)
  await closeApplication(work, application, 'completed', card.cardId)
  await chargeIssue(work, card)
  const { limit, initialBalance } = application.terms
  if (limit !== null) await createLimit(work, { partnerId: card.partnerId, cardToken: card.token, terms: limit })
  if (initialBalance !== null) {
    await loadCard(work, {
      partnerId: card.partnerId,
      cardToken: card.token,
      payAccountId: initialBalance.payAccountId,
      amount: initialBalance.amount,
      orderNo: null,
      memo: null,
    })
  }
  return card
}

/** Ends an application, and announces how. */
export async function closeApplication(
  work: Work,
  { partnerId, applicationId }: CardApplication,
  status: CardApplicationStatus,
  cardId: bigint | null,
): Promise<void> {
  await work.tx.closeCardApplication(partnerId, applicationId, status, cardId)
  await announce(work, { partnerId, cardId, fact: { kind: 'card-application', applicationId } })
}

/** How often a random number may hit one that is taken before the BIN counts as full. */
const NUMBER_TRIES = 20

async function insertUnderFreeNumber(
  work: Work,
  application: CardApplication,
  program: CardProgram,
  account: Account,
): Promise<Card> {
  const now = work.clock.now()
  const cardId = await work.ids.next('card')
  for (let tries = 0; tries < NUMBER_TRIES; tries++) {
    const pan = generatePan(program.bin, PAN_LENGTH, () => Number(work.random.digits(1)))
    const card: Card = {
      partnerId: application.partnerId,
      cardId,
      cardholderId: application.cardholderId,
      programId: program.programId,
      accountId: account.accountId,
      token: newToken(work),
      uniqueNo: application.reference,
      form: application.terms.form,
      network: program.network,
      shared: application.terms.funding.kind === 'shared',
      bin: program.bin,
      lastFour: lastFour(pan),
      expiry: expiryAfter(now, program.validityMonths),
      status: application.terms.form === 'virtual' ? 'active' : 'pending',
      remark: application.terms.remark,
      createdAt: now,
      activatedAt: application.terms.form === 'virtual' ? now : null,
    }
    const sealed = work.vault.sealPan(card, pan)
    if (await work.tx.insertCard(card, sealed, work.vault.fingerprintPan(pan))) return card
  }
  throw new DomainError('card-numbers-exhausted')
}

/** Twelve random digits without a leading zero, as clients send the token as a JSON number too. */
function newToken(work: Work): string {
  for (;;) {
    const token = work.random.digits(12)
    if (!token.startsWith('0')) return token
  }
}

async function accountFor(work: Work, application: CardApplication, program: CardProgram): Promise<Account> {
  const { partnerId, cardholderId, terms } = application
  switch (terms.funding.kind) {
    case 'card':
      return openCardAccount(work, partnerId, program, cardholderId)
    case 'shared': {
      const shared = await work.tx.account(partnerId, terms.funding.accountId)
      if (shared === undefined) throw new DomainError('account-not-found', 'sharedAccount')
      return shared
    }
    case 'cardholder':
      if (cardholderId === null) throw new DomainError('cardholder-not-found')
      return cardholderAccount(work, { partnerId, cardholderId, currency: program.currency })
    case 'reserve': {
      const reserve = await work.tx.accountOfKind(partnerId, 'reserve', program.currency, null)
      if (reserve === undefined) throw new DomainError('account-not-found', 'reserve')
      return reserve
    }
    default:
      return unreachable(terms.funding)
  }
}

async function openCardAccount(
  work: Work,
  partnerId: bigint,
  program: CardProgram,
  cardholderId: bigint | null,
): Promise<Account> {
  const account: Account = {
    partnerId,
    accountId: await work.ids.next('account'),
    kind: 'card',
    name: program.name,
    currency: program.currency,
    cardholderId,
    balance: zero(program.currency),
    held: zero(program.currency),
  }
  await work.tx.insertAccount(account, work.clock.now())
  return account
}
