import { Readable } from 'node:stream'
import type { Terminal } from './terminal.ts'

export type FakeTerminal = Terminal & {
  /** what was written to standard output and to standard error */
  readonly written: () => { out: string; error: string }
  readonly interrupt: () => void
}

/** A terminal for tests: a pipe without colours, unless said. */
export function fakeTerminal(
  options: { env?: NodeJS.ProcessEnv; isTTY?: boolean; columns?: number; colour?: boolean; input?: string } = {},
): FakeTerminal {
  const { env = {}, isTTY = false, columns, colour = false, input = '' } = options
  const written = { out: '', error: '' }
  const controller = new AbortController()
  return {
    env,
    stdin: Object.assign(Readable.from([input]), { isTTY }),
    isTTY,
    errorIsTTY: isTTY,
    columns,
    colour,
    out: text => (written.out += text),
    error: text => (written.error += text),
    interruption: () => controller.signal,
    written: () => written,
    interrupt: () => controller.abort(),
  }
}
