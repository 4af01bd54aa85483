/** What stands around every page: menu, preferences, keyboard, and pages that do not exist. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConsoleWorld, NARROW, openWorld } from '../support/console.ts'

let world: ConsoleWorld

beforeAll(async () => {
  world = await openWorld()
})

afterAll(() => world?.close())

test('times are in the chosen zone, with UTC for whoever points at them', async () => {
  const { page, expectQuiet, close } = await world.open('/partners')
  const time = page.locator('td time').first()
  await time.waitFor()
  const instant = (await time.getAttribute('datetime')) as string
  const inBerlin = await time.textContent()
  await page.getByRole('button', { name: 'Preferences' }).click()
  const zone = page.getByRole('combobox', { name: 'Time zone' })
  await zone.fill('Asia/Tokyo')
  await page.getByRole('option', { name: 'Asia/Tokyo' }).click()
  await expect.poll(() => time.textContent()).not.toBe(inBerlin)
  const shown = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Tokyo' })
  expect(await time.textContent()).toContain(shown.format(new Date(instant)))
  await page.keyboard.press('Escape')
  await time.hover()
  await page.getByRole('tooltip').getByText('UTC').waitFor()
  await page.reload()
  await time.waitFor()
  expect(await time.textContent()).toContain(shown.format(new Date(instant)))
  // what can be pointed at leads where its row does
  await time.click()
  await page.getByRole('heading', { name: 'Demo Partner', level: 1 }).waitFor()
  expectQuiet()
  await close()
})

test('light and dark can be chosen and are kept', async () => {
  const { page, close } = await world.open('/partners')
  const scheme = () => page.locator('html').getAttribute('data-mantine-color-scheme')
  expect(await scheme()).toBe('light')
  await page.getByRole('button', { name: 'Preferences' }).click()
  await page.getByText('Dark', { exact: true }).click()
  await expect.poll(scheme).toBe('dark')
  await page.reload()
  await page.getByRole('cell', { name: 'Demo Partner' }).waitFor()
  expect(await scheme()).toBe('dark')
  await close()
})

test('the first stop of the keyboard leads past the menu', async () => {
  const { page, close } = await world.open('/partners')
  await page.getByRole('cell', { name: 'Demo Partner' }).waitFor()
  await page.keyboard.press('Tab')
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the page')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  expect(await page.evaluate('document.querySelector("main").contains(document.activeElement)')).toBe(true)
  await close()
})

test('on a narrow screen the menu opens and closes, and nothing is wider than the screen', async () => {
  const { page, expectAccessible, expectQuiet, close } = await world.open('/partners', { viewport: NARROW })
  await page.getByRole('button', { name: 'Open the menu' }).click()
  const menu = page.getByRole('navigation', { name: 'Main' })
  await menu.getByRole('link', { name: 'Partners' }).waitFor()
  await expectAccessible()
  await page.getByRole('button', { name: 'Close the menu' }).click()
  await expect.poll(() => menu.isVisible()).toBe(false)
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(NARROW.width)
  expectQuiet()
  await close()
})

test('an address without a page says so', async () => {
  const { page, close } = await world.open('/nowhere')
  await page.getByText('There is no such page').waitFor()
  await close()
})
