/**
 * Streams of what is happening, as server-sent events (WHATWG HTML, 9.2): a `tick` every second, and `authorizations` as
 * they are decided. All streams share one timer, and those that follow the same things share the text of an event.
 *
 * A reader that falls behind is dropped rather than waited for, as it can come back and ask for the overview.
 */
import { PassThrough, type Readable } from 'node:stream'
import type { DecisionFeed, Tap } from '../app/live/decision-feed.ts'

/** What a stream follows: partner (null for all), and how many authorizations a second it is shown at most. */
export type Follow = { readonly partnerId: bigint | null; readonly rowsPerSecond: number }

export type LiveStreams = {
  /** @returns undefined when there are as many as there may be */
  open(follow: Follow, mayStay: () => Promise<boolean>): Readable | undefined
  /** Says good-bye to all. */
  end(): void
}

/** Why a stream ends, in its last event. */
type EndReason = 'server-stopping' | 'access-ended'

export const STREAMS_MAX = 100
/** What a reader may leave unread: some seconds of the busiest stream. */
const UNREAD_BYTES_MAX = 2 * 1024 * 1024
const BEATS_PER_SECOND = 4
const BEAT_MS = 1_000 / BEATS_PER_SECOND
/** After so many beats is asked whether a follower may still see what it sees. */
const CHECK_BEATS = 30 * BEATS_PER_SECOND

type Stream = { readonly pipe: PassThrough; readonly mayStay: () => Promise<boolean>; beats: number }

/** Streams that follow the same. */
type Group = { readonly tap: Tap; readonly streams: Set<Stream> }

export function createLiveStreams(options: {
  readonly feed: DecisionFeed
  /** what a tick says */
  readonly tick: () => object
  readonly encode: (taken: ReturnType<Tap['take']>) => object
}): LiveStreams {
  const groups = new Map<string, Group>()
  let sequence = 0
  let beat = 0
  let timer: NodeJS.Timeout | undefined

  function open(follow: Follow, mayStay: () => Promise<boolean>): Readable | undefined {
    if (streamsOf(groups).length >= STREAMS_MAX) return undefined
    const key = `${follow.partnerId} ${follow.rowsPerSecond}`
    const rowsPerBeat = Math.ceil(follow.rowsPerSecond / BEATS_PER_SECOND)
    const group = groups.get(key) ?? { tap: options.feed.open(follow.partnerId, rowsPerBeat), streams: new Set() }
    groups.set(key, group)
    const stream: Stream = { pipe: new PassThrough(), mayStay, beats: 0 }
    group.streams.add(stream)
    // whether it is ended here, dropped, or its reader goes away
    stream.pipe.once('close', () => {
      group.streams.delete(stream)
      if (group.streams.size > 0) return
      group.tap.close()
      if (groups.get(key) === group) groups.delete(key)
      if (groups.size > 0) return
      clearInterval(timer)
      timer = undefined
    })
    // a reader that is reset breaks its own stream only
    stream.pipe.on('error', () => undefined)
    send(stream, eventText('tick', options.tick()))
    timer ??= setInterval(onBeat, BEAT_MS)
    return stream.pipe
  }

  function onBeat(): void {
    beat += 1
    for (const { tap, streams } of groups.values()) {
      const taken = tap.take()
      if (taken.authorizations.length + taken.leftOut === 0) continue
      const text = eventText('authorizations', options.encode(taken))
      for (const stream of streams) send(stream, text)
    }
    const tick = beat % BEATS_PER_SECOND === 0 ? eventText('tick', options.tick()) : undefined
    for (const stream of streamsOf(groups)) {
      if (tick !== undefined) send(stream, tick)
      stream.beats += 1
      if (stream.beats % CHECK_BEATS === 0) void check(stream)
    }
  }

  /** Where it cannot be found out, the next check will. */
  async function check(stream: Stream): Promise<void> {
    const stays = await stream.mayStay().catch(() => true)
    if (!stays) endWith(stream, 'access-ended')
  }

  function endWith({ pipe }: Stream, reason: EndReason): void {
    if (!pipe.writableEnded) pipe.end(eventText('end', { reason }))
  }

  function eventText(event: string, data: object): string {
    sequence += 1
    return `id: ${sequence}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`
  }

  return {
    open,
    end() {
      for (const stream of streamsOf(groups)) endWith(stream, 'server-stopping')
    },
  }
}

function send({ pipe }: Stream, text: string): void {
  if (pipe.writableEnded || pipe.destroyed) return
  if (pipe.writableLength + pipe.readableLength > UNREAD_BYTES_MAX) pipe.destroy()
  else pipe.write(text)
}

function streamsOf(groups: ReadonlyMap<string, Group>): Stream[] {
  return [...groups.values()].flatMap(({ streams }) => [...streams])
}
