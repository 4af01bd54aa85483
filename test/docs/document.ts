/**
 * A document as its reader meets it: what is to be typed into which terminal, what is to be saved as which file, and what
 * is seen then. The reader sees only the language of a block; what follows it in the info string is for the test.
 */

export type Step =
  /** typed into a terminal; `stays` does not come back to the prompt, as a server */
  | { readonly kind: 'shell'; readonly terminal: string; readonly stays: boolean; readonly text: string }
  /** saved in the working folder */
  | { readonly kind: 'file'; readonly name: string; readonly text: string }
  /** seen in a terminal, by default in the one used last; `…` stands for anything */
  | { readonly kind: 'seen'; readonly terminal: string | undefined; readonly text: string }

export type Block = {
  readonly language: string
  readonly options: ReadonlyMap<string, string>
  readonly text: string
  /** of its first fence, from 1 */
  readonly line: number
}

const FENCE = /^ {0,3}```([^\n]*)\n([\s\S]*?)^ {0,3}```\s*$/gm

/** All fenced blocks in their order. */
export function blocksOf(markdown: string): readonly Block[] {
  return [...markdown.matchAll(FENCE)].map(({ 1: info = '', 2: text = '', index }) => {
    const [language = '', ...options] = info.trim().split(/\s+/)
    return {
      language,
      options: new Map(options.map(option => pairOf(option))),
      text,
      line: markdown.slice(0, index).split('\n').length,
    }
  })
}

function pairOf(option: string): [string, string] {
  const [name = '', value = ''] = option.split('=')
  return [name, value]
}

/** Languages of what is typed or saved; blocks of other languages show something and are not run. */
const RUN = new Set(['sh', 'js', 'ts'])

/**
 * @throws Error for a block that would be run and does not say how: a shell block may name its terminal (`in=`) and say
 *   that it `stays`; any other is saved under a name (`file=`)
 */
export function stepsOf(blocks: readonly Block[]): readonly Step[] {
  return blocks.flatMap((block): Step[] => {
    const { language, options, text, line } = block
    if (language === 'sh') {
      return [{ kind: 'shell', terminal: options.get('in') ?? 'main', stays: options.has('stays'), text }]
    }
    const name = options.get('file')
    if (name !== undefined) return [{ kind: 'file', name, text }]
    if (language === 'text' && options.has('seen')) return [{ kind: 'seen', terminal: options.get('in'), text }]
    if (RUN.has(language)) throw new Error(`line ${line}: a sample that no test runs`)
    return []
  })
}

/** Whether `output` has the expected lines one after the other, with anything between them. */
export function shows(output: string, expected: string): boolean {
  let from = 0
  const lines = output.split('\n').map(line => line.trimEnd())
  for (const wanted of expected.split('\n').map(line => line.trimEnd())) {
    if (wanted === '') continue
    const found = lines.findIndex((line, at) => at >= from && patternOf(wanted).test(line))
    if (found === -1) return false
    from = found + 1
  }
  return true
}

function patternOf(line: string): RegExp {
  return new RegExp(
    `^${line
      .split('…')
      .map(part => RegExp.escape(part))
      .join('.*')}$`,
  )
}
