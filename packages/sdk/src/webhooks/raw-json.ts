/**
 * JSON that keeps the text of its values: a signature is over the words of the sender, and `100.00` that was parsed and
 * printed again is another text. Duplicate keys are refused, as two readers may see two messages in them.
 */

export type RawJson = {
  /** as it was written, without blanks between the parts */
  readonly text: string
  readonly kind: 'string' | 'number' | 'literal' | 'array' | 'object'
  /** of a string without its quotes, of anything else its `text` */
  readonly plain: string
  readonly members: ReadonlyMap<string, RawJson>
  readonly items: readonly RawJson[]
}

const DEPTH_MAX = 32

/** @returns undefined for what is no JSON, nested too deeply, or names a member twice */
export function parseRawJson(text: string): RawJson | undefined {
  try {
    // its grammar is checked by the runtime, so that the reading below meets nothing unexpected
    JSON.parse(text)
    return new Reader(text).value(0)
  } catch {
    return undefined
  }
}

const NO_MEMBERS: ReadonlyMap<string, RawJson> = new Map()

class Reader {
  readonly #tokens: RegExpExecArray[]
  #at = 0

  constructor(text: string) {
    this.#tokens = [...text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g)]
  }

  /** @throws Error for what JSON allows and this does not */
  value(depth: number): RawJson {
    if (depth > DEPTH_MAX) throw new Error('nested too deeply')
    const token = this.#next()
    if (token === '{') return this.#object(depth)
    if (token === '[') return this.#array(depth)
    const scalar = { text: token, members: NO_MEMBERS, items: [] }
    if (token.startsWith('"')) return { ...scalar, kind: 'string', plain: JSON.parse(token) as string }
    return { ...scalar, kind: /^[-\d]/.test(token) ? 'number' : 'literal', plain: token }
  }

  #object(depth: number): RawJson {
    const members = new Map<string, RawJson>()
    const parts: string[] = []
    while (this.#peek() !== '}') {
      const name = this.#next()
      this.#skip(':')
      const member = this.value(depth + 1)
      const key = JSON.parse(name) as string
      if (members.has(key)) throw new Error('a member twice')
      members.set(key, member)
      parts.push(`${name}:${member.text}`)
      if (this.#peek() === ',') this.#skip(',')
    }
    this.#skip('}')
    const text = `{${parts.join(',')}}`
    return { text, kind: 'object', plain: text, members, items: [] }
  }

  #array(depth: number): RawJson {
    const items: RawJson[] = []
    while (this.#peek() !== ']') {
      items.push(this.value(depth + 1))
      if (this.#peek() === ',') this.#skip(',')
    }
    this.#skip(']')
    const text = `[${items.map(item => item.text).join(',')}]`
    return { text, kind: 'array', plain: text, members: NO_MEMBERS, items }
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at]?.[0]
  }

  #next(): string {
    const token = this.#peek()
    if (token === undefined) throw new Error('the text has ended')
    this.#at += 1
    return token
  }

  #skip(expected: string): void {
    if (this.#next() !== expected) throw new Error(`${expected} is missing`)
  }
}
