/** A running issuer with the clients of the SDK on it, and what their contracts need of people and cards. */
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { KeySecureClient, OperatorClient, type operator, PagsmileClient } from '@openissuer/sdk/index.ts'
import { type IssuerProcess, type SandboxCredentials, startIssuerProcess } from '../../demo/issuer-process.ts'

export type World = {
  readonly issuer: IssuerProcess
  readonly credentials: SandboxCredentials
  readonly operator: OperatorClient
  readonly pagsmile: PagsmileClient
  readonly keysecure: KeySecureClient
}

/** For `beforeAll`: a first start has to create a database cluster. */
export const START_MS_MAX = 120_000

/** Lists of all times; those of ledgers and of KeySecure take the last weeks only. */
export const ALL_TIME = { start_date: '2000-01-01 00:00:00', end_date: '2099-12-31 23:59:59' }

const DAY_MS = 24 * 3_600_000

export const day = (daysFromNow: number) => new Date(Date.now() + daysFromNow * DAY_MS).toISOString().slice(0, 10)

export const LAST_DAYS = { start_date: day(-7), end_date: day(7) }
export const LAST_TIMES = { start_date: `${day(-7)} 00:00:00`, end_date: `${day(7)} 00:00:00` }
export const LAST_WINDOW = { start_time: day(-7), end_time: day(7) }

export async function startWorld(): Promise<World> {
  const issuer = await startIssuerProcess()
  const { credentials } = issuer
  const { baseUrl, operatorKey } = credentials
  return {
    issuer,
    credentials,
    operator: new OperatorClient({ baseUrl, operatorKey }),
    pagsmile: new PagsmileClient({ baseUrl, ...credentials.pagsmile }),
    keysecure: new KeySecureClient({ baseUrl, timezone: 'UTC', ...credentials.keysecure }),
  }
}

/** A number that was never used before. */
export const fresh = (): string => randomUUID().replaceAll('-', '').slice(0, 20)

export const address = {
  line: 'Avenida Reforma 100',
  postal_code: '06600',
  city_name: 'Ciudad de Mexico',
  state: 'Distrito Federal',
  country_code: 'MX',
}

export const holder = () => ({
  mobile: '+525512345678',
  first_name: 'Jane',
  last_name: 'Killy',
  id_no: fresh(),
  id_type: 2,
  email: 'jane@example.com',
  birthday: '1990-11-08',
  nationality_code: 'MX',
  address,
})

export const contact = { first_name: 'Jane', last_name: 'Killy', mobile: '+525512345678', email: 'jane@example.com' }

export const limit = {
  daily_transactions: 5,
  single_amount: '50.00',
  daily_amount: '100.00',
  monthly_amount: '200.00',
}

export const merchant = { id: 'SHOP 7', name: 'Shop', mcc: '5411', country: 'DE', city: 'Berlin' }

/** A virtual card with money on it. */
export async function newCard(
  { pagsmile, credentials }: Pick<World, 'pagsmile' | 'credentials'>,
  balance = '100.00',
): Promise<{ readonly cardToken: string; readonly holderId: number }> {
  const { card_token: cardToken, holder_id: holderId } = await pagsmile.cards.apply({
    order_no: fresh(),
    card_scheme: 3,
    card_type: 3,
    holder: holder(),
    pay_account_num: credentials.pagsmile.fundingAccount,
    initial_balance: balance,
  })
  if (holderId === null) throw new Error('the card has no holder')
  return { cardToken, holderId }
}

/** A physical card that is being made, under `card_id`. */
export async function newPhysicalCard(
  { pagsmile }: Pick<World, 'pagsmile'>,
  named: boolean,
): Promise<{ readonly cardId: string; readonly orderNo: string }> {
  const { delivery_address_id } = await pagsmile.deliveryAddresses.create({ ...contact, ...address })
  const holderIds = named ? [(await pagsmile.holders.create(holder())).holder_id] : []
  const [made] = await pagsmile.cards.applyPhysical({
    order_no: fresh(),
    card_scheme: 3,
    card_type: 4,
    card_bin: '658704',
    name_on_card_printing_type: named ? 2 : 3,
    holder_ids: holderIds,
    shipping_method: 2,
    delivery_address_id,
  })
  if (made === undefined || made.card_id === null) throw new Error('no card was ordered')
  return { cardId: String(made.card_id), orderNo: made.order_no }
}

/** A partner of its own that speaks Pagsmile, whose cardholders wait for the operator. */
export async function newReviewedPartner({ operator, credentials }: Pick<World, 'operator' | 'credentials'>): Promise<{
  readonly partner: operator.CreatedPartner
  readonly pagsmile: PagsmileClient
}> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const partner = await operator.partners.create({
    name: 'Reviewed',
    approveCardholdersAutomatically: false,
    pagsmile: { merchantPublicKey: publicKey },
  })
  if (partner.pagsmile === null) throw new Error('the partner has no app')
  const { appId, partnerId, platformPublicKey } = partner.pagsmile
  const keys = { appId, partnerId, platformPublicKey, merchantPrivateKey: privateKey }
  return { partner, pagsmile: new PagsmileClient({ baseUrl: credentials.baseUrl, ...keys }) }
}

export async function collect<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const row of rows) all.push(row)
  return all
}
