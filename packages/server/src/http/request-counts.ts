/** How many requests each door has answered with which status, and how long they took, since the process has started. */
import type { FastifyReply, FastifyRequest } from 'fastify'

/** By the first part of a path; whatever else there is, is the server's own. */
const DOORS = new Map([
  ['issuing', 'pagsmile'],
  ['open-api', 'keysecure'],
  ['pci', 'keysecure'],
  ['operator', 'operator'],
  ['console', 'console'],
  ['docs', 'docs'],
])

/** Milliseconds; each counts all below it. */
export const REQUEST_BOUNDS_MS: readonly number[] = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000]

export type DoorLatency = {
  readonly door: string
  readonly below: readonly number[]
  readonly all: number
  readonly msSum: number
}

export type StatusCount = { readonly door: string; readonly status: number; readonly count: number }

export class RequestCounts {
  private readonly statuses = new Map<string, Map<number, number>>()
  private readonly latencies = new Map<string, { below: number[]; all: number; msSum: number }>()

  count(
    { url }: Pick<FastifyRequest, 'url'>,
    reply: Pick<FastifyReply, 'statusCode' | 'elapsedTime' | 'getHeader'>,
  ): void {
    const door = DOORS.get(/^\/([^/?]*)/.exec(url)?.[1] ?? '') ?? 'server'
    const ofDoor = this.statuses.get(door) ?? new Map<number, number>()
    this.statuses.set(door, ofDoor)
    ofDoor.set(reply.statusCode, (ofDoor.get(reply.statusCode) ?? 0) + 1)
    // a stream lasts as long as its reader likes
    if (!String(reply.getHeader('content-type')).startsWith('text/event-stream')) this.time(door, reply.elapsedTime)
  }

  statusCounts(): StatusCount[] {
    return [...this.statuses].flatMap(([door, counts]) =>
      [...counts].map(([status, count]) => ({ door, status, count })),
    )
  }

  doorLatencies(): DoorLatency[] {
    return [...this.latencies].map(([door, { below, all, msSum }]) => ({ door, below: [...below], all, msSum }))
  }

  private time(door: string, ms: number): void {
    const latency = this.latencies.get(door) ?? { below: REQUEST_BOUNDS_MS.map(() => 0), all: 0, msSum: 0 }
    this.latencies.set(door, latency)
    latency.all += 1
    latency.msSum += ms
    for (let index = REQUEST_BOUNDS_MS.length - 1; ms <= (REQUEST_BOUNDS_MS[index] ?? -1); index--) {
      latency.below[index] = (latency.below[index] ?? 0) + 1
    }
  }
}
