/** Pages of webhooks: endpoints are made, changed and removed, and deliveries told by real receivers, one of which fails. */
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DIALECTS } from '../../packages/console/src/features/webhooks/dialects.ts'
import { keysecureCallbacks } from '../../packages/server/src/dialects/keysecure/callbacks.ts'
import { pagsmileNotifications } from '../../packages/server/src/dialects/pagsmile/notifications.ts'
import { type ConsoleWorld, NARROW, openWorld } from '../support/console.ts'
import { buy, makeSpending, type Spending } from '../support/spending.ts'
import { ACKNOWLEDGEMENT, type Receiver, startReceiver } from '../support/webhooks.ts'

let world: ConsoleWorld
let receiver: Receiver
let spending: Spending
let partnerId: string
let apiKey: string

beforeAll(async () => {
  world = await openWorld()
  // a slow machine does not come to the first retry before it is looked at
  await world.api.clock.freeze()
  receiver = await startReceiver()
  spending = await makeSpending(world.api)
  partnerId = spending.partnerId
  apiKey = (await world.api.partners.retrieve(partnerId)).keysecureCredentials[0]?.apiKey ?? ''
}, 180_000)

afterAll(async () => {
  receiver?.close()
  await world?.close()
})

const purchase = () => buy(world.api, spending, '12.50')

async function newEndpoint(path: string) {
  return world.api.webhookEndpoints.create(partnerId, {
    dialect: 'keysecure',
    credential: apiKey,
    url: `${receiver.url}${path}`,
    description: `Callbacks of ${path}`,
    kinds: ['authorization', 'clearing'],
  })
}

test('what the console tells of a dialect is what the server does', () => {
  // no port is used before something is told
  const none = {} as never
  const served = { pagsmile: pagsmileNotifications(none), keysecure: keysecureCallbacks(none) }
  for (const name of ['pagsmile', 'keysecure'] as const) {
    const { kinds, retrySeconds, timeoutSeconds } = DIALECTS[name]
    expect(new Set(kinds)).toEqual(new Set(served[name].kinds))
    expect(retrySeconds.map(seconds => seconds * 1_000)).toEqual(served[name].retryDelaysMs)
    expect(timeoutSeconds * 1_000).toBe(served[name].timeoutMs)
  }
})

test('a partner without endpoints is told what an endpoint is for', async () => {
  const { page, shoot, expectAccessible, expectQuiet, close } = await world.open(`/p/${partnerId}/webhooks`)
  await page.getByText('No endpoints').waitFor()
  await page.getByText('No deliveries').waitFor()
  await expectAccessible()
  await shoot('webhooks-empty')
  expectQuiet()
  await close()
})

test('an endpoint is made, told an example and changed', async () => {
  const { page, shoot, expectAccessible, expectQuiet, close } = await world.open(`/p/${partnerId}/webhooks`)
  await page.getByRole('button', { name: 'New endpoint' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('KeySecure').click()
  await dialog.getByLabel('URL').fill('ftp://partner.example')
  await dialog.getByRole('button', { name: 'Create the endpoint' }).click()
  // the browser's own objection, or the server's: nothing is made
  expect(await world.api.webhookEndpoints.list(partnerId)).toEqual([])
  await dialog.getByLabel('URL').fill(`${receiver.url}/made`)
  await dialog.getByLabel('Description').fill('Made by hand')
  await expectAccessible()
  await shoot('webhooks-new')
  await dialog.getByRole('button', { name: 'Create the endpoint' }).click()
  await page.getByRole('link', { name: 'Made by hand' }).click()

  await page.getByRole('heading', { name: 'Made by hand' }).waitFor()
  const [made] = await world.api.webhookEndpoints.list(partnerId)
  expect(new Set(made?.kinds)).toEqual(new Set(DIALECTS.keysecure.kinds))

  await page.getByRole('button', { name: 'Send an example' }).click()
  await page.getByRole('button', { name: 'Send it' }).click()
  await page.locator('tbody').getByText('Delivered').first().waitFor()
  expect(receiver.received.filter(({ path }) => path === '/made')).toHaveLength(1)

  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByLabel('Description').fill('Changed by hand')
  await page.getByRole('checkbox', { name: 'Clearing', exact: true }).uncheck()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { name: 'Changed by hand' }).waitFor()

  expectQuiet()
  await close()
  await world.api.webhookEndpoints.remove(partnerId, made?.endpointId ?? '')
})

test('an endpoint is paused, resumed and removed', async () => {
  const endpoint = await newEndpoint('/waiting')
  const { page, expectQuiet, close } = await world.open(`/p/${partnerId}/webhooks/${endpoint.endpointId}`)
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('Paused').waitFor()
  await purchase()
  await page.getByRole('region', { name: 'Deliveries' }).getByText('Pending').first().waitFor()
  await page.getByRole('button', { name: 'Resume' }).click()
  await expect.poll(() => receiver.received.some(({ path }) => path === '/waiting')).toBe(true)

  await page.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByText('Callbacks of /waiting').waitFor({ state: 'detached' })
  const left = await world.api.webhookEndpoints.list(partnerId)
  expect(left.map(({ endpointId }) => endpointId)).not.toContain(endpoint.endpointId)
  expectQuiet()
  await close()
})

test('a delivery that fails shows its tries and its request, and arrives when it is resent', async () => {
  const endpoint = await newEndpoint('/failing')
  receiver.answer = () => ({
    status: 500,
    text: '{"error":"the receiver is being mended, and says so at some length"}',
  })
  await purchase()
  const { page, shoot, expectAccessible, expectQuiet, close } = await world.open(
    `/p/${partnerId}/webhooks?endpointId=${endpoint.endpointId}`,
  )
  const deliveries = page.getByRole('region', { name: 'Deliveries' })
  await deliveries.getByText('Retrying').waitFor()
  await page.getByRole('region', { name: 'Endpoints' }).getByText('Failing', { exact: true }).first().waitFor()
  await expectAccessible()
  await shoot('webhooks')
  await deliveries.getByRole('link', { name: 'Authorization' }).click()

  await page.getByText('HTTP 500').waitFor()
  const { body, text } = receiver.received.findLast(
    ({ path }) => path === '/failing',
  ) as (typeof receiver.received)[number]
  const shown = page.locator('pre[aria-label="the body"]')
  expect(JSON.parse((await shown.textContent()) as string)).toEqual(body)
  expect(await shown.textContent()).toContain('12.50')
  await page.getByText('As sent').click()
  await expect.poll(() => shown.textContent()).toBe(text)
  expect(await page.locator('pre[aria-label="the text that is signed"]').textContent()).toContain(`appId=${apiKey}&`)
  await expectAccessible()
  await shoot('delivery')

  receiver.answer = () => ACKNOWLEDGEMENT
  await page.getByRole('button', { name: 'Resend' }).click()
  await page.getByRole('heading', { level: 1 }).locator('..').getByText('Delivered').waitFor()
  const tries = page.getByRole('region', { name: 'Tries' }).locator('tbody tr')
  await expect.poll(() => tries.count()).toBe(2)
  expectQuiet()
  await close()
  await world.api.webhookEndpoints.remove(partnerId, endpoint.endpointId)
})

test('what was before an endpoint is replayed to it', async () => {
  await purchase()
  const endpoint = await newEndpoint('/late')
  const { page, shoot, expectAccessible, expectQuiet, close } = await world.open(
    `/p/${partnerId}/webhooks/${endpoint.endpointId}`,
  )
  await page.getByText('No deliveries').waitFor()
  await page.getByRole('button', { name: 'Replay' }).click()
  const dialog = page.getByRole('dialog')
  await expect.poll(() => dialog.getByLabel('Since').inputValue()).not.toBe('')
  await expectAccessible()
  await dialog.getByRole('button', { name: 'Replay' }).click()
  await page.locator('tbody').getByText('Delivered').first().waitFor()
  expect(receiver.received.some(({ path }) => path === '/late')).toBe(true)
  await expectAccessible()
  await shoot('webhook-endpoint')
  expectQuiet()
  await close()
})

test('deliveries are filtered in the address, and a filter that is wrong is named', async () => {
  const { page, expectQuiet, close } = await world.open(`/p/${partnerId}/webhooks?state=delivered`)
  const deliveries = page.getByRole('region', { name: 'Deliveries' })
  await deliveries.locator('tbody').getByText('Delivered').first().waitFor()
  await page.getByRole('combobox', { name: 'State' }).click()
  await page.getByRole('option', { name: 'Failed' }).click()
  await page.getByText('No deliveries').waitFor()
  expect(new URL(page.url()).search).toBe('?state=failed')
  await page.goto(`${world.baseUrl}/console/p/${partnerId}/webhooks?state=nonsense`)
  await page.getByText('Refused').waitFor()
  expectQuiet()
  await close()
})

test('all deliveries of a filter go into a file', async () => {
  const { page, expectQuiet, close } = await world.open(`/p/${partnerId}/webhooks?state=delivered`)
  await page.locator('tbody').getByText('Delivered').first().waitFor()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export CSV' }).click(),
  ])
  const [header, ...rows] = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n')
  expect(header).toBe('Kind,State,Endpoint,Tries,Last answer,Happened,Next try,Delivered,Event')
  const { rows: delivered } = await world.api.webhookDeliveries.list(partnerId, { state: 'delivered', limit: 200 })
  expect(rows.map(row => row.split(',').at(-1))).toEqual(delivered.map(({ eventId }) => eventId))
  expectQuiet()
  await close()
})

test('a receiver that says it is gone is told nothing more until somebody resumes it', async () => {
  const endpoint = await newEndpoint('/gone')
  receiver.answer = ({ path }) => (path === '/gone' ? { status: 410 } : ACKNOWLEDGEMENT)
  await purchase()
  const { page, expectAccessible, expectQuiet, close } = await world.open(
    `/p/${partnerId}/webhooks/${endpoint.endpointId}`,
  )
  const title = page.getByRole('heading', { level: 1 }).locator('..')
  await title.getByText('Disabled').waitFor()
  await page.getByText('Why it is so').waitFor()
  await expectAccessible()
  receiver.answer = () => ACKNOWLEDGEMENT
  await page.getByRole('button', { name: 'Resume' }).click()
  await title.getByText('Active').waitFor()
  expectQuiet()
  await close()
  await world.api.webhookEndpoints.remove(partnerId, endpoint.endpointId)
})

test('what cannot be read is told with a way to try again', async () => {
  const { page, expectAccessible, expectQuiet, close } = await world.open('/partners')
  const refusal = { error: { code: 'webhook-endpoint-not-found', message: 'There is no such endpoint.' } }
  await page.route('**/webhook-endpoints', route => route.fulfill({ status: 409, json: refusal }))
  await page.goto(`${world.baseUrl}/console/p/${partnerId}/webhooks`)
  const endpoints = page.getByRole('region', { name: 'Endpoints' })
  await endpoints.getByText('Not possible as things stand').waitFor()
  await expectAccessible()
  await page.unroute('**/webhook-endpoints')
  await endpoints.getByRole('button', { name: 'Try again' }).click()
  await endpoints.getByRole('link').first().waitFor()
  expectQuiet()
  await close()
})

test('an endpoint and a delivery that do not exist say so', async () => {
  for (const path of ['webhooks/999999', 'deliveries/1-1']) {
    const { page, expectAccessible, expectQuiet, close } = await world.open(`/p/${partnerId}/${path}`)
    await page.getByText('Not found').waitFor()
    await expectAccessible()
    expectQuiet()
    await close()
  }
})

test('nothing is wider than a narrow screen', async () => {
  const [endpoint] = await world.api.webhookEndpoints.list(partnerId)
  const query = { endpointId: endpoint?.endpointId ?? '', state: 'delivered' } as const
  const { rows } = await world.api.webhookDeliveries.list(partnerId, query)
  const paths = ['webhooks', `webhooks/${query.endpointId}`, `deliveries/${rows[0]?.deliveryId}`]
  for (const path of paths) {
    const { page, expectAccessible, expectQuiet, close } = await world.open(`/p/${partnerId}/${path}`, {
      viewport: NARROW,
    })
    await page.getByText('Delivered').first().waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(NARROW.width)
    await expectAccessible()
    expectQuiet()
    await close()
  }
})

test('a key that may only read changes nothing', async () => {
  const { operatorKey } = await world.api.operatorKeys.create({ name: 'reader', role: 'read-only' })
  const { page, expectQuiet, close } = await world.open(`/p/${partnerId}/webhooks`, { operatorKey })
  expect(await page.getByRole('button', { name: 'New endpoint' }).isDisabled()).toBe(true)
  expectQuiet()
  await close()
})
