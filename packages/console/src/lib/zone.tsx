/** The time zone in which the user wants to read times: the browser's own until another is chosen. */
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react'
import { remember, remembered } from './storage.ts'

type Zone = { readonly zone: string; readonly choose: (zone: string) => void }

const BROWSERS_OWN = Intl.DateTimeFormat().resolvedOptions().timeZone

const ZoneContext = createContext<Zone>({ zone: BROWSERS_OWN, choose: () => undefined })

export function ZoneProvider({ children }: { readonly children: ReactNode }) {
  const [zone, setZone] = useState(() => knownZone(remembered('zone')) ?? BROWSERS_OWN)
  const value = useMemo(
    () => ({
      zone,
      choose(chosen: string) {
        remember('zone', chosen)
        setZone(chosen)
      },
    }),
    [zone],
  )
  return <ZoneContext value={value}>{children}</ZoneContext>
}

export function useZone(): Zone {
  return useContext(ZoneContext)
}

/** Every zone that the browser knows; UTC first and the browser's own second. */
export function zones(): readonly string[] {
  return [...new Set(['UTC', BROWSERS_OWN, ...Intl.supportedValuesOf('timeZone')])]
}

function knownZone(name: string | null): string | undefined {
  return name !== null && zones().includes(name) ? name : undefined
}
