/**
 * The program as a user starts it: how long until /readyz answers, on an empty folder and on one that was used, and what
 * the idle server and its PostgreSQL take of the memory.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type ServerProcess, startProcess } from '../../test/support/server-process.ts'
import { median } from '../statistics.ts'
import { atMost, type Context, figure, type Measurement, type Suite } from '../suite.ts'

export const suite: Suite = {
  name: 'start',
  about: 'first and later start to the first answer of /readyz, and memory when idle',
  run,
}

type Start = { readonly server: ServerProcess; readonly ms: number }

async function run(context: Context): Promise<Measurement[]> {
  const rounds = context.quick ? 2 : 7
  const idleMs = context.quick ? 1_000 : 5_000
  const firstMs: number[] = []
  const laterMs: number[] = []
  const memories: Memory[] = []
  for (let round = 1; round <= rounds; round++) {
    const dataFolder = await context.makeTemporaryFolder()
    context.progress(`first start ${round} of ${rounds}`)
    const first = await timedStart(context, dataFolder)
    firstMs.push(first.ms)
    await endCleanly(first.server)
    context.progress(`later start ${round} of ${rounds}`)
    const later = await timedStart(context, dataFolder)
    laterMs.push(later.ms)
    await delay(idleMs, undefined, { signal: context.signal })
    const memory = await memoryOf(later.server.pid, dataFolder)
    if (memory !== undefined) memories.push(memory)
    await endCleanly(later.server)
    // once, for the settings that stand above the table
    if (round === rounds) await context.startDatabase(dataFolder)
  }
  return [
    figure('first start to the first answer', median(firstMs), 'ms', atMost(5_000)),
    figure('later start to the first answer', median(laterMs), 'ms', atMost(2_000)),
    ...(memories.length === 0
      ? []
      : [
          figure('server, idle (RSS)', median(memories.map(memory => memory.serverMB)), 'MB', atMost(150)),
          figure(
            'PostgreSQL, idle, its processes together (PSS)',
            median(memories.map(memory => memory.postgresMB)),
            'MB',
          ),
        ]),
  ]
}

/** From before the process exists to the end of the first answer that says it is ready. */
async function timedStart(context: Context, dataFolder: string): Promise<Start> {
  const startedAt = performance.now()
  const server = await startProcess({ OPENISSUER_DATA: dataFolder })
  context.atEnd(() => server.end('SIGTERM'))
  const answer = await fetch(`${server.baseUrl}/readyz`, { headers: { connection: 'close' } })
  await answer.arrayBuffer()
  const ms = performance.now() - startedAt
  if (!answer.ok) throw new Error(`/readyz answered ${answer.status}`)
  context.signal.throwIfAborted()
  return { server, ms }
}

async function endCleanly(server: ServerProcess): Promise<void> {
  const exitCode = await server.end('SIGTERM')
  if (exitCode !== 0) throw new Error(`the server ended with ${exitCode}:\n${server.output()}`)
}

type Memory = { readonly serverMB: number; readonly postgresMB: number }

/**
 * From /proc, so on Linux only. The processes of PostgreSQL share their buffers, which the sum of their RSS would count
 * once for each; PSS divides what is shared among those that share it.
 */
async function memoryOf(serverPid: number, dataFolder: string): Promise<Memory | undefined> {
  if (process.platform !== 'linux') return undefined
  const postmaster = Number((await readFile(join(dataFolder, 'postgres/postmaster.pid'), 'utf8')).split('\n')[0])
  const pids = [postmaster, ...(await childrenOf(postmaster))]
  const shares = await Promise.all(pids.map(pid => memoryField(`/proc/${pid}/smaps_rollup`, 'Pss')))
  return {
    serverMB: await memoryField(`/proc/${serverPid}/status`, 'VmRSS'),
    postgresMB: shares.reduce((sum, share) => sum + share, 0),
  }
}

async function childrenOf(parent: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const parents = await Promise.all(
    pids.map(async pid => {
      // a process may end between listing and reading
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
      // after the name in brackets, which may hold anything: state, parent
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    }),
  )
  return pids.filter((_, index) => parents[index] === parent).map(Number)
}

/** @returns MB of 10^6 bytes; /proc says `VmRSS:   12345 kB` and means 1024 bytes */
async function memoryField(file: string, name: string): Promise<number> {
  const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(await readFile(file, 'utf8'))?.[1]
  if (kibibytes === undefined) throw new Error(`${file} does not show ${name}`)
  return (Number(kibibytes) * 1024) / 1e6
}
