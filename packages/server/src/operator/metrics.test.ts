import type { FastifyInstance } from 'fastify'
import pino from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createOperatorDoor, type OperatorDoor, TEST_PLATFORM } from '../../../../test/support/operator-door.ts'
import { createProductClock, REAL_TIME } from '../app/product-clock.ts'
import { RequestCounts } from '../http/request-counts.ts'
import { createHttpServer } from '../http/server.ts'
import { metricsPage } from './metrics.ts'

let door: OperatorDoor
let server: FastifyInstance

beforeAll(async () => {
  door = await createOperatorDoor()
  const { ports } = door.useCases
  const requests = new RequestCounts()
  const clock = createProductClock(ports.clock, REAL_TIME)
  const proofs = { runningSince: null, last: null, failure: null, run: () => Promise.reject(new Error('not here')) }
  server = await createHttpServer({
    logger: pino({ level: 'silent' }),
    trustedProxies: [],
    ready: async () => undefined,
    requests,
    doors: [metricsPage({ ports, clock, wall: ports.clock, platform: TEST_PLATFORM, proofs, requests })],
  })
})

afterAll(async () => {
  await server.close()
  await door.close()
})

/** Prometheus' text format, 0.0.4. */
const LINE =
  /^(# (HELP|TYPE) [a-z_]\w* .+|[a-z_]\w*(\{([a-z_]\w*="[^"\\]*",?)+\})? (-?\d[\d.]*(e[+-]\d+)?|Nan|[+-]Inf))$/

test('every figure is written in the text format, with the sums that belong to it', async () => {
  const { decisions } = door.useCases.ports
  decisions.statistics.count(null, 3)
  decisions.statistics.count('insufficient-funds', 3)
  await server.inject('/livez')
  const { statusCode, headers, body } = await server.inject('/metrics')
  expect([statusCode, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
  expect(body.split('\n').filter(line => line !== '' && !LINE.test(line))).toEqual([])
  for (const line of [
    'openissuer_decisions_total{outcome="approved",reason=""} 1',
    'openissuer_decisions_total{outcome="declined",reason="insufficient-funds"} 1',
    'openissuer_decision_seconds_bucket{le="0.002"} 0',
    'openissuer_decision_seconds_bucket{le="0.004"} 2',
    'openissuer_decision_seconds_bucket{le="+Inf"} 2',
    'openissuer_decision_seconds_count 2',
    'openissuer_http_requests_total{door="server",status="200"} 1',
    'openissuer_webhook_deliveries{state="pending"} 0',
    'openissuer_database_up 1',
    'openissuer_database_connections{pool="general",state="max"} 9',
    'openissuer_info{version="0.0.0",mode="sandbox"} 1',
  ]) {
    expect(body.split('\n')).toContain(line)
  }
  expect(body).toContain('process_resident_memory_bytes')
})

test.each<[string, { remoteAddress: string; headers?: Record<string, string> }, number]>([
  ['from this machine', { remoteAddress: '127.0.0.1' }, 200],
  ['from this machine, IPv6', { remoteAddress: '::1' }, 200],
  ['from this machine, mapped', { remoteAddress: '::ffff:127.0.0.1' }, 200],
  ['from elsewhere', { remoteAddress: '203.0.113.9' }, 401],
  ['through a proxy here', { remoteAddress: '127.0.0.1', headers: { 'x-forwarded-for': '203.0.113.9' } }, 401],
  ['with a wrong key', { remoteAddress: '203.0.113.9', headers: { authorization: 'Bearer nobody' } }, 401],
])('%s: %o is answered %d', async (_name, request, status) => {
  expect((await server.inject({ url: '/metrics', ...request })).statusCode).toBe(status)
})

test('from elsewhere with a key', async () => {
  const request = { url: '/metrics', remoteAddress: '203.0.113.9', headers: { authorization: `Bearer ${door.key}` } }
  expect((await server.inject(request)).statusCode).toBe(200)
})
