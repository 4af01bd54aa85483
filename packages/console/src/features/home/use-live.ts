import { useDocumentVisibility } from '@mantine/hooks'
import { AuthenticationError } from '@openissuer/sdk/operator.ts'
import { useEffect, useState } from 'react'
import { api } from '../../lib/api.ts'
import { queryClient, SESSION_KEY } from '../../lib/query-client.ts'
import { LiveFigures } from './live-figures.ts'

/** `connecting` until the first event; `lost` after a failure, while it is tried again. */
export type Connection = { readonly state: 'connecting' | 'live' | 'lost'; readonly error: unknown }

const ROWS_PER_SECOND = 500
/** A tick comes every second; after so long without one the connection is not worth waiting for. */
const SILENCE_MS = 10_000
const AGAIN_MS_MAX = 10_000

/** Follows the platform while the page is shown and looked at, and comes back after each break with a fresh overview. */
export function useLive(): { readonly live: LiveFigures; readonly connection: Connection } {
  const [live] = useState(() => new LiveFigures())
  const [connection, setConnection] = useState<Connection>({ state: 'connecting', error: null })
  const visible = useDocumentVisibility() === 'visible'
  useEffect(() => {
    if (!visible) return undefined
    const leaving = new AbortController()
    void followAgainAndAgain(live, setConnection, leaving.signal)
    return () => leaving.abort()
  }, [visible, live])
  return { live, connection }
}

async function followAgainAndAgain(
  live: LiveFigures,
  tell: (connection: Connection) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      await follow(live, signal, () => {
        failures = 0
        tell({ state: 'live', error: null })
      })
      tell({ state: 'lost', error: null })
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof AuthenticationError) {
        queryClient.setQueryData(SESSION_KEY, null)
        return
      }
      tell({ state: 'lost', error })
    }
    await pause(Math.min(AGAIN_MS_MAX, 500 * 2 ** failures), signal)
  }
}

/** Until the server ends the stream; throws when it breaks. */
async function follow(live: LiveFigures, signal: AbortSignal, onLive: () => void): Promise<void> {
  live.start(await api.overview.read({ signal, retries: 0 }))
  const stream = api.live.follow({ rowsPerSecond: ROWS_PER_SECOND }, { signal, timeoutMs: SILENCE_MS })
  let began = false
  for await (const event of stream) {
    if (!began) onLive()
    began = true
    live.apply(event)
    if (event.event !== 'end') continue
    // whether somebody is still signed in shows itself by asking
    if (event.data.reason === 'access-ended') await queryClient.invalidateQueries({ queryKey: SESSION_KEY })
    return
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
