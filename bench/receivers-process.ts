/** Starts the receivers of webhooks as a process of their own, so that they take none of the issuer's. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Receipt } from './receivers.ts'
import type { Context } from './suite.ts'

export type Receivers = {
  readonly port: number
  /** what has been received since the last time */
  take(): Promise<readonly Receipt[]>
}

export async function startReceivers(context: Context): Promise<Receivers> {
  const child = fork(join(import.meta.dirname, 'receivers.ts'), { serialization: 'advanced' })
  context.atEnd(async () => void child.kill('SIGKILL'))
  const { port } = await answerOf<{ port: number }>(child)
  return {
    port,
    async take() {
      child.send('take')
      return (await answerOf<{ received: readonly Receipt[] }>(child)).received
    },
  }
}

async function answerOf<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, 'message')) as [T]
  return message
}
