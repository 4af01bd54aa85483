/** Progress on standard error: one line that redraws itself for people, a plain line every tenth on a pipe. */
import type { Terminal } from './terminal.ts'

export type Progress = {
  /** @param done how much of the total is done, in the unit of the total */
  at(done: number): void
  end(): void
}

const BAR_CHARACTERS = 30
const REDRAW_MS = 100

/**
 * @param what in words: `cards`
 * @param total 0 where nobody knows it; then only the amount is shown
 */
export function showProgress(
  terminal: Pick<Terminal, 'errorIsTTY' | 'error'>,
  what: string,
  total: number,
  now: () => number = () => performance.now(),
): Progress {
  const show = (done: number) => (total === 0 ? `${done} ${what}` : `${done}/${total} ${what}`)
  return terminal.errorIsTTY ? drawBar(terminal, show, total, now) : printTenths(terminal, show, total)
}

function drawBar(
  terminal: Pick<Terminal, 'error'>,
  show: (done: number) => string,
  total: number,
  now: () => number,
): Progress {
  let drawnAt = Number.NEGATIVE_INFINITY
  let last = 0
  const draw = () => {
    const filled = total === 0 ? 0 : Math.round((BAR_CHARACTERS * last) / total)
    const bar = total === 0 ? '' : `[${'#'.repeat(filled)}${'.'.repeat(BAR_CHARACTERS - filled)}] `
    terminal.error(`\r\u001b[K${bar}${show(last)}`)
    drawnAt = now()
  }
  return {
    at(done) {
      last = done
      if (now() - drawnAt >= REDRAW_MS) draw()
    },
    end() {
      draw()
      terminal.error('\n')
    },
  }
}

function printTenths(terminal: Pick<Terminal, 'error'>, show: (done: number) => string, total: number): Progress {
  let tenth = 0
  let last = 0
  return {
    at(done) {
      last = done
      const reached = total === 0 ? 0 : Math.floor((10 * done) / total)
      if (reached > tenth && reached < 10) terminal.error(`${show(done)}\n`)
      tenth = Math.max(tenth, reached)
    },
    end: () => terminal.error(`${show(last)}\n`),
  }
}
