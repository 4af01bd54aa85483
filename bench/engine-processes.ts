/**
 * Several processes with an engine each on one database, as several servers behind a balancer that knows nothing of cards.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { EngineOrder, EngineReport } from './engine-process.ts'
import type { BenchIssuer, EngineSize } from './issuer.ts'
import type { Approvals } from './messages.ts'
import type { Context } from './suite.ts'

export type EngineProcesses = {
  /**
   * Has the callers, shared out evenly, ask the first `count` processes for decisions on cards at random.
   *
   * @returns decisions a second, all processes together
   * @throws Error when a process ended
   */
  measure(count: number, load: { callers: number; durationMs: number }): Promise<number>
  /** batches that were tried again after a dead-lock or a serialization failure, all measurements together */
  retries(): number
}

/** @param approvals gets what callers in the processes were told */
export async function startEngineProcesses(
  context: Context,
  issuer: BenchIssuer,
  options: { readonly processes: number; readonly size: EngineSize; readonly approvals: Approvals },
): Promise<EngineProcesses> {
  const children = Array.from({ length: options.processes }, () => startChild(context))
  let retries = 0

  async function order(child: ChildProcess, what: EngineOrder): Promise<EngineReport> {
    const report = await orderOne(child, what, context.signal)
    retries += report.retries
    for (const [index, id] of report.approvedIds.entries()) {
      options.approvals.set(id, report.approvedMinors[index] ?? 0n)
    }
    return report
  }

  const { database, cards } = issuer
  const { size } = options
  await Promise.all(
    children.map((child, index) => order(child, { kind: 'open', process: index + 1, database, cards, size })),
  )
  return {
    async measure(count, { callers, durationMs }) {
      const work: EngineOrder = { kind: 'work', callers: Math.floor(callers / count), durationMs }
      const reports = await Promise.all(children.slice(0, count).map(child => order(child, work)))
      const decisions = reports.reduce((sum, report) => sum + report.decisions, 0)
      // all begin at the same signal; who ends last says how long it took
      return decisions / Math.max(...reports.map(report => report.seconds))
    },
    retries: () => retries,
  }
}

function startChild(context: Context): ChildProcess {
  const child = fork(join(import.meta.dirname, 'engine-process.ts'), {
    // bigint and typed arrays as they are
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // its own session: a Ctrl-C in the terminal reaches only us, and we end it
    detached: true,
  })
  const ended = new Promise(resolve => child.once('exit', resolve).once('error', resolve))
  context.atEnd(async () => {
    // what it was told is in the database, so there is nothing that it would have to put in order
    child.kill('SIGKILL')
    await ended
  })
  return child
}

async function orderOne(child: ChildProcess, order: EngineOrder, signal: AbortSignal): Promise<EngineReport> {
  const settled = new AbortController()
  const options = { signal: AbortSignal.any([signal, settled.signal]) }
  const ended = once(child, 'exit', options).then(([code, signalName]) => {
    throw new Error(`an engine process ended with ${code ?? signalName}`)
  })
  const reported = once(child, 'message', options) as Promise<[EngineReport]>
  try {
    child.send(order)
    const [report] = await Promise.race([reported, ended])
    return report
  } finally {
    settled.abort()
  }
}
