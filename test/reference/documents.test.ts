/** The OpenAPI documents: up to date, valid, complete, and true to the documented examples. */
import { readdir, readFile } from 'node:fs/promises'
import { HAPPENING_KINDS } from '@openissuer/core/event/domain-event.ts'
import { exampleEvent } from '@openissuer/core/event/example-event.ts'
import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, test } from 'vitest'
import { callbackOf } from '../../packages/server/src/dialects/keysecure/callbacks.ts'
import { notificationOf } from '../../packages/server/src/dialects/pagsmile/notifications.ts'
import { pagsmileReference } from '../../packages/server/src/dialects/pagsmile/reference.ts'
import type { OpenApiDocument, OpenApiOperation } from '../../packages/server/src/http/openapi.ts'
import { openApiDocument } from '../../packages/server/src/http/openapi.ts'
import { referenceFile } from '../../packages/server/src/http/reference-files.ts'
import { references, textOf } from '../../packages/server/src/references.ts'
import { isRecord, readGolden, readNotification } from '../conformance/golden.ts'
import { answerFaults, type Door, notificationFaults, requestFaults } from '../support/reference.ts'

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
    for (const [told, example] of webhooksOf(document)) {
      expect([told, notificationFaults(name, told, example)]).toEqual([told, []])
    }
  })
})

function webhooksOf(document: OpenApiDocument): [name: string, example: unknown][] {
  const webhooks = (document['webhooks'] ?? {}) as Record<string, { post: OpenApiOperation }>
  return Object.entries(webhooks).map(([name, { post }]) => [
    name,
    post.requestBody?.content['application/json']?.['example'],
  ])
}

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
  .filter(name => !/^(pagsmile-notification|keysecure-callback)-/.test(name))

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

const AT = Temporal.Instant.from('2026-05-22T12:00:00Z')
const TOLD = { partnerId: 1n, eventId: 1n, createdAt: AT }
const TELLING = { partnerNo: '1', at: AT, vault: { openSecret: () => '192200' } }

describe.each(HAPPENING_KINDS)('a partner that is told of %s', kind => {
  test('hears of it as described', () => {
    const event = exampleEvent(TOLD, kind)
    const notification = bodyOf(notificationOf(event, TELLING)?.body)
    const callback = bodyOf(callbackOf(event, { apiKey: 'ak', apiSecret: 'secret' }, AT)?.body)
    if (notification !== undefined) {
      expect(
        notificationFaults('pagsmile', `notification${String(notification['notify_type'])}`, notification),
      ).toEqual([])
    }
    if (callback !== undefined) {
      expect(notificationFaults('keysecure', `callback${String(callback['action'])}`, callback)).toEqual([])
    }
    expect([notification, callback].some(each => each !== undefined)).toBe(kind !== 'card-load')
  })
})

function bodyOf(text: string | undefined): Record<string, unknown> | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as Record<string, unknown>)
}

test.each([1, 2, 3, 4, 6])('the documented notification of type %i is as described', async type => {
  const { sub_partner_id: _none, ...example } = await readNotification(`pagsmile-notification-${type}`)
  const data = example['biz_data'] as object
  // a member that the example of authorizations leaves out, as the one of their query does
  const biz_data = type === 4 ? { card_remark: null, ...data } : data
  expect(notificationFaults('pagsmile', `notification${type}`, { ...example, biz_data })).toEqual([])
})

test.each([
  ['auth', 'Auth'],
  ['card-update', 'Card_update'],
  ['consumption', 'Consumption'],
])('the documented callback %s is as described', async (name, action) => {
  const example = await readNotification(`keysecure-callback-${name}`)
  expect(notificationFaults('keysecure', `callback${action}`, example)).toEqual([])
})

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
  const reference = { title: 'T', version: '1', description: '', tags: [], securitySchemes: {}, notifications: [] }
  const operations = ['/a', '/b'].map(path => ({ ...operation, path }))
  expect(() => openApiDocument({ ...reference, operations })).toThrow('same is described twice')
})
