/** A whole visit without a mouse: signing in, a purchase in the simulator, its page, and a card that is blocked. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConsoleWorld, openWorld } from '../support/console.ts'

let world: ConsoleWorld

beforeAll(async () => {
  world = await openWorld()
})

afterAll(() => world?.close())

const STOPS_MAX = 150

/** Goes on with Tab until the focus is on what has this name, and can be seen to be there. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let stop = 0; stop < STOPS_MAX; stop++) {
    await page.keyboard.press('Tab')
    const focused = await page.evaluate<{ name: string; outlined: boolean }>(`(() => {
      const { activeElement: element } = document
      const style = getComputedStyle(element)
      const after = getComputedStyle(element, '::after')
      return {
        name: (element.getAttribute('aria-label') ?? element.textContent ?? '').trim(),
        outlined: [style, after].some(({ outlineStyle }) => outlineStyle !== 'none'),
      }
    })()`)
    if (typeof name === 'string' ? focused.name !== name : !name.test(focused.name)) continue
    expect([focused.name, focused.outlined]).toEqual([focused.name, true])
    return
  }
  throw new Error(`No stop within ${STOPS_MAX} is called ${String(name)}.`)
}

test('everything is reached and done with the keyboard alone', async () => {
  const { page, expectQuiet, close } = await world.open('/', { operatorKey: null })
  const heading = (name: string | RegExp) => page.getByRole('heading', { name, level: 1 }).waitFor()

  // the field has the focus already
  await page.getByLabel('Operator key').waitFor()
  await page.keyboard.type(world.credentials.operatorKey)
  await page.keyboard.press('Enter')
  await heading('Home')

  await tabTo(page, 'Simulator')
  await page.keyboard.press('Enter')
  await heading('Simulator')
  await tabTo(page, 'Make a test card')
  await page.keyboard.press('Enter')
  await page.getByText('500.00 USD available').waitFor()
  await tabTo(page, 'Groceries 24.90')
  await page.keyboard.press('Enter')
  await tabTo(page, 'Send')
  await page.keyboard.press('Enter')
  const result = page.getByRole('region', { name: /^Result/ })
  await result.getByText('Approved', { exact: true }).first().waitFor()
  const authorizationId = await result.getByRole('link').first().textContent()
  await tabTo(page, authorizationId as string)
  await page.keyboard.press('Enter')
  await heading(/^Purchase of 24\.90 USD/)

  await page.keyboard.press('Shift+Tab')
  await tabTo(page, /^\d{6}\*{6}\d{4}$/)
  await page.keyboard.press('Enter')
  await heading(/^\d{6}\*{6}\d{4}$/)
  await tabTo(page, 'Block')
  await page.keyboard.press('Enter')
  const question = page.getByRole('dialog')
  await question.waitFor()
  // the focus stays in the question, and comes back when it is left
  await page.keyboard.press('Escape')
  await question.waitFor({ state: 'hidden' })
  const focused = () =>
    page.evaluate(`document.activeElement.tagName === 'BUTTON' ? document.activeElement.textContent : 'no button'`)
  await expect.poll(focused).toBe('Block')
  await page.keyboard.press('Enter')
  const within = () => page.evaluate(`document.querySelector('[role=dialog]')?.contains(document.activeElement)`)
  await expect.poll(within).toBe(true)
  // the reason comes first, as it is needed
  await page.keyboard.type('the holder has asked for it')
  await tabTo(page, 'Block')
  expect(await within()).toBe(true)
  await page.keyboard.press('Enter')
  await page.getByText('Blocked', { exact: true }).first().waitFor()
  expectQuiet()
  await close()
})
