/** Partners: the list, a new one with its credentials, and everything that it connects by. */
import { generateKeyPairSync } from 'node:crypto'
import { KeySecureClient } from '@openissuer/sdk/index.ts'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { type ConsolePage, type ConsoleWorld, openWorld } from '../support/console.ts'

let world: ConsoleWorld
/** of the sandbox: it has an app and a credential */
let demoId: string
let at: ConsolePage

beforeAll(async () => {
  world = await openWorld()
  const { rows } = await world.api.partners.list()
  demoId = rows.find(({ name }) => name === 'Demo Partner')?.partnerId ?? ''
})

afterAll(() => world?.close())

beforeEach(() => async () => {
  at?.expectQuiet()
  await at?.close()
})

// dialogs are looked at in light and dark and pictured, which takes its time beside other tests
vi.setConfig({ testTimeout: 90_000 })

const publicKey = () =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' })

test('a partner is opened from the list and shows all that it connects by', async () => {
  at = await world.open('/partners')
  const { page, expectAccessible, shoot } = at
  await page.getByRole('link', { name: 'Demo Partner' }).click()
  await page.getByRole('heading', { name: 'Demo Partner', level: 1 }).waitFor()
  const accounts = page.getByRole('region', { name: 'Accounts' }).first()
  await accounts.getByRole('link', { name: 'Demo Partner funding' }).waitFor()
  await page
    .getByRole('region', { name: /^Pagsmile app/ })
    .getByText('RSA, 2048 bits')
    .first()
    .click()
  await page.getByText('-----BEGIN PUBLIC KEY-----').first().waitFor()
  await page.getByRole('region', { name: 'KeySecure credential' }).getByText('No limit').waitFor()
  await expectAccessible()
  await shoot('partner')
})

test('a new partner is shown its secret once, and it opens the door', async () => {
  at = await world.open('/nowhere')
  const { page, expectAccessible, shoot } = at
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Partners' }).click()
  await page.getByRole('button', { name: 'Create partner' }).click()
  const form = page.getByRole('dialog', { name: 'Create partner' })
  const send = form.getByRole('button', { name: 'Create partner' })
  await form.getByLabel('Name').fill('Fresh Cards')
  await form.getByLabel('Opening balance in USD').fill('500.00')
  await form.getByLabel('Merchant public key').fill('-----BEGIN PRIVATE KEY-----')
  await form.getByText('This is a private key.').waitFor()
  expect(await send.isDisabled()).toBe(true)
  await form.getByLabel('Merchant public key').fill(publicKey())
  await form.getByText('RSA key of 2048 bits').waitFor()
  await form.getByLabel('KeySecure Open Platform').check()
  await form.getByLabel('Allowed addresses').fill('127.0.0.1\n10.0.0.300')
  await form.getByText('10.0.0.300: neither an IP address nor a CIDR range').waitFor()
  expect(await send.isDisabled()).toBe(true)
  await form.getByLabel('Allowed addresses').fill('127.0.0.1\n::1')
  await shoot('partner-create')
  await expectAccessible()
  await send.click()

  const shown = page.getByRole('dialog', { name: 'Fresh Cards is created' })
  await shown.getByText('This is not shown again').waitFor()
  await expectAccessible()
  await shoot('partner-created')
  const valueOf = async (label: string) =>
    (
      await shown
        .locator('dt', { hasText: new RegExp(`^${label}$`) })
        .locator('xpath=following-sibling::dd')
        .innerText()
    ).trim()
  const [apiKey, apiSecret, partnerId] = [
    await valueOf('API key'),
    await valueOf('API secret'),
    await valueOf('Partner id'),
  ]
  await page.keyboard.press('Escape')
  await page.mouse.click(5, 5)
  await page.goBack()
  expect(await shown.getByRole('button', { name: 'Done' }).isDisabled()).toBe(true)
  await shown.getByLabel('I have kept the API secret').check()
  await shown.getByRole('button', { name: 'Done' }).click()

  await page.getByRole('heading', { name: 'Fresh Cards', level: 1 }).waitFor()
  await page.getByRole('region', { name: 'KeySecure credential' }).getByText('127.0.0.1').waitFor()
  await page.getByRole('region', { name: 'Accounts' }).first().getByText('500.00').first().waitFor()
  expect(await page.content()).not.toContain(apiSecret)
  expect(await world.api.partners.retrieve(partnerId)).toMatchObject({ name: 'Fresh Cards', status: 'active' })
  const client = new KeySecureClient({ baseUrl: world.baseUrl, apiKey, apiSecret })
  await client.logIn()
})

test('an app gets a merchant key and a new platform key, and its settings', async () => {
  const created = await world.api.partners.create({ name: 'Key Changer', pagsmile: {} })
  at = await world.open(`/partners/${created.partnerId}`)
  const { page, shoot, expectAccessible } = at
  const app = page.getByRole('region', { name: /^Pagsmile app/ })
  await app.getByText('Not uploaded: the partner cannot call').waitFor()
  const key = publicKey()
  await app.getByRole('button', { name: 'Upload merchant key' }).click()
  const upload = page.getByRole('dialog', { name: 'Upload merchant key' })
  await upload.locator('input[type=file]').setInputFiles({
    name: 'merchant.pem',
    mimeType: 'application/x-pem-file',
    buffer: Buffer.from(key),
  })
  await upload.getByText('RSA key of 2048 bits').waitFor()
  await expectAccessible()
  await shoot('partner-merchant-key')
  await upload.getByRole('button', { name: 'Upload key' }).click()
  await app.getByRole('button', { name: 'Replace merchant key' }).waitFor()

  await app.getByRole('button', { name: 'Rotate platform key' }).click()
  const rotation = page.getByRole('dialog', { name: 'Rotate platform key' })
  await rotation.getByLabel('Hours of grace for the old key').fill('24')
  await expectAccessible()
  await rotation.getByRole('button', { name: 'Rotate key' }).click()
  await app.getByText('Previous platform key understood until').waitFor()

  await app.getByRole('button', { name: 'Settings' }).click()
  const settings = page.getByRole('dialog', { name: 'Settings' })
  expect(await settings.getByRole('button', { name: 'Change settings' }).isDisabled()).toBe(true)
  await settings.getByLabel('Queries over any period').check()
  await settings.getByRole('button', { name: 'Change settings' }).click()
  await app.getByText('On', { exact: true }).waitFor()

  const [now] = (await world.api.partners.retrieve(created.partnerId)).pagsmileApps
  expect(now).toMatchObject({ unlimitedDateRange: true, showSensitive: false, merchantPublicKey: key })
  expect(now?.platformPublicKey).not.toBe(created.pagsmile?.platformPublicKey)
  expect(now?.previousKeyExpiresAt).not.toBeNull()
})

test('a credential gets its limits, and a partner that decides itself is asked', async () => {
  const created = await world.api.partners.create({
    name: 'Own Decider',
    integrationMode: 'partner-decides',
    keysecure: {},
  })
  at = await world.open(`/partners/${created.partnerId}`)
  const { page, expectAccessible, shoot } = at
  const credential = page.getByRole('region', { name: 'KeySecure credential' })
  await credential.getByRole('button', { name: 'Settings' }).click()
  const settings = page.getByRole('dialog', { name: 'Settings' })
  await settings.getByLabel('Allowed addresses').fill('10.0.0.0/8')
  await settings.getByLabel('Requests per second').fill('25')
  await settings.getByLabel('Expires').fill('2030-01-31T12:00:00')
  await settings.getByLabel('Card page').check()
  const change = settings.getByRole('button', { name: 'Change settings' })
  await settings.getByLabel('Origins that may show it').fill('https://shop.example/')
  await settings.getByText('not an origin').waitFor()
  expect(await change.isDisabled()).toBe(true)
  await settings.getByLabel('Origins that may show it').fill('https://shop.example')
  await expectAccessible()
  await shoot('partner-keysecure-settings')
  await change.click()
  await credential.getByText('https://shop.example').waitFor()

  const asked = page.getByRole('region', { name: 'Who is asked' })
  await asked.getByText('Nobody can be asked').waitFor()
  await asked.getByRole('button', { name: 'Say where' }).click()
  const responder = page.getByRole('dialog', { name: 'Where the partner is asked' })
  await responder.getByLabel('Address').fill('ftp://partner.example')
  await responder.getByRole('button', { name: 'Ask here' }).click()
  await responder.getByRole('alert').waitFor()
  await responder.getByLabel('Address').fill('http://127.0.0.1:9/authorize')
  await responder.getByLabel('It is approved').check()
  await expectAccessible()
  await responder.getByRole('button', { name: 'Ask here' }).click()
  await asked.getByText('It is approved').waitFor()
  await shoot('partner-decides')

  const now = await world.api.partners.retrieve(created.partnerId)
  // the field is in the browser's zone, Berlin
  expect(now.keysecureCredentials[0]).toMatchObject({
    enabled: true,
    allowedAddresses: ['10.0.0.0/8'],
    requestsPerSecond: 25,
    expiresAt: '2030-01-31T11:00:00Z',
    pciEnabled: true,
    pciOrigins: ['https://shop.example'],
  })
  expect(now.responder).toEqual({ url: 'http://127.0.0.1:9/authorize', fallback: 'approve' })
})

test('a partner is disabled and enabled, and gets another account', async () => {
  const { partnerId } = await world.api.partners.create({ name: 'On And Off', keysecure: {} })
  at = await world.open(`/partners/${partnerId}`)
  const { page } = at
  await page.getByRole('button', { name: 'Disable partner' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Disable partner' }).click()
  await page.getByRole('button', { name: 'Enable partner' }).click()
  expect((await world.api.partners.retrieve(partnerId)).status).toBe('disabled')
  await page.getByRole('dialog').getByRole('button', { name: 'Enable partner' }).click()
  await page.getByRole('button', { name: 'Disable partner' }).waitFor()

  await page.getByRole('button', { name: 'Open account' }).click()
  const form = page.getByRole('dialog', { name: 'Open account' })
  await form.getByLabel('Currency').fill('xyz')
  await form.getByRole('button', { name: 'Open account' }).click()
  await form.getByRole('alert').waitFor()
  await form.getByLabel('Currency').fill('eur')
  await form.getByRole('button', { name: 'Open account' }).click()
  await page.getByRole('link', { name: 'Funding EUR' }).waitFor()
})

test('a list without rows, a partner that does not exist and a refusal are told', async () => {
  at = await world.open('/partners?status=disabled')
  const { page } = at
  await page.getByText('No partners').waitFor()
  await page.goto('/console/partners/999999')
  await page.getByRole('alert').getByText('Not found').waitFor()
  await page.route('**/operator/v1/partners?*', route =>
    route.fulfill({ status: 409, json: { error: { code: 'made-up', message: 'Not today.' } } }),
  )
  await page.goto('/console/partners')
  await page.getByRole('alert').getByText('Not today.').waitFor()
  await page.unroute('**/operator/v1/partners?*')
  await page.getByRole('button', { name: 'Try again' }).first().click()
  await page.getByRole('link', { name: 'Demo Partner' }).waitFor()
  expect(demoId).not.toBe('')
})
