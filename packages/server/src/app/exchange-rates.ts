/**
 * The rate table as authorizations read it: a pair is read from the database at most once a second, so a foreign
 * purchase rarely costs a round trip of its own. A rate that another process adds, or that becomes valid as time passes,
 * is used at most a second late; one that this process adds, at once.
 */
import type { ExchangeRate } from '@openissuer/core/money/exchange-rate.ts'
import type { ExchangeRates, Reader } from './ports.ts'

/** How old an answer may be, in real time and in product time alike: moving the clock reads anew. */
const AGE_MS_MAX = 1_000

type Answer = {
  readonly line: Promise<ExchangeRate | undefined>
  readonly readAtMs: number
  /** the instant that it was read for */
  readonly for: number
}

/** @param elapsedMs real time since some moment, milliseconds */
export function createExchangeRates(
  read: Pick<Reader, 'exchangeRateAt'>,
  elapsedMs: () => number = () => performance.now(),
): ExchangeRates {
  const answers = new Map<string, Answer>()
  return {
    at(base, quote, at) {
      const pair = `${base}>${quote}`
      const known = answers.get(pair)
      if (known !== undefined && isFresh(known, at.epochMilliseconds, elapsedMs())) return known.line
      const line = read.exchangeRateAt(base, quote, at)
      const answer = { line, readAtMs: elapsedMs(), for: at.epochMilliseconds }
      answers.set(pair, answer)
      // a failure is the caller's to hear and nobody's to remember
      line.catch(() => {
        if (answers.get(pair) === answer) answers.delete(pair)
      })
      return line
    },

    forget() {
      answers.clear()
    },
  }
}

function isFresh({ readAtMs, for: readFor }: Answer, at: number, elapsedMs: number): boolean {
  return elapsedMs - readAtMs < AGE_MS_MAX && at >= readFor && at - readFor < AGE_MS_MAX
}
