/**
 * JSON text with line breaks, in which every value stays as it was written: `100.00` that is read and printed again would be
 * `100`, which is another text to whoever checks a signature.
 */
export function indented(json: string): string {
  try {
    JSON.parse(json)
  } catch {
    // what is no JSON is shown as it is
    return json
  }
  let depth = 0
  return tokensOf(json)
    .map((token, place, tokens) => {
      if (token === '{' || token === '[') return isClosing(tokens[place + 1]) ? token : token + line((depth += 1))
      if (isClosing(token)) return isOpening(tokens[place - 1]) ? token : line((depth -= 1)) + token
      if (token === ',') return token + line(depth)
      return token === ':' ? ': ' : token
    })
    .join('')
}

/** Texts, signs, and everything else between them; blanks are left out. */
function tokensOf(json: string): readonly string[] {
  return json.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? []
}

function line(depth: number): string {
  return `\n${'  '.repeat(depth)}`
}

function isOpening(token: string | undefined): boolean {
  return token === '{' || token === '['
}

function isClosing(token: string | undefined): boolean {
  return token === '}' || token === ']'
}
