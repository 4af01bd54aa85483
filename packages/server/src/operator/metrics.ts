/**
 * Figures for Prometheus at `/metrics`. Everything is counted where it happens anyway and only written down when it is asked
 * for; the library that writes it is loaded with the first question.
 */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { Metric, Registry } from 'prom-client'
import { LATENCY_BOUNDS_MS } from '../app/live/decision-statistics.ts'
import type { Ports } from '../app/ports.ts'
import { REQUEST_BOUNDS_MS, type RequestCounts } from '../http/request-counts.ts'
import { createAccess } from './access.ts'
import { OperatorError } from './operator-api.ts'
import { type StandingDoor, Watch } from './standing.ts'

export type MetricsOptions = StandingDoor & { readonly ports: Ports; readonly requests: RequestCounts }

/** To whoever asks from this machine itself, and to everybody else with an operator key. */
export function metricsPage(options: MetricsOptions): FastifyPluginAsync {
  const { ports, wall } = options
  const access = createAccess(ports, wall)
  let registry: Promise<Registry> | undefined
  return async server => {
    server.decorateRequest('caller', null)
    server.setErrorHandler(async (error, request, reply) => {
      if (error instanceof OperatorError) {
        return reply
          .code(error.status)
          .headers(error.headers)
          .send({ error: { code: error.code, message: error.message } })
      }
      request.log.error({ err: error }, 'the metrics could not be told')
      return reply.code(500).send({ error: { code: 'internal', message: 'Something failed on our side.' } })
    })
    server.get('/metrics', async (request, reply) => {
      if (!isOurOwn(request)) await access.admit(request)
      registry ??= createRegistry(options)
      const figures = await registry
      return reply.type(figures.contentType).send(await figures.metrics())
    })
  }
}

const FORWARDED = ['x-forwarded-for', 'x-real-ip', 'forwarded', 'via']

/** A proxy on this machine that is not known as one would make all the world our own; what it adds gives it away. */
function isOurOwn({ ip, headers }: FastifyRequest): boolean {
  const loopback = ip === '::1' || /^(::ffff:)?127\./.test(ip)
  return loopback && FORWARDED.every(name => headers[name] === undefined)
}

type Value = {
  readonly metricName?: string
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
}

async function createRegistry(options: MetricsOptions): Promise<Registry> {
  const { collectDefaultMetrics, Registry: PromRegistry } = await import('prom-client')
  const registry = new PromRegistry()
  collectDefaultMetrics({ register: registry })
  const { statistics } = options.ports.decisions
  const watch = new Watch(options.ports, options)
  const add = (type: 'counter' | 'gauge' | 'histogram', name: string, help: string, values: () => Promise<Value[]>) => {
    const full = `openissuer_${name}`
    // as much of a metric as a registry asks of one
    const metric = {
      name: full,
      get: async () => ({ name: full, help, type, aggregator: 'sum', values: await values() }),
    }
    registry.registerMetric(metric as unknown as Metric)
  }

  add('counter', 'decisions_total', 'Authorizations that were decided, by outcome and decline reason.', async () => {
    const { approved, declined } = statistics.totals()
    return [
      { labels: { outcome: 'approved', reason: '' }, value: approved },
      ...declined.map(({ reason, count }) => ({ labels: { outcome: 'declined', reason }, value: count })),
    ]
  })
  add('histogram', 'decision_seconds', 'How long the network waited for a decision.', async () => {
    const { latencies, all, latencyMsSum } = statistics.totals()
    return histogram('decision_seconds', {}, LATENCY_BOUNDS_MS, { below: latencies, all, msSum: latencyMsSum })
  })
  add('counter', 'http_requests_total', 'Requests that were answered, by door and status.', async () =>
    options.requests.statusCounts().map(({ door, status, count }) => ({ labels: { door, status }, value: count })),
  )
  add('histogram', 'http_request_seconds', 'How long requests took, by door.', async () =>
    options.requests
      .doorLatencies()
      .flatMap(({ door, ...latency }) => histogram('http_request_seconds', { door }, REQUEST_BOUNDS_MS, latency)),
  )
  add(
    'gauge',
    'webhook_deliveries',
    'Deliveries that are waiting, wait for another try, or were given up.',
    async () => {
      const { backlog } = await watch.standing()
      if (backlog === null) return []
      return (['pending', 'retrying', 'failed'] as const).map(state => ({ labels: { state }, value: backlog[state] }))
    },
  )
  add('gauge', 'database_up', 'Whether the database answered within two seconds.', async () => [
    { labels: {}, value: (await watch.standing()).database.reachable ? 1 : 0 },
  ])
  add(
    'gauge',
    'database_connections',
    'Connections to the database, by what they are for, and calls without one.',
    async () =>
      (await watch.standing()).database.pools.flatMap(({ name, ...use }) =>
        (['max', 'open', 'idle', 'waiting'] as const).map(state => ({
          labels: { pool: name, state },
          value: use[state],
        })),
      ),
  )
  add(
    'gauge',
    'ledger_in_order',
    'Whether the last proof of the books found no difference; none before the first.',
    async () => {
      const { proof } = await watch.standing()
      return proof === null ? [] : [{ labels: {}, value: proof.differences === 0 ? 1 : 0 }]
    },
  )
  add('gauge', 'info', 'What runs.', async () => [
    { labels: { version: options.platform.version, mode: options.ports.mode }, value: 1 },
  ])
  return registry
}

/** In seconds, as Prometheus has it. */
function histogram(
  name: string,
  labels: Value['labels'],
  boundsMs: readonly number[],
  counts: { readonly below: readonly number[]; readonly all: number; readonly msSum: number },
): Value[] {
  const full = `openissuer_${name}`
  const buckets = boundsMs.map((bound, index) => ({ le: bound / 1_000, value: counts.below[index] ?? 0 }))
  return [
    ...[...buckets, { le: '+Inf', value: counts.all }].map(({ le, value }) => ({
      metricName: `${full}_bucket`,
      labels: { ...labels, le },
      value,
    })),
    { metricName: `${full}_sum`, labels, value: counts.msSum / 1_000 },
    { metricName: `${full}_count`, labels, value: counts.all },
  ]
}
