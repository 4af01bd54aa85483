/** Who gets into the console, how, and out again. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConsoleWorld, openWorld } from '../support/console.ts'

let world: ConsoleWorld

beforeAll(async () => {
  world = await openWorld()
})

afterAll(() => world?.close())

test('whoever is not signed in sees the sign-in page, then the page that was asked for, and the way out', async () => {
  const { page, shoot, expectAccessible, expectQuiet, close } = await world.open('/partners?status=active', {
    operatorKey: null,
  })
  const field = page.getByLabel('Operator key')
  await field.waitFor()
  await expectAccessible()
  await shoot('sign-in')

  await field.fill('op_of-somebody-else')
  await page.keyboard.press('Enter')
  await page.getByText('This key is not known').waitFor()

  await field.fill(world.credentials.operatorKey)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Partners', level: 1 }).waitFor()
  expect(new URL(page.url()).search).toBe('?status=active')
  expect(await page.evaluate('document.cookie')).toBe('')
  expect(await page.evaluate('JSON.stringify({ ...localStorage, ...sessionStorage })')).not.toContain(
    world.credentials.operatorKey,
  )

  await page.getByRole('button', { name: /signed in as/ }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await field.waitFor()
  await page.reload()
  await field.waitFor()
  expectQuiet()
  await close()
})

test('a session that ends elsewhere brings the sign-in page at the next call', async () => {
  const { page, close } = await world.open('/partners')
  await page.getByRole('cell', { name: 'Demo Partner' }).waitFor()
  await page.context().clearCookies()
  await page.getByRole('combobox', { name: 'Status' }).click()
  await page.getByRole('option', { name: 'Disabled' }).click()
  await page.getByLabel('Operator key').waitFor()
  await close()
})
