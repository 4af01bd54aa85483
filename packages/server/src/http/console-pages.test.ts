/** How the console's files are served; what they do in a browser is tested in test/console. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { consolePages } from './console-pages.ts'
import { createHttpServer } from './server.ts'

const PAGE = '<!doctype html><title>console</title>'
const SCRIPT = 'console.log(1)'

let folder: string
let server: FastifyInstance | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openissuer-pages-'))
})

afterEach(async () => {
  await server?.close()
  await rm(folder, { recursive: true, force: true })
})

async function serve(make: () => Promise<void>): Promise<FastifyInstance> {
  server = await createHttpServer({
    logger: pino({ level: 'silent' }),
    trustedProxies: [],
    ready: async () => undefined,
    doors: [consolePages({ folder, make })],
  })
  return server
}

async function build(): Promise<void> {
  await mkdir(join(folder, 'assets'), { recursive: true })
  await writeFile(join(folder, 'index.html'), PAGE)
  await writeFile(join(folder, 'assets/app-1.js'), SCRIPT)
  await writeFile(join(folder, 'assets/app-1.js.gz'), gzipSync(SCRIPT))
  await writeFile(join(folder, 'sources.sha256'), 'not to be read')
}

test.each(['/console/', '/console/p/7/cards', '/console/index.html'])('%s is the page', async path => {
  const { statusCode, body, headers } = await (await serve(build)).inject(path)
  expect([statusCode, body, headers['cache-control']]).toEqual([200, PAGE, 'no-cache'])
  expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self';")
  expect(headers['content-security-policy']).not.toMatch(/script-src[^;]*unsafe|https?:|\*/)
})

test('the address without a slash leads to the one with it', async () => {
  const { statusCode, headers } = await (await serve(build)).inject('/console')
  expect([statusCode, headers['location']]).toEqual([302, '/console/'])
})

test('files whose names hold their digest are kept for a year, packed for whoever takes it', async () => {
  const served = await serve(build)
  const plain = await served.inject('/console/assets/app-1.js')
  expect([plain.body, plain.headers['content-encoding']]).toEqual([SCRIPT, undefined])
  expect(plain.headers['cache-control']).toContain('immutable')
  const packed = await served.inject({ url: '/console/assets/app-1.js', headers: { 'accept-encoding': 'br, gzip' } })
  expect(packed.headers['content-encoding']).toBe('gzip')
  expect(gunzipSync(packed.rawPayload).toString()).toBe(SCRIPT)
})

test.each(['/console/assets/app-2.js', '/console/assets/..%2fsources.sha256'])('%s is not there', async path => {
  expect((await (await serve(build)).inject(path)).statusCode).toBe(404)
})

test('it is built once, however many ask, and whoever waits long sees that it goes on', async () => {
  let builds = 0
  let finish = () => undefined as void
  const served = await serve(async () => {
    builds += 1
    await new Promise<void>(resolve => {
      finish = resolve
    })
    await build()
  })
  const [first, second] = await Promise.all([served.inject('/console/'), served.inject('/console/partners')])
  expect([first.statusCode, second.statusCode, builds]).toEqual([503, 503, 1])
  expect(first.body).toContain('The console is being built')
  finish()
  await expect.poll(async () => (await served.inject('/console/')).body).toBe(PAGE)
  expect(builds).toBe(1)
})

test('a build that fails is told without its reason, and tried again for the next who asks', async () => {
  let failures = 0
  const served = await serve(async () => {
    failures += 1
    if (failures === 1) throw new Error('no such file: /somewhere/secret')
    await build()
  })
  const failed = await served.inject('/console/')
  expect(failed.statusCode).toBe(503)
  expect(failed.body).toContain('could not be built')
  expect(failed.body).not.toContain('secret')
  expect((await served.inject('/console/')).body).toBe(PAGE)
})
