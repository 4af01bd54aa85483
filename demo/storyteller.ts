/**
 * Tells the story on a terminal or into a file: each step with its request and answer in clear, and every check made on
 * the answer. A failed check is printed with what was expected and what came, and counted; the story goes on.
 */
import { isDeepStrictEqual } from 'node:util'
import { printed, type Shape, violations } from './shapes.ts'

export type Output = { write(text: string): unknown; isTTY?: boolean | undefined }

const JSON_WIDTH = 108
const INDENT = '    '

export class Storyteller {
  private readonly output: Output
  private readonly coloured: boolean
  private steps = 0
  private passedInStep: string[] = []
  private passed = 0
  private failed = 0

  constructor(output: Output, environment: NodeJS.ProcessEnv = {}) {
    this.output = output
    this.coloured = output.isTTY === true && environment.NO_COLOR === undefined
  }

  get failures(): number {
    return this.failed
  }

  line(text = ''): void {
    this.output.write(`${text}\n`)
  }

  chapter(title: string, remark: string): void {
    this.line()
    this.line(`${this.bold(title)}  ${this.dim(remark)}`)
  }

  /** Opens a step; `sent` is the business request before any encryption, undefined when the call has no body. */
  step(title: string, call: string, sent: unknown): void {
    this.steps += 1
    this.line()
    this.line(`${this.bold(`${String(this.steps).padStart(2)}  ${title}`)}  ${this.dim(call)}`)
    if (sent !== undefined) this.block('→', this.cyan(compactJson(sent)))
  }

  /** `summary` says what stands around the answer (status, code, total); `received` is the answer in clear. */
  answer(summary: string, elapsedMs: number, received: unknown): void {
    this.block('←', `${summary}  ${this.dim(`${elapsedMs.toFixed(1)} ms`)}`)
    if (received !== undefined) this.block(' ', compactJson(received))
  }

  remark(text: string): void {
    this.block(' ', this.dim(text))
  }

  // Checks

  equal(what: string, actual: unknown, expected: unknown): boolean {
    return this.record(what, isDeepStrictEqual(actual, expected), () => [
      `expected  ${printed(expected)}`,
      `actual    ${printed(actual)}`,
    ])
  }

  shape(what: string, shape: Shape, value: unknown, surplusKeys?: 'more keys are fine'): void {
    const found = violations(shape, value, 'data', surplusKeys)
    this.record(what, found.length === 0, () => found)
  }

  holds(what: string, truth: boolean, actual: unknown): void {
    this.record(what, truth, () => [`actual    ${printed(actual)}`])
  }

  /** Prints the checks that passed in this step, on as few lines as fit. */
  endStep(): void {
    if (this.passedInStep.length > 0) this.block(this.green('✓'), wrapped(this.passedInStep.join(' · '), JSON_WIDTH))
    this.passedInStep = []
  }

  end(elapsedMs: number): void {
    const total = this.passed + this.failed
    const verdict =
      this.failed === 0
        ? this.green(`all ${total} checks passed`)
        : this.red(`${this.failed} of ${total} checks failed`)
    this.line()
    this.line(`${this.steps} calls, ${verdict}, ${Math.round(elapsedMs)} ms`)
  }

  private record(what: string, truth: boolean, details: () => string[]): boolean {
    if (truth) {
      this.passed += 1
      this.passedInStep.push(what)
    } else {
      this.failed += 1
      this.block(this.red('✗'), [this.red(what), ...details()].join('\n'))
    }
    return truth
  }

  private block(mark: string, text: string): void {
    const [first = '', ...rest] = text.split('\n')
    this.line(`${INDENT}${mark} ${first}`)
    for (const each of rest) this.line(`${INDENT}  ${each}`)
  }

  private paint(code: number, text: string): string {
    if (!this.coloured) return text
    return text
      .split('\n')
      .map(line => `\u001b[${code}m${line}\u001b[0m`)
      .join('\n')
  }

  readonly bold = (text: string): string => this.paint(1, text)
  readonly dim = (text: string): string => this.paint(2, text)
  readonly red = (text: string): string => this.paint(31, text)
  readonly green = (text: string): string => this.paint(32, text)
  readonly cyan = (text: string): string => this.paint(36, text)
}

/** JSON on one line when it fits; otherwise members are filled into lines, and lists have one row per element. */
export function compactJson(value: unknown, width: number = JSON_WIDTH): string {
  const oneLine = spacedJson(value)
  if (oneLine.length <= width || typeof value !== 'object' || value === null) return oneLine
  if (Array.isArray(value)) {
    const rows = value.map((each: unknown) => indented(compactJson(each, width - 2)))
    return `[\n${rows.join(',\n')}\n]`
  }
  const members = Object.entries(value).map(
    ([key, member]) => `${JSON.stringify(key)}: ${compactJson(member, width - 2)}`,
  )
  return `{\n${indented(filled(members, width - 2))}\n}`
}

function spacedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spacedJson).join(', ')}]`
  if (typeof value !== 'object' || value === null) return printed(value)
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${spacedJson(member)}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

function filled(members: string[], width: number): string {
  const lines: string[] = []
  let line = ''
  members.forEach((member, index) => {
    const piece = index < members.length - 1 ? `${member},` : member
    const fits = !piece.includes('\n') && line.length + 1 + piece.length <= width
    if (line !== '' && !fits) lines.push(line)
    line = line !== '' && fits ? `${line} ${piece}` : piece
  })
  return [...lines, line].join('\n')
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '  ')
}

function wrapped(text: string, width: number): string {
  const lines: string[] = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines.join('\n')
}
