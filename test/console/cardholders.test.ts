/** Cardholders: registered, looked at with their documents, reviewed and changed. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { NARROW } from '../support/console.ts'
import { type Issuing, newPerson, openIssuing } from '../support/console-issuing.ts'

/** A red pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==',
  'base64',
)

let world: Issuing
/** Its cardholders wait for a review. */
let reviewed: string

beforeAll(async () => {
  world = await openIssuing()
  const terms = { name: 'Reviewed', approveCardholdersAutomatically: false, pagsmile: {} }
  reviewed = (await world.api.partners.create(terms)).partnerId
})

afterAll(() => world?.close())

async function waiting(): Promise<{ readonly cardholderId: string; readonly path: string }> {
  const { cardholderId } = await world.api.cardholders.create(reviewed, { person: newPerson() })
  return { cardholderId, path: `/p/${reviewed}/cardholders/${cardholderId}` }
}

test('a partner without cardholders is told how it gets some', async () => {
  const { partnerId } = await world.api.partners.create({ name: 'Empty', pagsmile: {} })
  const { page, expectAccessible, expectQuiet, close } = await world.open(`/p/${partnerId}/cardholders`)
  await page.getByText('No cardholders yet').waitFor()
  await expectAccessible()
  expectQuiet()
  await close()
})

test('cardholders are listed and filtered in the address', async () => {
  const { cardholderId } = await waiting()
  await world.api.cardholders.disable(reviewed, cardholderId)
  const { page, shoot, expectAccessible, expectQuiet, close } = await world.open(`/p/${reviewed}/cardholders`)
  await page.getByRole('link', { name: 'Jane Killy' }).first().waitFor()
  await expectAccessible()
  await shoot('cardholders')
  await page.getByRole('combobox', { name: 'Verification' }).click()
  await page.getByRole('option', { name: 'Rejected' }).click()
  await page.getByText('No cardholder fits these filters').waitFor()
  expect(new URL(page.url()).search).toBe('?verification=rejected')
  await page.goto(`/console/p/${reviewed}/cardholders?disabled=true`)
  await page.getByRole('cell', { name: cardholderId }).waitFor()
  expectQuiet()
  await close()
})

test('a list that cannot be read says so', async () => {
  const { page, close } = await world.open('/partners')
  await page.route('**/cardholders?*', route =>
    route.fulfill({ status: 503, json: { error: { code: 'internal', message: 'Something failed on our side.' } } }),
  )
  await page.goto(`/console/p/${reviewed}/cardholders`)
  await page.getByRole('alert').waitFor()
  await close()
})

test('a person is registered, and what is wrong is said at its field', async () => {
  const { page, shoot, expectAccessible, expectQuiet, close } = await world.open(`/p/${reviewed}/cardholders/new`)
  const person = newPerson()
  await page.getByLabel('First name').fill('Ada')
  await page.getByLabel('Last name').fill('Okafor')
  await page.getByLabel('Birthday').fill(person.birthday)
  await choose('Nationality', 'Mexico (MX)')
  await page.getByLabel('Document number').fill(person.idNo)
  await page.getByLabel('Mobile').fill('call me')
  await page.getByLabel('Email').fill(person.email)
  await page.getByLabel('Street and number').fill(person.address.line1)
  await page.getByLabel('Postal code').fill(person.address.postalCode)
  await page.getByLabel('City').fill(person.address.city)
  await page.getByLabel('State or province').fill(person.address.state)
  await choose('Country', 'Mexico (MX)')
  await page.getByRole('button', { name: 'Register the person' }).click()
  await expect.poll(() => page.getByLabel('Mobile').getAttribute('aria-invalid')).toBe('true')
  await page.getByText('Not in the form that is asked for').waitFor()
  await expectAccessible()
  await shoot('new-cardholder')
  await page.getByLabel('Mobile').fill(person.mobile)
  await page.getByRole('button', { name: 'Register the person' }).click()
  await page.getByRole('heading', { name: 'Ada Okafor', level: 1 }).waitFor()
  const { rows } = await world.api.cardholders.list(reviewed, { limit: 1 })
  expect(rows).toMatchObject([{ name: 'Ada Okafor', kind: 'person', verification: 'documents-needed' }])
  expectQuiet()
  await close()

  async function choose(label: string, option: string) {
    await page.getByRole('combobox', { name: label, exact: true }).fill(option.slice(0, 5))
    await page.getByRole('option', { name: option, exact: true }).click()
  }
})

test('the form of a company is whole on a narrow screen', async () => {
  const { page, expectAccessible, expectQuiet, close } = await world.open(`/p/${reviewed}/cardholders/new`, {
    viewport: NARROW,
  })
  await page.getByText('Company', { exact: true }).click()
  await page.getByLabel('Registration', { exact: false }).first().waitFor()
  await expectAccessible()
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(NARROW.width)
  expectQuiet()
  await close()
})

test('a document is added, looked at and downloaded, and the audit log has the line', async () => {
  const { cardholderId, path } = await waiting()
  const { page, shoot, expectAccessible, expectQuiet, close } = await world.open(path)
  await page.getByRole('button', { name: 'Add a document' }).click()
  await page.locator('input[type=file]').setInputFiles({ name: 'id.png', mimeType: 'image/png', buffer: PNG })
  await page.getByRole('button', { name: 'Add the document' }).click()
  await page.getByRole('button', { name: 'View id.png' }).click()
  const picture = page.getByRole('img', { name: 'Document id.png' })
  await picture.waitFor()
  await expect.poll(() => page.evaluate('document.querySelector("[role=dialog] img").naturalWidth')).toBe(1)
  await expectAccessible()
  await page.getByRole('button', { name: 'Close this window' }).click()
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download id.png' }).click(),
  ])
  expect(file.suggestedFilename()).toBe('id.png')
  await shoot('cardholder')
  const { rows } = await world.api.auditLog.list(reviewed, { limit: 10 })
  expect(
    rows.filter(({ action }) => action.startsWith('GET ') && action.endsWith('/documents/:documentId')),
  ).toHaveLength(2)
  expect((await world.api.cardholders.retrieve(reviewed, cardholderId)).documents).toHaveLength(1)
  expectQuiet()
  await close()
})

test('a file of another type than its name says is refused at its field', async () => {
  const { page, close } = await world.open((await waiting()).path)
  await page.getByRole('button', { name: 'Add a document' }).click()
  const disguised = { name: 'id.png', mimeType: 'image/png', buffer: Buffer.from('<script>alert(1)</script>') }
  await page.locator('input[type=file]').setInputFiles(disguised)
  await page.getByRole('button', { name: 'Add the document' }).click()
  await page
    .getByRole('dialog')
    .getByText(/field|content|value/i)
    .first()
    .waitFor()
  expect(await page.getByRole('dialog').isVisible()).toBe(true)
  await close()
})

test('a review asks again with a reason, approves, and gives no more cards', async () => {
  const { cardholderId, path } = await waiting()
  const { page, expectAccessible, expectQuiet, close } = await world.open(path)
  const state = () => world.api.cardholders.retrieve(reviewed, cardholderId)
  await page.getByRole('button', { name: 'Reject' }).click()
  await page.getByLabel('Reason').fill('The picture is not readable')
  await page.getByLabel('Codes').fill('1, 4')
  await expectAccessible()
  await page.getByRole('button', { name: 'Ask again' }).click()
  await page.getByText('The picture is not readable').waitFor()
  expect(await state()).toMatchObject({ verification: 'documents-needed', rejectionCodes: ['1', '4'] })
  await page.getByRole('button', { name: 'Approve' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click()
  await expect.poll(async () => (await state()).verification).toBe('approved')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Disable' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click()
  await page.getByRole('button', { name: 'Enable' }).waitFor()
  expect((await state()).disabled).toBe(true)
  expectQuiet()
  await close()
})

test('a person is changed, and only what was changed is sent', async () => {
  const { cardholderId, path } = await waiting()
  await world.api.cardholders.approve(reviewed, cardholderId)
  const { page, expectAccessible, expectQuiet, close } = await world.open(path)
  await page.getByRole('button', { name: 'Change', exact: true }).click()
  expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
  await page.getByLabel('Email').fill('new@example.com')
  await expectAccessible()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('new@example.com').waitFor()
  const found = await world.api.cardholders.retrieve(reviewed, cardholderId)
  expect([found.verification, found.person?.email, found.person?.firstName]).toEqual([
    'approved',
    'new@example.com',
    'Jane',
  ])
  expectQuiet()
  await close()
})

test('of a company its director is shown too', async () => {
  const { address, mobile, email, nationality: citizenship, ...identity } = newPerson()
  const company = {
    contactName: 'Jane Killy',
    mobile,
    email,
    registrationName: 'Acme Trading',
    registrationCode: identity.idNo,
    registeredOn: '2015-01-31',
    registrationAddress: address,
    director: { ...identity, firstName: 'Grace', citizenship, address },
  }
  const { cardholderId } = await world.api.cardholders.create(reviewed, { company })
  const { page, expectAccessible, expectQuiet, close } = await world.open(`/p/${reviewed}/cardholders/${cardholderId}`)
  await page.getByRole('region', { name: 'Director' }).getByText('Grace').waitFor()
  await page.getByText('A company needs its registration.').waitFor()
  await expectAccessible()
  expectQuiet()
  await close()
})
