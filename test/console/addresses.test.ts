/** The console and the server take the same lines in an allow-list. */
import { assert, constantFrom, integer, ipV4, ipV6, oneof, option, property, string, tuple } from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  faultOfAddresses,
  faultOfOrigins,
  isAddressOrRange,
  linesOf,
} from '../../packages/console/src/features/partners/addresses.ts'
import { findUnusableAddress } from '../../packages/server/src/http/ip-allow-list.ts'

const serverTakes = (entry: string) => findUnusableAddress([entry]) === undefined

test.each([
  '10.0.0.1',
  '10.1.2.3/8',
  '0.0.0.0/0',
  '10.0.0.1/33',
  '10.0.0.1/08',
  '10.0.0.01',
  '10.0.0',
  '256.0.0.1',
  '10.0.0.1/',
  '10.0.0.1/8/9',
  '::',
  '::1',
  '2001:db8::/32',
  '2001:db8::1::2',
  '1:2:3:4:5:6:7:8',
  '1:2:3:4:5:6:7::',
  '1:2:3:4:5:6:7:8::',
  '::ffff:10.0.0.1',
  '::ffff:10.0.0.1/104',
  '::ffff:10.0.0.1/95',
  '::FFFF:0A00:1/129',
  '64:ff9b::192.0.2.33',
  '1:2:3:4:5:6:192.0.2.33',
  '1:2:3:4:5:6:7:192.0.2.33',
  '192.0.2.33::',
  'fe80::1%eth0',
  ':1',
  '1:',
  '12345::',
  'localhost',
  '',
])('%j', entry => {
  expect(isAddressOrRange(entry)).toBe(serverTakes(entry))
})

test('made-up lines are taken by both or by neither', () => {
  const address = oneof(
    ipV4(),
    ipV6(),
    ipV4().map(ip => `::ffff:${ip}`),
  )
  const prefix = option(oneof(integer({ min: -1, max: 140 }).map(String), constantFrom('', '08', 'x')), { nil: null })
  const line = tuple(address, prefix).map(([ip, length]) => (length === null ? ip : `${ip}/${length}`))
  const broken = tuple(line, integer({ min: 0, max: 45 }), constantFrom(':', '.', '/', '0', 'f', ' ')).map(
    ([text, at, put]) => text.slice(0, at) + put + text.slice(at),
  )
  assert(
    property(oneof(line, broken, string()), entry => {
      expect(isAddressOrRange(entry)).toBe(serverTakes(entry))
    }),
    { numRuns: 5_000 },
  )
})

describe('a field of lines', () => {
  test('has a line or a comma between entries', () => {
    expect(linesOf(' 10.0.0.1 \n\n::1, 10.0.0.0/8\r\n')).toEqual(['10.0.0.1', '::1', '10.0.0.0/8'])
    expect(linesOf('\n')).toEqual([])
  })

  test('says which lines are wrong', () => {
    expect(faultOfAddresses(['10.0.0.1', '10.0.0.300', 'x'])).toBe(
      '10.0.0.300, x: neither an IP address nor a CIDR range',
    )
    expect(faultOfAddresses(Array.from({ length: 101 }, () => '::1'))).toBe('At most 100 lines.')
    expect(faultOfAddresses([])).toBeUndefined()
  })

  test('takes origins as browsers write them', () => {
    expect(faultOfOrigins(['https://shop.example', 'http://127.0.0.1:8080'])).toBeUndefined()
    expect(faultOfOrigins(['https://shop.example/'])).toMatch('not an origin')
    expect(faultOfOrigins(['https://shop.example:443'])).toMatch('not an origin')
    expect(faultOfOrigins(['shop.example'])).toMatch('not an origin')
  })
})
