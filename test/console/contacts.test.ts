/** Contacts: listed, found and created. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Issuing, openIssuing } from '../support/console-issuing.ts'

let world: Issuing

beforeAll(async () => {
  world = await openIssuing()
})

afterAll(() => world?.close())

test('a contact is created where there was none, and found by its email', async () => {
  const { page, shoot, expectAccessible, expectQuiet, close } = await world.open(`${world.path}/contacts`)
  await page.getByText('No contacts yet').waitFor()
  await expectAccessible()
  await page.getByRole('button', { name: 'Create a contact' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('First name').fill('Jane')
  await dialog.getByLabel('Last name').fill('Killy')
  await dialog.getByLabel('Mobile').fill('12')
  await dialog.getByLabel('Email').fill('jane@example.com')
  await dialog.getByRole('button', { name: 'Create the contact' }).click()
  await expect.poll(() => dialog.getByLabel('Mobile').getAttribute('aria-invalid')).toBe('true')
  await expectAccessible()
  await dialog.getByLabel('Mobile').fill('+525512345678')
  await dialog.getByRole('button', { name: 'Create the contact' }).click()
  await page.getByRole('cell', { name: 'Jane Killy', exact: true }).waitFor()
  await shoot('contacts')
  expect((await world.api.contacts.list(world.partnerId)).rows).toMatchObject([{ lastName: 'Killy', language: 'en' }])
  await page.getByLabel('Email').fill('nobody@example.com')
  await page.getByText('No contact fits these filters').waitFor()
  expect(new URL(page.url()).searchParams.get('email')).toBe('nobody@example.com')
  expectQuiet()
  await close()
})

test('contacts that cannot be read are not said to be none', async () => {
  const { page, close } = await world.open('/partners')
  await page.route('**/contacts?*', route =>
    route.fulfill({ status: 503, json: { error: { code: 'internal', message: 'Something failed on our side.' } } }),
  )
  await page.goto(`/console${world.path}/contacts`)
  await page.getByRole('alert').waitFor()
  expect(await page.getByText('No contacts yet').count()).toBe(0)
  await close()
})
