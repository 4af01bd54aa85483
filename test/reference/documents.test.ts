/** The OpenAPI documents: up to date, valid, complete, and true to the documented examples. */
import { readdir, readFile } from 'node:fs/promises'
import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, test } from 'vitest'
import { pagsmileReference } from '../../packages/server/src/dialects/pagsmile/reference.ts'
import type { OpenApiOperation } from '../../packages/server/src/http/openapi.ts'
import { openApiDocument } from '../../packages/server/src/http/openapi.ts'
import { referenceFile } from '../../packages/server/src/http/reference-files.ts'
import { references, textOf } from '../../packages/server/src/references.ts'
import { isRecord, readGolden } from '../conformance/golden.ts'
import { answerFaults, type Door, requestFaults } from '../support/reference.ts'

const documents = Object.entries(await references()) as [Door, Awaited<ReturnType<typeof references>>[Door]][]

describe.each(documents)('the reference of %s', (name, document) => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )

  test('is on file as the code has it (npm run openapi:dump)', async () => {
    expect(await readFile(referenceFile(name), 'utf8')).toBe(textOf(document))
  })

  test('is a valid OpenAPI 3.1 document', async () => {
    const validator = new Validator()
    expect(await validator.validate(structuredClone(document) as Record<string, unknown>)).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
  })

  test('has a summary, a heading, an answer and its refusals for every operation', () => {
    expect(operations.length).toBeGreaterThan(15)
    const tags = (document['tags'] as { name: string }[]).map(tag => tag.name)
    for (const { operation } of operations) {
      expect(operation['summary'], operation.operationId).toMatch(/^[A-Z].*[^.]$/)
      expect(tags).toContain((operation['tags'] as string[])[0])
      expect(Object.keys(operation.responses).length, operation.operationId).toBeGreaterThan(1)
    }
  })

  test('has examples that are as described', () => {
    for (const { path, method, operation } of operations) {
      const body = operation.requestBody?.content['application/json']
      if (body !== undefined) {
        expect([operation.operationId, requestFaults(name, method, path, body['example'])]).toEqual([
          operation.operationId,
          [],
        ])
      }
      for (const [status, example] of examplesOf(operation)) {
        const faults = answerFaults(name, { method, path, status, answer: example })
        expect([operation.operationId, status, faults]).toEqual([operation.operationId, status, []])
      }
    }
  })
})

function examplesOf({ responses }: OpenApiOperation): [status: number, example: unknown][] {
  return Object.entries(responses).flatMap(([status, { content }]) =>
    Object.values(content).flatMap(({ examples = {} }) =>
      Object.values(examples as Record<string, { value: unknown }>).map(({ value }): [number, unknown] => [
        Number(status),
        value,
      ]),
    ),
  )
}

const goldens = (await readdir(new URL('../conformance/golden', import.meta.url)))
  .map(file => file.replace(/\.json$/, ''))
  .filter(name => !name.startsWith('pagsmile-notification'))

test.each(goldens)('the documented example %s is as described', async name => {
  const { request, response } = await readGolden(name)
  const door: Door = name.startsWith('pagsmile') ? 'pagsmile' : 'keysecure'
  const { method, path } = request
  if (method === 'POST') expect(requestFaults(door, method, path, request.body)).toEqual([])
  const answer = completed(response.body, LEFT_OUT[name] ?? {})
  expect(answerFaults(door, { method, path, status: response.status, answer })).toEqual([])
})

/** Members that answers have besides those of the documented example. */
const APPLICATION = { pay_account_num: null, initial_balance: null, card_remark: null }

const LEFT_OUT: Readonly<Record<string, object>> = {
  'pagsmile-apply': APPLICATION,
  'pagsmile-apply-physical': APPLICATION,
  'pagsmile-query-authorizations': { card_remark: null },
}

/** An empty text in an example stands for any; these have values that can be counted. */
const WORDS: Readonly<Record<string, string>> = { organization: 'Discover', package_type: 'Virtual' }

function completed(value: unknown, more: object, key = ''): unknown {
  if (value === '') return WORDS[key] ?? value
  if (Array.isArray(value)) return value.map(each => completed(each, more, key))
  if (!isRecord(value)) return value
  const members = Object.entries(value).map(([name, member]) => [name, completed(member, more, name)])
  return { ...(key === 'data' ? more : {}), ...Object.fromEntries(members) }
}

test('an answer with a member more, or one less, is not as described', () => {
  const asked = { method: 'POST', path: '/issuing/card/create-contact', status: 200 }
  const answer = { code: '10000', msg: 'Success', total: 1, app_id: '1', data: { contact_id: 1 } }
  expect(answerFaults('pagsmile', { ...asked, answer })).toEqual([])
  expect(answerFaults('pagsmile', { ...asked, answer: { ...answer, data: {} } })).toHaveLength(1)
  expect(answerFaults('pagsmile', { ...asked, answer: { ...answer, data: { contact_id: 1, more: 1 } } })).toHaveLength(
    1,
  )
  expect(answerFaults('pagsmile', { ...asked, status: 418, answer })).toHaveLength(1)
})

test('a call without an example is not described', () => {
  expect(() => pagsmileReference('1', {})).toThrow('there is no example of holderCreate')
})

test('two operations cannot have one id', () => {
  const operation = { method: 'get', operationId: 'same', summary: 'A', tag: 'T', answers: [] }
  const reference = { title: 'T', version: '1', description: '', tags: [], securitySchemes: {} }
  const operations = ['/a', '/b'].map(path => ({ ...operation, path }))
  expect(() => openApiDocument({ ...reference, operations })).toThrow('same is described twice')
})
