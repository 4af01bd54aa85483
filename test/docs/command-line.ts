/** Commands typed one at a time, each into a shell of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

const COMMAND_MS_MAX = 45_000

export type Typed = {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** the command does not come back by itself: Ctrl-C once it has printed this */
  readonly until?: RegExp | undefined
}

/** @returns the exit code, null when a signal has ended the shell, and all that was printed */
export async function type(
  command: string,
  { cwd, env, until }: Typed,
): Promise<{ code: number | null; seen: string }> {
  const shell = spawn('bash', ['-c', command], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const signal = (name: NodeJS.Signals) => shell.pid !== undefined && process.kill(-shell.pid, name)
  const patience = setTimeout(() => signal('SIGKILL'), COMMAND_MS_MAX)
  let seen = ''
  let isThere = false
  const read = (chunk: Buffer) => {
    seen += String(chunk)
    if (until === undefined || isThere || !until.test(seen)) return
    isThere = true
    signal('SIGINT')
  }
  shell.stdout.on('data', read)
  shell.stderr.on('data', read)
  const [code] = (await once(shell, 'close')) as [number | null]
  clearTimeout(patience)
  if (until !== undefined && !isThere) throw new Error(`never printed ${until}: ${command}\n${seen}`)
  return { code, seen }
}

/**
 * The commands of a block of shell, one a line, without its comments.
 * A `#` begins one where a shell says so: after white space, outside of quotes.
 */
export function commandsOf(text: string): string[] {
  const commands = text.split('\n').map(line => /^(?:"[^"]*"|'[^']*'|(?<!\s)#|[^"'#])*/.exec(line)?.[0].trim() ?? '')
  return commands.filter(command => command !== '')
}

/**
 * What stands for something in a document, with what it stands for here.
 * @throws Error for a word that is not there, as then the document has changed
 */
export function filledIn(text: string, stands: Readonly<Record<string, string>>): string {
  for (const word of Object.keys(stands)) {
    if (!text.includes(word)) throw new Error(`there is no ${word} in:\n${text}`)
  }
  const words = Object.keys(stands).map(word => RegExp.escape(word))
  return words.length === 0 ? text : text.replaceAll(new RegExp(words.join('|'), 'g'), word => stands[word] ?? word)
}
