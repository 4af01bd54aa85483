import type { CallOptions, ClientOptions } from '../options.ts'
import { Transport } from '../transport.ts'
import { Accounts } from './accounts.ts'
import { ApiLog } from './api-log.ts'
import { AuditLog } from './audit-log.ts'
import { Authorizations } from './authorizations.ts'
import { type Credential, OperatorCall } from './call.ts'
import { CardLimits } from './card-limits.ts'
import { Cardholders } from './cardholders.ts'
import { Cards } from './cards.ts'
import { Clock } from './clock.ts'
import { Contacts } from './contacts.ts'
import { Deposits } from './deposits.ts'
import { Events } from './events.ts'
import { ExchangeRates } from './exchange-rates.ts'
import { FeePlans } from './fee-plans.ts'
import { Inspections } from './inspections.ts'
import { JournalEntries } from './journal-entries.ts'
import { Ledger } from './ledger.ts'
import { Live } from './live.ts'
import { MerchantControls } from './merchant-controls.ts'
import { OperatorKeys } from './operator-keys.ts'
import { Overview } from './overview.ts'
import { Partners } from './partners.ts'
import { Programs } from './programs.ts'
import { Scenarios } from './scenarios.ts'
import { Session } from './session.ts'
import { Simulations } from './simulations.ts'
import { SpendLimits } from './spend-limits.ts'
import { WebhookDeliveries } from './webhook-deliveries.ts'
import { WebhookEndpoints } from './webhook-endpoints.ts'

export type OperatorOptions = ClientOptions &
  (
    | {
        /** printed at the first start of the server; in sandbox it is in `sandbox-credentials.json` too */
        readonly operatorKey: string
        readonly session?: undefined
      }
    | {
        /** for pages that come from the server itself: the cookie of `session.signIn` stands for the key */
        readonly session: true
        readonly operatorKey?: undefined
      }
  )

/**
 * The Operator API: runs the platform and plays the card network. Ids and amounts are text; amounts are in major units
 * with the decimals of their currency (`"12.50"` USD).
 *
 * To add a call: a method in the file of its noun that names verb, path and types. Keys, retries, time-outs and errors
 * come with `OperatorCall`.
 */
export class OperatorClient {
  readonly session: Session
  readonly operatorKeys: OperatorKeys
  readonly partners: Partners
  readonly accounts: Accounts
  readonly deposits: Deposits
  readonly cardholders: Cardholders
  readonly contacts: Contacts
  readonly cards: Cards
  readonly cardLimits: CardLimits
  readonly spendLimits: SpendLimits
  readonly merchantControls: MerchantControls
  readonly feePlans: FeePlans
  readonly programs: Programs
  readonly exchangeRates: ExchangeRates
  readonly simulations: Simulations
  readonly scenarios: Scenarios
  readonly authorizations: Authorizations
  readonly clock: Clock
  readonly webhookEndpoints: WebhookEndpoints
  readonly webhookDeliveries: WebhookDeliveries
  readonly journalEntries: JournalEntries
  readonly ledger: Ledger
  readonly events: Events
  readonly auditLog: AuditLog
  readonly overview: Overview
  readonly live: Live
  readonly apiLog: ApiLog
  readonly inspections: Inspections
  readonly #call: OperatorCall

  /** @throws TypeError for options that no call could be made with */
  constructor({ operatorKey, session, ...options }: OperatorOptions) {
    const call = new OperatorCall(new Transport(options), credentialOf(operatorKey, session))
    this.#call = call
    this.session = new Session(call)
    this.operatorKeys = new OperatorKeys(call)
    this.partners = new Partners(call)
    this.accounts = new Accounts(call)
    this.deposits = new Deposits(call)
    this.cardholders = new Cardholders(call)
    this.contacts = new Contacts(call)
    this.cards = new Cards(call)
    this.cardLimits = new CardLimits(call)
    this.spendLimits = new SpendLimits(call)
    this.merchantControls = new MerchantControls(call)
    this.feePlans = new FeePlans(call)
    this.programs = new Programs(call)
    this.exchangeRates = new ExchangeRates(call)
    this.simulations = new Simulations(call)
    this.scenarios = new Scenarios(call)
    this.authorizations = new Authorizations(call)
    this.clock = new Clock(call)
    this.webhookEndpoints = new WebhookEndpoints(call)
    this.webhookDeliveries = new WebhookDeliveries(call)
    this.journalEntries = new JournalEntries(call)
    this.ledger = new Ledger(call)
    this.events = new Events(call)
    this.auditLog = new AuditLog(call)
    this.overview = new Overview(call)
    this.live = new Live(call)
    this.apiLog = new ApiLog(call)
    this.inspections = new Inspections(call)
  }

  /** Whether the server can do its work and the last verification found the ledger in order; needs no key. */
  async isReady(options?: CallOptions): Promise<boolean> {
    return (await this.#call.status('/readyz', options)) === 200
  }

  /** Whether the process runs; needs no key. */
  async isLive(options?: CallOptions): Promise<boolean> {
    return (await this.#call.status('/livez', options)) === 200
  }
}

function credentialOf(operatorKey: unknown, session: unknown): Credential {
  if (session === true && operatorKey === undefined) return { session }
  if (session !== undefined) throw new TypeError('session is true and takes no operatorKey.')
  if (typeof operatorKey !== 'string' || !/^[\x21-\x7e]+$/.test(operatorKey)) {
    throw new TypeError('operatorKey is missing or holds a blank.')
  }
  return { operatorKey }
}
