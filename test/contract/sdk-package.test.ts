/**
 * The SDK as its users get it: packed, installed without a network into a plain JavaScript project, and used on every Node.js
 * that the machine has from 20 on. Its types are held against a strict TypeScript project that has nothing else installed.
 */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { KeySecureClient, OperatorClient, PagsmileClient } from '@openissuer/sdk/index.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type IssuerProcess, startIssuerProcess } from '../../demo/issuer-process.ts'
import { methodsOf } from './methods.ts'
import { START_MS_MAX } from './world.ts'

const run = promisify(execFile)

const ROOT = resolve(import.meta.dirname, '../..')

/** Written as a user would write it, without types. */
const PROGRAM = `
import { KeySecureClient, NotFoundError, OperatorClient, PagsmileClient, verifyKeySecureCallback } from '@openissuer/sdk'

const { baseUrl, operatorKey, pagsmile, keysecure } = JSON.parse(process.env.CREDENTIALS)
const cards = new PagsmileClient({ baseUrl, ...pagsmile }).cards
const card = await cards.apply({
  order_no: crypto.randomUUID(),
  card_scheme: 3,
  card_type: 3,
  holder: JSON.parse(process.env.HOLDER),
  pay_account_num: pagsmile.fundingAccount,
  initial_balance: '20.00',
})
const operator = new OperatorClient({ baseUrl, operatorKey })
const purchase = { cardToken: card.card_token, amount: '12.50', currency: 'USD' }
const { decision } = await operator.simulations.authorize(purchase)
const [{ available_balance: left }] = await cards.balances(card.card_token)
const products = []
for await (const { card_bin } of new KeySecureClient({ baseUrl, ...keysecure }).products.listAllPackages()) products.push(card_bin)
const missing = await operator.authorizations.retrieve('1').catch(error => error instanceof NotFoundError && error.code)
let fault
try {
  verifyKeySecureCallback({ body: '{"data":{}}', headers: {} }, keysecure)
} catch (error) {
  fault = error.fault
}
console.log(JSON.stringify({ decision, left, products: products.length > 0, missing, fault }))
`

const TYPED = `
import { type operator, OperatorClient, type pagsmile, PagsmileClient, fetchHandler, pagsmileReceiver } from '@openissuer/sdk'

export async function use(keys: ConstructorParameters<typeof PagsmileClient>[0]): Promise<string | null> {
  const client = new PagsmileClient(keys)
  const record: pagsmile.AuthorizationRecord | undefined = (await client.authorizations.list({ start_date: '', end_date: '' })).rows[0]
  const decision: operator.Decision = await new OperatorClient({ baseUrl: '', operatorKey: '' }).simulations.authorize({
    cardToken: '1',
    amount: '1.00',
    currency: 'USD',
  })
  // @ts-expect-error: an authorization names its card once
  void new OperatorClient({ baseUrl: '', operatorKey: '' }).simulations.authorize({ cardToken: '1', pan: '2', amount: '1', currency: 'USD' })
  return record?.auth_code ?? decision.declineReason
}

export const handle: (request: Request) => Promise<Response> = fetchHandler(
  pagsmileReceiver({ onNotification: notification => void (notification.kind === 'card-status' && notification.biz_data.pre_status) }),
)
`

const HOLDER = {
  mobile: '+525512345678',
  first_name: 'Jane',
  last_name: 'Killy',
  id_type: 2,
  email: 'jane@example.com',
  birthday: '1990-11-08',
  nationality_code: 'MX',
  address: {
    line: 'Avenida Reforma 100',
    postal_code: '06600',
    city_name: 'Ciudad de Mexico',
    state: 'Distrito Federal',
    country_code: 'MX',
  },
}

/** Each Node.js from 20 on in the PATH, by its major version; the one that this runs on is there in any case. */
async function runtimes(): Promise<[major: string, program: string][]> {
  const found = new Map([[majorOf(process.version), process.execPath]])
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const program = join(folder, 'node')
    const version = await run(program, ['--version']).then(
      ({ stdout }) => stdout,
      () => 'v0',
    )
    const major = majorOf(version)
    if (Number(major) >= 20 && !found.has(major)) found.set(major, program)
  }
  return [...found]
}

/** The samples of the README, each with what it says that it prints. */
async function samples(): Promise<
  { readonly title: string; readonly source: string; readonly prints: readonly string[] }[]
> {
  const text = await readFile(join(ROOT, 'packages/sdk/README.md'), 'utf8')
  return text.split(/^## /m).flatMap(section => {
    const title = section.slice(0, section.indexOf('\n'))
    return [...section.matchAll(/^```js\n(.*?)^```$/gms)].map(([, source = '']) => ({
      title,
      source,
      prints: [...source.matchAll(/\/\/ → (.*)$/gm)].map(([, line = '']) => line),
    }))
  })
}

const SAMPLES = await samples()

const majorOf = (version: string) => /^v(\d+)/.exec(version)?.[1] ?? '0'

const RUNTIMES = await runtimes()

describe('the packed SDK', () => {
  let project: string
  let issuer: IssuerProcess

  beforeAll(async () => {
    project = await mkdtemp(join(tmpdir(), 'openissuer-sdk-'))
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', project], {
      cwd: join(ROOT, 'packages/sdk'),
    })
    const tarball = /"filename":\s*"([^"]+)"/.exec(stdout)?.[1] ?? ''
    await writeFile(join(project, 'package.json'), '{ "name": "user", "private": true, "type": "module" }')
    await run('npm', ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', `./${tarball}`], {
      cwd: project,
    })
    issuer = await startIssuerProcess()
  }, START_MS_MAX)

  afterAll(async () => {
    await issuer?.stop()
    await rm(project, { recursive: true, force: true })
  })

  test('brings built files only, and nothing besides itself', async () => {
    expect((await readdir(join(project, 'node_modules'))).filter(name => !name.startsWith('.'))).toEqual([
      '@openissuer',
    ])
    const installed = join(project, 'node_modules/@openissuer/sdk')
    expect((await readdir(installed)).toSorted()).toEqual(['README.md', 'api.md', 'dist', 'package.json'])
    const files = await readdir(join(installed, 'dist'), { recursive: true, withFileTypes: true })
    const names = files.filter(file => file.isFile()).map(({ name }) => name)
    expect(names.length).toBeGreaterThan(80)
    expect(names.filter(name => !/\.(js|d\.ts)$/.test(name) || /test|fixture/.test(name))).toEqual([])
    const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as Record<string, unknown>
    expect(Object.keys(manifest).filter(key => /dependencies/i.test(key))).toEqual([])
  })

  test.each(RUNTIMES)('works on Node.js %s', async (major, program) => {
    await writeFile(join(project, 'use.js'), PROGRAM)
    const env = {
      CREDENTIALS: JSON.stringify(issuer.credentials),
      HOLDER: JSON.stringify({ ...HOLDER, id_no: `passport-${major}` }),
    }
    const { stdout } = await run(program, ['use.js'], { cwd: project, env })
    expect(JSON.parse(stdout)).toEqual({
      decision: 'approved',
      left: '7.50',
      products: true,
      missing: 'authorization-not-found',
      fault: 'bad-signature',
    })
  })

  test('the README has samples of everything, and each says what it prints', () => {
    expect(SAMPLES.length).toBeGreaterThanOrEqual(8)
    expect(SAMPLES.filter(({ prints }) => prints.length === 0)).toEqual([])
  })

  describe.each(RUNTIMES)('on Node.js %s', (_major, program) => {
    test.each(SAMPLES)('the sample of "$title" prints what it says', async ({ source, prints }) => {
      await mkdir(join(project, 'data'), { recursive: true })
      await writeFile(join(project, 'data/sandbox-credentials.json'), JSON.stringify(issuer.credentials))
      await writeFile(join(project, 'sample.js'), source)
      const { stdout } = await run(program, ['sample.js'], { cwd: project, env: {} })
      expect(stdout.trimEnd().split('\n')).toEqual(prints)
    })
  })

  test('api.md lists every method of the clients, in their order', async () => {
    const text = await readFile(join(ROOT, 'packages/sdk/api.md'), 'utf8')
    const { baseUrl, operatorKey, pagsmile, keysecure } = issuer.credentials
    const clients = {
      OperatorClient: new OperatorClient({ baseUrl, operatorKey }),
      PagsmileClient: new PagsmileClient({ baseUrl, ...pagsmile }),
      KeySecureClient: new KeySecureClient({ baseUrl, ...keysecure }),
    }
    for (const [name, client] of Object.entries(clients)) {
      const section = text.split(/^## /m).find(each => each.startsWith(`${name}\n`)) ?? ''
      expect([...section.matchAll(/^\| `([\w.]+)` \|/gm)].map(([, method]) => method)).toEqual(methodsOf(client))
    }
  })

  test('its types suit a strict project without any other types', async () => {
    await mkdir(join(project, 'typed'))
    await writeFile(join(project, 'typed/use.ts'), TYPED)
    const options = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true, types: [] }
    const target = { target: 'es2022', lib: ['es2023', 'dom', 'dom.iterable'] }
    const modules = [
      { module: 'nodenext', moduleResolution: 'nodenext' },
      { module: 'esnext', moduleResolution: 'bundler' },
    ]
    for (const each of modules) {
      const config = { compilerOptions: { ...options, ...target, ...each }, include: ['*.ts'] }
      await writeFile(join(project, 'typed/tsconfig.json'), JSON.stringify(config))
      const told = await run(join(ROOT, 'node_modules/.bin/tsc'), ['-p', 'typed'], { cwd: project }).catch(
        (error: { stdout: string }) => error,
      )
      expect(told.stdout).toBe('')
    }
  })
})
