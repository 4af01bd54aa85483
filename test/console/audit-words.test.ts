/** Every call that leaves a line in the audit log has words in the console. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { WORDED_CALLS } from '../../packages/console/src/features/audit-log/words.ts'

const REFERENCE = resolve(import.meta.dirname, '../../docs/openapi/operator.json')

/** Of what leaves a line though it changes nothing, or is no call. */
const OTHERS = ['GET /partners/:partnerId/cardholders/:cardholderId/documents/:documentId', 'reveal-card']

test('the words are of the calls that there are', async () => {
  const { paths } = JSON.parse(await readFile(REFERENCE, 'utf8')) as { paths: Record<string, object> }
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter(method => method !== 'get' && !path.startsWith('/operator/v1/simulations/'))
      .map(method => `${method.toUpperCase()} ${path.replace('/operator/v1', '').replaceAll(/\{(\w+)\}/g, ':$1')}`),
  )
  expect(calls.length).toBeGreaterThan(50)
  expect([...WORDED_CALLS].toSorted()).toEqual([...calls, ...OTHERS].toSorted())
})
