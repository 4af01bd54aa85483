/** Options that several commands have. */
import { type Command, InvalidArgumentError } from 'commander'

export function withJson(command: Command): Command {
  return command.option('--json', 'print JSON, for programs')
}

/** For the parser of an option: a whole number in a range. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return text => {
    const value = Number(text)
    if (!/^\d{1,12}$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
    }
    return value
  }
}

export function withPartner(command: Command): Command {
  return command.option('--partner <id>', 'whose; by default the demo partner of the sandbox credentials')
}

const ROWS = 50
const ROWS_MAX = 100_000

export function withLimit(command: Command): Command {
  return command.option('--limit <rows>', `how many rows at most`, wholeNumber(1, ROWS_MAX), ROWS)
}
