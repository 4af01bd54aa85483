import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { serve } from './serve.ts'
import { fakeTerminal } from './terminal.fixture.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openissuer-serve-'))
})

afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }))

test('a signal that comes as soon as the server says where it is ends it in order', { timeout: 60_000 }, async () => {
  const env = { OPENISSUER_DATA: join(folder, 'data'), OPENISSUER_LOG_LEVEL: 'silent', PORT: '0' }
  const said: string[] = []
  const out = (text: string) => {
    said.push(text)
    process.emit('SIGTERM', 'SIGTERM')
  }
  expect(await serve({ ...fakeTerminal({ env }), out })).toBe(0)
  expect(said.join('')).toContain('listens on http://127.0.0.1:')
})
