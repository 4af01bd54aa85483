/**
 * What the commands know of the outside: where text goes, who reads it, the environment. Tests hand in one of their own.
 */
import { styleText } from 'node:util'

export type Terminal = {
  readonly env: NodeJS.ProcessEnv
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  /** whether a person reads standard output */
  readonly isTTY: boolean
  /** whether a person reads standard error, where progress is shown */
  readonly errorIsTTY: boolean
  /** undefined on a pipe */
  readonly columns: number | undefined
  readonly colour: boolean
  /** text to standard output, as it is */
  readonly out: (text: string) => void
  /** text to standard error, as it is */
  readonly error: (text: string) => void
  /** @returns a signal that is aborted by the first SIGINT or SIGTERM; the second one ends the program */
  readonly interruption: () => AbortSignal
}

export function processTerminal(): Terminal {
  const { env, stdin, stdout, stderr } = process
  // whoever reads has had enough, as `head` does
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit()
  })
  const isTTY = stdout.isTTY
  return {
    env,
    stdin,
    isTTY,
    errorIsTTY: stderr.isTTY,
    // a terminal that does not know its size says 0
    columns: isTTY && stdout.columns > 0 ? stdout.columns : undefined,
    colour: isTTY && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb',
    out: text => void stdout.write(text),
    error: text => void stderr.write(text),
    interruption,
  }
}

function interruption(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort())
  return controller.signal
}

type Style = Parameters<typeof styleText>[0]

/** Coloured for people who can see it, else as it is. */
export function paint(terminal: Pick<Terminal, 'colour'>, style: Style, text: string): string {
  return terminal.colour ? styleText(style, text, { validateStream: false }) : text
}
