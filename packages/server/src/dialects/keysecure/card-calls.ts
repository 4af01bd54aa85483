/** What is read of one card and done with it (docs). */
import type { Card } from '@openissuer/core/card/card.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { type Static, Type } from 'typebox'
import { activateCard } from '../../app/activate-card.ts'
import { changeCardStatus } from '../../app/change-card-status.ts'
import { closeCard } from '../../app/close-card.ts'
import { keysecureSecretContext } from '../../app/create-partner.ts'
import { perform } from '../../app/perform.ts'
import type { Ports, Reader, Work } from '../../app/ports.ts'
import { revealCard } from '../../app/reveal-card.ts'
import { setHolderPin } from '../../app/set-holder-pin.ts'
import { CardRow, cardRowOf } from './card-rows.ts'
import { cardholderByNo } from './cardholder-numbers.ts'
import { CARD_STATUS_OF, statusStepOf, TARGET_STATUSES } from './dictionary.ts'
import { KeysecureError } from './errors.ts'
import { FeeDetail, feeDetailOf } from './fee-detail.ts'
import { decryptField, encryptField } from './field-encryption.ts'
import type { Caller } from './headers.ts'
import { cardholderNoOf, cardNoOf, parseNo } from './ids.ts'

const { card_no, card_unique_no, cardholder_no, card_type, organization, card_last_no, status, time } =
  CardRow.properties

export const CardDetailData = Type.Object({
  card_no,
  card_unique_no,
  cardholder_no,
  card_name: Type.String({ description: 'what the partner has noted of the card' }),
  package_name_en: Type.String({ description: 'empty in AUTHORIZATION mode' }),
  package_name_cn: Type.String({ description: 'empty in AUTHORIZATION mode' }),
  card_type,
  organization,
  card_last_no,
  fee_detail: FeeDetail,
  status,
  time,
})

/** In the order of the example. */
export async function cardDetail(ports: Ports, caller: Caller, cardNo: string): Promise<Static<typeof CardDetailData>> {
  const { read } = ports.storage
  const card = await requireCard(read, caller.partner.partnerId, cardNo)
  const row = cardRowOf(card, await ownerNoOf(read, card))
  const names = await packageNames(read, caller, card)
  const plan = await read.feePlanOf(card.partnerId, card.programId)
  return {
    card_no: row.card_no,
    card_unique_no: row.card_unique_no,
    cardholder_no: row.cardholder_no,
    card_name: card.remark ?? '',
    ...names,
    card_type: row.card_type,
    organization: row.organization,
    card_last_no: row.card_last_no,
    fee_detail: feeDetailOf(plan),
    status: row.status,
    time: row.time,
  }
}

async function ownerNoOf(read: Reader, { partnerId, cardholderId }: Card): Promise<string> {
  const cardholder = cardholderId === null ? undefined : await read.cardholder(partnerId, cardholderId)
  return cardholder === undefined ? '' : cardholderNoOf(cardholder)
}

async function packageNames(read: Reader, { partner }: Caller, { programId }: Card) {
  const program = await read.program(programId)
  if (partner.settings.integrationMode !== 'credit' || program === undefined) {
    return { package_name_en: '', package_name_cn: '' }
  }
  const shown = await read.presentation(programId)
  return { package_name_en: program.name, package_name_cn: shown?.nameZh ?? program.name }
}

export const PrivateInfoData = Type.String({ description: 'Base64 of the encrypted JSON text' })

/** PAN and CVV, encrypted under the API secret, for a merchant that may see them; with a line in the audit log. */
export async function privateInfo(ports: Ports, caller: Caller, cardNo: string): Promise<string> {
  if (!caller.credential.pciEnabled) throw new KeysecureError(1013)
  const card = await requireCard(ports.storage.read, caller.partner.partnerId, cardNo)
  const { pan, cvv2 } = await revealCard(ports, card, { actor: `keysecure-credential:${caller.apiKey}` })
  const info = {
    card_no: cardNoOf(card),
    card_unique_no: card.uniqueNo,
    cvv: cvv2,
    pan,
    exp_year: String(card.expiry.year),
    exp_month: String(card.expiry.month).padStart(2, '0'),
  }
  return encryptField(secretOf(ports, caller), JSON.stringify(info))
}

const Done = Type.Object({ result: Type.Boolean() })

export const DoneData = Done

type Done = Static<typeof Done>

export const ActivateBody = Type.Object({
  cardholder_no: Type.String(),
  card_no: Type.String(),
  cvv: Type.String({ maxLength: 256, description: 'Base64 of the encrypted three digits' }),
  card_last_no: Type.String({ maxLength: 16 }),
})

const CVV = /^\d{3}$/

/** The card, its owner and its status are looked at before the digits (proposed). */
export async function activate(ports: Ports, caller: Caller, body: Static<typeof ActivateBody>): Promise<Done> {
  const cvv2 = decryptField(secretOf(ports, caller), body.cvv)
  if (cvv2 === undefined || !CVV.test(cvv2)) throw new KeysecureError(1004, 'cvv')
  const named = await nameHolderCard(ports.storage.read, caller, body)
  return run(ports, caller, work => activateCard(work, { ...named, cvv2, lastFour: body.card_last_no }))
}

export const SetPinBody = Type.Object({
  card_no: Type.String(),
  cardholder_no: Type.String(),
  pin: Type.String({ maxLength: 256, description: 'Base64 of the encrypted six digits' }),
})

/** What does not decrypt is refused at once with 1004; the rule for the digits comes last (proposed). */
export async function setPin(ports: Ports, caller: Caller, body: Static<typeof SetPinBody>): Promise<Done> {
  const pin = decryptField(secretOf(ports, caller), body.pin)
  if (pin === undefined) throw new KeysecureError(1004, 'pin')
  const named = await nameHolderCard(ports.storage.read, caller, body)
  return run(ports, caller, work => setHolderPin(work, { ...named, pin }))
}

export const StatusUpdateBody = Type.Object({ card_no: Type.String(), status: Type.Enum(TARGET_STATUSES) })

/** To the status that a card has already: done, and nothing happens (proposed). */
export async function updateStatus(ports: Ports, caller: Caller, body: Static<typeof StatusUpdateBody>): Promise<Done> {
  const { partnerId, cardId } = await requireCard(ports.storage.read, caller.partner.partnerId, body.card_no)
  return run(ports, caller, async work => {
    const card = await work.tx.card(partnerId, cardId)
    if (card === undefined) throw new DomainError('card-not-found')
    const step = statusStepOf(CARD_STATUS_OF[card.status], body.status)
    if (step === undefined) throw new DomainError('card-status-conflict')
    if (step === 'close') await closeCard(work, { partnerId, cardId, reason: null })
    else if (step !== 'none') await changeCardStatus(work, { partnerId, cardId, action: step, reason: null })
  })
}

function run(ports: Ports, { partner }: Caller, useCase: (work: Work) => Promise<unknown>): Promise<Done> {
  return perform(ports, { partnerId: partner.partnerId, idempotency: null }, useCase, () => ({ result: true }))
}

/** A cardholder who does not exist owns no card, so the answer is about the card (proposed): 4001, then 4006. */
async function nameHolderCard(
  read: Reader,
  { partner: { partnerId } }: Caller,
  body: { readonly card_no: string; readonly cardholder_no: string },
) {
  const { cardId } = await requireCard(read, partnerId, body.card_no)
  const cardholder = await cardholderByNo(read, partnerId, body.cardholder_no)
  if (cardholder === undefined) throw new KeysecureError(4006)
  return { partnerId, cardId, cardholderId: cardholder.cardholderId }
}

/** @throws KeysecureError 4001 for a number that no card of the partner has, well-formed or not */
export async function requireCard(read: Reader, partnerId: bigint, no: string): Promise<Card> {
  const cardId = parseNo('card', no)
  const card = cardId === undefined ? undefined : await read.card(partnerId, cardId)
  if (card === undefined || cardNoOf(card) !== no) throw new KeysecureError(4001)
  return card
}

function secretOf({ vault }: Pick<Ports, 'vault'>, { credential, apiKey }: Caller): string {
  return vault.openSecret(keysecureSecretContext(apiKey), credential.apiSecret)
}
