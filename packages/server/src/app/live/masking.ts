/**
 * What was said on the wire, in a form that people may look at. Nothing is shown because nobody thought of hiding it: a
 * member is shown only if its dialect names it and it is no secret, and every text that is shown is searched for card numbers.
 */
import { hasPanForm, isLuhnValid, maskPan } from '@openissuer/core/card/pan.ts'
import type { JsonValue } from '../ports.ts'

export type Masked = {
  readonly value: JsonValue
  /** characters of the texts in it, names included: about what it takes to keep */
  readonly size: number
}

/** Instead of what is secret, of what nobody knows, and of what was too much. */
export const SECRET = '[secret]'
export const UNKNOWN = '[unknown field]'
export const CUT = '[cut]'

/** Characters of one body that are kept. */
export const SIZE_MAX = 16 * 1024
const TEXT_MAX = 512
/** Of a list that are shown; what is wrong with one shows in its first rows. */
const ITEMS_MAX = 20
const DEPTH_MAX = 32

/** @param known names of members that the dialect has, in any notation */
export function masked(value: unknown, known: ReadonlySet<string>): Masked {
  const masking = new Masking(known)
  const shown = masking.valueOf(value, 0)
  return { value: shown, size: masking.size }
}

/** A text with every card number in it as first six and last four digits. */
export function withoutPans(text: string): string {
  if (text.length < 13) return text
  return text.replace(DIGITS, run => {
    const digits = run.replaceAll(/\D/g, '')
    return isPan(digits) ? maskPan(digits) : run
  })
}

/** With what people put between the groups. */
const DIGITS = /(?<!\d)\d(?:[ ._/-]?\d){12,18}(?!\d)/g

/**
 * Card tokens have 12 digits, which no card has any more, and times in milliseconds 13, but no card number begins as they do.
 */
function isPan(digits: string): boolean {
  const { length } = digits
  return length >= 13 && length <= 19 && isLuhnValid(digits) && (length > 13 || /^[3-6]/.test(digits))
}

class Masking {
  size = 0
  private readonly known: ReadonlySet<string>

  constructor(known: ReadonlySet<string>) {
    this.known = known
  }

  valueOf(value: unknown, depth: number): JsonValue {
    if (this.size >= SIZE_MAX || depth > DEPTH_MAX) return CUT
    if (typeof value === 'string') return this.textOf(value)
    if (typeof value === 'number' || typeof value === 'bigint') return this.numberOf(value)
    this.size += 4
    if (typeof value === 'boolean' || value === null) return value
    if (Array.isArray(value)) return this.arrayOf(value, depth)
    return typeof value === 'object' ? this.objectOf(value as Readonly<Record<string, unknown>>, depth) : UNKNOWN
  }

  private objectOf(object: Readonly<Record<string, unknown>>, depth: number): JsonValue {
    const shown: Record<string, JsonValue> = {}
    let place = 0
    for (const name of Object.keys(object)) {
      place += 1
      if (this.size >= SIZE_MAX) {
        shown['…'] = CUT
        break
      }
      if (this.known.has(name)) {
        this.size += name.length
        shown[name] = this.memberOf(name, object[name], depth)
      } else {
        // a name that nobody knows may be data in the wrong place
        this.size += UNKNOWN.length
        shown[`unknown ${place}`] = UNKNOWN
      }
    }
    return shown
  }

  private memberOf(name: string, member: unknown, depth: number): JsonValue {
    const rule = ruleOf(name)
    if (rule === 'pan')
      return typeof member === 'string' && hasPanForm(member) ? maskPan(member) : maskedAlready(member)
    // an answer whose data is a text is encrypted for its reader
    const isSecret = rule === 'secret' || (name === 'data' && typeof member === 'string')
    if (!isSecret) return this.valueOf(member, depth + 1)
    return member === null || member === '' ? member : SECRET
  }

  private arrayOf(array: readonly unknown[], depth: number): JsonValue {
    const shown: JsonValue[] = []
    for (const item of array) {
      if (shown.length === ITEMS_MAX) {
        shown.push(`… (${array.length} in all)`)
        break
      }
      shown.push(this.valueOf(item, depth + 1))
      if (this.size >= SIZE_MAX) break
    }
    return shown
  }

  private textOf(text: string): string {
    const shown = text.length <= TEXT_MAX ? text : text.slice(0, TEXT_MAX)
    this.size += shown.length
    // nothing shorter holds a card number or a key
    if (text.length < 13) return text
    if (shown.includes('-----BEGIN')) return SECRET
    const clean = withoutPans(shown)
    return text.length <= TEXT_MAX ? clean : `${clean.slice(0, TEXT_MAX - 19)}… (${text.length} characters)`
  }

  private numberOf(value: number | bigint): JsonValue {
    const text = String(value)
    this.size += text.length
    if (isPan(text)) return maskPan(text)
    return typeof value === 'number' ? value : text
  }
}

/** A masked number, as answers have it, is shown as it is. */
function maskedAlready(member: unknown): JsonValue {
  return typeof member === 'string' && /^\d{6}\*+\d{4}$/.test(member) ? member : SECRET
}

type Rule = 'secret' | 'pan' | 'shown'

/** Decided once for each name; names that are asked for are those of the dialects, so there are few. */
const RULES = new Map<string, Rule>()

function ruleOf(name: string): Rule {
  const known = RULES.get(name)
  if (known !== undefined) return known
  const rule = decidedRule(name)
  RULES.set(name, rule)
  return rule
}

/** Named so, whatever notation a dialect has. A card's token is the name by which everybody calls it, and no secret. */
const PANS = new Set(['pan', 'cardpan', 'cardnumber', 'primaryaccountnumber'])
const SHOWN = new Set(['cardtoken'])
const SECRETS =
  /cvv|cvc|cvn|securitycode|^pin|pin$|pinblock|password|passcode|otp$|secret|token|privatekey|randomkey|apikey|signature|expir(?!edtime|esin)|^expires(?!in)|track|filecontent|idno$|idnumber|passport|^exp(month|year)$/

function decidedRule(name: string): Rule {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  if (PANS.has(plain)) return 'pan'
  if (SHOWN.has(plain)) return 'shown'
  return SECRETS.test(plain) ? 'secret' : 'shown'
}
