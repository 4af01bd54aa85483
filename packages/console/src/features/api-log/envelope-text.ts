/** What somebody has pasted, as far as it can be read here: the server looks at the rest. */
export type EnvelopeText = {
  readonly envelope?: object
  readonly appId?: string
  readonly problem?: string
}

export function envelopeOf(text: string): EnvelopeText {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return { problem: 'This is not JSON.' }
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return { problem: 'This is no JSON object.' }
  }
  const appId = 'app_id' in parsed ? parsed.app_id : undefined
  return { envelope: parsed, ...(typeof appId === 'string' && appId !== '' ? { appId } : {}) }
}
