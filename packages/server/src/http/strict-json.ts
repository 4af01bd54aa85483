/**
 * The JSON reader of every door. It accepts less than `JSON.parse` and never anything else: what it accepts means the
 * same to every JSON library, so nobody behind it can read a request differently from what was checked.
 */
import type { JsonValue } from '../app/ports.ts'

export type { JsonValue }

export type JsonObject = { readonly [key: string]: JsonValue }

export function isJsonObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Bodies above this size are refused before they are read (the HTTP server's `bodyLimit`). */
export const BODY_BYTES_MAX = 256 * 1024

/** How many arrays and objects may stand inside one another. */
export const DEPTH_MAX = 32

/**
 * `encoding`: not UTF-8, or a byte order mark (which JSON texts must not begin with, RFC 8259 §8.1);
 * `unsafe-number`: beyond ±(2^53 − 1), where a double stops telling integers apart, or beyond any double;
 * `nul` and `lone-surrogate`: in a string or key, characters that databases and UTF-8 cannot keep.
 */
export type StrictJsonReason =
  | 'syntax'
  | 'depth'
  | 'duplicate-key'
  | 'unsafe-number'
  | 'nul'
  | 'lone-surrogate'
  | 'encoding'

/** Names the rule and the place, never the content. */
export class StrictJsonError extends Error {
  readonly reason: StrictJsonReason

  constructor(reason: StrictJsonReason, offset: number) {
    super(`refused JSON: ${reason} at ${offset}`)
    this.name = 'StrictJsonError'
    this.reason = reason
  }
}

/**
 * Parses one JSON text (RFC 8259). Objects have no prototype, so a key such as `__proto__` is a key like any other.
 *
 * @param input UTF-8 bytes, or text that is already decoded
 * @throws StrictJsonError and nothing else
 */
export function parseStrictJson(input: Uint8Array | string): JsonValue {
  const text = typeof input === 'string' ? input : decodeUtf8(input)
  if (text.charCodeAt(0) === BYTE_ORDER_MARK) throw new StrictJsonError('encoding', 0)
  if (typeof input === 'string' && !text.isWellFormed()) throw new StrictJsonError('lone-surrogate', 0)
  const parser = new Parser(text)
  const value = parser.value(0)
  parser.end()
  return value
}

const BYTE_ORDER_MARK = 0xfeff

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes)
  } catch {
    throw new StrictJsonError('encoding', 0)
  }
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPENING_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSING_BRACKET = 0x5d
const OPENING_BRACE = 0x7b
const CLOSING_BRACE = 0x7d

/** Recursive descent; `DEPTH_MAX` bounds the recursion. Strings are cut from the text, never built by character. */
class Parser {
  private readonly text: string
  private offset = 0

  constructor(text: string) {
    this.text = text
  }

  /** @param depth how many arrays and objects stand around the value */
  value(depth: number): JsonValue {
    switch (this.next()) {
      case OPENING_BRACE:
        return this.object(depth + 1)
      case OPENING_BRACKET:
        return this.array(depth + 1)
      case QUOTE:
        return this.string()
      case 0x74:
        return this.word('true', true)
      case 0x66:
        return this.word('false', false)
      case 0x6e:
        return this.word('null', null)
      default:
        return this.number()
    }
  }

  end(): void {
    if (!Number.isNaN(this.next())) throw this.refusal('syntax')
  }

  private object(depth: number): JsonValue {
    if (depth > DEPTH_MAX) throw this.refusal('depth')
    const object: Record<string, JsonValue> = Object.create(null)
    this.offset++
    if (this.next() === CLOSING_BRACE) return this.closed(object)
    for (;;) {
      if (this.next() !== QUOTE) throw this.refusal('syntax')
      const start = this.offset
      const key = this.string()
      if (key in object) throw new StrictJsonError('duplicate-key', start)
      if (this.next() !== COLON) throw this.refusal('syntax')
      this.offset++
      object[key] = this.value(depth)
      if (this.next() === CLOSING_BRACE) return this.closed(object)
      this.comma()
    }
  }

  private array(depth: number): JsonValue {
    if (depth > DEPTH_MAX) throw this.refusal('depth')
    const array: JsonValue[] = []
    this.offset++
    if (this.next() === CLOSING_BRACKET) return this.closed(array)
    for (;;) {
      array.push(this.value(depth))
      if (this.next() === CLOSING_BRACKET) return this.closed(array)
      this.comma()
    }
  }

  private closed<T>(value: T): T {
    this.offset++
    return value
  }

  private comma(): void {
    if (this.next() !== COMMA) throw this.refusal('syntax')
    this.offset++
  }

  private string(): string {
    const start = this.offset
    let escaped = false
    for (let at = start + 1; ; at++) {
      const code = this.text.charCodeAt(at)
      if (code === QUOTE) {
        this.offset = at + 1
        return escaped ? unescaped(this.text.slice(start, at + 1), start) : this.text.slice(start + 1, at)
      }
      if (code === BACKSLASH) {
        escaped = true
        at++
      } else if (!(code >= 0x20)) {
        throw new StrictJsonError('syntax', at)
      }
    }
  }

  private number(): number {
    NUMBER.lastIndex = this.offset
    const digits = NUMBER.exec(this.text)?.[0]
    if (digits === undefined) throw this.refusal('syntax')
    const value = Number(digits)
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) throw this.refusal('unsafe-number')
    this.offset = NUMBER.lastIndex
    return value
  }

  private word<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.offset)) throw this.refusal('syntax')
    this.offset += word.length
    return value
  }

  /** Skips blanks. @returns the code of the character that comes next, which is not consumed; NaN at the end */
  private next(): number {
    for (;;) {
      const code = this.text.charCodeAt(this.offset)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return code
      this.offset++
    }
  }

  private refusal(reason: StrictJsonReason): StrictJsonError {
    return new StrictJsonError(reason, this.offset)
  }
}

/** Escapes are rare: the platform's own parser reads the one string that has them. */
function unescaped(quoted: string, offset: number): string {
  let text: string
  try {
    text = JSON.parse(quoted)
  } catch {
    throw new StrictJsonError('syntax', offset)
  }
  if (text.includes('\0')) throw new StrictJsonError('nul', offset)
  if (!text.isWellFormed()) throw new StrictJsonError('lone-surrogate', offset)
  return text
}
