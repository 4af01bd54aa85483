/** The numbers and codes of the API as words. */
import type { CardholderDocument } from '@openissuer/sdk/operator.ts'

export const ID_TYPES: Readonly<Record<number, string>> = {
  1: 'National identity card',
  2: 'Passport',
  3: 'Driving licence',
  4: 'Residence permit',
}

export const GENDERS: Readonly<Record<number, string>> = { 0: 'Not stated', 1: 'Male', 2: 'Female' }

export const DOCUMENT_KINDS: Readonly<Record<CardholderDocument['kind'], string>> = {
  'id-front': 'Identity document, front',
  'id-back': 'Identity document, back',
  'proof-of-address': 'Proof of address',
  selfie: 'Selfie',
  'company-registration': 'Company registration',
  other: 'Something else',
}

export type Choice = { readonly value: string; readonly label: string }

export function choicesOf(words: Readonly<Record<string, string>>): readonly Choice[] {
  return Object.entries(words).map(([value, label]) => ({ value, label }))
}

/** The countries of ISO 3166-1, by the names that the browser has for them. */
export function countries(): readonly Choice[] {
  const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })
  return LETTERS.flatMap(first => LETTERS.map(second => first + second))
    .flatMap(code => {
      const name = NOT_COUNTRIES.has(code) ? undefined : names.of(code)
      return name === undefined ? [] : [{ value: code, label: `${name} (${code})` }]
    })
    .toSorted((one, other) => one.label.localeCompare(other.label))
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('')

/** Codes with a name in browsers that ISO 3166-1 does not assign: groups, reserved, former and user-assigned ones. */
const NOT_COUNTRIES: ReadonlySet<string> = new Set(
  (
    'AC AN BU CP CQ CS CT DD DG DY EA EU EZ FQ FX HV IC JT MI NH NQ NT PC PU PZ QO QU RH SU TA TP UK UN VD WK XA XB XK ' +
    'YD YU ZR ZZ'
  ).split(' '),
)
