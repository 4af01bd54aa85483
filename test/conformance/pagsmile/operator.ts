/** What the suites have the operator do: the part of the issuer that no partner can play. */
import { generateKeyPairSync } from 'node:crypto'
import { expect } from 'vitest'
import { PagsmileClient } from '../../../demo/pagsmile-client.ts'
import type { Fields, Issuer } from '../issuer.ts'

async function act(issuer: Issuer, path: string, body: object = {}): Promise<Fields> {
  const answer = await issuer.operator.call('POST', `/operator/v1/partners/${issuer.partnerId}/${path}`, body)
  expect(answer.status, answer.text).toBeLessThan(300)
  return answer.body
}

export const approveHolder = (issuer: Issuer, holderId: unknown) =>
  act(issuer, `cardholders/${String(holderId)}/approve`)

export const rejectHolder = (issuer: Issuer, holderId: unknown, final = false) =>
  act(issuer, `cardholders/${String(holderId)}/reject`, { codes: ['1'], remark: 'not readable', final })

export const disableHolder = (issuer: Issuer, holderId: unknown) =>
  act(issuer, `cardholders/${String(holderId)}/disable`)

export const disablePartner = (partner: Issuer) => act(partner, 'disable')

export const enablePartner = (partner: Issuer) => act(partner, 'enable')

export const produceCard = (issuer: Issuer, cardId: unknown) => act(issuer, `cards/${String(cardId)}/produce`)

export const activateCard = (issuer: Issuer, cardId: unknown) => act(issuer, `cards/${String(cardId)}/activate`)

export const openAccount = (issuer: Issuer, kind: 'partner-funding' | 'shared', currency: string) =>
  act(issuer, 'accounts', { kind, currency })

/** `credited` where the deposit is in another currency than its account. */
export const confirmDeposit = (issuer: Issuer, depositId: unknown, credited?: { amount: string; currency: string }) =>
  act(issuer, `deposits/${String(depositId)}/confirm`, credited === undefined ? {} : { credited })

export const rejectDeposit = (issuer: Issuer, depositId: unknown) =>
  act(issuer, `deposits/${String(depositId)}/reject`, { reason: 'it never came' })

export async function setApp(issuer: Issuer, settings: object): Promise<void> {
  const { appId } = issuer.credentials.pagsmile
  const answer = await issuer.operator.call(
    'PATCH',
    `/operator/v1/partners/${issuer.partnerId}/pagsmile-apps/${appId}`,
    settings,
  )
  expect(answer.status, answer.text).toBe(200)
}

/** The network's side of a card: what happens to a purchase after its decision. */
export async function simulate(issuer: Issuer, kind: string, body: object): Promise<Fields> {
  const answer = await issuer.operator.call('POST', `/operator/v1/simulations/${kind}`, body)
  expect(answer.status, answer.text).toBeLessThan(300)
  return answer.body
}

/** Another partner with an app of its own, whose cardholders are not approved by themselves. */
export async function newPartner(
  issuer: Issuer,
  key: 'with its key' | 'without a key' = 'with its key',
): Promise<Issuer> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const answer = await issuer.operator.call('POST', '/operator/v1/partners', {
    name: 'Other partner',
    approveCardholdersAutomatically: false,
    openingBalance: '1000.00',
    pagsmile: key === 'with its key' ? { merchantPublicKey: publicKey } : {},
  })
  expect(answer.status, answer.text).toBe(201)
  const made = answer.body.pagsmile as Record<
    'appId' | 'partnerId' | 'platformPublicKey' | 'fundingAccount' | 'sharedAccount',
    string
  >
  const pagsmile = { ...made, merchantPrivateKey: privateKey }
  const { baseUrl } = issuer
  return {
    ...issuer,
    partnerId: String(answer.body.partnerId),
    credentials: { ...issuer.credentials, pagsmile },
    pagsmile: new PagsmileClient({ baseUrl, ...pagsmile }),
    fundingAccount: made.fundingAccount,
    sharedAccount: made.sharedAccount,
  }
}
