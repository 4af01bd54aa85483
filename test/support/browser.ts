/** A real browser for tests of pages: the one that CHROME_PATH names, the system's Chromium, else the one from npm. */
import { access } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import { chromium } from 'playwright-core'

const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export async function openBrowser(): Promise<Browser> {
  const { CHROME_PATH } = process.env
  const own = CHROME_PATH ?? (await firstThere(INSTALLED))
  if (own !== undefined) return chromium.launch({ executablePath: own, args: ['--no-sandbox'] })
  const { default: packed } = await import('@sparticuz/chromium')
  // not its own arguments: they put everything into one process and switch the same-origin policy off
  return chromium.launch({ executablePath: await packed.executablePath(), args: ['--no-sandbox', '--disable-gpu'] })
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
