/** An API that answers what it is told to, in order, and keeps what it was asked. Time passes only in `waits`. */
import type { ClientOptions } from './options.ts'

export type Asked = {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** `hang` never answers; an error is what `fetch` fails with. */
export type Scripted = Response | Error | 'hang' | ((asked: Asked) => Response | Promise<Response>)

export type FakeApi = {
  readonly options: ClientOptions
  readonly asked: Asked[]
  /** milliseconds that were slept between attempts */
  readonly waits: number[]
  /** moves the client's clock */
  readonly pass: (ms: number) => void
}

export function fakeApi(script: readonly Scripted[], startMs = 1_795_000_000_000): FakeApi {
  const left = [...script]
  const asked: Asked[] = []
  const waits: number[] = []
  let nowMs = startMs
  return {
    asked,
    waits,
    pass: ms => {
      nowMs += ms
    },
    options: {
      baseUrl: 'http://issuer.test/base/',
      runtime: {
        now: () => nowMs,
        random: () => 0.5,
        sleep: async (ms, signal) => {
          signal?.throwIfAborted()
          waits.push(ms)
          nowMs += ms
        },
      },
      fetch: async (url, init) => {
        const one = {
          url,
          method: init.method ?? '',
          headers: init.headers as Record<string, string>,
          body: textOf(init),
        }
        asked.push(one)
        const next = left.shift()
        if (next === undefined) throw new Error('the script of the fake API has ended')
        if (next === 'hang') return hang(init.signal)
        if (next instanceof Error) throw next
        return typeof next === 'function' ? next(one) : next
      },
    },
  }
}

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(value), { status, headers })
}

function textOf({ body }: RequestInit): string {
  return typeof body === 'string' ? body : ''
}

function hang(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true })
  })
}
