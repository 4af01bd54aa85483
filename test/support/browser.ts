/** A real browser for tests of pages: the one that CHROME_PATH names, the system's Chromium, else the one from npm. */
import { access } from 'node:fs/promises'
import { arch, platform } from 'node:os'
import type { Browser } from 'playwright-core'
import { chromium } from 'playwright-core'

const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** Whether tests of pages can run here. Where they have to, as in continuous integration, it is an error when they cannot. */
export async function hasBrowser(): Promise<boolean> {
  if ((await ownPath()) !== undefined || (platform() === 'linux' && arch() === 'x64')) return true
  if (process.env['TESTS_NEED_BROWSER'] === '1') throw new Error(NO_BROWSER)
  return false
}

export const NO_BROWSER =
  'There is no Chromium on this machine, so the tests of pages are left out. Install one, or name one by CHROME_PATH.'

export async function openBrowser(): Promise<Browser> {
  const own = await ownPath()
  if (own !== undefined) return chromium.launch({ executablePath: own, args: ['--no-sandbox'] })
  const { default: packed } = await import('@sparticuz/chromium')
  // not its own arguments: they put everything into one process and switch the same-origin policy off
  return chromium.launch({ executablePath: await packed.executablePath(), args: ['--no-sandbox', '--disable-gpu'] })
}

async function ownPath(): Promise<string | undefined> {
  return process.env['CHROME_PATH'] ?? (await firstThere(INSTALLED))
}

async function firstThere(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    try {
      await access(path)
      return path
    } catch {
      // the next one, then
    }
  }
  return undefined
}
