/** Where webhooks must never go, in every spelling that a URL allows. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { INSIDE_HOSTS } from './addresses.fixture.ts'
import { isReachable, refusalOf } from './addresses.ts'

const LIVE = { loopback: false, https: true }
const NO_LOOPBACK = { loopback: false, https: false }
const LAPTOP = { loopback: true, https: false }

describe('an endpoint', () => {
  test.each(INSIDE_HOSTS)('at %s is refused', host => {
    for (const rules of [LIVE, NO_LOOPBACK]) {
      expect(refusalOf(`https://${host}/hook`, rules)).toBeDefined()
      expect(refusalOf(`https://${host}:8443/hook`, rules)).toBeDefined()
    }
  })

  test.each(INSIDE_HOSTS)('at %s is refused where loopback is allowed, unless it is loopback', host => {
    const { hostname } = new URL(`http://${host}/`)
    const isLoopback = /^127\.|localhost\.?$|^\[::1\]$/.test(hostname)
    expect(refusalOf(`http://${host}/hook`, LAPTOP) === undefined).toBe(isLoopback)
  })

  test.each([
    'https://partner.example/hook',
    'https://93.184.215.14/hook',
    'https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]:8443/hook?a=b',
    'https://172.32.0.1/',
    'https://100.128.0.1/',
  ])('at %s is fine', url => {
    expect(refusalOf(url, LIVE)).toBeUndefined()
  })

  test.each([
    'http://partner.example/hook',
    'ftp://partner.example/hook',
    'file:///etc/passwd',
    'gopher://partner.example/',
    'javascript:alert(1)',
    'https://user:secret@partner.example/',
    'https://partner.example/#fragment',
    'https://',
    '//partner.example',
    'partner.example',
    '',
    `https://partner.example/${'a'.repeat(512)}`,
  ])('as %j is refused in live mode', url => {
    expect(refusalOf(url, LIVE)).toBeDefined()
  })
})

describe('an address', () => {
  test('that is text of any other kind is not reachable', () => {
    for (const text of ['', 'localhost', '127.0.0.1 ', 'fe80::1%eth0', '1.2.3', '::g']) {
      expect(isReachable(text, { loopback: true })).toBe(false)
    }
  })

  test('is reachable or not whatever form it is written in', () => {
    fc.assert(
      fc.property(fc.ipV4(), address => {
        const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number)
        const number = ((a * 256 + b) * 256 + c) * 256 + d
        const allowed = isReachable(address, { loopback: false })
        for (const host of [`${number}`, `0x${number.toString(16)}`, `${a}.${b}.${c * 256 + d}`, `${address}.`]) {
          expect(refusalOf(`https://${host}/`, LIVE) === undefined).toBe(allowed)
        }
        expect(isReachable(`::ffff:${address}`, { loopback: true })).toBe(false)
      }),
    )
  })
})
