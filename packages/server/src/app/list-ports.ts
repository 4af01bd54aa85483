/**
 * What the lists of the people who run the platform are read by. They are newest first unless said otherwise, a page
 * goes on after the last row of the one before, and filters that are not given leave everything in.
 */
import type { Authorization, AuthorizationStatus } from '@openissuer/core/authorization/authorization.ts'
import type { DeclineReason } from '@openissuer/core/authorization/decline-reason.ts'
import type { Card, CardStatus } from '@openissuer/core/card/card.ts'
import type { CardStatusChange } from '@openissuer/core/card/status-change.ts'
import type { Cardholder, Verification } from '@openissuer/core/cardholder/cardholder.ts'
import type { Contact } from '@openissuer/core/contact/contact.ts'
import type { HappeningKind } from '@openissuer/core/event/domain-event.ts'
import type { FeePlan } from '@openissuer/core/fee/fee-plan.ts'
import type { Account, AccountKind } from '@openissuer/core/ledger/account.ts'
import type { DepositOrder, DepositStatus } from '@openissuer/core/ledger/deposit.ts'
import type { JournalEntry, JournalEntryKind, Posting } from '@openissuer/core/ledger/journal-entry.ts'
import type { CardLimit } from '@openissuer/core/limits/card-limit.ts'
import type { Amount } from '@openissuer/core/money/amount.ts'
import type { Partner, PartnerStatus } from '@openissuer/core/partner/partner.ts'
import type { AuditEntry, KeysecureCredential, LimitUsageMinor, PagsmileApp, Scenario } from './ports.ts'
import type { Fact } from './webhook-ports.ts'

/** A place in a list that is in the order of ids, or of times and then ids. */
export type IdPlace = { readonly id: bigint }
export type TimePlace = { readonly at: Temporal.Instant; readonly id: bigint }

type PageOf<Place> = {
  /** only what comes after this place */
  readonly after?: Place | undefined
  /** rows at most */
  readonly limit: number
}

/** Both bounds are inclusive. */
type Period = { readonly from?: Temporal.Instant | undefined; readonly to?: Temporal.Instant | undefined }

export type PartnerListFilter = PageOf<IdPlace> & { readonly status?: PartnerStatus | undefined }

export type CardListFilter = PageOf<TimePlace> & {
  readonly partnerId: bigint
  readonly status?: CardStatus | undefined
  readonly cardholderId?: bigint | undefined
  readonly programId?: bigint | undefined
  readonly lastFour?: string | undefined
  readonly uniqueNo?: string | undefined
}

export type CardholderListFilter = PageOf<TimePlace> & {
  readonly partnerId: bigint
  readonly verification?: Verification | undefined
  readonly disabled?: boolean | undefined
  readonly uniqueNo?: string | undefined
}

/** By deposit id. */
export type DepositListFilter = PageOf<IdPlace> & {
  readonly partnerId: bigint
  readonly statuses: readonly DepositStatus[]
}

export type ContactListFilter = PageOf<TimePlace> & {
  readonly partnerId: bigint
  readonly mobile?: string | undefined
  readonly email?: string | undefined
}

/** By limit id; with what was used up to a UTC day (`2026-05-22`). */
export type CardLimitListFilter = PageOf<IdPlace> & {
  readonly partnerId: bigint
  readonly cardholderId?: bigint | undefined
  readonly programId?: bigint | undefined
  readonly day: string
}

export type ListedCardLimit = {
  readonly limit: CardLimit
  readonly card: Pick<Card, 'bin' | 'lastFour'>
  readonly used: LimitUsageMinor
}

export type AuthorizationListFilter = PageOf<TimePlace> &
  Period & {
    readonly partnerId: bigint
    readonly cardToken?: string | undefined
    readonly status?: AuthorizationStatus | undefined
    readonly declined?: boolean | undefined
    readonly declineReason?: DeclineReason | undefined
    readonly lastFour?: string | undefined
    readonly mcc?: string | undefined
    /** how the merchant's name begins, in capitals or not */
    readonly merchant?: string | undefined
    /** of the billing amount, which the bounds are minor units of */
    readonly currency?: string | undefined
    readonly minMinor?: bigint | undefined
    readonly maxMinor?: bigint | undefined
  }

/**
 * What was found among a bounded number of rows.
 * @property searchedTo where the next page goes on, after the last row that was looked at; null at the end of the list
 */
export type AuthorizationPage = {
  readonly rows: readonly Authorization[]
  readonly searchedTo: TimePlace | null
}

/** In the order of account ids. */
export type AccountListFilter = PageOf<IdPlace> & {
  readonly partnerId: bigint
  readonly kind?: AccountKind | undefined
  readonly currency?: string | undefined
  readonly cardholderId?: bigint | undefined
}

export type EntryListFilter = PageOf<TimePlace> &
  Period & {
    readonly partnerId: bigint
    readonly accountId?: bigint | undefined
    readonly cardToken?: string | undefined
    readonly kind?: JournalEntryKind | undefined
    readonly orderNo?: string | undefined
  }

export type ListedPosting = Posting & {
  readonly accountKind: AccountKind
  /** on the account's normal side */
  readonly balanceAfter: Amount
}

export type ListedEntry = Omit<JournalEntry, 'postings'> & {
  readonly cardToken: string | null
  readonly postings: readonly ListedPosting[]
}

/** In the order of account ids. */
export type TrialBalanceFilter = PageOf<IdPlace> & {
  readonly partnerId: bigint
  /** what was posted later does not count */
  readonly at: Temporal.Instant
  readonly currency?: string | undefined
}

type Posted = { readonly kind: AccountKind; readonly debits: Amount; readonly credits: Amount }

/** What was posted to each account up to an instant, and with the first page to all accounts of a kind. */
export type TrialBalance = {
  readonly lines: readonly (Posted & {
    readonly accountId: bigint
    readonly name: string
    readonly cardholderId: bigint | null
  })[]
  /** one for each kind and currency, in the order of currencies and kinds; null on later pages, which are cheap without */
  readonly sums: readonly (Posted & { readonly accounts: number })[] | null
}

/** Newest first, or with `order` oldest first, by event id. */
export type EventListFilter = PageOf<IdPlace> &
  Period & {
    readonly partnerId: bigint
    readonly order: 'newest-first' | 'oldest-first'
    readonly kind?: HappeningKind | undefined
    readonly cardToken?: string | undefined
  }

/** What is told of an event without its subject's whole record. */
export type ListedEvent = {
  readonly eventId: bigint
  readonly kind: HappeningKind
  /** made up for one endpoint */
  readonly example: boolean
  readonly createdAt: Temporal.Instant
  readonly card: Pick<Card, 'cardId' | 'token' | 'bin' | 'lastFour'> | null
  /** of a network message */
  readonly message: {
    readonly authorizationId: bigint | null
    readonly transactionAmount: Amount
    readonly billingAmount: Amount
    readonly declineReason: DeclineReason | null
    readonly merchantName: string | null
  } | null
  /** of everything else */
  readonly fact: Fact | null
}

export type AuditListFilter = PageOf<IdPlace> & Period & { readonly partnerId: bigint }

export type ListedAudit = AuditEntry & {
  /** of the operator's key that it was done with; null where no such key was */
  readonly actorName: string | null
}

export type ListReader = {
  listPartners(filter: PartnerListFilter): Promise<readonly Partner[]>
  pagsmileAppsOf(partnerId: bigint): Promise<readonly PagsmileApp[]>
  keysecureCredentialsOf(partnerId: bigint): Promise<readonly KeysecureCredential[]>
  listCards(filter: CardListFilter): Promise<readonly Card[]>
  /** oldest first */
  cardStatusChanges(partnerId: bigint, cardId: bigint): Promise<readonly CardStatusChange[]>
  listScenarios(page: PageOf<IdPlace>): Promise<readonly Scenario[]>
  listCardholders(filter: CardholderListFilter): Promise<readonly Cardholder[]>
  listAuthorizations(filter: AuthorizationListFilter): Promise<AuthorizationPage>
  listDeposits(filter: DepositListFilter): Promise<readonly DepositOrder[]>
  listContacts(filter: ContactListFilter): Promise<readonly Contact[]>
  listCardLimits(filter: CardLimitListFilter): Promise<readonly ListedCardLimit[]>
  listAccounts(filter: AccountListFilter): Promise<readonly Account[]>
  /** as one snapshot of the database has it */
  trialBalance(filter: TrialBalanceFilter): Promise<TrialBalance>
  listEntries(filter: EntryListFilter): Promise<readonly ListedEntry[]>
  entry(partnerId: bigint, entryId: bigint): Promise<ListedEntry | undefined>
  listFeePlans(page: PageOf<IdPlace>): Promise<readonly FeePlan[]>
  listEvents(filter: EventListFilter): Promise<readonly ListedEvent[]>
  /** without a partner: 0 */
  listAudit(filter: AuditListFilter): Promise<readonly ListedAudit[]>
}
