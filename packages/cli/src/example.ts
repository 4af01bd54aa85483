import type { Command } from 'commander'

/** Every command says in its help how it is called for real. */
export function example(command: Command, ...lines: readonly string[]): Command {
  const [title] = lines.length === 1 ? ['Example:'] : ['Examples:']
  return command.addHelpText('after', ['', title, ...lines.map(line => `  $ ${line}`)].join('\n'))
}
