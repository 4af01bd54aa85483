/** Words on what was done, in a corner of the page. What shows them is fetched when there is the first one. */
import { useSyncExternalStore } from 'react'

export type Notice = {
  readonly title?: string
  readonly message: string
  readonly color: 'teal' | 'yellow' | 'red'
  /** milliseconds until it goes by itself */
  readonly autoClose?: number
}

const waiting: Notice[] = []
const listeners = new Set<() => void>()
let show: ((notice: Notice) => void) | undefined

export function notify(notice: Notice): void {
  if (show !== undefined) return show(notice)
  waiting.push(notice)
  for (const listener of listeners) listener()
}

/** Shows what waits and whatever comes. */
export function showNotices(shower: (notice: Notice) => void): void {
  show = shower
  for (const notice of waiting.splice(0)) shower(notice)
}

/** Whether there has been any. */
export function useAnyNotice(): boolean {
  return useSyncExternalStore(subscribe, () => show !== undefined || waiting.length > 0)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
