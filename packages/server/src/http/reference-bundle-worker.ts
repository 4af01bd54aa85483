/** Takes the browser's program out of Scalar's package, hands it over compressed, and ends. */
import { parentPort } from 'node:worker_threads'
import { gzipSync } from 'node:zlib'
import scalar from '@scalar/fastify-api-reference'
import Fastify from 'fastify'

const server = Fastify()
await server.register(scalar, { routePrefix: '/reference', configuration: { content: { openapi: '3.1.0' } } })
const { statusCode, rawPayload } = await server.inject('/reference/js/scalar.js')
if (statusCode !== 200) throw new Error(`the package has no program for the browser: ${statusCode}`)
const compressed = gzipSync(rawPayload, { level: 9 })
parentPort?.postMessage(compressed, [compressed.buffer])
await server.close()
