/**
 * A path with values in it, each as one segment whatever it holds.
 * @throws TypeError for a value that would make it another path: nothing, `.` or `..`
 */
export function path(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return String.raw({ raw: parts }, ...values.map(segmentOf))
}

function segmentOf(value: string): string {
  if (typeof value !== 'string' || ['', '.', '..'].includes(value)) {
    throw new TypeError('An id in the path is missing or is not text.')
  }
  return encodeURIComponent(value)
}
