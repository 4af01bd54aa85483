/** Every command of the program that calls a server or works on its database, against a real one. */
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PagsmileClient } from '@openissuer/sdk/index.ts'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { run } from '../../packages/cli/src/run.ts'
import { type FakeTerminal, fakeTerminal } from '../../packages/cli/src/terminal.fixture.ts'
import { type ServerProcess, startProcess } from '../support/server-process.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 })

type Json = Record<string, unknown>

let folder: string
let server: ServerProcess
let env: NodeJS.ProcessEnv

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openissuer-cli-e2e-'))
  env = { OPENISSUER_DATA: join(folder, 'data'), OPENISSUER_CONFIG: undefined }
  server = await startProcess({ OPENISSUER_DATA: join(folder, 'data') })
})

afterAll(async () => {
  await server.end('SIGTERM')
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

/** Runs a command that has to succeed. */
async function text(args: string[], input = ''): Promise<string> {
  const terminal = fakeTerminal({ env, input })
  const exitCode = await run(args, terminal)
  expect(terminal.written().error, args.join(' ')).toBe('')
  expect(exitCode, args.join(' ')).toBe(0)
  return terminal.written().out
}

async function json<T = Json>(args: string[], input = ''): Promise<T> {
  return JSON.parse(await text([...args, '--json'], input)) as T
}

async function refused(args: string[]): Promise<string> {
  const terminal = fakeTerminal({ env })
  expect(await run(args, terminal), args.join(' ')).toBe(1)
  return terminal.written().error
}

/** @returns tokens, newest first */
async function makeCards(count: number): Promise<string[]> {
  const terminal = fakeTerminal({ env })
  expect(await run(['seed', '--cards', String(count), '--authorizations', '0'], terminal)).toBe(0)
  expect(terminal.written().error).toContain(`${count}/${count} cards`)
  const cards = await json<Json[]>(['cards', 'list', '--limit', String(count)])
  return cards.map(card => String(card['cardToken']))
}

async function makeCard(): Promise<string> {
  const [token = ''] = await makeCards(1)
  return token
}

function simulate(verb: string, ...args: string[]): Promise<Json> {
  return json(['simulate', verb, ...args])
}

describe('partners', () => {
  test('are listed, made and shown', async () => {
    expect(await json<Json[]>(['partners', 'list'])).toContainEqual(
      expect.objectContaining({ partnerId: '100001', name: 'Demo Partner' }),
    )
    const created = await json(['partners', 'create', 'Blue Bikes', '--keysecure', '--opening-balance', '10.00'])
    expect(created).toMatchObject({ name: 'Blue Bikes', pagsmile: null, keysecure: { apiSecret: expect.any(String) } })
    const shown = await text(['partners', 'show', String(created['partnerId'])])
    expect(shown).toContain('name\tBlue Bikes\n')
    expect(shown).not.toContain(String((created['keysecure'] as Json)['apiSecret']))
  })

  test('are disabled and enabled', async () => {
    const { partnerId } = await json(['partners', 'create', 'Paused', '--pagsmile'])
    expect(await json(['partners', 'disable', String(partnerId)])).toEqual({ partnerId, status: 'disabled' })
    expect(await json(['partners', 'enable', String(partnerId)])).toEqual({ partnerId, status: 'active' })
  })

  test('that do not exist are said not to', async () => {
    expect(await refused(['partners', 'show', '999'])).toContain('partner-not-found')
  })
})

describe('cards', () => {
  test('are listed, shown, blocked, unblocked, given a PIN, lost and closed', async () => {
    const [token = '', other = ''] = await makeCards(2)
    expect(await text(['cards', 'show', token])).toContain(`cardToken\t${token}\n`)
    expect(await json(['cards', 'block', token, '--reason', 'asked for'])).toMatchObject({ status: 'blocked' })
    expect(await json<Json[]>(['cards', 'list', '--status', 'blocked'])).toMatchObject([{ cardToken: token }])
    expect(await json(['cards', 'unblock', token])).toMatchObject({ status: 'active' })
    expect(await json(['cards', 'set-pin', token], '4711\n')).toEqual({ cardToken: token, hasPin: true })
    expect(await json(['cards', 'report-lost', token])).toMatchObject({ status: 'lost' })
    expect(await json(['cards', 'close', other])).toMatchObject({ status: expect.stringMatching(/^clos/) })
    const { statusHistory } = await json(['cards', 'show', token])
    expect(statusHistory).toMatchObject([
      { status: 'blocked', reason: 'asked for' },
      { status: 'active' },
      { status: 'lost' },
    ])
  })

  test('whose status does not allow a change are refused in the words of the server', async () => {
    const token = await makeCard()
    expect(await refused(['cards', 'unblock', token])).toContain('card-status-conflict')
    expect(await refused(['cards', 'activate', token])).toContain('card-status-conflict')
    expect(await refused(['cards', 'produce', token])).toContain('card-status-conflict')
  })
})

describe('cardholders', () => {
  test('are listed, shown, disabled and enabled', async () => {
    await makeCard()
    const [cardholder] = await json<Json[]>(['cardholders', 'list', '--limit', '1'])
    const id = String(cardholder?.['cardholderId'])
    expect(await json(['cardholders', 'show', id])).toMatchObject({ cardholderId: id, documents: [] })
    expect(await json(['cardholders', 'disable', id])).toMatchObject({ disabled: true })
    expect(await json<Json[]>(['cardholders', 'list', '--disabled'])).toMatchObject([{ cardholderId: id }])
    expect(await json(['cardholders', 'enable', id])).toMatchObject({ disabled: false })
    expect(await refused(['cardholders', 'approve', id])).toContain('cardholder-already-approved')
  })

  test('of a partner whose cardholders wait are rejected and approved', async () => {
    const { partnerId, makeHolder } = await partnerThatWaits()
    const [first, second] = [await makeHolder('N1234567'), await makeHolder('N7654321')]
    const partner = ['--partner', partnerId]
    const rejection = ['--remark', 'the photo is blurred', '--final', ...partner]
    expect(await json(['cardholders', 'reject', first, ...rejection])).toMatchObject({ verification: 'rejected' })
    expect(await json(['cardholders', 'approve', second, ...partner])).toMatchObject({ verification: 'approved' })
    const approved = await json<Json[]>(['cardholders', 'list', '--verification', 'approved', ...partner])
    expect(approved.map(each => each['cardholderId'])).toEqual([second])
  })
})

/** A partner of its own with an app, and how cardholders are made in its name. */
async function partnerThatWaits() {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
  await writeFile(join(folder, 'public.pem'), keys.publicKey.export({ type: 'spki', format: 'pem' }))
  const created = await json<{ partnerId: string; pagsmile: Record<string, string> }>([
    'partners',
    'create',
    'Waiting',
    '--review-cardholders',
    '--merchant-public-key',
    join(folder, 'public.pem'),
  ])
  const { appId = '', partnerId = '', platformPublicKey = '' } = created.pagsmile
  const client = new PagsmileClient({
    baseUrl: server.baseUrl,
    appId,
    partnerId,
    platformPublicKey,
    merchantPrivateKey: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }),
  })
  const makeHolder = async (idNo: string) => {
    const holder = await client.holders.create({
      first_name: 'Ada',
      last_name: 'Lovelace',
      mobile: '+12065550100',
      email: 'ada@example.com',
      id_no: idNo,
      id_type: 2,
      birthday: '1990-01-31',
      nationality_code: 'GB',
      address: {
        line: '12 Long Street, Flat 3',
        postal_code: '98101',
        city_name: 'Seattle',
        state: 'Washington',
        country_code: 'US',
      },
    })
    return String(holder.holder_id)
  }
  return { partnerId: created.partnerId, makeHolder }
}

describe('simulate', () => {
  test('authorization takes every field of the call, and the decision is explained', async () => {
    const card = await makeCard()
    const words =
      `--card ${card} --amount 12.34 --currency EUR --billing-amount 13.37 --purpose purchase --entry-mode ecommerce ` +
      '--merchant-id M1 --merchant Bikes --mcc 5940 --country DE --city Berlin --acquirer 361603 --partial-approval ' +
      `--3ds-result authenticated --3ds-eci 05 --3ds-version 2.2.0 --3ds-transaction ${randomUUID()}`
    const shown = await text(['simulate', 'authorization', ...words.split(' ')])
    const id = /^\d+/.exec(shown)?.[0] ?? ''
    expect(shown).toContain(`${id}: purchase of 12.34 EUR: approved`)
    const explained = await text(['authorizations', 'explain', id])
    expect(explained).toContain('purchase of 12.34 EUR at Bikes: approved')
    expect(explained).toMatch(/available-funds\tpassed\t13\.37\t/)
    expect(await json(['authorizations', 'explain', id])).toMatchObject({ decision: 'approved', declineReason: null })
    expect(await text(['authorizations', 'show', id])).toContain('merchant.city\tBerlin')
    expect(await json<Json[]>(['authorizations', 'list', '--card', card])).toMatchObject([{ authorizationId: id }])
  })

  test('what is not named is the newest card, and then its authorization', async () => {
    const card = await makeCard()
    const shown = await text(['simulate', 'authorization', '--amount', '7.01'])
    const id = /^\d+/.exec(shown)?.[0] ?? ''
    expect(await json(['authorizations', 'show'])).toMatchObject({ authorizationId: id, cardToken: card })
    expect(await text(['authorizations', 'explain'])).toContain('purchase of 7.01 USD')
    expect(await simulate('reversal')).toMatchObject({ authorizationId: id, kind: 'reversal' })
  })

  test('card data that is wrong, a forced decline and an advice are told as such', async () => {
    const card = await makeCard()
    const one = ['--card', card, '--amount', '1.00']
    expect(await simulate('authorization', ...one, '--cvv2', '000', '--expiry', '2001')).toMatchObject({
      decision: 'declined',
    })
    expect(await simulate('authorization', ...one, '--pin', '0000')).toMatchObject({ decision: 'declined' })
    const forced = await simulate('authorization', ...one, '--force-decline', 'insufficient-funds')
    expect(forced).toMatchObject({ declineReason: 'insufficient-funds' })
    expect(await simulate('authorization', ...one, '--advice')).toMatchObject({ decision: 'approved' })
    expect(await json<Json[]>(['authorizations', 'list', '--card', card, '--decision', 'declined'])).toHaveLength(3)
  })

  test('a challenge that is answered wrongly fails the authentication', async () => {
    const card = await makeCard()
    const challenge = await simulate('three-ds-challenge', '--card', card, '--amount', '1.00', '--merchant', 'Shop')
    expect(challenge).toMatchObject({ cardToken: card, merchantName: 'Shop' })
    const answer = ['--challenge', String(challenge['challengeId']), '--password', 'wrong']
    const declined = await simulate('authorization', '--card', card, '--amount', '1.00', ...answer)
    expect(declined).toMatchObject({ declineReason: 'authentication-failed' })
  })

  test('what follows an authorization, each by its verb', async () => {
    const card = await makeCard()
    const key = randomUUID()
    const { authorizationId } = await simulate('authorization', '--card', card, '--amount', '20.00', '--key', key)
    const of = ['--authorization', String(authorizationId)]
    expect(await simulate('duplicate', '--original-key', key, '--card', card)).toMatchObject({ repeated: true })
    expect(await simulate('increment', ...of, '--amount', '5.00')).toMatchObject({ kind: 'increment' })
    expect(await simulate('reversal', ...of, '--amount', '2.00')).toMatchObject({ kind: 'reversal' })
    const clearing = await simulate('clearing', ...of, '--amount', '10.00')
    expect(clearing).toMatchObject({ kind: 'clearing', effect: { final: false } })
    const correction = await simulate(
      'clearing-correction',
      '--clearing',
      String(clearing['eventId']),
      '--amount',
      '9.00',
    )
    expect(correction).toMatchObject({ kind: 'clearing-correction', originalEventId: clearing['eventId'] })
    expect(await simulate('clearing', ...of, '--amount', '1.00', '--final')).toMatchObject({ effect: { final: true } })
    const refund = await simulate('refund', ...of, '--amount', '3.00')
    expect(refund).toMatchObject({ kind: 'refund' })
    expect(await simulate('refund-reversal', '--refund', String(refund['eventId']))).toMatchObject({
      kind: 'refund-reversal',
    })
    const other = await simulate('authorization', '--card', card, '--amount', '4.00')
    expect(await simulate('expiry', '--authorization', String(other['authorizationId']))).toMatchObject({
      kind: 'expiry',
    })
    const pair = await simulate('out-of-order-pair', '--card', card, '--amount', '4.00')
    expect(pair).toMatchObject({ authorization: { declineReason: 'reversed-before-arrival' } })
  })
})

test('the clock is read, frozen, set, advanced and resumed', async () => {
  expect(await json(['clock', 'show'])).toMatchObject({ now: expect.any(String) })
  const { now } = await json(['clock', 'freeze'])
  const to = Temporal.Instant.from(String(now)).add({ hours: 1 }).toString()
  expect(await json(['clock', 'set', to])).toMatchObject({ now: to, state: 'frozen' })
  expect(await refused(['clock', 'set', String(now)])).toContain('clock-goes-back')
  const later = Temporal.Instant.from(to).add({ minutes: 30 }).toString()
  expect(await json(['clock', 'advance', 'PT30M'])).toMatchObject({ now: later })
  expect(await json(['clock', 'resume'])).toMatchObject({ state: 'shifted' })
})

/** Runs a command that goes on, hands it over, and ends it. */
async function beside(args: string[], work: (terminal: FakeTerminal) => Promise<void>): Promise<void> {
  const terminal = fakeTerminal({ env })
  const running = run(args, terminal)
  try {
    await work(terminal)
  } finally {
    terminal.interrupt()
    expect(await running, terminal.written().error).toBe(0)
  }
}

const SOON = { timeout: 20_000, interval: 50 }

function linesOf(terminal: FakeTerminal): Json[] {
  const lines = terminal.written().out.split('\n')
  return lines.filter(line => line !== '').map(line => JSON.parse(line) as Json)
}

describe('listen', () => {
  test('hears both dialects, verified, and removes its endpoints at the end', async () => {
    const card = await makeCard()
    await beside(['listen', '--json'], async terminal => {
      await expect.poll(() => terminal.written().error, SOON).toContain('for pagsmile and keysecure')
      await simulate('authorization', '--card', card, '--amount', '100.00')
      await expect.poll(() => linesOf(terminal).length, SOON).toBe(2)
      const heard = linesOf(terminal).toSorted((a, b) => String(a['dialect']).localeCompare(String(b['dialect'])))
      expect(heard).toMatchObject([
        { dialect: 'keysecure', verified: true, status: 200, body: { action: 'Consumption' } },
        { dialect: 'pagsmile', verified: true, status: 200, body: { notify_type: 4 } },
      ])
      expect(heard[0]?.['text']).toContain('"amount":100.00')
    })
    const [delivery] = await json<Json[]>(['deliveries', 'list', '--card', card, '--state', 'delivered'])
    expect(delivery).toMatchObject({ kind: 'authorization', lastStatus: 200 })
    const gone = await refused([
      'deliveries',
      'replay',
      String(delivery?.['endpointId']),
      '--since',
      '2026-01-01T00:00:00Z',
    ])
    expect(gone).toContain('webhook-endpoint-not-found')
  })

  test('passes verified webhooks on and gives their answer back; what is not signed is refused', async () => {
    const passed: string[] = []
    const local = createServer((request, response) => {
      request.on('data', chunk => passed.push(String(chunk)))
      request.on('end', () => response.writeHead(503).end('{}'))
    }).listen(0, '127.0.0.1')
    await once(local, 'listening')
    const url = `http://127.0.0.1:${(local.address() as AddressInfo).port}/hooks`
    const card = await makeCard()
    await beside(['listen', '--json', '--dialect', 'keysecure', '--forward-to', url], async terminal => {
      await expect.poll(() => terminal.written().error, SOON).toContain('Listening on')
      await json(['cards', 'block', card])
      await expect.poll(() => linesOf(terminal), SOON).toMatchObject([{ verified: true, status: 503 }])
      expect(passed.join('')).toContain('"action":"Card_update"')
      const { credentials } = await credentialsOf()
      const { endpoints } = (await (
        await fetch(`${server.baseUrl}/operator/v1/partners/100001/webhook-endpoints`, {
          headers: { authorization: `Bearer ${String(credentials['operatorKey'])}` },
        })
      ).json()) as { endpoints: { url: string; endpointId: string }[] }
      const forged = await fetch(endpoints[0]?.url ?? '', {
        method: 'POST',
        body: '{"id":"1","action":"Auth","data":{}}',
      })
      expect(forged.status).toBe(400)
      expect(linesOf(terminal)[1]).toMatchObject({ verified: false, body: null })
      const [failed] = await json<Json[]>(['deliveries', 'list', '--card', card])
      expect(failed).toMatchObject({ state: 'pending', lastStatus: 503 })
      expect(await json(['deliveries', 'resend', String(failed?.['deliveryId'])])).toMatchObject({
        kind: 'card-status',
      })
      const replay = ['deliveries', 'replay', endpoints[0]?.endpointId ?? '', '--since', '2026-01-01T00:00:00Z']
      expect(Number((await json(replay))['events'])).toBeGreaterThan(0)
    })
    local.close()
    expect(passed.join('')).not.toContain('"data":{}')
  })
})

async function credentialsOf(): Promise<{ credentials: Json }> {
  return { credentials: JSON.parse(await readFile(join(folder, 'data/sandbox-credentials.json'), 'utf8')) as Json }
}

test('events are tailed: the last ones, then each that follows', async () => {
  const card = await makeCard()
  await simulate('authorization', '--card', card, '--amount', '1.11')
  const kinds = (events: Json[]) => events.map(event => event['kind'])
  await beside(['events', 'tail', '--json', '--card', card], async terminal => {
    await expect.poll(() => kinds(linesOf(terminal)), SOON).toEqual(['card-application', 'authorization'])
    await json(['cards', 'block', card])
    await expect
      .poll(() => kinds(linesOf(terminal)), SOON)
      .toEqual(['card-application', 'authorization', 'card-status'])
  })
  const tail = await text(['events', 'tail', '--no-follow', '--last', '1', '--card', card])
  expect(tail).toMatch(/^\S+Z {2}\d+ {2}card-status {2}658704\*{6}\d{4} {2}before=active after=blocked\n$/)
})

test('a seed makes cards and authorizations and says what came of them', async () => {
  const terminal = fakeTerminal({ env })
  expect(await run(['seed', '--cards', '5', '--authorizations', '40', '--concurrency', '8', '--json'], terminal)).toBe(
    0,
  )
  const report = JSON.parse(terminal.written().out) as { approved: number; declined: number }
  expect(report).toMatchObject({ cards: 5, authorizations: 40 })
  expect(report.approved + report.declined).toBe(40)
  expect(terminal.written().error).toContain('40/40 authorizations')
})

describe('envelope', () => {
  test('what a body seals for a key its private key opens', async () => {
    const { credentials } = await credentialsOf()
    const pagsmile = credentials['pagsmile'] as Record<string, string>
    const { createPublicKey } = await import('node:crypto')
    const publicKey = createPublicKey(pagsmile['merchantPrivateKey'] ?? '').export({ type: 'spki', format: 'pem' })
    await writeFile(join(folder, 'merchant.pem'), publicKey)
    const encrypted = await text(['envelope', 'encrypt', '--public-key', join(folder, 'merchant.pem')], '{"a":[1,"é"]}')
    expect(JSON.parse(await text(['envelope', 'decrypt'], encrypted))).toEqual({ a: [1, 'é'] })
  })

  test('a body for another key, and one that was changed, are told apart', async () => {
    const sealed = await text(['envelope', 'encrypt'], '{"a":1}')
    const other = fakeTerminal({ env, input: sealed })
    expect(await run(['envelope', 'decrypt'], other)).toBe(1)
    expect(other.written().error).toMatch(/sealed for another key|sealed under another key/)
    const cut = fakeTerminal({ env, input: JSON.stringify({ ...JSON.parse(sealed), biz_data: 'abc' }) })
    expect(await run(['envelope', 'decrypt'], cut)).toBe(1)
  })
})

describe('on the database beside the running server', () => {
  test('the books are proven, keys are listed, and there is nothing to migrate or distribute', async () => {
    expect(await json(['ledger', 'verify'])).toMatchObject({ inOrder: true, violations: [] })
    const keys = await json<Json[]>(['keys', 'list'])
    expect(keys.map(key => key['name'])).toEqual(expect.arrayContaining(['pan-encryption', 'request-digest']))
    expect(await json(['db', 'migrate'])).toEqual({ applied: [] })
    expect(await json(['db', 'distribute'])).toEqual({ engine: 'postgresql' })
    expect(await text(['db', 'distribute'])).toContain('nothing to distribute')
    expect(await text(['doctor'])).toContain('Nothing keeps the server from working.')
  })

  test('a platform key is rotated, and both are listed with their ages', async () => {
    const { credentials } = await credentialsOf()
    const { appId } = credentials['pagsmile'] as { appId: string }
    const rotated = await json(['keys', 'rotate-platform', appId, '--grace-hours', '24'])
    expect(rotated).toMatchObject({ appId, previousKeyExpiresAt: expect.any(String) })
    const keys = (await json<Json[]>(['keys', 'list'])).filter(key => key['name'] === appId)
    expect(keys).toMatchObject([
      { kind: 'platform-key', expiresAt: null },
      { kind: 'previous-platform-key', expiresAt: rotated['previousKeyExpiresAt'] },
    ])
  })

  test('the credentials of the sandbox hold its platform key also after the old one is understood no more', async () => {
    const { credentials } = await credentialsOf()
    const pagsmile = credentials['pagsmile'] as { appId: string; platformPublicKey: string }
    const rotated = await json(['keys', 'rotate-platform', pagsmile.appId, '--grace-hours', '0'])
    expect(await credentialsOf()).toEqual({
      credentials: { ...credentials, pagsmile: { ...pagsmile, platformPublicKey: rotated['platformPublicKey'] } },
    })
    // every server process has the new key within three seconds
    const seeds = () => run(['seed', '--cards', '1', '--authorizations', '0'], fakeTerminal({ env }))
    await expect.poll(seeds, SOON).toBe(0)
  })

  test('credentials whose platform key was replaced elsewhere are said to be the fault', async () => {
    const file = join(folder, 'data/sandbox-credentials.json')
    const kept = await readFile(file, 'utf8')
    const { credentials } = await credentialsOf()
    const pagsmile = { ...(credentials['pagsmile'] as object), platformPublicKey: strangersKey() }
    await writeFile(file, JSON.stringify({ ...credentials, pagsmile }), { mode: 0o600 })
    expect(await refused(['seed', '--cards', '1'])).toContain(`the Pagsmile keys of the demo partner in ${file}`)
    await writeFile(file, kept, { mode: 0o600 })
    await makeCard()
  })
})

function strangersKey(): string {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
}
