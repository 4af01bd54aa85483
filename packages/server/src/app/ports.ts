/**
 * What the use cases need from the outside, in the domain's words. Storage, vault and clock conform to these. Credentials,
 * lists and the vault have files of their own, which are read through this one.
 */
import type { Authorization } from '@openissuer/core/authorization/authorization.ts'
import type { DeclineReason } from '@openissuer/core/authorization/decline-reason.ts'
import type { AuthorizationEvent, DayUsage } from '@openissuer/core/authorization/event.ts'
import type { ClearingTerms } from '@openissuer/core/authorization/lifecycle.ts'
import type { Fallback, LateAnswer, PartnerDecision } from '@openissuer/core/authorization/partner-decision.ts'
import type { ChallengeAnswer, ThreeDsChallenge } from '@openissuer/core/authorization/three-ds-challenge.ts'
import type { CardApplication, CardApplicationStatus } from '@openissuer/core/card/application.ts'
import type { Card, CardProgram, ProgramTerms } from '@openissuer/core/card/card.ts'
import type { CardStatusChange } from '@openissuer/core/card/status-change.ts'
import type { Cardholder, Person, Verification } from '@openissuer/core/cardholder/cardholder.ts'
import type { CardholderDocument } from '@openissuer/core/cardholder/document.ts'
import type { KycFinding } from '@openissuer/core/cardholder/kyc.ts'
import type { CardholderReview } from '@openissuer/core/cardholder/review.ts'
import type { Contact } from '@openissuer/core/contact/contact.ts'
import type { DeliveryAddress } from '@openissuer/core/contact/delivery-address.ts'
import type { CardFee, FeeKind } from '@openissuer/core/fee/charge.ts'
import type { FeePlan } from '@openissuer/core/fee/fee-plan.ts'
import type { IdKind } from '@openissuer/core/id/id.ts'
import type { Account, AccountKind } from '@openissuer/core/ledger/account.ts'
import type { CardholderTransfer } from '@openissuer/core/ledger/cardholder-transfer.ts'
import type { DepositOrder } from '@openissuer/core/ledger/deposit.ts'
import type { JournalEntry } from '@openissuer/core/ledger/journal-entry.ts'
import type { Movement } from '@openissuer/core/ledger/movement.ts'
import type { CardLimit } from '@openissuer/core/limits/card-limit.ts'
import type { MerchantControl } from '@openissuer/core/limits/merchant-controls.ts'
import type { RecordedUse } from '@openissuer/core/limits/recorded-use.ts'
import type { LimitUse, SpendLimit, WindowOfLimit } from '@openissuer/core/limits/spend-limit.ts'
import type { Currency } from '@openissuer/core/money/currency.ts'
import type { ExchangeRate } from '@openissuer/core/money/exchange-rate.ts'
import type { Partner, PartnerStatus } from '@openissuer/core/partner/partner.ts'
import type {
  AccessToken,
  KeysecureCredential,
  KeysecureSettings,
  PagsmileApp,
  PagsmileAppSettings,
  PciToken,
} from './credential-ports.ts'
import type { DueReader } from './due-ports.ts'
import type { AuthorizationEngine } from './engine/authorization-engine.ts'
import type {
  CardFilter,
  CardholderFilter,
  CardholderTransferFilter,
  CardRecord,
  CardRecordFilter,
  Consumption,
  ConsumptionFilter,
  ContactFilter,
  DeliveryAddressFilter,
  ExchangeRateFilter,
  MovementFilter,
  Page,
  SpendRuleFilter,
} from './filter-ports.ts'
import type { Inquiries } from './inquiry/inquiries.ts'
import type { ListReader } from './list-ports.ts'
import type { DecisionFeed } from './live/decision-feed.ts'
import type { OperatorReader, OperatorTransaction } from './operator-ports.ts'
import type { PinDigest, SealedPan, Vault } from './vault-ports.ts'
import type { WebhookReader, WebhookTransaction } from './webhook-ports.ts'

export type * from './credential-ports.ts'
export type * from './filter-ports.ts'
export type * from './operator-ports.ts'
export type * from './vault-ports.ts'

/** The product's clock: everything that waits on time follows it. Millisecond precision. */
export type Clock = { now(): Temporal.Instant }

/** Hands out ids that no other process hands out. `consecutive` returns the first of `count` neighbouring ids. */
export type IdAllocator = {
  next(kind: IdKind): Promise<bigint>
  consecutive(kind: IdKind, count: number): Promise<bigint>
}

/** Cryptographically strong randomness. */
export type Random = {
  /** decimal digits, uniformly distributed */
  digits(count: number): string
  /** URL-safe text of `bytes` random bytes */
  token(bytes: number): string
  /** a new RSA-2048 key pair as PEM: SPKI and PKCS#8 */
  rsaKeyPair(): Promise<{ readonly publicKey: string; readonly privateKey: string }>
}

/** Who verifies persons. It is asked outside SQL transactions, as it may take its time. */
export type KycProvider = {
  /** @throws DomainError `kyc-unavailable` when the data behind the token cannot be read */
  verify(token: string): Promise<KycFinding>
}

/** `eventId` is what it is announced under, if it is the one that is recorded; card and account are the authorization's. */
export type NewPartnerDecision = PartnerDecision & {
  readonly eventId: bigint
  readonly cardId: bigint
  readonly accountId: bigint
}

export type UsageOfDay = LimitUsageMinor & { readonly day: string }

/** In minor units of the card's currency. */
export type LimitUsageMinor = {
  readonly dayCount: number
  readonly dayMinor: bigint
  readonly monthMinor: bigint
  readonly totalMinor: bigint
}

/** What says which limits and controls a card is under. */
export type ScopedCard = Pick<Card, 'partnerId' | 'cardId' | 'cardholderId' | 'accountId' | 'programId'>

/** A card for which nothing is held any more, and which should be closed and empty. */
export type CardAtRest = { readonly partnerId: bigint; readonly cardId: bigint }

/** An authorization whose hold has to lapse. */
export type DueExpiry = {
  readonly partnerId: bigint
  readonly authorizationId: bigint
  readonly expiresAt: Temporal.Instant
}

/** Whom to ask about authorizations of a partner that decides itself, and what to do when nobody answers. */
export type PartnerResponder = {
  readonly partnerId: bigint
  /** the KeySecure credential in whose name the question is signed */
  readonly apiKey: string
  readonly url: string
  readonly fallback: Fallback
}

/** `password` is sealed by the vault; null once the challenge was answered. */
export type SealedChallenge = { readonly challenge: ThreeDsChallenge; readonly password: Uint8Array | null }

/** How far the cards of a program were charged in a cycle of their management fee. */
export type ManagementFeeRun = {
  readonly cycleStart: Temporal.Instant
  readonly lastCardId: bigint
  readonly finished: boolean
}

/** `unpaid` is asked for again; `given-up` was asked for twice. */
export type ManagementFeeState = 'paid' | 'waived' | 'unpaid' | 'given-up'

/** How a program is shown to whoever chooses one; its English name is the program's own. */
export type ProgramPresentation = {
  readonly nameZh: string
  readonly descriptionEn: string
  readonly descriptionZh: string
  readonly tagsEn: readonly string[]
  readonly tagsZh: readonly string[]
}

/** Simulation calls with their bodies, to be played in order. The operator's door knows what a step may be. */
export type Scenario = {
  readonly scenarioId: bigint
  readonly name: string
  readonly steps: readonly JsonValue[]
  readonly createdAt: Temporal.Instant
  readonly updatedAt: Temporal.Instant
}

/** Reading, each call a snapshot of its own. An object of another partner is not found. */
export type Reader = WebhookReader &
  ListReader &
  OperatorReader &
  DueReader & {
    partner(partnerId: bigint): Promise<Partner | undefined>
    programs(): Promise<readonly CardProgram[]>
    program(programId: bigint): Promise<CardProgram | undefined>
    /**
     * The line of the rate table that converts from `base` to `quote` at an instant: the newest of this pair that is valid
     * by then, else the newest of the inverse pair.
     */
    exchangeRateAt(base: Currency, quote: Currency, at: Temporal.Instant): Promise<ExchangeRate | undefined>
    /** newest first by the instant from which they are valid */
    exchangeRates(filter: ExchangeRateFilter): Promise<Page<ExchangeRate>>
    feePlan(planId: bigint): Promise<FeePlan | undefined>
    /** what a program's cards cost this partner; undefined while they cost nothing */
    feePlanOf(partnerId: bigint, programId: bigint): Promise<FeePlan | undefined>
    /** in the order in which they were charged */
    feesAbout(partnerId: bigint, aboutIds: readonly bigint[]): Promise<readonly CardFee[]>
    feesForEvent(partnerId: bigint, eventId: bigint): Promise<readonly CardFee[]>
    /** how often a card was charged or spared a kind of fee; after `since`, where it is not null */
    feeCount(partnerId: bigint, cardId: bigint, kind: FeeKind, since: Temporal.Instant | null): Promise<number>
    /** programs that a fee plan counts for, with when it was chosen */
    plannedPrograms(
      partnerId: bigint,
    ): Promise<readonly { readonly programId: bigint; readonly assignedAt: Temporal.Instant }[]>
    managementFeeRun(partnerId: bigint, programId: bigint): Promise<ManagementFeeRun | undefined>
    /** cards in use that were made before a cycle and not reached by its run, in the order of their ids */
    cardsToManage(
      partnerId: bigint,
      programId: bigint,
      run: ManagementFeeRun,
      limit: number,
    ): Promise<readonly bigint[]>
    /** in the order in which they are asked for again */
    unpaidManagementFees(
      partnerId: bigint,
      now: Temporal.Instant,
      limit: number,
    ): Promise<
      readonly {
        readonly cardId: bigint
        readonly cycleStart: Temporal.Instant
        readonly retryAt: Temporal.Instant
      }[]
    >
    /** what a card has used from a UTC day (`2026-05-22`) up to another */
    usageOfDays(
      partnerId: bigint,
      cardId: bigint,
      from: string,
      to: string,
    ): Promise<{ readonly count: bigint; readonly minor: bigint }>
    /** undefined while the operator has written none */
    presentation(programId: bigint): Promise<ProgramPresentation | undefined>
    scenario(scenarioId: bigint): Promise<Scenario | undefined>
    contacts(filter: ContactFilter): Promise<Page<Contact>>
    contact(partnerId: bigint, contactId: bigint): Promise<Contact | undefined>
    deliveryAddress(partnerId: bigint, deliveryAddressId: bigint): Promise<DeliveryAddress | undefined>
    /** newest first */
    deliveryAddresses(filter: DeliveryAddressFilter): Promise<Page<DeliveryAddress>>
    cardholder(partnerId: bigint, cardholderId: bigint): Promise<Cardholder | undefined>
    cardholderByIdentity(partnerId: bigint, idType: number, idNo: string): Promise<Cardholder | undefined>
    /** @param country of the registration, ISO 3166-1 alpha-2 */
    cardholderByRegistration(partnerId: bigint, country: string, code: string): Promise<Cardholder | undefined>
    /** oldest first */
    documents(partnerId: bigint, cardholderId: bigint): Promise<readonly CardholderDocument[]>
    sealedDocument(
      partnerId: bigint,
      documentId: bigint,
    ): Promise<{ readonly document: CardholderDocument; readonly sealed: Uint8Array } | undefined>
    cardholders(partnerId: bigint, cardholderIds: readonly bigint[]): Promise<readonly Cardholder[]>
    /** those with a number of the partner's own, newest first; no count, as their only reader shows none */
    numberedCardholders(filter: CardholderFilter): Promise<readonly Cardholder[]>
    card(partnerId: bigint, cardId: bigint): Promise<Card | undefined>
    /** the applications of an order, in the order of their cards; none for an unknown order */
    cardApplicationsOfOrder(partnerId: bigint, orderNo: string): Promise<readonly CardApplication[]>
    /** the application that a card with this number of the partner's came from */
    cardApplicationOfCard(partnerId: bigint, uniqueNo: string): Promise<CardApplication | undefined>
    /** whether an open authorization of the card still holds money */
    cardHasHold(partnerId: bigint, cardId: bigint): Promise<boolean>
    partnersWithClosingCards(): Promise<readonly bigint[]>
    /** the partner's closing cards, and closed ones that got money since, for which nothing is held */
    closingCardsAtRest(partnerId: bigint, limit: number): Promise<readonly CardAtRest[]>
    sealedPan(partnerId: bigint, cardId: bigint): Promise<SealedPan | undefined>
    /** undefined while the card has no PIN */
    pinDigest(partnerId: bigint, cardId: bigint): Promise<PinDigest | undefined>
    cardByToken(partnerId: bigint, token: string): Promise<Card | undefined>
    /** newest first */
    cardsOfCardholder(partnerId: bigint, cardholderId: bigint): Promise<readonly Card[]>
    /** newest first; no count, as its only reader shows none */
    cards(filter: CardFilter): Promise<readonly Card[]>
    limit(partnerId: bigint, limitId: bigint): Promise<CardLimit | undefined>
    limitOfCard(partnerId: bigint, cardToken: string): Promise<CardLimit | undefined>
    spendLimit(partnerId: bigint, limitId: bigint): Promise<SpendLimit | undefined>
    spendLimits(filter: SpendRuleFilter): Promise<readonly SpendLimit[]>
    /** by limit id; windows of which nothing was used are missing */
    spendLimitUse(partnerId: bigint, windows: readonly WindowOfLimit[]): Promise<ReadonlyMap<bigint, LimitUse>>
    merchantControl(partnerId: bigint, controlId: bigint): Promise<MerchantControl | undefined>
    merchantControls(filter: SpendRuleFilter): Promise<readonly MerchantControl[]>
    /** of all its scopes, in the order of their ids */
    controlsOfCard(card: ScopedCard): Promise<readonly MerchantControl[]>
    authorizationById(partnerId: bigint, authorizationId: bigint): Promise<Authorization | undefined>
    /** the same as it was answered, before anything that came later */
    authorizationAsDecided(partnerId: bigint, authorizationId: bigint): Promise<Authorization | undefined>
    /** newest first over both kinds of records */
    cardRecords(filter: CardRecordFilter): Promise<Page<CardRecord>>
    /** newest first; no count, as their only reader shows none */
    consumptions(filter: ConsumptionFilter): Promise<readonly Consumption[]>
    authorizationEvent(partnerId: bigint, eventId: bigint): Promise<AuthorizationEvent | undefined>
    eventByMatchKey(partnerId: bigint, matchKey: string): Promise<AuthorizationEvent | undefined>
    /** what came after the decision, oldest first */
    eventsAfterDecision(partnerId: bigint, authorizationId: bigint): Promise<readonly AuthorizationEvent[]>
    /** what undid or corrected an event, oldest first */
    eventsAbout(partnerId: bigint, originalEventId: bigint): Promise<readonly AuthorizationEvent[]>
    /** the partner's holds that should have lapsed by `now`, in due order */
    dueExpiries(partnerId: bigint, now: Temporal.Instant, limit: number): Promise<readonly DueExpiry[]>
    /** the newest UTC day on which a card was used, with the sums up to it; undefined for one that never was */
    newestUsage(partnerId: bigint, cardId: bigint): Promise<UsageOfDay | undefined>
    /** what a card had used at the end of a UTC day (`2026-05-22`), with the month and the life of the card up to it */
    usageOn(partnerId: bigint, cardId: bigint, day: string): Promise<LimitUsageMinor>
    clearingTermsOf(partnerId: bigint, cardId: bigint): Promise<ClearingTerms>
    /** undefined while nobody is to be asked */
    partnerResponder(partnerId: bigint): Promise<PartnerResponder | undefined>
    /** undefined while an authorization is in question, and for one that never was */
    partnerDecision(partnerId: bigint, authorizationId: bigint): Promise<PartnerDecision | undefined>
    /** the partner's approved authorizations that no decision was recorded for, up to `now`, oldest first */
    undecidedAuthorizations(partnerId: bigint, now: Temporal.Instant, limit: number): Promise<readonly bigint[]>
    partnerIds(): Promise<readonly bigint[]>
    /** newest first */
    movements(filter: MovementFilter): Promise<Page<Movement>>
    depositOrder(partnerId: bigint, orderNo: string): Promise<DepositOrder | undefined>
    /** newest first; no count, as their only reader shows none */
    cardholderTransfers(filter: CardholderTransferFilter): Promise<readonly CardholderTransfer[]>
    account(partnerId: bigint, accountId: bigint): Promise<Account | undefined>
    accountsOf(partnerId: bigint): Promise<readonly Account[]>
    /** those that belong to the cardholder as a person, not to one of the cards */
    accountsOfCardholder(partnerId: bigint, cardholderId: bigint): Promise<readonly Account[]>
    /** look-ups that start without a partner */
    locateCardByToken(token: string): Promise<{ partnerId: bigint; cardId: bigint } | undefined>
    locateAuthorization(authorizationId: bigint): Promise<{ partnerId: bigint } | undefined>
    locateEvent(eventId: bigint): Promise<{ partnerId: bigint } | undefined>
    locateCardByPan(fingerprint: Uint8Array): Promise<{ partnerId: bigint; cardId: bigint } | undefined>
    pagsmileApp(appId: string): Promise<PagsmileApp | undefined>
    keysecureCredential(apiKey: string): Promise<KeysecureCredential | undefined>
    accessToken(tokenHash: Uint8Array): Promise<AccessToken | undefined>
    pciToken(tokenHash: Uint8Array): Promise<PciToken | undefined>
    /** undefined while the clock was never touched */
    clockSetting(): Promise<ClockSetting | undefined>
  }

type ReaderAndWebhooks = Reader & WebhookTransaction & OperatorTransaction

/** One SQL transaction: everything in it becomes durable together or not at all. */
export type Transaction = ReaderAndWebhooks & {
  /**
   * Claims an idempotency key. The first claimant goes on; a later one waits for it to finish and then gets what it
   * recorded. `inputHash` tells whether the later request asked for the same.
   */
  claimKey(key: IdempotencyKey): Promise<{ inputHash: Uint8Array; answer: JsonValue } | undefined>
  recordAnswer(key: IdempotencyKey, answer: JsonValue): Promise<void>

  /** The clock's setting, locked; the neutral one where there is none yet. */
  lockClock(): Promise<ClockSetting>
  storeClock(setting: ClockSetting): Promise<void>

  /** Notes who did what; the row is never changed. */
  insertAudit(entry: AuditEntry): Promise<void>

  insertPartner(partner: Partner): Promise<void>
  /** @returns false when there is no such partner */
  setPartnerStatus(partnerId: bigint, status: PartnerStatus): Promise<boolean>
  insertProgram(program: CardProgram): Promise<void>
  lockProgram(programId: bigint): Promise<CardProgram | undefined>
  replaceProgramTerms(programId: bigint, terms: ProgramTerms): Promise<void>
  /** @returns the line that the pair has from that instant on already, if it has one: then nothing is inserted */
  insertExchangeRate(line: ExchangeRate): Promise<ExchangeRate | undefined>
  /** @returns false when another plan has its name */
  insertFeePlan(plan: FeePlan): Promise<boolean>
  /** `partnerId` is whose cards of the program the plan is for; null for everybody without a plan of their own */
  setFeePlanOf(assignment: {
    readonly programId: bigint
    readonly partnerId: bigint | null
    readonly planId: bigint
    readonly assignedAt: Temporal.Instant
  }): Promise<void>
  insertCardFee(fee: CardFee): Promise<void>
  /** @returns false when that cycle of the card was noted before */
  noteManagementFee(
    partnerId: bigint,
    fee: {
      readonly cardId: bigint
      readonly cycleStart: Temporal.Instant
      readonly state: ManagementFeeState
      readonly retryAt: Temporal.Instant | null
    },
  ): Promise<boolean>
  /** @returns false when the fee is unpaid no more */
  settleManagementFee(
    partnerId: bigint,
    fee: { readonly cardId: bigint; readonly cycleStart: Temporal.Instant; readonly state: 'paid' | 'given-up' },
  ): Promise<boolean>
  /** Notes how far a run is; one that is further stays. */
  storeManagementFeeRun(partnerId: bigint, programId: bigint, run: ManagementFeeRun): Promise<void>
  replacePresentation(programId: bigint, shown: ProgramPresentation): Promise<void>
  insertPagsmileApp(app: PagsmileApp, createdAt: Temporal.Instant): Promise<void>
  /** Replaces what the operator has set; keys stay. @returns false when the partner has no such app */
  setPagsmileAppSettings(partnerId: bigint, appId: string, settings: PagsmileAppSettings): Promise<boolean>
  lockPagsmileApp(partnerId: bigint, appId: string): Promise<PagsmileApp | undefined>
  replacePlatformKey(app: PagsmileApp): Promise<void>
  /** @returns false when the partner has no such app */
  setMerchantPublicKey(partnerId: bigint, appId: string, publicKey: string): Promise<boolean>
  /** @returns false when the partner has no such credential */
  setKeysecureSettings(
    partnerId: bigint,
    apiKey: string,
    settings: KeysecureSettings & Pick<KeysecureCredential, 'enabled' | 'expiresAt'>,
  ): Promise<boolean>
  insertKeysecureCredential(credential: KeysecureCredential, createdAt: Temporal.Instant): Promise<void>
  insertAccessToken(token: AccessToken & { partnerId: bigint; createdAt: Temporal.Instant }): Promise<void>
  insertPciToken(token: Omit<PciToken, 'openedAt' | 'shownAt'>): Promise<void>
  /** Notes the nonce of the page that a token has opened. @returns false when it has opened one before */
  openPciToken(tokenHash: Uint8Array, nonceHash: Uint8Array, at: Temporal.Instant): Promise<boolean>
  /** @returns false when the nonce is not the page's, or was used before */
  showPciToken(tokenHash: Uint8Array, nonceHash: Uint8Array, at: Temporal.Instant): Promise<boolean>

  insertScenario(scenario: Scenario): Promise<void>
  /** Replaces name and steps. @returns the scenario as it is then, undefined when there is none */
  replaceScenario(
    scenario: Pick<Scenario, 'scenarioId' | 'name' | 'steps' | 'updatedAt'>,
  ): Promise<Scenario | undefined>
  /** @returns false when there is no such scenario */
  removeScenario(scenarioId: bigint): Promise<boolean>

  insertContact(contact: Contact): Promise<void>
  insertDeliveryAddress(address: DeliveryAddress): Promise<void>

  /** @returns false when the identity document, the registration or the unique number belongs to another cardholder of the partner */
  insertCardholder(cardholder: Cardholder): Promise<boolean>
  lockCardholder(partnerId: bigint, cardholderId: bigint): Promise<Cardholder | undefined>
  setVerification(
    partnerId: bigint,
    cardholderId: bigint,
    verification: Verification,
    rejection: string | null,
    codes?: readonly string[],
  ): Promise<void>
  insertCardholderReview(review: CardholderReview): Promise<void>
  setCardholderDisabled(partnerId: bigint, cardholderId: bigint, disabled: boolean): Promise<void>
  /** @returns false when the identity document belongs to another cardholder of the partner; nothing may follow then */
  replacePerson(partnerId: bigint, cardholderId: bigint, person: Person): Promise<boolean>
  insertDocument(document: CardholderDocument, sealed: Uint8Array): Promise<void>

  insertCardApplication(application: CardApplication): Promise<void>
  cardApplicationsInReview(partnerId: bigint, cardholderId: bigint): Promise<readonly CardApplication[]>
  closeCardApplication(
    partnerId: bigint,
    applicationId: bigint,
    status: CardApplicationStatus,
    cardId: bigint | null,
  ): Promise<void>

  /** @returns false when the PAN or the token belongs to another card */
  insertCard(card: Card, sealedPan: SealedPan, panFingerprint: Uint8Array): Promise<boolean>
  /** Locks a card; its account must be locked. */
  lockCard(partnerId: bigint, cardId: bigint): Promise<Card | undefined>
  setPinDigest(partnerId: bigint, cardId: bigint, pin: PinDigest): Promise<void>
  updateCardStatus(card: Pick<Card, 'partnerId' | 'cardId' | 'status' | 'activatedAt'>): Promise<void>
  insertCardStatusChange(change: CardStatusChange): Promise<void>
  /** Gives a card, and the account that is its own, a cardholder. */
  bindCard(partnerId: bigint, cardId: bigint, cardholderId: bigint): Promise<void>
  /** Notes that a closing card's money has to go back; once noted it stays noted. */
  insertClosingCard(partnerId: bigint, cardId: bigint): Promise<void>
  /** @returns false when it was not noted, or not any more */
  deleteClosingCard(partnerId: bigint, cardId: bigint): Promise<boolean>
  /** Notes the same of a card that is closed already, where it is. */
  noteMoneyOnClosedCard(partnerId: bigint, cardId: bigint): Promise<void>

  /** @returns false when the card has a limit already */
  insertLimit(limit: CardLimit): Promise<boolean>
  lockLimit(partnerId: bigint, limitId: bigint): Promise<CardLimit | undefined>
  replaceLimit(limit: CardLimit): Promise<void>

  insertSpendLimit(limit: SpendLimit, createdAt: Temporal.Instant): Promise<void>
  lockSpendLimit(partnerId: bigint, limitId: bigint): Promise<SpendLimit | undefined>
  /** Stores name and thresholds of a limit, which must be locked. */
  updateSpendLimit(limit: SpendLimit): Promise<void>
  /** @returns false when there is no such limit */
  removeSpendLimit(partnerId: bigint, limitId: bigint, removedAt: Temporal.Instant): Promise<boolean>
  insertMerchantControl(control: MerchantControl, createdAt: Temporal.Instant): Promise<void>
  /** @returns false when there is no such control */
  removeMerchantControl(partnerId: bigint, controlId: bigint, removedAt: Temporal.Instant): Promise<boolean>
  /**
   * Locks the limits of all scopes of a card, and others by id, in the order of their ids; those that were removed are
   * missing. The card's account must be locked.
   */
  lockSpendLimits(card: ScopedCard, limitIds: readonly bigint[]): Promise<readonly SpendLimit[]>
  /** Changes what is used of locked limits; each limit and window is named once at most. */
  changeSpendLimitUse(partnerId: bigint, changes: readonly RecordedUse[]): Promise<void>

  insertAccount(account: Account, createdAt: Temporal.Instant): Promise<void>
  accountOfKind(
    partnerId: bigint,
    kind: AccountKind,
    currency: Currency,
    cardholderId: bigint | null,
  ): Promise<Account | undefined>
  /** Locks accounts in key order. Accounts that do not exist are missing from the answer. */
  lockAccounts(partnerId: bigint, accountIds: readonly bigint[]): Promise<readonly Account[]>
  /**
   * Writes an entry with its postings and moves the balances of its accounts, which must be locked.
   * @param mayOverdraw what has happened in the network is posted also where it takes an account below zero
   */
  post(entry: JournalEntry, mayOverdraw?: boolean): Promise<void>

  insertCardholderTransfer(transfer: CardholderTransfer): Promise<void>
  replacePartnerResponder(responder: PartnerResponder): Promise<void>
  /** Announces those that it records. @returns whose decision was recorded now; the others had one before */
  insertPartnerDecisions(partnerId: bigint, decisions: readonly NewPartnerDecision[]): Promise<ReadonlySet<bigint>>
  noteLateAnswer(partnerId: bigint, authorizationId: bigint, late: LateAnswer): Promise<void>
  /** Makes an authorization that holds nothing any more a declined one. */
  declineByPartner(partnerId: bigint, authorizationId: bigint, reason: DeclineReason): Promise<void>
  /** Notes up to when every authorization of the partner has its decision. */
  noteInquirySweep(partnerId: bigint, sweptThrough: Temporal.Instant): Promise<void>
  insertDepositOrder(deposit: DepositOrder): Promise<void>
  lockDepositOrder(partnerId: bigint, depositId: bigint): Promise<DepositOrder | undefined>
  /** Stores the status, what is credited and why it was refused. */
  updateDepositOrder(deposit: DepositOrder): Promise<void>
  /** Locks an authorization; its account must be locked. */
  lockAuthorization(partnerId: bigint, authorizationId: bigint): Promise<Authorization | undefined>
  /** Stores the sums and the status that a message has given an authorization, which must be locked. */
  updateAuthorization(authorization: Authorization): Promise<void>
  /** Changes what a locked account holds back by so many minor units. */
  changeHold(partnerId: bigint, accountId: bigint, minor: bigint): Promise<void>
  /** Changes what a card has used on UTC days, and the sums of the days after; the card's account must be locked. */
  changeUsage(card: {
    readonly partnerId: bigint
    readonly cardId: bigint
    readonly currency: Currency
    readonly usage: readonly DayUsage[]
  }): Promise<void>
  /**
   * Records a message and announces it to the partner.
   * @returns false when another message has its match key
   */
  insertAuthorizationEvent(event: AuthorizationEvent): Promise<boolean>
  /** Makes the engine decline what comes later under this match key; the card's account must be locked. */
  insertEarlyReversal(reversal: {
    readonly partnerId: bigint
    readonly originalKey: string
    readonly eventId: bigint
    readonly createdAt: Temporal.Instant
  }): Promise<void>

  insertThreeDsChallenge(challenge: SealedChallenge): Promise<void>
  lockThreeDsChallenge(partnerId: bigint, challengeId: bigint): Promise<SealedChallenge | undefined>
  /** Stores what a locked challenge was answered, and forgets its password. */
  answerThreeDsChallenge(partnerId: bigint, challengeId: bigint, answer: ChallengeAnswer): Promise<void>
}

/** `subject` names what it was done to; nothing of a card's or a person's data is in it. */
export type AuditEntry = {
  /** why, where somebody was asked */
  readonly reason?: string | null
  readonly partnerId: bigint
  readonly auditId: bigint
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly at: Temporal.Instant
}

export type IdempotencyKey = {
  readonly partnerId: bigint
  /** what the key is unique within, such as `pagsmile-request` */
  readonly scope: string
  readonly key: string
  /** SHA-256 of what was asked */
  readonly inputHash: Uint8Array
  readonly at: Temporal.Instant
}

export type Storage = {
  readonly read: Reader
  /** Runs `work` in one SQL transaction; an exception rolls back. Serialization failures are retried by the storage. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
}

/** How the product's clock differs from real time. `frozenAt` wins over the offset; a newer setting has a higher version. */
export type ClockSetting = {
  readonly frozenAt: Temporal.Instant | null
  readonly offsetMs: bigint
  readonly version: bigint
}

/** What an authorization has to know of its card before it is queued. */
export type CardRoute = { readonly accountId: bigint; readonly programId: bigint; readonly currency: Currency }

export type CardDirectory = {
  /** undefined for a card that does not exist or is another partner's */
  find(partnerId: bigint, cardId: bigint): Promise<CardRoute | undefined>
}

/** The rate table as authorizations read it. */
export type ExchangeRates = {
  /** as `Reader.exchangeRateAt`, of at most a second ago */
  at(base: Currency, quote: Currency, at: Temporal.Instant): Promise<ExchangeRate | undefined>
  /** Reads anew from now on, as this process has added a line. */
  forget(): void
}

export type Ports = {
  readonly storage: Storage
  readonly rates: ExchangeRates
  readonly cards: CardDirectory
  readonly clock: Clock
  readonly ids: IdAllocator
  readonly random: Random
  readonly vault: Vault
  readonly kyc: KycProvider
  readonly engine: AuthorizationEngine
  readonly inquiries: Inquiries
  readonly decisions: DecisionFeed
  /** live mode never issues test BINs, sandbox mode issues nothing else */
  readonly mode: 'sandbox' | 'live'
}

/** What a use case that changes something works with. */
export type Work = Omit<Ports, 'storage' | 'engine' | 'rates' | 'cards' | 'kyc' | 'inquiries' | 'decisions'> & {
  readonly tx: Transaction
}

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue }
