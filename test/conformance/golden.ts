/**
 * The documented examples as data, and what it means for an answer to look like one: the same keys at every level, the same
 * JSON types, and strings of the same form. An example shows `null` where its record had no value yet, and a record may
 * lack a value the example's had, so `null` goes with everything; the shapes of the client say what may really be null. An
 * empty string in an example stands for any string.
 */
import { readFile } from 'node:fs/promises'

export type Golden = {
  name: string
  request: { method: string; path: string; headers?: Record<string, string>; body: Record<string, unknown> }
  response: { status: number; body: Record<string, unknown> }
}

export async function readGolden(name: string): Promise<Golden> {
  const file = new URL(`golden/${name}.json`, import.meta.url)
  const parsed: unknown = JSON.parse(await readFile(file, 'utf8'))
  if (!isGolden(parsed)) throw new Error(`${file.pathname} is not an example with name, request and response`)
  return parsed
}

/** The documented example of what is posted to a webhook. */
export async function readNotification(name: string): Promise<Record<string, unknown>> {
  const parsed: unknown = JSON.parse(await readFile(new URL(`golden/${name}.json`, import.meta.url), 'utf8'))
  if (!isRecord(parsed) || !isRecord(parsed.notification)) throw new Error(`${name} is no example of a notification`)
  return parsed.notification
}

/** One line per difference; empty when `actual` looks like `example`. `additional` keys are also expected in rows. */
export function differences(example: unknown, actual: unknown, additional: string[] = [], where = 'data'): string[] {
  if (Array.isArray(example)) {
    if (!Array.isArray(actual)) return [`${where}: expected an array, got ${JSON.stringify(actual)}`]
    return actual.flatMap((row: unknown, index) => differences(example[0], row, additional, `${where}[${index}]`))
  }
  if (isRecord(example)) {
    if (!isRecord(actual)) return [`${where}: expected an object, got ${JSON.stringify(actual)}`]
    const expectedKeys = [...Object.keys(example), ...additional].toSorted()
    const actualKeys = Object.keys(actual).toSorted()
    return [
      ...expectedKeys.filter(key => !actualKeys.includes(key)).map(key => `${where}.${key}: missing`),
      ...actualKeys.filter(key => !expectedKeys.includes(key)).map(key => `${where}.${key}: not in the example`),
      ...Object.keys(example)
        .filter(key => Object.hasOwn(actual, key))
        .flatMap(key => differences(example[key], actual[key], [], `${where}.${key}`)),
    ]
  }
  if (example === null || actual === null) {
    return isRecord(actual) || Array.isArray(actual) ? [`${where}: expected a plain value or null`] : []
  }
  const saysNothing = example === '' && typeof actual === 'string'
  if (!saysNothing && (typeof actual !== typeof example || formOf(actual) !== formOf(example))) {
    return [`${where}: expected the form of ${JSON.stringify(example)}, got ${JSON.stringify(actual)}`]
  }
  return []
}

const FORMS: [name: string, pattern: RegExp][] = [
  ['yyyy-MM-dd HH:mm:ss', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/],
  ['two decimals', /^-?\d+\.\d\d$/],
  ['digits', /^\d+$/],
]

/** Digits keep their count: identifiers and codes have a fixed length in the examples. */
function formOf(value: unknown): string {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'integer' : 'fraction'
  if (typeof value !== 'string') return typeof value
  const form = FORMS.find(([, pattern]) => pattern.test(value))?.[0] ?? 'text'
  return form === 'digits' ? `${value.length} digits` : form
}

function isGolden(value: unknown): value is Golden {
  if (!isRecord(value) || !isRecord(value.request) || !isRecord(value.response)) return false
  const { request, response } = value
  return typeof request.path === 'string' && isRecord(request.body) && isRecord(response.body)
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
