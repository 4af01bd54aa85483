import type { LoggedCallWithBodies } from '@openissuer/sdk/operator.ts'

/**
 * A call as a command line to be completed: what is secret was never kept, so it stands there by name. Null for a dialect whose
 * calls are sealed, which no command line of this kind can do.
 */
export function asCurl(call: LoggedCallWithBodies, origin: string): string | null {
  if (call.dialect !== 'keysecure') return null
  const lines = [
    `curl -X ${call.method} ${quoted(origin + call.path)}`,
    `-H ${quoted(`Api-Key: ${call.credential ?? '<your API key>'}`)}`,
    ...(call.path.endsWith('/merchant/token') ? [] : [`-H "Access-Token: $ACCESS_TOKEN"`]),
    `-H "Timestamp: $(date +%s)000"`,
    ...(call.request === null
      ? []
      : [`-H 'Content-Type: application/json'`, `-d ${quoted(JSON.stringify(call.request))}`]),
  ]
  return lines.join(' \\\n  ')
}

/** For a POSIX shell: nothing in single quotes means anything, and a single quote is written outside of them. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
