export type Finding = {
  readonly check: string
  readonly status: 'ok' | 'warn' | 'fail'
  /** what was found, in a few words */
  readonly found: string
  /** what to do about it; null where nothing is */
  readonly advice: string | null
}

export function ok(check: string, found: string): Finding {
  return { check, status: 'ok', found, advice: null }
}

export function warn(check: string, found: string, advice: string): Finding {
  return { check, status: 'warn', found, advice }
}

export function fail(check: string, found: string, advice: string): Finding {
  return { check, status: 'fail', found, advice }
}
